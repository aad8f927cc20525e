"""Whether each level sees where a case is while it travels from banner to region and back, through the APIs."""

import time
from itertools import takewhile
from typing import Any

from gateway.events import ARRIVED
from tests.chain import BANNER, CITY, REGION, Chain, Level
from tests.levels.work import file_cases, step
from tests.stack import until

#: Decided by the region.
TO_THE_REGION = "NM-021"


def got(level: Level, path: str) -> dict[str, Any]:
    with level.client("supervisor") as client:
        answer = client.get(path)
        return dict(answer.json()) if answer.is_success else {}


def hands(level: Level, path: str) -> list[str]:
    return [one["held_by"] for one in got(level, path).get("holders", ())]


def test_a_case_that_travels_to_the_region_and_back_is_seen_in_the_right_hands_everywhere(chain: Chain) -> None:
    case_no = file_cases(chain, 1, TO_THE_REGION)[0]
    below = f"/v1/subtree/cases/{case_no}"

    def seen(*expected: str) -> bool:
        """By the banner itself, by its city and by the region."""
        looked = [hands(chain.banner, f"/v1/cases/{case_no}"), hands(chain.city, below), hands(chain.region, below)]
        return looked == [list(expected)] * 3

    def number_above(level: Level, path: str) -> str:
        found = until("the case to be opened above", lambda: got(level, path).get("handed", {}).get("above"))
        return str(found)

    assert step(chain.banner, case_no, "forward") == 200
    at_city = number_above(chain.city, below)
    until("three levels to see the city's hands", lambda: seen(BANNER, CITY))
    assert step(chain.city, at_city, "forward") == 200
    at_region = number_above(chain.region, f"/v1/subtree/cases/{at_city}")
    until("three levels to see the region's hands", lambda: seen(BANNER, CITY, REGION))

    elsewhere = got(chain.region, f"/v1/lines?authority={BANNER}&held_by={REGION}")["items"]
    assert case_no in {line["case_no"] for line in elsewhere}
    # nobody sees what is above him or beside him
    assert got(chain.banner, f"/v1/subtree/cases/{at_city}") == {}
    assert got(chain.city, f"/v1/subtree/cases/{at_region}") == {}
    assert got(chain.city, f"/v1/lines?authority={REGION}&state=all")["items"] == []

    assert step(chain.region, at_region, "accept") == 200
    assert step(chain.region, at_region, "grant", document_no="内林草许〔2026〕9号") == 200
    until("three levels to see it back", lambda: seen(BANNER, CITY, REGION, BANNER))
    assert step(chain.banner, case_no, "deliver") == 200
    until("the region to see it delivered", lambda: got(chain.region, below)["line"]["state"] == "delivered")

    def equal(lights: dict[str, Any] | None) -> bool:
        # nothing to compare where nobody has counted it twice: our own ledger, or one that has just begun
        return lights is None or lights["equal"] in (True, None)

    def agree() -> bool:
        ledgers = got(chain.region, "/v1/links/reconciliation")["items"]
        return len(ledgers) >= 2 and all(one["state"] == "ok" and equal(one["lights"]) for one in ledgers)

    until("roots and counts to agree", agree)


def test_a_board_above_is_woken_by_what_happens_below(chain: Chain) -> None:
    with (
        chain.region.client("supervisor") as client,
        client.stream("GET", "/v1/events", params={"types": "qidi.subtree."}) as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines).startswith("retry")
        file_cases(chain, 1)
        end = time.monotonic() + 60  # comment lines come all the time, so the stream itself never times out
        heard = [line for line in takewhile(lambda line: BANNER not in line and time.monotonic() < end, lines) if line]
    assert f"event: {ARRIVED}" in heard
    assert not [line for line in heard if line.startswith("id:")]
