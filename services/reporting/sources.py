"""Sources of the figures: which stored facts a month is made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, RowMapping, and_, case, func, or_, select

from services.contracts.offices import Departments, current
from services.contracts.vocabulary import ZONE, ClockKind, SubjectKind
from services.plumbing import departments
from services.reporting.domain import Span
from services.reporting.figures import ClockHistory, ClockWord, Heading, MonthFacts, figures
from services.reporting.store import case_steps, cases, clock_facts, clocks, complaint_steps, some

#: What is counted once per case, and by which facts; the first of them counts.
ONCE_PER_CASE: Mapping[str, tuple[str, ...]] = {
    "received": ("received",),
    "accepted": ("accepted", "deemed-accepted"),
    "struck_off": ("struck-off",),
}
DECIDED = ("granted", "granted-with-deficiencies", "refused")
RECEIVED = "received"
#: Facts that say who holds a case.
HELD_BY = ("received", "reassigned", "taken-over")


def month_figures(connection: Connection, span: Span) -> dict[str, Any]:
    """The figures of a month as of the span's moment."""
    return figures(span, _Gathering(connection, span).facts())


class _Gathering:
    """One month's questions to the store."""

    def __init__(self, connection: Connection, span: Span) -> None:
        self._db, self._span = connection, span
        self._begins = span.begins.timestamp()
        self._ends = span.month.ends.timestamp()
        self._as_of = span.as_of.timestamp()
        self._departments = _ended_in(connection, span)

    def facts(self) -> MonthFacts:
        return MonthFacts(
            cases={name: self._first(kinds) for name, kinds in ONCE_PER_CASE.items()},
            decided=self._decided(),
            clocks=self._clocks(),
            complaints=self._complaints(),
            left_out=self._left_out(),
        )

    def _first_in_month(self, kinds: Sequence[str], *, as_recorded: bool = False) -> Any:
        """Cases whose first fact of these kinds lies in the month. `as_recorded`: by the day of recording, where nobody
        has confirmed another."""
        first = func.min(_counts_at() if as_recorded else case_steps.c.occurred_at)
        steps = case_steps.outerjoin(cases, cases.c.case_no == case_steps.c.case_no) if as_recorded else case_steps
        return (
            select(case_steps.c.case_no, first.label("first"))
            .select_from(steps)
            .where(case_steps.c.kind.in_(kinds))
            .group_by(case_steps.c.case_no)
            .having(and_(first >= self._begins, first < self._ends, first <= self._as_of))
            .subquery()
        )

    def _first(self, kinds: Sequence[str]) -> dict[Heading, int]:
        found = self._first_in_month(kinds)
        heading = (cases.c.department, cases.c.matter_code, cases.c.matter_name)
        query = select(*heading, func.count()).select_from(found.join(cases, _counts(found))).group_by(*heading)
        counts: dict[Heading, int] = {}
        for department, code, name, number in self._db.execute(query):
            whose = Heading(current(department, self._departments), code, name)
            counts[whose] = counts.get(whose, 0) + int(number)
        return counts

    def _decided(self) -> dict[str, Heading]:
        found = self._first_in_month(DECIDED, as_recorded=True)
        query = select(cases).select_from(found.join(cases, _counts(found)))
        return {row["case_no"]: self._heading(row) for row in self._db.execute(query).mappings()}

    def _heading(self, row: RowMapping) -> Heading:
        return Heading(current(row["department"], self._departments), row["matter_code"], row["matter_name"])

    def _clocks(self) -> list[ClockHistory]:
        """Those that ran in the month, and those that judge its decisions: no other clock can matter any more."""
        decided = self._first_in_month(DECIDED, as_recorded=True)
        judges = and_(clocks.c.clock_kind == ClockKind.DECISION, clocks.c.about.in_(select(decided.c.case_no)))
        ran = or_(clocks.c.stopped_at.is_(None), clocks.c.stopped_at >= self._begins)
        needed = and_(clocks.c.set_aside.is_(False), or_(ran, judges))
        told: dict[str, list[ClockWord]] = {}
        facts = (
            select(clock_facts, cases.c.signed_at)
            .select_from(
                clock_facts.join(clocks, clocks.c.clock_id == clock_facts.c.clock_id).outerjoin(
                    cases, cases.c.case_no == clocks.c.about
                )
            )
            .where(needed, clock_facts.c.occurred_at < self._ends, clock_facts.c.occurred_at <= self._as_of)
            .order_by(clock_facts.c.clock_id, clock_facts.c.number)
        )
        for row in self._db.execute(facts).mappings():
            told.setdefault(row["clock_id"], []).append(_told(row, row["signed_at"] or 0.0))
        known = select(
            clocks,
            cases.c.case_no,
            cases.c.project_code,
            cases.c.project_name,
            cases.c.matter_code,
            cases.c.matter_name,
            cases.c.department.label("case_department"),
            cases.c.counts_since,
        ).select_from(clocks.outerjoin(cases, cases.c.case_no == clocks.c.about))
        rows = [
            row
            for row in self._db.execute(known.where(needed)).mappings()
            if row["clock_id"] in told and _has_signature(row)
        ]
        holders = self._holders([row["about"] for row in rows if row["about_kind"] == SubjectKind.CASE])
        return [self._clock(row, told[row["clock_id"]], holders) for row in rows]

    def _holders(self, case_nos: Sequence[str]) -> dict[str, str]:
        """Who held each case at the end of the span."""
        query = (
            select(case_steps.c.case_no, case_steps.c.responsible)
            .where(
                case_steps.c.kind.in_(HELD_BY),
                case_steps.c.occurred_at < self._ends,
                case_steps.c.occurred_at <= self._as_of,
                case_steps.c.responsible.is_not(None),
            )
            .order_by(case_steps.c.number)
        )
        found = some(self._db, query, case_steps.c.case_no, sorted(set(case_nos)))
        return {row["case_no"]: row["responsible"] for row in found}

    def _clock(self, row: RowMapping, told: Sequence[ClockWord], holders: Mapping[str, str]) -> ClockHistory:
        known = row["case_no"] is not None  # the case's own facts may come after its clock's
        department = row["case_department"] if known else row["department"]
        return ClockHistory(
            clock_id=row["clock_id"],
            kind=row["clock_kind"],
            about_kind=row["about_kind"],
            about=row["about"],
            heading=Heading(
                current(department, self._departments),
                row["matter_code"] if known else "",
                row["matter_name"] if known else "",
            ),
            project_code=row["project_code"] if known else "",
            project_name=row["project_name"] if known else "",
            responsible=holders.get(row["about"], row["responsible"]),
            told=told,
            counts_since=_moment(row["counts_since"]) if known and row["counts_since"] else None,
        )

    def _left_out(self) -> dict[str, int]:
        """Cases of which something happened in the month before the beginning, and those that nobody has signed for."""
        month = self._span.month.begins.timestamp()
        began = func.count(func.distinct(case_steps.c.case_no))
        before = and_(case_steps.c.occurred_at >= month, case_steps.c.occurred_at < min(self._begins, self._ends))
        kinds = [*(kind for kinds in ONCE_PER_CASE.values() for kind in kinds), *DECIDED]
        query = select(began).where(case_steps.c.kind.in_(kinds), before, case_steps.c.occurred_at <= self._as_of)
        unsigned = or_(cases.c.counts_since.is_(None), cases.c.counts_since > self._as_of)
        there = and_(case_steps.c.kind == RECEIVED, case_steps.c.occurred_at <= self._as_of)
        received = case_steps.join(cases, cases.c.case_no == case_steps.c.case_no)
        waiting = select(began).select_from(received).where(there, unsigned, case_steps.c.occurred_at < self._ends)
        return {
            "history": int(self._db.execute(query).scalar() or 0),
            "unconfirmed": int(self._db.execute(waiting).scalar() or 0),
        }

    def _complaints(self) -> dict[str, int]:
        """Steps of complaints in the month; an answer that was given twice counts once."""
        first = func.min(complaint_steps.c.occurred_at)
        query = (
            select(
                complaint_steps.c.kind,
                first.label("first"),
                func.max(complaint_steps.c.without_case.cast(Integer)).label("without_case"),
                func.max(complaint_steps.c.upheld.cast(Integer)).label("upheld"),
            )
            .group_by(complaint_steps.c.complaint_no, complaint_steps.c.kind)
            .having(and_(first >= self._begins, first < self._ends, first <= self._as_of))
        )
        counts = dict.fromkeys(("registered", "without_case", "answered", "closed", "upheld"), 0)
        for row in self._db.execute(query).mappings():
            if row["kind"] in counts:
                counts[row["kind"]] += 1
            counts["without_case"] += int(row["without_case"] or 0)
            counts["upheld"] += int(row["upheld"] or 0) if row["kind"] == "closed" else 0
        return counts


