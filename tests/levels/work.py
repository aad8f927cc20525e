"""What people and accidents do at three levels: cases filed and forwarded, entries piled up, messages taken."""

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pika

from services.ledger.service import BOARD as LEDGER
from services.plumbing.clock import SystemClock
from services.plumbing.desk import Desk
from services.plumbing.errors import Unavailable
from tests.chain import BANNER, Chain, Level
from tests.faults.load import PROJECT_CODE
from tests.stack import until
from tests.unit.ledger_service.facts import Said, a_finished_case, tell

#: The department that holds a matter at the banner.
DEPARTMENTS = {"NM-001": "发展改革委", "NM-007": "自然资源局", "NM-021": "林草局"}
#: Decided by the city.
FORWARDED = "NM-007"
BATCH = 500


def file_cases(chain: Chain, number: int, matter: str = "NM-001") -> list[str]:
    """Cases of the banner; their numbers. Each must be answered at once, whatever the link does."""
    found, clerk = [], {"name": "李四", "department": DEPARTMENTS[matter]}
    with chain.banner.client() as client:
        for _ in range(number):
            body = {"project_code": PROJECT_CODE, "matter_code": matter, "handler": clerk, "actor": clerk}
            body |= {"again_because": "分期建设，另行申请"}
            answer = client.post("/v1/cases", json=body, timeout=10)
            assert answer.is_success, answer.text
            found.append(str(answer.json()["case_no"]))
    return found


def step(level: Level, case_no: str, word: str, **more: Any) -> int:
    """Somebody of the department that holds the case takes a step; the status of the answer."""
    with level.client("handler", "李四", str(case_of(level, case_no)["department"])) as client:
        return client.post(f"/v1/cases/{case_no}/steps", json={"step": word, **more}, timeout=10).status_code


def case_of(level: Level, case_no: str) -> dict[str, Any]:
    with level.client() as client:
        return dict(client.get(f"/v1/cases/{case_no}").json())


def opened_from(level: Level, case_no: str) -> list[str]:
    """The cases that a superior has opened for one that was forwarded to it."""
    query = "SELECT case_no FROM cases WHERE forwarded_from = :c ORDER BY case_no"
    return [str(row[0]) for row in level.rows("intake", query, c=case_no)]


def one_holder(chain: Chain, case_no: str, *, clocks_agree: bool = True) -> str:
    """Who holds a forwarded case, when both records say the same of every moment; empty while news is on its way.

    Where clocks differ nobody holds a case before it was received, so moments may be moved; the order may not.
    """
    here = case_of(chain.banner, case_no)
    there = [case_of(chain.city, one) for one in opened_from(chain.city, case_no)]
    if len(there) != 1 or there[0]["held_by"] != here["held_by"]:
        return ""

    def history(case: Mapping[str, Any]) -> list[tuple[str, str]]:
        return [(one["held_by"], one["held_since"] if clocks_agree else "") for one in case["holders"]]

    # the city's record begins when it takes the case in hand; from then on the two are one
    told = history(there[0])
    return str(here["held_by"]) if history(here)[-len(told) :] == told else ""


def pile_up(level: Level, number: int) -> None:
    """So many entries at once, through the ledger's own desk: five a case."""
    engine = level.engine("ledger")
    desk, say, waiting = Desk(LEDGER, engine, SystemClock(), BANNER), Said(), list[bytes]()
    for n in range(number // 5):
        waiting += a_finished_case(say, 500_000 + n)
        if len(waiting) >= BATCH:
            _told(desk, waiting)
            waiting = []
    if waiting:
        _told(desk, waiting)
    engine.dispose()


def _told(desk: Desk, bodies: Sequence[bytes]) -> None:
    """Waits a writer of the running authority out, as the edge does."""

    def taken() -> bool:
        try:
            tell(desk, *bodies)
        except Unavailable:
            return False
        return True

    until("the ledger's store", taken)


def red_lights(level: Level) -> int:
    """Lights that were ever said to have turned red, and lines that stand red."""
    told = len(level.told("qidi.clock.light-changed", light="red"))
    return told + level.number("ledger", "SELECT COUNT(*) FROM lines WHERE told_light = 'red' AND standing = 'open'")


def take_away(amqp_url: str, queue: str, number: int) -> None:
    """Removes the first messages of a queue behind everybody's back."""
    with pika.BlockingConnection(pika.URLParameters(amqp_url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=number)
        for method, _, _ in channel.consume(queue, inactivity_timeout=30):
            assert method is not None, f"{queue} does not hold {number} messages"
            channel.basic_ack(method.delivery_tag)
            number -= 1
            if number == 0:
                break
        channel.cancel()


def back_up(level: Level, to: Path) -> None:
    """Copies every store of an authority, as a nightly backup does."""
    to.mkdir()
    for store in (level.folder / level.code).glob("*.sqlite"):
        source, copy = sqlite3.connect(store), sqlite3.connect(to / store.name)
        source.backup(copy)
        source.close()
        copy.close()


def restore(level: Level, backup: Path) -> None:
    """Puts the copies where the stores are; nobody may have them open."""
    for copy in backup.iterdir():
        store = level.folder / level.code / copy.name
        for rest in ("-wal", "-shm"):
            store.with_name(store.name + rest).unlink(missing_ok=True)
        shutil.copyfile(copy, store)
    level.forget_tokens()
