"""Names of matters that come near to what somebody wrote, the everyday ones among them."""

from collections.abc import Mapping
from difflib import get_close_matches

from services.plumbing.errors import Problem


def _near_names(wanted: str, names: Mapping[str, str]) -> list[str]:
    """Up to three entries of the catalogue, code and name, that look or sound like what was wanted."""
    holding = [code for code, name in names.items() if len(wanted) >= 2 and wanted in name]
    near = get_close_matches(wanted, list(names.values()), n=3, cutoff=0.4)
    alike = get_close_matches(wanted, list(names), n=3, cutoff=0.7)
    codes = dict.fromkeys([*holding, *(code for name in near for code in names if names[code] == name), *alike])
    return [f"{code} {names[code]}" for code in list(codes)[:3]]


def no_matter(field: str, wanted: str, names: Mapping[str, str]) -> Problem:
    """The problem of an unknown matter, with the names that come near."""
    near = _near_names(wanted, names)
    if not near:
        return Problem(field, "There is no matter {wanted} in the catalogue.", {"wanted": wanted})
    return Problem(
        field,
        "There is no matter {wanted} in the catalogue; near it: {near}.",
        {"wanted": wanted, "near": ", ".join(near)},
    )
