"""Judgements of the codes that come in with a project: what is wrong with them, in words."""

from services.contracts.divisions import registers_projects
from services.intake.codes import check_character, is_credit_code, is_project_code, place_of
from services.plumbing.errors import Problems


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


def check_credit_code(code: str, problems: Problems) -> None:
    """Shape and check character (GB 32100-2015)."""
    if not is_credit_code(code):
        problems.add(
            "credit_code",
            "Credit code {code} does not have the shape of GB 32100-2015: 18 digits or capitals, no I, O, S, V, Z.",
            code=code,
        )
    elif check_character(code) != code[-1]:
        problems.add("credit_code", "The check character of credit code {code} is wrong; check every digit.", code=code)
