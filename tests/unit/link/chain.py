"""Linked levels in a test: real stores and keys, the real link code, and a courier in memory."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, text

from services.contracts.envelope import Envelope, Event, seal
from services.contracts.links import Rejected, Welcome, read_from_above
from services.ledger.canonical import canonical_bytes
from services.ledger.link import child, membership, superior
from services.ledger.link.keys import SigningKey
from services.ledger.link.mail import post
from services.ledger.link.messages import Became, HeardFromAbove, Outgoing, TakenFromBelow
from services.ledger.service import BOARD as LEDGER
from services.plumbing.clock import HandClock
from services.plumbing.db import reading, transaction
from services.plumbing.desk import Desk, Verdict
from services.plumbing.switchboard import Office
from tests.builders import MORNING, an_engine, asked
from tests.unit.forwarding.levels import BANNER, CITY, REGION

T = TypeVar("T")
LEVEL = {REGION: "region", CITY: "city", BANNER: "banner"}
NAME = {REGION: "内蒙古自治区", CITY: "赤峰市", BANNER: "林西县"}
SECRET = "one secret, used once"


def a_key(code: str, generation: int = 1) -> SigningKey:
    """The key that an authority signs with, the same in every run."""
    return SigningKey.from_seed(code, hashlib.sha256(f"{code}/{generation}".encode()).digest())


class Seat:
    """One authority: its ledger's desk, its key, and what the carrying process would do."""

    def __init__(self, code: str, folder: Path, at: datetime = MORNING, name: str = "") -> None:
        self.code, self.level = code, LEVEL.get(code, "banner")
        self.clock, self.key = HandClock(at), a_key(code)
        self.store = folder / f"{name or code}-ledger.sqlite"
        engine = an_engine(folder, LEDGER, self.store.stem)
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
        engine.dispose()
        self.desk = Desk(LEDGER, engine, self.clock, code)
        self._last: dict[tuple[str, str], int] = {}

    def copied(self, folder: Path) -> "Seat":
        """A second one with all that this one has now, as from a backup."""
        with closing(sqlite3.connect(self.store)) as source, closing(sqlite3.connect(folder / self.store.name)) as copy:
            source.backup(copy)
        found = Seat(self.code, folder, self.clock.at, self.store.stem.removesuffix("-ledger"))
        found.key, found._last = self.key, dict(self._last)
        return found

    def act(self, act: Callable[[Office], T]) -> T:
        """One act in one transaction."""
        with transaction(self.desk.engine) as connection:
            return act(Office(connection, self.clock.at, self.code))

    def look(self, look: Callable[[Office], T]) -> T:
        with reading(self.desk.engine) as connection:
            return look(Office(connection, self.clock.at, self.code))

    def ask(self, question: str, **params: Any) -> Any:
        return asked(self.desk, question, **params)

    def seal(self, event: Event, service: str = "intake") -> bytes:
        """What one of this authority's services says, with the next sequence of its subject."""
        source = f"/authorities/{self.code}/{service}" + ("/own" if event.reach.value == "own" else "")
        number = self._last[source, event.subject] = self._last.get((source, event.subject), 0) + 1
        id = f"{hashlib.sha256(f'{source} {event.subject} {number}'.encode()).hexdigest()[:32]}"
        at = self.clock.at
        return seal(event, id=id, source=source, occurred_at=at, recorded_at=at, sequence=number)

    def record(self, *events: Event) -> None:
        """These facts are heard and become entries, in one batch."""
        rulings = self.desk.take_events([self.seal(one) for one in events])
        assert all(ruling.verdict is Verdict.HANDLED for ruling in rulings), rulings

    def size(self) -> int:
        return int(self.ask("head")["size"])

    def root(self) -> str:
        return str(self.ask("head")["root"])

    def held(self, origin: str) -> dict[str, Any]:
        """How the ledger of `origin` stands here."""
        return next(dict(one) for one in self.ask("reconciliation")["items"] if one["origin"] == origin)

    def bus(self, prefix: str = "") -> list[tuple[str, Envelope]]:
        """What waits on the own bus under a routing key that begins like this."""
        with self.desk.engine.connect().execution_options(reading=True) as connection:
            rows = connection.execute(text("SELECT routing_key, body FROM outbox ORDER BY id")).all()
        found = [(row.routing_key, Envelope.parse(bytes(row.body))) for row in rows]
        return [one for one in found if one[0].startswith(prefix)]

    # --- what the carrying process does ---

    def pages(self, window: int = 4) -> list[Outgoing]:
        return self.act(lambda office: child.next_pages(office, self.key, window))

    def take(self, body: bytes, sender: str) -> TakenFromBelow:
        """Bytes from below, the broker vouching for the sender."""
        return self.act(
            lambda office: superior.take_from_below(
                office, self.key, body, sender, name=NAME.get(self.code, self.code), level=self.level
            )
        )

    def hear(self, body: bytes) -> HeardFromAbove:
        """Bytes from above."""
        return self.act(lambda office: child.take_from_above(office, body))

    def letters(self, to: str, window: int = 20) -> list[Outgoing]:
        return self.act(lambda office: post.pending(office, self.key, to, window))

    def invite(self, code: str, secret: str = SECRET) -> None:
        self.act(lambda office: membership.invite(office, code, NAME.get(code, code), "banner", secret, f"up.{code}"))

    def hello(self, secret: str = SECRET) -> bytes:
        return membership.hello(self.key, NAME.get(self.code, self.code), self.level, secret)


