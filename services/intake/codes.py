"""Project codes and unified social credit codes: how they are written."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

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


#: First character, who registers it, and the second ones that it gives (GB 32100-2015, table 2): there is no 15.
_REGISTERED: Final[Mapping[str, str]] = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
#: A place, a day of birth, three digits and a check digit (GB 11643).
_IDENTITY: Final = re.compile(r"[0-9]{6}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")
_IDENTITY_CHECK: Final = "10X98765432"


def is_identity_number(text: str) -> bool:
    """Whether it is a private person's number: its form, and a check digit by that rule or none by the codes' own."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    if _IDENTITY.fullmatch(text) is None:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(text[:17]))
    is_a_code = is_credit_code(text) and begins_as_one(text) and check_character(text) == text[-1]
    return _IDENTITY_CHECK[total % 11] == text[-1] or not is_a_code


def begins_as_one(code: str) -> bool:
    """Whether a credit code begins with an authority that registers, and a category that it has."""
    return code[1:2] in tuple(_REGISTERED.get(code[:1], ""))


def is_credit_code(text: str) -> bool:
    """Does it have the shape of a unified social credit code? Its place (digits 3-8) is not checked: places change."""
    return _CREDIT_CODE.fullmatch(text) is not None


def check_character(body: str) -> str:
    """The eighteenth character to the first seventeen (GB 32100-2015: weights 3^i mod 31)."""
    total = sum(ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(body[:17]))
    return ALPHABET[-total % 31]
