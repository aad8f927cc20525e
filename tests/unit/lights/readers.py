"""Readers of clocks: one small adapter a service, from the facts of one clock to the light that it shows.

Whoever hears of a clock is asked as the rest of the system asks it: facts go in as events, lights come out of answers.
A service that shows lights and is not in `READERS` is not held to the law of `test_agreement.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from uuid6 import uuid7

from services.complaints.service import BOARD as COMPLAINTS
from services.contracts.cases import CaseReceived
from services.contracts.clocks import ClockFact, ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.envelope import Event, seal
from services.contracts.instructions import InstructionIssued
from services.contracts.moments import Moments, told_after_move
from services.contracts.quantities import Person, WireLimit
from services.contracts.vocabulary import ClockKind, InstructionKind, Light, SubjectKind
from services.ledger.service import BOARD as LEDGER
from services.plumbing.desk import Desk, Verdict
from services.plumbing.switchboard import Switchboard
from services.reporting.service import BOARD as REPORTING
from services.timer.calendar import state_council
from services.timer.changes import compare
from services.timer.domain import LegalClock
from services.timer.limits import WorkingDays
from tests.builders import AUTHORITY, MORNING, a_desk, a_project_code, asked, done, the_clock

WANG: Final = {"name": "王芳", "department": "发展改革委"}


@dataclass(frozen=True)
class Happened:
    """What the timer says of one clock; `yellow` and `due` are hours from MORNING, `told` is a warning's light."""

    what: type[ClockFact]
    yellow: int = 0
    due: int = 0
    told: Light = Light.YELLOW

    @property
    def yellow_at(self) -> datetime:
        return MORNING + timedelta(hours=self.yellow)

    @property
    def due_at(self) -> datetime:
        return MORNING + timedelta(hours=self.due)


class Reader(Protocol):
    """Somebody who shows the light of a clock."""

    def light(self, story: Sequence[Happened], now: datetime) -> Light:
        """What it shows at `now`, having heard the whole story by then."""


class Vocabulary:
    """The rule itself: what everybody is compared with."""

    def light(self, story: Sequence[Happened], now: datetime) -> Light:
        """The moments as each fact leaves them."""
        shown: Moments[datetime] = Moments(None, None)
        for one in story:
            if one.what is ClockStarted:
                shown = Moments(one.yellow_at, one.due_at)
            elif one.what is ClockMoved:
                told = told_after_move(shown.told, shown.due_at, one.due_at)
                shown = Moments(one.yellow_at, one.due_at, told=told)
            elif one.what is LightChanged:
                shown = replace(shown, told=one.told)
            else:
                shown = replace(shown, stopped_at=MORNING)
        return shown.light(now)


class Timer:
    """Whose clocks they are: it counts again and compares, and keeps what it has told."""

    def light(self, story: Sequence[Happened], now: datetime) -> Light:
        """The clock after every change that a recount finds."""
        stored: dict[str, LegalClock] = {}
        for one in story:
            if one.what is LightChanged:
                stored = {name: replace(clock, told=one.told) for name, clock in stored.items()}
            elif one.what is ClockStopped:
                stored = {name: replace(clock, stopped_at=MORNING) for name, clock in stored.items()}
            else:
                kept = {} if one.what is ClockStarted else stored
                for change in compare(kept, [_legal_clock(one)], state_council(), now):
                    stored[change.clock.clock_id] = change.clock
        (clock,) = stored.values()
        return clock.moments.light(now)


def _legal_clock(one: Happened) -> LegalClock:
    return LegalClock(
        clock_id="x/decision/1",
        kind=ClockKind.DECISION,
        round=1,
        about_kind=SubjectKind.CASE,
        about="x",
        department="",
        responsible="",
        limit=WorkingDays(5),
        started_at=MORNING,
        due_on=one.due_at.date(),
        due_at=one.due_at,
        provisional=False,
        calendar="cn-2026",
        yellow_at=one.yellow_at,
    )


class _Service(ABC):
    """A service's desk that hears the same story about one more subject of its own each time."""

    board: Switchboard
    kind: ClockKind
    about: SubjectKind

    def __init__(self, folder: Path) -> None:
        self.desk: Desk = a_desk(self.board, folder)
        self.number = 0

    def light(self, story: Sequence[Happened], now: datetime) -> Light:
        """The facts are heard at `now`, and what time itself asks for is done."""
        self.number += 1
        the_clock(self.desk).at = now
        subject = self.subject()
        facts = [_as_told(one, self.kind, self.about, subject) for one in story]
        self.hear(*facts)
        for tick in self.desk.board.ticks:
            self.desk.tick(tick)
        return Light(self.shown(subject))

    def hear(self, *events: Event, source: str = f"/authorities/{AUTHORITY}/timer") -> None:
        """Events of one subject, in their order."""
        bodies = [
            seal(one, id=str(uuid7()), source=source, occurred_at=MORNING, recorded_at=MORNING,
                 sequence=n)
            for n, one in enumerate(events, 1)
        ]  # fmt: skip
        rulings = self.desk.take_events(bodies)
        assert {one.verdict for one in rulings} == {Verdict.HANDLED}, rulings

    @abstractmethod
    def subject(self) -> str:
        """A new one, which the service knows."""

    @abstractmethod
    def shown(self, subject: str) -> str:
        """The light in the service's answer."""


