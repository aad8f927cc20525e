"""Rows of links, mail and other authorities' ledgers: how they are asked for and written down."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, or_, select, text, update

from services.ledger.link.keys import BadKey, Verifier
from services.ledger.link.rows import CHILD as CHILD
from services.ledger.link.rows import SUPERIOR as SUPERIOR
from services.ledger.link.rows import Link as Link
from services.ledger.link.rows import Origin as Origin
from services.ledger.link.states import HeldState, LinkState, UpState
from services.ledger.link.tables import (
    checkpoints,
    forks,
    known_keys,
    links,
    origin_branches,
    origin_entries,
    origins,
    receipts,
)
from services.ledger.merkle import Frontier
from services.ledger.store import entries

_AT_ONCE = 20_000

# What every page asks, built once: putting a statement together costs several times what SQLite takes to answer it.
_LINK = select(links).where(links.c.code == bindparam("code"))
_LINKS = select(links).order_by(links.c.code)
_TOUCHED = text("UPDATE links SET last_contact = :now WHERE code = :code")
_ORIGIN = select(origins).where(origins.c.origin == bindparam("origin"))
_ORIGINS = select(origins).order_by(origins.c.via != "", origins.c.origin)
_NAMES = [column.name for column in origins.columns]
_WRITE_ORIGIN = text(
    f"INSERT INTO origins ({', '.join(_NAMES)}) VALUES ({', '.join(':' + name for name in _NAMES)})"  # noqa: S608  # our own names only
    f" ON CONFLICT (origin) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES[1:])}"
)
_KEYS = (
    select(known_keys.c.number, known_keys.c.public_key)
    .where(known_keys.c.authority == bindparam("authority"), known_keys.c.number >= bindparam("least"))
    .order_by(known_keys.c.number.desc())
)
_OURS = entries.c.idx >= bindparam("begin"), entries.c.idx < bindparam("end")
_OUR_ROWS = select(entries.c.idx, entries.c.leaf, entries.c.body).where(*_OURS).order_by(entries.c.idx)
_OUR_LEAVES = select(entries.c.leaf).where(*_OURS).order_by(entries.c.idx)
_THEIRS = (
    origin_entries.c.origin == bindparam("origin"),
    origin_entries.c.branch == bindparam("branch"),
    origin_entries.c.idx >= bindparam("begin"),
    origin_entries.c.idx < bindparam("end"),
)
_THEIR_ROWS = (
    select(origin_entries.c.idx, origin_entries.c.leaf, origin_entries.c.body)
    .where(*_THEIRS)
    .order_by(origin_entries.c.idx)
)
_THEIR_LEAVES = select(origin_entries.c.leaf).where(*_THEIRS).order_by(origin_entries.c.idx)


def link(connection: Connection, code: str) -> Link | None:
    """The link to this authority."""
    row = connection.execute(_LINK, {"code": code}).mappings().one_or_none()
    return None if row is None else _link(row)


def _link(row: Mapping[Any, Any]) -> Link:
    return Link(**{**row, "state": LinkState(row["state"])})


def all_links(connection: Connection) -> list[Link]:
    """Every link that ever was, in order of code."""
    return [_link(row) for row in connection.execute(_LINKS).mappings()]


def children(connection: Connection) -> list[Link]:
    """The children that have joined and were not removed; suspended ones as well."""
    taken_in = (LinkState.JOINED, LinkState.SUSPENDED)
    return [one for one in all_links(connection) if one.relation == CHILD and one.state in taken_in]


def superior(connection: Connection) -> Link | None:
    """The superior that this authority has joined."""
    joined = (one for one in all_links(connection) if one.state is LinkState.JOINED)
    return next((one for one in joined if one.relation == SUPERIOR), None)


def write_link(connection: Connection, one: Link) -> None:
    """Keep this link."""
    connection.execute(delete(links).where(links.c.code == one.code))
    connection.execute(insert(links), [asdict(one)])


def touched(connection: Connection, code: str, now: float) -> None:
    """Something came from there."""
    connection.execute(_TOUCHED, {"code": code, "now": now})


def origin(connection: Connection, code: str) -> Origin | None:
    """What is known of this authority's ledger."""
    row = connection.execute(_ORIGIN, {"origin": code}).mappings().one_or_none()
    return None if row is None else _origin(row)


def all_origins(connection: Connection) -> list[Origin]:
    """Every ledger that is held or handed on here, our own first."""
    return [_origin(row) for row in connection.execute(_ORIGINS).mappings()]


