"""Decides in which order an authority comes up on this machine: broker, queues, stores, processes, sample, banner."""

import fcntl
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy import enrolment
from deploy.broker import BrokerMissing, Door, ForeignNode, PrivateBroker, node_name
from deploy.enrolment import NotJoined
from deploy.levels import CannotChain, Seat, seats
from deploy.processes import NotReady, free_port
from deploy.refit import Refitting, WentAgain
from deploy.supervisor import Ended, Program, Supervisor, ended_by_signals
from services.plumbing.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
console = Console(highlight=False, soft_wrap=True)


class AlreadyRunning(Exception):
    """Another run uses this folder."""


def command(
    sample: Annotated[bool, typer.Option(help="load the sample ledger on the first start / 首次启动载入示例")] = True,
    levels: Annotated[
        int, typer.Option(min=1, max=3, envvar="QIDI_LEVELS", help="1, or the chain up to the region / 层级数")
    ] = 1,
    nodes: Annotated[
        int, typer.Option(min=1, max=3, envvar="QIDI_NODES", help="brokers: 1 for all, or 3 / 消息服务个数")
    ] = 1,
) -> None:
    """Start one authority here, or a chain of three, print the addresses, and end everything at Ctrl-C or SIGTERM."""
    settings = Settings()
    settings = settings.model_copy(update={"var": settings.var.absolute()})
    settings.var.mkdir(parents=True, exist_ok=True)
    try:
        with ended_by_signals(), alone_in(settings.var), Supervisor(settings.var, console.out) as supervisor:
            watch(*bring_up(seats(settings, levels), supervisor, sample, nodes), supervisor)
    except Ended:
        console.print("已停止 · ended")
    except (AlreadyRunning, BrokerMissing, CannotChain, ForeignNode, NotJoined, NotReady, ConnectionError) as error:
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


def bring_up(
    chain: list[Seat], supervisor: Supervisor, sample: bool, nodes: int
) -> tuple[list[Seat], dict[str, PrivateBroker]]:
    """The steps in their order; returns seats and brokers when everything answers and the banner is printed."""
    for seat in chain:
        seat.folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as aside:  # stores come to their newest shape while the broker boots
        stores: Future[None] = aside.submit(migrate, *(seat.settings for seat in chain))
        passwords = enrolment.invite_guests(chain)
        if os.environ.get("QIDI_AMQP_URL"):
            if len(chain) > 1:
                raise CannotChain("several levels on one machine have private brokers: QIDI_AMQP_URL must not be set")
            step(f"消息服务 broker {node_name(chain[0].settings.amqp_url)}（QIDI_AMQP_URL）")
            brokers: dict[str, PrivateBroker] = {}
        else:
            brokers = start_brokers(chain, nodes, supervisor)
            chain = [seat.at(amqp_url=brokers[seat.code].url(seat.vhost)) for seat in chain]
        queues = {seat.code: apply_topology(seat) for seat in chain}
        for broker in {id(broker): broker for broker in brokers.values()}.values():
            served = [code for code, own in brokers.items() if own is broker]
            settle_when_new(broker, [f"{code}/{name}" for code in served for name in queues[code]])
        step(f"队列 {sum(map(len, queues.values()))} queues")
        stores.result()
        step("数据库已就绪 stores are at their newest migration")
    chain = [seat.at(gateway_port=port) for seat, port in zip(chain, gateway_ports(chain), strict=True)]
    tokens = enrolment.introduce(chain, passwords, brokers)
    supervisor.start(*(program for seat in chain for program in programs(seat)))
    step("五个服务、信使、网关 five services, courier, gateway")
    enrolment.join_all(chain, tokens, step)
    tell_facts(chain, supervisor, brokers)
    own = chain[0]
    if sample:
        load_sample_once(chain)
    console.print(banner(chain))
    # outside the frame and never wrapped: it is there to be pasted
    token = issue_token(own.settings, "supervisor")
    console.out(f"curl -H 'Authorization: Bearer {token}' {base_of(own)}/v1/lines\n", highlight=False)
    return chain, brokers


