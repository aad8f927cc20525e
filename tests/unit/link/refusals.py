"""Causes of a refusal: what can be wrong with a ledger that goes up, done to a seat as it happens in an office."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from services.contracts import cases
from services.contracts.links import Fork, Gap, RefusedPage
from services.contracts.quantities import Wire
from services.ledger import own_entries
from services.ledger.canonical import canonical_bytes
from services.ledger.link.notes import read
from services.ledger.store import Book
from tests.unit.forwarding.levels import BANNER
from tests.unit.ledger_service.facts import a_step, received
from tests.unit.link.chain import Seat, a_key
from tests.unit.link.test_tampering import behind


def append(seat: Seat, body: bytes) -> None:
    """An entry that no desk has looked at, as an older version or a disk leaves it."""
    seat.act(lambda office: Book(office.connection).append([own_entries.entry(body)]))


def written_over(seat: Seat, change: Callable[[dict[str, Any]], bytes], origin: str = "") -> None:
    """The newest entry of a case that is kept says something else; its hash stays, nobody has looked."""
    table, whose = ("origin_entries", f"origin = '{origin}'") if origin else ("entries", "1 = 1")
    newest = f"SELECT MAX(idx) FROM {table} WHERE {whose} AND stem LIKE 'qidi.case.%'"  # our own names only
    with behind(seat) as store:
        where = f"{whose} AND idx = ({newest})"
        (body,) = store.execute(f"SELECT body FROM {table} WHERE {where}").fetchone()  # our own names only
        changed = change(json.loads(body))
        store.execute(f"UPDATE {table} SET body = ? WHERE {where}", (changed,))  # our own names only


def altered(body: dict[str, Any]) -> bytes:
    """Another name in the body, as the issue's sed did it."""
    return canonical_bytes({**body, "data": {**body["data"], "handler": {"name": "李五", "department": "自然资源局"}}})


def _from_another_office(seat: Seat, n: int) -> None:
    stranger = json.loads(seat.seal(received(n)))
    append(seat, canonical_bytes({**stranger, "source": "/authorities/150000/intake"}))


def _newer_than_the_superior(seat: Seat, n: int) -> None:
    newer = json.loads(seat.seal(received(n)))
    append(seat, canonical_bytes({**newer, "specversion": "2.0"}))


def _false_root(seat: Seat, n: int) -> None:
    seat.record(received(n))
    with behind(seat) as store:
        store.execute("UPDATE entries SET leaf = zeroblob(32) WHERE idx = (SELECT MAX(idx) FROM entries)")


def _stray_key(seat: Seat, n: int) -> None:
    seat.key = a_key(seat.code, 1000 + n)
    seat.record(received(n))


def _record_then(change: Callable[[dict[str, Any]], bytes]) -> Callable[[Seat, int], None]:
    def spoil(seat: Seat, n: int) -> None:
        seat.record(received(n), a_step(cases.CaseAccepted, n))
        written_over(seat, change)

    return spoil


#: What is done to a seat; the number makes each its own.
CAUSES: Mapping[str, Callable[[Seat, int], None]] = MappingProxyType(
    {
        "another name in a body that is kept": _record_then(altered),
        "another payload": _record_then(
            lambda body: canonical_bytes({**body, "data": {"case_no": "150424-2026-000099"}})
        ),
        "a body that is no JSON any more": _record_then(lambda body: b"\0" * 40),
        "a body that is JSON and no event": _record_then(lambda body: b"[1, 2]"),
        "a source of another authority": _from_another_office,
        "an envelope that an older superior cannot read": _newer_than_the_superior,
        "a root that the entries do not give": _false_root,
        "a signature of a key that nobody knows": _stray_key,
    }
)


def answers(seat: Seat, upper: Seat) -> Mapping[str, Wire]:
    """What a superior may say without any cause here."""
    held = upper.held(BANNER)
    at = next((json.loads(page.body)["checkpoint"] for page in seat.pages()), "")
    size = read(at).size if at else held["verified"]
    return {
        "gap": Gap(origin=BANNER, expects=held["verified"]),
        "gap at the beginning": Gap(origin=BANNER, expects=0),
        "fork": Fork(origin=BANNER, size=size, root="00" * 32, note=at),
        "refused": RefusedPage(origin=BANNER, from_index=held["verified"], why="entry 1 was changed"),
    }
