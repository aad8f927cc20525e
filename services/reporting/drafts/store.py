"""Tables of drafted letters and of listed supervision, here and below."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Float, Integer, RowMapping, String, Table, Text, func, select

from services.contracts.letter_drafts import LetterDraftState
from services.contracts.vocabulary import InstructionKind
from services.reporting.store import cases, clock_facts, clocks, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("draft_no", String(40), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("kind", String(30), nullable=False),
    # The case, complaint or letter that it is about, and the case behind a letter.
    Column("about", String(120), nullable=False, index=True),
    Column("addressee", String(6), nullable=False),
    Column("department", String(200), nullable=False),
    Column("responsible", String(200), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    # JSON lists: what is overdue, one item a clock; and the figures, each with its entry.
    Column("items", Text, nullable=False),
    Column("figures", Text, nullable=False),
    # The letter that was not answered, where that is why.
    Column("unanswered", String(40), nullable=False),
    Column("ladder", String(20), nullable=False),
    Column("drafted_at", Float, nullable=False),
    Column("drafted_by", String(200), nullable=False),
    Column("settled_at", Float),
    Column("settled_by", String(200)),
    Column("reason", Text),
    Column("instruction_no", String(40)),
)

#: Which crossing has asked for which draft: each asks once.
draft_causes = Table(
    "draft_causes",
    metadata,
    Column("clock_id", String(160), primary_key=True),
    Column("rung", String(20), primary_key=True),
    Column("crossing", Integer, primary_key=True),
    Column("draft_no", String(40), nullable=False),
)

listings = Table(
    "listings",
    metadata,
    Column("listing_no", String(40), primary_key=True),
    Column("authority", String(6), nullable=False, index=True),
    Column("document_no", String(60), nullable=False),
    Column("about", Text, nullable=False),
    Column("department", String(200), nullable=False),
    Column("title", String(200), nullable=False),
    Column("opened_at", Float, nullable=False),
    Column("opened_by", String(200), nullable=False),
    Column("closed_at", Float, index=True),
    Column("closed_by", String(200)),
    Column("reason", Text),
)

_WAITING: Final = LetterDraftState.WAITING.value


class Drafts:
    """The drafted letters and what asked for them."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def next_serial(self, year: int) -> int:
        last = self._db.execute(select(func.max(drafts.c.serial)).where(drafts.c.year == year)).scalar()
        return int(last or 0) + 1

    def add(self, values: Mapping[str, Any]) -> None:
        self._db.execute(drafts.insert().values(**values))

    def get(self, draft_no: str) -> RowMapping | None:
        return self._db.execute(select(drafts).where(drafts.c.draft_no == draft_no)).mappings().one_or_none()

    def change(self, draft_no: str, values: Mapping[str, Any]) -> None:
        self._db.execute(drafts.update().where(drafts.c.draft_no == draft_no).values(**values))

    def waiting_about(self, about: str) -> Sequence[RowMapping]:
        """What waits for a seal about one subject."""
        query = select(drafts).where(drafts.c.about == about, drafts.c.state == _WAITING)
        return self._db.execute(query.order_by(drafts.c.draft_no)).mappings().all()

    def waiting_of_clock(self, clock_id: str) -> Sequence[RowMapping]:
        """What waits for a seal because of one clock."""
        asked = select(draft_causes.c.draft_no).where(draft_causes.c.clock_id == clock_id)
        query = select(drafts).where(drafts.c.draft_no.in_(asked), drafts.c.state == _WAITING)
        return self._db.execute(query).mappings().all()

    def has_asked(self, clock_id: str, rung: str, crossing: int) -> bool:
        """Whether this crossing has asked for a letter before."""
        cause = draft_causes.c
        query = select(cause.draft_no).where(cause.clock_id == clock_id, cause.rung == rung, cause.crossing == crossing)
        return self._db.execute(query).first() is not None

    def add_cause(self, clock_id: str, rung: str, crossing: int, draft_no: str) -> None:
        self._db.execute(
            draft_causes.insert().values(clock_id=clock_id, rung=rung, crossing=crossing, draft_no=draft_no)
        )

    def causes(self, draft_no: str) -> list[str]:
        """The clocks that have asked for a draft."""
        query = select(draft_causes.c.clock_id).where(draft_causes.c.draft_no == draft_no).distinct()
        return [str(one) for one in self._db.execute(query).scalars()]

    def listed(self, filters: Mapping[str, str], after: str | None, limit: int) -> Sequence[RowMapping]:
        """Newest first."""
        query = select(drafts).order_by(drafts.c.draft_no.desc()).limit(limit)
        for name, value in filters.items():
            query = query.where(drafts.c[name] == value)
        if after:
            query = query.where(drafts.c.draft_no < after)
        return self._db.execute(query).mappings().all()

    def waiting(self) -> int:
        """How many wait for a seal."""
        query = select(func.count()).select_from(drafts).where(drafts.c.state == _WAITING)
        return int(self._db.execute(query).scalar() or 0)

    def succeed(self, department: str, successor: str) -> None:
        """What waits for a department that has ended is for its successor."""
        theirs = (drafts.c.department == department, drafts.c.state == _WAITING)
        self._db.execute(drafts.update().where(*theirs).values(department=successor))

    # --- the record behind them ---

    def is_unconfirmed(self, case_no: str) -> bool:
        """Whether the case is on record and does not count yet."""
        query = select(cases.c.case_no).where(cases.c.case_no == case_no, cases.c.counts_since.is_(None))
        return self._db.execute(query).first() is not None

    def department_of(self, case_no: str) -> str:
        """Whose case it is; empty for one that is not on record."""
        return str(self._db.execute(select(cases.c.department).where(cases.c.case_no == case_no)).scalar() or "")

    def running(self, about: str) -> list[dict[str, Any]]:
        """The clocks of a subject that still run, each with when it is due and the fact that says so."""
        rows = self._db.execute(
            select(clocks).where(clocks.c.about == about, clocks.c.stopped_at.is_(None), clocks.c.set_aside.is_(False))
        ).mappings()
        return [dict(row) | self._due(row["clock_id"]) for row in rows]

    def _due(self, clock_id: str) -> dict[str, Any]:
        told = clock_facts.c
        query = select(told.number, told.due_on, told.due_at).where(
            told.clock_id == clock_id, told.what.in_(("started", "moved"))
        )
        row = self._db.execute(query.order_by(told.number.desc()).limit(1)).mappings().one_or_none()
        return dict(row) if row is not None else {"number": 0, "due_on": None, "due_at": None}

    def stopped_at(self, clock_id: str) -> float | None:
        """When a clock stopped; None while it runs."""
        return self._db.execute(select(clocks.c.stopped_at).where(clocks.c.clock_id == clock_id)).scalar()


class Listings:
    """Who is under listed supervision."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, listing_no: str) -> RowMapping | None:
        return self._db.execute(select(listings).where(listings.c.listing_no == listing_no)).mappings().one_or_none()

    def put(self, values: Mapping[str, Any]) -> None:
        if self.get(values["listing_no"]) is None:
            self._db.execute(listings.insert().values(**values))

    def close(self, listing_no: str, at: float, by: str, reason: str) -> None:
        this_one = listings.c.listing_no == listing_no
        self._db.execute(listings.update().where(this_one).values(closed_at=at, closed_by=by, reason=reason))

    def shown(self, most: int) -> Sequence[RowMapping]:
        """Open ones first, the newest first."""
        query = select(listings).order_by(listings.c.closed_at.is_not(None), listings.c.opened_at.desc()).limit(most)
        return self._db.execute(query).mappings().all()


def is_ladder_letter(kind: str) -> bool:
    """Whether a kind of letter is one of the ladder's."""
    return kind in (InstructionKind.REMINDER, InstructionKind.SUPERVISION, InstructionKind.LISTED)


def as_json(value: Any) -> str:
    """As it stands in a column."""
    return json.dumps(value, ensure_ascii=False)
