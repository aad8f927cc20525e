"""Facts of a harmless case, as the other services say them."""

from datetime import date, datetime, timedelta
from typing import Any

from services.contracts import cases, clocks
from services.contracts.envelope import Event
from services.contracts.quantities import Person, WireLimit
from services.contracts.vocabulary import ZONE, Light
from services.plumbing.desk import Desk, Ruling, Verdict
from tests.builders import MORNING, a_project_code, an_event

WANG = Person(name="王芳", department="发展改革委")
LI = Person(name="李强", department="自然资源局")


class Said:
    """Seals events with the next sequence of their subject, as the services do."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], int] = {}

    def __call__(self, event: Event, *, at: datetime = MORNING, id: str = "", **more: Any) -> bytes:
        service = {"clock": "timer", "finding": "reporting", "complaint": "complaints"}.get(
            event.stem.split(".")[1], "intake"
        )
        number = self._last[service, event.subject] = self._last.get((service, event.subject), 0) + 1
        return an_event(event, sequence=number, service=service, at=at, id=id, **more)


def number(n: int = 1) -> str:
    """The n-th case number."""
    return f"150424-2026-{n:06d}"


def received(n: int = 1, **changes: Any) -> cases.CaseReceived:
    facts: dict[str, Any] = {
        "case_no": number(n),
        "handler": WANG,
        "project_code": a_project_code(n),
        "project_name": f"风电项目{n}期",
        "owner_name": "赤峰新能源有限公司",
        "matter_code": "NM-001",
        "matter_name": "企业投资项目核准",
        "department": "发展改革委",
        "limit": WireLimit(amount=20),
    }
    return cases.CaseReceived(**facts | changes)


def a_step(kind: type[cases.CaseFact], n: int = 1, **more: Any) -> cases.CaseFact:
    """What happened to the n-th case."""
    return kind(case_no=number(n), handler=LI, **more)


def _clock(n: int, kind: str) -> dict[str, Any]:
    return {
        "clock_id": f"{number(n)}/{kind}/1",
        "clock_kind": kind,
        "about_kind": "case",
        "about": number(n),
        "department": "发展改革委",
    }


def _days(due_on: date | None) -> dict[str, Any]:
    """Due at the end of that day, yellow from its morning on."""
    if due_on is None:
        return {"due_on": None, "due_at": None, "yellow_at": None}
    morning = datetime(due_on.year, due_on.month, due_on.day, tzinfo=ZONE)
    return {"due_on": due_on, "due_at": morning + timedelta(days=1), "yellow_at": morning}


def started(n: int = 1, kind: str = "decision", due_on: date = date(2026, 10, 20), **more: Any) -> clocks.ClockStarted:
    facts = {"limit": WireLimit(amount=20), "started_at": MORNING, "calendar": "cn-2026", **_days(due_on)}
    return clocks.ClockStarted(**_clock(n, kind) | facts | more)


def turned(light: str, n: int = 1, kind: str = "decision") -> clocks.LightChanged:
    return clocks.LightChanged(**_clock(n, kind), light=Light(light), turned_at=MORNING, due_on=None)


def moved(due_on: date | None, n: int = 1, kind: str = "decision", **more: Any) -> clocks.ClockMoved:
    return clocks.ClockMoved(**_clock(n, kind), calendar="cn-2026", why="extended", **_days(due_on) | more)


def stopped(n: int = 1, kind: str = "decision") -> clocks.ClockStopped:
    facts = {"stopped_at": MORNING, "overdue_working_days": 0, "used_working_days": 3, "why": "done", "on_time": True}
    return clocks.ClockStopped(**_clock(n, kind) | facts)


def tell(desk: Desk, *bodies: bytes) -> list[Ruling]:
    """Have the ledger hear these in one batch; all of them count."""
    rulings = desk.take_events(bodies)
    assert all(ruling.verdict is Verdict.HANDLED for ruling in rulings), rulings
    return rulings


def a_finished_case(say: Said, n: int = 1) -> list[bytes]:
    """Received, accepted, refused a day later; its clock ran and stopped."""
    later = MORNING + timedelta(days=1)
    refused = a_step(cases.CaseRefused, n, reason="不符合规划", remedies="六十日内申请行政复议")
    return [
        say(received(n)),
        say(started(n)),
        say(a_step(cases.CaseAccepted, n)),
        say(refused, at=later),
        say(stopped(n), at=later),
    ]
