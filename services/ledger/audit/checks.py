"""Checks of a whole ledger, offline and to the first flaw: of a store, of an export, and of a proof."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from services.ledger.audit.content import Head, statements_in, verify, verify_rows
from services.ledger.audit.export import ExportHeader, Malformed, lines_of, read_line
from services.ledger.audit.filing import filed
from services.ledger.audit.statements import Statements, Vouched, vouched
from services.ledger.audit.store import CannotRead, Stored, stored
from services.ledger.audit.verdict import Damage, Damaged, Flaw, LedgerVerdict
from services.ledger.audit.witnesses import Witness, heads_of, keys_of, parting
from services.ledger.canonical import GivenTwice, read_once
from services.ledger.labels import COLUMNS, ORIGIN_COLUMNS
from services.ledger.link.keys import Verifier
from services.ledger.link.notes import read
from services.ledger.link.proofs import Examined, examine
from services.ledger.merkle import Frontier

Watch = Callable[[int], AbstractContextManager[Callable[[Iterator[Any]], Iterator[Any]]]]
"""How many entries there are -> what the entries are gone through with, such as a progress bar."""


def unwatched(total: int) -> AbstractContextManager[Callable[[Iterator[Any]], Iterator[Any]]]:
    """Nobody looks."""
    return nullcontext(lambda entries: entries)


@dataclass(frozen=True)
class Grounds:
    """What whoever checks knows from elsewhere, and how the check is watched."""

    witnesses: Sequence[Witness] = ()
    trusted: Sequence[Verifier] = ()
    watch: Watch = unwatched


@dataclass(frozen=True)
class _Believed:
    """What is checked against, once the statements of the ledger have been believed."""

    vouched: Vouched
    kept: list[Head] = field(default_factory=list)

    @property
    def heads(self) -> list[Head]:
        return [*self.vouched.heads, *self.kept]


def _believed(authority: str, said: Statements, given: Grounds) -> _Believed:
    signed = vouched(authority, said, given.trusted) if said.notes or given.trusted else Vouched()
    keys = [*keys_of(said.keys), *given.trusted]
    return _Believed(signed, heads_of(authority, given.witnesses, keys))


def _credited(verdict: LedgerVerdict, believed: _Believed, said: Statements) -> LedgerVerdict:
    """With how much of it was signed."""
    return replace(verdict, signed=min(believed.vouched.signed, verdict.size), statements=len(said.notes))


def _judged(
    check: Callable[[Sequence[Head]], LedgerVerdict],
    believed: _Believed,
    given: Grounds,
    leaves: Callable[[], Iterator[bytes]],
) -> LedgerVerdict:
    """A history that contradicts what was kept but agrees with what was signed is a second one, signed as well.

    Where an export was kept, its hashes say at which entry the two part.
    """
    verdict = _second(check, believed)
    problem = verdict.problem
    if problem is None or problem.code not in (Damage.REWRITTEN, Damage.TWO_HISTORIES):
        return verdict
    head = Head(int(problem.params["until"]), bytes.fromhex(str(problem.params["expected"])))
    index = parting(given.witnesses, leaves, head) if head in believed.kept else None
    last = {"last": head.size - 1, **({} if index is None else {"index": index})}
    return replace(verdict, problem=replace(problem, index=index, params={**problem.params, **last}))


def _second(check: Callable[[Sequence[Head]], LedgerVerdict], believed: _Believed) -> LedgerVerdict:
    verdict = check(believed.heads)
    if not believed.kept or verdict.problem is None or verdict.problem.code is not Damage.REWRITTEN:
        return verdict
    alone = check(believed.vouched.heads)
    until = int(verdict.problem.params["until"])
    if not alone.ok:
        return alone
    if believed.vouched.signed < until:
        return verdict
    # The two agree as far as what was kept agrees.
    since = max((head.size for head in believed.kept if head.size < until), default=0)
    return replace(verdict, problem=Flaw(Damage.TWO_HISTORIES, None, {**verdict.problem.params, "since": since}))


# --- a store ---------------------------------------------------------------------------------------------------------


def check_store(place: str, origin: str | None = None, given: Grounds | None = None) -> LedgerVerdict:
    """Check all that a store keeps of a ledger: content, order, head, labels, what was signed, what comes next.

    Of another authority's ledger also the histories that were given up when a fork was accepted, and whether it is
    contradicted now. Raises CannotRead.
    """
    given = given or Grounds()
    with stored(place, origin) as ledger:
        branch, said, contradiction = ledger.branch, ledger.said, ledger.contradiction
        try:
            _check_notes(ledger)
            believed = _believed(ledger.authority, said, given)
        except Damaged as damaged:
            return LedgerVerdict(0, None, damaged.problem)
    verdict = _judged(
        lambda heads: _check_rows(place, origin, None, heads, given.watch),
        believed,
        given,
        lambda: _leaves_of_store(place, origin),
    )
    for former in range(branch):
        if verdict.ok:
            found = _check_former(place, str(origin), former, given.watch)
            verdict = verdict if found.ok else replace(verdict, problem=found.problem, size=found.size)
    if verdict.ok and contradiction is not None:
        since, held, sent = contradiction
        params: Mapping[str, str | int] = {"name": str(origin), "since": since, "known": held, "told": sent}
        verdict = replace(verdict, problem=Flaw(Damage.CONTRADICTED, since, params))
    return _credited(verdict, believed, said)


def _leaves_of_store(place: str, origin: str | None) -> Iterator[bytes]:
    with stored(place, origin) as ledger:
        yield from (row[1] for row in ledger.rows)


def _check_former(place: str, origin: str, branch: int, watch: Watch) -> LedgerVerdict:
    with stored(place, origin, branch) as ledger:
        try:
            _check_notes(ledger)
            heads = vouched(origin, ledger.said).heads
        except Damaged as damaged:
            return LedgerVerdict(0, None, damaged.problem)
    return _check_rows(place, origin, branch, heads, watch)


def _check_notes(ledger: Stored) -> None:
    """The notes are kept under the size and root that they state. Raises Damaged."""
    for number, (note, under) in enumerate(zip(ledger.said.notes, ledger.filed_notes, strict=True), start=1):
        try:
            told = read(note)
        except ValueError as wrong:
            raise Damaged(Damage.BAD_STATEMENT, number=number, reason=str(wrong)) from wrong
        if (told.size, told.root) != under:
            raise Damaged(Damage.BAD_STATEMENT, number=number, reason=f"kept under size {under[0]}")


def _check_rows(
    place: str, origin: str | None, branch: int | None, heads: Sequence[Head], watch: Watch
) -> LedgerVerdict:
    with stored(place, origin, branch) as ledger:
        frontier = ledger.growing or Frontier()
        columns = ORIGIN_COLUMNS if ledger.is_origin else COLUMNS
        with watch(ledger.head.size) as shown:
            verdict = verify_rows(
                shown(filed(ledger.rows, columns, withheld=ledger.is_origin)),
                ledger.head,
                witnessed=heads,
                envelopes=True,
                gapless=ledger.is_origin,
                hashing=frontier.hashing,
            )
        ends = ledger.frontier is None or (frontier.size, frontier.root) == (ledger.head.size, ledger.head.root)
    if verdict.ok and not ends:
        found, expected = frontier.root.hex(), ledger.head.root.hex()
        return replace(verdict, problem=Damaged(Damage.BAD_FRONTIER, found=found, expected=expected).problem)
    return verdict


# --- an export -------------------------------------------------------------------------------------------------------


def check_export(path: Path, given: Grounds | None = None) -> LedgerVerdict:
    """Check an export, with what was signed where it carries that. Raises CannotRead."""
    given = given or Grounds()
    try:
        with path.open("rb") as stream:
            lines = lines_of(stream)
            told = ExportHeader.read(next(lines, b""))
            said = Statements.read(islice(lines, told.statements))
        if len(said) != told.statements:
            raise Damaged(Damage.TRUNCATED, 0, expected=told.size)
        believed = _believed(told.authority, said, given)
        verdict = _judged(
            lambda heads: _check_lines(path, heads, given.watch), believed, given, lambda: _leaves_of_export(path)
        )
        return _credited(verdict, believed, said)
    except Malformed:
        return LedgerVerdict(0, None, Damaged(Damage.BAD_HEADER).problem)
    except Damaged as damaged:
        return LedgerVerdict(0, None, damaged.problem)
    except OSError as wrong:
        raise CannotRead("{place} cannot be opened: {reason}", place=path, reason=wrong.strerror) from wrong


def _leaves_of_export(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        lines = lines_of(stream)
        header = next(lines, b"")
        yield from (read_line(line)[1] for line in islice(lines, statements_in(header), None))


def _check_lines(path: Path, heads: Sequence[Head], watch: Watch) -> LedgerVerdict:
    with path.open("rb") as stream:
        lines = lines_of(stream)
        header = next(lines, b"")
        entries = islice(lines, statements_in(header), None)
        with watch(ExportHeader.read(header).size) as shown:
            return verify(header, shown(entries), witnessed=heads, envelopes=True)


#: Whoever reads the first of the two, or the last, would read something else than what was checked.
TWICE = "{place} gives {member} twice: two readers would read two things, so nothing is said of it."


# --- a proof ---------------------------------------------------------------------------------------------------------


def check_proof(path: Path, given: Grounds) -> Examined:
    """Whether a proof holds. Raises CannotRead."""
    try:
        return examine(read_once(path.read_bytes()), given.trusted)
    except OSError as wrong:
        raise CannotRead("{place} cannot be opened: {reason}", place=path, reason=wrong.strerror) from wrong
    except GivenTwice as wrong:
        raise CannotRead(TWICE, place=path, member=wrong.member) from wrong
    except (ValueError, RecursionError) as wrong:
        raise CannotRead("{place} is not a proof: {reason}", place=path, reason=wrong) from wrong
