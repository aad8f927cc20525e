"""The sample's cases: every state, every light, and every way in which approvals go wrong."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from random import Random
from typing import Any, Final

from sample import permits
from sample.days import OfficeHours, after, ends, start_for, working
from sample.names import Home
from sample.story import Story
from services.contracts.vocabulary import StepKind, Unit

FIRST_DAY: Final = date(2025, 1, 6)
_WHY_REFUSED: Final = ("不符合国土空间规划管控要求", "与已批复的规划环评结论不一致", "技术方案未通过安全性论证")
_WHY_NOT_ACCEPTED: Final = ("申请事项不属于本机关职权范围", "项目不在本行政区域内")


#: Tells one kind of story; the day is the receipt's for ended cases, and today for open ones.
Tell = Callable[[Story, date], object]


# --- ended: laid out forwards from the day of receipt, 60 working days before today at the latest ---------------------


def _decided(story: Story, accepted: date, share: float) -> date:
    """A working day in the given share of the limit."""
    last = ends(accepted, story.matter.promised)
    span = max(0, (last - accepted).days)
    return max(accepted, working(accepted + timedelta(days=int(span * share))))


def _in_time(story: Story, day: date) -> None:
    accepted = after(day, story.chance.choice((0, 1, 1, 2, 3)))
    decided = _decided(story, accepted, story.chance.uniform(0.3, 1.0))
    story.receive(day).accept(accepted)
    if decided > after(accepted, 1):
        story.step("begin-review", after(accepted, 1))
    story.grant(decided).deliver(after(decided, story.chance.randint(0, 6)))


def _corrected(story: Story, day: date) -> None:
    told = after(day, story.chance.randint(1, 4))
    done = after(told, story.chance.randint(2, 9))
    accepted = after(done, story.chance.randint(0, 2))
    decided = _decided(story, accepted, story.chance.uniform(0.4, 1.0))
    story.receive(day).correction(told, done, materials=story.few(2)).accept(accepted)
    story.grant(decided).deliver(after(decided, story.chance.randint(1, 5)))


def _corrected_twice(story: Story, day: date) -> None:
    """The second notice names what the first named: still wrong."""
    self_same = story.few(1)
    _two_notices(story, day, self_same, self_same)


def _old_defect(story: Story, day: date) -> None:
    """The second notice names what was visible from the beginning and was not told."""
    materials = story.few(2)
    _two_notices(story, day, materials[:1], materials[1:] or ["法定代表人身份证明"])


def _two_notices(story: Story, day: date, first: Sequence[str], second: Sequence[str]) -> None:
    told = after(day, 3)
    done = after(told, story.chance.randint(3, 6))
    again = after(done, story.chance.randint(1, 4))
    done_again = after(again, story.chance.randint(2, 5))
    accepted = after(done_again, 1)
    decided = _decided(story, accepted, story.chance.uniform(0.5, 1.0))
    story.receive(day).correction(told, done, materials=first).correction(again, done_again, materials=second)
    story.accept(accepted).grant(decided).deliver(after(decided, 3))


def _late(story: Story, day: date) -> None:
    accepted = after(day, 2)
    decided = after(ends(accepted, story.matter.promised), story.chance.randint(1, 15))
    story.receive(day).accept(accepted).step("begin-review", after(accepted, 1))
    story.grant(decided).deliver(after(decided, 2))


def _deemed(story: Story, day: date) -> None:
    """Nothing was told within five working days: accepted by law, on the day of receipt."""
    said = after(day, story.chance.randint(6, 12))
    decided = after(max(said, ends(day, story.matter.promised)), story.chance.randint(0, 6))
    story.receive(day).accept(said).grant(decided).deliver(after(decided, 4))


def _late_delivery(story: Story, day: date) -> None:
    accepted = after(day, 1)
    decided = _decided(story, accepted, 0.9)
    story.receive(day).accept(accepted).grant(decided).deliver(after(decided, story.chance.randint(11, 18)))


def _refused(story: Story, day: date) -> None:
    accepted = after(day, 2)
    decided = _decided(story, accepted, 0.9)
    story.receive(day).accept(accepted).step("begin-review", accepted)
    story.step("refuse", decided, reason=story.chance.choice(_WHY_REFUSED), remedies=permits.REMEDIES)


def _not_accepted(story: Story, day: date) -> None:
    word = story.chance.choice(("refuse-acceptance", "refuse-acceptance", "not-required"))
    reason = "依法不需要取得行政许可" if word == StepKind.NOT_REQUIRED else story.chance.choice(_WHY_NOT_ACCEPTED)
    story.receive(day).step(word, after(day, story.chance.randint(1, 5)), reason=reason)


def _withdrawn(story: Story, day: date) -> None:
    if story.chance.random() < 0.5:
        story.receive(day).step("withdraw-before-acceptance", after(day, 2), reason="申请人调整建设方案")
    else:
        accepted = after(day, 1)
        story.receive(day).accept(accepted).step("withdraw", _decided(story, accepted, 0.6), reason="申请人主动撤回")


def _given_up(story: Story, day: date) -> None:
    """The correction never came, and after thirty working days somebody closes the case."""
    told = after(day, story.chance.randint(1, 4))
    story.receive(day).correction(told, None, materials=story.few(2))
    story.step("give-up", after(told, 32), reason="补正期限届满，申请人未补正，电话确认不再办理")


def _ended_with_project(story: Story, day: date) -> None:
    """Its project is no more: removed as one that does not comply (plan, P0-04)."""
    accepted = after(day, 2)
    story.receive(day).accept(accepted)
    story.step(ENDS_WITH_PROJECT, after(accepted, 6), reason="项目不符合准入条件，移出实施库")


def _entered_late(story: Story, day: date) -> None:
    """Decided on paper and keyed in afterwards through the window: the practice that is being fought."""
    story.channel = "window"
    _in_time(story, day)


# --- open: laid out backwards from today ------------------------------------------------------------------------------


def _just_received(story: Story, today: date) -> None:
    story.receive(after(today, -story.chance.randint(1, 3)))


def _notice_ends(story: Story, today: date) -> None:
    story.receive(after(after(today, 1), -5))


def _nothing_told(story: Story, today: date) -> None:
    story.receive(after(today, -story.chance.randint(7, 18)))


def _waits_for_applicant(story: Story, today: date) -> None:
    told = after(today, -story.chance.randint(1, 15))
    story.receive(after(told, -story.chance.randint(1, 4))).correction(told, None, materials=story.few(2))


def _procedure(story: Story, begun: date, ended: date | None, ground: str = "hearing") -> None:
    """A special procedure with its papers."""
    paper = {"document_no": f"{story.mark}听告〔{begun.year}〕{story.chance.randrange(1, 90)}号"}
    story.step("begin-procedure", begun, ground=ground, planned={"amount": 15}, document_on=begun.isoformat(), **paper)
    if ended is not None:
        report = {"document_no": f"{story.mark}听记〔{ended.year}〕{story.chance.randrange(1, 90)}号"}
        story.step("end-procedure", ended, document_on=ended.isoformat(), **report)


def _stands_still(story: Story, today: date) -> None:
    """A hearing runs, so that no day is due."""
    begun = after(today, -story.chance.randint(2, 6))
    accepted = after(begun, -3)
    story.receive(after(accepted, -1)).accept(accepted)
    _procedure(story, begun, None)


def _heard(story: Story, today: date) -> None:
    """The hearing is over, and the count goes on."""
    ended = after(today, -1)
    begun = after(ended, -story.chance.randint(4, 9))
    accepted = after(begun, -2)
    story.receive(after(accepted, -1)).accept(accepted)
    _procedure(story, begun, ended)


def _asks_others(story: Story, today: date) -> None:
    """Said to stand still while other departments are asked, which no law allows."""
    begun = after(today, -story.chance.randint(3, 8))
    accepted = after(begun, -4)
    story.receive(after(accepted, -1)).accept(accepted)
    _procedure(story, begun, None, "tender")


def _resubmitted(story: Story, today: date) -> None:
    done = after(today, -story.chance.randint(1, 2))
    told = after(done, -story.chance.randint(3, 8))
    story.receive(after(told, -2)).correction(told, done, materials=story.few(1))


def _due(story: Story, end: date, today: date) -> None:
    """Accepted so that the decision is due on that day; under review where there was time for it."""
    accepted = start_for(end, story.matter.promised)
    story.receive(after(accepted, -story.chance.randint(1, 3))).accept(accepted)
    begun = after(accepted, 1)
    if begun < today and story.chance.random() < 0.6:
        story.step("begin-review", begun)


def _runs(story: Story, today: date) -> None:
    warned = max(1, story.limit // 5)
    if story.matter.promised.unit is Unit.WORKING_DAYS:
        left = story.chance.randint(warned + 1, story.limit - 1)
        _due(story, after(today, left), today)
    else:
        _due(
            story,
            working(today + timedelta(days=story.chance.randint(min(warned + 6, story.limit - 3), story.limit - 3))),
            today,
        )


def _ends_soon(story: Story, today: date) -> None:
    _due(story, after(today, 1), today)


def _overdue(story: Story, today: date) -> None:
    _due(story, after(today, -story.chance.randint(1, 40)), today)


def _permit_waits(story: Story, today: date) -> None:
    """Granted and not delivered: in time, on the last day, or too late."""
    granted = after(today, -story.chance.choice((2, 4, 5, 9, 9, 14)))
    accepted = start_for(granted, story.matter.promised)
    story.receive(after(accepted, -1)).accept(accepted).grant(granted)


#: How many of each; what is left of the whole is decided in time. Open ones need a limit that has room for all lights.
_ENDED: Final[tuple[tuple[int, Tell], ...]] = (
    (32, _corrected),
    (6, _corrected_twice),
    (4, _old_defect),
    (20, _late),
    (8, _deemed),
    (6, _late_delivery),
    (12, _refused),
    (10, _not_accepted),
    (12, _withdrawn),
    (6, _entered_late),
    (4, _given_up),
    (2, _ended_with_project),
    (5, permits.deficient),
    (5, permits.committed),
    (6, permits.no_more),
)
_OPEN: Final[tuple[tuple[int, Tell], ...]] = (
    (10, _just_received),
    (5, _notice_ends),
    (7, _nothing_told),
    (10, _waits_for_applicant),
    (4, _resubmitted),
    (12, _stands_still),
    (3, _heard),
    (4, permits.still_missing),
    (2, _asks_others),
    (32, _runs),
    (10, _ends_soon),
    (18, _overdue),
    (8, _permit_waits),
    (2, permits.waits_deficient),
    (2, permits.waits_committed),
)
_ROOM: Final = 7
#: The last step of a case whose project is removed.
ENDS_WITH_PROJECT: Final = StepKind.END_WITH_PROJECT.value
#: The number of cases that these counts are for; a smaller sample has fewer of each, and at least one.
_WHOLE: Final = 300


def cases_of(
    chance: Random,
    today: date,
    projects: Sequence[Mapping[str, Any]],
    handlers: Mapping[str, Sequence[str]],
    home: Home,
    count: int,
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """The entries in order of receipt, and by their number how the ended ones were struck off."""
    open_ones = [tell for times, tell in _OPEN for _ in range(ceil(times * count / _WHOLE))]
    ended = [tell for times, tell in _ENDED for _ in range(ceil(times * count / _WHOLE))]
    ended += [_in_time] * (count - len(open_ones) - len(ended))
    chance.shuffle(ended)
    matters = list(home.matters.values())
    roomy = [matter for matter in matters if matter.promised.amount >= _ROOM]
    told: list[tuple[Story, Mapping[str, Any]]] = []
    used: set[tuple[str, str, str]] = set()
    span = (after(today, -60) - FIRST_DAY).days
    for at, tell in enumerate([*ended, *open_ones]):
        is_open = at >= len(ended)
        while True:
            matter = chance.choice(roomy) if is_open else matters[at % len(matters)]
            person = {"name": chance.choice(handlers[matter.department]), "department": matter.department}
            story = Story(matter, person, chance, OfficeHours(chance), home.name[:1])
            tell(story, today if is_open else working(FIRST_DAY + timedelta(days=chance.randrange(1, span))))
            project = chance.choice(projects)
            key = (project["project_code"], matter.code, story.received[:10])
            if key not in used and _is_past(story, today):
                break
        used.add(key)
        told.append((story, project))
    told.sort(key=lambda one: one[0].received)
    cases = [_entry(number, story, project) for number, (story, project) in enumerate(told, start=1)]
    strikes = {
        case["external_no"]: strike
        for case, (story, _) in zip(cases, told, strict=True)
        if (strike := _strike(story, today)) is not None
    }
    return cases, strikes


def _is_past(story: Story, today: date) -> bool:
    last: str = max([story.received, *(step["occurred_at"] for step in story.steps)])
    return last[:10] < today.isoformat()


def _entry(number: int, story: Story, project: Mapping[str, Any]) -> dict[str, Any]:
    name = f"示例-{number:04d}"
    return {
        "row": name,
        "external_no": name,
        **{one: project[one] for one in ("project_code", "project_name", "owner_name")},
        "matter": story.matter.code,
        "department": story.matter.department,
        "handler": story.person,
        "received_at": story.received,
        "channel": story.channel,
        "steps": story.steps,
    }


def _strike(story: Story, today: date) -> dict[str, Any] | None:
    """What was delivered is struck off in three cases of four, on the receipt of delivery."""
    if story.delivered is None or story.chance.random() < 0.25:
        return None
    day = after(story.delivered, story.chance.randint(1, 8))
    if day >= today:
        return None
    return {
        "evidence": f"送达回证已归档，归档号 {day.year}-{story.chance.randrange(100, 999)}",
        "occurred_at": story.hours.at(day),
    }
