"""Undertakings of a case: materials that may come later, commitments and their checks (DOMAIN 3, rules 8 and 9).

What is still open follows from the history alone. A person is refused what the matter does not allow; what another
system says has happened is recorded as it was said.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Final

from services.contracts.clocks import LightChanged
from services.contracts.names import folded
from services.contracts.vocabulary import Light, StepKind, SubjectKind
from services.intake import effects
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.undertakings import CommitmentTerms, Tolerance
from services.intake.corrections import effective
from services.intake.domain import Missing, Proposal
from services.intake.rounds import round_of_clock
from services.intake.steps import DEFICIENCY_BREACHED
from services.intake.store import Records, moment
from services.plumbing.errors import Problems
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome

NOTHING_LATER: Final = "Of this matter no material may come later: tell at once all that has to be corrected."
NOT_LATER: Final = "{material} may not come later; of this matter these may: {materials}."
NO_DAY: Final = "Name the day by which {material} has to come."
DAY_TOO_LATE: Final = "{material} may come until {last} at the latest; {day} is later."
DAY_PAST: Final = "{material} has to come after the day of acceptance, {at}; {day} is not."
TWICE_NAMED: Final = "{material} is named twice."
NOT_MISSING: Final = "{material} is not missing; still missing are: {materials}."
NOTHING_MISSING: Final = "Nothing is missing in this case."
NONE_MISSING: Final = "Nothing is missing any more: grant the permit."
STILL_MISSING: Final = "Still missing: {materials}. Grant with deficiencies, or wait for them."
BROKEN: Final = "The day of {material}, {day}, has passed without it: it has to come before anything is granted."
NO_COMMITMENT: Final = "This matter is not decided on a commitment: the reform plan's list does not have it."
NOT_COMMITTED: Final = "This permit was not granted on a commitment: there is nothing to check."
CHECKED: Final = "The commitment was checked on {day}."
SAY_WHY: Final = "Say what was not kept."
NOTHING_UNDERTAKEN: Final = "Nothing was undertaken in this case: there is no breach to record."
#: What only the state of the case stands against.
STATE_FORBIDS: Final = frozenset(
    {NOT_MISSING, NONE_MISSING, STILL_MISSING, BROKEN, NOT_COMMITTED, CHECKED, NOTHING_MISSING, NOTHING_UNDERTAKEN}
)


def _details(row: Mapping[str, Any]) -> dict[str, Any]:
    return json.loads(row["details"]) if row["details"] else {}


def missing_in(history: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every material that was allowed to come later: its number, its day, whether it came, whether its day passed."""
    found: dict[int, dict[str, Any]] = {}
    for row in history:
        told = _details(row)
        for one in told.get("missing", ()):
            found[one["number"]] = {**one, "supplied_at": None, "breached_at": None}
        number = told.get("number", 0)
        if number in found and row["step"] in (StepKind.SUPPLY_MATERIAL, DEFICIENCY_BREACHED):
            name = "supplied_at" if row["step"] == StepKind.SUPPLY_MATERIAL else "breached_at"
            found[number][name] = row["occurred_at"]
    return list(found.values())


