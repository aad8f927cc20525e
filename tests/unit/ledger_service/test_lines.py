"""The list of lines: it follows the facts, whatever batches they come in, and can be read page by page."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts import cases
from services.contracts.cases import CaseWithdrawn
from services.contracts.forwarding import CaseForwardAcknowledged
from services.contracts.quantities import RecordedPerson, WireLimit
from services.contracts.vocabulary import SubjectKind, Unit
from services.ledger.domain import Line
from services.ledger.movements import MOVES
from services.ledger.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import MORNING, a_desk, a_project_code, asked, everything, the_clock
from tests.laws import examples
from tests.unit.ledger_service.facts import (
    LI,
    WANG,
    Said,
    a_finished_case,
    a_step,
    moved,
    number,
    received,
    started,
    stopped,
    tell,
    turned,
)

pytestmark = pytest.mark.lengthy


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = a_desk(BOARD, tmp_path)
    yield desk
    desk.engine.dispose()


@pytest.fixture
def say() -> Said:
    return Said()


def the_line(desk: Desk, n: int = 1) -> dict[str, Any]:
    items = asked(desk, "lines", state="all", q=number(n))["items"]
    assert len(items) == 1
    return dict(items[0])


def numbers(answer: dict[str, Any]) -> list[int]:
    return [item["seq"] for item in answer["items"]]


def test_a_received_case_is_a_line_with_everything_that_the_list_shows(desk: Desk, say: Said) -> None:
    tell(desk, say(received()))
    assert the_line(desk) == {
        "seq": 1,
        "case_no": number(1),
        "authority": "150424",
        "held_by": "150424",
        "held_since": "2026-09-16T10:00:00+08:00",
        "project_code": a_project_code(1),
        "project_name": "风电项目1期",
        "owner_name": "赤峰新能源有限公司",
        "matter_code": "NM-001",
        "matter_name": "企业投资项目核准",
        "department": "发展改革委",
        "handler": "王芳",
        "received_on": "2026-09-16",
        "accepted_on": None,
        "limit_amount": 20,
        "limit_unit": "working_days",
        "due_on": None,
        "due_unit": None,
        "provisional": False,
        "light": "grey",
        "state": "received",
        "state_name": "Received",
        "closed_on": None,
        "struck_on": None,
        "counting": "counted",
        "complete_by": None,
        "completion_named": False,
    }


def test_a_running_clock_gives_the_line_its_day_and_a_green_light(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started(provisional=True)))
    line = the_line(desk)
    assert (line["due_on"], line["provisional"], line["light"]) == ("2026-10-20", True, "green")


def test_the_line_shows_the_worst_light_of_its_clocks(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started(kind="notice", due_on=date(2026, 9, 23))), say(started()))
    tell(desk, say(turned("yellow", kind="notice")))
    assert the_line(desk)["light"] == "yellow"
    tell(desk, say(turned("red", kind="notice")), say(turned("yellow")))
    assert the_line(desk)["light"] == "red"
    tell(desk, say(stopped(kind="notice")))
    assert the_line(desk)["light"] == "yellow"


def test_a_paused_clock_is_grey_and_gives_way_to_one_that_runs(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started()), say(moved(None)))
    assert (the_line(desk)["light"], the_line(desk)["due_on"]) == ("grey", None)
    tell(desk, say(started(kind="whole", due_on=date(2026, 12, 1))))
    assert the_line(desk)["light"] == "green"


def test_the_day_of_the_decision_is_shown_before_an_earlier_one_of_another_clock(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started(kind="notice", due_on=date(2026, 9, 23))))
    assert the_line(desk)["due_on"] == "2026-09-23"
    tell(desk, say(started()))
    assert the_line(desk)["due_on"] == "2026-10-20"


def test_a_light_turns_by_the_passing_of_time_alone(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started()), say(received(2)), say(started(2, due_on=date(2026, 12, 1))))
    entries = everything(desk)["entries"]
    seen = []
    for day in (date(2026, 10, 19), date(2026, 10, 20), date(2026, 10, 21)):
        the_clock(desk).at = MORNING.replace(month=day.month, day=day.day)
        desk.tick(BOARD.ticks[0])
        seen.append((the_line(desk, 1)["light"], the_line(desk, 2)["light"]))
    assert seen == [("green", "green"), ("yellow", "green"), ("red", "green")]
    assert asked(desk, "summary")["by_light"] == {"green": 1, "yellow": 0, "red": 1, "grey": 0}
    assert everything(desk)["entries"] == entries


def test_a_clock_that_was_red_and_moved_back_turns_red_again_at_its_new_day(desk: Desk, say: Said) -> None:
    tell(
        desk, say(received()), say(started()), say(turned("yellow")), say(turned("red")), say(moved(date(2026, 11, 3)))
    )
    assert the_line(desk)["light"] == "green"
    the_clock(desk).at = MORNING.replace(month=11, day=4)  # its warnings were all said: nothing more is told
    desk.tick(BOARD.ticks[0])
    assert the_line(desk)["light"] == "red"


def test_a_clock_that_was_overdue_when_it_was_heard_of_is_red_at_once(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started(due_on=date(2026, 9, 1))))
    assert the_line(desk)["light"] == "red"


def test_a_clock_without_moments_shows_what_is_told(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started(due_at=None, yellow_at=None)))
    assert the_line(desk)["light"] == "green"
    tell(desk, say(turned("yellow")))
    assert the_line(desk)["light"] == "yellow"


def test_a_clock_moved_back_is_green_until_a_light_is_told(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started()), say(turned("red")))
    tell(desk, say(moved(date(2026, 10, 10))))
    assert the_line(desk)["light"] == "red"
    tell(desk, say(moved(date(2026, 11, 10))))
    assert (the_line(desk)["light"], the_line(desk)["due_on"]) == ("green", "2026-11-10")


def test_a_finished_case_is_done_and_leaves_the_open_lines(desk: Desk, say: Said) -> None:
    tell(desk, *a_finished_case(say))
    line = the_line(desk)
    assert (line["state"], line["light"], line["closed_on"]) == ("refused", "done", "2026-09-17")
    assert asked(desk, "lines")["items"] == []
    assert numbers(asked(desk, "lines", state="closed")) == [1]


def test_a_granted_case_is_open_until_it_is_delivered(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(a_step(cases.CaseGranted)), say(started(kind="delivery", due_on=date(2026, 9, 30))))
    assert (the_line(desk)["light"], the_line(desk)["due_on"]) == ("green", "2026-09-30")
    assert numbers(asked(desk, "lines")) == [1]
    tell(desk, say(a_step(cases.CaseDelivered)), say(stopped(kind="delivery")))
    assert numbers(asked(desk, "lines")) == []


def test_acceptance_by_law_counts_from_the_day_of_receipt_and_paper_does_not_move_it(desk: Desk, say: Said) -> None:
    deemed = a_step(cases.CaseDeemedAccepted, effective_on=date(2026, 9, 16), clock_id=f"{number(1)}/notice/1")
    tell(desk, say(received()), say(deemed, at=MORNING + timedelta(days=8)))
    assert (the_line(desk)["state"], the_line(desk)["accepted_on"]) == ("deemed-accepted", "2026-09-16")
    tell(desk, say(a_step(cases.CaseAccepted), at=MORNING + timedelta(days=9)))
    assert (the_line(desk)["state"], the_line(desk)["accepted_on"]) == ("accepted", "2026-09-16")


def test_a_notice_that_comes_after_acceptance_by_law_is_recorded_and_undoes_nothing(desk: Desk, say: Said) -> None:
    deemed = a_step(cases.CaseDeemedAccepted, effective_on=date(2026, 9, 16), clock_id=f"{number(1)}/notice/1")
    late = MORNING + timedelta(days=9)
    tell(desk, say(received()), say(deemed, at=MORNING + timedelta(days=8)))
    tell(desk, say(a_step(cases.CorrectionRequested, round=1, defects=()), at=late))
    assert (the_line(desk)["state"], the_line(desk)["accepted_on"]) == ("deemed-accepted", "2026-09-16")
    tell(desk, say(a_step(cases.CorrectionCompleted), at=late))
    assert the_line(desk)["state"] == "deemed-accepted"


def test_a_state_that_the_fact_says_itself_is_the_lines_state(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(a_step(cases.CaseAccepted, state="under-review")))
    assert the_line(desk)["state"] == "under-review"


def test_who_acts_is_not_who_is_responsible_but_a_reassigned_case_is_anothers(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(a_step(cases.CaseAccepted)))
    assert the_line(desk)["handler"] == "王芳"
    tell(desk, say(cases.CaseReassigned(case_no=number(1), handler=LI, previous=WANG)))
    assert the_line(desk)["handler"] == "李强"


def test_a_renamed_project_is_renamed_in_its_lines(desk: Desk, say: Said) -> None:
    changed = cases.ProjectChanged(project_code=a_project_code(1), project_name="风电一期", owner_name="新业主")
    tell(desk, say(received(1)), say(received(2)), say(changed))
    assert (the_line(desk, 1)["project_name"], the_line(desk, 1)["owner_name"]) == ("风电一期", "新业主")
    assert the_line(desk, 2)["project_name"] == "风电项目2期"


def test_a_day_is_a_day_in_shanghai(desk: Desk, say: Said) -> None:
    tell(desk, say(received()).replace(b"2026-09-16T10:00:00+08:00", b"2026-09-15T22:30:00+00:00"))
    assert the_line(desk)["received_on"] == "2026-09-16"


def test_a_clock_that_is_heard_before_the_receipt_is_kept_but_not_shown(desk: Desk, say: Said) -> None:
    tell(desk, say(started()), say(turned("yellow")))
    assert asked(desk, "lines", state="all")["items"] == []
    assert asked(desk, "summary")["open"] == 0
    tell(desk, say(received()))
    assert (the_line(desk)["light"], the_line(desk)["due_on"]) == ("yellow", "2026-10-20")


def test_a_clock_of_a_complaint_moves_no_line(desk: Desk, say: Said) -> None:
    tell(desk, say(received()), say(started().model_copy(update={"about_kind": SubjectKind.COMPLAINT})))
    assert the_line(desk)["light"] == "grey"


def a_life(say: Said, n: int) -> list[bytes]:
    return [
        say(received(n)),
        say(started(n)),
        say(a_step(cases.CaseAccepted, n)),
        say(started(n, kind="notice", due_on=date(2026, 9, 23))),
        say(turned("yellow", n)),
        say(moved(date(2026, 11, 3), n)),
        say(stopped(n, kind="notice")),
        say(turned("red", n)),
    ]


@settings(max_examples=examples(30))
@given(st.lists(st.integers(1, 7), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_however_the_facts_are_cut_into_batches_the_list_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], luck: Any
) -> None:
    say = Said()
    lives = [a_life(say, n) for n in (1, 2, 3)]
    mixed: list[bytes] = []
    while any(lives):
        mixed.append(luck.choice([life for life in lives if life]).pop(0))
    alone, batched = (a_desk(BOARD, tmp_path_factory.mktemp("lines")) for _ in range(2))
    for body in mixed:
        tell(alone, body)
    while mixed:
        size = cuts[len(mixed) % len(cuts)]
        tell(batched, *mixed[:size])
        mixed = mixed[size:]
    kept = [everything(desk)[name] for desk in (alone, batched) for name in ("lines", "entries", "head")]
    assert kept[:3] == kept[3:]
    for desk in (alone, batched):
        desk.engine.dispose()


# --- questions --------------------------------------------------------------------------------------------------------


@pytest.fixture
def list_of_nine(desk: Desk, say: Said) -> Desk:
    """Nine lines: of two departments and matters, received day after day, due in another order, three of them red."""
    for n in range(1, 10):
        other = {"department": "自然资源局", "matter_code": "NM-002", "matter_name": "用地预审", "handler": LI}
        case = received(n, limit=WireLimit(amount=n, unit=Unit.CALENDAR_DAYS), **(other if n % 3 == 0 else {}))
        due = date(2026, 10, 1) + timedelta(days=n * 7 % 10)
        tell(desk, say(case, at=MORNING + timedelta(days=n)), say(started(n, due_on=due)))
    tell(desk, *(say(turned("red", n)) for n in (2, 3, 4)))
    the_clock(desk).move(days=10)
    return desk


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"department": "自然资源局"}, {3, 6, 9}),
        ({"matter": "NM-002"}, {3, 6, 9}),
        ({"matter": "用地预审"}, {3, 6, 9}),
        ({"light": "red"}, {2, 3, 4}),
        ({"light": "red", "department": "自然资源局"}, {3}),
        ({"handler": "李强"}, {3, 6, 9}),
        ({"min_age_days": 8}, {1, 2}),
        ({"q": "项目7期"}, {7}),
        ({"q": a_project_code(5)}, {5}),
        ({"q": "%"}, set()),
        ({"state": "closed"}, set()),
        ({"state": "all"}, set(range(1, 10))),
    ],
)
def test_the_list_can_be_narrowed(list_of_nine: Desk, filters: dict[str, Any], expected: set[int]) -> None:
    assert set(numbers(asked(list_of_nine, "lines", **filters))) == expected


@pytest.mark.parametrize("sort", ["due", "-due", "received", "-received", "number", "-number", "light", "-light"])
@pytest.mark.parametrize("limit", [1, 2, 4, 9])
def test_pages_together_are_the_whole_list_in_its_order(list_of_nine: Desk, sort: str, limit: int) -> None:
    whole, paged, cursor = asked(list_of_nine, "lines", sort=sort), list[int](), None
    while True:
        page = asked(list_of_nine, "lines", sort=sort, limit=limit, cursor=cursor)
        paged += numbers(page)
        cursor = page["next"]
        if cursor is None:
            break
    assert paged == numbers(whole)
    assert sorted(paged) == list(range(1, 10))


def test_the_most_urgent_line_comes_first_and_one_without_a_day_last(list_of_nine: Desk) -> None:
    tell(list_of_nine, Said()(received(10)))
    items = asked(list_of_nine, "lines")["items"]
    days = [item["due_on"] for item in items]
    assert days[:-1] == sorted(days[:-1])
    assert days[-1] is None


def test_sorted_by_light_the_red_lines_come_first(list_of_nine: Desk) -> None:
    items = asked(list_of_nine, "lines", sort="light")["items"]
    assert [item["light"] for item in items] == ["red"] * 3 + ["green"] * 6
    assert [item["due_on"] for item in items[:3]] == sorted(item["due_on"] for item in items[:3])


def test_everything_that_is_wrong_with_a_question_is_answered_at_once(desk: Desk) -> None:
    wrong = {"state": "x", "light": "blue", "sort": "name", "cursor": "%%", "limit": 201, "min_age_days": -1}
    reply = desk.answer("lines", wrong)
    assert reply["status"] == 422
    assert {problem["field"] for problem in reply["problems"]} == set(wrong)


def test_a_cursor_of_another_order_is_refused(list_of_nine: Desk) -> None:
    cursor = asked(list_of_nine, "lines", sort="due", limit=2)["next"]
    assert list_of_nine.answer("lines", {"sort": "received", "cursor": cursor})["status"] == 422


def test_the_summary_counts_open_lines_by_light_department_and_matter(list_of_nine: Desk) -> None:
    tell(list_of_nine, *a_finished_case(Said(), 10))
    answer = asked(list_of_nine, "summary")
    assert (answer["open"], answer["closed"], answer["struck"]) == (9, 1, 0)
    assert answer["by_light"] == {"green": 6, "yellow": 0, "red": 3, "grey": 0}
    assert answer["by_department"] == [
        {"department": "发展改革委", "open": 6, "green": 4, "yellow": 0, "red": 2, "grey": 0},
        {"department": "自然资源局", "open": 3, "green": 2, "yellow": 0, "red": 1, "grey": 0},
    ]
    assert [row["matter_code"] for row in answer["by_matter"]] == ["NM-001", "NM-002"]
    assert json.dumps(answer)


def test_a_withdrawn_line_keeps_its_day_when_the_superiors_word_only_repeats_its_state() -> None:
    line = Line("150424-2026-000001", state="forwarded", standing="open")
    who = RecordedPerson(name="张三", department="住建局")
    withdrawn = CaseWithdrawn(case_no=line.case_no, handler=who, state="withdrawn")
    late = CaseForwardAcknowledged(
        case_no=line.case_no, handler=who, state="withdrawn", by="150400", round=1,
        superior_case_no="150400-2026-000001", person=who,
    )  # fmt: skip
    MOVES[CaseWithdrawn](line, withdrawn, date(2026, 9, 1))
    MOVES[CaseForwardAcknowledged](line, late, date(2026, 9, 5))
    assert (line.state, line.closed_on) == ("withdrawn", "2026-09-01")
