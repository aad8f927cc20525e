"""Mail between levels: which facts lie in whose mailbox, and when mail counts as taken.

A box is numbered from 1 without gaps. A child takes number n after n - 1, once, and signs for it with an entry of its
own ledger; the superior sends what nobody has signed for again.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from services.contracts.catalogue import all_events
from services.contracts.envelope import Envelope, Reach
from services.contracts.links import GOES_DOWN, AuthorityKeyChanged, Letter, LetterTaken
from services.ledger import own_entries
from services.ledger.canonical import canonical_bytes
from services.ledger.link import own_key, store
from services.ledger.link.keys import SigningKey, Verifier
from services.ledger.link.mail import store as mailboxes
from services.ledger.link.mail.store import Mail
from services.ledger.link.messages import Became, HeardFromAbove, Outgoing
from services.ledger.link.notes import BadNote, mail_is_genuine, sign_mail, signer
from services.ledger.link.states import LinkState
from services.ledger.merkle import SHA256
from services.ledger.store import entries
from services.plumbing import outbox
from services.plumbing.switchboard import Office

Told = tuple[Envelope, bytes]
"""An envelope and its canonical bytes."""


# --- the superior's side ---------------------------------------------------------------------------------------------


def file(office: Office, told: Iterable[Told]) -> None:
    """Put those facts whose reach is downward or subtree into the mailboxes of the children whom they concern."""
    going = [(envelope, body) for envelope, body in told if envelope.reach in GOES_DOWN]
    if not going:
        return
    children = [child.code for child in store.children(office.connection)]
    for child in children:
        _put(office, child, going, children)


def _concerned(office: Office, envelope: Envelope, children: Sequence[str]) -> Sequence[str]:
    """The children in whose boxes a fact belongs: that of `to`, or the one through whom `to` is reached; else all."""
    to = envelope.data.get("to")
    if to is None:
        return children
    if to in children:
        return [str(to)]
    further = store.origin(office.connection, str(to))
    return [further.via] if further is not None and further.via in children else []


def _put(office: Office, child: str, told: Sequence[Told], children: Sequence[str]) -> None:
    mine = [one for one in told if child in _concerned(office, one[0], children)]
    if mine:
        mailboxes.put(office.connection, child, mine, office.now.timestamp())


def catch_up(office: Office, child: str) -> None:
    """A child that joins now gets what was said to all before, in order, so that no sequence begins in its middle."""
    stems = [kind.stem for kind in all_events().values() if kind.reach in GOES_DOWN]
    ours = office.connection.execute(
        select(entries.c.body).where(entries.c.stem.in_(stems)).order_by(entries.c.idx)
    ).scalars()
    told = [(Envelope.parse(bytes(body)), bytes(body)) for body in ours]
    further = [(Envelope.parse(body), body) for body in mailboxes.all_taken(office.connection)]
    told += [one for one in further if _travels_on(office, one[0])]
    children = [one.code for one in store.children(office.connection)]
    _put(office, child, [one for one in told if one[0].reach in GOES_DOWN], children)


def pending(office: Office, key: SigningKey, child: str, window: int = 20) -> list[Outgoing]:
    """What `child` has not signed for, oldest first, at most `window`; the same bytes until it has."""
    link = store.link(office.connection, child)
    if link is None or link.state is not LinkState.JOINED:
        return []
    waiting = mailboxes.unanswered(office.connection, child, window)
    return [Outgoing(child, mail.number, _written(office, key, child, mail)) for mail in waiting]


def sign_all(office: Office, key: SigningKey) -> None:
    """Sign all mail that is not signed yet: before the key changes."""
    for child, mail in mailboxes.unsigned(office.connection):
        _written(office, key, child, mail)


def _written(office: Office, key: SigningKey, child: str, mail: Mail) -> bytes:
    note = mail.note
    if note and len(store.keys_of(office.connection, office.authority)) > 1:
        # A strange key was in the folder, and is gone: what it has signed nobody believes.
        note = note if _is_signed(note, own_key.stands_by(office, key.verifier)) else ""
    if not note:
        note = sign_mail(key, child, mail.number, SHA256.leaf(mail.body))
        mailboxes.keep_signature(office.connection, child, mail.number, note)
    head = canonical_bytes({"kind": "letter", "note": note, "number": mail.number, "to": child})
    return b'{"event":%s,%s' % (mail.body, head[1:])


def _is_signed(note: str, keys: Iterable[Verifier]) -> bool:
    try:
        return signer(note, keys) is not None
    except BadNote:
        return False


def answered(office: Office, child: str, number: int, index: int) -> None:
    """The child has signed for this mail with entry `index` of its ledger."""
    mailboxes.answered(office.connection, child, number, index, office.now.timestamp())


def unanswered_from(office: Office, child: str, index: int) -> None:
    """The child has lost its ledger from `index` on: what it signed for there is sent again."""
    mailboxes.unanswered_from(office.connection, child, index)


# --- the child's side ------------------------------------------------------------------------------------------------


def take(office: Office, mail: Letter, sender: str) -> HeardFromAbove:
    """Take the next mail of our superior: say it here `above.`, hand it on where it goes further, sign for it."""
    body = canonical_bytes(mail.event)
    keys = [key for _, key in store.keys_of(office.connection, sender)]
    leaf = SHA256.leaf(body)
    if mail.to != office.authority or not mail_is_genuine(mail.note, keys, sender, mail.to, mail.number, leaf):
        return HeardFromAbove(Became.REFUSED, f"letter {mail.number} is not signed by {sender} for us", sender)
    last = mailboxes.last_taken(office.connection, sender)
    if mail.number <= last:
        return HeardFromAbove(Became.REPEATED, origin=sender)
    if mail.number > last + 1:
        return HeardFromAbove(Became.GAP, f"letter {last + 1} comes first", sender)
    envelope = Envelope.model_validate(mail.event)
    row = {"sender": sender, "number": mail.number, "event_id": envelope.id, "body": body}
    mailboxes.keep_taken(office.connection, row | {"note": mail.note, "at": office.now.timestamp()})
    taken = LetterTaken(sender=sender, number=mail.number, event_id=envelope.id, event_type=envelope.type)
    own_entries.say_aloud(office, taken)
    _deliver(office, envelope, body)
    return HeardFromAbove(Became.TAKEN, origin=sender)


def _deliver(office: Office, envelope: Envelope, body: bytes) -> None:
    """Its effects: said here, laid into the boxes further down, and a neighbour's new key learned."""
    if envelope.reach is Reach.SUBTREE or envelope.data.get("to") in (None, office.authority):
        outbox.resay(office.connection, [(envelope.id, envelope.type, body)], prefix="above", at=office.now)
    if _travels_on(office, envelope):
        file(office, [(envelope, body)])
    if envelope.stem == AuthorityKeyChanged.stem and envelope.authority == envelope.data.get("code"):
        key = str(envelope.data["public_key"])
        store.add_key(office.connection, envelope.authority, key, office.now.timestamp())


def _travels_on(office: Office, envelope: Envelope) -> bool:
    to = envelope.data.get("to")
    return envelope.reach is Reach.SUBTREE if to is None else to != office.authority
