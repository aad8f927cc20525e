"""The start of one authority on this machine, or of a chain: broker, queues, stores, processes, sample."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy import enrolment
from deploy.broker import Door, PrivateBroker, node_name
from deploy.levels import CannotChain, Seat
from deploy.processes import NotReady
from deploy.programs import base_of, gateway_ports, programs
from deploy.refit import Refitting, WentAgain
from deploy.supervisor import Program, Supervisor
from deploy.terminal import console, step, told
from services.contracts.divisions import name_of
from services.contracts.vocabulary import Role
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Switchboard

#: The node of each authority; none where the broker is an external one.
Brokers = dict[str, PrivateBroker]


class AlreadyRunning(Exception):
    """Another run uses this folder."""


@dataclass(frozen=True)
class Gateway:
    """What a start needs of the gateway, which stands above this: its own store, and tokens for the sample."""

    board: Switchboard
    #: Settings of an authority, a role, a name and a department -> the token of that person or system there, the same
    #: one at each start.
    token: Callable[[Settings, Role, str, str], str]


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
        who = told("process {id}, {address}", id=state["supervisor"], address=state.get("gateway", ""))
    except (OSError, ValueError, KeyError):
        who = told("it is just starting")
    return told("{folder} is in use by another run ({who}). End it first, or set QIDI_VAR.", folder=folder, who=who)


def bring_up(
    chain: list[Seat], supervisor: Supervisor, gateway: Gateway, *, sample: bool, nodes: int
) -> tuple[list[Seat], Brokers]:
    """The steps in their order; returns seats and brokers when everything answers."""
    for seat in chain:
        seat.folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as aside:  # stores come to their newest shape while the broker boots
        stores: Future[None] = aside.submit(migrate, gateway.board, *(seat.settings for seat in chain))
        passwords = enrolment.invite_guests(chain)
        chain, brokers = _with_brokers(chain, nodes, supervisor)
        _with_queues(chain, brokers)
        stores.result()
        enrolment.look_at_keys(chain)
        step("stores are at their newest migration")
    chain = [seat.at(gateway_port=port) for seat, port in zip(chain, gateway_ports(chain), strict=True)]
    tokens = enrolment.introduce(chain, passwords, brokers)
    supervisor.start(*(program for seat in chain for program in programs(seat)))
    step("services, courier, gateway")
    enrolment.join_all(chain, tokens, step)
    write_facts(chain, supervisor, brokers)
    if sample:
        load_sample_once(chain, gateway)
    return chain, brokers


def watch(chain: list[Seat], brokers: Mapping[str, PrivateBroker], supervisor: Supervisor) -> None:
    """Returns never; a broker that came back without its queues gets them."""
    refitting = Refitting(chain, brokers, supervisor, apply_topology)
    while True:
        time.sleep(1)
        try:
            for code in refitting.look():
                step("the broker of {code} is back and has its queues", code=f"{name_of(code)} {code}")
        except WentAgain as gone:
            console.out(told("broker: {reason}", reason=gone))


# --- brokers and queues ---------------------------------------------------------------------------------------------


def _with_brokers(chain: list[Seat], nodes: int, supervisor: Supervisor) -> tuple[list[Seat], Brokers]:
    """Private nodes, or the external one that the environment names."""
    if not os.environ.get("QIDI_AMQP_URL"):
        brokers = start_brokers(chain, nodes, supervisor)
        return [seat.at(amqp_url=brokers[seat.code].url(seat.vhost)) for seat in chain], brokers
    if len(chain) > 1:
        raise CannotChain("several levels on one machine have private brokers: QIDI_AMQP_URL must not be set")
    step("broker {name} (QIDI_AMQP_URL)", name=node_name(chain[0].settings.amqp_url))
    return chain, {}


def start_brokers(chain: list[Seat], nodes: int, supervisor: Supervisor) -> Brokers:
    """Starts one private node for all, or one each, under the supervisor; the node of each authority."""
    own = chain[0].settings
    alone = {own.authority: [seat for seat in chain if nodes == 1 or seat is chain[0]]}
    alone |= {seat.code: [seat] for seat in chain[1:] if nodes > 1}
    brokers = {code: _prepared(own, code, served) for code, served in alone.items()}

    def program(code: str, name: str, argv: Sequence[str], ready: Callable[[], bool], within: float) -> Program:
        suffix, broker = "" if code == own.authority else f"-{code}", brokers[code]
        return Program(f"{name}{suffix}", argv, broker.environ, ready, broker.folder, within, 25)

    with console.status(told("starting the private RabbitMQ node")):
        supervisor.start(*(program(c, "epmd", b.epmd_command, b.epmd_is_ready, 15) for c, b in brokers.items()))
        supervisor.start(*(program(c, "broker", b.node_command, b.is_ready, 90) for c, b in brokers.items()))
    for broker in brokers.values():
        step("broker {name}, port {port}", name=broker.name, port=broker.port)
    return {seat.code: brokers[code] for code, served in alone.items() for seat in served}


def _prepared(own: Settings, code: str, served: list[Seat]) -> PrivateBroker:
    """The files of one node; only the own authority's has the ports that were asked for."""
    is_own = code == own.authority
    broker = PrivateBroker(
        own.var / ("broker" if is_own else f"broker-{code}"),
        port=own.broker_port if is_own else 0,
        vhosts=[seat.vhost for seat in served],
        door=Door(own.link_host, own.link_port if is_own and own.broker_port else 0),
        guests=lambda: [enrolment.guest_definitions(seat.keys) for seat in served],
    )
    broker.prepare()
    if (until := broker.renewed_until) is not None:
        step("the broker's certificate was renewed and is valid until {day}", day=until.date().isoformat())
    return broker


