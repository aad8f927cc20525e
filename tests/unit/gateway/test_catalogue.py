"""Lists of matters by API and board: what waits, what differs, adopting, publishing, and who has adopted what."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.catalogue import subtree
from services.contracts.cases import CatalogueAdopted
from services.contracts.catalogues import (
    ADOPTION_WORKING_DAYS,
    CatalogueArrived,
    CataloguePublished,
    PublicationAdopted,
)
from services.contracts.envelope import Event, seal
from services.contracts.quantities import Person, WireLimit
from services.contracts.vocabulary import Level, Role
from services.intake.matters import reference_matters
from services.timer.own_limits import OwnLimits
from tests.builders import MORNING
from tests.unit.gateway.running import Authority, an_authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
PAGE: dict[str, Any] = {"Accept": "text/html"}
ZHOU = Person(name="周正", department="政务服务局")
CITY = "150400"


def from_another(event: Event, authority: str, sequence: int = 1) -> bytes:
    facts: dict[str, Any] = {"occurred_at": MORNING, "recorded_at": MORNING, "sequence": sequence}
    return seal(event, id=f"{authority}-{event.stem}-{sequence}", source=f"/authorities/{authority}/intake", **facts)


def a_publication(**changes: Any) -> CataloguePublished:
    """What the city publishes: matter 1 within fifteen working days."""
    matters = list(reference_matters(Level.CITY))
    matters[0] = matters[0].model_copy(update={"promised": WireLimit(amount=15)} | changes)
    return CataloguePublished(number=1, matters=tuple(matters), person=ZHOU)


def arrive(authority: Authority, event: Event | None = None, sender: str = CITY) -> None:
    authority.services.hand("intake", [from_another(event or a_publication(), sender)])
    authority.services.deliver()


async def get(authority: Authority, path: str, role: Role = Role.SUPERVISOR) -> Any:
    async with authority.client(role) as client:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def post(authority: Authority, path: str, **order: Any) -> httpx.Response:
    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "en"}) as client:
        return await client.post(path, json=order)


async def board(authority: Authority, role: Role = Role.SUPERVISOR, language: str = "zh") -> str:
    async with authority.client(role, **PAGE) as client:
        client.cookies.set("qidi_lang", language)
        answer = await client.get("/board/catalogue")
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def region(template: tuple[Path, dict[Role, str]], tmp_path: Path) -> Authority:
    """The same app, as the region's."""
    authority = an_authority(*template, tmp_path)
    for desk in authority.services.desks.values():
        desk.authority = "150000"
    return authority


# --- the API ----------------------------------------------------------------------------------------------------------


async def test_a_list_from_above_waits_is_compared_and_adopted(authority: Authority) -> None:
    arrive(authority)
    found = await get(authority, "/v1/catalogue/differences")
    [one] = found["items"]
    assert (one["kind"], one["code"], one["outcome"], found["refused"]) == ("longer-limit", "NM-001", "taken", 0)
    assert "NM-001" in one["message"]
    answer = await post(authority, "/v1/catalogue/adoptions", by=CITY, number=1)
    assert answer.json()["adopted"] == [{"by": CITY, "number": 1}]
    assert (await get(authority, "/v1/matters"))["items"][0]["promised"]["amount"] == 15
    assert (await get(authority, "/v1/catalogue/publications"))["above"][0]["own_number"] == 2


async def test_what_goes_beyond_is_a_problem_document_with_every_difference(authority: Authority) -> None:
    arrive(authority)
    wishes = [{"code": "NM-001", "promised": {"amount": 16}, "materials": ["会议纪要"]}, {"code": "NM-999"}]
    answer = await post(authority, "/v1/catalogue/adoptions", matters=wishes)
    assert answer.status_code == 422
    problems = {one["field"]: one["message"] for one in answer.json()["problems"]}
    assert set(problems) == {"matters.NM-001.promised", "matters.NM-001.materials", "matters.NM-999.code"}
    assert "16 working_days" in problems["matters.NM-001.promised"]


async def test_adopting_is_the_supervisor_s_and_asks_for_something_that_waits(authority: Authority) -> None:
    async with authority.client(Role.HANDLER) as client:
        assert (await client.post("/v1/catalogue/adoptions", json={})).status_code == 403
    assert (await post(authority, "/v1/catalogue/adoptions")).status_code == 409


async def test_a_red_light_of_adoption_is_a_finding_that_leads_to_the_list(authority: Authority) -> None:
    arrive(authority)
    authority.clock.move(days=40)
    authority.services.tick()
    [finding] = (await get(authority, "/v1/findings"))["items"]
    assert (finding["rule"], finding["about"]) == ("catalogue-drift", f"catalogue/{CITY}/1")
    async with authority.client(**PAGE) as client:
        text = (await client.get("/board/findings")).text
    assert "清单认领逾期" in text
    assert 'href="/board/catalogue"' in text


