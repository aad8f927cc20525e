"""Authorities under test: the real app over all services' real desks, without a broker."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.engine import Engine

from deploy.authority import BOARDS
from gateway.accounts.audit import Visitor
from gateway.app import create_app
from gateway.calls import Gateway
from gateway.events import Feed
from gateway.store import BOARD
from gateway.tokens import Tokens
from services.contracts.divisions import name_of
from services.contracts.entrances import Entrance
from services.contracts.vocabulary import Role
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.plumbing.fakes import InProcess
from services.plumbing.metrics import Census
from services.plumbing.settings import Settings
from tests.builders import AUTHORITY, MORNING, an_engine
from tests.unit.gateway.answers import hold
from tests.unit.gateway.chinese import hold_language

NAMES = {
    Role.PARTNER: ("", "12345热线"),
    Role.WINDOW: ("王芳", "发展改革委"),
    Role.HANDLER: ("王芳", "发展改革委"),
    Role.HEAD: ("陈刚", "发展改革委"),
    Role.HOTLINE: ("赵敏", "12345热线中心"),
    Role.STEWARD: ("孙丽", "政务服务局"),
    Role.ADMIN: ("吴强", "政务服务局"),
    Role.SUPERVISOR: ("李四", "政务服务局"),
    Role.OPS: ("", ""),
}
#: Some tests go years ahead.
FOR_LONG = timedelta(days=3650)


@dataclass
class Authority:
    """One authority under test: its app, its services, its clock and a token per role."""

    app: FastAPI
    services: InProcess
    gateway: Gateway
    clock: HandClock
    tokens: dict[Role, str] = field(default_factory=dict)

    def signed_in(self, role: Role) -> str:
        """What the cookie of a browser holds in which this role's token was signed in with."""
        caller = self.gateway.tokens.check(self.tokens[role]).caller
        return self.gateway.sessions.begin(caller, Entrance.TOKEN, Visitor("127.0.0.1", "browser"))

    def client(self, role: Role | None = Role.SUPERVISOR, **headers: str) -> httpx.AsyncClient:
        """A client that holds a token of the role; every answer that it gets is held against its description, and what
        is refused in Chinese against English words."""
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        transport = httpx.ASGITransport(app=self.app)
        return httpx.AsyncClient(
            transport=transport,
            base_url="http://authority.test",
            headers=headers,
            event_hooks={"response": [hold, hold_language]},
        )

    async def release(self, days: Mapping[str, Any]) -> httpx.Response:
        """Days, or with `release_no` the withdrawal of a release, drafted by one person and released by another."""
        no = days.get("release_no")
        path = "/v1/calendar/drafts" if no is None else f"/v1/calendar/releases/{no}/withdrawal/draft"
        body = {name: value for name, value in days.items() if name != "release_no"}
        async with self.client(Role.ADMIN) as first, self.client(Role.SUPERVISOR) as second:
            draft = await first.post(path, json=body)
            if draft.status_code != 201:
                return draft
            return await second.post(f"/v1/calendar/drafts/{draft.json()['draft_no']}/release", json={})


def an_empty_folder(folder: Path) -> dict[Role, str]:
    """All stores as they are when an authority has just started, and a token per role: made once, copied per test."""
    authority = _on(folder, {board.name: an_engine(folder, board) for board in (*BOARDS, BOARD)})
    authority.services.tick()
    tokens = {role: authority.gateway.tokens.issue(role, *NAMES[role], valid_for=FOR_LONG)[1] for role in Role}
    for desk in authority.services.desks.values():
        desk.engine.dispose()
    authority.gateway.tokens.engine.dispose()
    return tokens


def another_authority(code: str, folder: Path) -> Authority:
    """An authority of another place, just started, with a token per role."""
    folder.mkdir()
    engines = {board.name: an_engine(folder, board) for board in (*BOARDS, BOARD)}
    for engine in engines.values():
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    authority = _on(folder, engines, code)
    authority.services.tick()
    authority.tokens = {
        role: authority.gateway.tokens.issue(role, *NAMES[role], valid_for=FOR_LONG)[1] for role in Role
    }
    return authority


def an_authority(template: Path, tokens: dict[Role, str], folder: Path) -> Authority:
    """All services on fresh stores, on a Wednesday morning."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return on_stores(folder, tokens)


def on_stores(folder: Path, tokens: dict[Role, str], code: str = AUTHORITY) -> Authority:
    """An authority on the stores that lie in this folder, with the tokens that they know."""
    engines = {
        board.name: open_engine(f"sqlite:///{folder}/{board.name}.sqlite", board.name) for board in (*BOARDS, BOARD)
    }
    for engine in engines.values():
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    authority = _on(folder, engines, code)
    authority.tokens = tokens
    return authority


def _on(folder: Path, engines: dict[str, Engine], code: str = AUTHORITY) -> Authority:
    clock = HandClock(MORNING)
    desks = {board.name: Desk(board, engines[board.name], clock, code) for board in BOARDS}
    services = InProcess(desks, at_once=True)
    tokens = Tokens(engines[BOARD.name], clock)
    settings = Settings(
        authority=code,
        authority_name=name_of(code),
        lang="zh",
        var=folder,
        password_memory_kib=19456,  # the least that is taken
        password_rounds=2,
    )
    gateway = Gateway(services, tokens, clock, settings, Feed(), Census())
    services.spoken.append(
        lambda key, body: gateway.feed.heard(body) if key.startswith("qidi.ledger.extended") else None
    )
    return Authority(create_app(gateway), services, gateway, clock)


@dataclass
class Stream:
    """What a follower of events gets, read piece by piece while the stream is open."""

    status: int
    headers: dict[str, str]
    #: An empty piece says that it has ended.
    pieces: "asyncio.Queue[bytes]"

    async def next(self) -> dict[str, str]:
        """The next event's fields; comments and the retry line are passed over."""
        while True:
            text = (await asyncio.wait_for(self.pieces.get(), 10)).decode()
            if text.startswith(("id:", "event:")):
                return dict(line.split(": ", 1) for line in text.strip().splitlines())

    async def rest(self) -> list[str]:
        """The types of all events that still come, until the stream ends by itself."""
        seen = []
        while piece := await asyncio.wait_for(self.pieces.get(), 10):
            seen += [line.removeprefix("event: ") for line in piece.decode().splitlines() if line.startswith("event: ")]
        return seen


Follow = Callable[..., Awaitable[Stream]]
