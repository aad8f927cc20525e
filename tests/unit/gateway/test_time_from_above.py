"""Calendars and clock rules: released, withdrawn, set and seen over HTTP and on the board."""

from typing import Any

import pytest

from services.contracts.envelope import Event, seal
from services.contracts.quantities import WireLimit
from services.contracts.rules import CalendarPublished, RuleLimit, RulesSet
from services.contracts.vocabulary import Role
from tests.builders import MORNING, WANG, a_project, a_project_code
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
PAGE = {"Accept": "text/html"}
OWN_DAYS = {"days": {"2026-12-25": "workday", "2026-12-28": "holiday"}, "notice": "林政办发〔2026〕45号"}
ONE_DAY = {"rule": "forward", "limit": {"amount": 1, "unit": "working_days"}}
AT_ONCE = {"rules": [ONE_DAY], "in_force_from": "2026-09-17", "basis": "林政发〔2026〕3号 即来即转"}


#: What stands on the page once the region and this authority have spoken.
SHOWN = (
    *("日历与规则", "2026-12-31", "内政办发〔2026〕45号", "林政办发〔2026〕45号", "内蒙古自治区", "李四@政务服务局"),
    *("周明@政务服务局", "即来即转", "转报上级", "国务院", "有效"),
)


def the_region_says(authority: Authority, event: Event, number: int = 1) -> None:
    """A letter of the region has arrived and been found genuine."""
    body = seal(
        event,
        id=f"{event.stem}-{number}",
        source="/authorities/150000/timer",
        occurred_at=MORNING,
        recorded_at=MORNING,
        sequence=number,
        actor="周明@政务服务局",
    )
    (ruling,) = authority.services.desks["timer"].take_events([body])
    assert ruling.verdict.value == "handled", ruling


async def test_a_release_is_listed_with_who_made_it_and_its_withdrawal_restores(authority: Authority) -> None:
    async with authority.client(Role.SUPERVISOR) as client:
        before = (await client.get("/v1/calendar?year=2026")).json()
        answer = (await authority.release(OWN_DAYS)).json()
        assert (answer["release_no"], answer["state"]) == (1, "released")
        shown = (await client.get("/v1/calendar?year=2026")).json()
        day = next(one for one in shown["days"] if one["day"] == "2026-12-28")
        assert (day["authority"], day["released_by"], day["notice"]) == (
            "150424",
            "李四@政务服务局",
            OWN_DAYS["notice"],
        )
        tried = await client.post("/v1/calendar/releases/1/withdrawal", json={"reason": "有误", "dry_run": True})
        assert tried.status_code == 200
        assert (await client.get("/v1/calendar?year=2026")).json() == shown
        assert (await authority.release({"release_no": 1, "reason": "有误"})).status_code == 200
        assert (await client.get("/v1/calendar?year=2026")).json() == before
        (item,) = (await client.get("/v1/calendar/releases")).json()["items"]
        assert (item["standing"], item["own"], item["withdrawn"]["why"]) == ("withdrawn", True, "有误")
        assert (await authority.release({"release_no": 1, "reason": "有误"})).status_code == 409
        assert (await authority.release({"release_no": 7, "reason": "有误"})).status_code == 404


@pytest.mark.parametrize("role", [Role.PARTNER, Role.WINDOW, Role.HANDLER])
async def test_neither_partners_nor_windows_nor_handlers_change_how_time_counts(
    authority: Authority, role: Role
) -> None:
    async with authority.client(role) as client:
        assert (await client.post("/v1/calendar/releases/1/withdrawal", json={"reason": "有误"})).status_code == 403
        assert (await client.post("/v1/rules", json=AT_ONCE)).status_code == 403
        assert (await client.get("/v1/rules")).status_code == 200


