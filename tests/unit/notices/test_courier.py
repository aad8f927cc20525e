"""Notices in the courier: inboxes wait for nobody outside, a fault ends nothing, what has left is written down."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from deploy import notices
from locales.notices import told
from services.contracts.actors import Caller
from services.contracts.beginning import ALWAYS
from services.notices import dispatch, follower
from services.notices.channels import Message, Send
from services.notices.service import BOARD
from services.notices.store import Notices
from services.plumbing.db import reading, transaction
from services.plumbing.desk import Desk
from services.plumbing.settings import Settings
from tests.builders import MORNING, a_desk, done
from tests.unit.notices.test_notices import OFFICER, inbox, reds, staff


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "150424"
    folder.mkdir()
    made = a_desk(BOARD, folder)
    follower.begin(made.engine, 0)
    return made


class Ledger:
    """A ledger that grows; its first answer may be one that nobody foresaw."""

    def __init__(self, *, stumbles: bool = False) -> None:
        self.entries: list[dict[str, Any]] = []
        self._stumbles = stumbles

    async def ask(self, service: str, question: str, params: dict[str, Any], caller: Caller) -> dict[str, Any]:
        if self._stumbles:
            self._stumbles = False
            return {"status": 200, "body": {}}
        after = params["after"]
        items = [one for one in self.entries if one["index"] > after][: params["limit"]]
        return {"status": 200, "body": {"size": len(self.entries), "items": items}}


async def served(desk: Desk, ledger: Ledger, send: Mapping[str, Send], until: Callable[[], bool]) -> None:
    """Serve until something is so; TimeoutError where it does not become so."""
    stop = asyncio.Event()
    serving = asyncio.create_task(notices.serve(ledger, desk.engine, send, staff, lambda: MORNING, ALWAYS, stop))
    try:
        async with asyncio.timeout(10):
            while not until() and not serving.done():
                await asyncio.sleep(0.01)
        assert until()
    finally:
        stop.set()
        await asyncio.wait([serving], timeout=10)


def test_inboxes_and_other_ways_wait_for_no_webhook(desk: Desk) -> None:
    url, secret = "https://example.org/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    wish = {"channels": ["webhook", "file"], "webhook_url": url, "webhook_secret": secret}
    done(desk, "notices.set-notice-wishes", wish, **OFFICER)
    ledger, files, is_hanging, goes_on = Ledger(), list[Message](), Event(), Event()
    ledger.entries += reds(1)

    def hang(message: Message) -> None:
        is_hanging.set()
        if not ledger.entries[1:]:
            ledger.entries.extend(reds(2, 1))
        goes_on.wait(30)

    def is_told() -> bool:
        if not (is_hanging.is_set() and inbox(desk, **OFFICER)["unread"] == 3 and len(files) == 3):
            return False
        goes_on.set()
        return True

    try:
        asyncio.run(served(desk, ledger, {"webhook": hang, "file": files.append}, is_told))
    finally:
        goes_on.set()


def test_a_fault_of_ours_ends_nothing(desk: Desk) -> None:
    ledger = Ledger(stumbles=True)
    ledger.entries += reds(1)
    asyncio.run(served(desk, ledger, {}, lambda: inbox(desk, **OFFICER)["unread"] == 1))


def test_what_has_left_is_written_down_though_somebody_else_writes_just_then(desk: Desk, tmp_path: Path) -> None:
    done(desk, "notices.set-notice-wishes", {"channels": ["file"]}, **OFFICER)
    follower.take(desk.engine, reds(1), MORNING)
    engine = notices.opened(Settings(var=tmp_path, authority="150424", database_url=""))
    sent, writes, is_done = list[Message](), Event(), Event()

    def write() -> None:
        with transaction(desk.engine) as connection:
            Notices(connection).read("somebody", 1)
            writes.set()
            is_done.wait(0.5)

    writer = Thread(target=write)

    def send(message: Message) -> None:
        sent.append(message)
        writer.start()
        assert writes.wait(10)

    assert dispatch.dispatch(engine, {"file": send}, told, staff, lambda: MORNING) == 1
    writer.join()
    assert dispatch.dispatch(engine, {"file": send}, told, staff, lambda: MORNING) == 0
    assert len(sent) == 1
    with reading(desk.engine) as connection:
        assert Notices(connection).counts() == {"sent": 1}
