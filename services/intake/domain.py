"""Cases as they stand, and the rules of what may happen to one: limits, order in time, notices, acceptance by law."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from services.contracts.attribution import Span
from services.contracts.grounds import EndGround, PauseGround, Waiver
from services.contracts.names import folded
from services.contracts.vocabulary import AuthorityCode, CaseNo, CaseState, Channel, StepKind
from services.intake.steps import BY_NUMBER, OF_UNDERTAKINGS, RULES, Way, allowed_steps, is_allowed, meant, state_after
from services.intake.values import Above as Above
from services.intake.values import Defect as Defect
from services.intake.values import Limit as Limit
from services.intake.values import Missing as Missing
from services.intake.values import Officer as Officer
from services.plumbing.errors import Problem, Problems

NOT_ALLOWED_NOW = "The case is {state}: {step} is not allowed now; allowed are {allowed}."
#: How far clocks of partners may run ahead of ours.
TOLERANCE = timedelta(minutes=5)
#: Nothing on record is older; earlier dates are slips of the pen (and beyond every calendar).
EARLIEST = 1990


@dataclass(frozen=True)
class Case:
    """One application for one matter of one project, as it stands."""

    case_no: str
    project_code: str
    matter_code: str
    matter_name: str
    department: str
    handler: Officer
    limit: Limit
    received_at: datetime
    channel: str = Channel.WINDOW.value
    external_no: str | None = None
    state: CaseState = CaseState.RECEIVED
    blzt: int | None = CaseState.RECEIVED.blzt
    #: How many correction notices were told; the last one is open until its correction is complete.
    round: int = 0
    notice_open: bool = False
    #: When the last step happened that later ones have to follow.
    last_at: datetime | None = None
    #: The day of acceptance by law, where it came to that.
    effective_on: date | None = None
    #: The level that decides the matter, and where the case is forwarded to; empty: it is decided here.
    decided_by: str = ""
    forward_to: str = ""
    #: How often it was forwarded from here.
    forward_round: int = 0
    #: The number of the case below from which this one was opened, at its n-th forwarding; empty: received here.
    forwarded_from: str = ""
    below_round: int = 0
    #: Its receipt there: numbers are given out again after a restore, and then another receipt is another case.
    below_received_at: datetime | None = None
    #: The number of the case where the application came in first; empty: here.
    origin_case_no: str = ""
    #: The authority that holds it, and since when; empty: the one that received it, since then.
    held_by: str = ""
    held_since: datetime | None = None
    #: The day by which its department means to have finished it; None: the day on which it is due.
    complete_by: date | None = None
    #: The partner that brought it in, or IMPORTED of the actors; empty: it was taken in at a desk, or came from below.
    brought_by: str = ""
    #: An import brought it in, and the department has not signed for it yet.
    unconfirmed: bool = False
    #: The version of the list of matters at its receipt, whose word on it stays.
    list_number: int = 0
    #: An earlier case for the same project and matter that came to nothing; empty: none.
    follows: str = ""
    #: To whom the front desk has handed its papers; None once they are taken over.
    handed_to: Officer | None = None
    #: It came from below and nobody has been named for it: its handler, the head, answers until somebody is (rule 18).
    is_unnamed: bool = False
    #: Whose its days were at lower levels (rule 16).
    days_below: tuple[Span, ...] = ()
    #: Where it stands above, as the superior has last told; and the day on which the decision here is due.
    above: Above | None = None
    accepted_on: date | None = None
    decision_due: date | None = None
    is_provisional: bool = False

    @property
    def received_on(self) -> date:
        return self.received_at.date()

    def not_before(self, now: datetime) -> datetime:
        """The present as this case has it: never before what was recorded of it.

        A case that was filed while the clock ran ahead goes on from there, by the named person who takes its next step
        and at no earlier moment (DOMAIN 3, rule 12: recorded times never go back).
        """
        return max(now, self.received_at, self.last_at or self.received_at)

    @property
    def own_authority(self) -> AuthorityCode:
        return CaseNo(self.case_no).authority

    @property
    def holder(self) -> str:
        return self.held_by or self.own_authority

    @property
    def since(self) -> datetime:
        """When its holder got it."""
        return self.held_since or self.received_at

    @property
    def sender(self) -> AuthorityCode:
        """The child that forwarded it; empty where it was received here."""
        return CaseNo(self.forwarded_from).authority

    @property
    def origin(self) -> AuthorityCode:
        """The authority where the application came in."""
        return CaseNo(self.origin_case_no or self.case_no).authority

    @property
    def way(self) -> Way:
        return Way(bool(self.forward_to), bool(self.forwarded_from), self.handed_to is not None)

    def allowed(self) -> list[StepKind]:
        return allowed_steps(self.state, self.notice_open, self.way)

    def goes_to(self, holder: str, since: datetime) -> "Case":
        """The case in other hands; a moment before the last change is taken as that change's own."""
        return replace(self, held_by=holder, held_since=max(since, self.held_since or since))

    def after(
        self,
        step: StepKind,
        at: datetime,
        new_handler: Officer | None = None,
        complete_by: date | None = None,
        limit: Limit | None = None,
    ) -> "Case":
        """The case after an allowed step."""
        rule = RULES[step]
        requested = step is StepKind.REQUEST_CORRECTION
        state = state_after(step, self.state)
        return replace(
            self,
            state=state,
            blzt=rule.blzt if rule.blzt is not None and state is not self.state else self.blzt,
            round=self.round + requested,
            notice_open=requested or (self.notice_open and step is not StepKind.COMPLETE_CORRECTION),
            last_at=max(self.last_at or at, at) if rule.orders else self.last_at,
            handler=self._handler_after(step, new_handler),
            handed_to=self._handed_to_after(step, new_handler),
            limit=limit or self.limit,
            is_unnamed=self.is_unnamed and step not in (StepKind.REASSIGN, StepKind.TAKE_OVER),
            accepted_on=self.accepted_on or (at.date() if rule.event == "qidi.case.accepted" else None),
            forward_round=self.forward_round + (step is StepKind.FORWARD),
            complete_by=complete_by or self.complete_by,
        )

    def _handler_after(self, step: StepKind, new_handler: Officer | None) -> Officer:
        if step is StepKind.TAKE_OVER:
            return self.handed_to or self.handler
        return self.handler if step is StepKind.HAND_OVER else new_handler or self.handler

    def _handed_to_after(self, step: StepKind, new_handler: Officer | None) -> Officer | None:
        if step is StepKind.HAND_OVER:
            return new_handler
        return None if step in (StepKind.TAKE_OVER, StepKind.REASSIGN) else self.handed_to

    def deemed_accepted(self, effective_on: date) -> "Case":
        """The case after its acceptance by law, as of a day in the past (Licensing Law 32(4))."""
        state = CaseState.DEEMED_ACCEPTED
        return replace(self, state=state, blzt=state.blzt, effective_on=effective_on, accepted_on=effective_on)

    def acceptance_undone(self, before: CaseState) -> "Case":
        """The case after its acceptance by law was undone: where it stood before."""
        return replace(self, state=before, blzt=before.blzt, effective_on=None, accepted_on=None)


