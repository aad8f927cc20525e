"""What holds on every page of the board: contrast, paper, language, width, live news, and who gets in."""

import re

import pytest
from playwright.sync_api import expect

from services.contracts.vocabulary import Role
from tests.browser.conftest import Open, Site, Visit
from tests.browser.history import History
from tests.browser.pictures import PALE, WATER, WIDE, count, is_live


@pytest.mark.parametrize(
    "path", ["/board", "/board/lines", "/board/cases/{case}?why={case}/decision/2", "/board/figures"]
)
def test_every_text_stands_out_from_its_ground(visit: Open, path: str) -> None:
    window = visit()
    page = window.go(path.format(case=window.site.history.cases[WATER]))
    is_live(page)
    pale = page.evaluate(PALE)
    assert not pale, pale
    page.locator("h1").evaluate("one => one.style.color = '#b5bcc4'")
    assert len(page.evaluate(PALE)) >= 1  # the measure itself sees a pale text


def test_the_list_prints_without_the_screen_around_it(visit: Open) -> None:
    window = visit()
    page = window.go("/board/lines")
    page.emulate_media(media="print")
    expect(page.locator("#results tbody tr").first).to_be_visible()
    for selector in (".top", "#filters", "#workbook"):
        expect(page.locator(selector)).to_be_hidden()
    window.picture("print")


# --- language, width, live --------------------------------------------------------------------------------------------


def test_english_is_one_press_away_and_stays(visit: Open) -> None:
    window = visit()
    page = window.go("/board/lines?light=red")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator("#language").click()
    expect(page).to_have_url(re.compile(r"/board/lines\?light=red$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#results .badge").first).to_have_text("Red light")
    page.locator("#home").click()
    expect(page.locator("#tile-red .word")).to_have_text("Red light")
    expect(page.locator(".today")).to_contain_text("Friday, 20 November 2026")
    expect(page.locator("#live .state")).to_have_text("Live")
    window.picture("front-english")
    page.locator("#language").click()
    expect(page.locator("#tile-red .word")).to_have_text("红灯")


@pytest.mark.parametrize(
    "path", ["/board", "/board/lines", "/board/cases/{case}?why={case}/decision/2", "/board/figures"]
)
@pytest.mark.parametrize("width", [390, 1366])
def test_every_page_fits_a_telephone_and_an_office_screen(visit: Open, width: int, path: str) -> None:
    window = visit(width=width, height=844 if width == 390 else 768)
    page = window.go(path.format(case=window.site.history.cases[WATER]))
    window.picture(f"width-{width}-{path.split('?')[0].strip('/').replace('/', '-').split('{')[0]}")
    too_wide = page.evaluate(WIDE)
    assert not too_wide, too_wide
    page.locator("h1").evaluate("one => one.style.minWidth = '120vw'")
    assert page.evaluate(WIDE)  # the measure itself sees what is too wide


def test_a_new_case_appears_within_a_second_and_nothing_that_was_open_closes(site: Site, visit: Open) -> None:
    front, case = visit(), visit()
    page = front.go("/board")
    is_live(page)
    page.evaluate("window.stayed = true")
    page.locator("#tile-green").focus()
    expect(page.locator("#lights-title small")).to_have_text("共30件")
    case.go(f"/board/cases/{site.history.cases[8, 'NM-025']}")
    is_live(case.page)
    case.page.locator(".why summary").first.click()
    expect(case.page.locator(".walk")).to_be_visible()

    async def busy(history: History) -> None:
        await history.receive(8, "NM-010")
        await history.step(8, "NM-025", "accept")

    site.happen(busy)
    expect(page.locator("#lights-title small")).to_have_text("共31件", timeout=2000)
    assert page.evaluate("window.stayed") is True
    expect(page.locator("#tile-green")).to_be_focused()
    expect(page.locator("#live .at")).to_contain_text("更新")
    expect(case.page.locator(".states")).to_contain_text("已受理", timeout=2000)
    expect(case.page.locator(".why[open] .walk")).to_be_visible()


def test_a_lost_connection_is_said_and_made_up_for(site: Site, visit: Open) -> None:
    window = visit()
    page = window.go("/board")
    is_live(page)
    before = count(page, "green")
    page.context.set_offline(True)
    expect(page.locator("#live .state")).to_have_text("已断开")
    site.happen(lambda history: history.receive(8, "NM-034"))
    page.context.set_offline(False)
    is_live(page)
    expect(page.locator("#tile-green .count")).to_have_text(str(before + 1))
    window.complaints.clear()  # the browser complains about the connection that was cut on purpose


def test_whoever_was_signed_out_is_led_to_the_sign_in_by_the_next_event(site: Site, visit: Open) -> None:
    page = visit().go("/board")
    is_live(page)
    page.context.clear_cookies()
    site.happen(lambda history: history.receive(7, "NM-010"))
    expect(page).to_have_url(re.compile("/board/login$"))


def test_a_service_that_is_away_is_said_in_words(site: Site, visit: Open) -> None:
    window = visit()
    site.history.services.away.add("timer")
    try:
        page = window.go("/board")
        expect(page.locator("h1")).to_contain_text("暂时")
    finally:
        site.history.services.away.clear()
    window.complaints.clear()  # the browser reports the 503 itself


# --- getting in -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/board", "/board/lines", "/board/cases/{case}", "/board/complaints", "/board/findings", "/board/figures"]
)
def test_a_stranger_sees_the_sign_in_and_no_data(visit: Open, path: str) -> None:
    window = visit(None)
    page = window.go(path.format(case=window.site.history.cases[WATER]))
    expect(page).to_have_url(re.compile("/board/login$"))
    expect(page.locator("#login")).to_be_focused()
    for word in ("风电", "刘洋", "超期", "000001"):
        assert word not in page.content()


def test_a_token_signs_in_and_out(visit: Open) -> None:
    window = visit(None)
    page = window.go("/board/login")
    page.locator("#with-token summary").click()
    page.locator("#token").fill("qidi_wrong")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("令牌无效")
    window.picture("login")
    page.locator("#token").fill(window.site.tokens[Role.SUPERVISOR])
    page.keyboard.press("Enter")
    expect(page.locator("#tile-red")).to_be_visible()
    expect(page.locator(".who:not(#notices)")).to_contain_text("李四")
    page.locator("#logout").click()
    expect(page).to_have_url(re.compile("/board/login$"))
    page.go_back()
    expect(page.locator("#tile-red")).to_have_count(0)


def test_a_partner_system_is_told_that_the_board_is_not_for_it(visit: Open) -> None:
    window = visit(Role.PARTNER)
    page = window.go("/board")
    expect(page.locator("h1")).to_have_text("您的角色无权办理。")
    page.get_by_role("link", name="换一个身份登录").click()
    expect(page.locator("#login")).to_be_visible()
    window.complaints.clear()  # the browser reports the 403 itself


def test_a_link_with_a_token_signs_in_and_leaves_the_token_in_no_address(visit: Open) -> None:
    window = visit(None)
    token = window.site.tokens[Role.SUPERVISOR]
    window.page.goto(f"{window.site.address}/board/enter#token={token}")
    expect(window.page.locator("#tile-red")).to_be_visible()
    assert window.page.url == window.site.address + "/board"
    assert not [url for url in window.requests if token in url.partition("#")[0]]


def test_what_does_not_exist_is_a_page_in_the_readers_language(visit: Open) -> None:
    window: Visit = visit()
    page = window.go("/board/cases/150424-2026-999999")
    expect(page.locator("h1")).to_have_text("没有找到。")
    window.complaints.clear()  # the browser reports the 404 itself
