"""What the browser tests look at: a real gateway over the real desks of all services, in Debian's Chromium."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from gateway.accounts.audit import Visitor
from gateway.app import create_app
from gateway.board.frame import LANGUAGE_COOKIE
from gateway.calls import Gateway
from gateway.events import Feed
from gateway.store import BOARD
from gateway.tokens import Tokens
from services.complaints.service import BOARD as COMPLAINTS
from services.contracts.beginning import ALWAYS, Beginning
from services.contracts.entrances import Entrance
from services.contracts.vocabulary import Role
from services.intake.service import BOARD as INTAKE
from services.ledger.service import BOARD as LEDGER
from services.notices.service import BOARD as NOTICES
from services.plumbing.clock import HandClock
from services.plumbing.desk import Desk
from services.plumbing.fakes import InProcess
from services.plumbing.metrics import Census
from services.plumbing.settings import Settings
from services.reporting.service import BOARD as REPORTING
from services.timer.service import BOARD as TIMER
from tests.browser.history import BEGIN, History
from tests.builders import AUTHORITY, an_engine

PICTURES = Path(__file__).resolve().parents[2] / "var" / "test-output"
PEOPLE = {
    Role.PARTNER: ("", ""),
    Role.WINDOW: ("王芳", "发展改革委"),
    Role.HANDLER: ("周婷", "住建局"),
    Role.HEAD: ("陈刚", "住建局"),
    Role.HOTLINE: ("赵敏", "12345热线中心"),
    Role.STEWARD: ("孙丽", "政务服务局"),
    Role.ADMIN: ("吴强", "政务服务局"),
    Role.SUPERVISOR: ("李四", "政务服务局"),
    Role.OPS: ("", ""),
}


@dataclass
class Site:
    """A running authority's board: its address, tokens, and hands in the office behind it."""

    address: str
    history: History
    gateway: Gateway
    loop: asyncio.AbstractEventLoop
    server: uvicorn.Server
    tokens: dict[Role, str] = field(default_factory=dict)

    def token_of(self, role: Role, department: str = "") -> str:
        """The token of whoever has this role, there or in another department."""
        if not department:
            return self.tokens[role]
        return self.gateway.tokens.issue(role, PEOPLE[role][0], department)[1]

    def signed_in(self, role: Role, department: str = "") -> str:
        """The cookie of a browser in which this role's token was signed in with, here or in another department."""
        caller = self.gateway.tokens.check(self.token_of(role, department)).caller
        return self.gateway.sessions.begin(caller, Entrance.TOKEN, Visitor("127.0.0.1", "browser"))

    def happen(self, what: Callable[[History], Awaitable[Any]]) -> Any:
        """Something happens in the office while the browser looks on."""

        async def done() -> Any:
            return await what(self.history)

        return asyncio.run_coroutine_threadsafe(done(), self.loop).result(20)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture(scope="module")
def seat() -> tuple[str, str]:
    """The authority whose board is looked at, by code and name; a module may look at another one's."""
    return AUTHORITY, "林西县"


@pytest.fixture(scope="module")
def beginning() -> Beginning:
    """From when on the authority counts; a module may look at one that begins."""
    return ALWAYS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, seat: tuple[str, str], beginning: Beginning) -> Iterator[Site]:
    """The authority on TODAY, served by uvicorn in a thread of its own."""
    folder = tmp_path_factory.mktemp("site")
    code, name = seat
    clock = HandClock(BEGIN)
    boards = (INTAKE, TIMER, LEDGER, COMPLAINTS, REPORTING, NOTICES)
    services = InProcess(
        {board.name: Desk(board, an_engine(folder, board), clock, code, beginning=beginning) for board in boards},
        at_once=True,
    )
    services.tick()
    history = History(services, clock)
    tokens = Tokens(an_engine(folder, BOARD), clock)
    quick = {"password_memory_kib": 19456, "password_rounds": 2}
    settings = Settings.model_validate(
        {"authority": code, "authority_name": name, "lang": "zh", "var": folder} | quick | vars(beginning)
    )
    gateway = Gateway(services, tokens, clock, settings, Feed(), Census())
    services.spoken.append(
        lambda key, body: gateway.feed.heard(body) if key.startswith("qidi.ledger.extended") else None
    )
    port = _free_port()
    server = uvicorn.Server(
        uvicorn.Config(create_app(gateway), host="127.0.0.1", port=port, log_level="warning", access_log=False)
    )
    loop, up = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        await history.play()
        serving = asyncio.ensure_future(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)  # uvicorn tells nobody that it has started
        up.set()
        await serving

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert up.wait(60)
    made = Site(f"http://127.0.0.1:{port}", history, gateway, loop, server)
    made.tokens = {role: tokens.issue(role, *PEOPLE[role], valid_for=timedelta(days=3650))[1] for role in Role}
    yield made
    loop.call_soon_threadsafe(gateway.feed.close)
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()
    loop.close()


@dataclass
class Visit:
    """One browser window of one person, and all that it asked for and complained about."""

    page: Page
    site: Site
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the board."""
        self.page.goto(self.site.address + path)
        return self.page

    def speak(self, language: str) -> None:
        """The reader has chosen this language."""
        self.page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": self.site.address}])

    def picture(self, name: str, *, whole: bool = True) -> None:
        """Keep what can be seen now."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)


Open = Callable[..., Visit]


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Open]:
    """Opens windows: `visit(Role.SUPERVISOR)`, `visit(None)` for a stranger. At the end no window may have asked
    another host for anything, and no console may hold an error."""
    opened: list[tuple[BrowserContext, Visit]] = []

    def open_window(
        role: Role | None = Role.SUPERVISOR, width: int = 1366, height: int = 768, department: str = ""
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
        )
        if role is not None:
            context.add_cookies(
                [
                    {
                        "name": f"qidi_session_{site.gateway.settings.authority}",
                        "value": site.signed_in(role, department),
                        "url": site.address,
                        "httpOnly": True,
                        "sameSite": "Strict",
                    }
                ]
            )
        context.set_default_timeout(8000)
        page = context.new_page()
        window = Visit(page, site)

        def asked(request: Request) -> None:
            window.requests.append(request.url)

        def said(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                window.complaints.append(message.text)

        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: window.complaints.append(str(error)))
        opened.append((context, window))
        return window

    yield open_window
    for context, window in opened:
        context.close()
        strangers = [url for url in window.requests if not url.startswith((site.address + "/", "data:", "blob:"))]
        assert not strangers, strangers
        assert not window.complaints, window.complaints
