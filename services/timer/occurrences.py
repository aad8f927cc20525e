"""Occurrences of facts that were heard: as much of each as clocks depend on, and the clocks that follow from them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from services.contracts import cases, complaints, forwarding, instructions, permits
from services.contracts.attribution import HANDED_UP, MOVED, STOOD
from services.contracts.beginning import starts
from services.contracts.catalogue import all_events
from services.contracts.catalogues import CatalogueArrived, PublicationAdopted, PublicationFact
from services.contracts.complaints import ComplaintDispatched, ComplaintRegistered, ComplaintStep
from services.contracts.days import span_of
from services.contracts.envelope import Event
from services.contracts.instructions import InstructionReceived, InstructionReply, InstructionSigned
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import CountedFrom, SubjectKind
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, TakeFact, on
from services.timer.attribution import ACCEPTED
from services.timer.changes import MISTAKE, RELIMITED, Reason
from services.timer.desktop import Desktop
from services.timer.domain import Occurrence, local_day, mark_of
from services.timer.limits import CalendarDays, Limit, parse_limit, unit_of
from services.timer.rule_table import ALL
from services.timer.rules import ADOPTING_DEPARTMENT, CORRECTED, LIMIT_CHANGED, RULES, ClockRules
from services.timer.store import Shelf


def case_received(office: Office, fact: Fact[cases.CaseReceived]) -> Outcome:
    """A case came in: with its promised limit, and on the way that it takes."""
    event = fact.event
    received = replace(
        _of_case(office, fact),
        department=event.department,
        limit=_limit(event.limit),
        decided_above=event.forward_to is not None,
        from_below=event.forwarded_from is not None,
        is_unnamed=bool(event.is_unnamed),
        from_receipt=event.counted_from is CountedFrom.RECEIPT,
        before=tuple(span_of(one) for one in event.days or ()),
    )
    return _note(office, fact, received)


def case_stepped(office: Office, fact: Fact[cases.CaseFact]) -> Outcome:
    """Something happened to a case."""
    return _note(office, fact, _of_case(office, fact))


def correction_requested(office: Office, fact: Fact[cases.CorrectionRequested]) -> Outcome:
    """A notice was told: the applicant has the ball, and the time that it gives him."""
    limit = _limit(fact.event.given) if fact.event.given else None
    return _note(office, fact, replace(_of_case(office, fact), limit=limit))


def procedure_begun(office: Office, fact: Fact[cases.ProcedureBegun]) -> Outcome:
    """A special procedure has begun: where a law lets the count stand still, with its plan and its longest length."""
    event = fact.event
    begun = replace(
        _of_case(office, fact),
        limit=_limit(event.planned) if event.planned else None,
        longest=_limit(event.longest) if event.longest else None,
    )
    return _note(office, fact, begun) if event.law else NOTHING


def extended(office: Office, fact: Fact[cases.CaseExtended]) -> Outcome:
    """The limit of the decision is extended, unless that is another ledger's word against the law: whether it came in
    time, the clock itself says."""
    if fact.event.objection is not None:
        return NOTHING
    return _note(office, fact, replace(_of_case(office, fact), limit=_limit(fact.event.longer_by)))


def material_missing(office: Office, fact: Fact[permits.MaterialMissing]) -> Outcome:
    """A material may come later: it has the days until the one that was named, which rolls on a day off."""
    event, at = fact.event, local_day(fact.envelope.time)
    limit = CalendarDays(max(0, (event.due_on - at).days)) if event.due_on else None
    return _note(office, fact, replace(_of_case(office, fact), limit=limit, item=event.number))


def material_supplied(office: Office, fact: Fact[permits.MaterialSupplied]) -> Outcome:
    """A missing material has come in: its own clock ends."""
    return _note(office, fact, replace(_of_case(office, fact), item=fact.event.number))


def commitment_given(office: Office, fact: Fact[permits.CommitmentGiven]) -> Outcome:
    """A permit was granted on a commitment: with the time in which it is checked."""
    limit = _limit(fact.event.check_within) if fact.event.check_within else None
    return _note(office, fact, replace(_of_case(office, fact), limit=limit))


def limit_changed(office: Office, fact: Fact[cases.CaseHandledJointly | cases.CaseLimitChanged]) -> Outcome:
    """The limit of the case is another one, unless it was another system's word against the list or the law."""
    if fact.event.objection is not None:
        return NOTHING
    return _note(office, fact, replace(_of_case(office, fact), limit=_limit(fact.event.limit)))


