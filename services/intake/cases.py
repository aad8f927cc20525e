"""Cases on their way: receipt with a number of its own, and steps, each checked whole before anything is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from services.contracts.actors import ACTS_FOR_OTHERS
from services.contracts.attribution import Span
from services.contracts.commands import ReceiveCase, TakeStep
from services.contracts.quantities import WireLimit
from services.contracts.rights import barred
from services.contracts.vocabulary import Channel, StepKind
from services.intake import (
    case_limits,
    completion,
    corrections,
    days,
    defects,
    domain,
    endings,
    entitlement,
    expiry,
    extensions,
    procedures,
    promised_limits,
    reapplications,
    record,
    removals,
    takeovers,
    undertakings,
    waivers,
)
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.names import no_matter
from services.intake.catalogues.pauses import PauseRight
from services.intake.catalogues.receipt import matter_at_receipt
from services.intake.catalogues.wire import matter_of
from services.intake.domain import Case, Limit, Officer, Proposal
from services.intake.levels import forward_to
from services.intake.offices.register import Register, today
from services.intake.project_codes import check_project_code
from services.intake.projects import no_project
from services.intake.proposals import proposal
from services.intake.steps import is_allowed
from services.intake.store import Records, told_in
from services.intake.wire import limit_of, local, officer_if
from services.plumbing.errors import Conflict, NotFound, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome

# --- receipt ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Receipt:
    """A receipt that was checked: everything that the new case needs is known."""

    project: Mapping[str, Any]
    matter: Matter
    limit: Limit
    handler: Officer
    #: Who takes the papers in.
    actor: Officer
    received_at: datetime


def receive_case(office: Office, order: ReceiveCase) -> Outcome:
    """An application comes in and gets its number. Raises Refused with everything that is wrong."""
    records = Records(office.connection)
    receipt = _check_receipt(office, records, order)
    case = _opened(office, records, order, receipt)
    first_day = office.beginning.first_day
    taken = record.receive(
        case, receipt.project, receipt.actor, office.now, first_day, order.again_because,
        counted_from=receipt.matter.counted_from,
    )  # fmt: skip
    records.open_case(taken.case, taken.rows)
    return Outcome({"case_no": case.case_no, "state": case.state.value}, taken.said)


def _check_receipt(office: Office, records: Records, order: ReceiveCase) -> Receipt:
    problems = office.problems
    project = _project(records, order.project_code, problems)
    matter = _matter(records, order.matter_code, problems)
    whose = entitlement.whose_matter(office, matter.department) if matter else None
    if whose is not None:
        office.stand_aside(barred(entitlement.RECEIPT, entitlement.caller_now(office), whose), "matter_code")
    at = order.received_at or office.now
    domain.check_moment("received_at", at, office.now, problems)
    limit = promised_limit(problems, order.promised, matter) if matter else None
    if matter is not None and limit is not None:
        promised_limits.check_own_limit(limit, matter.promised, problems)
    completion.check(order.complete_by, order.due_on, local(at).date(), office.now.date(), problems)
    _check_new(records, order.external_no, problems)
    _check_once(records, order, problems)
    handler, register = officer_if(order.handler), Register(office.connection)
    acting = office.acting(order.actor, order.handler) if handler else None
    if matter is not None and whose is not None:
        register.check_holder("handler", handler, problems, today(office), of=matter.department)
        if order.actor is not None or not problems.has("handler"):
            entitlement.check_name(office, whose, acting)
        domain.check_department("department", order.department, matter.department, problems)
    handler, actor = register.known(handler) if handler else None, officer_if(acting)
    if problems or project is None or matter is None or limit is None or handler is None or actor is None:
        raise Refused(*problems.found)
    return Receipt(project, matter, limit, handler, actor, local(at))


def _project(records: Records, code: str, problems: Problems) -> Mapping[str, Any] | None:
    if not code:
        return None  # which is a problem already
    project = records.projects([code]).get(code)
    check_project_code(code, problems)
    if project is None and not problems.has("project_code"):
        problems.take(no_project(code))
    against = removals.against_receipt(project) if project is not None else None
    if against is not None:
        problems.take(against)
    return project


def _matter(records: Records, code: str, problems: Problems) -> Matter | None:
    body = records.matter(code or "")
    if body is None and code:
        problems.take(no_matter("matter_code", code, records.matter_names()))
    matter = matter_of(body) if body is not None else None
    if matter is not None and matter.is_yardstick:
        problems.take(no_application("matter_code", matter))
    return matter


def _check_new(records: Records, external_no: str | None, problems: Problems) -> None:
    """What another system has sent before is not received a second time."""
    twin = records.by_external_no([external_no]).get(external_no) if external_no else None
    if twin is not None:
        problems.add(
            "external_no",
            "Number {external_no} was received before, as case {case_no}.",
            external_no=external_no,
            case_no=twin.case_no,
        )


def _check_once(records: Records, order: ReceiveCase, problems: Problems) -> None:
    """One application, once: a second open case for the same project and matter needs a reason (DOMAIN 3, rule 20)."""
    if order.again_because or not (order.project_code and order.matter_code):
        return
    twin = records.open_twin(order.project_code, order.matter_code)
    if twin is not None:
        problems.add(
            "again_because",
            "Case {case_no} of this project for this matter is open since {day}: say why there is a second one.",
            case_no=twin.case_no,
            day=twin.received_on.isoformat(),
        )


def _opened(office: Office, records: Records, order: ReceiveCase, receipt: Receipt) -> Case:
    at, matter = receipt.received_at, receipt.matter
    return Case(
        case_no=domain.case_number(office.authority, at.date(), records.give_number(at.year)),
        project_code=order.project_code,
        matter_code=order.matter_code,
        matter_name=matter.name,
        department=matter.department,
        handler=receipt.handler,
        limit=receipt.limit,
        received_at=at,
        channel=order.channel or _usual_channel(office),
        external_no=order.external_no,
        complete_by=order.complete_by,
        decided_by=matter.deciding_level.value,
        forward_to=forward_to(office.authority, matter.deciding_level, records.superior()),
        brought_by=office.caller.bearer,
        list_number=records.catalogue_number(),
        follows=reapplications.came_to_nothing(records.last_before(order.project_code, matter.code, at)),
    )


def _usual_channel(office: Office) -> Channel:
    """The way in where nobody says it: a system brings in what came to it, and no window has seen it."""
    return Channel.PARTNER if office.caller.role in ACTS_FOR_OTHERS else Channel.WINDOW


def promised_limit(problems: Problems, own: WireLimit | None, matter: Matter) -> Limit:
    """The limit as of receipt: the case's own promise where it has one, or else the catalogue's."""
    if own is None:
        return matter.promised
    promised_limits.check_promised(limit_of(own), matter.statutory, problems)
    return limit_of(own)


def no_application(field: str, matter: Matter) -> Problem:
    """The problem of a row of the list that is no matter."""
    return Problem(
        field,
        "{matter} measures the whole process and is no matter of its own: nobody can apply for it.",
        {"matter": f"{matter.code} {matter.name}"},
    )


# --- steps ------------------------------------------------------------------------------------------------------------


#: What only the state of the case stands against: later, or of another case, the same order is good.
_STATE_FORBIDS: Final = frozenset(
    {
        *(domain.NOT_ALLOWED_NOW, extensions.TWICE, extensions.STANDS_STILL, expiry.TOO_EARLY),
        *(case_limits.ONCE, case_limits.SAME, case_limits.LONG_ENOUGH, takeovers.NOT_YOURS, removals.NOT_REMOVED),
        *undertakings.STATE_FORBIDS,
        endings.CANCELLED,
    }
)


def take_step(office: Office, order: TakeStep) -> Outcome:
    """Something happens to a case.

    Raises NotFound, NotAllowed before all else to whoever may not, Conflict when only the state of the case forbids
    it, Refused with everything that is wrong.
    """
    records = Records(office.connection)
    case, proposed = check_step(office, records, order)
    told_before, project = _told_before(records, case, proposed), _own_project(records, case, proposed)
    spans = _days(office, records, case, proposed)
    taken = record.take(case, proposed, told_before, office.now, project, spans)
    records.change_case(taken.case, taken.rows)
    return Outcome({"case_no": case.case_no, "state": taken.case.state.value, "blzt": taken.case.blzt}, taken.said)


def check_step(office: Office, records: Records, order: TakeStep) -> tuple[Case, Proposal]:
    """The case and the step, where nothing stands against it. Raises as `take_step`."""
    problems = office.problems
    case = records.case(order.case_no) if order.case_no else None
    if case is None and order.case_no:
        raise NotFound(Problem("case_no", "There is no case {case_no} here.", {"case_no": order.case_no}))
    step = domain.which_step(order.step, order.blzt, problems, state=case.state if case is not None else None)
    if case is not None and step is not None:
        office.stand_aside(entitlement.against(office, case, step), "step")
    acting = office.acting(order.actor)
    if case is not None:
        entitlement.check_name(office, entitlement.whose(office, case), acting, step)
    actor = officer_if(acting)
    if case is None or step is None:
        raise Refused(*problems.found)
    # a missing person is a problem already; the rest is checked all the same
    now = case.not_before(office.now)
    proposed = proposal(order, step, actor or case.handler, now)
    if proposed.new_handler is not None:
        register = Register(office.connection)
        register.check_holder("new_handler", proposed.new_handler, problems, today(office), of=case.department)
        proposed = replace(proposed, new_handler=register.known(proposed.new_handler))
    is_outside = office.caller.role in ACTS_FOR_OTHERS
    proposed = procedures.judged(proposed, _pauses(records, case, proposed))
    proposed = _of_a_permit(records, case, proposed, problems, is_outside=is_outside)
    matter = matter_at_receipt(records, case)
    listed = matter.promised
    proposed = defects.judged(proposed, matter.materials)
    proposed = case_limits.judged(proposed, listed, is_outside=is_outside)
    domain.check_step(case, proposed, now, problems, is_outside=is_outside)
    procedures.check(proposed, problems, is_outside=is_outside)
    if not is_outside:
        defects.check(proposed, f"{case.matter_code} {case.matter_name}", matter.materials, problems)
    completion.check(proposed.complete_by, order.due_on, case.received_on, office.now.date(), problems)
    if proposed.step is StepKind.EXTEND and not problems.has("step"):
        history = corrections.effective(records.history([case.case_no])[case.case_no])
        extensions.check(matter_at_receipt(records, case).extension, proposed, history, problems)
        extensions.check_due(proposed, order.due_on, today(office), problems)
    _check_deed(office, records, case, proposed, listed, order.due_on)
    if not problems.has("step"):
        expiry.check(records, case, proposed, problems)
        removals.check_end(records, case, proposed, problems)
    if problems and all(one.template in _STATE_FORBIDS for one in problems.found):
        raise Conflict(*problems.found)
    problems.refuse()
    return case, proposed


def _of_a_permit(records: Records, case: Case, proposed: Proposal, problems: Problems, *, is_outside: bool) -> Proposal:
    """The step with what the matter and the history say of undertakings and of the end of a permit, checked."""
    concerned = undertakings.concerns(proposed.step) or proposed.step in endings.GROUNDS
    history = corrections.effective(records.history([case.case_no])[case.case_no]) if concerned else []
    endings.check(proposed, history, problems, is_outside=is_outside)
    if not undertakings.concerns(proposed.step):
        return proposed
    matter = matter_at_receipt(records, case)
    proposed = undertakings.judged(proposed, matter, history)
    if not is_outside and is_allowed(proposed.step, case.state, case.notice_open, case.way):
        undertakings.check(proposed, matter, history, problems)
    return proposed


def _check_deed(
    office: Office, records: Records, case: Case, proposed: Proposal, listed: Limit, due_on: date | None
) -> None:
    """What single steps have to keep to beyond the table."""
    problems, history = office.problems, records.history([case.case_no])[case.case_no]
    case_limits.check(case, proposed, listed, corrections.effective(history), problems)
    case_limits.check_due(proposed, due_on, today(office), problems)
    case_limits.check_departments(case, proposed, Register(office.connection), problems)
    waivers.check(records, case, proposed, problems)
    takeovers.check(case, proposed, problems)


def _pauses(records: Records, case: Case, proposed: Proposal) -> Sequence[PauseRight]:
    """For what the count of the case may stand still, for the step that asks for it."""
    return matter_at_receipt(records, case).pauses if proposed.step is StepKind.BEGIN_PROCEDURE else ()


def _told_before(records: Records, case: Case, proposed: Proposal) -> Sequence[str]:
    """The materials of earlier notices, for a further one."""
    if proposed.step is not StepKind.REQUEST_CORRECTION or case.round == 0:
        return ()
    return told_in(records.history([case.case_no])[case.case_no])


def _days(office: Office, records: Records, case: Case, proposed: Proposal) -> Sequence[Span]:
    """Whose the days were so far, for the step that hands the case up."""
    if proposed.step is not StepKind.FORWARD:
        return ()
    return days.so_far(case, records.history([case.case_no])[case.case_no], office.now, office.beginning)


def _own_project(records: Records, case: Case, proposed: Proposal) -> Mapping[str, Any]:
    """The case's project, for the step that hands it up."""
    if proposed.step is not StepKind.FORWARD:
        return record.NO_PROJECT
    return records.projects([case.project_code])[case.project_code]
