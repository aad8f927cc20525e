"""Whether the doors hold: a real gateway, real processes; what is ended by one of them is ended in the others."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from gateway.store import BOARD as GATEWAY
from gateway.tokens import Tokens
from services.contracts.vocabulary import Role
from services.plumbing.clock import SystemClock
from services.plumbing.db import open_engine
from tests.builders import a_project_code
from tests.stack import PROJECT, Stack, until

#: A second for the process that believes, and the same again for a machine under load.
LATEST_SECONDS = 3.0


@dataclass
class Follower:
    """What a follower of the ledger hears, and when the stream ended."""

    heard: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def following(stack: Stack, client: httpx.Client) -> Iterator[Follower]:
    follower, began = Follower(), threading.Event()

    def follow() -> None:
        with client.stream("GET", "/v1/events?types=qidi.project.", timeout=30) as answer:
            assert answer.status_code == 200
            for line in answer.iter_lines():
                began.set()
                if line.startswith("data: "):
                    follower.heard.append(json.loads(line.removeprefix("data: "))["subject"])
        follower.ended.set()

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    assert began.wait(20)
    yield follower
    thread.join(20)
    assert not thread.is_alive()


def register(stack: Stack, n: int) -> str:
    code = a_project_code(n)
    body = {"project_code": code, "project_name": f"林西县供水管网{n}", "owner_name": "林西水务有限公司"}
    with stack.client("window", "李四", "发展改革委") as window:
        assert window.post("/v1/projects", json=body).status_code == 201
    return code


def qidi(stack: Stack, *arguments: str) -> str:
    command = [sys.executable, "-c", "from qidi.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=PROJECT, env=dict(stack.environ), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_token_that_is_revoked_at_the_machine_ends_its_stream_and_opens_nothing_more(stack: Stack) -> None:
    engine = open_engine(stack.settings.store_url(GATEWAY.name), GATEWAY.name)
    token, text = Tokens(engine, SystemClock()).issue(Role.SUPERVISOR, "李四", "政务服务局")
    engine.dispose()
    with httpx.Client(base_url=stack.base, headers={"Authorization": f"Bearer {text}"}) as client:
        with following(stack, client) as follower:
            before = register(stack, 7001)
            until("the event", lambda: before in follower.heard, 20)
            qidi(stack, "token", "revoke", token.id)
            begun = time.monotonic()
            assert follower.ended.wait(LATEST_SECONDS), "attempted 1, ended 0"
            print(f"attempted 1, ended 1, after {time.monotonic() - begun:.2f} s")
            after = register(stack, 7002)
        assert after not in follower.heard
        assert client.get("/v1/matters").status_code == 401


def test_a_person_who_is_locked_at_the_machine_is_out_within_seconds(stack: Stack) -> None:
    initial = qidi(
        stack, "account", "create", "wu", "--admin", "--name", "吴强", "--department", "政务服务局", "--quiet"
    )
    qidi(stack, "account", "create", "li", "--admin", "--name", "李四", "--department", "政务服务局", "--quiet")
    ours = {"Origin": stack.base}
    with httpx.Client(base_url=stack.base, headers=ours) as browser:
        signed = browser.post("/board/session", json={"login": "wu", "password": initial})
        assert signed.status_code == 200, signed.text
        new = {"current": initial, "new": "correct horse battery 9"}
        assert browser.post("/v1/me/password", json=new).status_code == 200
        assert browser.get("/v1/accounts").status_code == 200
        with following(stack, browser) as follower:
            qidi(stack, "account", "lock", "wu")
            assert follower.ended.wait(LATEST_SECONDS)
        assert browser.get("/v1/accounts").status_code == 401
        again = browser.post("/board/session", json={"login": "wu", "password": "correct horse battery 9"})
        assert again.status_code == 401