def late_entry_judged(office: Office, fact: Fact[cases.LateEntryJudged]) -> Outcome:
    """A second person has confirmed that a step happened on the day that it names: from now on it counts there."""
    if not fact.event.is_confirmed:
        return NOTHING
    proves = mark_of(fact.event.entry.removeprefix("qidi."), fact.event.entry_at)
    return _note(office, fact, replace(_of_case(office, fact), proves=proves))


def entry_corrected(office: Office, fact: Fact[cases.EntryCorrected]) -> Outcome:
    """The head says that a fact was a mistake: what it had set off is counted again."""
    event = fact.event
    corrected = replace(
        _of_case(office, fact),
        person=event.person.name if event.person else "",
        corrects=mark_of(event.entry.removeprefix("qidi."), event.entry_at),
        moved_to=event.corrected_at,
    )
    return _note(office, fact, corrected)


def case_reassigned(office: Office, fact: Fact[cases.CaseReassigned]) -> Outcome:
    """Another person has the case; another department as well, where its own has ended."""
    happened = _of_case(office, fact)
    if fact.event.department is not None:
        happened = replace(happened, what=MOVED, department=fact.event.department)
    return _note(office, fact, happened)


def case_acknowledged(office: Office, fact: Fact[forwarding.CaseForwardAcknowledged]) -> Outcome:
    """The superior has it: which authority that is."""
    return _note(office, fact, replace(_of_case(office, fact), authority=fact.event.by))


def holder_changed(office: Office, fact: Fact[forwarding.CaseHolderChanged]) -> Outcome:
    """Further up, or further down, it changed hands."""
    return _note(office, fact, replace(_of_case(office, fact), authority=fact.event.holder))


def correction_completed(office: Office, fact: Fact[cases.CorrectionCompleted]) -> Outcome:
    """The correction is complete here, or goes up to the superior that had asked for it."""
    happened = _of_case(office, fact)
    if fact.event.to:
        happened = replace(happened, what=HANDED_UP, authority=fact.event.to)
    return _note(office, fact, happened)


def stood_above(office: Office, fact: Fact[forwarding.CaseStoodAbove]) -> Outcome:
    """Where it stands above; what is asked of the applicant there has its clock here as well."""
    event = fact.event
    stood = replace(
        _of_case(office, fact),
        what=f"{STOOD}{event.state_above}",
        authority=event.by,
        limit=_limit(event.given) if event.given else None,
    )
    if event.accepted_on is not None and event.state_above in ACCEPTED:
        stood = replace(stood, at=starts(event.accepted_on))
    return _note(office, fact, stood)


def handed_back(office: Office, fact: Fact[forwarding.CaseHandedBack]) -> Outcome:
    """Back to the authority below."""
    return _note(office, fact, replace(_of_case(office, fact), authority=fact.event.to))


def outcome_returned(office: Office, fact: Fact[forwarding.CaseOutcomeReturned]) -> Outcome:
    """The decision of a higher authority has come back: each ending stops and starts other clocks."""
    return _note(office, fact, replace(_of_case(office, fact), what=f"case.outcome-{fact.event.outcome}"))


def complaint_registered(office: Office, fact: Fact[ComplaintRegistered]) -> Outcome:
    """A complaint came in: its urgency gives the limit; one that was sent down is closed above."""
    event = fact.event
    registered = replace(
        _happened(office, fact, SubjectKind.COMPLAINT, event.complaint_no),
        department=event.department,
        urgency=event.urgency,
        decided_above=event.from_above is not None,
    )
    return _note(office, fact, registered)


def complaint_dispatched(office: Office, fact: Fact[ComplaintDispatched]) -> Outcome:
    """A complaint went to a department, perhaps of an authority below."""
    return _note(office, fact, replace(_of_complaint(office, fact), department=fact.event.department))


def complaint_stepped(office: Office, fact: Fact[ComplaintStep]) -> Outcome:
    """Something happened to a complaint."""
    return _note(office, fact, _of_complaint(office, fact))


def instruction_received(office: Office, fact: Fact[InstructionReceived]) -> Outcome:
    """A letter or task has arrived where it is to be answered: with the time that it gives."""
    event = fact.event
    limit = _limit(event.reply_limit) if event.reply_limit.amount else None  # a circular asks for no answer
    received = replace(_of_instruction(office, fact), department=event.department, limit=limit)
    return _note(office, fact, received)


