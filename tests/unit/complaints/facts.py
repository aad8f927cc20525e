"""Facts that intake, timer and complaints would have told, so that a listening service can be tested alone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.contracts.cases import CaseReceived, Defect, ProjectRegistered
from services.contracts.clocks import ClockFact, ClockStarted
from services.contracts.complaints import ComplaintFact
from services.contracts.envelope import Event
from services.contracts.ledgers import LineStruckOff
from services.contracts.quantities import Person, WireLimit
from services.plumbing.desk import Desk, Ruling, Verdict
from tests.builders import MORNING, a_project_code, an_event

WANG = Person(name="王芳", department="发展改革委")
CASE = "150424-2026-000001"


class Teller:
    """Tells facts to a desk with the sequence numbers that each subject has reached."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._last: dict[tuple[str, str], int] = {}
        self.told: list[bytes] = []

    def seal(self, event: Event, at: datetime = MORNING, recorded_at: datetime | None = None) -> bytes:
        """The bytes of one fact, next in its subject's sequence."""
        service = _teller_of(event)
        key = (service, event.subject)
        self._last[key] = self._last.get(key, 0) + 1
        body = an_event(event, sequence=self._last[key], service=service, occurred_at=at, recorded_at=recorded_at or at)
        self.told.append(body)
        return body

    def tell(self, *events: Event, at: datetime = MORNING, recorded_at: datetime | None = None) -> None:
        """Tell facts in one batch; each must be taken."""
        self.deliver([self.seal(event, at, recorded_at) for event in events])

    def deliver(self, bodies: Sequence[bytes], expected: Verdict = Verdict.HANDLED) -> list[Ruling]:
        rulings = self.desk.take_events(bodies)
        assert {ruling.verdict for ruling in rulings} <= {expected}, rulings
        return rulings


def _teller_of(event: Event) -> str:
    if isinstance(event, ClockFact):
        return "timer"
    if isinstance(event, ComplaintFact):
        return "complaints"
    return "ledger" if isinstance(event, LineStruckOff) else "intake"


def a_case_no(n: int) -> str:
    return f"150424-2026-{n:06d}"


def a_registered_project(n: int = 1, **changes: Any) -> ProjectRegistered:
    facts: dict[str, Any] = {
        "project_code": a_project_code(n),
        "project_name": f"风电项目{n}期",
        "owner_name": "赤峰新能源有限公司",
    }
    return ProjectRegistered(**(facts | changes))


def a_received_case(n: int = 1, **changes: Any) -> CaseReceived:
    """The n-th case: of the n-th project, for the verification of an enterprise's project."""
    facts: dict[str, Any] = {
        "case_no": a_case_no(n),
        "handler": WANG,
        "project_code": a_project_code(n),
        "project_name": f"风电项目{n}期",
        "owner_name": "赤峰新能源有限公司",
        "matter_code": "NM-001",
        "matter_name": "企业投资项目核准",
        "department": "发展改革委",
        "limit": WireLimit(amount=10),
    }
    return CaseReceived(**(facts | changes))


def a_defect_told(old: bool = False) -> Defect:
    return Defect(material="项目申请报告", problem="缺少公章", advice="加盖公章", old=old)


def a_started_clock(about: str = CASE, kind: str = "decision", *, due: date = date(2026, 9, 30), **changes: Any) -> Any:
    """A clock whose due moment is the end of the day `due`."""
    facts: dict[str, Any] = {
        "clock_id": f"{about}/{kind}/1",
        "clock_kind": kind,
        "about_kind": "case",
        "about": about,
        "department": "发展改革委",
        "limit": WireLimit(amount=10),
        "started_at": MORNING,
        "due_on": due,
        "due_at": datetime(due.year, due.month, due.day, tzinfo=MORNING.tzinfo) + timedelta(days=1),
        "calendar": "cn-2026",
        "responsible": "王芳",
    }
    return ClockStarted(**(facts | changes))


def of_clock(clock: ClockStarted) -> dict[str, Any]:
    """The fields that every later fact of this clock repeats."""
    return {name: getattr(clock, name) for name in ClockFact.model_fields}
