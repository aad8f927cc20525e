"""Stories that a test tells the timer about cases and complaints, and what the timer says of them."""

from datetime import datetime
from pathlib import Path
from typing import Any

from services.contracts.cases import (
    CaseAccepted,
    CaseGranted,
    CaseReassigned,
    CaseReceived,
    CorrectionCompleted,
    CorrectionRequested,
    Defect,
)
from services.contracts.complaints import ComplaintRegistered
from services.contracts.envelope import Envelope, Event
from services.contracts.quantities import Person, WireLimit
from services.contracts.vocabulary import ZONE, ComplaintKind, Unit, Urgency
from services.plumbing.desk import Desk, Verdict
from services.timer.service import BOARD
from tests import builders

CASE = "150424-2026-000001"
COMPLAINT = "C-2026-0001"
WANG = Person(name="王芳", department="发展改革委")
LI = Person(name="李强", department="发展改革委")


def at(text: str) -> datetime:
    """A moment in Asia/Shanghai, such as `09-16 10:00` of 2026, or with its year."""
    text = text if len(text.split()[0]) > 5 else f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def received(case: str = CASE, days: int = 20, unit: Unit = Unit.WORKING_DAYS, **changes: Any) -> CaseReceived:
    facts: dict[str, Any] = {
        "case_no": case,
        "handler": WANG,
        "project_code": builders.a_project_code(),
        "project_name": "风电项目",
        "owner_name": "赤峰新能源有限公司",
        "matter_code": "NM-001",
        "matter_name": "企业投资项目核准",
        "department": "发展改革委",
        "limit": WireLimit(amount=days, unit=unit),
    }
    return CaseReceived(**(facts | changes))


def accepted(case: str = CASE) -> CaseAccepted:
    return CaseAccepted(case_no=case, handler=WANG)


def granted(case: str = CASE) -> CaseGranted:
    return CaseGranted(case_no=case, handler=WANG)


def noticed(case: str = CASE, number: int = 1) -> CorrectionRequested:
    defect = Defect(material="申请书", problem="缺少公章", advice="加盖公章")
    return CorrectionRequested(case_no=case, handler=WANG, round=number, defects=(defect,))


def corrected(case: str = CASE) -> CorrectionCompleted:
    return CorrectionCompleted(case_no=case, handler=WANG)


def reassigned(case: str = CASE) -> CaseReassigned:
    return CaseReassigned(case_no=case, handler=LI, previous=WANG)


def registered(urgency: Urgency = Urgency.GENERAL) -> ComplaintRegistered:
    return ComplaintRegistered(
        complaint_no=COMPLAINT,
        kind=ComplaintKind.DELAY,
        urgency=urgency,
        channel="12345",
        place="林西县",
        department="发展改革委",
        check="no-case-exists",
    )


class Story:
    """A timer desk whose time is moved by what is told: live facts are heard when they happen."""

    def __init__(self, tmp_path: Path, start: str = "09-16 10:00") -> None:
        self.desk: Desk = builders.a_desk(BOARD, tmp_path, at(start))
        self.clock = builders.the_clock(self.desk)
        self._last: dict[str, int] = {}

    def seal(self, event: Event, happened: datetime) -> bytes:
        self._last[event.subject] = self._last.get(event.subject, 0) + 1
        service = "complaints" if event.stem.startswith("qidi.complaint") else "intake"
        return builders.an_event(event, sequence=self._last[event.subject], service=service, at=happened)

    def tell(self, event: Event, when: str) -> None:
        """It happens and is heard at this moment."""
        self.clock.at = at(when)
        self.deliver([self.seal(event, at(when))])

    def tell_late(self, *facts: tuple[Event, str]) -> None:
        """It happened then, and is heard only now."""
        self.deliver([self.seal(event, at(when)) for event, when in facts])

    def deliver(self, bodies: list[bytes]) -> None:
        rulings = self.desk.take_events(bodies)
        assert all(one.verdict is Verdict.HANDLED for one in rulings), rulings

    def sweep(self, when: str | None = None) -> None:
        if when:
            self.clock.at = at(when)
        self.desk.tick(BOARD.ticks[0])

    def said(self, stem: str = "clock") -> list[Envelope]:
        return builders.said(self.desk, f"qidi.{stem}")

    def told(self) -> list[str]:
        """What was said, in short: `one_time_notice/1 started` or `decision/1 red`."""
        return [short(one) for one in self.said()]

    def clocks(self, about: str = CASE) -> dict[str, Any]:
        """The clocks of a case by kind and round."""
        items = builders.asked(self.desk, "clocks", about=about)["items"]
        return {item["clock_id"].removeprefix(f"{about}/"): item for item in items}


def short(envelope: Envelope) -> str:
    word = envelope.data.get("light") or envelope.data.get("rung") or envelope.stem.removeprefix("qidi.clock.")
    return f"{envelope.data['clock_id'].split('/', 1)[1]} {word}"
