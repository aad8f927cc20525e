"""The store of intake: what is read of projects, the catalogue and cases with their history, and what is written."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from services.contracts import days
from services.contracts.names import folded
from services.contracts.vocabulary import ZONE, CaseState, StepKind, Unit
from services.intake.domain import Above, Case, Limit, Officer
from services.intake.phrases import YARDSTICK
from services.intake.tables import case_numbers, cases, catalogues, matter_versions, matters, projects, steps, superiors

#: A statement asks for at most this many keys at once.
_AT_ONCE = 400


def moment(stamp: float) -> datetime:
    """The time in Asia/Shanghai to seconds since the epoch."""
    return datetime.fromtimestamp(stamp, ZONE)


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]


#: Columns that are fields of the case under the same name.
_WAY = (
    "decided_by",
    "forward_to",
    "forward_round",
    "forwarded_from",
    "below_round",
    "origin_case_no",
    "held_by",
    "brought_by",
    "list_number",
    "follows",
)


_DAYS = ("effective_on", "complete_by", "accepted_on", "decision_due")


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _above(kept: str) -> Above | None:
    """Where the case stands above, as it was kept."""
    if not kept:
        return None
    told = json.loads(kept)
    days = {name: _day(told[name]) for name in ("accepted_on", "due_on")}
    return Above(**told | days | {"since": moment(told["since"])})


def _above_row(above: Above | None) -> str:
    if above is None:
        return ""
    days = {name: day.isoformat() if (day := getattr(above, name)) else None for name in ("accepted_on", "due_on")}
    return json.dumps(asdict(above) | days | {"since": above.since.timestamp()}, ensure_ascii=False)


def _without_search(row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "found_by"}


def as_case(row: RowMapping | Mapping[str, Any]) -> Case:
    """The case that a row of the table holds."""
    return Case(
        case_no=row["case_no"],
        project_code=row["project_code"],
        matter_code=row["matter_code"],
        matter_name=row["matter_name"],
        department=row["department"],
        handler=Officer(row["handler_name"], row["handler_department"]),
        limit=Limit(row["limit_amount"], Unit(row["limit_unit"])),
        received_at=moment(row["received_at"]),
        channel=row["channel"],
        external_no=row["external_no"],
        state=CaseState(row["state"]),
        blzt=row["blzt"],
        round=row["round"],
        notice_open=bool(row["notice_open"]),
        last_at=moment(row["last_at"]) if row["last_at"] is not None else None,
        effective_on=_day(row["effective_on"]),
        complete_by=_day(row["complete_by"]),
        accepted_on=_day(row["accepted_on"]),
        decision_due=_day(row["decision_due"]),
        held_since=moment(row["held_since"]) if row["held_since"] is not None else None,
        below_received_at=moment(row["below_received_at"]) if row["below_received_at"] is not None else None,
        unconfirmed=bool(row["unconfirmed"]),
        handed_to=Officer(row["handed_to_name"], row["handed_to_department"]) if row["handed_to_name"] else None,
        is_unnamed=bool(row["is_unnamed"]),
        days_below=days.read(row["days_below"]),
        above=_above(row["above"]),
        is_provisional=bool(row["is_provisional"]),
        **{name: row[name] for name in _WAY},
    )


def case_row(case: Case) -> dict[str, Any]:
    """The row of the table that holds a case."""
    return {
        "case_no": case.case_no,
        "project_code": case.project_code,
        "matter_code": case.matter_code,
        "matter_name": case.matter_name,
        "department": case.department,
        "handler_name": case.handler.name,
        "handler_department": case.handler.department,
        "limit_amount": case.limit.amount,
        "limit_unit": case.limit.unit.value,
        "received_at": case.received_at.timestamp(),
        "received_on": case.received_on.isoformat(),
        "channel": case.channel,
        "external_no": case.external_no,
        "state": case.state.value,
        "blzt": case.blzt,
        "round": case.round,
        "notice_open": int(case.notice_open),
        "last_at": case.last_at.timestamp() if case.last_at else None,
        **{name: day.isoformat() if (day := getattr(case, name)) else None for name in _DAYS},
        "held_since": case.held_since.timestamp() if case.held_since else None,
        "below_received_at": case.below_received_at.timestamp() if case.below_received_at else None,
        "unconfirmed": int(case.unconfirmed),
        "handed_to_name": case.handed_to.name if case.handed_to else None,
        "handed_to_department": case.handed_to.department if case.handed_to else None,
        "is_unnamed": int(case.is_unnamed),
        "days_below": days.written(case.days_below),
        "above": _above_row(case.above),
        "is_provisional": int(case.is_provisional),
        **{name: getattr(case, name) for name in _WAY},
    }


def found_by(project: Mapping[str, Any]) -> str:
    """What a search for a project looks through: its code and names as they are compared."""
    return "\n".join(folded(project[name]) for name in ("project_code", "project_name", "owner_name"))


class Records:
    """The questions that handlers ask of the tables, and what they write down."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- projects ---

    def projects(self, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The known projects among these, by code."""
        found: dict[str, dict[str, Any]] = {}
        for part in _parts(codes):
            rows = self._connection.execute(select(projects).where(projects.c.project_code.in_(part))).mappings()
            found.update({row["project_code"]: _without_search(row) for row in rows})
        return found

    def add_projects(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """New projects, each a row of the table."""
        if rows:
            self._connection.execute(insert(projects), [{**row, "found_by": found_by(row)} for row in rows])

    def change_project(self, code: str, **fields: Any) -> None:
        """What is said of a project differently now."""
        known = self.projects([code])[code] | fields
        values = fields | {"found_by": found_by(known)}
        self._connection.execute(update(projects).where(projects.c.project_code == code).values(**values))

    # --- catalogue ---

    def matters(self) -> dict[str, dict[str, Any]]:
        """The catalogue in its order, by code."""
        rows = self._connection.execute(select(matters.c.code, matters.c.body).order_by(matters.c.position)).all()
        return {row.code: json.loads(row.body) for row in rows}

    def matter(self, code: str) -> dict[str, Any] | None:
        """One matter of the catalogue."""
        body = self._connection.execute(select(matters.c.body).where(matters.c.code == code)).scalar_one_or_none()
        return json.loads(body) if body is not None else None

    def matter_at(self, code: str, number: int) -> dict[str, Any] | None:
        """One matter as the list of that number has it; one that has no such number here, as it stands."""
        table = matter_versions.c
        query = select(table.body).where(table.code == code, table.number <= number)
        body = self._connection.execute(query.order_by(table.number.desc()).limit(1)).scalar_one_or_none()
        return json.loads(body) if body is not None else self.matter(code)

    def matter_names(self) -> dict[str, str]:
        """The names of the catalogue's matters that can be applied for, by code."""
        return {code: body["name"] for code, body in self.matters().items() if body.get("item_type") != YARDSTICK}

    def catalogue_number(self) -> int:
        """The version that applies now; 0 before the first."""
        return self._connection.execute(select(func.max(catalogues.c.number))).scalar_one() or 0

    def adopt(self, number: int, at: datetime, why: str, adopted: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """A new version of the catalogue: these matters, each with its position, are added or replaced."""
        self._connection.execute(insert(catalogues), {"number": number, "adopted_at": at.timestamp(), "why": why})
        rows = [
            {"code": body["code"], "position": position, "body": json.dumps(body, ensure_ascii=False)}
            for position, body in adopted
        ]
        for row in rows:
            self._connection.execute(matters.delete().where(matters.c.code == row["code"]))
        self._connection.execute(insert(matters), rows)
        kept = [{"code": row["code"], "number": number, "body": row["body"]} for row in rows]
        self._connection.execute(insert(matter_versions), kept)

    def replace(self, number: int, at: datetime, why: str, bodies: Sequence[Mapping[str, Any]]) -> None:
        """A new version of the catalogue that is exactly these matters, in this order."""
        self._connection.execute(matters.delete())
        self.adopt(number, at, why, enumerate(bodies, start=1))

    # --- cases ---

    def case(self, case_no: str) -> Case | None:
        """One case as it stands."""
        row = self._connection.execute(select(cases).where(cases.c.case_no == case_no)).mappings().one_or_none()
        return as_case(row) if row is not None else None

    def standing(self, case_nos: Iterable[str], states: Collection[CaseState]) -> frozenset[str]:
        """Which of these cases are in one of these states."""
        wanted = cases.c.state.in_([one.value for one in states])
        found: set[str] = set()
        for part in _parts(case_nos):
            found.update(
                self._connection.execute(select(cases.c.case_no).where(cases.c.case_no.in_(part), wanted)).scalars()
            )
        return frozenset(found)

    def from_below(self, case_no: str) -> Case | None:
        """The case that was opened last from this one of a lower authority."""
        query = select(cases).where(cases.c.forwarded_from == case_no).order_by(cases.c.case_no.desc()).limit(1)
        row = self._connection.execute(query).mappings().one_or_none()
        return as_case(row) if row is not None else None

    def superior(self) -> str:
        """The code of the superior; empty when there is none."""
        return self._connection.execute(select(superiors.c.code)).scalar_one_or_none() or ""

    def name_superior(self, code: str, name: str, at: datetime) -> None:
        """Who is above us from now on."""
        self._connection.execute(superiors.delete())
        self._connection.execute(insert(superiors), {"id": 1, "code": code, "name": name, "named_at": at.timestamp()})

    def by_external_no(self, numbers: Iterable[str]) -> dict[str, Case]:
        """The cases that another system knows by these numbers."""
        found: dict[str, Case] = {}
        for part in _parts(numbers):
            rows = self._connection.execute(select(cases).where(cases.c.external_no.in_(part))).mappings()
            found.update({row["external_no"]: as_case(row) for row in rows})
        return found

    def of_projects(self, codes: Iterable[str]) -> list[Case]:
        """All cases of these projects, in the order of their numbers."""
        found: list[Case] = []
        for part in _parts(codes):
            rows = self._connection.execute(
                select(cases).where(cases.c.project_code.in_(part)).order_by(cases.c.case_no)
            ).mappings()
            found.extend(as_case(row) for row in rows)
        return found

    def last_before(self, project_code: str, matter_code: str, at: datetime) -> Case | None:
        """The youngest case of this project for this matter that came in by then, a moment in Shanghai."""
        query = (
            select(cases)
            .where(cases.c.project_code == project_code, cases.c.matter_code == matter_code)
            .where(cases.c.received_on <= at.date().isoformat(), cases.c.received_at <= at.timestamp())
            .order_by(cases.c.received_on.desc(), cases.c.received_at.desc(), cases.c.case_no.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return as_case(row) if row is not None else None

    def followers(self, case_no: str) -> list[str]:
        """The numbers of the cases that follow this one, for the same project and matter."""
        query = select(cases.c.case_no).where(cases.c.follows == case_no).order_by(cases.c.case_no)
        return list(self._connection.execute(query).scalars())

    def open_twin(self, project_code: str, matter_code: str) -> Case | None:
        """The youngest case of this project for this matter that nobody has decided yet."""
        decided = [one.value for one in CaseState if one.is_finished or one.is_granted]
        query = (
            select(cases)
            .where(cases.c.project_code == project_code, cases.c.matter_code == matter_code)
            .where(cases.c.state.not_in(decided))
            .order_by(cases.c.received_on.desc(), cases.c.case_no.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return as_case(row) if row is not None else None

    def add_cases(self, new: Sequence[Case]) -> None:
        """New cases, several in one statement."""
        if new:
            self._connection.execute(insert(cases), [case_row(one) for one in new])

    def change_cases(self, changed: Iterable[Case]) -> None:
        """Cases as they are now."""
        for one in changed:
            self._connection.execute(update(cases).where(cases.c.case_no == one.case_no).values(case_row(one)))

    def unconfirmed(self, department: str | None = None) -> list[Case]:
        """The cases that an import brought in and nobody has signed for, of one department or of all, by number."""
        query = select(cases).where(cases.c.unconfirmed == 1).order_by(cases.c.case_no)
        if department is not None:
            query = query.where(cases.c.department == department)
        return [as_case(row) for row in self._connection.execute(query).mappings()]

    def confirm(self, case_nos: Iterable[str]) -> None:
        """Their department has signed for these cases."""
        for part in _parts(case_nos):
            self._connection.execute(update(cases).where(cases.c.case_no.in_(part)).values(unconfirmed=0))

    def open_case(self, case: Case, history: Sequence[Mapping[str, Any]]) -> None:
        """A new case with the first lines of its history."""
        self.add_cases([case])
        self.add_steps(history)

    def change_case(self, case: Case, history: Sequence[Mapping[str, Any]]) -> None:
        """A case as it is now, with what joins its history."""
        self.change_cases([case])
        self.add_steps(history)

    def give_number(self, year: int) -> int:
        """The next case number of a year, which is given out with this."""
        number = self.last_number(year) + 1
        self.keep_numbers({year: number})
        return number

    def last_number(self, year: int) -> int:
        """The last case number of a year; 0 before the first."""
        return (
            self._connection.execute(
                select(case_numbers.c.last).where(case_numbers.c.year == year)
            ).scalar_one_or_none()
            or 0
        )

    def keep_numbers(self, lasts: Mapping[int, int]) -> None:
        """The last numbers that were given out, by year."""
        for year, last in lasts.items():
            self._connection.execute(case_numbers.delete().where(case_numbers.c.year == year))
            self._connection.execute(insert(case_numbers), {"year": year, "last": last})

    def leave_out_numbers(self, year: int, count: int) -> None:
        """So many numbers are not given out: in this year and in every other, because receipts may be dated back."""
        years = self._connection.execute(select(case_numbers.c.year)).scalars()
        self.keep_numbers({one: self.last_number(one) + count for one in {*years, year}})

    # --- steps ---

    def history(self, case_nos: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """What happened to each of these cases, in the order in which it was recorded."""
        found: dict[str, list[dict[str, Any]]] = {}
        for part in _parts(case_nos):
            rows = self._connection.execute(
                select(steps).where(steps.c.case_no.in_(part)).order_by(steps.c.id)
            ).mappings()
            for row in rows:
                found.setdefault(row["case_no"], []).append(dict(row))
        return found

    def add_steps(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """What joins the history of cases."""
        if rows:
            self._connection.execute(insert(steps), [dict(row) for row in rows])


def told_in(history: Iterable[Mapping[str, Any]]) -> list[str]:
    """The materials that earlier notices named."""
    notices = (row["defects"] for row in history if row["step"] == StepKind.REQUEST_CORRECTION)
    return [defect["material"] for defects in notices if defects for defect in json.loads(defects)]
