"""The lines of a ledger export, to the byte.

First line: `{"qidi":"ledger-export","version":1,"authority":"150424","hash":"sha256","size":2,"root":"<hex>"}`.
Then one line an entry, in order: `{"index":0,"leaf":"<hex>","entry":<canonical bytes as they are>}`, with `null`
as entry where the payload does not reach the reader. Every line is JSON, ends with one line feed, and has exactly this
form, so that the hashed bytes can be cut out of it without reading JSON.

Version 2, written where something was signed, says in the first line how many statements follow it
(`"root":"<hex>","statements":3}`); they stand before the entries: `{"key":"<name+hash+key>"}`, then
`{"checkpoint":"<signed note>"}`, then `{"receipt":"<countersigned note>"}`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from services.ledger.merkle import ALGORITHMS

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes. A longer line is cut, and so found to be damaged, instead of filling the memory."""

WITHHELD = b"null"
STATEMENTS = ("key", "checkpoint", "receipt")
"""Kinds of lines between the header and the entries, in this order."""

_HEADER = re.compile(
    rb'\{"qidi":"ledger-export","version":([12]),"authority":"([^"\\\x00-\x1f]{1,64})","hash":"([a-z0-9]{1,16})",'
    rb'"size":(0|[1-9][0-9]{0,17}),"root":"([0-9a-f]{64})"(?:,"statements":([1-9][0-9]{0,8}))?\}\n'
)
_LINE = re.compile(
    rb'\{"index":(0|[1-9][0-9]{0,17}),"leaf":"([0-9a-f]{64})","entry":(null|\{[^\n]*\})\}\n',
)
_NUMBER = re.compile(rb'\{"index":(0|[1-9][0-9]{0,17}),')


class Malformed(ValueError):
    """The line does not have the form of a ledger export."""


@dataclass(frozen=True)
class ExportHeader:
    """Whose ledger it is, how it is hashed, how many entries it has and what their root is."""

    authority: str
    size: int
    root: bytes
    hash: str = "sha256"
    #: How many signed statements and keys stand before the entries.
    statements: int = 0

    def line(self) -> bytes:
        """The first line of an export, line feed included."""
        # What older readers can read is written as they know it.
        version, more = (2, b',"statements":%d' % self.statements) if self.statements else (1, b"")
        return b'{"qidi":"ledger-export","version":%d,"authority":%s,"hash":"%s","size":%d,"root":"%s"%s}\n' % (
            version,
            json.dumps(self.authority, ensure_ascii=False).encode(),
            self.hash.encode(),
            self.size,
            self.root.hex().encode(),
            more,
        )

    @classmethod
    def read(cls, line: bytes) -> "ExportHeader":
        """The header that this line is; raises Malformed."""
        form = _HEADER.fullmatch(line)
        if form is None or (form[1] == b"2") != (form[6] is not None):
            raise Malformed("not the header of a ledger export")
        try:
            authority, algorithm = form[2].decode(), form[3].decode()
        except UnicodeDecodeError as error:
            raise Malformed("not the header of a ledger export") from error
        if algorithm not in ALGORITHMS:
            raise Malformed(f"unknown hash {algorithm}")
        return cls(authority, int(form[4]), bytes.fromhex(form[5].decode()), algorithm, int(form[6] or 0))


def statement_line(kind: str, text: str) -> bytes:
    """The line of a key, a checkpoint or a receipt, line feed included."""
    return b"%s\n" % json.dumps({kind: text}, ensure_ascii=False, separators=(",", ":")).encode()


def read_statement(line: bytes) -> tuple[str, str]:
    """Kind and text of a statement's line; raises Malformed."""
    try:
        ((kind, text),) = json.loads(line).items()
        if kind in STATEMENTS and isinstance(text, str) and statement_line(kind, text) == line:
            return kind, text
    except (ValueError, AttributeError, TypeError, RecursionError):
        pass  # whatever else it is, it is not this
    raise Malformed("not a statement of a ledger export")


def entry_line(index: int, leaf: bytes, entry: bytes | None) -> bytes:
    """The line of one entry, line feed included; `entry` is its canonical bytes, None where they are withheld."""
    return b"%s%s}\n" % (line_opening(index, leaf), WITHHELD if entry is None else entry)


def line_opening(index: int, leaf: bytes) -> bytes:
    """Everything in an entry's line before the canonical bytes."""
    return b'{"index":%d,"leaf":"%s","entry":' % (index, leaf.hex().encode())


def read_line(line: bytes) -> tuple[int, bytes, bytes | None]:
    """Index, leaf hash and canonical bytes (None: withheld) of an entry's line; raises Malformed."""
    form = _LINE.fullmatch(line)
    if form is None:
        raise Malformed("not a line of a ledger export")
    return int(form[1]), bytes.fromhex(form[2].decode()), None if form[3] == WITHHELD else form[3]


def number_of(line: bytes) -> int | None:
    """The index that a line claims, even if the rest of it is damaged; None when it claims none."""
    form = _NUMBER.match(line)
    return int(form[1]) if form else None


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, none longer than LONGEST_LINE."""
    return iter(partial(stream.readline, LONGEST_LINE), b"")