def commitment_in(history: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The commitment on which the permit was granted, and what its check has found; None: there is none."""
    found: dict[str, Any] | None = None
    for row in history:
        told = _details(row)
        if row["step"] == StepKind.GRANT_ON_COMMITMENT:
            found = {name: told.get(name) for name in ("document_on", "check_within")}
            found |= {"document_no": row["document_no"], "checked_at": None, "passed": None}
        elif row["step"] == StepKind.CHECK_COMMITMENT and found is not None:
            found |= {"checked_at": row["occurred_at"], "passed": told.get("passed")}
    return found


def still_missing(history: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What has not come yet."""
    return [one for one in missing_in(history) if one["supplied_at"] is None]


# --- steps ------------------------------------------------------------------------------------------------------------

_CONCERNED: Final = frozenset(
    {
        *(StepKind.ACCEPT_WITH_DEFICIENCIES, StepKind.SUPPLY_MATERIAL),
        *(StepKind.GRANT, StepKind.GRANT_WITH_DEFICIENCIES, StepKind.GRANT_ON_COMMITMENT, StepKind.CHECK_COMMITMENT),
        StepKind.RECORD_BREACH,
    }
)


def concerns(step: StepKind) -> bool:
    """Whether a step has to do with undertakings, so that the history is asked for."""
    return step in _CONCERNED


def has_sense(step: StepKind, matter: Matter, history: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the matter allows such a step and the history has something that it is about."""
    missing, committed = still_missing(history), commitment_in(history)
    match step:
        case StepKind.ACCEPT_WITH_DEFICIENCIES:
            return bool(matter.tolerance.materials)
        case StepKind.SUPPLY_MATERIAL | StepKind.GRANT_WITH_DEFICIENCIES:
            return bool(missing)
        case StepKind.GRANT:
            return not missing
        case StepKind.GRANT_ON_COMMITMENT:
            return not missing and bool(matter.commitment.check_within.amount)
        case StepKind.CHECK_COMMITMENT:
            return committed is not None and committed["checked_at"] is None
        case StepKind.RECORD_BREACH:
            return committed is not None or bool(missing_in(history))
        case _:
            return True


def judged(proposed: Proposal, matter: Matter, history: Sequence[Mapping[str, Any]]) -> Proposal:
    """The step with what the matter and the history say of it; any other step as it is."""
    step = proposed.step
    if step is StepKind.ACCEPT_WITH_DEFICIENCIES:
        terms, before = matter.tolerance, len(missing_in(history))
        consequence = terms.consequence.value if terms.materials else None
        numbered = [
            replace(one, number=number, consequence=consequence)
            for number, one in enumerate(proposed.missing, start=before + 1)
        ]
        return replace(proposed, missing=tuple(numbered))
    if step is StepKind.SUPPLY_MATERIAL and proposed.material:
        wanted = folded(proposed.material)
        numbers = [one["number"] for one in still_missing(history) if folded(one["material"]) == wanted]
        return replace(proposed, number=numbers[0] if numbers else 0)
    if step is StepKind.GRANT_ON_COMMITMENT and matter.commitment.check_within.amount:
        return replace(proposed, check_within=matter.commitment.check_within, law=matter.commitment.basis)
    return proposed


def check(proposed: Proposal, matter: Matter, history: Sequence[Mapping[str, Any]], problems: Problems) -> None:
    """What a person may not do. Another system's word is recorded as it is."""
    missing = still_missing(history)
    match proposed.step:
        case StepKind.ACCEPT_WITH_DEFICIENCIES:
            _check_missing(proposed, matter.tolerance, problems)
        case StepKind.SUPPLY_MATERIAL if not missing:
            problems.add("step", NOTHING_MISSING)
        case StepKind.SUPPLY_MATERIAL if proposed.material and not proposed.number:
            problems.add("material", NOT_MISSING, material=proposed.material, materials=_named(missing))
        case StepKind.GRANT if missing:
            problems.add("step", STILL_MISSING, materials=_named(missing))
        case StepKind.GRANT_ON_COMMITMENT:
            _check_commitment(matter.commitment, missing, problems)
        case StepKind.GRANT_WITH_DEFICIENCIES:
            _check_deficient(proposed, missing, problems)
        case StepKind.CHECK_COMMITMENT:
            _check_check(proposed, history, problems)
        case StepKind.RECORD_BREACH if not has_sense(proposed.step, matter, history):
            problems.add("step", NOTHING_UNDERTAKEN)
        case _:
            pass


def _named(missing: Iterable[Mapping[str, Any]]) -> str:
    return "、".join(one["material"] for one in missing) or "—"


def _check_missing(proposed: Proposal, terms: Tolerance, problems: Problems) -> None:
    if not terms.materials:
        problems.add("step", NOTHING_LATER)
        return
    allowed = {folded(one) for one in terms.materials}
    at, named = proposed.occurred_at.date(), set[str]()
    last = at + timedelta(days=terms.longest_days)
    for place, one in enumerate(proposed.missing):
        field, facts = f"missing.{place}", {"material": one.material}
        if folded(one.material) not in allowed:
            problems.add(f"{field}.material", NOT_LATER, **facts, materials="、".join(terms.materials))
        elif folded(one.material) in named:
            problems.add(f"{field}.material", TWICE_NAMED, **facts)
        named.add(folded(one.material))
        if one.due_on is None:
            problems.add(f"{field}.due_on", NO_DAY, **facts)
        elif one.due_on > last:
            problems.add(f"{field}.due_on", DAY_TOO_LATE, **facts, last=last.isoformat(), day=one.due_on.isoformat())
        elif one.due_on <= at:
            problems.add(f"{field}.due_on", DAY_PAST, **facts, at=at.isoformat(), day=one.due_on.isoformat())


def _check_deficient(proposed: Proposal, missing: Sequence[Mapping[str, Any]], problems: Problems) -> None:
    if not missing:
        problems.add("step", NONE_MISSING)
    on = proposed.occurred_at.date().isoformat()
    for one in missing:
        if one["breached_at"] is not None or (one["due_on"] and one["due_on"] < on):
            problems.add("step", BROKEN, material=one["material"], day=one["due_on"] or "—")


def _check_commitment(terms: CommitmentTerms, missing: Sequence[Mapping[str, Any]], problems: Problems) -> None:
    if not terms.check_within.amount:
        problems.add("step", NO_COMMITMENT)
    elif missing:
        problems.add("step", STILL_MISSING, materials=_named(missing))


def _check_check(proposed: Proposal, history: Sequence[Mapping[str, Any]], problems: Problems) -> None:
    known = commitment_in(history)
    if known is None:
        problems.add("step", NOT_COMMITTED)
    elif known["checked_at"] is not None:
        problems.add("step", CHECKED, day=moment(known["checked_at"]).date().isoformat())
    if proposed.passed is False and not proposed.reason:
        problems.add("reason", SAY_WHY)


# --- what the clocks say ----------------------------------------------------------------------------------------------


def light_changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """A red light on a missing material: its day has passed without it, once for each."""
    event = fact.event
    if event.light is not Light.RED or event.about_kind is not SubjectKind.CASE:
        return NOTHING
    records = Records(office.connection)
    case = records.case(event.about)
    history = effective(records.history([event.about]).get(event.about, []))
    number = round_of_clock(event.clock_id)
    known = next((one for one in still_missing(history) if one["number"] == number), None)
    if case is None or known is None or known["breached_at"] is not None:
        return NOTHING
    missing = Missing(number, known["material"], event.due_on, known["consequence"])
    taken = effects.deficiency_breached(case, missing, event.clock_id, event.turned_at, office.now)
    records.change_case(taken.case, taken.rows)
    return Outcome(said=taken.said)


def told(history: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What an answer about a case tells of its undertakings."""
    commitment = commitment_in(history)
    if commitment is not None:
        commitment |= {"checked_at": _written(commitment["checked_at"])}
    return {
        "missing": [
            one | {"supplied_at": _written(one["supplied_at"]), "breached_at": _written(one["breached_at"])}
            for one in missing_in(history)
        ],
        "commitment": commitment,
    }


def terms(matter: Matter) -> dict[str, Any]:
    """What an answer about a case tells of its matter: what may come later, and how soon a commitment is checked."""
    later, within = matter.tolerance, matter.commitment.check_within
    told = {"materials": later.materials, "longest_days": later.longest_days, "basis": later.basis}
    return {
        "may_come_later": told if later.materials else None,
        "check_within": asdict(within) if within.amount else None,
    }


def _written(stamp: float | None) -> str | None:
    return None if stamp is None else moment(stamp).isoformat()
