"""Speed between levels: one link's pace, a command's way to the region, an export's check.

Each figure has its reference in the same run: the raw broker's confirmed publishes, its own two hops, plain SHA-256.
"""

import asyncio
import hashlib
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from kombu import Connection as Amqp
from kombu import Queue

from bench import Figure
from bench.authority import authority
from bench.gateway import CLERK, PROJECT_CODE, token_of
from bench.pipeline import raw_publishes
from deploy import enrolment
from deploy.broker import Door, PrivateBroker
from deploy.levels import Seat, seats
from deploy.programs import program_of
from deploy.start import apply_topology, migrate
from gateway.store import BOARD as GATEWAY
from sample.region.places import inner_mongolia
from sample.region.traffic import Traffic
from services.ledger import own_entries
from services.ledger.audit.content import verify_export
from services.ledger.audit.export import ExportHeader, entry_line
from services.ledger.merkle import SHA256, root_of
from services.ledger.service import BOARD as LEDGER
from services.ledger.store import Book
from services.plumbing.db import open_engine, transaction
from services.plumbing.deliveries import Delivery
from services.plumbing.settings import Settings
from services.plumbing.wire import Wire

THROUGH: Final = 20_000
COMMANDS: Final = 100
#: Between two commands: five services on three levels still hear of the last one when it has arrived.
SETTLING: Final = 0.25
CHECKED: Final = 200_000
SAID: Final = 1_000_000
PATIENCE: Final = 300.0
BANNER, CITY, REGION = "150424", "150400", "150000"


def figures() -> Iterator[Figure]:
    """Checking first, which needs no process but this; then one link alone; then three whole authorities."""
    yield from _checking()
    yield from _one_link()
    yield from _two_links()


# --- checking an export -----------------------------------------------------------------------------------------------


def _checking() -> Iterator[Figure]:
    """Processor seconds for a million entries, measured over fewer and scaled; references: the same bytes, hashed."""
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder:
        path = Path(folder) / "export.jsonl"
        _write_export(path)
        rounds = [[_timed(work, path) for work in (_verified, _hashed_each, _hashed)] for _ in range(4)]
        ours, each, whole = (min(times) for times in zip(*rounds, strict=True))
    scale = SAID / CHECKED
    against = f"sha256_of_each={each * scale:.2f}s"
    yield Figure("link.verify_1000000", ours * scale, "s", against, ours / each)
    yield Figure("link.verify_1000000", ours * scale, "s", f"sha256_of_file={whole * scale:.2f}s", ours / whole)


def _write_export(path: Path) -> None:
    bodies = [one.fact.body for one in Traffic(_banner(), 5_000)]
    told = [bodies[index % len(bodies)] for index in range(CHECKED)]
    leaves = [SHA256.leaf(body) for body in told]
    with path.open("wb") as file:
        file.write(ExportHeader(BANNER, CHECKED, root_of(leaves)).line())
        file.writelines(
            entry_line(index, leaf, body) for index, (leaf, body) in enumerate(zip(leaves, told, strict=True))
        )


def _timed(work: Any, path: Path) -> float:
    begun = time.process_time()
    work(path)
    return time.process_time() - begun


def _verified(path: Path) -> None:
    with path.open("rb") as stream:
        verdict = verify_export(stream)
    if not verdict.ok or verdict.size != CHECKED:
        raise RuntimeError(f"the export is not sound: {verdict}")


def _hashed_each(path: Path) -> None:
    with path.open("rb") as stream:
        for line in stream:
            hashlib.sha256(line).digest()


def _hashed(path: Path) -> None:
    with path.open("rb") as stream:
        hashlib.file_digest(stream, "sha256")


def _banner() -> Any:
    return next(place for place in inner_mongolia() if place.code == BANNER)


# --- one link ---------------------------------------------------------------------------------------------------------


def _one_link() -> Iterator[Figure]:
    """Entries per second from the banner's store to the city's signed receipt: two link processes, TLS, one broker."""
    with tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder, ExitStack() as stack:
        settings = Settings(var=Path(folder), authority=BANNER, level="banner", database_url="")
        chain = seats(settings, 2)
        for seat in chain:
            seat.folder.mkdir(parents=True)
        migrate(GATEWAY, *(seat.settings for seat in chain))
        passwords = enrolment.invite_guests(chain)
        broker = PrivateBroker(
            Path(folder) / "broker",
            port=0,
            vhosts=[seat.vhost for seat in chain],
            door=Door(preferred_port=0),
            guests=lambda: [enrolment.guest_definitions(seat.keys) for seat in chain],
        )
        stack.enter_context(broker)
        chain = [seat.at(amqp_url=broker.url(seat.vhost)) for seat in chain]
        for seat in chain:
            apply_topology(seat)
        tokens = enrolment.introduce(chain, passwords, {seat.code: broker for seat in chain})
        banner, city = chain
        stack.enter_context(_link_of(city))
        enrolment.join_all(chain, tokens, lambda done: None)
        body = _fill(banner)
        raw = asyncio.run(raw_publishes(banner.settings.amqp_url, body, THROUGH))
        with _link_of(banner):
            rate = _pace(banner)
    yield Figure("link.entries_per_second", rate, "entries/s", f"raw_publish={raw:.0f}/s", rate / raw)


