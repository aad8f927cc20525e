"""Whether a broker without its disk, a store from yesterday and a wrong clock are noticed, and cost nothing."""

import csv
import shutil
from pathlib import Path

from tests.chain import BANNER, CITY, Chain
from tests.faults.load import Load
from tests.levels.test_cut_off import assert_all_answered, clean, pages_waiting
from tests.levels.work import (
    FORWARDED,
    back_up,
    file_cases,
    one_holder,
    opened_from,
    red_lights,
    restore,
    step,
)
from tests.stack import until


def test_a_superior_whose_broker_comes_back_without_its_disk_misses_nothing(chain: Chain) -> None:
    since, load = chain.banner.entries(), Load(chain.banner, 200, "empty-broker")
    [case] = file_cases(chain, 1, FORWARDED)
    broker = Path(chain.city.state()["broker_folder"])

    def lose() -> None:
        # What the city's own services have in hand is another matter: the link's part is what waits between levels.
        with chain.city.down("link", "link-150000"):
            chain.city.quiet()
            chain.region.quiet()
            assert step(chain.banner, case, "forward") == 200
            until("pages in the queue", lambda: pages_waiting(chain) > 0)
            with chain.city.down("broker"):
                shutil.rmtree(broker / "data")

    load.run(lose)
    assert_all_answered(load)
    chain.in_step(120)
    assert clean(chain.counts("empty-broker, above", load.number + 1, len(load.acknowledged) + 1, since))
    until("the forwarded case above", lambda: one_holder(chain, case) == CITY)
    until("the city to answer", lambda: chain.city.answers("/readyz"))


# --- clocks -----------------------------------------------------------------------------------------------------------


def restart_with_clock(chain: Chain, seconds: int) -> None:
    """The banner goes down as in a power cut, and comes back with its clock moved."""
    chain.banner.kill()
    chain.banner.set(QIDI_CLOCK_OFFSET_SECONDS=str(seconds))
    chain.banner.start()


def test_a_clock_that_is_wrong_by_an_hour_and_is_put_right_turns_no_light_and_loses_no_holder(chain: Chain) -> None:
    reds = red_lights(chain.banner), red_lights(chain.city)
    since = chain.banner.entries()
    restart_with_clock(chain, 3600)
    try:
        [case] = file_cases(chain, 1, FORWARDED)
        assert step(chain.banner, case, "forward") == 200
        until("both records to name the city", lambda: one_holder(chain, case, clocks_agree=False) == CITY)
        [above] = opened_from(chain.city, case)
    finally:
        restart_with_clock(chain, 0)
    # in the hour that now comes twice the case returns, and the next one goes up
    assert step(chain.city, above, "return", reason="缺少勘测定界图") == 200
    until("the case to be back", lambda: one_holder(chain, case, clocks_agree=False) == BANNER)
    [later] = file_cases(chain, 1, FORWARDED)
    assert step(chain.banner, later, "forward") == 200
    until("both records to name the city", lambda: one_holder(chain, later) == CITY)
    chain.in_step()
    assert clean(chain.counts("clock wrong by an hour", 2, 2, since))
    assert (red_lights(chain.banner), red_lights(chain.city)) == reds


# --- a store from yesterday -------------------------------------------------------------------------------------------


def test_a_child_restored_from_an_old_backup_is_noticed_and_goes_on_only_when_people_say_so(
    chain: Chain, tmp_path: Path
) -> None:
    """Step by step as `docs/runbooks/restored-child.md` says."""
    chain.in_step()
    back_up(chain.banner, tmp_path / "backup")
    kept = chain.banner.entries()
    numbers = file_cases(chain, 5)
    chain.in_step()
    lost = chain.city.held(BANNER)
    # 1
    chain.banner.stop()
    restore(chain.banner, tmp_path / "backup")
    chain.banner.start()
    # 2
    until("the city to notice", lambda: chain.city.held(BANNER).state == "fork")
    shown = " ".join(chain.city.does("links").split())
    assert "fork" in shown
    assert f"from entry {kept} on" in chain.city.held(BANNER).problem
    until("the banner to know", lambda: chain.banner.told("qidi.link.troubled", origin=BANNER))
    assert chain.city.told("qidi.link.troubled", origin=BANNER, side="below")
    # 3
    for level in (chain.banner, chain.city):
        examined = level.qidi("doctor")
        assert (examined.returncode, "restored-child" in examined.stdout) == (1, True), examined.stdout
    assert chain.city.qidi("verify", "--origin", BANNER).returncode == 1
    # 4
    chain.city.does("export", "--lost", str(tmp_path / "lost.csv"), "--origin", BANNER)
    # 5: the banner works on; nothing of it is taken, and nothing that was taken is forgotten
    again = cases_received(tmp_path / "lost.csv")
    assert len(again) == 5
    chain.banner.quiet()
    assert set(file_cases(chain, len(again))).isdisjoint(numbers)  # what was lost keeps its numbers
    chain.banner.quiet()
    assert chain.banner.entries() > kept + len(again)
    assert (chain.city.held(BANNER).size, chain.city.held(BANNER).root) == (lost.size, lost.root)
    # 6
    decided = ("--person", "王五", "--reason", "磁盘损坏，恢复昨日备份")
    assert CITY in chain.banner.qidi("link", "accept-fork", BANNER, *decided).stderr
    said = chain.city.does("link", "accept-fork", BANNER, *decided)
    assert f"自第 {kept} 条起重新接收" in said
    # 7
    until("the region to notice", lambda: chain.region.held(BANNER).state == "fork")
    chain.region.does("link", "accept-fork", BANNER, *decided)
    # 8
    chain.in_step()
    for level in (chain.banner, chain.city, chain.region):
        assert "fork" not in level.does("links")
    assert clean(chain.counts("restored from yesterday", len(again), len(again), kept))
    former = "SELECT COUNT(*) FROM origin_entries WHERE origin = :o AND branch = 0 AND idx >= :k"
    assert chain.city.rows("ledger", former, o=BANNER, k=kept)[0][0] == lost.size - kept  # evidence stays


def cases_received(listed: Path) -> set[str]:
    """The cases that came in, by the list of what was lost."""
    with listed.open(encoding="utf-8-sig", newline="") as file:
        return {row["编号"] for row in csv.DictReader(file) if row["事项"] == "已接件"}
