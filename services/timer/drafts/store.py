"""The store of calendar drafts: what was drafted, by whom, what it would move, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from services.contracts.drafts import CalendarForm, DraftState
from services.timer.rows import days_of, moment, spelt_days
from services.timer.store import metadata

# Days that somebody has drafted and nobody, or a second person, has released.
drafts = Table(
    "drafts",
    metadata,
    Column("draft_no", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False),
    Column("form", String(20), nullable=False),
    Column("notice", String(200), nullable=False),
    Column("days", Text, nullable=False),
    Column("festivals", Text, nullable=False),
    Column("known_until", String(10)),
    # Of a withdrawal: which own release, and why; it has no days.
    Column("withdraws", Integer),
    Column("why", String(400), nullable=False),
    Column("drafted_at", Float, nullable=False),
    Column("drafted_by", String(200), nullable=False),
    # The account that drafted it: one person may have several posts.
    Column("drafted_as", String(80), nullable=False),
    # Who released it or gave it up, when, and why he gave it up.
    Column("ended_at", Float),
    Column("ended_by", String(200), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("release_no", Integer),
    # When its moves were counted, under which calendar in force, and the calendar that it would give.
    Column("counted_at", Float),
    Column("counted_under", String(60), nullable=False),
    Column("version", String(60), nullable=False),
    Column("moved", Integer, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("lights", Integer, nullable=False),
)

# The open clocks that a draft would move as it was counted last, or that its release has moved.
draft_moves = Table(
    "draft_moves",
    metadata,
    Column("draft_no", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("clock_id", String(160), nullable=False),
    Column("clock_kind", String(40), nullable=False),
    Column("about_kind", String(16), nullable=False),
    Column("about", String(120), nullable=False),
    Column("department", String(80), nullable=False),
    Column("responsible", String(60), nullable=False),
    Column("due_from", String(40)),
    Column("due_to", String(40)),
    Column("light", String(8)),
    Column("light_after", String(8), nullable=False),
)
#: Rows in one statement.
_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Draft:
    """Days, or the withdrawal of own ones, that wait for a second person's word."""

    draft_no: int
    form: CalendarForm
    notice: str
    drafted_at: datetime
    drafted_by: str
    #: The account; empty for a token.
    drafted_as: str
    days: dict[date, str] = field(default_factory=dict)
    festivals: dict[date, str] = field(default_factory=dict)
    known_until: date | None = None
    withdraws: int | None = None
    why: str = ""
    state: DraftState = DraftState.COUNTING
    ended_at: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    release_no: int | None = None
    counted_at: datetime | None = None
    counted_under: str = ""
    version: str = ""
    moved: int = 0
    confirmed: int = 0
    lights: int = 0


class Drawer:
    """The drafts in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def all(self) -> list[Draft]:
        """Every draft, the newest first."""
        rows = self.connection.execute(select(drafts).order_by(drafts.c.draft_no.desc())).mappings()
        return [_draft(row) for row in rows]

    def one(self, draft_no: int) -> Draft | None:
        """The draft of this number."""
        row = self.connection.execute(select(drafts).where(drafts.c.draft_no == draft_no)).mappings().one_or_none()
        return None if row is None else _draft(row)

    def next_no(self) -> int:
        """The number of the next draft."""
        return int(self.connection.execute(select(func.coalesce(func.max(drafts.c.draft_no), 0))).scalar_one()) + 1

    def in_work(self) -> Draft | None:
        """The first draft that is to be counted or released, taken: who else looks for it waits until this is done."""
        working = (DraftState.COUNTING.value, DraftState.RELEASING.value)
        waiting = select(drafts.c.draft_no).where(drafts.c.state.in_(working)).order_by(drafts.c.draft_no).limit(1)
        draft_no = self.connection.execute(waiting).scalar_one_or_none()
        if draft_no is None:
            return None
        mine = drafts.c.draft_no == draft_no, drafts.c.state.in_(working)
        taken = self.connection.execute(update(drafts).where(*mine).values(state=drafts.c.state)).rowcount
        return self.one(draft_no) if taken else None

    def add(self, draft: Draft) -> None:
        """A new draft."""
        self.connection.execute(insert(drafts), _row(draft))

    def save(self, draft: Draft) -> None:
        """What has become of a draft."""
        self.connection.execute(update(drafts).where(drafts.c.draft_no == draft.draft_no), _row(draft))

    def put_moves(self, draft_no: int, moves: Sequence[dict[str, Any]]) -> None:
        """What it moves, instead of what was counted before."""
        self.connection.execute(delete(draft_moves).where(draft_moves.c.draft_no == draft_no))
        for start in range(0, len(moves), _AT_ONCE):
            part: Iterable[tuple[int, dict[str, Any]]] = enumerate(moves[start : start + _AT_ONCE], start + 1)
            self.connection.execute(
                insert(draft_moves), [{"draft_no": draft_no, "place": at} | one for at, one in part]
            )

    def moves(self, draft_no: int, after: int, limit: int) -> list[dict[str, Any]]:
        """What it moves, in the order of the cases, from a place on."""
        table = draft_moves
        rows = self.connection.execute(
            select(table)
            .where(table.c.draft_no == draft_no, table.c.place > after)
            .order_by(table.c.place)
            .limit(limit)
        ).mappings()
        return [dict(row) for row in rows]


def _row(draft: Draft) -> dict[str, Any]:
    return vars(draft) | {
        "form": draft.form.value,
        "state": draft.state.value,
        "days": spelt_days(draft.days),
        "festivals": spelt_days(draft.festivals),
        "known_until": str(draft.known_until) if draft.known_until else None,
        "drafted_at": draft.drafted_at.timestamp(),
        "ended_at": draft.ended_at.timestamp() if draft.ended_at else None,
        "counted_at": draft.counted_at.timestamp() if draft.counted_at else None,
    }


def _draft(row: RowMapping) -> Draft:
    return Draft(
        **{
            **row,
            "form": CalendarForm(row["form"]),
            "state": DraftState(row["state"]),
            "days": days_of(row["days"]),
            "festivals": days_of(row["festivals"]),
            "known_until": date.fromisoformat(row["known_until"]) if row["known_until"] else None,
            "drafted_at": moment(row["drafted_at"]),
            "ended_at": moment(row["ended_at"]) if row["ended_at"] is not None else None,
            "counted_at": moment(row["counted_at"]) if row["counted_at"] is not None else None,
        }
    )