@contextmanager
def _link_of(seat: Seat) -> Iterator[None]:
    program = program_of(seat, "link", "services.ledger.carrier")
    with (seat.folder / "link.log").open("ab") as log:
        process = subprocess.Popen(program.argv, env=dict(program.environ), cwd=program.cwd, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _fill(seat: Seat) -> bytes:
    """A year's entries into the banner's own ledger; gives one of them for its size."""
    told = [own_entries.entry(one.fact.body) for one in Traffic(_banner(), THROUGH)]
    engine = open_engine(seat.settings.store_url(LEDGER.name), LEDGER.name)
    for start in range(0, THROUGH, 1000):
        with transaction(engine) as connection:
            Book(connection).append(told[start : start + 1000])
    engine.dispose()
    return told[0].body


def _pace(seat: Seat) -> float:
    """Entries per second between the first receipt and the last."""
    receipts: list[tuple[float, int]] = []
    with closing(_looked(seat.folder)) as store:
        end = time.monotonic() + PATIENCE
        while not receipts or receipts[-1][1] < THROUGH:
            row = store.execute("SELECT receipted FROM origins WHERE origin = ?", (BANNER,)).fetchone()
            if row is not None and row[0] and (not receipts or row[0] > receipts[-1][1]):
                receipts.append((time.monotonic(), row[0]))
            if time.monotonic() > end:
                raise RuntimeError(f"the link stands still: {receipts[-1:]}")
            time.sleep(0.005)
    (begun, first), (ended, last) = receipts[0], receipts[-1]
    return (last - first) / (ended - begun)


def _looked(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / 'ledger.sqlite'}?mode=ro", uri=True, isolation_level=None)


# --- two links --------------------------------------------------------------------------------------------------------


def _two_links() -> Iterator[Figure]:
    """Milliseconds from a command at the banner until the region's board would show it; three authorities run."""
    with (
        tempfile.TemporaryDirectory(prefix="qidi-bench-") as folder,
        authority(Path(folder), "--levels", "3") as (state, _),
    ):
        raw = asyncio.run(_raw_hops(str(state["amqp_url"])))
        ours = _ways(Path(folder), state)
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            mine, reference = _at(ours, share), _at(raw, share)
            against = f"raw_two_hops={reference:.1f}ms"
            yield Figure(f"link.command_to_region_{name}", mine, "ms", against, mine / reference)


def _at(taken: list[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))] * 1000


def _ways(folder: Path, state: dict[str, Any]) -> list[float]:
    """Seconds of each command, at an office's pace: the next when the last has settled. The first few warm up."""
    headers = {"Authorization": f"Bearer {token_of(folder, state)}"}
    project = {"project_code": PROJECT_CODE, "project_name": "扩建", "owner_name": "林西水务", "actor": CLERK}
    order = {"project_code": PROJECT_CODE, "matter_code": "NM-001", "handler": CLERK, "actor": CLERK}
    order |= {"again_because": "压力测试"}
    taken: list[float] = []
    with (
        httpx.Client(base_url=str(state["gateway"]), headers=headers, timeout=30) as client,
        closing(_looked(folder / REGION)) as region,
    ):
        client.post("/v1/projects", json=project).raise_for_status()
        for _ in range(COMMANDS + 5):
            begun = time.perf_counter()
            answer = client.post("/v1/cases", json=order)
            answer.raise_for_status()
            _arrived(region, str(answer.json()["case_no"]), begun)
            taken.append(time.perf_counter() - begun)
            time.sleep(SETTLING)
    return taken[5:]


def _arrived(region: sqlite3.Connection, case_no: str, begun: float) -> None:
    while region.execute("SELECT 1 FROM lines WHERE case_no = ? AND state <> ''", (case_no,)).fetchone() is None:
        if time.perf_counter() - begun > PATIENCE:
            raise RuntimeError(f"{case_no} does not reach the region")
        time.sleep(0.001)


async def _raw_hops(url: str) -> list[float]:
    """Seconds of a message of an event's size through two quorum queues, each hop confirmed, one message at a time."""
    hops = ("qidi.bench.first", "qidi.bench.second")
    with Amqp(url, connect_timeout=10) as connection, connection.channel() as channel:
        for name in hops:
            Queue(name, durable=True, queue_arguments={"x-queue-type": "quorum"})(channel).queue_declare()
    body, taken = b"x" * 700, list[float]()
    first: asyncio.Queue[Delivery] = asyncio.Queue()
    second: asyncio.Queue[Delivery] = asyncio.Queue()
    async with Wire(url, "bench-below") as below, Wire(url, "bench-above") as above:
        await below.until_ready(20)
        await above.until_ready(20)
        above.consume(hops[0], first.put_nowait)
        below.consume(hops[1], second.put_nowait)
        for _ in range(COMMANDS + 5):
            begun = time.perf_counter()
            await below.publish("", hops[0], body)
            delivery = await first.get()
            await above.publish("", hops[1], delivery.body)
            delivery.acknowledge()
            (await second.get()).acknowledge()
            taken.append(time.perf_counter() - begun)
    return taken[5:]


if __name__ == "__main__":
    for figure in figures():
        print(figure.line())
