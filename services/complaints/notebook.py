"""The notebook of a batch: the record as complaints hears it, looked up and written together."""

from collections.abc import Mapping
from typing import Any

from services.complaints.store import Record, cases, clocks, notices, projects
from services.contracts.cases import CaseFact
from services.contracts.clocks import ClockFact
from services.contracts.names import folded
from services.plumbing.kept_rows import KeptRows
from services.plumbing.switchboard import Office


class Notebook:
    """What one batch of facts says of projects, cases and their clocks. `close` writes it down."""

    def __init__(self, office: Office) -> None:
        self._db, self._heard = office.connection, office.heard
        self._projects, self._cases, self._clocks = (KeptRows(self._db, one) for one in (projects, cases, clocks))
        self._notices: list[dict[str, Any]] = []
        self._is_open = False

    @classmethod
    def of(cls, office: Office) -> "Notebook":
        """The one in which everything is written that is heard in this office."""
        return office.shared(cls).opened()

    def opened(self) -> "Notebook":
        """With everything looked up that the batch speaks of."""
        if not self._is_open:
            events = [fact.event for fact in self._heard]
            self._cases.look_up(event.case_no for event in events if isinstance(event, CaseFact))
            self._clocks.look_up(event.clock_id for event in events if isinstance(event, ClockFact))
            codes = (getattr(event, "project_code", None) for event in events)
            self._projects.look_up(code for code in codes if code)
            self._is_open = True
        return self

    def put_project(self, code: str, name: str, owner: str) -> None:
        """A project is known from now on, or goes by another name."""
        row = {"project_code": code, "project_name": name, "squeezed": folded(name), "owner_name": owner}
        self._projects.put(row)

    def know_project(self, code: str, name: str, owner: str) -> None:
        """A case names a project: enough to find the case by it, even when the project's own fact comes later."""
        if self._projects.get(code) is None:
            self.put_project(code, name, owner)

    def add_case(self, values: Mapping[str, Any]) -> None:
        """A case that is on record from now on."""
        self._cases.add(values)

    def status_of(self, case_no: str) -> str | None:
        """The state of a case, a code; None for one that is not on record here."""
        found = self._cases.get(case_no)
        return None if found is None else str(found["status"])

    def change_case(self, case_no: str, values: Mapping[str, Any]) -> None:
        """Something else is true of a case."""
        self._cases.change(case_no, values)

    def add_notice(self, values: Mapping[str, Any]) -> None:
        """One more notice that something has to be corrected."""
        self._notices.append(dict(values))

    def put_clock(self, values: Mapping[str, Any]) -> None:
        """A clock runs from now on; one that was set aside after a late entry may start again."""
        self._clocks.put(values)

    def clock(self, clock_id: str) -> Mapping[str, Any] | None:
        """A clock as it was heard of."""
        return self._clocks.get(clock_id)

    def change_clock(self, clock_id: str, values: Mapping[str, Any]) -> None:
        """Something else is true of a clock."""
        self._clocks.change(clock_id, values)

    def change_clocks_about(self, about: str, values: Mapping[str, Any]) -> None:
        """The same for all clocks about a case that still run."""
        self.close()
        Record(self._db).change_clocks_about(about, values)

    def close(self) -> None:
        """Write everything down; what follows is looked up anew."""
        for kept in (self._projects, self._cases, self._clocks):
            kept.write()
        if self._notices:
            self._db.execute(notices.insert(), self._notices)
        self._notices, self._is_open = [], False
