"""Orders about complaints: registered and checked at once, taken step by step, and who is shown their maker."""

from services.complaints import domain, views
from services.complaints.check import check
from services.complaints.entitlement import check_may_see_persons, found
from services.complaints.referrals import arrival, closure, dispatch
from services.complaints.registration import check_registration
from services.complaints.steps import CheckedStep, check_step
from services.complaints.store import ComplaintRow, Complaints, Record
from services.contracts.complaint_orders import RegisterComplaint, ShowPerson, TakeComplaintStep
from services.contracts.complaints import ComplaintRegistered, PersonDisclosed
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import ComplaintStepKind
from services.plumbing.errors import NotFound, Problem, Refused
from services.plumbing.switchboard import Office, Outcome, Said


def register(office: Office, order: RegisterComplaint) -> Outcome:
    """Take a complaint in, check it against the record, and say what was found."""
    came = check_registration(office, order)
    shown = check(Record(office.connection), came.project_code, came.project_name, came.matter, office.now)
    kept = Complaints(office.connection)
    numbered, about = kept.next_number(office.authority, office.now), came.about(shown)
    kept.add({**numbered, **about, **came.own(office.now, office.caller.bearer)}, shown.cases)
    number = numbered["complaint_no"]
    event = ComplaintRegistered.model_validate(
        {"complaint_no": number, **about, **shown.as_said(), "cases": shown.as_told()}
    )
    answer = views.complaint(office, number) | {"other_cases": shown.other_cases}
    return Outcome(answer, [Said(event, came.received_at, came.person.label)])


def take_step(office: Office, order: TakeComplaintStep) -> Outcome:
    """Dispatch, sign, answer, revisit or close: in order, by a named person, at a time that can be."""
    step, kept = check_step(office, order), Complaints(office.connection)
    kept.change(step.number, step.changes())
    kept.add_step(
        step.number,
        order.step,
        step.person,
        step.occurred_at,
        office.now,
        dispatched_to=step.department,
        text=order.text,
        upheld=order.upheld if order.step is ComplaintStepKind.ANSWER else None,
        satisfied=order.satisfied if order.step is ComplaintStepKind.REVISIT else None,
    )
    said = [Said(step.event(), step.occurred_at, step.person.label), *_to_other_levels(office, step)]
    return Outcome(views.complaint(office, step.number), said)


def _to_other_levels(office: Office, step: CheckedStep) -> list[Said]:
    """What those above and below are told of a step."""
    order, row = step.order, step.row
    said = arrival.reply(office, row, order.step, step.person, order.text, order.upheld, step.occurred_at)
    moves = order.step is ComplaintStepKind.DISPATCH and order.authority != row["held_by"]
    if row["held_by"] and (moves or order.step is ComplaintStepKind.CLOSE):
        said += closure.close_below(office, row, step.person)
    if step.addressee is not None:
        said += dispatch.send(office, order, row, step.addressee, step.person)
    return said


def show_person(office: Office, order: ShowPerson) -> Outcome:
    """Name and telephone in full, to a role that may, for a stated purpose; every showing is recorded."""
    person, row = check_showing(office, order)
    purpose = domain.without_person(order.purpose.strip(), row["name"], row["phone"])
    shown = {"shown_to": person.label, "purpose": purpose}
    Complaints(office.connection).add_disclosure(
        row["complaint_no"], shown | {"at": office.now.timestamp(), "token_id": office.caller.token_id}
    )
    event = PersonDisclosed(complaint_no=row["complaint_no"], shown_to=person.label, purpose=purpose)
    who = {"complainant_name": row["name"], "complainant_phone": row["phone"]}
    answer = {"complaint_no": row["complaint_no"], **who, **shown}
    return Outcome(answer, [Said(event, office.now, person.label)])


def check_showing(office: Office, order: ShowPerson) -> tuple[RecordedPerson, ComplaintRow]:
    """To whom who complained is shown. Raises NotAllowed, NotFound, or Refused with everything that is wrong."""
    check_may_see_persons(office, "complaint_no")
    person, problems = office.acting(order.actor), office.problems
    if not problems.has("purpose") and len(order.purpose.strip()) < domain.SHORTEST_PURPOSE:
        least = domain.SHORTEST_PURPOSE
        problems.add("purpose", "Say for what purpose, in at least {least} characters.", least=least)
    row = found(office, order.complaint_no)
    if person is None or problems:
        raise Refused(*problems.found)
    if row["name"] is None and row["phone"] is None:
        raise NotFound(Problem("complaint_no", "Nobody gave a name or a telephone with this complaint."))
    return person, row