def instruction_signed(office: Office, fact: Fact[InstructionSigned]) -> Outcome:
    """Somebody has signed for a letter or task, and answers for it from then on."""
    return _note(office, fact, replace(_of_instruction(office, fact), person=fact.event.person.name))


def instruction_stepped(office: Office, fact: Fact[InstructionReply]) -> Outcome:
    """A letter or task was answered, or its closing has arrived."""
    return _note(office, fact, _of_instruction(office, fact))


def list_arrived(office: Office, fact: Fact[CatalogueArrived]) -> Outcome:
    """A list of matters from above has arrived, perhaps with a time for its adoption."""
    limit = _limit(fact.event.limit) if fact.event.limit else None
    return _note(office, fact, replace(_of_list(office, fact), limit=limit))


def list_adopted(office: Office, fact: Fact[PublicationAdopted]) -> Outcome:
    """A list of matters from above was adopted."""
    return _note(office, fact, _of_list(office, fact))


def settle(office: Office, rules: ClockRules = RULES) -> Outcome:
    """What was noted is written down together, and the clocks of each subject follow from all its facts, once."""
    noted: list[Occurrence] = office.noted
    if not noted:
        return NOTHING
    office.noted = []
    desktop = Desktop(office, rules)
    desktop.add(noted)
    for about in dict.fromkeys(one.about for one in noted):
        file = desktop.files[about]
        why = _why([one for one in noted if one.about == about])
        desktop.apply(file, desktop.changes(file, desktop.calendar, office.now, why))
    return desktop.close()


def _why(noted: list[Occurrence]) -> Reason | None:
    """Why dates move where the facts alone do not say it."""
    if any(one.what == CORRECTED for one in noted):
        return Reason(MISTAKE)
    for one in reversed(noted):
        if one.what in LIMIT_CHANGED and one.limit is not None:
            return Reason(RELIMITED, {"now": str(one.limit.count), "unit": unit_of(one.limit)})
    return None


_CASE_STEPS: Final = (
    *(cases.CaseAccepted, cases.CaseNotRequired, cases.CaseAcceptanceRefused, cases.CaseWithdrawnBeforeAcceptance),
    *(cases.CaseGivenUp, forwarding.CaseDeliveredBelow),
    cases.ProcedureEnded,
    *(cases.CaseGranted, permits.CaseGrantedWithDeficiencies, cases.CaseRefused, cases.CaseWithdrawn),
    *(cases.CaseDelivered, permits.CommitmentChecked, permits.CaseRevoked, permits.PermitWithdrawn),
    *(cases.CaseEndedWithProject, cases.CaseTakenOver),
    *(forwarding.CaseForwarded, forwarding.CaseForwardReturned),
)
_COMPLAINT_STEPS: Final = (
    *(complaints.ComplaintSigned, complaints.ComplaintAnswered, complaints.ComplaintRevisited),
    *(complaints.ComplaintClosed, complaints.ComplaintReturned, complaints.ComplaintGivenBack),
)


def _of_the_table(heard: Iterable[type[Event]]) -> Iterator[tuple[type[Event], TakeFact]]:
    """The facts that a row of the table names, and that nothing above takes: a new rule needs no line here."""
    named = frozenset().union(*(rule.starts | rule.stops | {rule.extended_by} for rule in ALL))
    others = {kind.stem: kind for kind in all_events().values() if kind.stem.removeprefix("qidi.") in named}
    for stem in sorted(others.keys() - {kind.stem for kind in heard}):
        kind = others[stem]
        if issubclass(kind, cases.CaseFact):
            yield on(kind, case_stepped)
        elif issubclass(kind, ComplaintStep):
            yield on(kind, complaint_stepped)


