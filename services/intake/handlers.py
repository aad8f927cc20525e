"""Decides, command by command, what is looked up, checked, written down and said."""

from collections.abc import Mapping
from typing import Any

from services.contracts.cases import (
    CatalogueAdopted,
    CatalogueMatter,
    ProjectChanged,
    ProjectMoved,
    ProjectRegistered,
)
from services.contracts.commands import AdoptMatter, MoveProject, ReceiveCase, RegisterProject, TakeStep
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import StepKind
from services.intake import domain, record
from services.intake.catalogues import adoption
from services.intake.domain import Case, Limit, Proposal
from services.intake.levels import forward_to
from services.intake.proposals import local, proposal
from services.intake.store import Records, told_in
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import Office, Outcome, Said

#: More yuan than any project costs, and less than what a store can hold.
MOST_YUAN = 10**15


# --- projects ---------------------------------------------------------------------------------------------------------


def register_project(office: Office, order: RegisterProject) -> Outcome:
    """A project enters the library. The same once more changes nothing; what was unknown so far is filled in.

    Raises Refused with everything that is wrong, Conflict when the code belongs to a project with other facts.
    """
    problems, records = office.problems, Records(office.connection)
    if order.project_code:
        domain.check_project_code(order.project_code, problems)
    if order.credit_code:
        domain.check_credit_code(order.credit_code, problems)
    if order.investment_yuan is not None and order.investment_yuan > MOST_YUAN:
        problems.add("investment_yuan", "This must be at most {le}.", le=MOST_YUAN)
    if order.library == "removed":
        problems.add("library", "A project is removed by moving it, with a reason and a day to look back.")
    actor = office.speaking(order.actor)
    problems.refuse()
    given: dict[str, Any] = {
        "project_name": order.project_name,
        "owner_name": order.owner_name,
        "credit_code": order.credit_code,
        "investment_yuan": order.investment_yuan,
        "planned_start": order.planned_start.isoformat() if order.planned_start else None,
        "library": order.library,
    }
    answer = {"project_code": order.project_code}
    known = records.projects([order.project_code]).get(order.project_code)
    if known is None:
        records.add_projects(
            [
                {"project_code": order.project_code, "look_back_on": None, "registered_at": office.now.timestamp()}
                | given
            ]
        )
        event = ProjectRegistered.model_validate({"project_code": order.project_code, **given})
        return Outcome(answer, [Said(event, office.now, actor)])
    return _fill_in(office, records, known, given, actor)


def _fill_in(office: Office, records: Records, known: dict[str, Any], given: dict[str, Any], actor: str) -> Outcome:
    code = known["project_code"]
    contradicted, new = domain.differing(known, given)
    # what the order leaves open is no contradiction to what is known
    contradicted = [name for name in contradicted if given[name] is not None]
    if contradicted:
        raise Conflict(
            *(
                Problem(
                    name,
                    "Project {code} is registered with {known}, not {given}.",
                    {"code": code, "known": known[name], "given": given[name]},
                )
                for name in contradicted
            )
        )
    if not new:
        return Outcome({"project_code": code})
    records.change_project(code, **{name: given[name] for name in new})
    return Outcome({"project_code": code}, [Said(changed(known | {n: given[n] for n in new}), office.now, actor)])


def changed(project: dict[str, Any]) -> ProjectChanged:
    """The fact that a project's facts are now these."""
    names = ("project_code", "project_name", "owner_name", "credit_code", "investment_yuan", "planned_start")
    return ProjectChanged.model_validate({name: project[name] for name in names})


def move_project(office: Office, order: MoveProject) -> Outcome:
    """A project goes to another library, with the reason; a removed one gets a day to look back.

    Raises NotFound, Conflict when it is there already, Refused with everything that is wrong.
    """
    problems, records = office.problems, Records(office.connection)
    domain.check_look_back(order.library, order.look_back_on, office.now.date(), problems)
    actor = record.holder_if(office.acting(order.actor))
    known = records.projects([order.project_code or ""]).get(order.project_code)
    if known is None and order.project_code:
        raise NotFound(*problems.found, no_project(order.project_code))
    problems.refuse()
    assert known is not None
    assert actor is not None
    if known["library"] == order.library:
        raise Conflict(
            Problem("library", "The project is in this library already: {library}.", {"library": order.library})
        )
    look_back = order.look_back_on if order.library == "removed" else None
    records.change_project(
        order.project_code, library=order.library, look_back_on=look_back.isoformat() if look_back else None
    )
    event = ProjectMoved(
        project_code=order.project_code,
        came_from=known["library"],
        library=order.library,
        reason=order.reason,
        look_back_on=look_back,
        person=record.person(actor),
    )
    answer = {"project_code": order.project_code, "library": order.library}
    return Outcome(answer, [Said(event, office.now, record.label(actor))])


def no_project(code: str) -> Problem:
    return Problem("project_code", "There is no project {code} in the library.", {"code": code})


# --- catalogue --------------------------------------------------------------------------------------------------------


