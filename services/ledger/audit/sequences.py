"""Sequences of the events inside a ledger's entries: without a gap, and each id used once.

Sequences count from 1 for each pair of source and subject. Entries that are withheld hide their numbers, so behind them
a gap is a finding only when more numbers are missing than entries were withheld so far. In a ledger that came over the
link no number is hidden: what stays at home is said by a source of its own (`plumbing.outbox`), so there a gap shows
that a content was taken out of what had arrived.
"""

from typing import Any

from services.ledger.audit.verdict import Damage, Damaged
from services.ledger.canonical import NotCanonical, read_canonical

_UUID_TEXT = 36
_UUID_BYTES = 16


class SequenceCheck:
    """Looks at the entries of one ledger in order. Remembers a number a subject and an id an entry, nothing else."""

    def __init__(self, *, gapless: bool = False) -> None:
        """`gapless`: withheld entries hide no numbers."""
        self._gapless = gapless
        self._last: dict[tuple[str, str], int] = {}
        self._ids: set[bytes | str] = set()
        self._withheld = 0
        self._unseen = 0

    def look(self, index: int, entry: bytes | None) -> None:
        """Take entry number `index` into account (None: withheld). Raises Damaged."""
        if entry is None:
            self._withheld += 1
            return
        try:
            event = read_canonical(entry)
        except NotCanonical as error:
            raise Damaged(Damage.NOT_CANONICAL, index, reason=str(error)) from error
        self._look_at_id(index, _text(event, "id", index))
        self._look_at_sequence(index, _text(event, "source", index), _text(event, "subject", index), event)

    def _look_at_id(self, index: int, id: str) -> None:
        key = _compact(id)
        if key in self._ids:
            raise Damaged(Damage.DUPLICATE_ID, index, id=id)
        self._ids.add(key)

    def _look_at_sequence(self, index: int, source: str, subject: str, event: dict[str, Any]) -> None:
        found, expected = event.get("sequence"), self._last.get((source, subject), 0) + 1
        if type(found) is not int:
            raise Damaged(Damage.NOT_CANONICAL, index, reason="sequence")
        self._unseen += max(0, found - expected)
        if found < expected or self._unseen > (0 if self._gapless else self._withheld):
            raise Damaged(Damage.SEQUENCE_GAP, index, source=source, subject=subject, found=found, expected=expected)
        self._last[source, subject] = found


def _text(event: dict[str, Any], name: str, index: int) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise Damaged(Damage.NOT_CANONICAL, index, reason=name)
    return value


def _compact(id: str) -> bytes | str:
    # 16 bytes instead of 36 characters for what is a UUID, as all ids of ours are.
    if len(id) == _UUID_TEXT and id[8] == id[13] == id[18] == id[23] == "-":
        try:
            key = bytes.fromhex(id.replace("-", ""))
        except ValueError:
            return id
        if len(key) == _UUID_BYTES:
            return key
    return id