@dataclass(frozen=True)
class Proposal:
    """A step that somebody wants to be recorded, with what he says about it."""

    step: StepKind
    occurred_at: datetime
    person: Officer
    reason: str | None = None
    remedies: str | None = None
    document_no: str | None = None
    defects: tuple[Defect, ...] = ()
    new_handler: Officer | None = None
    note: str | None = None
    #: How long the applicant has for the correction.
    given: Limit | None = None
    #: By how much the limit is extended.
    longer_by: Limit | None = None
    ground: PauseGround | None = None
    #: How long the special procedure is planned to take.
    planned: Limit | None = None
    #: The day of the document.
    document_on: date | None = None
    #: The law that lets the count stand still, for how long at most, or why it runs on: as `procedures.judged` has it.
    law: str = ""
    longest: Limit | None = None
    objection: Problem | None = None
    complete_by: date | None = None
    #: What is still missing at an acceptance; which of it has come in, as `undertakings.judged` has it.
    missing: tuple[Missing, ...] = ()
    material: str | None = None
    number: int = 0
    #: Whether the commitment was kept, and within which time it is checked.
    passed: bool | None = None
    check_within: Limit | None = None
    because: EndGround | None = None
    #: Of joint handling: who takes part. Of a changed limit, and of joint handling: what it is now.
    departments: tuple[str, ...] = ()
    limit: Limit | None = None
    waiver: Waiver | None = None
    covered_by: str | None = None


# --- codes and projects -----------------------------------------------------------------------------------------------