def _origin(row: Mapping[Any, Any]) -> Origin:
    states = {"state": HeldState(row["state"]), "up_state": UpState(row["up_state"])}
    return Origin(**{**row, **states, "root": bytes(row["root"]), "frontier": bytes(row["frontier"])})


def write_origin(connection: Connection, one: Origin) -> None:
    """Keep what is known of this ledger."""
    connection.execute(_WRITE_ORIGIN, vars(one))


def keys_of(connection: Connection, authority: str, least: int = 0) -> list[tuple[int, Verifier]]:
    """Number and key of this authority, the newest first; only those with at least this number.

    One that an older version has believed, and is none, signs nothing.
    """
    found = list[tuple[int, Verifier]]()
    for number, key in connection.execute(_KEYS, {"authority": authority, "least": least}):
        with suppress(BadKey):
            found.append((number, Verifier.read(key)))
    return found


def add_key(connection: Connection, authority: str, public_key: str, now: float) -> int:
    """From now on this is the authority's key; does nothing when it is already. Returns its number."""
    known = keys_of(connection, authority)
    key = Verifier.read(public_key)
    if known and known[0][1] == key:
        return known[0][0]
    newest = connection.execute(select(func.max(known_keys.c.number)).where(known_keys.c.authority == authority))
    number = (newest.scalar() or 0) + 1
    row = {"authority": authority, "number": number, "public_key": key.text, "since": now}
    connection.execute(insert(known_keys), [row])
    return number


# --- entries and checkpoints of one ledger, as it stands after every accepted fork -----------------------------------

Segment = tuple[int, int, int]
"""Branch, first index, index after the last one."""


def segments(connection: Connection, one: Origin, end: int | None = None) -> list[Segment]:
    """Which branch holds which indexes below `end`, in order: a later branch counts from where it begins."""
    end = one.size if end is None else end
    if not one.branch:  # nothing was ever decided about it: this is asked for every page
        return [(0, 0, end)] if end else []
    rows = connection.execute(
        select(origin_branches.c.branch, origin_branches.c.from_index)
        .where(origin_branches.c.origin == one.origin)
        .order_by(origin_branches.c.branch.desc())
    ).all()
    found: list[Segment] = []
    for branch, start in [*rows, (0, 0)]:
        if start < end:
            found.append((branch, start, end))
        end = min(end, start)
    return found[::-1]


def rows(connection: Connection, one: Origin, begin: int, end: int) -> Iterator[tuple[int, bytes, bytes | None]]:
    """Index, leaf hash and canonical bytes of the entries begin <= index < end."""
    patient = connection.execution_options(yield_per=1000)
    if not one.via:
        found = patient.execute(_OUR_ROWS, {"begin": begin, "end": end})
        yield from ((idx, bytes(leaf), bytes(body)) for idx, leaf, body in found)
        return
    for branch, start, stop in segments(connection, one, end):
        wanted = {"origin": one.origin, "branch": branch, "begin": max(start, begin), "end": stop}
        found = patient.execute(_THEIR_ROWS, wanted)
        yield from ((idx, bytes(leaf), None if body is None else bytes(body)) for idx, leaf, body in found)


def leaves(connection: Connection, one: Origin, begin: int, end: int) -> list[bytes]:
    """The leaf hashes begin <= index < end."""
    if begin >= end:
        return []
    if not one.via:
        ours = connection.execute(_OUR_LEAVES, {"begin": begin, "end": end})
        return [bytes(leaf) for leaf in ours.scalars()]
    found = list[bytes]()
    for branch, start, stop in segments(connection, one, end):
        wanted = {"origin": one.origin, "branch": branch, "begin": max(start, begin), "end": stop}
        found += [bytes(leaf) for leaf in connection.execute(_THEIR_LEAVES, wanted).scalars()]
    return found


def frontier_at(connection: Connection, one: Origin, size: int) -> Frontier:
    """The tree of the first `size` entries, from what is kept; reads all of them unless it is the newest."""
    if size == one.size:
        return Frontier.from_bytes(one.frontier)
    frontier = Frontier()
    while frontier.size < size:
        frontier = frontier.extend(leaves(connection, one, frontier.size, min(size, frontier.size + _AT_ONCE)))
    return frontier


@dataclass(frozen=True)
class Signed:
    """A signed checkpoint that is kept."""

    size: int
    root: bytes
    note: str
    lights: str | None


