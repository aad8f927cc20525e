"""Tests that ask whether a superior that is away for a week makes anybody late who was not, or anything uncertain.

The clocks of all three authorities are moved on; what was said under the later time cannot be taken back, so they are
three of the test's own.
"""

from datetime import date, datetime, timedelta
from typing import Any

from services.contracts.vocabulary import ZONE
from services.timer.calendar import state_council
from tests.chain import BANNER, CITY, Chain, Level
from tests.levels.test_cut_off import clean
from tests.levels.test_seen import got
from tests.levels.work import FORWARDED, case_of, file_cases, one_holder, opened_from, step
from tests.stack import until

#: One less than there are for forwarding, one more than for the one-time notice; a week, and what is off in it.
WORKING_DAYS = 6
OFFSET = "QIDI_CLOCK_OFFSET_SECONDS"


def forward_clock(chain: Chain, case_no: str) -> dict[str, Any]:
    clocks = got(chain.banner, f"/v1/cases/{case_no}/clocks")["items"]
    return next(dict(one) for one in clocks if one["clock_kind"] == "forward")


def acknowledged_at(chain: Chain, case_no: str) -> datetime:
    """The time of the city's own entry, in its own ledger."""
    query = (
        "SELECT json_extract(body, '$.time') FROM entries"
        " WHERE stem = 'qidi.forward.acknowledged' AND json_extract(body, '$.data.case_no') = :c"
    )
    [[at]] = chain.city.rows("ledger", query, c=case_no)
    return datetime.fromisoformat(at)


def turned(level: Level, light: str) -> list[str]:
    """The cases of an authority of which a clock was said to show this light, in that order, each time that it was."""
    return [str(one["about"]) for one in level.told("qidi.clock.light-changed", light=light)]


def waiting_seconds(chain: Chain) -> float:
    """How long the banner's oldest entry without a receipt has waited, as the banner says itself."""
    ledgers = got(chain.banner, "/v1/links/reconciliation")["items"]
    return next(float(one["up"]["waiting_seconds"]) for one in ledgers if one["origin"] == BANNER)


def forward_so_that_only_the_letter_waits(chain: Chain, case_no: str) -> str:
    """The city has the page, and the line is cut before it has opened its case; the number of that case."""
    with chain.city.down("courier"):
        assert step(chain.banner, case_no, "forward") == 200
        chain.banner.quiet()
        until("the page at the city", lambda: chain.city.held(BANNER).size == chain.banner.entries())
        chain.line.cut()
        assert opened_from(chain.city, case_no) == []
    [above] = until("the case at the city", lambda: opened_from(chain.city, case_no))
    return above


def test_a_superior_that_is_away_for_a_week_makes_nobody_late_and_then_hears_everything_once_in_order(
    lone_chain: Chain,
) -> None:
    chain = lone_chain
    chain.in_step()
    since = chain.banner.entries()
    heard, unheard, neglected = (file_cases(chain, 1, matter)[0] for matter in (FORWARDED, FORWARDED, "NM-001"))
    received = date.fromisoformat(case_of(chain.banner, heard)["received_at"][:10])

    # the line is cut after the city has heard of one case and before it has heard of the other; then the city goes dark
    above = forward_so_that_only_the_letter_waits(chain, heard)
    assert step(chain.city, above, "accept") == 200
    assert step(chain.banner, unheard, "forward") == 200
    chain.banner.quiet()
    chain.city.quiet()
    chain.city.kill()
    chain.banner.kill()

    # a week at the banner: the clock of the neglected case shows that lights have turned
    away = max(timedelta(days=7), state_council().nth_working_day(received, WORKING_DAYS) - received)
    chain.banner.set(**{OFFSET: str(away.total_seconds())})
    chain.banner.start()
    until("the neglected case to turn red", lambda: neglected in turned(chain.banner, "red"))
    until("the others to turn yellow", lambda: {heard, unheard} <= set(turned(chain.banner, "yellow")))
    worked = file_cases(chain, 20)
    assert [step(chain.banner, case, "accept") for case in worked] == [200] * len(worked)
    [later] = file_cases(chain, 1, FORWARDED)
    assert step(chain.banner, later, "forward") == 200
    chain.banner.quiet()
    forwarded = [heard, unheard, later]
    assert [case_of(chain.banner, case)["held_by"] for case in forwarded] == [BANNER] * 3
    assert [forward_clock(chain, case)["stopped_at"] for case in forwarded] == [None] * 3
    assert waiting_seconds(chain) >= away.total_seconds()

    # they come back, and a week has passed there as well
    chain.city.set(**{OFFSET: str(away.total_seconds())})
    back = datetime.now(ZONE) + away
    chain.start_city()
    chain.line.resume()
    for case in forwarded:
        until("both records to name the city", lambda c=case: one_holder(chain, c) == CITY)  # type: ignore[misc]
    chain.in_step()
    orders = 3 + len(forwarded) + 2 * len(worked) + 1  # filed before, forwarded, filed and accepted, filed at the end
    assert clean(chain.counts("superior away for a week", orders, orders, since))
    assert [len(opened_from(chain.city, case)) for case in forwarded] == [1, 1, 1]
    assert waiting_seconds(chain) == 0

    # each clock has stopped at the time of the city's entry: for the first case a week ago, for the others not before
    entered = [acknowledged_at(chain, case) for case in forwarded]
    assert entered[0] < back - away < back < min(entered[1:])
    clocks = [forward_clock(chain, case) for case in forwarded]
    assert [datetime.fromisoformat(clock["stopped_at"]) for clock in clocks] == entered
    assert [datetime.fromisoformat(case_of(chain.banner, case)["held_since"]) for case in forwarded] == entered
    assert [clock["on_time"] for clock in clocks] == [True] * 3

    # nobody was late but who was, and all levels say so
    assert turned(chain.banner, "red") == [neglected]
    assert (turned(chain.city, "red"), turned(chain.region, "red")) == ([], [])
    red = "SELECT case_no FROM lines WHERE told_light = 'red'"
    assert [[row[0] for row in level.rows("ledger", red)] for level in (chain.banner, chain.city)] == [[neglected]] * 2
    until("lights and letters to agree", lambda: all_agree(chain))


def all_agree(chain: Chain) -> bool:
    """Whether the upper levels hold the same lights, and every letter to the banner was answered."""
    ledgers = [one for level in (chain.city, chain.region) for one in got(level, "/v1/links/reconciliation")["items"]]
    below = [one for one in ledgers if one["via"]]
    [link] = [one for one in got(chain.city, "/v1/links")["items"] if one["code"] == BANNER]
    return (
        sorted(one["origin"] for one in below) == sorted([BANNER, BANNER, CITY])
        and all(one["state"] == "ok" and one["lights"] and one["lights"]["equal"] for one in below)
        and link["letters_said"] == link["letters_answered"] > 0
    )