async def test_the_region_publishes_and_sees_who_adopted_what(region: Authority) -> None:
    assert (await post(region, "/v1/catalogue/publications", dry_run=True)).json()["number"] == 1
    assert (await post(region, "/v1/catalogue/publications", adopt_by="2026-10-30")).json()["number"] == 1
    assert (await post(region, "/v1/catalogue/publications")).status_code == 409
    common: dict[str, Any] = {"by": "150000", "number": 1, "published_at": MORNING}
    adopted = PublicationAdopted(own_number=2, arrived_at=MORNING, shorter=3, person=ZHOU, **common)
    arrived = CatalogueArrived(**common)
    bodies = [from_another(CatalogueAdopted(number=2, matters=a_publication().matters), CITY)]
    bodies += [from_another(arrived, CITY), from_another(adopted, CITY, 2), from_another(arrived, "150424")]
    region.services.hand("intake", bodies)
    region.clock.move(days=6)
    found = await get(region, "/v1/catalogue/adoptions")
    rows = {one["authority"]: one for one in found["items"]}
    assert (found["adopted"], rows[CITY]["version"], rows[CITY]["shorter"], rows[CITY]["lag_working_days"]) == (
        1,
        1,
        3,
        0,
    )
    assert rows[CITY]["beyond"] == 0
    waiting = rows["150424"]
    assert (waiting["adopted_at"], waiting["lag_days"], waiting["lag_working_days"], waiting["late"]) == (
        None,
        6,
        5,
        False,
    )
    region.clock.move(days=60)
    assert {one["authority"]: one["late"] for one in (await get(region, "/v1/catalogue/adoptions"))["items"]} == {
        CITY: False,
        "150424": True,
    }
    async with region.client() as client:
        assert (await client.get("/v1/catalogue/adoptions", params={"number": 9})).status_code == 404


async def test_a_list_below_that_goes_beyond_what_it_adopted_is_a_finding(region: Authority) -> None:
    assert (await post(region, "/v1/catalogue/publications")).json()["number"] == 1
    matters = list(reference_matters(Level.CITY))
    told: list[Event] = [
        CatalogueAdopted(number=1, matters=tuple(matters)),
        PublicationAdopted(by="150000", number=1, published_at=MORNING, own_number=1, arrived_at=MORNING, person=ZHOU),
    ]
    region.services.hand("intake", [from_another(one, CITY) for one in told])
    region.services.deliver()
    assert (await get(region, "/v1/findings"))["items"] == []
    matters[0] = matters[0].model_copy(update={"promised": WireLimit(amount=99)})
    later = from_another(CatalogueAdopted(number=2, matters=tuple(matters)), CITY, 2)
    for _ in range(2):
        region.services.hand("intake", [later])
        region.services.deliver()
    [finding] = (await get(region, "/v1/findings"))["items"]
    assert (finding["rule"], finding["evidence"]["differences"]) == ("catalogue-beyond", ["NM-001 longer-limit"])
    [row] = (await get(region, "/v1/catalogue/adoptions"))["items"]
    assert row["beyond"] == 1


def test_the_subtree_has_children_and_theirs_but_nobody_who_was_removed() -> None:
    child = {"relation": "child", "state": "joined", "code": CITY, "name": "赤峰市", "level": "city"}
    links: list[dict[str, Any]] = [
        child,
        child | {"code": "150700", "state": "removed"},
        child | {"code": "1", "relation": "superior"},
    ]
    held: list[dict[str, Any]] = [
        {"authority": "150000", "name": "", "level": "region", "via": None},
        {"authority": "150424", "name": "林西县", "level": "banner", "via": CITY},
    ]
    assert {code: one["via"] for code, one in subtree(links, held).items()} == {"150424": CITY, CITY: CITY}


def test_the_time_that_the_superior_reckons_with_is_the_one_below() -> None:
    assert OwnLimits().catalogue_working_days == ADOPTION_WORKING_DAYS


# --- the board --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("现行清单", "待认领")), ("en", ("The list in force", "waits"))]
)
async def test_the_board_shows_the_list_and_what_waits(
    authority: Authority, language: str, words: tuple[str, str]
) -> None:
    arrive(authority)
    text = await board(authority, language=language)
    assert all(word in text for word in words)
    assert text.count('id="parts-NM-') == 39
    assert 'id="differences"' in text
    assert "catalogue_drift" not in text


