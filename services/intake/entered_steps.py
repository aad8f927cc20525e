"""Entered steps: what another ledger says has happened to a case, applied in order of time as far as it is new."""

from dataclasses import replace

from services.contracts.commands import CaseEntry
from services.contracts.vocabulary import CaseState, StepKind
from services.intake import case_limits, defects, domain, endings, extensions, procedures, record, undertakings
from services.intake.book import Book, Draft
from services.intake.corrections import effective
from services.intake.domain import Case, Proposal
from services.intake.projects import Project
from services.intake.proposals import proposal
from services.intake.steps import OPEN_BEFORE_ACCEPTANCE, meant
from services.intake.wire import local, officer
from services.plumbing.errors import Problems
from services.plumbing.switchboard import Office

#: What the law gives a case once: the history says whether it had it.
_ONCE = frozenset({StepKind.EXTEND, StepKind.HANDLE_JOINTLY})
_ACCEPTS = frozenset({StepKind.ACCEPT, StepKind.ACCEPT_WITH_DEFICIENCIES})


def words(entry: CaseEntry, problems: Problems) -> list[StepKind | None]:
    return [domain.which_step(one.step, one.blzt, problems, f"steps.{at}.") for at, one in enumerate(entry.steps or ())]


def apply(office: Office, book: Book, draft: Draft, entry: CaseEntry, project: Project, case: Case) -> Case:
    """Apply the steps that the record does not have yet, in order of time."""
    problems, done = Problems(), book.done(case.case_no)
    wanted: list[tuple[str, Proposal]] = []
    numbered: set[tuple[str, StepKind]] = set()
    for at, (told, step) in enumerate(zip(entry.steps, words(entry, problems), strict=True)):
        prefix = f"steps.{at}."
        if told.occurred_at is None:
            problems.add(f"{prefix}occurred_at", "A step that is entered needs its date.")
        elif step is not None:
            person = officer(told.actor or entry.handler)
            wanted.append((prefix, proposal(told, step, person, office.now)))
            if told.step is None:
                numbered.add((prefix, step))
    if not problems:
        for prefix, proposed in sorted(wanted, key=lambda one: one[1].occurred_at):
            if (prefix, proposed.step) in numbered:
                proposed = replace(proposed, step=meant(proposed.step, case.state))
            key = book.key(proposed.step, proposed.occurred_at, proposed.note)
            if done[key] > 0:
                done[key] -= 1
                continue
            proposed = procedures.judged(proposed, book.at_receipt(case).pauses)
            proposed = defects.judged(proposed, book.at_receipt(case).materials)
            if undertakings.concerns(proposed.step) or proposed.step in _ONCE:
                so_far = effective(book.history(case.case_no, draft))
                proposed = undertakings.judged(proposed, book.at_receipt(case), so_far)
                proposed = extensions.judged(book.at_receipt(case).extension, proposed, so_far)
                proposed = case_limits.jointly_judged(case, proposed, so_far)
            proposed = case_limits.judged(proposed, book.at_receipt(case).promised, is_outside=True)
            domain.check_step(case, proposed, office.now, problems, prefix, is_outside=True)
            procedures.check(proposed, problems, prefix, is_outside=True)
            if not office.caller.bearer:
                procedures.check_told(proposed, entry.state, problems, prefix)
            endings.check(proposed, (), problems, is_outside=True)
            if problems:  # what follows would only be wrong because of this
                break
            taken = record.take(case, proposed, book.told(case.case_no, draft), office.now, project)
            draft.take(taken)
            case = taken.case
    office.problems.take(*problems.found)
    return case


def check_accepted(office: Office, book: Book, entry: CaseEntry, case: Case) -> None:
    """A case that stands where the entry says needs no steps again; its day of acceptance has to agree all the same."""
    known = {day for step, day, _ in book.done(case.case_no) if step in _ACCEPTS}
    if case.effective_on is not None:
        known.add(case.effective_on)
    for at, told in enumerate(entry.steps):
        given = local(told.occurred_at).date() if told.step in _ACCEPTS and told.occurred_at else None
        if known and given is not None and given not in known:
            office.problems.add(
                f"steps.{at}.occurred_at",
                "Case {case_no} was accepted on {known}, not {given}.",
                case_no=case.case_no,
                known=min(known).isoformat(),
                given=given.isoformat(),
            )


def check_state(entry: CaseEntry, case: Case, problems: Problems) -> None:
    """After its steps the case stands where the other ledger has it; the law's acceptance comes by itself."""
    told, found = entry.state, case.state
    if told is None or told == found or problems.has("steps"):
        return
    if told not in set(CaseState):
        problems.add("state", "There is no state {state}.", state=told)
        return
    by_law = CaseState.DEEMED_ACCEPTED in (told, found)
    if by_law and {CaseState(told), found} <= {CaseState.DEEMED_ACCEPTED, *OPEN_BEFORE_ACCEPTANCE}:
        return
    problems.add(
        "state",
        "The record has this case as {found}, not {state}; steps or their dates are missing.",
        found=found.value,
        state=told,
    )