def watch(chain: list[Seat], brokers: Mapping[str, PrivateBroker], supervisor: Supervisor) -> None:
    """Returns never; a broker that came back without its queues gets them."""
    refitting = Refitting(chain, brokers, supervisor, apply_topology)
    while True:
        time.sleep(1)
        try:
            for code in refitting.look():
                step(f"{code} 的消息服务已恢复，队列齐全 its broker is back and has its queues")
        except WentAgain as gone:
            console.out(f"消息服务 broker: {gone}")


def tell_facts(chain: list[Seat], supervisor: Supervisor, brokers: Mapping[str, PrivateBroker]) -> None:
    """Writes the addresses down, the own authority's at the top, in a file for this user alone: it holds passwords."""

    def of(seat: Seat) -> dict[str, object]:
        base, broker = base_of(seat), brokers.get(seat.code)
        return {
            "gateway": base,
            "board": f"{base}/board",
            "metrics": f"{base}/metrics",
            "authority": seat.code,
            "amqp_url": seat.settings.amqp_url,
            "gateway_port": seat.settings.gateway_port,
            "node": broker.name if broker else None,
            "broker_port": broker.port if broker else None,
            "broker_folder": str(broker.folder) if broker else None,
            "vhost": seat.vhost,
        }

    named = {seat.code: {"name": seat.settings.authority_name, "level": seat.settings.level} for seat in chain}
    everyone = {seat.code: {**named[seat.code], "superior": seat.superior, **of(seat)} for seat in chain}
    supervisor.facts(**of(chain[0]), authorities=everyone)


def step(done: str) -> None:
    """Tells the person at the terminal what is done."""
    console.print(f"[green]✓[/] {done}")


def start_brokers(chain: list[Seat], nodes: int, supervisor: Supervisor) -> dict[str, PrivateBroker]:
    """Starts one private node for all, or one each, under the supervisor; the node of each authority."""
    own = chain[0].settings
    alone = {own.authority: [seat for seat in chain if nodes == 1 or seat is chain[0]]}
    alone |= {seat.code: [seat] for seat in chain[1:] if nodes > 1}
    brokers: dict[str, PrivateBroker] = {}
    for code, served in alone.items():
        is_own = code == own.authority
        brokers[code] = PrivateBroker(
            own.var / ("broker" if is_own else f"broker-{code}"),
            port=own.broker_port if is_own else 0,
            vhosts=[seat.vhost for seat in served],
            door=Door(own.link_host, own.link_port if is_own and own.broker_port else 0),
            guests=lambda served=served: [enrolment.guest_definitions(seat.keys) for seat in served],  # type: ignore[misc]
        )
        brokers[code].prepare()
        if (until := brokers[code].renewed_until) is not None:
            day = until.date().isoformat()
            step(f"消息服务证书已更新，有效期至 the broker's certificate was renewed and is valid until {day}")

    def program(code: str, name: str, argv: Sequence[str], ready: Callable[[], bool], within: float) -> Program:
        suffix, broker = "" if code == own.authority else f"-{code}", brokers[code]
        return Program(f"{name}{suffix}", argv, broker.environ, ready, broker.folder, within, 25)

    with console.status("启动消息服务 starting the private RabbitMQ node"):
        supervisor.start(*(program(c, "epmd", b.epmd_command, b.epmd_is_ready, 15) for c, b in brokers.items()))
        supervisor.start(*(program(c, "broker", b.node_command, b.is_ready, 90) for c, b in brokers.items()))
    for broker in brokers.values():
        step(f"消息服务 broker {broker.name}, port {broker.port}")
    return {seat.code: brokers[code] for code, served in alone.items() for seat in served}


def apply_topology(seat: Seat) -> list[str]:
    """Declares every exchange and queue; the names of the queues."""
    from deploy.authority import BOARDS
    from services.plumbing import topology

    rows = topology.apply(seat.settings.amqp_url, BOARDS, enrolment.children_of(seat.keys))
    return [row.name for row in rows]


def base_of(seat: Seat) -> str:
    """The address of an authority's gateway."""
    return f"http://127.0.0.1:{seat.settings.gateway_port}"


def gateway_ports(chain: list[Seat]) -> list[int]:
    """One port each: the wanted one and those after it, or any that is free."""
    wanted, ports = chain[0].settings.gateway_port, list[int]()
    for index, _ in enumerate(chain):
        ports.append(free_port(wanted + index if wanted else None, frozenset(ports)))
    return ports


