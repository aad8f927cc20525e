"""Stories of simulated cases and complaints: what becomes of one, and how often things go wrong.

The shares are choices near those of the sample ledger: a quarter get a correction notice, one in eight is decided late,
one story in twelve is a complaint.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from sample.names import MATTERS, a_person
from sample.region.places import Place
from services.contracts import cases, clocks, complaints
from services.contracts.envelope import Event
from services.contracts.ledgers import LineStruckOff
from services.contracts.matters import CatalogueMatter
from services.contracts.quantities import Person, WireLimit
from services.contracts.vocabulary import ZONE, ComplaintKind, Light, SubjectKind, Unit, Urgency
from services.timer.calendar import state_council
from services.timer.deadlines import first_day_with_at_most, midnight_after, working_days_between

#: Entries of a story on average, measured over a year of ten thousand; how many stories a year has follows from it.
PER_STORY: Final = 13.2
_PEOPLE: Final = 12
_MATTERS: Final = tuple(one for one in MATTERS.values() if one.promised.unit is Unit.WORKING_DAYS)
_WORKS: Final = ("风力发电项目", "污水处理厂扩建工程", "高标准农田建设项目", "标准化厂房项目", "农村公路改扩建工程")
_CALENDAR: Final = state_council()
_SOON: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Happening:
    """One thing that a service says."""

    at: datetime
    service: str
    event: Event
    actor: str | None = None


@dataclass
class _Running:
    """A clock that runs."""

    clock_id: str
    kind: str
    about_kind: SubjectKind
    about: str
    department: str
    limit: int
    started: date
    due_on: date
    yellow_on: date
    due_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.due_at = midnight_after(self.due_on)


class _Story:
    """What happens to one subject, told forward in time."""

    def __init__(self, begins: datetime, chance: Random, about: str, kind: SubjectKind, department: str) -> None:
        self.at, self._chance, self.about = begins, chance, about
        self._kind, self._department = kind, department
        self._rounds: dict[str, int] = {}
        self.told: list[Happening] = []

    def say(self, service: str, event: Event, actor: str | None = None) -> None:
        self.told.append(Happening(self.at, service, event, actor))
        self.at += _SOON

    def later(self, working_days: int) -> None:
        """So many working days on, some time in office hours and never before what was told already."""
        day = _CALENDAR.nth_working_day(self.at.date(), working_days) if working_days else self.at.date()
        moment = datetime.combine(day, time(8, 30), ZONE) + timedelta(seconds=self._chance.randrange(32_400))
        self.at = max(self.at, moment)

    def start(self, kind: str, limit: int) -> _Running:
        self._rounds[kind] = number = self._rounds.get(kind, 0) + 1
        day = self.at.date()
        due_on = _CALENDAR.nth_working_day(day, limit)
        yellow = first_day_with_at_most(_CALENDAR, due_on, max(1, limit // 5))
        clock_id = f"{self.about}/{kind}/{number}"
        running = _Running(clock_id, kind, self._kind, self.about, self._department, limit, day, due_on, yellow)
        started = clocks.ClockStarted(
            **self._clock(running),
            limit=WireLimit(amount=limit),
            started_at=self.at,
            due_on=due_on,
            due_at=running.due_at,
            yellow_at=datetime.combine(yellow, time(), ZONE),
            calendar=_CALENDAR.version,
        )
        self.say("timer", started)
        return running

    def stop(self, running: _Running, why: str) -> None:
        """The warnings that came meanwhile, in their time, and the end."""
        today, stopped = self.at.date(), self.at
        lights = ((Light.YELLOW, datetime.combine(running.yellow_on, time(), ZONE)), (Light.RED, running.due_at))
        for light, turned in lights:
            if running.started < turned.date() and turned < stopped:
                told = clocks.LightChanged(**self._clock(running), light=light, turned_at=turned, due_on=running.due_on)
                self.told.append(Happening(turned, "timer", told))
        late = working_days_between(_CALENDAR, running.due_on, today) if today > running.due_on else 0
        event = clocks.ClockStopped(
            **self._clock(running),
            stopped_at=stopped,
            due_on=running.due_on,
            overdue_working_days=late,
            used_working_days=working_days_between(_CALENDAR, running.started, today),
            why=why,
            on_time=stopped < running.due_at,
        )
        self.say("timer", event)

    @staticmethod
    def _clock(running: _Running) -> "dict[str, str]":
        return {
            "clock_id": running.clock_id,
            "clock_kind": running.kind,
            "about_kind": running.about_kind,
            "about": running.about,
            "department": running.department,
        }


class Teller:
    """Tells the stories of one authority, numbered from 1."""

    def __init__(self, place: Place, chance: Random) -> None:
        self._place, self._chance, self._cases, self._complaints = place, chance, 0, 0
        departments = list(dict.fromkeys(matter.department for matter in _MATTERS))
        self._people = {one: [a_person(chance) for _ in range(_PEOPLE)] for one in departments}

    def story(self, begins: datetime) -> Iterator[Happening]:
        """The next case or complaint, begun on the first working day from then on."""
        if not _CALENDAR.is_working(begins.date()):
            begins = datetime.combine(_CALENDAR.nth_working_day(begins.date(), 1), begins.timetz())
        told = self._complaint(begins) if self._chance.random() < 1 / 12 else self._case(begins)
        return iter(sorted(told, key=lambda one: one.at))

    def _person(self, department: str) -> Person:
        return Person(name=self._chance.choice(self._people[department]), department=department)

    # --- cases --------------------------------------------------------------------------------------------------------

    def _case(self, begins: datetime) -> list[Happening]:
        self._cases += 1
        number, matter = f"{self._place.code}-{begins.year}-{self._cases:06d}", self._chance.choice(_MATTERS)
        story = _Story(begins, self._chance, number, SubjectKind.CASE, matter.department)
        person = self._person(matter.department)
        facts = {"case_no": number, "handler": person}
        actor = f"{person.name}@{person.department}"
        story.later(0)
        story.say("intake", self._received(number, matter, person), actor)
        notice = story.start("one_time_notice", 5)
        if self._chance.random() < 0.25:
            story.later(self._chance.randint(1, 5))
            story.say("intake", cases.CorrectionRequested(**facts, blzt=6, round=1, defects=self._defects()), actor)
            story.stop(notice, "case.correction-requested")
            story.later(self._chance.randint(2, 15))
            story.say("intake", cases.CorrectionCompleted(**facts), actor)
            notice = story.start("one_time_notice", 5)
        story.later(self._chance.randint(0, 4))
        story.say("intake", cases.CaseAccepted(**facts), actor)
        story.stop(notice, "case.accepted")
        self._decide(story, facts, actor, matter)
        return story.told

    def _decide(self, story: _Story, facts: dict[str, object], actor: str, matter: CatalogueMatter) -> None:
        limit, chance = matter.promised.amount, self._chance
        decision = story.start("decision", limit)
        if chance.random() < 0.3:
            note = "已电话联系建设单位核对材料"
            story.say("intake", cases.CaseNoted.model_validate(facts | {"note": note}), actor)
        late = chance.random() < 0.125
        used = limit + chance.randint(1, 15) if late else chance.randint(max(1, limit // 3), max(1, limit))
        if chance.random() < 0.6:
            story.later(min(2, used))
            used -= min(2, used)
            story.say("intake", cases.CaseReviewBegun.model_validate(facts), actor)
        story.later(used)
        ending = chance.random()
        if ending < 0.03:
            story.say("intake", cases.CaseWithdrawn.model_validate(facts | {"reason": "建设单位申请撤回"}), actor)
            story.stop(decision, "case.withdrawn")
        elif ending < 0.1:
            told = {"reason": "不符合国土空间规划管控要求", "remedies": "六十日内申请行政复议"}
            story.say("intake", cases.CaseRefused.model_validate(facts | told), actor)
            story.stop(decision, "case.refused")
        else:
            document = f"审字〔{story.at.year}〕{self._cases}号"
            story.say("intake", cases.CaseGranted.model_validate(facts | {"document_no": document}), actor)
            story.stop(decision, "case.granted")
            delivery = story.start("delivery", 10)
            story.later(chance.randint(0, 6))
            story.say("intake", cases.CaseDelivered.model_validate(facts), actor)
            story.stop(delivery, "case.delivered")
        story.later(chance.randint(1, 5))
        struck = LineStruckOff.model_validate(
            {"case_no": story.about, "evidence": "送达回证已归档", "person": facts["handler"]}
        )
        story.say("ledger", struck, actor)

    def _received(self, number: str, matter: CatalogueMatter, person: Person) -> cases.CaseReceived:
        project = self._chance.randrange(1, 1 + max(1, self._cases // 3 + 1))
        return cases.CaseReceived(
            case_no=number,
            handler=person,
            project_code=f"2501-{self._place.code}-04-01-{project:06d}",
            project_name=f"{self._place.name}{_WORKS[project % len(_WORKS)]}{project}号",
            owner_name=f"{self._place.name}建设投资有限公司",
            matter_code=matter.code,
            matter_name=matter.name,
            department=matter.department,
            limit=matter.promised,
        )

    def _defects(self) -> tuple[cases.Defect, ...]:
        one = cases.Defect(material="项目申请报告", problem="缺少单位公章", advice="加盖建设单位公章后重新提交")
        two = cases.Defect(material="选址图", problem="附图比例尺不符合要求", advice="按一比五百比例尺补充附图")
        return (one, two)[: self._chance.randint(1, 2)]

    # --- complaints ---------------------------------------------------------------------------------------------------

    def _complaint(self, begins: datetime) -> list[Happening]:
        self._complaints += 1
        number, department = f"T{self._place.code}-{begins.year}-{self._complaints:05d}", self._chance.choice(_MATTERS)
        story = _Story(begins, self._chance, number, SubjectKind.COMPLAINT, department.department)
        person = self._person(department.department)
        facts: dict[str, object] = {"complaint_no": number, "person": person}
        actor = f"{person.name}@{person.department}"
        story.later(0)
        registered = complaints.ComplaintRegistered(
            complaint_no=number,
            kind=self._chance.choice(list(ComplaintKind)),
            urgency=Urgency.GENERAL,
            channel="12345",
            place=self._place.name,
            work_order_no=f"12345-{self._complaints:08d}",
            department=department.department,
            matter_code=department.code,
            matter_name=department.name,
            check="no-case-exists",
        )
        story.say("complaints", registered, actor)
        sign = story.start("sign", 1)
        dispatched = complaints.ComplaintDispatched.model_validate(facts | {"department": department.department})
        story.say("complaints", dispatched, actor)
        story.later(self._chance.randint(0, 1))
        story.say("complaints", complaints.ComplaintSigned.model_validate(facts), actor)
        story.stop(sign, "complaint.signed")
        answer = story.start("answer", 5)
        if self._chance.random() < 0.2:
            shown = complaints.PersonDisclosed(complaint_no=number, shown_to=actor, purpose="回访核实")
            story.say("complaints", shown, actor)
        story.later(self._chance.randint(1, 7))
        upheld = self._chance.random() < 0.4
        story.say("complaints", complaints.ComplaintAnswered.model_validate(facts | {"upheld": upheld}), actor)
        story.stop(answer, "complaint.answered")
        story.later(self._chance.randint(1, 5))
        story.say("complaints", complaints.ComplaintRevisited.model_validate(facts | {"satisfied": not upheld}), actor)
        story.say("complaints", complaints.ComplaintClosed.model_validate(facts | {"upheld": upheld}), actor)
        return story.told
