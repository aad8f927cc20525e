"""Tests that ask whether being cut off from the other levels costs anybody anything (F14 to F16)."""

import pika

from services.plumbing import topology
from tests.chain import BANNER, CITY, Chain
from tests.faults.load import Load
from tests.levels.work import (
    FORWARDED,
    case_of,
    file_cases,
    one_holder,
    opened_from,
    pile_up,
    red_lights,
    step,
    take_away,
)
from tests.stack import until

WAITING = 20_000
CLEAN = {"lost": 0, "doubled": 0, "unexpected": 0}


def clean(counts: dict[str, int]) -> bool:
    return {name: counts[name] for name in CLEAN} == CLEAN


def assert_all_answered(load: Load) -> None:
    """Everything was answered and recorded at the banner, whoever could hear it."""
    local = load.counts()
    assert load.unexpected == []
    assert local["attempted"] == local["acknowledged"] == local["recorded"]
    assert (local["lost"], local["doubled"]) == (0, 0)


# --- the line ---------------------------------------------------------------------------------------------------------


def test_a_link_cut_in_the_middle_of_a_load_stops_nothing_and_loses_nothing(chain: Chain) -> None:
    since, load = chain.banner.entries(), Load(chain.banner, 200, "cut-link")
    load.run(chain.line.cut)
    assert_all_answered(load)
    assert chain.banner.held().receipted < chain.banner.entries()
    chain.line.resume()
    chain.in_step()
    assert clean(chain.counts("cut-link, above", load.number, len(load.acknowledged), since))


def test_twenty_thousand_entries_wait_for_the_link_and_arrive_once_in_order(chain: Chain) -> None:
    since, reds = chain.banner.entries(), (red_lights(chain.banner), red_lights(chain.city))
    chain.line.cut()
    pile_up(chain.banner, WAITING)
    begun = chain.city.held(BANNER).size
    cases = file_cases(chain, 3)  # nobody at the banner waits for any of this
    chain.banner.quiet()
    assert chain.city.held(BANNER).size == begun
    chain.line.resume()
    chain.in_step(180)
    counts = chain.counts("outage", WAITING + 3, WAITING + len(cases), since)
    assert clean(counts)
    assert counts["recorded"] >= WAITING + 3
    chain.city.quiet(120)
    assert (red_lights(chain.banner), red_lights(chain.city)) == reds
    lights = "SELECT told_light, COUNT(*) FROM lines WHERE authority = :a GROUP BY told_light ORDER BY told_light"
    below, above = chain.banner.rows("ledger", lights, a=""), chain.city.rows("ledger", lights, a=BANNER)
    assert [tuple(row) for row in below] == [tuple(row) for row in above]


def test_messages_taken_from_the_queue_of_pages_are_found_and_sent_again(chain: Chain) -> None:
    since = chain.banner.entries()
    sent = chain.banner.metric("qidi_link_pages_sent_total", origin=BANNER)
    url = chain.city.state()["amqp_url"]
    with chain.city.down("link"):
        for page in range(1, 5):
            file_cases(chain, 1)
            until(f"page {page} in the queue", lambda n=page: pages_waiting(chain) >= n)  # type: ignore[misc]
        take_away(url, topology.PAGES, 3)
    chain.in_step()
    assert clean(chain.counts("three pages removed", 4, 4, since))

    def again() -> bool:
        return chain.banner.metric("qidi_link_pages_sent_total", origin=BANNER) - sent >= 4 + 3

    until("the count, told every two seconds, to say that those that were removed went out twice", again)


def pages_waiting(chain: Chain) -> int:
    """Pages in the queue that nobody reads now."""
    with pika.BlockingConnection(pika.URLParameters(chain.city.state()["amqp_url"])) as connection:
        return int(connection.channel().queue_declare(topology.PAGES, passive=True).method.message_count)


# --- a case on its way ------------------------------------------------------------------------------------------------


def test_a_case_forwarded_while_the_link_is_cut_has_one_holder_all_the_time(chain: Chain) -> None:
    since, reds = chain.banner.entries(), red_lights(chain.banner)
    chain.line.cut()
    cases = file_cases(chain, 3, FORWARDED)
    assert [step(chain.banner, case, "forward") for case in cases] == [200, 200, 200]
    chain.banner.quiet()
    assert [case_of(chain.banner, case)["held_by"] for case in cases] == [BANNER] * 3
    assert [opened_from(chain.city, case) for case in cases] == [[], [], []]
    # one of them is withdrawn before anybody above has heard of it
    assert step(chain.banner, cases[2], "withdraw", reason="建设单位调整选址") == 200
    chain.line.resume()
    for case in cases[:2]:
        until("both records to name the city", lambda c=case: one_holder(chain, c) == CITY)  # type: ignore[misc]
    # forwarded and withdrawn at once: opened above, and given back
    until("the withdrawn one to be given back", lambda: one_holder(chain, cases[2]) == BANNER)
    assert case_of(chain.banner, cases[2])["state"] == "withdrawn"
    # cut again; the city decides one while the banner wants to withdraw it
    chain.line.cut()
    [above] = opened_from(chain.city, cases[0])
    assert step(chain.city, above, "accept") == 200
    assert step(chain.city, above, "grant", document_no="赤自然资审〔2026〕12号") == 200
    assert step(chain.banner, cases[0], "ask-withdrawal", reason="建设单位撤回") == 200
    assert case_of(chain.banner, cases[0])["held_by"] == CITY
    chain.line.resume()
    until("the outcome below", lambda: case_of(chain.banner, cases[0])["state"] == "granted")
    until("one holder", lambda: one_holder(chain, cases[0]) == BANNER)
    chain.in_step()
    assert clean(chain.counts("forwarded while cut", 3, 3, since))
    assert [len(opened_from(chain.city, case)) for case in cases] == [1, 1, 1]
    assert red_lights(chain.banner) == reds
