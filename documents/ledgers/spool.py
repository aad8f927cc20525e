"""A spool: what one pass over a file has found, kept in a temporary file, so that later passes need not find it."""

import marshal
import struct
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Final, Generic, TypeVar

from documents.ledgers.rows import Line, Wrong

_T = TypeVar("_T")
_LENGTH: Final = struct.Struct("<I")


class Spool(Generic[_T]):
    """One per file and kind of finding. The temporary file has no name and goes with the spool.

    Kept is what plain values can be made of: `plain` makes them, `whole` makes the finding of them again.
    """

    def __init__(self, plain: Callable[[_T], Any], whole: Callable[[Any], _T]) -> None:
        self._plain, self._whole = plain, whole
        self._kept: IO[bytes] | None = None

    def through(self, find: Callable[[], Iterator[_T]]) -> Iterator[_T]:
        """What a whole pass has kept; before the first whole one, what `find` finds, which is kept meanwhile."""
        if self._kept is not None:
            yield from self._again(self._kept)
            return
        file = tempfile.TemporaryFile()  # noqa: SIM115  # it lives as long as the spool
        try:
            for one in find():
                kept = marshal.dumps(self._plain(one))
                file.write(_LENGTH.pack(len(kept)) + kept)
                yield one
            self._kept = file
            weakref.finalize(self, file.close)
        finally:
            if self._kept is not file:
                file.close()

    def _again(self, file: IO[bytes]) -> Iterator[_T]:
        at = 0
        while True:
            file.seek(at)  # two passes may be under way
            head = file.read(_LENGTH.size)
            if not head:
                return
            (length,) = _LENGTH.unpack(head)
            kept = file.read(length)
            at += _LENGTH.size + length
            yield self._whole(marshal.loads(kept))  # noqa: S302  # this process wrote it, into a file without a name


def plain(line: Line) -> tuple[Any, ...]:
    """A line as plain values, from which `of_plain` makes it again."""
    wrong, remarks = (
        [(one.column, one.message, one.facts) for one in several] for several in (line.wrong, line.remarks)
    )
    lacks = line.lacks and (line.lacks.column, line.lacks.message, line.lacks.facts)
    return line.name, line.entry, line.columns, wrong, remarks, lacks, line.struck


def of_plain(kept: Sequence[Any]) -> Line:
    """The line of which these are the plain values."""
    name, entry, columns, wrong, remarks, lacks, struck = kept
    told, seen = ([Wrong(*one) for one in several] for several in (wrong, remarks))
    return Line(name, entry, columns, told, seen, Wrong(*lacks) if lacks else None, struck)
