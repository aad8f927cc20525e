"""Register of the files that were brought in: whose they are, how far each is, and what came of it."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine, Row

from gateway.store import imports
from services.contracts.answers.imports import ImportState
from services.contracts.vocabulary import ZONE
from services.plumbing.clock import Clock
from services.plumbing.db import reading, transaction

#: In these somebody works on it, or it waits for that.
ACTIVE: Final = (ImportState.WAITING, ImportState.TRYING, ImportState.ENTERING)
#: From these it can go on where it was.
BROKEN_OFF: Final = (ImportState.STOPPED, ImportState.INTERRUPTED, ImportState.FAILED)

#: So many keys of orders are remembered.
_MOST_KEYS: Final = 50

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Acting:
    """In whose name a stage asks, as it can be looked up again."""

    account_id: str
    post_id: str
    token_id: str
    #: How he stands in the register.
    label: str


@dataclass(frozen=True)
class Upload:
    """A file that has come in."""

    file: str
    bytes: int
    sha256: str
    bearer: str = ""
    replaces: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class Import:
    """A file that was brought in, and how far its import is."""

    no: int
    file: str
    bytes: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str
    bearer: str
    acting: Acting
    state: ImportState
    confirmed_by: str
    done: int
    rows: int
    tried: Counts | None
    entered: Counts | None
    trouble: tuple[str, dict[str, Any]] | None
    replaces: int | None
    replaced_by: int | None
    is_kept: bool

    @property
    def left(self) -> int:
        """Rows that wait to be entered."""
        if self.tried is None or self.state is ImportState.ENTERED or not self.is_kept:
            return 0
        return max(0, _good(self.tried) - _good(self.entered or {}))


def _good(counts: Counts) -> int:
    return counts.get("new", 0) + counts.get("changed", 0)


class Register:
    """The files in the gateway's store."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def add(self, upload: Upload, acting: Acting) -> Import:
        """A new one, which waits. Raises Unavailable."""
        row = {
            "file": upload.file, "bytes": upload.bytes, "sha256": upload.sha256, "key": upload.key,
            "uploaded_at": self._clock.now().timestamp(), "uploaded_by": acting.label[:160], "bearer": upload.bearer,
            **_acting(acting), "state": ImportState.WAITING.value, "confirmed_by": "",
            "done": 0, "rows": 0, "tried": "", "entered": "", "trouble": "", "orders": "[]",
            "replaces": upload.replaces, "is_kept": True,
        }  # fmt: skip
        with transaction(self._engine) as connection:
            found = connection.execute(insert(imports).values(row)).inserted_primary_key
        assert found is not None
        return self._sure(int(found[0]))

    def one(self, no: int) -> Import | None:
        """The import of this number. Raises Unavailable."""
        return self._found(imports.c.no == no)

    def of_key(self, key: str) -> Import | None:
        """What was uploaded under this key. Raises Unavailable."""
        return self._found(imports.c.key == key)

    def page(self, limit: int, before: int | None = None, bearer: str | None = None) -> Sequence[Import]:
        """So many, newest first; `bearer`: of this partner alone. Raises Unavailable."""
        query = select(imports, _replacing()).order_by(imports.c.no.desc()).limit(limit)
        query = query.where(imports.c.no < before) if before is not None else query
        query = query.where(imports.c.bearer == bearer) if bearer is not None else query
        with reading(self._engine) as connection:
            return [_import(row) for row in connection.execute(query)]

    def move(self, no: int, to: ImportState, only_from: Collection[ImportState], **more: Any) -> bool:
        """Whether it stood in one of these states; if so, it stands in the new one. Raises Unavailable."""
        values = {"state": to.value, **more}
        if to not in ACTIVE:
            values["ended_at"] = self._clock.now().timestamp()
        with transaction(self._engine) as connection:
            changed = connection.execute(
                update(imports)
                .where(imports.c.no == no, imports.c.state.in_([one.value for one in only_from]))
                .values(values)
            )
        return changed.rowcount == 1

    def write(self, no: int, **values: Any) -> None:
        """What was found or done; counts and troubles as JSON. Raises Unavailable."""
        with transaction(self._engine) as connection:
            connection.execute(update(imports).where(imports.c.no == no).values(values))

    def was_ordered(self, no: int, key: str) -> bool:
        """Whether it was ordered under this key before. Raises Unavailable."""
        with reading(self._engine) as connection:
            orders = connection.execute(select(imports.c.orders).where(imports.c.no == no)).scalar_one()
        return key in json.loads(orders)

    def note_order(self, no: int, key: str) -> None:
        """It was ordered under this key. Raises Unavailable."""
        with transaction(self._engine) as connection:
            orders = connection.execute(select(imports.c.orders).where(imports.c.no == no)).scalar_one()
            noted = as_json([*json.loads(orders), key][-_MOST_KEYS:])
            connection.execute(update(imports).where(imports.c.no == no).values(orders=noted))

    def older(self, days: int) -> Sequence[int]:
        """Imports whose files are kept though they came before so many days. Raises Unavailable."""
        before = (self._clock.now() - timedelta(days=days)).timestamp()
        with reading(self._engine) as connection:
            found = connection.execute(
                select(imports.c.no).where(imports.c.is_kept.is_(True), imports.c.uploaded_at < before)
            )
            return [int(row.no) for row in found]

    def _sure(self, no: int) -> Import:
        found = self.one(no)
        assert found is not None
        return found

    def _found(self, condition: Any) -> Import | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(imports, _replacing()).where(condition)).one_or_none()
        return _import(row) if row is not None else None


def as_json(value: Any) -> str:
    """A value as its column holds it."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _replacing() -> Any:
    later = imports.alias("later")
    return select(later.c.no).where(later.c.replaces == imports.c.no).order_by(later.c.no.desc()).limit(1).label("by")


def _acting(acting: Acting) -> dict[str, str]:
    return {"account_id": acting.account_id, "post_id": acting.post_id, "token_id": acting.token_id}


def confirmed(acting: Acting) -> dict[str, str]:
    """What is written down when somebody confirms it: from then on it is entered in his name."""
    return {**_acting(acting), "confirmed_by": acting.label[:160]}


def _import(row: "Row[Any]") -> Import:
    trouble = json.loads(row.trouble) if row.trouble else None
    label = row.confirmed_by or row.uploaded_by
    return Import(
        row.no, row.file, row.bytes, row.sha256, datetime.fromtimestamp(row.uploaded_at, ZONE), row.uploaded_by,
        row.bearer, Acting(row.account_id, row.post_id, row.token_id, label), ImportState(row.state),
        row.confirmed_by, row.done, row.rows, json.loads(row.tried) if row.tried else None,
        json.loads(row.entered) if row.entered else None, (trouble[0], trouble[1]) if trouble else None, row.replaces,
        row.by, bool(row.is_kept),
    )  # fmt: skip
