"""What officials see on the board, as a browser shows it."""

import re

import pytest
from playwright.sync_api import Page, expect

from gateway.permissions import Role
from tests.browser.conftest import Open, Site, Visit
from tests.browser.history import History

LIGHTS = (("red", "红灯"), ("yellow", "黄灯"), ("green", "绿灯"), ("grey", "灰灯"))
#: Late, corrected once, and complained about.
WATER = (1, "NM-018")


def count(page: Page, light: str) -> int:
    return int(page.locator(f"#tile-{light} .count").inner_text())


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    expect(page.locator("#live .state")).to_have_text("实时")


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is there, as a person without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached with {most} presses of Tab")


#: What reaches beyond the window without a frame of its own to be scrolled in.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, nav, svg"))
    .map((one) => one.outerHTML.slice(0, 120))"""


#: Texts whose contrast with their ground is below WCAG AA: 4.5, or 3 for large ones.
PALE = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(one).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const one of document.querySelectorAll("body *:not(svg *)")) {
    const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || !one.checkVisibility()) continue;
    const style = getComputedStyle(one), [a, b] = [light(rgb(style.color)), light(ground(one))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + .05) / (b + .05);
    if (ratio < (large ? 3 : 4.5)) pale.push(ratio.toFixed(2) + " " + one.outerHTML.slice(0, 100));
  }
  return pale;
}"""


# --- the front page ---------------------------------------------------------------------------------------------------


def test_the_front_page_tells_the_lights_by_word_shape_and_number(visit: Open) -> None:
    window = visit()
    page = window.go("/board")
    for light, word in LIGHTS:
        tile = page.locator(f"#tile-{light}")
        expect(tile.locator(".word")).to_have_text(word)
        expect(tile.locator(".count")).to_have_text(re.compile(r"^\d+$"))
        expect(tile.locator("svg use")).to_have_attribute("href", f"#shape-{light}")
    assert sum(count(page, light) for light, _ in LIGHTS) == 30
    assert count(page, "red") > 0
    expect(page.locator(".today")).to_contain_text("2026年11月20日星期五")
    expect(page.locator(".today .tag")).to_have_text("工作日")
    expect(page.locator(".notice")).to_contain_text("日历还有41天到期")
    expect(page.locator(".notice")).to_contain_text("2027年放假通知尚未导入")
    is_live(page)
    expect(page.locator("#chart svg path").first).to_be_attached()
    window.picture("front")


def test_departments_stand_with_the_most_red_lights_first(visit: Open) -> None:
    page = visit().go("/board")
    red = [int(text) for text in page.locator("#departments tbody td:nth-child(2)").all_inner_texts()]
    assert red == sorted(red, reverse=True)
    assert sum(red) == count(page, "red")
    expect(page.locator("#urgent tbody tr")).to_have_count(10)
    expect(page.locator("#urgent tbody tr").first.locator(".badge")).to_have_text("红灯")


def test_a_tile_leads_to_the_lines_that_it_counts(visit: Open) -> None:
    page = visit().go("/board")
    red = count(page, "red")
    page.locator("#tile-red").click()
    expect(page).to_have_url(re.compile(r"/board/lines\?light=red$"))
    expect(page.locator("#results tbody tr")).to_have_count(red)


# --- the list ---------------------------------------------------------------------------------------------------------


def test_filters_change_the_list_and_the_address_but_not_the_page(visit: Open) -> None:
    window = visit()
    page = window.go("/board/lines")
    expect(page.locator("#results tbody tr")).to_have_count(30)
    page.evaluate("window.stayed = true")
    page.locator("#department").select_option("水利局")
    expect(page).to_have_url(re.compile("department="))
    expect(page.locator("#results tbody tr")).to_have_count(5)
    page.locator("#q").press_sequentially("风电")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results tbody th a")).to_have_text(window.site.history.cases[WATER])
    assert page.evaluate("window.stayed") is True
    expect(page.locator("#workbook")).to_have_attribute("href", re.compile(r"^/v1/lines\.xlsx\?.*department=.*q="))
    address = page.url
    assert "matter" not in address
    page.evaluate("history.back()")
    expect(page.locator("#results tbody tr")).to_have_count(5)
    is_live(page)
    other = visit()
    other.page.goto(address)
    expect(other.page.locator("#results tbody tr")).to_have_count(1)
    expect(other.page.locator("#q")).to_have_value("风电")


def test_the_list_can_be_turned_round_and_taken_away_as_a_workbook(visit: Open) -> None:
    window = visit()
    page = window.go("/board/lines")
    page.locator("#sort-received").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("收件日期")
    days = page.locator("#results td[data-label=收件日期]").all_inner_texts()
    assert days == sorted(days)
    page.locator("#sort-received").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("收件日期")
    with page.expect_download() as download:
        page.locator("#workbook").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    window.picture("lines")


# --- one case ---------------------------------------------------------------------------------------------------------


def test_a_case_shows_both_times_both_counts_all_defects_and_why_its_date(visit: Open) -> None:
    window = visit()
    page = window.go(f"/board/cases/{window.site.history.cases[WATER]}")
    numbers = [int(text) for text in page.locator(".facts.three strong").all_inner_texts()]
    assert numbers[2] == numbers[1] - numbers[0] > 0
    notice = page.locator("section[aria-labelledby=corrections-title]")
    expect(notice.locator("tbody tr")).to_have_count(3)
    expect(notice).to_contain_text("补充三名专家签字的评审意见后一并提交")
    expect(page.locator(".timeline tbody tr").first).to_contain_text("#")
    page.get_by_text("为什么是这一天？").first.click()
    sheet = page.locator(".walk").first
    expect(sheet.locator("td.due")).to_contain_text("到期日")
    expect(sheet.locator("td.start")).to_contain_text("起算日")
    expect(sheet).to_contain_text("民法典第二百零一条")
    window.picture("case")


