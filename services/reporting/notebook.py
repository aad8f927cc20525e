"""The notebook of a batch: what its facts put on record and what is found in them, looked up and written together.

Facts come in hundreds; a statement for each of them costs ten times what it does. So all that handlers and detectors
write is kept here until `close`, and what they look up is asked for once, for all cases that the batch speaks of.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, select, text

from services.contracts.cases import CaseFact
from services.contracts.envelope import Event
from services.plumbing.switchboard import Fact, Office
from services.reporting.store import (
    Row,
    case_steps,
    cases,
    clock_facts,
    clocks,
    complaint_steps,
    findings,
    last_serial,
    some,
)

#: What identifies a finding: rule, subject, round.
Key = tuple[str, str, int]

#: Made once: making a statement costs more than running it.
_ADD: Final = {table: table.insert() for table in (cases, case_steps, complaint_steps, clock_facts, findings)}
_PUT_CLOCK: Final = text(
    "INSERT INTO clocks (clock_id, clock_kind, about_kind, about, department, responsible, stopped_at, set_aside)"
    " VALUES (:clock_id, :clock_kind, :about_kind, :about, :department, :responsible, :stopped_at, :set_aside)"
    " ON CONFLICT (clock_id) DO UPDATE SET department = excluded.department, responsible = excluded.responsible,"
    " stopped_at = excluded.stopped_at, set_aside = excluded.set_aside"
)
_STOP_CLOCK: Final = (
    clocks.update()
    .where(clocks.c.clock_id == bindparam("of"))
    .values(stopped_at=bindparam("at"), set_aside=bindparam("aside"))
)
_COUNT_CASE: Final = cases.update().where(cases.c.case_no == bindparam("of")).values(counts_since=bindparam("since"))
_CHANGE_FINDING: Final = (
    findings.update()
    .where(findings.c.finding_no == bindparam("of"))
    .values(evidence=bindparam("told"), params=bindparam("filled"))
)
_OF_CASES: Final = select(cases.c.case_no, cases.c.channel, cases.c.department, cases.c.counts_since)


class Notebook:
    """What one batch of facts, or one look of the detectors, writes down and has looked up."""

    def __init__(self, office: Office) -> None:
        self._db: Connection = office.connection
        self._facts = office.heard
        self._rows: dict[Table, list[Row]] = {}
        #: Case number -> channel, department, since when it counts; None for one that is not on record.
        self._cases: dict[str, dict[str, Any] | None] = {}
        self._counting: dict[str, float] = {}
        self._clocks: dict[str, dict[str, Any]] = {}
        self._stops: dict[str, dict[str, Any]] = {}
        self._findings: dict[Key, dict[str, Any] | None] = {}
        #: Rules of which the findings about the batch's cases have been looked up.
        self._asked: set[str] = set()
        self._changed: dict[str, dict[str, Any]] = {}
        self._serials: dict[int, int] = {}
        #: Numbers of the findings that this batch has raised.
        self._new: set[str] = set()

    @classmethod
    def of(cls, office: Office) -> "Notebook":
        """The one in which everything is written that happens in this office."""
        return office.shared(cls)

    # --- facts ---

    def add_case(self, row: Row) -> None:
        self._rows.setdefault(cases, []).append(row)
        self._cases[row["case_no"]] = dict(row)

    def count_case(self, case_no: str, since: float) -> None:
        """The case counts from this moment on, in seconds since 1970-01-01 UTC."""
        self._counting[case_no] = since
        if (known := self._case(case_no)) is not None:
            known["counts_since"] = since

    def add_case_step(self, row: Row) -> None:
        self._rows.setdefault(case_steps, []).append(row)

    def add_complaint_step(self, row: Row) -> None:
        self._rows.setdefault(complaint_steps, []).append(row)

    def add_clock_fact(self, row: Row) -> None:
        empty = {"due_on": None, "due_at": None, "overdue_working_days": None, "on_time": None}
        self._rows.setdefault(clock_facts, []).append(empty | dict(row))

    def put_clock(self, row: Row) -> None:
        """A clock runs; one that was set aside may start again."""
        self._stops.pop(row["clock_id"], None)
        self._clocks[row["clock_id"]] = {**row, "stopped_at": None, "set_aside": False}

    def stop_clock(self, clock_id: str, at: float, *, set_aside: bool) -> None:
        """A clock stopped at this moment, in seconds since 1970-01-01 UTC."""
        if clock_id in self._clocks:
            self._clocks[clock_id] |= {"stopped_at": at, "set_aside": set_aside}
        else:
            self._stops[clock_id] = {"of": clock_id, "at": at, "aside": set_aside}

    # --- cases, as they are on record ---

    def channel_of(self, case_no: str) -> str:
        """By which way a case came in; empty for one that is not on record."""
        return str((self._case(case_no) or {}).get("channel") or "")

    def department_of(self, case_no: str) -> str:
        """Whose case it is; empty for one that is not on record."""
        return str((self._case(case_no) or {}).get("department") or "")

    def is_unconfirmed(self, case_no: str) -> bool:
        """Whether the case is on record and does not count yet."""
        known = self._case(case_no)
        return known is not None and known["counts_since"] is None

    def _case(self, case_no: str) -> dict[str, Any] | None:
        if case_no not in self._cases:
            wanted = {case_no, *(event.case_no for event in self._heard(CaseFact))} - self._cases.keys()
            self._cases |= dict.fromkeys(wanted)
            for row in some(self._db, _OF_CASES, cases.c.case_no, sorted(wanted)):
                self._cases[row["case_no"]] = dict(row)
        return self._cases[case_no]

    def _heard(self, kind: type[CaseFact]) -> Iterable[CaseFact]:
        return (fact.event for fact in self._facts if isinstance(fact.event, kind))

    # --- findings ---

    def raised(self, rule: str, about: str, round: int) -> Mapping[str, Any] | None:
        """The finding of this rule about this subject and round, where it was raised before."""
        key = (rule, about, round)
        if key not in self._findings:
            abouts = {about}
            if rule not in self._asked:
                self._asked.add(rule)
                abouts |= {subject for fact in self._facts if (subject := _subject(fact))}
            query = select(findings).where(findings.c.rule == rule)
            for row in some(self._db, query, findings.c.about, sorted(abouts)):
                self._findings.setdefault((rule, row["about"], row["round"]), dict(row))
            self._findings.setdefault(key, None)
        return self._findings[key]

    def next_serial(self, year: int) -> int:
        """The next number of a finding of this year, which is given out with this."""
        if year not in self._serials:
            self._serials[year] = last_serial(self._db, year)
        self._serials[year] += 1
        return self._serials[year]

    def add_finding(self, row: Row) -> None:
        kept = dict(row)
        self._rows.setdefault(findings, []).append(kept)
        self._new.add(row["finding_no"])
        self._findings[(row["rule"], row["about"], row["round"])] = kept

    def join(self, standing: Mapping[str, Any], evidence: str, params: str) -> None:
        """More has been found of what was raised before: its evidence and what is filled into its sentence, as JSON."""
        kept = self._findings[(standing["rule"], standing["about"], standing["round"])]
        assert kept is not None, "what is joined was looked up before"
        kept |= {"evidence": evidence, "params": params}
        if (number := standing["finding_no"]) not in self._new:
            self._changed[number] = {"of": number, "told": evidence, "filled": params}

    # --- the end ---

    def close(self) -> None:
        """Write everything down."""
        for table, rows in self._rows.items():
            self._db.execute(_ADD[table], rows)
        for statement, changes in (
            (_PUT_CLOCK, self._clocks.values()),
            (_STOP_CLOCK, self._stops.values()),
            (_CHANGE_FINDING, self._changed.values()),
            (_COUNT_CASE, [{"of": one, "since": since} for one, since in self._counting.items()]),
        ):
            if changes:
                self._db.execute(statement, list(changes))


def _subject(fact: Fact[Event]) -> str:
    """What a finding about a fact may be about: its case or complaint, or what its clock counts for."""
    for name in ("case_no", "complaint_no", "about"):
        if found := getattr(fact.event, name, None):
            return str(found)
    return ""
