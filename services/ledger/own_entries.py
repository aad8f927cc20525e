"""The ledger's own entries: what it says itself, recorded as the very envelope that goes out, in one transaction."""

import json
from collections.abc import Sequence

from services.contracts.envelope import Event
from services.contracts.ledgers import LedgerExtended
from services.ledger.canonical import canonical_bytes
from services.ledger.labels import labels_of
from services.ledger.merkle import Frontier
from services.ledger.store import Book, Entry
from services.plumbing import outbox
from services.plumbing.switchboard import Office, Said


def entry(body: bytes) -> Entry:
    """What is appended for these sealed bytes."""
    envelope = json.loads(body)
    return Entry(canonical_bytes(envelope), *labels_of(envelope))


def extended(office: Office, frontier: Frontier) -> Said:
    """The signal that the ledger has grown."""
    return Said(LedgerExtended(size=frontier.size, root=frontier.root.hex()), office.now)


def arrived(office: Office, origin: str, frontier: Frontier) -> None:
    """The signal that what is held here of another authority's ledger has grown."""
    _say(office, [Said(LedgerExtended(log=origin, size=frontier.size, root=frontier.root.hex()), office.now)])


def say_and_record(office: Office, said: Sequence[Said]) -> Frontier:
    """Say these facts and record them at once, in this order. Returns where the tree stands then."""
    return Book(office.connection).append([entry(body) for body in _say(office, said)])


def say_aloud(office: Office, event: Event) -> bytes:
    """As `say_and_record`, for whoever is not at the ledger's desk: the signal that the ledger has grown goes out too.

    Returns what was said, sealed.
    """
    (sealed,) = _say(office, [Said(event, office.now)])
    _say(office, [extended(office, Book(office.connection).append([entry(sealed)]))])
    return sealed


def _say(office: Office, said: Sequence[Said]) -> list[bytes]:
    return outbox.say(
        office.connection,
        said,
        source=f"/authorities/{office.authority}/ledger",
        recorded_at=office.recorded_at,
        causation=office.causation,
        caller=office.caller.stamp,
    )
