"""Expiry of the time for a correction: the applicant is asked, then a named person closes the case (rule 14)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import CaseState, Light, StepKind, SubjectKind
from services.intake import effects
from services.intake.domain import Case, Proposal
from services.intake.steps import CORRECTION_EXPIRED
from services.intake.store import Records
from services.plumbing.errors import Problems
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome

TOO_EARLY: Final = "The applicant still has time for the correction: the case can be closed once that is over."


def light_changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """A red light on the applicant's own clock: he is asked about the correction, once for each notice."""
    event = fact.event
    if event.light is not Light.RED or event.about_kind is not SubjectKind.CASE:
        return NOTHING
    records = Records(office.connection)
    case = records.case(event.about)
    if case is None or case.state is not CaseState.CORRECTION_REQUESTED:
        return NOTHING
    history = records.history([case.case_no])[case.case_no]
    if has_expired(history, case.round):
        return NOTHING
    taken = effects.correction_expired(case, event.clock_id, event.turned_at, office.now)
    records.change_case(taken.case, taken.rows)
    return Outcome(said=taken.said)


def has_expired(history: Iterable[Mapping[str, Any]], round: int) -> bool:
    """Whether the time for the correction of this notice is over."""
    return any(row["step"] == CORRECTION_EXPIRED and row["round"] == round for row in history)


def check(records: Records, case: Case, proposed: Proposal, problems: Problems) -> None:
    """A case is closed as given up only after the time that the applicant was given."""
    if proposed.step is StepKind.GIVE_UP and not has_expired(records.history([case.case_no])[case.case_no], case.round):
        problems.add("step", TOO_EARLY)
