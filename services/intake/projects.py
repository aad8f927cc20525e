"""The library of projects: registration, and moves from one library to another."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.contracts.cases import ProjectChanged, ProjectMoved, ProjectRegistered
from services.contracts.commands import MoveProject, RegisterProject
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import Library
from services.intake import domain, removals
from services.intake.project_codes import check_credit_code, check_new_project
from services.intake.store import Records
from services.intake.wire import project_facts
from services.plumbing.errors import Conflict, NotFound, Problem, Problems, Refused
from services.plumbing.switchboard import Office, Outcome, Said

#: More yuan than any project costs, and less than what a store can hold.
MOST_YUAN: Final = 10**15

Project = Mapping[str, Any]


def no_project(code: str) -> Problem:
    """The problem of a code that is not in the library."""
    return Problem("project_code", "There is no project {code} in the library.", {"code": code})


def changed(project: Project) -> ProjectChanged:
    """The fact that a project's facts are now these."""
    return ProjectChanged.model_validate(project_facts(project))


# --- registration -----------------------------------------------------------------------------------------------------


def register_project(office: Office, order: RegisterProject) -> Outcome:
    """A project enters the library. The same once more changes nothing; what was unknown so far is filled in.

    Raises Refused with everything that is wrong, Conflict when the code belongs to a project with other facts.
    """
    records = Records(office.connection)
    known = records.projects([order.project_code]).get(order.project_code) if order.project_code else None
    actor = _check_registration(office, order, known is not None)
    given = _given(order)
    if known is not None:
        return _fill_in(office, records, known, given, actor)
    records.add_projects([given | {"look_back_on": None, "registered_at": office.now.timestamp()}])
    event = ProjectRegistered.model_validate(given)
    return Outcome({"project_code": order.project_code}, [Said(event, office.now, actor)])


def _check_registration(office: Office, order: RegisterProject, is_known: bool) -> str:
    """How whoever registers it stands on the envelope. Raises Refused."""
    problems = office.problems
    if order.project_code and not is_known:
        check_new_project(order.project_code, problems)
    if order.credit_code:
        check_credit_code(order.credit_code, problems, is_confirmed="credit_code" in (order.confirm or ()))
    if order.investment_yuan is not None and order.investment_yuan > MOST_YUAN:
        problems.add("investment_yuan", "This must be at most {le}.", le=MOST_YUAN)
    check_course(order.initiated_on, order.started_on, office.now.date(), problems)
    if order.library == Library.REMOVED:
        problems.add("library", "A project is removed by moving it, with a reason and a day to look back.")
    actor = office.speaking(order.actor)
    problems.refuse()
    return actor


def _given(order: RegisterProject) -> dict[str, Any]:
    return {
        "project_code": order.project_code,
        "project_name": order.project_name,
        "owner_name": order.owner_name,
        "credit_code": order.credit_code,
        "investment_yuan": order.investment_yuan,
        "planned_start": order.planned_start.isoformat() if order.planned_start else None,
        **course_of(order.initiated_on, order.started_on),
        "library": order.library.value,
    }


def course_of(initiated_on: date | None, started_on: date | None) -> dict[str, str | None]:
    """The days of a project's course as they are kept."""
    days = {"initiated_on": initiated_on, "started_on": started_on}
    return {name: day.isoformat() if day else None for name, day in days.items()}


def _fill_in(office: Office, records: Records, known: Project, given: Project, actor: str) -> Outcome:
    code = known["project_code"]
    contradicted, new = domain.differing(known, given)
    # what the order leaves open is no contradiction to what is known
    contradicted = [name for name in contradicted if given[name] is not None]
    if contradicted:
        template = "Project {code} is registered with {known}, not {given}."
        raise Conflict(
            *(
                Problem(name, template, {"code": code, "known": known[name], "given": given[name]})
                for name in contradicted
            )
        )
    if not new:
        return Outcome({"project_code": code})
    found = {name: given[name] for name in new}
    records.change_project(code, **found)
    return Outcome({"project_code": code}, [Said(changed({**known, **found}), office.now, actor)])


def check_course(initiated_on: date | None, started_on: date | None, today: date, problems: Problems) -> None:
    """What has happened to a project lies in the past, and works do not begin before the initiation."""
    for field, day in (("initiated_on", initiated_on), ("started_on", started_on)):
        if day is not None and day > today:
            problems.add(field, "{day} lies in the future: this day is entered once it has come.", day=day.isoformat())
        if day is not None and day.year < domain.EARLIEST:
            problems.add(field, "{at} is before the year {earliest}.", at=day.isoformat(), earliest=domain.EARLIEST)
    if initiated_on is not None and started_on is not None and started_on < initiated_on:
        problems.add(
            "started_on",
            "Works that begin on {started} lie before the initiation on {initiated}; one of the two days is wrong.",
            started=started_on.isoformat(),
            initiated=initiated_on.isoformat(),
        )


# --- moves ------------------------------------------------------------------------------------------------------------


def move_project(office: Office, order: MoveProject) -> Outcome:
    """A project goes to another library, with the reason; a removed one gets a day to look back.

    Raises NotFound, Conflict when it is there already, Refused with everything that is wrong.
    """
    records = Records(office.connection)
    came_from, person = _check_move(office, records, order)
    code, library = order.project_code, order.library
    look_back = order.look_back_on if library == Library.REMOVED else None
    records.change_project(code, library=library.value, look_back_on=look_back.isoformat() if look_back else None)
    event = ProjectMoved(
        project_code=code,
        came_from=came_from,
        library=library,
        reason=order.reason,
        look_back_on=look_back,
        person=person,
    )
    return Outcome({"project_code": code, "library": library}, [Said(event, office.now, person.label)])


def _check_move(office: Office, records: Records, order: MoveProject) -> tuple[Library, RecordedPerson]:
    """Where it comes from and who moves it. Raises as `move_project`."""
    problems = office.problems
    removals.check_look_back(order.library, order.look_back_on, office.now.date(), problems)
    person = office.acting(order.actor)
    known = records.projects([order.project_code or ""]).get(order.project_code)
    if known is None and order.project_code:
        raise NotFound(*problems.found, no_project(order.project_code))
    if problems or known is None or person is None:
        raise Refused(*problems.found)
    if known["library"] == order.library:
        raise Conflict(
            Problem("library", "The project is in this library already: {library}.", {"library": order.library})
        )
    return Library(known["library"]), person
