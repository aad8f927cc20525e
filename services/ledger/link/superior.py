"""The superior's side of a link: what is believed of what comes up, what follows from it, and what is answered.

A page is taken when it continues what is held, signed by whose ledger it is. Everything else is answered, never
raised: what is missing (gap), what contradicts (fork; nothing more is taken of that ledger until an operator accepts
it), what does not agree with itself or its sender (refused).
"""

import hashlib

from services.contracts.envelope import NotReadable
from services.contracts.links import (
    KEY_NOT_ANNOUNCED,
    NOT_ANNOUNCED,
    NOT_JOINED,
    Ask,
    Fork,
    Gap,
    Hello,
    LinkSettled,
    LinkTroubled,
    Page,
    Receipt,
    RefusedPage,
    read_from_below,
)
from services.contracts.quantities import Wire
from services.contracts.vocabulary import Level
from services.ledger import own_entries
from services.ledger.canonical import canonical_bytes, whole_number
from services.ledger.link import arrivals, forks, membership, store
from services.ledger.link.comparison import (
    UNSIGNED,
    Continued,
    Contradicted,
    Missing,
    Repeated,
    Unsound,
    compared,
    lost_below,
)
from services.ledger.link.keys import SigningKey
from services.ledger.link.messages import Became, TakenFromBelow
from services.ledger.link.notes import cosign
from services.ledger.link.states import HeldState
from services.ledger.link.store import Origin, Signed
from services.plumbing.switchboard import Office


def take_from_below(
    office: Office, key: SigningKey, body: bytes, sender: str, *, name: str = "", level: str = Level.CITY
) -> TakenFromBelow:
    """What becomes of bytes that the child `sender` has sent, the broker vouching for who it is.

    `name` and `level` are our own, for the welcome of a child that joins.
    """
    try:
        message = read_from_below(body, whole_number)
    except NotReadable as wrong:
        return TakenFromBelow(Became.UNREADABLE, reason=str(wrong))
    if isinstance(message, Hello):
        return membership.take_hello(office, key, message, sender, name, level)
    held = _announced(office, sender, message.origin)
    if isinstance(held, Unsound):
        return _refused(message, body, held.why)
    held.last_contact = office.now.timestamp()
    taken = _asked(office, key, held, message) if isinstance(message, Ask) else _take(office, key, held, message, body)
    store.write_origin(office.connection, held)
    return taken


def _announced(office: Office, sender: str, origin: str) -> Origin | Unsound:
    """The ledger that this child may send."""
    link = store.link(office.connection, sender)
    if link is None or not link.is_joined_child:
        return Unsound(NOT_JOINED)
    store.touched(office.connection, sender, office.now.timestamp())
    held = store.origin(office.connection, origin)
    if held is None or held.via != sender:
        return Unsound(NOT_ANNOUNCED)
    return held


def _asked(office: Office, key: SigningKey, held: Origin, ask: Ask) -> TakenFromBelow:
    if held.state is HeldState.FORK:
        return _fork(office, held)
    if (loss := lost_below(office.connection, held, ask.behind)) is not None:
        return _part(office, held, loss)
    kept = store.signed_at(office.connection, held, held.size) if held.size else None
    return _gap(held) if kept is None else _receipt(key, held, kept, Became.TAKEN)


def _take(office: Office, key: SigningKey, held: Origin, page: Page, body: bytes) -> TakenFromBelow:
    if held.state is HeldState.FORK:
        return _fork(office, held)
    match compared(office.connection, held, page):
        case Continued() as found:
            return _continue(office, key, held, found)
        case Repeated(signed):
            # What was signed for before says nothing of a page that was refused since.
            if held.state is not HeldState.STOPPED:
                held.stands(HeldState.OK)
            return _receipt(key, held, signed, Became.REPEATED)
        case Missing():
            held.stands(HeldState.GAP, f"entry {held.size} is missing")
            return _gap(held)
        case Unsound(why) if why == UNSIGNED and held.via != held.origin:
            # Its keys come with the sender's own ledger, which may be on its way.
            return _refused(page, body, KEY_NOT_ANNOUNCED)
        case Unsound(why):
            return _stop(office, held, page, body, why)
        case Contradicted() as found:
            return _part(office, held, found)


# --- what follows ----------------------------------------------------------------------------------------------------


def _continue(office: Office, key: SigningKey, held: Origin, found: Continued) -> TakenFromBelow:
    arrivals.keep(office, held, found)
    _settle(office, held)
    arrivals.take_effect(office, held, found)
    return _receipt(key, held, Signed(held.size, held.root, found.note, None), Became.TAKEN)


def _settle(office: Office, held: Origin) -> None:
    if held.state is HeldState.STOPPED:
        how = "a page that agrees with itself has come"
        own_entries.say_aloud(office, LinkSettled(origin=held.origin, how=how))
    held.stands(HeldState.OK)


def _stop(office: Office, held: Origin, page: Page, body: bytes, why: str) -> TakenFromBelow:
    if held.state is not HeldState.STOPPED:
        evidence = {"from_index": page.from_index, "why": why}
        troubled = LinkTroubled(origin=held.origin, trouble="damaged", side="below", evidence=evidence)
        own_entries.say_aloud(office, troubled)
    held.stands(HeldState.STOPPED, why)
    return _refused(page, body, why)


def _part(office: Office, held: Origin, found: Contradicted) -> TakenFromBelow:
    forks.record(office, held, found)
    return _fork(office, held)


# --- answers ---------------------------------------------------------------------------------------------------------


def _answer(message: Wire) -> bytes:
    return canonical_bytes(message.model_dump(mode="json"))


def _refused(message: Page | Ask, body: bytes, why: str) -> TakenFromBelow:
    at = message.from_index if isinstance(message, Page) else 0
    answer = RefusedPage(origin=message.origin, from_index=at, why=why, digest=hashlib.sha256(body).hexdigest())
    return TakenFromBelow(Became.REFUSED, _answer(answer), why, message.origin)


def _receipt(key: SigningKey, held: Origin, kept: Signed, became: Became) -> TakenFromBelow:
    receipt = Receipt(origin=held.origin, size=kept.size, root=kept.root.hex(), note=cosign(kept.note, key))
    return TakenFromBelow(became, _answer(receipt), origin=held.origin)


def _gap(held: Origin) -> TakenFromBelow:
    return TakenFromBelow(Became.GAP, _answer(Gap(origin=held.origin, expects=held.size)), held.problem, held.origin)


def _fork(office: Office, held: Origin) -> TakenFromBelow:
    fork = store.undecided_fork(office.connection, held.origin)
    note = fork.known_note if fork is not None else ""
    answer = Fork(origin=held.origin, size=held.size, root=held.root.hex(), note=note)
    return TakenFromBelow(Became.FORK, _answer(answer), held.problem, held.origin)
