"""Decides on which level an authority stands and whether it may decide a matter; standard library only."""

#: From below to above.
LEVELS = ("banner", "city", "region")


def level_of(authority: str) -> str:
    """The level that a GB/T 2260 code speaks of: 150000 a region, 150400 a city or league, 150424 a banner."""
    if authority.endswith("0000"):
        return "region"
    return "city" if authority.endswith("00") else "banner"


def decides(authority: str, deciding_level: str) -> bool:
    """May this authority decide a matter of that level? Whoever stands higher may as well."""
    return LEVELS.index(level_of(authority)) >= LEVELS.index(deciding_level)


def stands_above(other: str, authority: str) -> bool:
    """Is the other authority of a higher level? What is heard from others comes from the own line alone."""
    return LEVELS.index(level_of(other)) > LEVELS.index(level_of(authority))


def forward_to(authority: str, deciding_level: str, superior: str) -> str:
    """Where a case of this matter has to be forwarded; empty: nowhere, it is decided here.

    An authority whose superior is not on the system gets decisions on paper and records them itself, so without a
    superior nothing is forwarded (choice).
    """
    return "" if decides(authority, deciding_level) else superior


def authority_of(case_no: str) -> str:
    """`150424-2026-000123` is a number of 150424."""
    return case_no[:6]
