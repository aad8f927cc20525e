"""What officials see on the board, as a browser shows it: the front page, the list, a case, and the rest."""

import re

from playwright.sync_api import expect

from services.contracts.vocabulary import Role
from tests.browser.conftest import Open
from tests.browser.pictures import LIGHTS, WATER, count, is_live, tab_to

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