class Ledger(_Service):
    """The list: the light of a line, which forgets its clock once that has stopped."""

    board, kind, about = LEDGER, ClockKind.DECISION, SubjectKind.CASE

    def subject(self) -> str:
        """A case of a person who has no other, so that the list can be asked for it."""
        case_no = f"{AUTHORITY}-2026-{self.number:06d}"
        received = CaseReceived(
            case_no=case_no,
            handler=Person(name=f"经办{self.number}", department="发展改革委"),
            project_code=a_project_code(self.number),
            project_name="风电项目",
            owner_name="赤峰新能源有限公司",
            matter_code="NM-001",
            matter_name="企业投资项目核准",
            department="发展改革委",
            limit=WireLimit(amount=5),
        )
        self.hear(received, source=f"/authorities/{AUTHORITY}/intake")
        return case_no

    def shown(self, subject: str) -> str:
        """Grey: the case is open, and nobody is waited for by any clock."""
        (line,) = asked(self.desk, "lines", handler=f"经办{self.number}")["items"]
        light = str(line["light"])
        return Light.DONE if light == Light.GREY else light


class Complaints(_Service):
    """A complaint's own clock; the evidence about cases is read from the same table by the same rule."""

    board, kind, about = COMPLAINTS, ClockKind.COMPLAINT_ANSWER, SubjectKind.COMPLAINT

    def subject(self) -> str:
        """A complaint that was just registered."""
        said = {"kind": "delay", "text": "一直没有答复", "place": "林西县", "project_name": "风电", "actor": WANG}
        return str(done(self.desk, "complaints.register-complaint", said)["complaint_no"])

    def shown(self, subject: str) -> str:
        """Of its only clock."""
        (clock,) = asked(self.desk, "complaint", complaint_no=subject)["clocks"]
        return str(clock["light"])


class Instructions(_Service):
    """A letter from the city that has arrived here."""

    board, kind, about = REPORTING, ClockKind.INSTRUCTION_ANSWER, SubjectKind.INSTRUCTION

    def subject(self) -> str:
        """One more letter."""
        issued = InstructionIssued(
            instruction_no=f"150400-DB2026-{self.number:06d}",
            issuer="150400",
            to=AUTHORITY,
            kind=InstructionKind.SUPERVISION,
            document_no=f"督办函〔2026〕{self.number}号",
            department="发展改革委",
            title="督办",
            text="请办理",
            reply_limit=WireLimit(amount=5),
            person=Person(name="周正", department="督查室"),
        )
        self.hear(issued, source="/authorities/150400/reporting")
        return issued.instruction_no

    def shown(self, subject: str) -> str:
        """The worst of its clocks, of which it has one."""
        return str(asked(self.desk, "instruction", instruction_no=subject)["light"])


def _as_told(one: Happened, kind: ClockKind, about_kind: SubjectKind, about: str) -> ClockFact:
    common = {
        "clock_id": f"{about}/{kind}/1",
        "clock_kind": kind,
        "about_kind": about_kind,
        "about": about,
        "department": "发展改革委",
        "due_on": one.due_at.date(),
    }
    ends = {"due_at": one.due_at, "yellow_at": one.yellow_at, "calendar": "cn-2026"}
    facts = {
        ClockStarted: ends | {"limit": WireLimit(amount=5), "started_at": MORNING},
        ClockMoved: ends | {"why": "test"},
        LightChanged: {"light": one.told, "turned_at": MORNING},
        ClockStopped: {
            "stopped_at": MORNING,
            "overdue_working_days": 0,
            "used_working_days": 0,
            "why": "granted",
            "on_time": True,
        },
    }
    return one.what.model_validate(common | facts[one.what])


#: Every service that shows the light of a clock.
READERS: Final = (Timer, Ledger, Complaints, Instructions)


def reader(kind: type[Reader], folder: Path) -> Reader:
    """One of `READERS`, on a fresh store where it has one."""
    return kind(folder) if issubclass(kind, _Service) else kind()