def differing(known: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The fields in which something given contradicts what is known, and those that were not known so far."""
    contradicted = [name for name, value in given.items() if known[name] is not None and value != known[name]]
    new = [name for name, value in given.items() if known[name] is None and value is not None]
    return contradicted, new


# --- receipt ----------------------------------------------------------------------------------------------------------


def case_number(authority: str, received_on: date, number: int) -> str:
    """For example `150424-2026-000123`."""
    return f"{authority}-{received_on.year:04d}-{number:06d}"


def check_department(field: str, given: str | None, department: str, problems: Problems) -> None:
    """The matter's department holds the case, and no other (rule 13)."""
    if given and folded(given) != folded(department):
        problems.add(
            field,
            "The department of this matter is {department}, which holds the case; {given} cannot. Leave it out.",
            department=department,
            given=given,
        )


def check_officer(field: str, officer: Officer, department: str, problems: Problems) -> None:
    """Whoever has the case in hand is of the department that holds it (rule 13)."""
    if folded(officer.department) != folded(department) and not problems.has(field):
        problems.add(
            field,
            "{name} is of {given}; the case is held by {department}, and so is whoever has it in hand. Name one of it.",
            name=officer.name,
            given=officer.department,
            department=department,
        )


def check_moment(field: str, at: datetime, now: datetime, problems: Problems) -> None:
    """What is recorded has happened: five minutes are left to clocks that run ahead."""
    if at.year < EARLIEST:
        problems.add(field, "{at} is before the year {earliest}.", at=at.isoformat(), earliest=EARLIEST)
    if at > now + TOLERANCE:
        problems.add(field, "{at} is in the future.", at=at.isoformat(timespec="minutes"))


# --- steps ------------------------------------------------------------------------------------------------------------


def which_step(
    step: str | None, blzt: int | None, problems: Problems, prefix: str = "", state: CaseState | None = None
) -> StepKind | None:
    """The step by its word, its number in the exchange standard, or both where they agree.

    `state`: where the case stands, where that is known: a bare number may mean another step there.
    """
    if step is None and blzt is None:
        if not (problems.has(f"{prefix}step") or problems.has(f"{prefix}blzt")):
            problems.add(f"{prefix}step", "Say which step: its word in `step` or its number in `blzt`.")
        return None
    if blzt == 1:
        problems.add(f"{prefix}blzt", "Number 1 is the receipt itself, which the case has already.")
    numbered = BY_NUMBER.get(blzt) if blzt is not None else None
    if step is None:
        return meant(numbered, state) if numbered is not None and state is not None else numbered
    worded = StepKind(step)
    if blzt is not None and numbered is not None and RULES[worded].blzt != blzt:
        problems.add(
            f"{prefix}blzt",
            "Number {blzt} is {numbered}, not {step}.",
            blzt=blzt,
            numbered=numbered,
            step=step,
        )
    return worded


def is_before(at: datetime, other: datetime) -> bool:
    """Did it happen earlier? A day without a time of day (midnight) is not earlier than something on that same day."""
    if at.timetz().replace(tzinfo=None) == time() and at.date() == other.date():
        return False
    return at < other


#: What belongs to one step alone.
_OWN_FIELDS = (
    *((name, StepKind.REQUEST_CORRECTION) for name in ("defects", "given")),
    ("longer_by", StepKind.EXTEND),
    ("new_handler", StepKind.REASSIGN, StepKind.HAND_OVER),
    *((name, StepKind.BEGIN_PROCEDURE) for name in ("ground", "planned")),
    ("complete_by", StepKind.NAME_COMPLETION),
    ("missing", StepKind.ACCEPT_WITH_DEFICIENCIES),
    ("material", StepKind.SUPPLY_MATERIAL),
    ("passed", StepKind.CHECK_COMMITMENT),
    ("departments", StepKind.HANDLE_JOINTLY),
    ("limit", StepKind.CHANGE_LIMIT, StepKind.HANDLE_JOINTLY),
    *((name, StepKind.NOT_REQUIRED) for name in ("waiver", "covered_by")),
)


def check_step(
    case: Case, proposed: Proposal, now: datetime, problems: Problems, prefix: str = "", *, is_outside: bool = False
) -> None:
    """Whether the step is allowed now, says all that it must, and comes in order of time.

    `is_outside`: another system or ledger says that it happened, so less has to be said.
    """
    step, rule = proposed.step, RULES[proposed.step]
    if not is_allowed(step, case.state, case.notice_open, case.way):
        problems.add(
            f"{prefix}step",
            NOT_ALLOWED_NOW,
            state=case.state,
            step=step,
            allowed=", ".join(one for one in case.allowed() if one not in OF_UNDERTAKINGS),
        )
    for name in rule.needs if is_outside else rule.needs + rule.needs_of_people:
        if _is_unsaid(proposed, name) and not problems.has(f"{prefix}{name}"):
            problems.add(f"{prefix}{name}", "The step {step} needs this.", step=step)
    for name, *owners in _OWN_FIELDS:
        if not _is_unsaid(proposed, name) and step not in owners:
            problems.add(f"{prefix}{name}", "This belongs to the step {owner} only.", owner=owners[0])
    if proposed.new_handler is not None:
        check_officer(f"{prefix}new_handler.department", proposed.new_handler, case.department, problems)
    _check_order(case, proposed, now, problems, f"{prefix}occurred_at")


def _is_unsaid(proposed: Proposal, name: str) -> bool:
    return getattr(proposed, name) in (None, "", ())


def _check_order(case: Case, proposed: Proposal, now: datetime, problems: Problems, field: str) -> None:
    at = proposed.occurred_at
    check_moment(field, at, now, problems)
    if is_before(at, case.received_at):
        problems.add(
            field,
            "{at} is before the receipt at {received}.",
            at=at.isoformat(timespec="minutes"),
            received=case.received_at.isoformat(timespec="minutes"),
        )
    elif RULES[proposed.step].orders and case.last_at is not None and is_before(at, case.last_at):
        problems.add(
            field,
            "{at} is before the previous step at {previous}.",
            at=at.isoformat(timespec="minutes"),
            previous=case.last_at.isoformat(timespec="minutes"),
        )
