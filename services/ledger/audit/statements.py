"""Signed statements about a ledger: whether they are genuine and in order, and for how much of it they vouch.

Needs nothing but the texts: those of a store and those of an export are judged alike, offline.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.ledger.audit.content import Head
from services.ledger.audit.export import STATEMENTS, Malformed, read_statement, statement_line
from services.ledger.audit.verdict import Damage, Damaged
from services.ledger.link.keys import BadKey, Verifier, name_of
from services.ledger.link.notes import BadNote, Checkpoint, read, signer


@dataclass(frozen=True)
class Statements:
    """What was signed about one ledger: the keys, oldest first, checkpoints and receipts by size."""

    keys: tuple[str, ...] = ()
    checkpoints: tuple[str, ...] = ()
    receipts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.keys) + len(self.checkpoints) + len(self.receipts)

    @property
    def notes(self) -> tuple[str, ...]:
        """Everything that bears a signature."""
        return (*self.checkpoints, *self.receipts)

    def lines(self) -> Iterator[bytes]:
        """The lines of an export that say it."""
        for kind, texts in zip(STATEMENTS, (self.keys, self.checkpoints, self.receipts), strict=True):
            for text in texts:
                yield statement_line(kind, text)

    @classmethod
    def read(cls, lines: Iterable[bytes]) -> "Statements":
        """What these lines of an export say. Raises Damaged."""
        found: dict[str, list[str]] = {kind: [] for kind in STATEMENTS}
        rank = 0
        for number, line in enumerate(lines, start=1):
            try:
                kind, text = read_statement(line)
            except Malformed as wrong:
                raise _bad(number, str(wrong)) from wrong
            if STATEMENTS.index(kind) < rank:
                raise _bad(number, "out of order")
            rank = STATEMENTS.index(kind)
            found[kind].append(text)
        return cls(*(tuple(found[kind]) for kind in STATEMENTS))


@dataclass(frozen=True)
class Vouched:
    """The heads that genuine signatures state, and how many entries the keys that were given vouch for."""

    heads: tuple[Head, ...] = ()
    signed: int = 0


def vouched(origin: str, said: Statements, trusted: Sequence[Verifier] = ()) -> Vouched:
    """The heads of this ledger that were signed. Raises Damaged at the first statement that cannot be believed.

    Every note must bear the signature of one of the origin's keys, and a newer key is never followed by an older one;
    a receipt bears somebody else's as well. `trusted`: keys known from elsewhere; one of them must have signed at least
    one of the notes, and what it signed last is what is vouched for.
    """
    known = [_key(number, text) for number, text in enumerate(said.keys, start=1)]
    own = [key for key in known if key.name == name_of(origin)]
    others = [key for key in known if key.name != name_of(origin)]
    heads, signed = list[Head](), 0
    for first, notes, is_receipt in (
        (len(known) + 1, said.checkpoints, False),
        (len(known) + 1 + len(said.checkpoints), said.receipts, True),
    ):
        newest, last = 0, -1
        for number, note in enumerate(notes, start=first):
            told = _read(number, origin, note)
            if told.size <= last:
                raise _bad(number, "out of order")
            last = told.size
            newest = _in_use(number, note, told, own, newest)
            if is_receipt and _signer(number, note, others) is None:
                raise _bad(number, "the second signature is missing")
            heads.append(Head(told.size, told.root))
            if not trusted or _signer(number, note, trusted) is not None:
                signed = max(signed, told.size)
    if trusted and not signed:
        raise Damaged(Damage.NOT_TRUSTED)
    return Vouched(tuple(heads), signed)


def witness(origin: str, note: str, keys: Iterable[Verifier]) -> Head:
    """The head that a note kept elsewhere states about this ledger. Raises BadNote."""
    told = read(note)
    if told.origin != origin:
        raise BadNote(f"it is about the ledger of {told.origin}")
    if signer(note, [key for key in keys if key.name == name_of(origin)]) is None:
        raise BadNote(f"it is not signed by a known key of {name_of(origin)}")
    return Head(told.size, told.root)


def _bad(number: int, reason: str) -> Damaged:
    return Damaged(Damage.BAD_STATEMENT, number=number, reason=reason)


def _key(number: int, text: str) -> Verifier:
    try:
        key = Verifier.read(text)
    except BadKey as wrong:
        raise _bad(number, str(wrong)) from wrong
    if key.text != text:
        raise _bad(number, "not written as keys are")
    return key


def _read(number: int, origin: str, note: str) -> Checkpoint:
    try:
        told = read(note)
    except BadNote as wrong:
        raise _bad(number, str(wrong)) from wrong
    if told.origin != origin:
        raise _bad(number, f"it is about the ledger of {told.origin}")
    return told


def _signer(number: int, note: str, keys: Sequence[Verifier]) -> Verifier | None:
    try:
        return signer(note, keys)
    except BadNote as wrong:
        raise _bad(number, str(wrong)) from wrong


def _in_use(number: int, note: str, told: Checkpoint, own: Sequence[Verifier], newest: int) -> int:
    key = _signer(number, note, own)
    if key is None:
        name = own[-1].name if own else name_of(told.origin)
        raise Damaged(Damage.UNSIGNED, until=told.size, name=name)
    place = next((at for at, one in enumerate(own) if one == key and at >= newest), None)
    if place is None:
        raise Damaged(Damage.FORMER_KEY, until=told.size)
    return place
