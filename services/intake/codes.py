"""Project codes and unified social credit codes: how they are written."""

import re

#: `2020-150102-44-03-000001` (year, place, industry, kind, number) and `2509-320193-89-01-544060` (year and month, ...;
#: GB/T 40058-2021): 24 characters each. Both forms live on in every library.
_PROJECT_CODE = re.compile(r"[0-9]{4}-([0-9]{6})-[0-9]{2}-[0-9]{2}-[0-9]{6}")

#: The 31 characters of GB 32100-2015: no I, O, S, V, Z.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")


def is_project_code(text: str) -> bool:
    """Does it have the shape of a project code, in either of the two forms in use?"""
    return _PROJECT_CODE.fullmatch(text) is not None


def place_of(project_code: str) -> str:
    """The place in a project code: where it was registered, six digits; empty for what has not the shape of one."""
    found = _PROJECT_CODE.fullmatch(project_code)
    return found[1] if found else ""


def is_credit_code(text: str) -> bool:
    """Does it have the shape of a unified social credit code? Its place (digits 3-8) is not checked: places change."""
    return _CREDIT_CODE.fullmatch(text) is not None


def check_character(body: str) -> str:
    """The eighteenth character to the first seventeen (GB 32100-2015: weights 3^i mod 31)."""
    total = sum(ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(body[:17]))
    return ALPHABET[-total % 31]
