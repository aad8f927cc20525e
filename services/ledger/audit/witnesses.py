"""Witnesses: what was kept elsewhere of a ledger, as a size with a root, a signed note, another export or a proof."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from services.ledger.audit.content import Head, statements_in
from services.ledger.audit.export import ExportHeader, Malformed, lines_of, read_line
from services.ledger.audit.statements import Statements, witness
from services.ledger.audit.store import CannotRead
from services.ledger.audit.verdict import Damaged
from services.ledger.canonical import read_once
from services.ledger.link.keys import BadKey, Verifier
from services.ledger.link.notes import BadNote
from services.ledger.merkle import Frontier

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})")
_EXPORT = b'{"qidi":"ledger-export"'
_LARGEST_NOTE = 64_000_000


@dataclass(frozen=True)
class Witness:
    """What one `--kept` gave."""

    text: str
    #: Without a signature: believed because whoever checks has kept it.
    heads: tuple[Head, ...] = ()
    #: Signed notes, whose signatures are looked at when the keys are known.
    notes: tuple[str, ...] = ()
    #: The hash of every entry stands in it, too.
    export: Path | None = None


def parting(given: Iterable[Witness], ours: Callable[[], Iterator[bytes]], head: Head) -> int | None:
    """The first entry whose hash is another one in an export that was kept and gives this head; None: none tells."""
    for one in given:
        if one.export is not None and (index := _parting(one.export, ours(), head)) is not None:
            return index
    return None


def _parting(export: Path, ours: Iterator[bytes], head: Head) -> int | None:
    index, frontier = None, Frontier()
    with export.open("rb") as stream:
        lines = lines_of(stream)
        entries = islice(lines, statements_in(next(lines, b"")), None)
        try:
            kept = (read_line(line)[1] for line in islice(entries, head.size))
            for at, (theirs, leaf) in enumerate(zip(kept, ours, strict=False)):
                frontier = frontier.extend([theirs])
                if index is None and theirs != leaf:
                    index = at
        except Malformed:
            return None
    return index if (frontier.size, frontier.root) == (head.size, head.root) else None


def read_witness(text: str) -> Witness:
    """What an argument of `--kept` is. Raises CannotRead."""
    form = _HEAD.fullmatch(text)
    if form is not None:
        return Witness(text, (Head(int(form[1]), bytes.fromhex(form[2])),))
    file = Path(text)
    if not file.is_file():
        raise CannotRead("--kept {text}: neither a size and a root such as 1200:9f86d081... nor a file", text=text)
    try:
        with file.open("rb") as stream:
            if stream.read(len(_EXPORT)) == _EXPORT:
                stream.seek(0)
                return replace(_of_export(text, lines_of(stream)), export=file)
            stream.seek(0)
            return _of_note(text, stream.read(_LARGEST_NOTE).decode())
    except (OSError, ValueError, KeyError, TypeError, Damaged) as wrong:
        raise CannotRead("--kept {text}: nothing in it can be compared ({reason})", text=text, reason=wrong) from wrong


def _of_export(text: str, lines: Iterator[bytes]) -> Witness:
    header = next(lines)
    said = Statements.read(islice(lines, statements_in(header)))
    told = ExportHeader.read(header)
    return Witness(text, () if said.notes else (Head(told.size, told.root),), said.notes)


def _of_note(text: str, content: str) -> Witness:
    if content.lstrip().startswith("{"):  # a proof: the note in it is what was signed
        return Witness(text, notes=(str(read_once(content)["checkpoint"]),))
    return Witness(text, notes=(content,))


def heads_of(origin: str, given: Iterable[Witness], keys: Sequence[Verifier]) -> list[Head]:
    """The heads to compare with. Raises CannotRead for what is not genuinely signed by this ledger's authority."""
    found = list[Head]()
    for one in given:
        found += one.heads
        for note in one.notes:
            try:
                found.append(witness(origin, note, keys))
            except BadNote as wrong:
                message = "--kept {text}: nothing in it can be compared ({reason})"
                raise CannotRead(message, text=one.text, reason=wrong) from wrong
    return found


def keys_of(texts: Iterable[str]) -> list[Verifier]:
    """The keys that these texts are, leaving out what is none: whoever checks the statements says which one it is."""
    found = list[Verifier]()
    for text in texts:
        try:
            found.append(Verifier.read(text))
        except BadKey:
            continue
    return found


def trusted(texts: Iterable[str]) -> list[Verifier]:
    """The keys of `--key`. Raises CannotRead."""
    found = list[Verifier]()
    for text in texts:
        try:
            found.append(Verifier.read(text))
        except BadKey as wrong:
            raise CannotRead("--key {text}: {reason}", text=text, reason=wrong) from wrong
    return found
