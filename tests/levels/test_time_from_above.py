"""Tests that ask whether days and limits of the region reach the banner over two real links, also across a cut."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.contracts.vocabulary import ZONE
from tests.chain import REGION, Chain, Level
from tests.levels.work import FORWARDED, file_cases
from tests.stack import until

WHO = ("supervisor", "周明", "政务服务局")
SECOND = ("admin", "吴强", "政务服务局")
NOTICE = "内政办发〔2026〕45号"


def post(level: Level, path: str, who: tuple[str, str, str] = WHO, **body: Any) -> dict[str, Any]:
    with level.client(*who) as client:
        answer = client.post(path, json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())


def get(level: Level, path: str) -> dict[str, Any]:
    with level.client(*WHO) as client:
        answer = client.get(path)
        assert answer.is_success, answer.text
        return dict(answer.json())


def who_released(level: Level, day: str) -> Callable[[], str | None]:
    """The authority that laid this day down there, as far as it has heard."""

    def asked() -> str | None:
        days = get(level, f"/v1/calendar?year={day[:4]}")["days"]
        return next((one["authority"] for one in days if one["day"] == day), None)

    return asked


def test_days_of_the_region_reach_the_banner_once_the_cut_is_over_and_go_when_withdrawn(chain: Chain) -> None:
    before = get(chain.banner, "/v1/calendar?year=2026")
    chain.line.cut()
    draft = post(chain.region, "/v1/calendar/drafts", days={"2026-12-28": "holiday"}, notice=NOTICE)["draft_no"]
    answer = post(chain.region, f"/v1/calendar/drafts/{draft}/release", SECOND)
    until("the city to know the day", lambda: who_released(chain.city, "2026-12-28")() == REGION, 60)
    assert get(chain.banner, "/v1/calendar?year=2026") == before
    chain.line.resume()
    until("the banner to know the day", lambda: who_released(chain.banner, "2026-12-28")() == REGION, 60)
    versions = {get(one, "/v1/calendar?year=2026")["version"] for one in (chain.banner, chain.city, chain.region)}
    assert versions == {answer["calendar"]}

    path = f"/v1/calendar/releases/{answer['release_no']}/withdrawal/draft"
    draft = post(chain.region, path, reason="撤销")["draft_no"]
    post(chain.region, f"/v1/calendar/drafts/{draft}/release", SECOND)
    until("the day to go", lambda: who_released(chain.banner, "2026-12-28")() is None, 60)
    assert get(chain.banner, "/v1/calendar?year=2026") == before
    chain.in_step()


def test_a_limit_of_the_region_counts_for_the_banners_next_case_and_cannot_be_lengthened_there(chain: Chain) -> None:
    (old,) = file_cases(chain, 1, FORWARDED)
    six = [{"rule": "forward", "limit": {"amount": 6, "unit": "working_days"}}]
    today = datetime.now(ZONE).date().isoformat()
    post(chain.region, "/v1/rules", rules=six, in_force_from=today, basis="内政办发〔2026〕8号")
    until("the banner to know the limit", lambda: forward_rule(chain.banner)["set"] is not None, 60)
    whose = forward_rule(chain.banner)["set"]
    assert (whose["authority"], whose["basis"]) == (REGION, "内政办发〔2026〕8号")

    (new,) = file_cases(chain, 1, FORWARDED)
    until("the new clock", lambda: limit_of(chain, new) is not None, 30)
    assert (limit_of(chain, old), limit_of(chain, new)) == (7, 6)
    with chain.banner.client(*WHO) as client:
        seven = [{"rule": "forward", "limit": {"amount": 7, "unit": "working_days"}}]
        order = {"rules": seven, "in_force_from": today, "basis": "林政发〔2026〕1号"}
        assert client.post("/v1/rules", json=order).status_code == 422
    chain.in_step()


def forward_rule(level: Level) -> dict[str, Any]:
    return next(dict(one) for one in get(level, "/v1/rules")["items"] if one["rule"] == "forward")


def limit_of(chain: Chain, case_no: str) -> int | None:
    items = get(chain.banner, f"/v1/cases/{case_no}/clocks")["items"]
    return next((int(one["limit"]["amount"]) for one in items if one["clock_kind"] == "forward"), None)
