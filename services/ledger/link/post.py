"""Decides which of our facts and of our superior's lie in whose letter box, and when a letter counts as taken.

A box is numbered from 1 without gaps. A child takes number n after n - 1, once, and signs for it with an entry of its
own ledger; the superior sends what nobody has signed for again.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from services.contracts.catalogue import all_events
from services.contracts.envelope import Envelope, Reach
from services.contracts.links import GOES_DOWN, AuthorityKeyChanged, Letter, LetterTaken
from services.ledger import own_entries
from services.ledger.canonical import canonical_bytes
from services.ledger.link import store
from services.ledger.link.keys import SigningKey
from services.ledger.link.messages import Became, Heard, Outgoing
from services.ledger.link.notes import letter_is_genuine, sign_letter
from services.ledger.link.states import LinkState
from services.ledger.link.tables import letters_down, letters_taken
from services.ledger.merkle import SHA256
from services.ledger.store import entries
from services.plumbing import outbox
from services.plumbing.switchboard import Office

Told = tuple[Envelope, bytes]
"""An envelope and its canonical bytes."""


# --- the superior's side ---------------------------------------------------------------------------------------------


def file(office: Office, told: Iterable[Told]) -> None:
    """Put those facts whose reach is downward or subtree into the letter boxes of the children whom they concern."""
    going = [(envelope, body) for envelope, body in told if envelope.reach in GOES_DOWN]
    if not going:
        return
    children = [child.code for child in store.children(office.connection)]
    for child in children:
        _put(office, child, [one for one in going if child in _concerned(office, one[0], children)])


def _concerned(office: Office, envelope: Envelope, children: Sequence[str]) -> Sequence[str]:
    """The children in whose boxes a fact belongs: that of `to`, or the one through whom `to` is reached; else all."""
    to = envelope.data.get("to")
    if to is None:
        return children
    if to in children:
        return [str(to)]
    further = store.origin(office.connection, str(to))
    return [further.via] if further is not None and further.via in children else []


def _put(office: Office, child: str, told: Sequence[Told]) -> None:
    if not told:
        return
    table, connection = letters_down.c, office.connection
    known = set(connection.execute(select(table.event_id).where(table.child == child)).scalars())
    last = connection.execute(select(func.max(table.number)).where(table.child == child)).scalar() or 0
    fresh = [one for one in told if one[0].id not in known]
    rows = [
        {"child": child, "number": number, "event_id": envelope.id, "stem": envelope.stem, "body": body, "note": ""}
        | {"said_at": office.now.timestamp(), "answered_idx": None, "answered_at": None}
        for number, (envelope, body) in enumerate(fresh, start=last + 1)
    ]
    store.put_letters(connection, rows)


def catch_up(office: Office, child: str) -> None:
    """A child that joins now gets what was said to all before, in order, so that no sequence begins in its middle."""
    stems = [kind.stem for kind in all_events().values() if kind.reach in GOES_DOWN]
    ours = office.connection.execute(
        select(entries.c.body).where(entries.c.stem.in_(stems)).order_by(entries.c.idx)
    ).scalars()
    above = office.connection.execute(
        select(letters_taken.c.body).order_by(letters_taken.c.sender, letters_taken.c.number)
    ).scalars()
    told = [(Envelope.parse(bytes(body)), bytes(body)) for body in ours]
    further = [(Envelope.parse(bytes(body)), bytes(body)) for body in above]
    told += [one for one in further if _travels_on(office, one[0])]
    children = [one.code for one in store.children(office.connection)]
    going = [one for one in told if one[0].reach in GOES_DOWN]
    _put(office, child, [one for one in going if child in _concerned(office, one[0], children)])


def pending(office: Office, key: SigningKey, child: str, window: int = 20) -> list[Outgoing]:
    """What `child` has not signed for, oldest first, at most `window`; the same bytes until it has."""
    link = store.link(office.connection, child)
    if link is None or link.state is not LinkState.JOINED:
        return []
    table = letters_down.c
    rows = office.connection.execute(
        select(table.number, table.body, table.note)
        .where(table.child == child, table.answered_idx.is_(None))
        .order_by(table.number)
        .limit(window)
    ).all()
    return [
        Outgoing(child, number, _letter(office, key, child, number, bytes(body), note)) for number, body, note in rows
    ]


def sign_all(office: Office, key: SigningKey) -> None:
    """Sign every letter that is not signed yet: before the key changes."""
    table = letters_down.c
    for child, number, body in office.connection.execute(
        select(table.child, table.number, table.body).where(table.note == "")
    ).all():
        _letter(office, key, child, number, bytes(body), "")


def _letter(office: Office, key: SigningKey, child: str, number: int, body: bytes, note: str) -> bytes:
    if not note:
        note = sign_letter(key, child, number, SHA256.leaf(body))
        store.keep_signature(office.connection, child, number, note)
    head = canonical_bytes({"kind": "letter", "note": note, "number": number, "to": child})
    return b'{"event":%s,%s' % (body, head[1:])


def answered(office: Office, child: str, number: int, index: int) -> None:
    """The child has signed for this letter with entry `index` of its ledger."""
    store.letter_answered(office.connection, child, number, index, office.now.timestamp())


def unanswered_from(office: Office, child: str, index: int) -> None:
    """The child has lost its ledger from `index` on: what it signed for there is sent again."""
    store.letters_unanswered(office.connection, child, index)


# --- the child's side ------------------------------------------------------------------------------------------------


def take(office: Office, letter: Letter, sender: str) -> Heard:
    """Take the next letter of our superior: say it here `above.`, hand it on where it goes further, sign for it."""
    connection, now = office.connection, office.now.timestamp()
    body = canonical_bytes(letter.event)
    keys = [key for _, key in store.keys_of(connection, sender)]
    if letter.to != office.authority or not letter_is_genuine(
        letter.note, keys, sender, letter.to, letter.number, SHA256.leaf(body)
    ):
        return Heard(Became.REFUSED, f"letter {letter.number} is not signed by {sender} for us", sender)
    table = letters_taken.c
    last = connection.execute(select(func.max(table.number)).where(table.sender == sender)).scalar() or 0
    if letter.number <= last:
        return Heard(Became.REPEATED, origin=sender)
    if letter.number > last + 1:
        return Heard(Became.GAP, f"letter {last + 1} comes first", sender)
    envelope = Envelope.model_validate(letter.event)
    row = {"sender": sender, "number": letter.number, "event_id": envelope.id, "body": body}
    store.keep_letter(connection, row | {"note": letter.note, "at": now})
    taken = LetterTaken(sender=sender, number=letter.number, event_id=envelope.id, event_type=envelope.type)
    own_entries.say_aloud(office, taken)
    if envelope.reach is Reach.SUBTREE or envelope.data.get("to") in (None, office.authority):
        outbox.resay(connection, [(envelope.id, envelope.type, body)], prefix="above", at=office.now)
    if _travels_on(office, envelope):
        file(office, [(envelope, body)])
    if envelope.stem == AuthorityKeyChanged.stem and envelope.authority == envelope.data.get("code"):
        store.add_key(connection, envelope.authority, str(envelope.data["public_key"]), now)
    return Heard(Became.TAKEN, origin=sender)


def _travels_on(office: Office, envelope: Envelope) -> bool:
    to = envelope.data.get("to")
    return envelope.reach is Reach.SUBTREE if to is None else to != office.authority
