"""Entries: lines of another ledger or system, of which what differs is applied and what is the same is left alone.

Each entry is judged for itself against the record as the entries before it have left it; a bad one leaves no trace.
Everything is worked out in memory first, so that a dry run is the same run without its last line.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.contracts.actors import ACTS_FOR_OTHERS, IMPORTED
from services.contracts.cases import ProjectRegistered
from services.contracts.commands import CaseEntry, EnterCases
from services.contracts.names import folded
from services.contracts.quantities import Person, WireLimit
from services.contracts.validation import read
from services.contracts.vocabulary import CaseState, Library, StepKind, Unit
from services.intake import completion, domain, entered_steps, reapplications, record, removals
from services.intake.book import Book, Draft
from services.intake.cases import no_application, promised_limit
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.names import no_matter
from services.intake.domain import Case, Limit, Proposal
from services.intake.entitlement import unnamed
from services.intake.levels import forward_to
from services.intake.offices.register import Register, today
from services.intake.project_codes import (
    check_new_project,
    check_project_code,
    check_told_code,
)
from services.intake.projects import Project, changed, check_course, course_of
from services.intake.reports import Report, bounded, told_of
from services.intake.steps import BY_NUMBER, RULES, is_allowed
from services.intake.store import Records
from services.intake.successions import as_of_today
from services.intake.wire import limit_of, local, officer, officer_if
from services.plumbing.errors import Problem, Problems
from services.plumbing.switchboard import Office, Outcome, Said

#: A sheet of one department renames neither a project nor its owner unasked.
OTHER_NAME = "The record has {known} here, this line has {given}; the record keeps its own until a person decides."
#: Granted and refused, in the numbers of the exchange standard.
_DECISIONS = frozenset({*(one.blzt for one in CaseState if one.is_granted), CaseState.REFUSED.blzt})
_DECIDING = frozenset(step for step, rule in RULES.items() if rule.blzt in _DECISIONS)


def enter_cases(office: Office, order: EnterCases) -> Outcome:
    """Enter existing lines. The answer has one line per entry: what became of it, or everything wrong with it."""
    actor = office.speaking(order.actor)
    if order.trusts_times and office.caller.role in ACTS_FOR_OTHERS:
        office.problems.add(
            "trusts_times", "A system does not vouch for its own times: a person of the authority does."
        )
    office.problems.refuse()
    read_entries = [_read(data) for data in order.entries]
    connection = office.connection
    book = Book(Records(connection), Register(connection), office.authority, [entry for entry, _ in read_entries])
    results = bounded([_enter(office, book, entry, problems, actor, order) for entry, problems in read_entries])
    counts = {kind: sum(one["outcome"] == kind for one in results) for kind in ("new", "changed", "same", "refused")}
    answer = {"dry_run": order.dry_run, "counts": counts, "results": results}
    if order.dry_run:
        return Outcome(answer)
    return Outcome(answer, book.write_down())


def _read(data: Any) -> tuple[CaseEntry, Problems]:
    entry, wrong = read(CaseEntry, data)
    return entry, Problems(Problem(field, template, params) for field, template, params in wrong)


def _enter(office: Office, book: Book, entry: CaseEntry, problems: Problems, actor: str, order: EnterCases) -> Report:
    alone = replace(office, problems=problems)
    draft = book.draft()
    draft.renames, draft.trusts_times = order.rename, order.trusts_times
    if problems:  # fields that could not be read leave holes: say what can be said without the record
        if entry.project_code:
            check_project_code(entry.project_code, problems)
        entered_steps.words(entry, problems)
        outcome, case_no = "refused", None
    else:
        outcome, case_no = _judge(alone, book, draft, entry, actor)
    if problems:
        outcome = "refused"
    else:
        book.keep(draft)
    return {
        "row": entry.row or "",
        "outcome": outcome,
        "case_no": case_no,
        "problems": told_of(problems.found),
        "remarks": told_of(draft.remarks),
    }


#: Stands in for an unknown matter, so that the rest of the entry is judged as well; such an entry is never kept.
_NO_MATTER = Matter("", "", "", promised=Limit(0))


def _judge(office: Office, book: Book, draft: Draft, entry: CaseEntry, actor: str) -> tuple[str, str | None]:
    problems, entry = office.problems, as_of_today(book, entry)
    if book.project(entry.project_code) is None:
        check_new_project(entry.project_code, problems)
    known = book.matter(entry.matter)
    if known is None:
        problems.take(no_matter("matter", entry.matter, book.matter_names))
    matter = known or _NO_MATTER
    limit = promised_limit(problems, _promised(entry, matter), matter)
    domain.check_moment("received_at", entry.received_at, office.now, problems)
    check_course(entry.initiated_on, entry.started_on, today(office), problems)
    draft.remarks += check_told_code(entry.credit_code, problems)
    completion.check(entry.complete_by, entry.due_on, local(entry.received_at).date(), today(office), problems)
    project = _project(office, book, draft, entry, actor)
    case = book.find(entry, matter.code, local(entry.received_at).date())
    is_new = case is None
    if known is not None:
        _check_people(office, book, entry, case.department if case is not None else matter.department)
    if case is None:
        if matter.is_yardstick:
            problems.take(no_application("matter", matter))
        case = _receive(office, book, draft, entry, project, matter, limit)
    else:
        _check_fixed(case, entry, matter, problems)
    if not is_new and entry.state == case.state:
        entered_steps.check_accepted(office, book, entry, case)
    else:
        case = entered_steps.apply(office, book, draft, entry, project, case)
        entered_steps.check_state(entry, case, problems)
    case = completion.enter(office, draft, entry, _handler(office, draft, entry, case))
    _notes(office, book, draft, entry, case)
    if is_new:
        removals.check_entry(project, case, problems)
        return "new", None if problems else case.case_no
    if draft.case is not None:
        _check_brought(office, case, problems)
    return "changed" if draft.said else "same", case.case_no


def _promised(entry: CaseEntry, matter: Matter) -> WireLimit | None:
    """The entry's own limit; plain days are of the kind in which the matter's limit is counted (DOMAIN 3, rule 4)."""
    if entry.promised is not None or entry.promised_days is None:
        return entry.promised
    unit = matter.promised.unit if matter.promised.unit is Unit.CALENDAR_DAYS else Unit.WORKING_DAYS
    return WireLimit(amount=entry.promised_days, unit=unit)


def _check_people(office: Office, book: Book, entry: CaseEntry, department: str) -> None:
    """An earlier ledger names people of the department that holds the case as well, and no others: named today, or
    when the case came in."""
    problems, days = office.problems, (local(entry.received_at).date(), today(office))
    domain.check_department("department", entry.department, department, problems)
    book.register.check_holder("handler", officer(entry.handler), problems, *days, of=department)
    for at, told in enumerate(entry.steps):
        if told.actor is not None:
            domain.check_officer(f"steps.{at}.actor.department", officer(told.actor), department, problems)
        new_handler = officer_if(told.new_handler)
        book.register.check_holder(f"steps.{at}.new_handler", new_handler, problems, *days, of=department)
    _check_names(office, book, entry, days)


def _check_names(office: Office, book: Book, entry: CaseEntry, days: Sequence[date]) -> None:
    """A system tells of what people did whom their department has named, and of nobody else."""
    told: list[tuple[str, Person | None, StepKind | None]] = [("handler", entry.handler, None)]
    for at, step in enumerate(entry.steps):
        told.append((f"steps.{at}.actor", step.actor or entry.handler, step.step or BY_NUMBER.get(step.blzt or 0)))
    wrong_holder = any(office.problems.has(field) for field in ("handler", "handler.name", "handler.department"))
    for field, named, kind in told:
        if named is entry.handler and wrong_holder:
            continue
        against = unnamed(office, book.register, officer(named), *days, step=kind) if named is not None else None
        if against is not None and not office.problems.has(field):
            office.problems.add(field, against.template, **against.params)


def _brought_by(office: Office) -> str:
    """Under whom the cases of this import stand: the partner's own, or the authority's import."""
    return office.caller.bearer or IMPORTED


def _check_brought(office: Office, case: Case, problems: Problems) -> None:
    """A line goes on telling of what lines have brought in; the steps of every other case are its people's own."""
    if case.brought_by != _brought_by(office):
        problems.add(
            "row",
            "Case {case_no} was not brought in this way: its steps are taken by the people of {department} one by one.",
            case_no=case.case_no,
            department=case.department,
        )


