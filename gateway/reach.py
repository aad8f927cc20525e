"""Reach of answers: facts of reach `own` are for the authority's people, never for partners' systems."""

import re
from collections.abc import Mapping
from typing import Any

from services.contracts import catalogue
from services.contracts.actors import Caller
from services.contracts.cases import CaseNoted
from services.contracts.divisions import is_within
from services.contracts.envelope import Reach
from services.contracts.vocabulary import Role, StepKind

_CODE = re.compile(r"[0-9]{6}")
_OF_A_CASE = re.compile(r"[0-9-]+")
#: Stems of all facts that stay with the authority.
OWN = frozenset(stem for stem, kind in catalogue.all_events().items() if kind.reach is Reach.OWN)
#: A note on a case is such a fact; so is who was shown a complainant.
assert CaseNoted.stem in OWN


def stays_inside(kind: str, reach: str | None, caller: Caller) -> bool:
    """Whether a fact is not for this caller, by what it says of itself and by its contract."""
    return caller.role == Role.PARTNER and (reach == Reach.OWN or kind.rsplit(".v", 1)[0] in OWN)


def may_look_below(authority: str | None, own: str, caller: Caller) -> bool:
    """Whether this caller may see the lines of that authority (`all`: of the subtree); partners see our own only."""
    return caller.role != Role.PARTNER or authority in (None, own)


def may_see_number(number: str, own: str, caller: Caller) -> bool:
    """Whether this caller may see what is held under a number: a lower authority's is not for partners."""
    code = next(iter(_CODE.findall(number)), own)
    return caller.role != Role.PARTNER or code == own or not is_within(code, own)


def asks_of_a_case(number: str, caller: Caller) -> bool:
    """Whether a number is one that this caller asks of as of a case: a system by those of cases and projects alone.

    Complaints, findings and letters have routes and numbers of their own, with a letter in them.
    """
    return caller.role != Role.PARTNER or _OF_A_CASE.fullmatch(number) is not None


def case_for(case: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """A case as this caller may see it: notes stay inside."""
    if caller.role != Role.PARTNER:
        return dict(case)
    return {**case, "steps": [step for step in case["steps"] if step["step"] != StepKind.NOTE]}


def timeline_for(timeline: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """A time line as this caller may see it."""
    kept = [item for item in timeline["items"] if not stays_inside(item["type"], item.get("reach"), caller)]
    return {**timeline, "items": kept}


def complaint_for(complaint: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """A complaint as this caller may see it: who was shown its maker stays inside."""
    if caller.role != Role.PARTNER:
        return dict(complaint)
    return {name: value for name, value in complaint.items() if name != "disclosures"}
