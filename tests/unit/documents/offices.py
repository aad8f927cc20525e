"""An office's workbook in these tests, and who takes it in: the real intake, in memory."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import openpyxl

from documents.ledgers.course import Bad, Course, Tally, notebook
from documents.ledgers.delivery import Sender
from documents.ledgers.event_logs import EventLog
from documents.ledgers.sheets import Ledger
from gateway.app import create_app
from gateway.calls import Gateway
from gateway.events import Feed
from gateway.store import BOARD as GATEWAY
from gateway.tokens import Tokens
from services.contracts.vocabulary import ZONE, Role
from services.intake.service import BOARD as INTAKE
from services.plumbing.clock import HandClock
from services.plumbing.desk import Desk
from services.plumbing.fakes import InProcess
from services.plumbing.metrics import Census
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Switchboard
from tests.builders import AUTHORITY, a_project_code, an_engine

TODAY = datetime(2026, 11, 22, 10, 0, tzinfo=ZONE)
COLUMNS = (
    *("序号", "项目代码", "项目名称", "建设单位", "审批事项", "审批部门", "责任人", "收件日期", "受理日期", "承诺时限"),
    *("到期日", "剩余工作日", "灯", "状态", "销号日期"),
)


_OF_THE_PACKING = frozenset({"content-encoding", "content-length"})


class InTheApp(httpx.BaseTransport):
    """Sends requests to an ASGI application in this process."""

    def __init__(self, app: Any) -> None:
        self._app, self._loop = httpx.ASGITransport(app), asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def asked() -> httpx.Response:
            sent = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
            answer = await self._app.handle_async_request(sent)
            content = await answer.aread()  # unpacked here, so that nobody unpacks it again
            kept = [(name, value) for name, value in answer.headers.multi_items() if name not in _OF_THE_PACKING]
            return httpx.Response(answer.status_code, headers=kept, content=content)

        return self._loop.run_until_complete(asked())

    def close(self) -> None:
        self._loop.close()


def an_authority(folder: Path, *boards: Switchboard) -> tuple[httpx.Client, InProcess, HandClock]:
    """A client with a supervisor's token, the services (intake alone unless named), and their clock."""
    client, system, services, clock = an_authority_with_a_system(folder, *boards)
    system.close()
    return client, services, clock


def an_authority_with_a_system(
    folder: Path, *boards: Switchboard
) -> tuple[httpx.Client, httpx.Client, InProcess, HandClock]:
    """Clients with the tokens of a supervisor and of a partner's system, the services, and their clock."""
    clock = HandClock(TODAY)
    desks = {board.name: Desk(board, an_engine(folder, board), clock, AUTHORITY) for board in boards or (INTAKE,)}
    services = InProcess(desks, at_once=bool(boards))
    services.tick()
    tokens = Tokens(an_engine(folder, GATEWAY), clock)
    gateway = Gateway(services, tokens, clock, Settings(authority=AUTHORITY, var=folder), Feed(), Census())
    app = create_app(gateway)
    supervisor, system = (
        httpx.Client(
            transport=InTheApp(app),
            base_url="http://authority.test",
            headers={"Authorization": f"Bearer {tokens.issue(*holder)[1]}"},
        )
        for holder in ((Role.SUPERVISOR, "李四", "政务服务局"), (Role.PARTNER, "示例对接系统", "12345热线办理中心"))
    )
    return supervisor, system, services, clock


def a_row(n: int = 1, **changes: Any) -> dict[str, Any]:
    """A row as offices write it: accepted, on the n-th project."""
    return {
        "序号": n,
        "项目代码": a_project_code(n),
        "项目名称": f"风电项目{n}期",
        "建设单位": "赤峰示范新能源有限公司",
        "审批事项": "企业投资项目核准",
        "审批部门": "发展改革委",
        "责任人": "王芳",
        "收件日期": "2026-09-01",
        "受理日期": "2026-09-03",
        "承诺时限": "20工作日",
        "状态": "已受理",
    } | changes


def a_workbook(
    path: Path, rows: Iterable[dict[str, Any]], titles: Sequence[str] = COLUMNS, above: Sequence[Sequence[Any]] = ()
) -> Path:
    """Write an .xlsx with a header below the rows `above`."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in above:
        sheet.append(list(line))
    sheet.append(list(titles))
    for row in rows:
        sheet.append([row.get(title) for title in titles])
    book.save(path)
    return path


def tried(client: httpx.Client, source: Ledger | EventLog) -> tuple[Tally, list[Bad]]:
    """A dry run: the tally and the bad rows."""
    with notebook() as bad:
        tally = Course(Sender(client), "zh", bad).try_(source.batches(), lambda count: None)
        return tally, list(bad)


def entered(client: httpx.Client, source: Ledger | EventLog) -> Tally:
    """A dry run and then the real one."""
    with notebook() as bad:
        course = Course(Sender(client), "zh", bad)
        course.try_(source.batches(), lambda count: None)
        return course.enter(source.batches(), lambda count: None)
