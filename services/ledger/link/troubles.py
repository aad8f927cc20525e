"""Troubles of a ledger that is held or handed on here: on which side, of which kind, in numbers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from services.contracts.divisions import name_of
from services.contracts.links import LinkSettled, LinkTroubled
from services.ledger.link import store
from services.ledger.link.notes import BadNote, read
from services.ledger.link.states import HeldState, UpState
from services.ledger.link.store import Origin
from services.ledger.link.tables import origin_entries
from services.ledger.store import entries
from services.plumbing.switchboard import Office


class Side(StrEnum):
    """Where it stops."""

    #: Between the authority below that sends it, and us.
    BELOW = "below"
    #: Between us and our superior.
    ABOVE = "above"
    #: Between two authorities below us: what we hold of it is what was handed on before.
    FURTHER = "further-below"


class TroubleKind(StrEnum):
    """What is wrong. Of the first two only a person's decision makes an end."""

    LOST = "lost"
    DIFFERS = "differs"
    REFUSED = "refused"
    MISSING = "missing"


#: Only an operator ends these.
CONTRADICTIONS = frozenset((TroubleKind.LOST, TroubleKind.DIFFERS))


@dataclass(frozen=True)
class LinkTrouble:
    """One thing that is wrong; `facts` are numbers and names for people, the same ones for one side and kind.

    What is refused has `stopped` among them: whether it waits for a person here, or goes on by itself.
    """

    side: Side
    kind: TroubleKind
    facts: dict[str, Any] = field(default_factory=dict)


def troubles_of(office: Office, one: Origin) -> list[LinkTrouble]:
    """What is wrong with one ledger, as far as it can be known here; empty: nothing."""
    found = [*_below(office, one), *_above(office, one)] or list(_further(office, one))
    named = {"origin": one.origin, "place": one.name or name_of(one.origin), "own": office.authority}
    return [LinkTrouble(trouble.side, trouble.kind, {**named, **trouble.facts}) for trouble in found]


def _below(office: Office, one: Origin) -> Iterator[LinkTrouble]:
    if one.state is HeldState.GAP:
        yield LinkTrouble(Side.BELOW, TroubleKind.MISSING, {"index": one.size})
    elif one.state is HeldState.STOPPED:
        # Of our own ledger: its entries do not give its root, and only a person here puts that right.
        yield LinkTrouble(Side.BELOW, TroubleKind.REFUSED, {"why": one.problem, "stopped": not one.via})
    elif one.state is HeldState.FORK:
        fork = store.undecided_fork(office.connection, one.origin)
        index, size, note = (fork.from_index, fork.known_size, fork.told_note) if fork else (0, one.size, "")
        facts = {"index": index, "size": size, "count": size - index}
        yield LinkTrouble(Side.BELOW, TroubleKind.LOST if _ends_at(note, index) else TroubleKind.DIFFERS, facts)


def _ends_at(note: str, size: int) -> bool:
    # Whoever has lost something shows the newest that he still has, and that agrees; what differs lies before its end.
    try:
        return read(note).size == size
    except BadNote:
        return False


def _above(office: Office, one: Origin) -> Iterator[LinkTrouble]:
    link = store.superior(office.connection)
    if link is None or one.up_state is UpState.OK:
        return
    superior = {"superior": link.code, "superior_name": link.name or name_of(link.code)}
    if one.up_state is UpState.REFUSED or one.is_refused:
        facts = {**superior, "why": one.up_problem, "stopped": one.is_refused}
        yield LinkTrouble(Side.ABOVE, TroubleKind.REFUSED, facts)
    if one.up_state is UpState.REFUSED:
        return
    heard = [fact for _, fact in said_of(office, one.origin) if fact.get("side") == Side.ABOVE]
    told = heard[-1] if heard else {}
    evidence = told.get("evidence", {})
    if told.get("trouble") == "lost":
        facts = {"size": evidence.get("size", 0), "own_size": evidence.get("own_size", 0)}
        yield LinkTrouble(Side.ABOVE, TroubleKind.LOST, {**superior, **facts})
    else:
        yield LinkTrouble(Side.ABOVE, TroubleKind.DIFFERS, superior)


def _further(office: Office, one: Origin) -> Iterator[LinkTrouble]:
    """What the authority that hands a ledger on says in its own ledger, which comes up by itself."""
    if not one.via or one.via == one.origin:
        return
    standing = None
    for _, fact in said_of(office, one.origin, one.via):
        if fact.get("side") == Side.BELOW:
            standing = fact
        elif "side" not in fact:
            standing = None
    if standing is not None:
        kinds = {"lost": TroubleKind.LOST, "fork": TroubleKind.DIFFERS}
        facts = {"via": one.via, "via_name": name_of(one.via)}
        yield LinkTrouble(Side.FURTHER, kinds.get(standing["trouble"], TroubleKind.REFUSED), facts)


def is_troubled(office: Office, origin: str) -> bool:
    """Whether the last that was said here of the way up of a ledger is a trouble."""
    said = [fact for _, fact in said_of(office, origin) if fact.get("side") != Side.BELOW]
    return bool(said) and "side" in said[-1]


def said_of(office: Office, origin: str, by: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Moment and data of what was said about the link of a ledger, in order: by ourselves, or by one below us.

    A trouble has a `side`; what settles one has none.
    """
    about, kinds = f"link/{origin}", (LinkTroubled.stem, LinkSettled.stem)
    table, rows = origin_entries.c, list[bytes]()
    if not by:
        ours = select(entries.c.body).where(entries.c.about == about, entries.c.stem.in_(kinds))
        rows += office.connection.execute(ours.order_by(entries.c.idx)).scalars()
    elif (teller := store.origin(office.connection, by)) is not None:
        for branch, start, stop in store.segments(office.connection, teller):
            theirs = select(table.body).where(
                table.origin == by, table.branch == branch, table.idx >= start, table.idx < stop, table.about == about
            )
            rows += office.connection.execute(theirs.where(table.stem.in_(kinds)).order_by(table.idx)).scalars()
    told = [json.loads(bytes(body)) for body in rows]
    return [(one["time"], one["data"]) for one in told]
