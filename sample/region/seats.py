"""An authority in a simulation: its ledger's store, its key, and what the link does with both.

Everything between the authorities is the ledger's own link code; only the brokers are left out, so bytes are handed
over where otherwise they would travel. What a store wants said on its own bus is taken away as the courier takes it.
"""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from sample.region.places import Place
from sample.region.watch import Watch
from services.contracts.links import Welcome, read_from_above
from services.ledger import handlers
from services.ledger.canonical import whole_number
from services.ledger.link import child, keys, membership, superior
from services.ledger.link.messages import Became, Outgoing, TakenFromBelow
from services.ledger.service import BOARD
from services.plumbing import outbox
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.migrate import upgrade
from services.plumbing.switchboard import Fact, Office

T = TypeVar("T")
#: Facts of one transaction at the ledger's desk, and pages of one origin on their way, as where it runs for real.
BATCH, WINDOW, CARRIED = 200, 4, 1000


class Broken(Exception):
    """The levels do not hold the same, or the simulation cannot be played; the text says where."""


class Stores:
    """Fresh stores, all from one that was migrated; the region's may be on PostgreSQL."""

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self._folder, self._database_url = folder, database_url
        self._pattern = folder / "pattern.sqlite"
        engine = open_engine(f"sqlite:///{self._pattern}", BOARD.name)
        upgrade(BOARD, engine)
        with engine.connect().execution_options(reading=True) as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()

    def fresh(self, code: str, is_region: bool) -> Engine:
        """An empty store. Raises Broken where the region's is not empty."""
        if is_region and self._database_url:
            return self._on_postgresql()
        path = self._folder / f"{code}.sqlite"
        shutil.copyfile(self._pattern, path)
        engine = open_engine(f"sqlite:///{path}", BOARD.name)
        if not is_region:
            # Each of these has a disk of its own; here they would all wait for one.
            event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        return engine

    def _on_postgresql(self) -> Engine:
        engine = open_engine(self._database_url, BOARD.name)
        upgrade(BOARD, engine)
        with reading(engine) as connection:
            if connection.execute(text("SELECT COUNT(*) FROM origins")).scalar_one():
                raise Broken("the database holds a region already: give an empty one")
        return engine


def size_of(engine: Engine) -> int:
    """Bytes of a store on disk."""
    if engine.dialect.name == "postgresql":
        told = text("SELECT SUM(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                    "(SELECT oid FROM pg_namespace WHERE nspname = :s)")  # fmt: skip
        with reading(engine) as connection:
            return int(connection.execute(told, {"s": BOARD.name}).scalar_one())
    path = Path(str(engine.url.database))
    return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))


class Seat:
    """One authority."""

    def __init__(self, place: Place, engine: Engine, folder: Path, watch: Watch) -> None:
        self.place, self.engine, self._watch = place, engine, watch
        self.key = keys.load_or_create(folder / "keys" / place.code, place.code)

    def write(self, now: datetime, act: Callable[[Office], T]) -> T:
        """One act in one transaction."""
        with transaction(self.engine) as connection:
            return act(Office(connection, now, self.place.code))

    def look(self, now: datetime, act: Callable[[Office], T]) -> T:
        """A look at one consistent state."""
        with reading(self.engine) as connection:
            return act(Office(connection, now, self.place.code))

    # --- joining ------------------------------------------------------------------------------------------------------

    def join(self, above: "Seat", now: datetime) -> None:
        """Invited, shown its key, welcomed: as `qidi enrol` and `qidi join` do it. Raises Broken."""
        code, name, level, secret = self.place.code, self.place.name, self.place.level, f"secret of {self.place.code}"
        above.write(now, lambda office: membership.invite(office, code, name, level, secret, f"up.{code}"))
        taken = above.take(membership.hello(self.key, name, level, secret), code, now)
        welcome = read_from_above(taken.answer or b"", whole_number)
        if not isinstance(welcome, Welcome):
            raise Broken(f"{above.place.code} does not welcome {code}: {taken.reason}")
        self.write(now, lambda office: membership.remember_superior(office, welcome))

    # --- its own ledger -----------------------------------------------------------------------------------------------

    def record(self, facts: Sequence[Fact[Any]], now: datetime) -> None:
        """What its services have said becomes entries of its own ledger, and the lines of its list follow."""
        with self._watch("record"):
            for start in range(0, len(facts), BATCH):
                batch = facts[start : start + BATCH]
                self.write(now, lambda office, batch=batch: handlers.record(office, batch))  # type: ignore[misc]

    def carry(self) -> None:
        """What waits for its own bus leaves, as the courier takes it away."""
        with self._watch("outbox"):
            while True:
                with reading(self.engine) as connection:
                    rows = outbox.waiting(connection, CARRIED)
                if not rows:
                    return
                with transaction(self.engine) as connection:
                    outbox.confirmed(connection, [row.id for row in rows])

    # --- the link -----------------------------------------------------------------------------------------------------

    def send(self, above: "Seat", now: datetime) -> int:
        """Everything that the superior has not signed for goes up until it has. Returns the pages. Raises Broken."""
        sent = 0
        while pages := self._pages(now):
            for page in pages:
                answer = above.take(page.body, self.place.code, now)
                if answer.became is not Became.TAKEN or answer.answer is None:
                    raise Broken(f"{above.place.code} does not take page {page.number} of {page.origin}: {answer}")
                self._hear(answer.answer, now)
            sent += len(pages)
        return sent

    def _pages(self, now: datetime) -> list[Outgoing]:
        with self._watch("pages"):
            return self.write(now, lambda office: child.next_pages(office, self.key, WINDOW))

    def take(self, body: bytes, sender: str, now: datetime) -> TakenFromBelow:
        """Bytes from below, weighed and kept."""
        with self._watch(f"take/{self.place.level}"):
            level, name = self.place.level, self.place.name
            return self.write(
                now,
                lambda office: superior.take_from_below(office, self.key, body, sender, name=name, level=level),
            )

    def _hear(self, answer: bytes, now: datetime) -> None:
        with self._watch("receipts"):
            heard = self.write(now, lambda office: child.take_from_above(office, answer))
        if heard.became is not Became.TAKEN:
            raise Broken(f"{self.place.code} does not believe its receipt: {heard}")