async def test_only_a_supervisor_sees_the_button_and_its_use_needs_a_second_look(authority: Authority) -> None:
    arrive(authority)
    assert 'id="adopt"' not in await board(authority, Role.HANDLER)
    assert 'id="adopt"' in await board(authority)
    async with authority.client(**PAGE) as client:
        answer = await client.post("/board/catalogue/adopt", data={"key": "1"})
        assert answer.status_code == 422
        assert "请确认认领上级清单。" in answer.text
        form = {"key": "2", "confirmed": "1", "by": CITY, "number": "1"}
        answers = [await client.post("/board/catalogue/adopt", data=form) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, "/board/catalogue")] * 2
    assert (await get(authority, "/v1/matters"))["number"] == 2
    text = await board(authority)
    assert 'id="adopt"' not in text
    assert "上级清单均已认领。" in text


async def test_what_stands_in_the_way_is_told_and_can_be_given_up(authority: Authority) -> None:
    own = {"code": "local-1", "matter_name": "<b>自设</b>", "department": "住建局", "promised": {"amount": 5}}
    assert (await post(authority, "/v1/matters", **own)).status_code == 200
    arrive(authority)
    text = await board(authority)
    assert 'id="align"' in text
    assert "&lt;b&gt;自设&lt;/b&gt;" in text
    assert "<b>自设" not in text
    async with authority.client(**PAGE) as client:
        answer = await client.post("/board/catalogue/adopt", data={"confirmed": "1"})
        assert answer.status_code == 422
        assert "上级清单中没有此事项。" in answer.text
        assert (await client.post("/board/catalogue/adopt", data={"confirmed": "1", "align": "1"})).status_code == 303
    assert len((await get(authority, "/v1/matters"))["items"]) == 39


async def test_the_region_s_board_publishes_and_has_the_table_of_adoptions(region: Authority) -> None:
    assert 'id="publish"' not in await board(region, Role.WINDOW)
    async with region.client(**PAGE) as client:
        assert (await client.post("/board/catalogue/publish", data={})).status_code == 422
        past = {"confirmed": "1", "adopt_by": (MORNING - timedelta(days=1)).date().isoformat()}
        assert (await client.post("/board/catalogue/publish", data=past)).status_code == 422
        form = {"confirmed": "1", "note": "2026年版", "adopt_by": ""}
        assert (await client.post("/board/catalogue/publish", data=form)).status_code == 303
    region.services.hand(
        "intake", [from_another(CatalogueArrived(by="150000", number=1, published_at=MORNING), "150424")]
    )
    text = await board(region)
    assert "已认领0家，共1家" in text
    assert "与上一版没有差别。" in text
    own = {"code": "NM-001", "matter_name": "企业投资项目核准", "department": "发展改革委"}
    assert (await post(region, "/v1/matters", **own, promised={"amount": 9})).status_code == 200
    assert 'id="changes"' in await board(region)


async def test_a_banner_has_nobody_to_publish_for(authority: Authority) -> None:
    text = await board(authority)
    assert 'id="publish"' not in text
    assert 'id="below-title"' not in text
    assert (await post(authority, "/v1/catalogue/publications")).status_code == 409


# --- one matter -------------------------------------------------------------------------------------------------------


async def test_people_find_a_matter_by_what_they_call_it(authority: Authority) -> None:
    found = await get(authority, "/v1/matters?q=施工证")
    assert [one["code"] for one in found["items"]] == ["NM-025"]
    async with authority.client(Role.WINDOW, **PAGE) as client:
        board = (await client.get("/board/catalogue", params={"q": "环评"})).text
    listed = board.partition('id="in-force"')[2]
    assert listed.count('scope="row"') >= 2
    assert "NM-011" in listed
    assert "NM-001" not in listed


async def test_the_page_of_a_matter_says_every_part_with_its_law_and_what_is_not_said(authority: Authority) -> None:
    async with authority.client(Role.WINDOW, **PAGE) as client:
        whole = (await client.get("/board/catalogue/matters/NM-025")).text
        bare = (await client.get("/board/catalogue/matters/NM-038")).text
        missing = await client.get("/board/catalogue/matters/NM-999")
    for text in (
        "已经确定建筑施工企业",
        "建筑法8条",
        "自收到申请之日起计算",
        "建筑工程施工许可证申请表",
        "100万元以上",
    ):
        assert text in whole
    assert "清单未载明" in bare
    assert missing.status_code == 404


async def test_a_matter_is_seen_as_an_earlier_list_had_it(authority: Authority) -> None:
    matter = (await get(authority, "/v1/matters/NM-025"))["matter"]
    order = {name: value for name, value in matter.items() if name != "name"} | {"matter_name": matter["name"]}
    order |= {"forms": [], "conditions": matter["conditions"][:2]}
    assert (await post(authority, "/v1/matters", **order)).is_success
    now, before = (
        await get(authority, "/v1/matters/NM-025"),
        await get(authority, "/v1/matters/NM-025?number=1"),
    )
    assert (len(now["matter"]["conditions"]), now["matter"]["version"], now["is_current"]) == (2, 2, True)
    assert (len(before["matter"]["conditions"]), before["number"], before["is_current"]) == (6, 1, False)