def _project(office: Office, book: Book, draft: Draft, entry: CaseEntry, actor: str) -> Project:
    """The project as it is with this entry."""
    names = {"project_name": entry.project_name, "owner_name": entry.owner_name}
    facts = course_of(entry.initiated_on, entry.started_on) | {"credit_code": entry.credit_code}
    known = book.project(entry.project_code)
    if known is None:
        project = {
            "project_code": entry.project_code,
            "investment_yuan": None,
            "planned_start": None,
            **facts,
            "library": Library.ACTIVE.value,
            "look_back_on": None,
            "registered_at": office.now.timestamp(),
            **names,
        }
        draft.project, draft.project_is_new = project, True
        event = ProjectRegistered.model_validate({"project_code": entry.project_code} | names | facts)
        draft.said.append(Said(event, local(entry.received_at), actor))
        return project
    new = {name: value for name, value in facts.items() if value and known[name] is None}
    told = {name: value for name, value in names.items() if folded(str(known[name])) != folded(value)}
    told |= {name: value for name, value in facts.items() if value and value != known[name] and name not in new}
    if told and not draft.renames:
        for name, value in told.items():
            draft.remarks.append(Problem(name, OTHER_NAME, {"known": known[name], "given": value}))
        told = {}
    told |= new
    if told:
        draft.project = known | told
        draft.said.append(Said(changed(draft.project), office.now, actor))
        return draft.project
    return known


