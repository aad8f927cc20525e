"""Decides in which order an authority comes up on this machine: broker, queues, stores, processes, sample, banner."""

import fcntl
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.broker import BrokerMissing, ForeignNode, PrivateBroker, node_name
from deploy.processes import NotReady, free_port
from deploy.supervisor import Ended, Program, Supervisor, ended_by_signals
from services.plumbing.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
console = Console(highlight=False, soft_wrap=True)


class AlreadyRunning(Exception):
    """Another run uses this folder."""


def command(
    sample: Annotated[bool, typer.Option(help="load the sample ledger on the first start / 首次启动载入示例")] = True,
) -> None:
    """Start one authority here, print its addresses, and end everything at Ctrl-C or SIGTERM."""
    settings = Settings()
    settings = settings.model_copy(update={"var": settings.var.absolute()})
    settings.var.mkdir(parents=True, exist_ok=True)
    try:
        with ended_by_signals(), alone_in(settings.var), Supervisor(settings.var, console.out) as supervisor:
            bring_up(settings, supervisor, sample)
            supervisor.wait()
    except Ended:
        console.print("已停止 · ended")
    except (AlreadyRunning, BrokerMissing, ForeignNode, NotReady, ConnectionError) as error:
        console.print(f"[bold red]未能启动 · could not start:[/] {error}", markup=True)
        raise typer.Exit(1) from error


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Holds the folder for this run. Raises AlreadyRunning, naming the run that has it; the dead hold no lock."""
    with (folder / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_who_has(folder)) from None
        yield


def _who_has(folder: Path) -> str:
    try:
        state = json.loads((folder / "run.json").read_text())
        who = f"进程 process {state['supervisor']}, {state.get('gateway', '')}"
    except (OSError, ValueError, KeyError):
        who = "正在启动 it is just starting"
    return f"{folder} 已有一个实例在运行 is in use by another run ({who}). 请先停止它 End it first, or set QIDI_VAR."


def bring_up(settings: Settings, supervisor: Supervisor, sample: bool) -> None:
    """The steps in their order; returns when everything answers and the banner is printed."""
    (settings.var / settings.authority).mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as aside:  # stores come to their newest shape while the broker boots
        stores: Future[None] = aside.submit(migrate, settings)
        broker = None
        if os.environ.get("QIDI_AMQP_URL"):
            step(f"消息服务 broker {node_name(settings.amqp_url)}（QIDI_AMQP_URL）")
        else:
            broker = PrivateBroker(settings.var / "broker", port=settings.broker_port)
            settings = settings.model_copy(update={"amqp_url": start_broker(broker, supervisor)})
        queues = apply_topology(settings)
        if broker is not None:
            settle_when_new(broker, queues)
        step(f"队列 {len(queues)} queues")
        stores.result()
        step("数据库已就绪 stores are at their newest migration")
    port = free_port(settings.gateway_port)
    settings = settings.model_copy(update={"gateway_port": port})
    base = f"http://127.0.0.1:{port}"
    supervisor.start(*programs(settings, base))
    step("五个服务、信使、网关 five services, courier, gateway")
    supervisor.facts(gateway=base, board=f"{base}/board", metrics=f"{base}/metrics", authority=settings.authority)
    # the file is for this user alone: it holds the broker's password
    supervisor.facts(amqp_url=settings.amqp_url, gateway_port=port)
    supervisor.facts(node=broker.name if broker else None, broker_port=broker.port if broker else None)
    if sample:
        load_sample_once(settings, base)
    token = issue_token(settings, "supervisor")
    console.print(banner(settings, base, token))
    # outside the frame and never wrapped: it is there to be pasted
    console.out(f"curl -H 'Authorization: Bearer {token}' {base}/v1/lines\n", highlight=False)


def step(done: str) -> None:
    """Tells the person at the terminal what is done."""
    console.print(f"[green]✓[/] {done}")


def start_broker(broker: PrivateBroker, supervisor: Supervisor) -> str:
    """Starts the private node under the supervisor and returns its AMQP address."""
    broker.prepare()
    environ, folder = broker.environ, broker.folder
    with console.status("启动消息服务 starting the private RabbitMQ node"):
        supervisor.start(Program("epmd", broker.epmd_command, environ, broker.epmd_is_ready, folder, 15, 5))
        supervisor.start(Program("broker", broker.node_command, environ, broker.is_ready, folder, 90, 25))
    step(f"消息服务 broker {broker.name}, port {broker.port}")
    return broker.url()


def apply_topology(settings: Settings) -> list[str]:
    """Declares every exchange and queue; the names of the queues."""
    from deploy.authority import BOARDS
    from services.plumbing import topology

    return [row.name for row in topology.apply(settings.amqp_url, BOARDS)]


def settle_when_new(broker: PrivateBroker, queues: list[str]) -> None:
    """Has the node write its queue directory after the first start, and after one that brought new queues."""
    memory = broker.folder / "settled"
    names = "\n".join(sorted(queues))
    if not memory.exists() or memory.read_text() != names:
        broker.settle()
        memory.write_text(names)


def migrate(settings: Settings) -> None:
    """Brings the stores of the five services and of the gateway to their newest migration."""
    from deploy.authority import BOARDS
    from gateway.store import BOARD as GATEWAY
    from services.plumbing.db import open_engine
    from services.plumbing.migrate import upgrade

    for board in (*BOARDS, GATEWAY):
        engine = open_engine(settings.store_url(board.name), board.name)
        upgrade(board, engine)
        engine.dispose()


def programs(settings: Settings, base: str) -> list[Program]:
    """The processes of the authority; the gateway is ready when every service answers it."""
    environ = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "QIDI_AUTHORITY": settings.authority,
        "QIDI_AMQP_URL": settings.amqp_url,
        "QIDI_DATABASE_URL": settings.database_url,
        "QIDI_VAR": str(settings.var),
        "QIDI_GATEWAY_PORT": str(settings.gateway_port),
    }

    def program(name: str, module: str, ready: Callable[[], bool]) -> Program:
        return Program(name, [sys.executable, "-m", module], environ, ready, PROJECT)

    return [
        program("services", "deploy.host", lambda: True),
        program("courier", "deploy.courier", lambda: True),
        program("gateway", "gateway", lambda: answers_well(f"{base}/readyz")),
    ]


def answers_well(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - the address is our own gateway's
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def issue_token(settings: Settings, role: str) -> str:
    """The token of a role for the person at this machine; the same one at each start, in a file only they can read."""
    from gateway.permissions import Role
    from gateway.store import BOARD
    from gateway.tokens import BadToken, Tokens
    from services.plumbing.db import open_engine

    engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
    store = Tokens(engine, settings.clock())
    file = settings.var / settings.authority / f"{role}.token"
    try:
        if file.exists():
            store.check(file.read_text().strip())
            return file.read_text().strip()
    except BadToken:
        file.unlink()  # expired, revoked, or of another store
    finally:
        engine.dispose()
    _, text = store.issue(Role(role), name=role, note="qidi up")
    engine.dispose()
    file.touch(mode=0o600)
    file.write_text(text + "\n")
    return text


def load_sample_once(settings: Settings, base: str) -> None:
    """Loads the sample ledger on the first start, with a progress bar; a start that was broken off loads it again."""
    mark = settings.var / settings.authority / "sample.loaded"
    if mark.exists():
        return
    from deploy.commands import sample

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("载入示例台账 loading the sample ledger", total=None)
        sample.load(
            base,
            issue_token(settings, "supervisor"),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    mark.touch()


def banner(settings: Settings, base: str, token: str) -> Panel:
    """Every address, and the token."""
    lines = [
        f"看板 board      {base}/board",
        f"接口 API        {base}/v1",
        f"文档 docs       {base}/docs",
        f"指标 metrics    {base}/metrics",
        f"数据 data       {settings.var}",
        f"令牌 token      {token}",
        "",
        "Ctrl-C 停止 ends everything",
    ]
    return Panel.fit("\n".join(lines), title=f"起底 qidi · {settings.authority_name} {settings.authority}")