#: Every fact that can change a clock. What else happens to a case or complaint is no matter of time.
_LINES: Final = (
    on(cases.CaseReceived, case_received),
    *(on(kind, case_stepped) for kind in _CASE_STEPS),
    on(cases.CorrectionRequested, correction_requested),
    on(cases.CorrectionCompleted, correction_completed),
    on(forwarding.CaseStoodAbove, stood_above),
    on(cases.ProcedureBegun, procedure_begun),
    on(cases.CaseExtended, extended),
    on(permits.MaterialMissing, material_missing),
    on(permits.MaterialSupplied, material_supplied),
    on(permits.CommitmentGiven, commitment_given),
    on(cases.CaseHandledJointly, limit_changed),
    on(cases.CaseLimitChanged, limit_changed),
    on(cases.LateEntryJudged, late_entry_judged),
    on(cases.EntryCorrected, entry_corrected),
    on(cases.CaseReassigned, case_reassigned),
    on(forwarding.CaseForwardAcknowledged, case_acknowledged),
    on(forwarding.CaseHolderChanged, holder_changed),
    on(forwarding.CaseHandedBack, handed_back),
    on(forwarding.CaseOutcomeReturned, outcome_returned),
    on(ComplaintRegistered, complaint_registered),
    on(ComplaintDispatched, complaint_dispatched),
    *(on(kind, complaint_stepped) for kind in _COMPLAINT_STEPS),
    on(InstructionReceived, instruction_received),
    on(InstructionSigned, instruction_signed),
    on(instructions.InstructionAnswered, instruction_stepped),
    on(instructions.InstructionFiled, instruction_stepped),
    on(CatalogueArrived, list_arrived),
    on(PublicationAdopted, list_adopted),
)
FACTS: Final = (*_LINES, *_of_the_table(kind for kind, _ in _LINES))


def _note(office: Office, fact: Fact[Event], occurrence: Occurrence) -> Outcome:
    """For `settle`, once the whole batch is noted."""
    if _concerns(fact, office.authority):
        office.noted.append(occurrence)
    return NOTHING


def _concerns(fact: Fact[Event], here: str) -> bool:
    """Of what comes from below only answers to our own letters; one between two others is not ours to count."""
    event, sender = fact.event, fact.envelope.authority
    return sender == here or (isinstance(event, InstructionReply) and event.issuer == here and event.to == sender)


def _happened(office: Office, fact: Fact[Event], kind: SubjectKind, about: str) -> Occurrence:
    envelope = fact.envelope
    theirs = isinstance(fact.event, forwarding.ANOTHERS_WORD) or _is_taken_over(office, fact, about)
    there = fact.event.recorded_there if isinstance(fact.event, cases.CaseFact) else None
    return Occurrence(
        about_kind=kind,
        about=about,
        sequence=envelope.sequence,
        what=envelope.stem.removeprefix("qidi."),
        at=envelope.time,
        heard_at=office.now,
        # never the arrival of another authority's word: a cut link makes nobody late (DOMAIN 3, rule 12); what was
        # before the first day is history, and in no rate
        recorded_at=None if theirs else there or envelope.recordedtime,
    )


def _is_taken_over(office: Office, fact: Fact[Event], about: str) -> bool:
    """Whether it is history that came with its case; of a day before the first is little, so each one is looked up."""
    at, beginning = fact.envelope.time, office.beginning
    if not beginning.is_history(at):
        return False
    if isinstance(fact.event, cases.CaseReceived):  # a receipt stops nothing: when it was recorded is kept
        return False
    noted = (one.recorded_at for one in office.noted if one.about == about and one.what == "case.received")
    receipt = next(noted, None) or Shelf(office.connection).receipt_recorded_at(about)
    return beginning.is_taken_over(at, fact.envelope.recordedtime, receipt)


def _of_case(office: Office, fact: Fact[cases.CaseFact]) -> Occurrence:
    happened = _happened(office, fact, SubjectKind.CASE, fact.event.case_no)
    return replace(happened, person=fact.event.handler.name, department=fact.event.handler.department)


def _of_complaint(office: Office, fact: Fact[ComplaintStep]) -> Occurrence:
    happened = _happened(office, fact, SubjectKind.COMPLAINT, fact.event.complaint_no)
    return replace(happened, person=fact.event.person.name)


def _of_instruction(office: Office, fact: Fact[InstructionReply]) -> Occurrence:
    return _happened(office, fact, SubjectKind.INSTRUCTION, fact.event.instruction_no)


def _of_list(office: Office, fact: Fact[PublicationFact]) -> Occurrence:
    return replace(_happened(office, fact, SubjectKind.CATALOGUE, fact.event.subject), department=ADOPTING_DEPARTMENT)


def _limit(told: WireLimit) -> Limit:
    return parse_limit(told.amount, told.unit)
