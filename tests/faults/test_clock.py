"""A clock that is wrong: eight hours fast, two slow, right again, on a whole authority that is started each time."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.faults.load import PEOPLE, PROJECT_CODE, Load
from tests.stack import PROJECT, Stack, until

HOUR = 3600


def goes_back(stack: Stack) -> list[float]:
    """By how many seconds recorded time goes back, at each place of the ledger where it does."""
    recorded = [row[0] for row in stack.rows("ledger", "SELECT recorded FROM entries ORDER BY idx")]
    return [before - after for before, after in itertools.pairwise(recorded) if after < before]


def bad_clocks(stack: Stack) -> list[str]:
    order = [sys.executable, "-c", "from qidi.cli import main; main()", "doctor", "--json"]
    said = subprocess.run(order, cwd=PROJECT, env=dict(stack.environ), capture_output=True, text=True, timeout=90)
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return [line["text_en"] for line in found if line["check"] == "clock" and line["mark"] == "bad"]


def test_recorded_time_never_goes_back_and_doctor_says_what_is_wrong(tmp_path: Path) -> None:
    told, places, lights = {}, {}, 0
    for number, hours in enumerate((8, -2, 0)):
        with Stack(tmp_path / "var", QIDI_CLOCK_OFFSET_SECONDS=str(hours * HOUR)) as stack:
            if number == 0:
                stack.name(*PEOPLE)
                with stack.client() as client:
                    project = {
                        "project_code": PROJECT_CODE,
                        "project_name": "供水管网改造",
                        "owner_name": "林西水务有限公司",
                    }
                    assert client.post("/v1/projects", json=project).is_success
            load = Load(stack, 20, f"clock{number}", clients=4)
            load.run(lambda: None)
            counts = load.counts()
            assert (counts["lost"], counts["doubled"], counts["unexpected"]) == (0, 0, 0)
            until("the skew in the scrape", lambda: stack.metric("qidi_up", service="intake") == 1)
            told[hours], places[hours] = bad_clocks(stack), goes_back(stack)
            lit = stack.number("ledger", "SELECT COUNT(*) FROM entries WHERE stem = 'qidi.clock.light-changed'")
            assert lit >= lights
            lights = lit
    print(f"attempted 60, recorded 60, places where recorded time goes back: {places}")
    # a moment between two services that write at once is no clock that goes back
    assert all(seconds < 1.0 for each in places.values() for seconds in each), places
    assert any("away from this one" in line for line in told[8])
    assert any("behind what is already recorded" in line for line in told[-2])
    assert any("behind what is already recorded" in line for line in told[0])