def test_a_walk_through_the_national_day_names_its_notice(visit: Open) -> None:
    window = visit()
    page = window.go(f"/board/cases/{window.site.history.cases[1, 'NM-001']}")
    page.get_by_text("为什么是这一天？").first.click()
    notices = page.locator(".walk .notices")
    expect(notices).to_contain_text(re.compile(r"国庆节\s+放假\s+2026-10-01 至 2026-10-07"))
    expect(notices.get_by_role("link", name="放假通知原文").first).to_have_attribute(
        "href", re.compile(r"^https://www\.gov\.cn/")
    )
    expect(page.locator(".walk .sheet")).to_contain_text("调休上班")


def test_what_was_keyed_in_afterwards_is_marked(visit: Open) -> None:
    window = visit()
    page = window.go(f"/board/cases/{window.site.history.cases[6, 'NM-026']}")
    expect(page.locator(".timeline .late-tag")).to_have_text("晚录2天")


def test_without_a_mouse_one_gets_from_the_front_page_to_why_this_date(visit: Open) -> None:
    window = visit()
    page = window.go("/board")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "#tile-red")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("light=red"))
    tab_to(page, "#results tbody a")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/board/cases/"))
    tab_to(page, ".why summary")
    page.keyboard.press("Enter")
    expect(page.locator(".why[open] .sheet td.due").first).to_be_visible()
    window.picture("keyboard", whole=False)


def test_a_delivered_case_is_struck_off_once_with_evidence(visit: Open) -> None:
    window = visit(Role.HANDLER)
    case_no = window.site.history.cases[4, "NM-025"]
    page = window.go("/board/lines?state=closed")
    page.get_by_role("link", name=case_no).click()
    page.locator("#evidence").fill("许可证已于2026-10-27送达，送达回证〔2026〕031号")
    page.locator("#strike").click()  # not confirmed yet: the browser itself holds it back
    expect(page.locator("#confirmed")).to_be_focused()
    page.locator("#confirmed").check()
    page.locator("#strike").click()
    expect(page.locator(".states")).to_contain_text("已销号")
    expect(page.locator(".timeline")).to_contain_text("送达回证〔2026〕031号")
    expect(page.locator("#strike")).to_have_count(0)


def test_operations_may_look_but_not_strike_off(visit: Open) -> None:
    window = visit(Role.OPS)
    page = window.go(f"/board/cases/{window.site.history.cases[3, 'NM-015']}")
    expect(page.locator(".states")).to_contain_text("待销号")
    expect(page.locator("#strike")).to_have_count(0)


# --- the other pages --------------------------------------------------------------------------------------------------


def test_complaints_show_what_the_record_says_and_not_who_complained(visit: Open) -> None:
    window = visit()
    page = window.go("/board/complaints")
    expect(page.locator("#results tbody tr")).to_have_count(2)
    expect(page.locator("#results")).to_contain_text("台账中无此办件")
    window.picture("complaints")
    page.get_by_role("link", name=window.site.history.complaints[0]).click()
    expect(page.locator("#complaint")).to_contain_text("水土保持方案交上去一个多月了")
    expect(page.locator("#complaint")).to_contain_text(window.site.history.cases[WATER])
    assert "赵六" not in page.content()
    assert "13800000000" not in page.content()
    window.picture("complaint")


def test_findings_are_told_as_sentences_with_their_evidence(visit: Open) -> None:
    window = visit()
    page = window.go("/board/findings")
    expect(page.locator("#results tbody tr").first).to_contain_text("有投诉无办件")
    page.locator("#results summary").first.click()
    expect(page.locator("#results .evidence").first).to_contain_text("12345热线")
    window.picture("findings")


def test_the_month_has_its_figures(visit: Open) -> None:
    window = visit()
    page = window.go("/board/figures?month=2026-10")
    expect(page.locator("h1")).to_contain_text("2026-10")
    expect(page.locator("#results table").first).to_contain_text("水利局")
    window.picture("figures")


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
    expect(page.locator("#token")).to_be_focused()
    for word in ("风电", "刘洋", "超期", "000001"):
        assert word not in page.content()


def test_a_token_signs_in_and_out(visit: Open) -> None:
    window = visit(None)
    page = window.go("/board/login")
    page.locator("#token").fill("qidi_wrong")
    page.keyboard.press("Enter")
    expect(page.locator("[role=alert]")).to_contain_text("令牌无效")
    window.picture("login")
    page.locator("#token").fill(window.site.tokens[Role.SUPERVISOR])
    page.keyboard.press("Enter")
    expect(page.locator("#tile-red")).to_be_visible()
    expect(page.locator(".who")).to_contain_text("李四")
    page.locator("#logout").click()
    expect(page).to_have_url(re.compile("/board/login$"))
    page.go_back()
    expect(page.locator("#tile-red")).to_have_count(0)


def test_a_partner_system_is_told_that_the_board_is_not_for_it(visit: Open) -> None:
    window = visit(Role.PARTNER)
    page = window.go("/board")
    expect(page.locator("h1")).to_have_text("您的角色无权办理。")
    page.get_by_role("link", name="用令牌登录").click()
    expect(page.locator("#token")).to_be_visible()
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
