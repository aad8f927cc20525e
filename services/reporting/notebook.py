"""The notebook of a batch: what its facts put on record and what is found in them, looked up and written together.

Facts come in hundreds; a statement for each of them costs ten times what it does. So all that handlers and detectors
write is kept here until `close`, and what they look up is asked for once, for all cases that the batch speaks of.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Delete, Table, Update, and_, bindparam, select

from services.contracts.cases import CaseFact
from services.contracts.clocks import ClockFact
from services.contracts.envelope import Event
from services.contracts.vocabulary import ZONE, CaseState
from services.plumbing.kept_rows import KeptRows
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

#: The steps by which a case is accepted.
ACCEPTANCES: Final = (CaseState.ACCEPTED.value, CaseState.DEEMED_ACCEPTED.value)

#: Made once: making a statement costs more than running it.
_ADD: Final = {table: table.insert() for table in (case_steps, complaint_steps, clock_facts, findings)}
_CHANGE_FINDING: Final = (
    findings.update()
    .where(findings.c.finding_no == bindparam("of"))
    .values(evidence=bindparam("told"), params=bindparam("filled"))
)
_PROVE: Final = (
    case_steps.update()
    .where(
        case_steps.c.case_no == bindparam("of"),
        case_steps.c.kind == bindparam("step"),
        case_steps.c.occurred_at.between(bindparam("first"), bindparam("last")),
        case_steps.c.number < bindparam("before"),
    )
    .values(proven=True)
)


class Notebook:
    """What one batch of facts, or one look of the detectors, writes down and has looked up."""

    def __init__(self, office: Office) -> None:
        self._db: Connection = office.connection
        self._facts = office.heard
        self._rows: dict[Table, list[Row]] = {}
        self._cases, self._clocks = KeptRows(self._db, cases), KeptRows(self._db, clocks)
        events = [fact.event for fact in self._facts]
        self._cases.look_up(event.case_no for event in events if isinstance(event, CaseFact))
        self._clocks.look_up(event.clock_id for event in events if isinstance(event, ClockFact))
        self._findings: dict[Key, dict[str, Any]] = {}
        #: Rules and subjects whose findings have been looked up.
        self._asked: set[tuple[str, str]] = set()
        self._changed: dict[str, dict[str, Any]] = {}
        self._serials: dict[int, int] = {}
        #: Case -> kind of acceptance -> when; and whose have been looked up.
        self._acceptances: dict[str, dict[str, float]] = {}
        self._accepted_asked: set[str] = set()
        #: Numbers of the findings that this batch has raised.
        self._new: set[str] = set()
        #: What was a mistake, or is confirmed, is put right in that order once everything of the batch is written.
        self._corrected: list[tuple[Delete | Update, dict[str, Any]]] = []

    @classmethod
    def of(cls, office: Office) -> "Notebook":
        """The one in which everything is written that happens in this office."""
        return office.shared(cls)

    # --- facts ---

    def add_case(self, row: Row) -> None:
        self._cases.add(row)

    def count_case(self, case_no: str, since: float, signed_at: float) -> None:
        """The case counts from this moment on, and is signed for since that one; in seconds since 1970-01-01 UTC."""
        self._cases.change(case_no, {"counts_since": since, "signed_at": signed_at})

    def receipt_recorded_at(self, case_no: str) -> float | None:
        """When the receipt of a case was recorded, in seconds since 1970-01-01 UTC; None where that is not known."""
        return (self._cases.get(case_no) or {}).get("recorded_at")

    def prove(self, case_no: str, kind: str, at: float, before: int) -> None:
        """A second person has confirmed that a step with a number below this happened on the day that it names."""
        named = {"of": case_no, "step": kind, "first": at - 1, "last": at + 1, "before": before}
        self._corrected.append((_PROVE, named))

    def add_case_step(self, row: Row) -> None:
        self._rows.setdefault(case_steps, []).append(row)
        if row["kind"] in ACCEPTANCES:
            self._accepted(row["case_no"], row["kind"], row["occurred_at"])

    def correct_case_step(self, wrong: tuple[str, str, float], before: int, changes: Row | None) -> None:
        """A step with a number below this was a mistake: it was otherwise, or never happened (None). `wrong`: its case,
        its kind and when it was said to have happened, in seconds since 1970-01-01 UTC."""
        case_no, kind, at = wrong
        named = and_(case_steps.c.case_no == case_no, case_steps.c.kind == kind, case_steps.c.number < before)
        change = case_steps.delete() if changes is None else case_steps.update().values(changes)
        self._corrected.append((change.where(named, case_steps.c.occurred_at.between(at - 0.5, at + 0.5)), {}))

    def add_complaint_step(self, row: Row) -> None:
        self._rows.setdefault(complaint_steps, []).append(row)

    def add_clock_fact(self, row: Row) -> None:
        names = ("due_on", "due_at", "overdue_working_days", "on_time", "named_at", "left_working_days")
        empty = dict.fromkeys(names)
        self._rows.setdefault(clock_facts, []).append(empty | dict(row))

    def put_clock(self, row: Row) -> None:
        """A clock runs; one that was set aside may start again."""
        self._clocks.put({**row, "stopped_at": None, "set_aside": False})

    def stop_clock(self, clock_id: str, at: float, *, set_aside: bool) -> None:
        """A clock stopped at this moment, in seconds since 1970-01-01 UTC."""
        self._clocks.change(clock_id, {"stopped_at": at, "set_aside": set_aside})

    # --- cases, as they are on record ---

    def channel_of(self, case_no: str) -> str:
        """By which way a case came in; empty for one that is not on record."""
        return str((self._cases.get(case_no) or {}).get("channel") or "")

    def department_of(self, case_no: str) -> str:
        """Whose case it is; empty for one that is not on record."""
        return str((self._cases.get(case_no) or {}).get("department") or "")

    def is_unconfirmed(self, case_no: str) -> bool:
        """Whether the case is on record and does not count yet."""
        known = self._cases.get(case_no)
        return known is not None and known["counts_since"] is None

    def is_decided_at_once(self, case_no: str) -> bool:
        """Whether the promised limit of the case is 0."""
        return bool((self._cases.get(case_no) or {}).get("at_once"))

    def accepted_at(self, case_no: str, *kinds: str) -> float | None:
        """When a case was accepted in one of these ways, in seconds since 1970-01-01 UTC; None before it."""
        abouts = {case_no, *(fact.event.case_no for fact in self._facts if isinstance(fact.event, CaseFact))}
        wanted = sorted(abouts - self._accepted_asked)
        self._accepted_asked |= set(wanted)
        query = select(case_steps.c.case_no, case_steps.c.kind, case_steps.c.occurred_at)
        for row in some(self._db, query.where(case_steps.c.kind.in_(ACCEPTANCES)), case_steps.c.case_no, wanted):
            self._accepted(row["case_no"], row["kind"], row["occurred_at"])
        known = self._acceptances.get(case_no, {})
        return min((known[kind] for kind in kinds if kind in known), default=None)

    def _accepted(self, case_no: str, kind: str, at: float) -> None:
        known = self._acceptances.setdefault(case_no, {})
        known[kind] = min(at, known.get(kind, at))

    def last_step_of(self, case_no: str, kinds: Collection[str]) -> tuple[str, datetime] | None:
        """The last step of these kinds that a case has taken, and when; None where it has taken none."""
        query = select(case_steps.c.kind, case_steps.c.occurred_at).where(
            case_steps.c.case_no == case_no, case_steps.c.kind.in_(kinds)
        )
        stored = [(row.kind, row.occurred_at) for row in self._db.execute(query)]
        rows = self._rows.get(case_steps, ())
        noted = [
            (row["kind"], row["occurred_at"]) for row in rows if row["case_no"] == case_no and row["kind"] in kinds
        ]
        found = max([*stored, *noted], key=lambda one: one[1], default=None)
        return (found[0], datetime.fromtimestamp(found[1], ZONE)) if found else None

    # --- findings ---

    def raised(self, rule: str, about: str, round: int) -> Mapping[str, Any] | None:
        """The finding of this rule about this subject and round, where it was raised before."""
        if (rule, about) not in self._asked:
            abouts = {about, *filter(None, map(_subject, self._facts))}
            wanted = sorted(one for one in abouts if (rule, one) not in self._asked)
            self._asked |= {(rule, one) for one in wanted}
            for row in some(self._db, select(findings).where(findings.c.rule == rule), findings.c.about, wanted):
                self._findings[(rule, row["about"], row["round"])] = dict(row)
        return self._findings.get((rule, about, round))

    def newest(self, rule: str, about: str) -> Mapping[str, Any] | None:
        """The finding of this rule about this subject that was raised last."""
        self.raised(rule, about, 0)
        ours = [row for key, row in self._findings.items() if key[:2] == (rule, about)]
        return max(ours, key=lambda row: str(row["finding_no"]), default=None)

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
        kept |= {"evidence": evidence, "params": params}
        if (number := standing["finding_no"]) not in self._new:
            self._changed[number] = {"of": number, "told": evidence, "filled": params}

    # --- the end ---

    def close(self) -> None:
        """Write everything down."""
        self._cases.write()
        self._clocks.write()
        for table, rows in self._rows.items():
            self._db.execute(_ADD[table], rows)
        for change, named in self._corrected:
            self._db.execute(change, named)
        self._corrected.clear()
        if self._changed:
            self._db.execute(_CHANGE_FINDING, list(self._changed.values()))
        self._rows.clear()
        self._changed.clear()


def _subject(fact: Fact[Event]) -> str:
    """What a finding about a fact may be about: its case or complaint, or what its clock counts for."""
    for name in ("case_no", "complaint_no", "about"):
        if found := getattr(fact.event, name, None):
            return str(found)
    return ""
