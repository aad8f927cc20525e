"""Signed notes: what a signed statement about a ledger looks like, and whether it is genuine (C2SP tlog-checkpoint).

A note is a text of lines, an empty line, and one line a signature: `— <name> <base64(key hash || signature)>`. A
checkpoint's text is its origin, its size and the base64 of its root. A receipt is the same checkpoint with the
superior's signature below the origin's own, so one note shows both.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.ledger.link.keys import BadKey, SigningKey, Verifier, code_of, name_of
from services.ledger.merkle import HASH_BYTES

_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})\n")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_LONGEST = 4000


class BadNote(ValueError):
    """The note has not the form of one, or nobody of those asked for has signed it."""


@dataclass(frozen=True)
class Checkpoint:
    """A statement: the first `size` entries of this origin's ledger have this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return _text(name_of(self.origin), self.size, self.root)


def sign(statement: Checkpoint, key: SigningKey) -> str:
    """The signed note of a checkpoint."""
    return _signed(statement.text, key)


def cosign(note: str, key: SigningKey) -> str:
    """The same note with one more signature; a superior's receipt. Raises BadNote."""
    body, _ = _split(note)
    return note + _line(body, key)


def read(note: str) -> Checkpoint:
    """What a note states, without looking at signatures; raises BadNote."""
    body, _ = _split(note)
    name, size, root = _read_text(body)
    try:
        return Checkpoint(code_of(name), size, root)
    except BadKey as wrong:
        raise BadNote(str(wrong)) from wrong


def verified(note: str, keys: Iterable[Verifier]) -> Checkpoint:
    """What a note states, when at least one of `keys` has signed it; raises BadNote."""
    if signer(note, keys) is None:
        raise BadNote("signed by none of the known keys")
    return read(note)


def signer(note: str, keys: Iterable[Verifier]) -> Verifier | None:
    """The first of `keys` that has signed this note.

    Raises BadNote where it is no note, and where a signature in the name of one of them is false: who adds one lies
    about what that key has signed (c2sp.org/signed-note).
    """
    body, signatures = _split(note)
    found: Verifier | None = None
    for key in keys:
        for name, hashed, signature in signatures:
            if name != key.name or hashed != key.hash:
                continue
            if not key.accepts(body.encode(), signature):
                raise BadNote(f"a signature in the name of {key.name} is false")
            found = found or key
    return found


def sign_mail(sender: SigningKey, to: str, number: int, leaf: bytes) -> str:
    """The signed note of mail to a child: its box, its number, and the hash of the event in it."""
    return _signed(_text(_box(sender.code, to), number, leaf), sender)


def mail_is_genuine(note: str, keys: Iterable[Verifier], sender: str, to: str, number: int, leaf: bytes) -> bool:
    """Whether one of the sender's keys has signed just this mail to us."""
    try:
        body, _ = _split(note)
        return body == _text(_box(sender, to), number, leaf) and signer(note, keys) is not None
    except BadNote:
        return False


def _box(sender: str, to: str) -> str:
    return f"{name_of(sender)}/letters/{to}"


def _text(name: str, number: int, hashed: bytes) -> str:
    return f"{name}\n{number}\n{base64.b64encode(hashed).decode()}\n"


def _signed(body: str, key: SigningKey) -> str:
    return f"{body}\n{_line(body, key)}"


def _line(body: str, key: SigningKey) -> str:
    signature = base64.b64encode(key.verifier.hash + key.sign(body.encode())).decode()
    return f"— {key.name} {signature}\n"


def _split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    body, gap, rest = note.rpartition("\n\n")
    if not gap or len(note) > _LONGEST or _SIGNATURE.sub("", rest):
        raise BadNote("not a signed note")
    found = []
    for name, text in _SIGNATURE.findall(rest):
        try:
            raw = base64.b64decode(text, validate=True)
        except binascii.Error as wrong:
            raise BadNote("a signature is no base64") from wrong
        if base64.b64encode(raw).decode() != text:  # the last character has bits that decoding leaves out
            raise BadNote("a signature is not written as it was signed")
        found.append((name, raw[:4], raw[4:]))
    return f"{body}\n", found


def _read_text(body: str) -> tuple[str, int, bytes]:
    try:
        name, size, root, end = body.split("\n")
        raw = base64.b64decode(root, validate=True)
    except ValueError as wrong:
        raise BadNote("not the text of a checkpoint") from wrong
    if end or not _SIZE.fullmatch(size) or len(raw) != HASH_BYTES:
        raise BadNote("not the text of a checkpoint")
    return name, int(size), raw
