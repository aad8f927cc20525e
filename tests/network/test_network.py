"""Tests that ask whether two machines with a bad network between them hold the same record in the end (F14)."""

import time

from tests.chain import BANNER, CITY
from tests.faults.load import Load
from tests.levels.work import FORWARDED, case_of, file_cases, step
from tests.network.conftest import SEED, Apart
from tests.stack import until

CUT_SECONDS = 60
#: Seconds each way, and the shares that are lost, doubled and reordered.
BAD = "bad 0.2 0.05 0.02 0.10"


def holder_above(apart: Apart, case_no: str) -> str:
    rows = apart.city.rows("intake", "SELECT held_by FROM cases WHERE forwarded_from = :c", c=case_no)
    return str(rows[0][0]) if rows else ""


def test_a_line_that_is_cut_then_slow_lossy_doubling_and_reordering_costs_nothing(apart: Apart) -> None:
    since, load = apart.banner.entries(), Load(apart.banner, 300, "bad-network")
    cases = file_cases(apart, 2, FORWARDED)
    load.run(lambda: print(f"\ncut after frames: {apart.wire.becomes('cut')}, seed {SEED}"))
    begun = time.monotonic()
    local = load.counts()
    assert (local["acknowledged"], local["lost"], local["doubled"], local["unexpected"]) == (300, 0, 0, 0)
    assert [step(apart.banner, case, "forward") for case in cases] == [200, 200]
    assert apart.banner.held().receipted < apart.banner.entries()
    until(f"{CUT_SECONDS} seconds of silence", lambda: time.monotonic() - begun > CUT_SECONDS, CUT_SECONDS + 10, 1.0)
    assert {case_of(apart.banner, case)["held_by"] for case in cases} == {BANNER}
    assert [holder_above(apart, case) for case in cases] == ["", ""]

    apart.wire.becomes(BAD)
    more = Load(apart.banner, 100, "while-it-is-bad")
    more.run(lambda: None)
    apart.in_step(240)
    for case in cases:
        until("the city to hold it", lambda c=case: holder_above(apart, c) == CITY, 120)  # type: ignore[misc]
        until("the banner to know", lambda c=case: case_of(apart.banner, c)["held_by"] == CITY, 120)  # type: ignore[misc]
    frames = apart.wire.becomes("good")
    print(f"frames in all: {frames}")
    assert min(frames["lost"], frames["doubled"], frames["reordered"]) > 0
    apart.in_step()
    counts = apart.counts("bad-network, above", 402, len(load.acknowledged) + len(more.acknowledged) + 2, since)
    assert (counts["lost"], counts["doubled"], counts["unexpected"]) == (0, 0, 0)