def settle_when_new(broker: PrivateBroker, queues: list[str]) -> None:
    """Has the node write its queue directory after the first start, and after one that brought new queues."""
    memory = broker.folder / "settled"
    names = "\n".join(sorted(queues))
    if not memory.exists() or memory.read_text() != names:
        broker.settle()
        memory.write_text(names)


def migrate(*everyone: Settings) -> None:
    """Brings the stores of each authority's five services and of its gateway to their newest migration."""
    from deploy.authority import BOARDS
    from gateway.store import BOARD as GATEWAY
    from services.plumbing.db import open_engine
    from services.plumbing.migrate import upgrade

    for settings in everyone:
        for board in (*BOARDS, GATEWAY):
            engine = open_engine(settings.store_url(board.name), board.name)
            upgrade(board, engine)
            engine.dispose()


def program_of(seat: Seat, name: str, module: str, ready: Callable[[], bool] = lambda: True) -> Program:
    """One process of an authority."""
    settings = seat.settings
    environ = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "QIDI_AUTHORITY": settings.authority,
        "QIDI_AUTHORITY_NAME": settings.authority_name,
        "QIDI_LEVEL": settings.level,
        "QIDI_AMQP_URL": settings.amqp_url,
        "QIDI_DATABASE_URL": settings.database_url,
        "QIDI_VAR": str(settings.var),
        "QIDI_GATEWAY_PORT": str(settings.gateway_port),
    }
    return Program(f"{name}{seat.suffix}", [sys.executable, "-m", module], environ, ready, PROJECT)


def programs(seat: Seat) -> list[Program]:
    """The processes of an authority; the gateway is ready when every service answers it."""
    base = base_of(seat)
    return [
        program_of(seat, "services", "deploy.host"),
        program_of(seat, "courier", "deploy.courier"),
        program_of(seat, "gateway", "gateway", lambda: answers_well(f"{base}/readyz")),
        # also where there is neither superior nor child: it signs what is recorded
        program_of(seat, "link", "services.ledger.carrier"),
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
    from gateway.store import BOARD
    from gateway.tokens import BadToken, Tokens
    from services.contracts.vocabulary import Role
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


def load_sample_once(chain: Sequence[Seat]) -> None:
    """Loads the sample on the first start, with a progress bar; a start that was broken off loads it again."""
    marks = {seat.code: seat.folder / "sample.loaded" for seat in chain}
    travelled = chain[0].folder / "sample.travelled"
    if all(mark.exists() for mark in marks.values()) and (len(chain) == 1 or travelled.exists()):
        return
    from sample.levels import Place, load_levels

    places = [
        Place(seat.code, base_of(seat), issue_token(seat.settings, "supervisor"), issue_token(seat.settings, "ops"))
        for seat in chain
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("载入示例台账 loading the sample ledger", total=None)
        missing = load_levels(
            places,
            chain[0].settings.clock().now().date(),
            lambda done, total: progress.update(task, completed=done, total=total),
            lambda code: marks[code].exists(),
        )
    for mark in (*marks.values(), *(() if missing else (travelled,))):
        mark.touch()
    if missing:
        step(f"转报件下次启动再送 the travelling cases are sent at the next start: {missing}")


def banner(chain: list[Seat]) -> Panel:
    """Every address, and the tokens."""
    own, base = chain[0].settings, base_of(chain[0])
    lines = [
        f"看板 board      {base}/board",
        f"接口 API        {base}/v1",
        f"文档 docs       {base}/docs",
        f"指标 metrics    {base}/metrics",
        f"数据 data       {own.var}",
        f"令牌 token      {issue_token(own, 'supervisor')}",
        "",
    ]
    for seat in chain[1:]:
        lines += [
            f"上级 superior   {seat.settings.authority_name} {seat.code}",
            f"看板 board      {base_of(seat)}/board",
            f"令牌 token      {issue_token(seat.settings, 'supervisor')}",
            "",
        ]
    lines.append("Ctrl-C 停止 ends everything")
    return Panel.fit("\n".join(lines), title=f"起底 qidi · {own.authority_name} {own.authority}")