def _receive(
    office: Office, book: Book, draft: Draft, entry: CaseEntry, project: Project, matter: Matter, limit: Limit
) -> Case:
    at, handler = local(entry.received_at), officer(entry.handler)
    number = book.next_number(at.year)
    case = Case(
        case_no=domain.case_number(office.authority, at.date(), number),
        project_code=entry.project_code,
        matter_code=matter.code,
        matter_name=matter.name,
        department=matter.department,
        handler=handler,
        limit=limit,
        received_at=at,
        channel=entry.channel,
        external_no=entry.external_no,
        complete_by=entry.complete_by,
        decided_by=matter.deciding_level.value,
        forward_to=_destination(office, book, entry, matter),
        brought_by=_brought_by(office),
        follows=reapplications.first_of(book.of_project(entry.project_code), matter.code, at),
        unconfirmed=office.beginning.first_day is not None and _brought_by(office) == IMPORTED,
        list_number=book.list_number,
    )
    first_day = office.beginning.first_day
    draft.take(record.receive(case, project, handler, office.now, first_day, counted_from=matter.counted_from))
    draft.case_is_new, draft.number = True, (at.year, number)
    return case


def _destination(office: Office, book: Book, entry: CaseEntry, matter: Matter) -> str:
    """Where the case is forwarded to. A line that has its decision already got it on paper: it stays here."""
    decided = {one.step for one in entry.steps} & _DECIDING
    if decided or any(one.blzt in _DECISIONS for one in entry.steps):
        return ""
    return forward_to(office.authority, matter.deciding_level, book.superior)


def _check_fixed(case: Case, entry: CaseEntry, matter: Matter, problems: Problems) -> None:
    """What was fixed at receipt is not changed by entering it differently."""
    given: dict[str, tuple[Any, Any]] = {
        "project_code": (case.project_code, entry.project_code),
        "matter": (case.matter_code, matter.code or case.matter_code),
        "received_at": (case.received_on.isoformat(), local(entry.received_at).date().isoformat()),
    }
    promised_there = _promised(entry, matter)
    if promised_there:
        promised = limit_of(promised_there)
        given["promised"] = (f"{case.limit.amount} {case.limit.unit}", f"{promised.amount} {promised.unit}")
    for field, (known, told) in given.items():
        if known != told:
            problems.add(
                field,
                "Case {case_no} was received with {known}, not {given}; this does not change.",
                case_no=case.case_no,
                known=known,
                given=told,
            )


def _handler(office: Office, draft: Draft, entry: CaseEntry, case: Case) -> Case:
    """Another person holds the line now, and no step says so: the case is reassigned."""
    named = officer(entry.handler)
    told_by_step = any(one.step is StepKind.REASSIGN for one in entry.steps)
    if (
        named == case.handler
        or told_by_step
        or not is_allowed(StepKind.REASSIGN, case.state, case.notice_open, case.way)
    ):
        return case
    proposed = Proposal(StepKind.REASSIGN, office.now, named, new_handler=named)
    taken = record.take(case, proposed, (), office.now)
    draft.take(taken)
    return taken.case


def _notes(office: Office, book: Book, draft: Draft, entry: CaseEntry, case: Case) -> None:
    """Columns that have no field of their own are kept as one note, once."""
    text = "\n".join(f"{name}: {value}" for name, value in entry.notes.items() if value)
    if not text or text in book.notes(case.case_no):
        return
    proposed = Proposal(StepKind.NOTE, office.now, officer(entry.handler), note=text)
    draft.take(record.take(case, proposed, (), office.now))