async def test_a_rule_is_set_for_tomorrow_and_the_list_names_who_set_what(authority: Authority) -> None:
    async with authority.client(Role.SUPERVISOR) as client:
        assert (await client.post("/v1/rules", json=AT_ONCE)).status_code == 200
        forward = await the_forward_rule(client)
        assert (forward["limit"]["amount"], forward["coming"][0]["limit"]["amount"]) == (7, 1)
        authority.clock.move(days=1)
        forward = await the_forward_rule(client)
        assert (forward["limit"]["amount"], forward["set"]["basis"], forward["set"]["set_by"]) == (
            1,
            AT_ONCE["basis"],
            "李四@政务服务局",
        )
        assert forward["law"]


async def the_forward_rule(client: Any) -> dict[str, Any]:
    items = (await client.get("/v1/rules")).json()["items"]
    return next(dict(one) for one in items if one["rule"] == "forward")


async def test_what_the_region_set_is_the_most_that_can_be_set_here_and_the_answer_says_so(
    authority: Authority,
) -> None:
    limit = RuleLimit(rule="forward", limit=WireLimit(amount=2))
    the_region_says(
        authority, RulesSet(number=1, in_force_from=MORNING.date(), basis="内政办发〔2026〕8号", rules=(limit,))
    )
    async with authority.client(Role.SUPERVISOR) as client:
        longer = AT_ONCE | {"rules": [{"rule": "forward", "limit": {"amount": 3, "unit": "working_days"}}]}
        answer = await client.post("/v1/rules", json=longer)
        assert answer.status_code == 422
        (problem,) = answer.json()["problems"]
        assert problem["field"] == "rules.0.limit.amount"
        assert "内蒙古自治区" in problem["message"]
        assert "内政办发〔2026〕8号" in problem["message"]
        assert (await client.post("/v1/rules", json=AT_ONCE)).status_code == 200


async def test_the_board_shows_the_year_the_releases_and_the_rules_with_their_sources(authority: Authority) -> None:
    published = CalendarPublished(number=1, notice="内政办发〔2026〕45号", days={MORNING.date(): "holiday"})
    the_region_says(authority, published)
    limit = RuleLimit(rule="forward", limit=WireLimit(amount=1))
    the_region_says(authority, RulesSet(number=1, in_force_from=MORNING.date(), basis="即来即转", rules=(limit,)))
    assert (await authority.release(OWN_DAYS)).status_code == 200
    async with authority.client(Role.HANDLER, **PAGE) as client:
        shown = (await client.get("/board/calendar")).text
        for text in SHOWN:
            assert text in shown, text
        assert "暂定" in (await client.get("/board/calendar?year=2027")).text
        english = (await client.get("/board/calendar?year=2026", headers={"Cookie": "qidi_lang=en"})).text
        assert "Clock rules in force" in english
        assert (await client.get("/board/calendar?year=1800")).status_code == 200
    async with authority.client(Role.PARTNER, **PAGE) as client:
        assert (await client.get("/board/calendar")).status_code == 403


async def test_a_case_page_says_who_set_the_limit_and_why_a_date_moved(authority: Authority) -> None:
    limit = RuleLimit(rule="one_time_notice", limit=WireLimit(amount=3))
    basis = "内政办发〔2026〕8号"
    the_region_says(authority, RulesSet(number=1, in_force_from=MORNING.date(), basis=basis, rules=(limit,)))
    authority.clock.move(minutes=1)
    async with authority.client(Role.WINDOW) as client:
        await client.post("/v1/projects", json=a_project())
        body = {"project_code": a_project_code(), "matter_code": "NM-001", "handler": WANG}
        case_no = (await client.post("/v1/cases", json=body)).json()["case_no"]
    moved = {"days": {"2026-09-18": "holiday"}, "notice": "林政办发〔2026〕45号"}
    assert (await authority.release(moved)).json()["count"] == 1
    async with authority.client(Role.HANDLER, **PAGE) as client:
        shown = (await client.get(f"/board/cases/{case_no}?why={case_no}/one_time_notice/1")).text
    assert f"时限由内蒙古自治区自2026-09-16起规定：{basis}" in shown
    assert "林政办发〔2026〕45号：自此按日历cn-150424-2026" in shown
    assert "林西县发布" in shown