def _counts(found: Any) -> Any:
    """The case of a first fact, where the case counted by then."""
    return and_(cases.c.case_no == found.c.case_no, cases.c.counts_since <= found.c.first)


def _has_signature(row: RowMapping) -> bool:
    """Whether a clock's case is signed for; a case that is not on record yet is taken to be."""
    return row["case_no"] is None or row["counts_since"] is not None


def _ended_in(connection: Connection, span: Span) -> Departments:
    """The departments that had ended when the span did: what was theirs counts under the successor from that day on,
    while an earlier month stays as it was."""
    last = min(span.as_of, span.month.ends - timedelta(microseconds=1)).astimezone(ZONE).date()
    known = departments.Departments(connection).known()
    return {name: one for name, one in known.items() if one.closed_on is not None and one.closed_on <= last}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, ZONE)


def _counts_at() -> Any:
    """When a step of a case counts: when it was recorded, but on the day that it names where somebody has confirmed
    that, where the department has signed for the case since, or where it is history."""
    as_named = or_(
        case_steps.c.proven.is_(True),
        case_steps.c.recorded_at.is_(None),
        case_steps.c.recorded_at < func.coalesce(cases.c.signed_at, 0.0),
        case_steps.c.recorded_at < case_steps.c.occurred_at,
    )
    return case((as_named, case_steps.c.occurred_at), else_=case_steps.c.recorded_at)


def _told(row: RowMapping, signed_at: float) -> ClockWord:
    named = row["named_at"] if row["named_at"] is not None and row["occurred_at"] < signed_at else None
    return ClockWord(
        what=row["what"],
        at=_moment(row["occurred_at"] if named is None else named),
        due_on=row["due_on"],
        due_at=None if row["due_at"] is None else _moment(row["due_at"]),
        overdue_working_days=row["overdue_working_days"],
        on_time=row["on_time"],
    )
