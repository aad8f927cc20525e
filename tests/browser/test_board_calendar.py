"""Whether two officials can release days on the board: one pastes them and sees what moves, the other releases."""

import pytest
from playwright.sync_api import Page, expect

from services.contracts.vocabulary import Role
from tests.browser.conftest import Open
from tests.browser.pictures import BROKEN, CLIPPED, PALE, WIDE, is_live
from tests.unit.documents.notices import NOTICES

#: As the next notice could read: the days of 2026 off once more, and the weekdays of 2027.
CUT_OFF = (
    "国务院办公厅关于2027年部分节假日安排的通知\n国办发明电〔2026〕8号\n一、元旦：1月1日（周五）放假，与周末连休。"
)
OWN = "日期,类型,节日\n2026-11-23,放假,旅游节\n2026-11-24,放假,旅游节\n2026-11-25,放假,旅游节\n2026-11-26,放假,旅游节\n"


def looks_right(page: Page, width: int = 1366) -> None:
    assert page.evaluate(WIDE) == []
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(PALE) == []
    if width > 390:
        assert page.evaluate(BROKEN) == []


def test_one_official_drafts_days_another_looks_and_releases_and_the_clocks_have_moved(visit: Open) -> None:
    first = visit(Role.ADMIN)
    page = first.go("/board/calendar")
    page.locator("#to-drafts").click()
    is_live(page)
    looks_right(page)
    page.locator("#text").fill(OWN)
    page.get_by_label("通知名称和文号").fill("林政办发〔2026〕45号")
    page.locator("#own").check()
    first.picture("calendar-paste")
    page.locator("#read").click()
    expect(page.locator("#state")).to_have_text("待第二人发布")
    expect(page.locator("#oneself")).to_have_text("草稿由您起草，请由第二人复核并发布。")
    expect(page.locator("#release")).to_have_count(0)
    moves = page.locator("#moved-clocks tbody tr")
    count = int(page.locator("#moved").inner_text())
    assert count > 0
    expect(moves).to_have_count(min(count, 50))
    case_no, so_far, then = (moves.first.locator("th, td").nth(at).inner_text().strip() for at in (0, 3, 4))
    assert so_far < then
    looks_right(page)
    first.picture("calendar-draft")
    here = page.url

    second = visit(Role.SUPERVISOR)
    other = second.go(here.removeprefix(second.site.address))
    with other.expect_download() as download:
        other.locator("#workbook").click()
    assert download.value.suggested_filename == "日历草稿第1号.xlsx"
    other.locator("#seen").check()
    second.picture("calendar-release")
    other.locator("#release").click()
    expect(other.locator("#state")).to_have_text("已发布")
    expect(other.locator("#moved")).to_have_text(str(count))
    looks_right(other)
    second.picture("calendar-released")
    other.get_by_role("link", name=case_no).first.click()
    expect(other.locator("main")).to_contain_text(then)
    expect(other.locator("main")).to_contain_text("林政办发〔2026〕45号")
    shown = second.go("/board/calendar")
    expect(shown.locator("#releases tbody tr").first).to_contain_text("吴强 政务服务局起草")
    looks_right(shown)


@pytest.mark.parametrize("width", [1366, 390])
def test_a_notice_that_was_cut_off_asks_and_one_that_contradicts_itself_is_told_so(visit: Open, width: int) -> None:
    height = 768 if width > 390 else 844
    window = visit(Role.ADMIN, width, height)
    page = window.go("/board/calendar/drafts")
    looks_right(page, width)
    page.locator("#text").fill(NOTICES[2026].replace("共9天", "共8天").replace("1月4日（周日）", "1月4日（周六）"))
    page.locator("#read").click()
    wrong = page.get_by_role("alert").locator("li")
    expect(wrong).to_have_count(2)
    expect(wrong.nth(0)).to_contain_text("2026-01-04是星期日，不是星期六")
    expect(wrong.nth(1)).to_contain_text("春节：列出的放假日为9天，通知写共8天")
    window.picture(f"calendar-contradictions-{width}")
    looks_right(page, width)
    window.complaints.clear()  # the browser reports the 422 itself
    page.locator("#text").fill(CUT_OFF)
    page.locator("#read").click()
    expect(page.locator("#missing-2027")).to_contain_text("春节、清明节、劳动节、端午节、中秋节、国庆节")
    window.picture(f"calendar-cut-off-{width}")
    looks_right(page, width)
    other = visit(Role.SUPERVISOR, width, height)
    seen = other.go(page.url.removeprefix(other.site.address))
    expect(seen.locator("#festivals")).to_be_visible()
    looks_right(seen, width)
    seen.get_by_label("原因").fill("粘贴不全，重新起草")
    seen.locator("#give-up").click()
    expect(seen.locator("#state")).to_have_text("已放弃")
    other.picture(f"calendar-given-up-{width}")
    looks_right(other.go("/board/calendar/drafts"), width)
    other.picture(f"calendar-drafts-{width}")
