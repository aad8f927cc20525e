"""An own limit counts for clocks to come only, and releases from before levels go on counting."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine, transaction
from services.plumbing.desk import Desk
from services.plumbing.migrate import upgrade
from services.timer.own_limits import OwnLimits
from services.timer.releases import Release, ReleaseStanding, identity, standings
from services.timer.service import switchboard
from tests.builders import AUTHORITY, MORNING, an_engine, an_event, asked
from tests.unit.timer_clocks.story import at, received

START = "09-16 10:00"


def started(folder: Path, days: int, engine_of: Desk | None = None, when: str = START) -> Desk:
    """The service as it starts with QIDI_FORWARD_WORKING_DAYS at so many days."""
    board = switchboard(OwnLimits(forward_working_days=days))
    engine = engine_of.engine if engine_of else an_engine(folder, board)
    desk = Desk(board, engine, HandClock(at(when)), AUTHORITY)
    for tick in board.ticks:
        desk.tick(tick)
    return desk


def tell(desk: Desk, case_no: str, when: str) -> None:
    """A case for the superior was received then."""
    event = received(case_no, forward_to="150400")
    desk.take_events([an_event(event, service="intake", at=at(when))])


def forward(desk: Desk, case_no: str) -> tuple[int, str]:
    items = asked(desk, "clocks", about=case_no)["items"]
    clock = next(one for one in items if one["clock_kind"] == "forward")
    return clock["limit"]["amount"], clock["due_on"]


def rule(desk: Desk) -> dict[str, Any]:
    return next(dict(one) for one in asked(desk, "rules")["items"] if one["rule"] == "forward")


@pytest.mark.parametrize(("days", "due_on"), [(7, "2026-09-24"), (1, "2026-09-17")])
def test_the_forwarding_limit_can_be_set_down_to_one_day(tmp_path: Path, days: int, due_on: str) -> None:
    desk = started(tmp_path, days)
    tell(desk, "c1", START)
    assert forward(desk, "c1") == (days, due_on)
    assert (rule(desk)["set"] is not None) == (days != 7)


def test_a_limit_that_was_set_from_the_start_counts_for_what_is_entered_later_however_old(tmp_path: Path) -> None:
    desk = started(tmp_path, 1)
    tell(desk, "c1", "2026-03-02 10:00")
    assert forward(desk, "c1") == (1, "2026-03-03")


def test_a_changed_setting_leaves_running_clocks_alone_also_when_they_are_counted_again(tmp_path: Path) -> None:
    desk = started(tmp_path, 7)
    tell(desk, "c1", START)
    changed = started(tmp_path, 2, desk, "09-16 12:00")
    tell(changed, "c2", "09-16 13:00")
    tell(changed, "c3", "09-16 11:00")  # entered late, from before the change
    assert [forward(changed, one)[0] for one in ("c1", "c2", "c3")] == [7, 2, 7]
    back = started(tmp_path, 7, desk, "09-17 12:00")
    tell(back, "c4", "09-17 13:00")
    assert [forward(back, one)[0] for one in ("c1", "c2", "c3", "c4")] == [7, 2, 7, 7]
    assert rule(back)["set"] is None


def test_starting_again_with_the_same_setting_notes_nothing_twice(tmp_path: Path) -> None:
    desk = started(tmp_path, 3)
    again = started(tmp_path, 3, desk, "09-17 10:00")
    assert [one["number"] for one in rule(again)["standing"]] == [1]
    assert rule(again)["set"]["by_environment"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("国办发明电〔2026〕12号", "国办发明电[2026]12号"),
        ("国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕12号）", "国办发明电【2026】 第12号"),
        ("国办发明电〔２０２６〕１２号", "国办发明电〔2026〕012号"),
        ("2027年 放假通知", "2027年放假通知"),
    ],
)
def test_two_spellings_of_a_notice_are_one(one: str, other: str) -> None:
    assert identity(one) == identity(other)


def test_different_numbers_years_and_issuers_are_different_notices() -> None:
    spellings = ["国办发明电〔2026〕12号", "国办发明电〔2025〕12号", "国办发明电〔2026〕13号", "内政办发〔2026〕12号"]
    assert len({identity(one) for one in spellings}) == 4


NEW_YEAR, MAY_DAY = {date(2027, 1, 4): "holiday"}, {date(2027, 5, 6): "holiday"}


def counted(*said: tuple[str, str, dict[date, str], date | None]) -> list[str]:
    """The authorities whose releases count, from what each has said: authority, notice, days, until when."""
    rows = [
        Release(n, code, n, notice, days, until, MORNING, "某人") for n, (code, notice, days, until) in enumerate(said)
    ]
    return [row.authority for row, standing in standings(rows) if standing is ReleaseStanding.IN_FORCE]


@pytest.mark.parametrize("notice", ["45号", "第45号", "放假通知", "政办发〔2026〕45号"])
def test_two_offices_that_write_the_same_number_over_other_days_have_two_notices(notice: str) -> None:
    assert counted(("150400", notice, NEW_YEAR, None), ("150424", notice, MAY_DAY, None)) == ["150400", "150424"]


def test_the_same_notice_of_the_same_days_counts_once_and_two_years_are_two_notices() -> None:
    ends = [date(2026, 12, 31), date(2027, 12, 31)]
    assert counted(("150400", "45号", NEW_YEAR, None), ("150424", "45号", NEW_YEAR, None)) == ["150400"]
    whole = "国办发明电〔2026〕12号"
    assert counted(("150000", whole, NEW_YEAR, ends[1]), ("150424", whole, MAY_DAY, ends[1])) == ["150000"]
    assert len(counted(("150000", "45号", NEW_YEAR, ends[0]), ("150424", "45号", MAY_DAY, ends[1]))) == 2


def test_releases_from_before_levels_go_on_counting_as_this_authoritys_own(tmp_path: Path) -> None:
    board = switchboard(OwnLimits())
    engine = open_engine(f"sqlite:///{tmp_path}/timer.sqlite", "timer")
    upgrade(board, engine, "0002")
    with transaction(engine) as connection:
        connection.execute(
            text(
                "INSERT INTO calendars (number, version, notice, days, released_at, released_by) VALUES"
                " (1, 'cn-own-2026.00000000', '旧通知', '{\"2026-09-17\": \"holiday\"}', 0, '周明@政务服务局')"
            )
        )
    upgrade(board, engine)
    desk = Desk(board, engine, HandClock(at(START)), AUTHORITY)
    (item,) = asked(desk, "releases")["items"]
    assert (item["authority"], item["own"], item["release_no"], item["standing"]) == (AUTHORITY, True, 1, "in-force")
    day = next(one for one in asked(desk, "calendar", year=2026)["days"] if one["day"] == "2026-09-17")
    assert (day["kind"], day["notice"]) == ("holiday", "旧通知")
