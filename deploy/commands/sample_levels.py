"""Decides how the sample is spread over the levels of one run, and how its travelling cases come to where they are."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Final

import httpx

from deploy.commands.sample import LOOK_EVERY, SETTLING, Progressed, load_with
from deploy.intaking.sending import CannotSend, client_for
from deploy.sample import SIZES, generate
from deploy.sample.names import handlers_of, home_of
from deploy.sample.travelling import journeys_of
from services.contracts.divisions import Level, level_of

#: What is said of a case above before the next step can be taken there.
_GONE: Final = "the case does not arrive above"


@dataclass(frozen=True)
class Place:
    """One level of the run: its code, address, and tokens of a supervisor and of operations."""

    code: str
    base: str
    supervisor: str
    ops: str


def load_levels(places: Sequence[Place], today: date, progress: Progressed, done_before: Callable[[str], bool]) -> str:
    """Send cases on their way, then load each level's own sample; `places` from below to above. Raises CannotSend.

    Returns why the travelling cases are not where they should be; empty when they are. Nobody waits for them longer.
    """
    missing = ""
    # the way up is free now: afterwards each case would wait there for the ledgers before it
    if level_of(places[0].code) == "banner" and len(places) > 1:
        with ExitStack() as opened:
            clients = {level_of(one.code): opened.enter_context(client_for(one.base, one.ops)) for one in places}
            try:
                travel(clients, today, places[0].code)
            except CannotSend as late:
                missing = str(late)
    total, done = sum(sum(SIZES[level_of(place.code)]) for place in places), 0
    for place in places:
        whole = sum(SIZES[level_of(place.code)])
        if not done_before(place.code):
            with client_for(place.base, place.supervisor) as client:
                load_with(
                    client,
                    lambda n, of, done=done, whole=whole: progress(done + n * whole // of, total),  # type: ignore[misc]
                    today,
                    authority=place.code,
                )
        done += whole
    return missing


def travel(
    clients: Mapping[Level, httpx.Client], today: date, banner: str, pause: Callable[[float], None] = time.sleep
) -> None:
    """The banner's travelling cases, each to where it is to be found. A second time changes nothing.

    `clients` of the levels that are there, with tokens of operations. Raises CannotSend.
    """
    home = home_of(banner)
    handlers = handlers_of(Random(int(banner)), home)
    projects = generate(today, banner).projects
    for project in projects:
        _post(clients["banner"], "/v1/projects", project, f"sample-{project['project_code']}")
    for journey in journeys_of(today, home, projects, handlers, len(clients)):
        number = _post(clients["banner"], "/v1/cases", journey.body, journey.name)["case_no"]
        last: Level = "banner"
        for at, move in enumerate(journey.moves):
            if move.level != last:
                number, last = _above(clients[move.level], str(number), pause), move.level
            _post(clients[move.level], f"/v1/cases/{number}/steps", move.body, f"{journey.name}-{at}")


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