def _with_queues(chain: list[Seat], brokers: Brokers) -> None:
    queues = {seat.code: apply_topology(seat, brokers.get(seat.code)) for seat in chain}
    for broker in {id(broker): broker for broker in brokers.values()}.values():
        served = [code for code, own in brokers.items() if own is broker]
        settle_when_new(broker, [f"{code}/{name}" for code in served for name in queues[code]])
    step("{count} queues", count=sum(map(len, queues.values())))


def apply_topology(seat: Seat, broker: PrivateBroker | None = None) -> list[str]:
    """Declares every exchange and queue; the names of the queues."""
    from deploy.authority import BOARDS
    from services.plumbing import topology
    from services.plumbing.relocation import StillTaken

    children = enrolment.children_of(seat.keys)
    try:
        declared = topology.apply(seat.settings.amqp_url, BOARDS, children)
    except StillTaken as taken:
        raise NotReady(told("somebody still takes from the queue {queue}, which has to be made anew: end the other "
                            "processes of this authority first", queue=taken.queue)) from taken  # fmt: skip
    if declared.made_anew:
        step("{count} queues have been made anew with what lay in them", count=len(declared.made_anew))
    for child in children:
        # Of an earlier version, it would not notice that the mailbox from which it takes has ended.
        if broker is not None and topology.down_queue(child) in declared.made_anew:
            broker.ctl("close_all_user_connections", topology.up_key(child), "your mailbox has been made anew")
    return [row.name for row in declared.rows]


def settle_when_new(broker: PrivateBroker, queues: list[str]) -> None:
    """Has the node write its queue directory after the first start, and after one that brought new queues."""
    memory = broker.folder / "settled"
    names = "\n".join(sorted(queues))
    if not memory.exists() or memory.read_text() != names:
        broker.settle()
        memory.write_text(names)


# --- stores, facts, sample ------------------------------------------------------------------------------------------


def migrate(gateway: Switchboard, *everyone: Settings) -> None:
    """Brings the stores of each authority's services and of its gateway to their newest migration."""
    from deploy.authority import BOARDS
    from services.plumbing.db import open_engine
    from services.plumbing.migrate import upgrade

    for settings in everyone:
        for board in (*BOARDS, gateway):
            engine = open_engine(settings.store_url(board.name), board.name)
            upgrade(board, engine)
            if board.opening is not None:
                board.opening(engine, settings.keys)
            engine.dispose()


def write_facts(chain: list[Seat], supervisor: Supervisor, brokers: Brokers) -> None:
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


def load_sample_once(chain: Sequence[Seat], gateway: Gateway) -> None:
    """Loads the sample on the first start, with a progress bar; a start that was broken off loads it again."""
    marks = {seat.code: seat.folder / "sample.loaded" for seat in chain}
    travelled = chain[0].folder / "sample.travelled"
    if all(mark.exists() for mark in marks.values()) and (len(chain) == 1 or travelled.exists()):
        return
    from sample.levels import Place, load_levels

    places = [Place(seat.code, base_of(seat), partial(gateway.token, seat.settings)) for seat in chain]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(told("Loading the sample ledger"), total=None)
        missing = load_levels(
            places,
            chain[0].settings.clock().now().date(),
            lambda done, total: progress.update(task, completed=done, total=total),
            lambda code: marks[code].exists(),
        )
    for mark in (*marks.values(), *(() if missing else (travelled,))):
        mark.touch()
    if missing:
        step("the travelling cases are sent at the next start: {missing}", missing=missing)
