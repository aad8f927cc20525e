"""A release of many clocks: the year's notice for 50,000 provisional dates, and one whose process is killed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.plumbing.switchboard import Tick
from services.timer.service import BOARD
from tests.builders import DRAFTER, asked, done, everything
from tests.unit.timer_clocks.story import Story, accepted, at, received

pytestmark = pytest.mark.lengthy
PROJECT = Path(__file__).resolve().parents[3]
#: New Year's Day off, and the Monday after; as long as there is no notice, only the first is known.
NOTICE = {
    "days": {"2027-01-01": "holiday", "2027-01-04": "holiday"},
    "notice": "国办发明电〔2026〕8号",
    "known_until": "2027-12-31",
}
SECOND = {"role": "supervisor", "name": "李四", "department": "政务服务局"}
#: The release as time itself does it, stopped for ever as soon as it has written clocks.
KILLED = """
import sys
from pathlib import Path
from sqlalchemy import event
from services.timer.service import BOARD
from tests.builders import a_desk
from tests.unit.timer_clocks.story import at
from tests.unit.timer_clocks.test_long_releases import WORK

desk = a_desk(BOARD, Path(sys.argv[1]), at("12-22 10:00"), started=False)

def written(connection, cursor, statement, *_):
    if statement.startswith("INSERT INTO clocks"):
        print("in the middle", flush=True)
        sys.stdin.read()

event.listen(desk.engine, "after_cursor_execute", written)
desk.tick(WORK)
"""


def _work() -> Tick:
    return next(tick for tick in BOARD.ticks if tick.every_seconds == 2.0)


WORK = _work()


def with_cases(folder: Path, number: int) -> Story:
    """So many accepted cases, all due in January 2027."""
    story = Story(folder, "12-22 10:00")
    for start in range(0, number, 500):
        cases = [f"c{at:06d}" for at in range(start, min(number, start + 500))]
        story.deliver([story.seal(received(case), at("12-21 10:00")) for case in cases])
        story.deliver([story.seal(accepted(case), at("12-22 10:00")) for case in cases])
    return story


def multiplied(story: Story, times: int) -> None:
    """The same cases once more under other numbers: written straight into the store, which takes seconds."""
    with story.desk.engine.begin() as connection:
        for name in ("facts", "clocks", "rungs"):
            columns = [column.name for column in BOARD.metadata.tables[name].columns]
            told = {"about": "about || :more", "clock_id": "replace(clock_id, about, about || :more)"}
            rows = f"SELECT {', '.join(told.get(one, one) for one in columns)} FROM {name} WHERE about LIKE 'c______'"
            for number in range(1, times):
                insert = text(f"INSERT INTO {name} ({', '.join(columns)}) {rows}")
                connection.execute(insert, {"more": f"-{number:02d}"})


def released(story: Story) -> dict[str, Any]:
    assert done(story.desk, "timer.draft-calendar", NOTICE, **DRAFTER)["state"] == "counting"
    story.desk.tick(WORK)
    order = {"draft_no": 1, "confirm": ["festivals"]}
    return done(story.desk, "timer.release-draft", order, **SECOND)


def test_the_years_notice_makes_fifty_thousand_provisional_dates_firm_and_moves_them(tmp_path: Path) -> None:
    story = with_cases(tmp_path, 2_500)
    multiplied(story, 20)
    assert released(story)["state"] == "releasing"
    story.desk.tick(WORK)
    draft = asked(story.desk, "draft", draft_no=1)
    assert (draft["state"], draft["count"], draft["confirmed"]) == ("released", 50_000, 50_000)
    assert asked(story.desk, "draft_moves", draft_no=1, after=49_999)["items"][0]["about"] == "c002499-19"
    assert not story.clocks("c002499-19")["decision/1"]["provisional"]


def test_a_release_that_was_killed_in_the_middle_has_moved_nothing_and_is_done_when_the_timer_is_back(
    tmp_path: Path,
) -> None:
    story = with_cases(tmp_path, 2_001)
    assert released(story)["state"] == "releasing"
    story.desk.engine.dispose()
    before = everything(story.desk)
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert any(line.strip() == b"in the middle" for line in child.stdout)
    child.kill()
    child.communicate()
    assert everything(story.desk) == before

    story.desk.tick(WORK)
    assert asked(story.desk, "draft", draft_no=1)["state"] == "released"
    moved = [one.data["clock_id"] for one in story.said("clock.moved")]
    assert len(moved) == len(set(moved)) == 2_001
    story.desk.tick(WORK)
    assert len(story.said("calendar.published")) == 1
