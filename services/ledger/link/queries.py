"""Questions to the tables of a link that read all that is kept, as it stands: for whoever checks it from outside."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import BindParameter, Select, Table, bindparam, select

from services.ledger.labels import ORIGIN_COLUMNS
from services.ledger.link.tables import (
    checkpoints,
    forks,
    known_keys,
    origin_branches,
    origin_entries,
    origins,
    receipts,
)

_ORIGIN: Final[BindParameter[str]] = bindparam("origin")
_ENTRY, _FORK, _KEY = origin_entries.c, forks.c, known_keys.c

OWN_CODE: Final = select(origins.c.origin).where(origins.c.via == "")
LEDGER: Final = select(origins.c.size, origins.c.root, origins.c.frontier, origins.c.branch).where(
    origins.c.origin == _ORIGIN, origins.c.via != ""
)
ENTRIES: Final = (
    select(_ENTRY.idx, _ENTRY.leaf, _ENTRY.body, *(_ENTRY[name] for name in ORIGIN_COLUMNS))
    .where(_ENTRY.origin == _ORIGIN, _ENTRY.branch == bindparam("branch"))
    .where(_ENTRY.idx >= bindparam("start"), _ENTRY.idx < bindparam("stop"))
    .order_by(_ENTRY.idx)
)
BRANCHES: Final = (
    select(origin_branches.c.branch, origin_branches.c.from_index)
    .where(origin_branches.c.origin == _ORIGIN)
    .order_by(origin_branches.c.branch.desc())
)
#: The newest first.
FORKS: Final = (
    select(_FORK.branch, _FORK.from_index, _FORK.known_size, _FORK.known_note, _FORK.told_note)
    .where(_FORK.origin == _ORIGIN)
    .order_by(_FORK.id.desc())
)
UNDECIDED_FORKS: Final = FORKS.where(_FORK.accepted_at.is_(None))
FORKS_OF_BRANCH: Final = FORKS.where(_FORK.branch == bindparam("branch"))
KEYS: Final = select(_KEY.public_key).where(_KEY.authority == _ORIGIN).order_by(_KEY.number)
OTHER_KEYS: Final = select(_KEY.public_key).where(_KEY.authority != _ORIGIN).order_by(_KEY.authority, _KEY.number)


def _notes(table: Table) -> Select[Any]:
    column = table.c
    rows = select(column.branch, column.size, column.root, column.note).where(column.origin == _ORIGIN)
    return rows.order_by(column.size, column.branch)


#: What was signed, by the kind of statement.
NOTES: Final[Mapping[str, Select[Any]]] = MappingProxyType(
    {"checkpoint": _notes(checkpoints), "receipt": _notes(receipts)}
)
