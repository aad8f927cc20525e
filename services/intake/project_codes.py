"""Judgements of the codes that come in with a project: what is wrong with them, in words."""

from typing import Final

from services.contracts.divisions import registers_projects
from services.intake.codes import (
    begins_as_one,
    check_character,
    is_credit_code,
    is_identity_number,
    is_project_code,
    place_of,
)
from services.plumbing.errors import Problem, Problems

#: Asked, and answered by sending it again with `confirm`.
UNCHECKED: Final = (
    "The check character of credit code {code} is wrong: compare every digit with the paper. Where the paper says so, "
    "send it again with credit_code in confirm."
)
#: The same of a line of another ledger: whoever confirms its entry has been asked.
UNCHECKED_THERE: Final = (
    "The check character of credit code {code} is wrong: compare every digit with the paper before you enter this."
)


def check_project_code(code: str, problems: Problems) -> None:
    """The shape of a project code, 24 characters in one of two forms."""
    if not is_project_code(code):
        problems.add(
            "project_code",
            "Project code {code} does not have the shape of 2020-150102-44-03-000001 or 2509-150424-89-01-544060.",
            code=code,
        )


def check_new_project(code: str, problems: Problems) -> None:
    """A code that is registered here: its shape, and a place of this region or of the State.

    A project that is on record stands as it is: what an earlier version took is not judged again.
    """
    check_project_code(code, problems)
    place = place_of(code)
    if place and not registers_projects(place):
        problems.add(
            "project_code",
            "Project code {project_code} names the place {region}, which is no place of this region; "
            "ask who gave the code.",
            project_code=code,
            region=place,
        )


def check_credit_code(code: str, problems: Problems, *, is_confirmed: bool = False) -> None:
    """Shape, beginning and check character (GB 32100-2015); a private person's number is never taken, nor repeated.

    A failed check character is a question: the paper may really say so, and then whoever has it in hand says it again.
    """
    if is_identity_number(code):
        problems.add(
            "credit_code",
            "This is a private person's identity number, which is not kept: leave it out, or give the credit code.",
        )
    elif not is_credit_code(code):
        problems.add(
            "credit_code",
            "Credit code {code} does not have the shape of GB 32100-2015: 18 digits or capitals, no I, O, S, V, Z.",
            code=code,
        )
    elif not begins_as_one(code):
        problems.add(
            "credit_code",
            "Credit code {code} begins with {begin}, which no registering authority gives (GB 32100-2015): "
            "a company's begins with 91.",
            code=code,
            begin=code[:2],
        )
    elif check_character(code) != code[-1] and not is_confirmed:
        problems.add("credit_code", UNCHECKED, code=code)


def check_told_code(code: str | None, problems: Problems) -> list[Problem]:
    """The same of a line of another ledger; a failed check character is a question to whoever reads the report before
    the line is entered."""
    if code is None:
        return []
    check_credit_code(code, problems, is_confirmed=True)
    failed = not problems.has("credit_code") and check_character(code) != code[-1]
    return [Problem("credit_code", UNCHECKED_THERE, {"code": code})] if failed else []