def told(answer: bytes | None) -> Any:
    """What an answer says, read as the child reads it."""
    assert answer is not None
    return read_from_above(answer)


def join(lower: Seat, upper: Seat, secret: str = SECRET) -> None:
    """Invite, hello, welcome, confirmed."""
    upper.invite(lower.code, secret)
    welcome = told(upper.take(lower.hello(secret), lower.code).answer)
    assert isinstance(welcome, Welcome), welcome
    lower.act(lambda office: membership.remember_superior(office, welcome))


def why_rejected(taken: TakenFromBelow) -> str:
    """Why a hello was not believed."""
    answer = told(taken.answer)
    assert isinstance(answer, Rejected), answer
    assert taken.became is Became.REFUSED
    return answer.why


@dataclass
class Way:
    """Both directions between two seats; what was carried is remembered."""

    lower: Seat
    upper: Seat
    taken: list[TakenFromBelow] = field(default_factory=list)
    heard: list[HeardFromAbove] = field(default_factory=list)
    carried: list[Outgoing] = field(default_factory=list)

    def up(self, page: Outgoing) -> TakenFromBelow:
        """One page goes up and its answer comes back."""
        self.carried.append(page)
        taken = self.upper.take(page.body, self.lower.code)
        self.taken.append(taken)
        if taken.answer is not None:
            self.heard.append(self.lower.hear(taken.answer))
        return taken

    def ask(self) -> None:
        """As after each connection: how far has it come?"""
        for question in self.lower.act(child.asks):
            self.up(question)

    def round(self) -> bool:
        """Everything that is due goes once; whether anything moved."""
        pages = self.lower.pages()
        for page in pages:
            self.up(page)
        going = self.upper.letters(self.lower.code)
        for letter in going:
            self.heard.append(self.lower.hear(letter.body))
        return bool(pages or going)

    def carry(self) -> None:
        """Until nothing is due any more."""
        for _ in range(100):
            if not self.round():
                return
        raise AssertionError("the link does not come to rest")


def carry(*ways: Way) -> None:
    """Until nothing is due on any of them."""
    moving = True
    while moving:
        moved = [way.round() for way in ways]
        moving = any(moved)


def changed(page: bytes, **values: Any) -> bytes:
    """The same page with other members, as somebody between the two would write it."""
    return canonical_bytes({**json.loads(page), **values})


def entries_of(page: Outgoing) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.body)["entries"]
    return found
