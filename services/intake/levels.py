"""Levels of decision: whether an authority may decide a matter, and where a case of it goes otherwise."""

from services.contracts.vocabulary import AuthorityCode, Level


def decides(authority: str, deciding_level: Level) -> bool:
    """May this authority decide a matter of that level? Whoever stands higher may as well."""
    return AuthorityCode(authority).level.height >= deciding_level.height


def stands_above(other: str, authority: str) -> bool:
    """Is the other authority of a higher level? What is heard from others comes from the own line alone."""
    return AuthorityCode(other).level.height > AuthorityCode(authority).level.height


def forward_to(authority: str, deciding_level: Level, superior: str) -> str:
    """Where a case of this matter has to be forwarded; empty: nowhere, it is decided here.

    An authority whose superior is not on the system gets decisions on paper and records them itself, so without a
    superior nothing is forwarded (choice).
    """
    return "" if decides(authority, deciding_level) else superior
