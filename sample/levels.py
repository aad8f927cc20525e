"""The sample on the levels of one run: each has its own, and cases and letters come to where they are.

Everybody acts in his own name: supervisors bring in their level's ledger, strike off and write letters, handlers above
take the steps there; what comes in at the banner comes by a system, for the people of the departments.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Final

import httpx

from documents.ledgers.delivery import CannotSend, client_for
from sample import SIZES, generate
from sample.cases import FIRST_DAY
from sample.complaints import HOTLINE
from sample.instructions import LETTERS, PEOPLE, THE_CASE
from sample.journeys import CITY_MATTER, REGION_MATTERS, journeys_of
from sample.journeys import PEOPLE as OFFICERS
from sample.load import LOOK_EVERY, SETTLING, Progressed, load_with
from sample.names import handlers_of, home_of
from services.contracts.divisions import level_of
from services.contracts.vocabulary import Level, Role

#: What is said of a case above, or a letter below, before the next step can be taken there.
_GONE: Final = "the case does not arrive above"
_NO_LETTER: Final = "the letter does not arrive below"


#: The system through which applications and complaints come in.
SYSTEM: Final = "示例对接系统"
#: Who enters departments and names people.
ADMINISTRATOR: Final = "示例管理员"
#: Its clerks receive for all departments.
FRONT_OFFICE: Final = "综合窗口"
#: A client for each person: level and department; without one it is the system's.
Clients = Mapping[tuple[Level, str], httpx.Client]


@dataclass(frozen=True)
class Place:
    """One level of the run: its code, its address, and who gets a token there."""

    code: str
    base: str
    #: Role, name and department -> the token of that person or system, the same at each start.
    token: Callable[[Role, str, str], str]

    @property
    def level(self) -> Level:
        """Banner, city or region."""
        return level_of(self.code)

    @property
    def supervisor(self) -> httpx.Client:
        """A client of whoever supervises there."""
        return client_for(self.base, self.token(Role.SUPERVISOR, *PEOPLE[self.level].values()))

    @property
    def system(self) -> httpx.Client:
        """A client of the system that brings things in."""
        return client_for(self.base, self.token(Role.PARTNER, SYSTEM, HOTLINE))

    @property
    def administrator(self) -> httpx.Client:
        """A client of whoever keeps the register of departments and people."""
        return client_for(self.base, self.token(Role.ADMIN, ADMINISTRATOR, PEOPLE[self.level]["department"]))

    def handlers(self) -> Mapping[str, httpx.Client]:
        """A client of each person who takes steps there, by department."""
        people = {department: name for (level, department), name in OFFICERS.items() if level is self.level}
        return {
            department: client_for(self.base, self.token(Role.HANDLER, name, department))
            for department, name in people.items()
        }


def load_levels(places: Sequence[Place], today: date, progress: Progressed, done_before: Callable[[str], bool]) -> str:
    """Send cases on their way, then load each level's own sample; `places` from below to above. Raises CannotSend.

    Returns why the travelling cases are not where they should be; empty when they are. Nobody waits for them longer.
    """
    missing = ""
    if places[0].level is Level.BANNER:
        with places[0].administrator as administrator:
            name_people(administrator, places[0].code)
    # the way up is free now: afterwards each case would wait there for the ledgers before it
    if places[0].level is Level.BANNER and len(places) > 1:
        with ExitStack() as opened:
            clients = {
                (one.level, department): opened.enter_context(client)
                for one in places
                for department, client in {"": one.system, **one.handlers()}.items()
            }
            leaders = {one.level: opened.enter_context(one.supervisor) for one in places}
            codes = {one.level: one.code for one in places}
            try:
                first = travel(clients, today, places[0].code)[0]
                correspond(leaders, codes, first)
            except CannotSend as late:
                missing = str(late)
    total, done = sum(sum(SIZES[place.level]) for place in places), 0
    for place in places:
        whole = sum(SIZES[place.level])
        if not done_before(place.code):
            with place.supervisor as client, place.system as system:
                load_with(
                    client,
                    system,
                    lambda n, of, done=done, whole=whole: progress(done + n * whole // of, total),  # type: ignore[misc]
                    today,
                    authority=place.code,
                )
        done += whole
    return missing


def name_people(administrator: httpx.Client, banner: str) -> None:
    """The front office, and the people of the departments whose applications the system brings in: it may act in the
    names of named people alone. A second time changes nothing. Raises CannotSend."""
    front = {"department": FRONT_OFFICE, "is_front_office": True}
    _post(administrator, "/v1/departments", front, f"sample-{banner}-front-office")
    home = home_of(banner)
    travelling = {home.matters[matter].department for matter in (CITY_MATTER, *REGION_MATTERS)}
    handlers = handlers_of(Random(int(banner)), home)
    named = [
        (department, name) for department, people in handlers.items() for name in people if department in travelling
    ]
    for number, (department, name) in enumerate(named):
        person = {"department": department, "officer": name, "duties": [Role.HANDLER.value]}
        order = person | {"appointed_on": FIRST_DAY.isoformat()}
        _post(administrator, "/v1/officers", order, f"sample-{banner}-person-{number}")


def travel(clients: Clients, today: date, banner: str, pause: Callable[[float], None] = time.sleep) -> list[str]:
    """The banner's travelling cases, each to where it is to be found; their numbers there. Twice has one effect.

    `clients` of the levels that are there. Raises CannotSend.
    """
    system = clients[Level.BANNER, ""]
    home = home_of(banner)
    handlers = handlers_of(Random(int(banner)), home)
    projects = generate(today, banner).projects
    for project in projects:
        _post(system, "/v1/projects", project, f"sample-{project['project_code']}")
    numbers = []
    for journey in journeys_of(today, home, projects, handlers, len({level for level, _ in clients})):
        number = _post(system, "/v1/cases", journey.body, journey.name)["case_no"]
        numbers.append(str(number))
        last: Level = Level.BANNER
        for at, move in enumerate(journey.moves):
            client = clients[move.level, move.department]
            if move.level != last:
                number, last = _above(client, str(number), pause), move.level
            _post(client, f"/v1/cases/{number}/steps", move.body, f"{journey.name}-{at}")
    return numbers


def correspond(
    clients: Mapping[Level, httpx.Client],
    codes: Mapping[Level, str],
    case_no: str,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Letters and tasks between the levels that are there, one about this case. A second time changes nothing.

    `clients` with tokens of supervisors. Raises CannotSend.
    """
    sent = []
    for letter in LETTERS:
        if letter.issuer in clients:
            about = [case_no if one == THE_CASE else one for one in letter.body.get("about", ())]
            body = letter.body | {"to": codes[letter.to], "about": about}
            name = f"sample-{codes[letter.to]}-{letter.name}"
            sent.append((letter, name, _post(clients[letter.issuer], "/v1/instructions", body, name)["instruction_no"]))
    for letter, name, number in sent:
        _arrived(clients[letter.to], number, pause)
        for step in letter.steps:
            _post(clients[letter.to], f"/v1/instructions/{number}/steps", step, f"{name}-{step['step']}")


def _arrived(client: httpx.Client, number: str, pause: Callable[[float], None]) -> None:
    for _ in range(int(SETTLING / LOOK_EVERY)):
        if client.get(f"/v1/instructions/{number}").is_success:
            return
        pause(LOOK_EVERY)
    raise CannotSend("{url} does not answer: {reason}", url=client.base_url, reason=_NO_LETTER)


def _post(client: httpx.Client, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
    answer = client.post(path, json=body, headers={"Idempotency-Key": key})
    if answer.is_error:
        raise CannotSend("{url} refuses: {reason}", url=client.base_url, reason=answer.text[:500])
    told: dict[str, Any] = answer.json()
    return told


def _above(client: httpx.Client, below: str, pause: Callable[[float], None]) -> str:
    """The number that a superior gave to a case from below, once it has come. Raises CannotSend."""
    for _ in range(int(SETTLING / LOOK_EVERY)):
        answer = client.get(f"/v1/subtree/cases/{below}")
        above = answer.json()["handed"]["above"] if answer.is_success else None
        if above:
            return str(above)
        pause(LOOK_EVERY)
    raise CannotSend("{url} does not answer: {reason}", url=client.base_url, reason=_GONE)