def adopt_matter(office: Office, order: AdoptMatter) -> Outcome:
    """A matter is added or changed, within the list above: a new version. Cases keep the limit of their receipt."""
    problems, records = office.problems, Records(office.connection)
    promised = order.promised or order.statutory
    if promised is None and not (problems.has("promised") or problems.has("statutory")):
        problems.add("promised", "A matter needs a promised or a statutory limit.")
    if promised is not None and order.statutory is not None:
        domain.check_promised(record.limit_of(promised), record.limit_of(order.statutory), problems)
    actor = office.speaking(order.actor)
    problems.refuse()
    assert promised is not None
    body = CatalogueMatter(
        code=order.code,
        name=order.matter_name,
        department=order.department,
        statutory=order.statutory,
        promised=promised,
        stage=order.stage,
        item_type=order.item_type,
        legal_basis=order.legal_basis,
        deciding_level=order.deciding_level,
        materials=order.materials,
        special_steps=order.special_steps,
    ).model_dump(mode="json")
    adoption.check_matter(office, body)
    problems.refuse()
    known, number = records.matters(), records.catalogue_number()
    if known.get(order.code) == body:
        return Outcome({"code": order.code, "number": number})
    position = list(known).index(order.code) + 1 if order.code in known else len(known) + 1
    records.adopt(number + 1, office.now, order.code, [(position, body)])
    listed = [CatalogueMatter.model_validate(one) for one in (known | {order.code: body}).values()]
    event = CatalogueAdopted(number=number + 1, matters=tuple(listed))
    return Outcome({"code": order.code, "number": number + 1}, [Said(event, office.now, actor)])


# --- cases ------------------------------------------------------------------------------------------------------------


def promised_limit(office: Office, own: WireLimit | None, matter: Mapping[str, Any]) -> Limit:
    """The limit as of receipt: the case's own promise where it has one, or else the catalogue's."""
    catalogue = Limit(**matter["promised"])
    if own is None:
        return catalogue
    statutory = Limit(**matter["statutory"]) if matter["statutory"] else None
    domain.check_promised(record.limit_of(own), statutory, office.problems)
    return record.limit_of(own)


def no_matter(field: str, wanted: str, names: Mapping[str, str]) -> Problem:
    """The problem of an unknown matter, with the names that come near."""
    near = domain.near_names(wanted, names)
    if not near:
        return Problem(field, "There is no matter {wanted} in the catalogue.", {"wanted": wanted})
    return Problem(
        field,
        "There is no matter {wanted} in the catalogue; near it: {near}.",
        {"wanted": wanted, "near": ", ".join(near)},
    )


def receive_case(office: Office, order: ReceiveCase) -> Outcome:
    """An application comes in and gets its number. Raises Refused with everything that is wrong."""
    problems, records = office.problems, Records(office.connection)
    project = records.projects([order.project_code or ""]).get(order.project_code)
    if order.project_code:
        domain.check_project_code(order.project_code, problems)
        if project is None and not problems.has("project_code"):
            problems.found.append(no_project(order.project_code))
    matter = records.matter(order.matter_code or "")
    if matter is None and order.matter_code:
        names = {code: body["name"] for code, body in records.matters().items()}
        problems.found.append(no_matter("matter_code", order.matter_code, names))
    at = order.received_at or office.now
    domain.check_moment("received_at", at, office.now, problems)
    limit = promised_limit(office, order.promised, matter) if matter else None
    if order.external_no and (twin := records.by_external_no([order.external_no]).get(order.external_no)):
        problems.add(
            "external_no",
            "Number {external_no} was received before, as case {case_no}.",
            external_no=order.external_no,
            case_no=twin.case_no,
        )
    handler = record.holder_if(order.handler)
    actor = record.holder_if(office.acting(order.actor, order.handler)) if handler else None
    problems.refuse()
    assert project is not None
    assert matter is not None
    assert limit is not None
    assert handler is not None
    assert actor is not None
    at = local(at)
    number = records.last_number(at.year) + 1
    case = Case(
        case_no=domain.case_number(office.authority, at.date(), number),
        project_code=order.project_code,
        matter_code=order.matter_code,
        matter_name=matter["name"],
        department=order.department or matter["department"],
        handler=handler,
        limit=limit,
        received_at=at,
        channel=order.channel,
        external_no=order.external_no,
        decided_by=matter["deciding_level"],
        forward_to=forward_to(office.authority, matter["deciding_level"], records.superior()),
    )
    taken = record.receive(case, project, actor, office.now)
    records.keep_numbers({at.year: number})
    records.add_cases([taken.case])
    records.add_steps(taken.rows)
    return Outcome({"case_no": case.case_no, "state": case.state.value}, taken.said)


def take_step(office: Office, order: TakeStep) -> Outcome:
    """Something happens to a case.

    Raises NotFound, Conflict when only the state of the case forbids it, Refused with everything that is wrong.
    """
    problems, records = office.problems, Records(office.connection)
    case = records.case(order.case_no) if order.case_no else None
    if case is None and order.case_no:
        raise NotFound(Problem("case_no", "There is no case {case_no} here.", {"case_no": order.case_no}))
    step = domain.which_step(order.step.value if order.step else None, order.blzt, problems)
    actor = record.holder_if(office.acting(order.actor))
    proposed: Proposal | None = None
    if case is not None and step is not None:
        # a missing person is a problem already; the rest is checked all the same
        proposed = proposal(order, step, actor or case.handler, office.now)
        domain.check_step(case, proposed, office.now, problems)
    _conflict_or_refuse(office)
    assert case is not None
    assert proposed is not None
    further = proposed.step is StepKind.REQUEST_CORRECTION and case.round > 0
    told_before = told_in(records.history([case.case_no])[case.case_no]) if further else ()
    project = records.projects([case.project_code])[case.project_code] if proposed.step is StepKind.FORWARD else None
    taken = record.take(case, proposed, told_before, office.now, project)
    records.change_cases([taken.case])
    records.add_steps(taken.rows)
    return Outcome({"case_no": case.case_no, "state": taken.case.state.value, "blzt": taken.case.blzt}, taken.said)


def _conflict_or_refuse(office: Office) -> None:
    found = office.problems.found
    if found and all(one.template == domain.NOT_ALLOWED_NOW for one in found):
        raise Conflict(*found)
    office.problems.refuse()