def signed(
    connection: Connection, one: Origin, *, after: int = -1, until: int | None = None, limit: int | None = None,
    newest_first: bool = False,
) -> list[Signed]:  # fmt: skip
    """Checkpoints of the ledger as it stands, with after < size <= until."""
    parts = segments(connection, one) or [(one.branch, 0, 0)]
    asked: dict[str, Any] = {"origin": one.origin, "after": after}
    for number, (branch, start, stop) in enumerate(parts):
        asked |= {f"branch{number}": branch, f"start{number}": start, f"stop{number}": stop}
    if until is not None:
        asked["until"] = until
    if limit is not None:
        asked["most"] = limit
    wanted = _signed(len(parts), until is not None, limit is not None, newest_first)
    found = connection.execute(wanted, asked)
    return [Signed(size, bytes(root), note, lights) for size, root, note, lights in found]


@cache
def _signed(parts: int, has_end: bool, has_limit: bool, newest_first: bool) -> Select[Any]:
    table = checkpoints.c
    # The checkpoint at a branch's very beginning was signed in the former one.
    within = (
        and_(table.branch == bindparam(f"branch{n}"), table.size > bindparam(f"start{n}"),
             table.size <= bindparam(f"stop{n}"))
        for n in range(parts)
    )  # fmt: skip
    wanted = select(table.size, table.root, table.note, table.lights).where(
        table.origin == bindparam("origin"), or_(*within), table.size > bindparam("after")
    )
    if has_end:
        wanted = wanted.where(table.size <= bindparam("until"))
    wanted = wanted.order_by(table.size.desc() if newest_first else table.size)
    return wanted.limit(bindparam("most")) if has_limit else wanted


def signed_at(connection: Connection, one: Origin, size: int) -> Signed | None:
    """The checkpoint of exactly this size."""
    found = signed(connection, one, after=size - 1, until=size, limit=1)
    return found[0] if found else None


def begins(connection: Connection, one: Origin, at: int) -> int:
    """The newest size up to `at` for which there is a checkpoint: where the page that holds entry `at` begins."""
    found = signed(connection, one, until=at, limit=1, newest_first=True)
    return found[0].size if found else 0


# --- writing down ----------------------------------------------------------------------------------------------------

Row = Mapping[str, Any]
"""Column -> value, as `tables` names them."""


def add_entries(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep entries of another authority's ledger."""
    connection.execute(insert(origin_entries), rows)


def keep_checkpoint(connection: Connection, row: Row) -> None:
    """Keep a signed checkpoint."""
    connection.execute(insert(checkpoints), [row])


def keep_receipt(connection: Connection, row: Row) -> None:
    """Keep what the superior has signed for."""
    connection.execute(insert(receipts), [row])


def receipt_at(connection: Connection, one: Origin, size: int) -> str:
    """The note of the receipt for exactly this size; empty where there is none."""
    table = receipts.c
    wanted = select(table.note).where(table.origin == one.origin, table.size == size).order_by(table.branch.desc())
    return str(connection.execute(wanted.limit(1)).scalar() or "")


def open_fork(connection: Connection, row: Row) -> None:
    """Keep both notes of a ledger that contradicts itself."""
    connection.execute(insert(forks), [row])


@dataclass(frozen=True)
class KeptFork:
    """A contradiction: the first index at which histories part, what was held then, and the notes of both."""

    number: int
    from_index: int
    known_size: int
    known_note: str
    told_note: str


def undecided_fork(connection: Connection, origin: str) -> KeptFork | None:
    """The newest contradiction of this ledger of which nobody has decided yet."""
    table = forks.c
    row = connection.execute(
        select(table.id, table.from_index, table.known_size, table.known_note, table.told_note)
        .where(table.origin == origin, table.accepted_at.is_(None))
        .order_by(table.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else KeptFork(*row)


def abouts_from(connection: Connection, one: Origin, index: int) -> set[str]:
    """The cases and other things that the entries from `index` on are about."""
    table, found = origin_entries.c, set[str]()
    for branch, start, stop in segments(connection, one):
        wanted = select(table.about).where(table.origin == one.origin, table.branch == branch, table.idx < stop)
        abouts = connection.execute(wanted.where(table.idx >= max(start, index)).distinct()).scalars()
        found.update(about for about in abouts if about is not None)
    return found


def close_fork(connection: Connection, number: int, now: float) -> None:
    """An operator has accepted the other history."""
    connection.execute(update(forks).where(forks.c.id == number).values(accepted_at=now))


def begin_branch(connection: Connection, row: Row) -> None:
    """From here on another branch of a ledger counts."""
    connection.execute(insert(origin_branches), [row])
