"""Saved lists and days of completion on the board, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from services.contracts.actors import Caller
from services.contracts.vocabulary import Role
from tests.browser.conftest import Open, Site
from tests.browser.history import History
from tests.browser.pictures import BROKEN, CLIPPED, PALE, WIDE

CODE = "2609-150424-89-01-000077"


async def a_project_without_a_case(history: History) -> None:
    project = {"project_code": CODE, "project_name": "林西县城北供热管网改造工程", "initiated_on": "2026-09-01"}
    window = Caller("t", "window", "王芳", "发展改革委")
    await history.order("intake", "register-project", project | {"owner_name": "林西县热力有限责任公司"}, window)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_saved_lists_are_tabs_with_counts_and_hold_projects_without_a_case(
    site: Site, visit: Open, width: int, height: int
) -> None:
    site.happen(a_project_without_a_case)
    window = visit(width=width, height=height)
    page = window.go("/board/lines")
    titles = {"pending": "", "overdue": "", "not-started": "立项未开工", "nothing-applied": "立项未申报"}
    for tab, title in titles.items():
        page.locator(f"#list-{tab}").click()
        expect(page.locator(f"#list-{tab}")).to_have_attribute("aria-current", "page")
        counted = int(page.locator(f"#list-{tab} b").inner_text())
        expect(page.locator("table.lines tbody tr")).to_have_count(min(counted, 50))
        if title:
            expect(page.locator("h1")).to_contain_text(title)
        window.picture(f"list-{tab}-{width}")
        assert page.evaluate(WIDE) == []
        assert page.evaluate(PALE) == []
        assert page.evaluate(CLIPPED) == []
        if width > 390:
            assert page.evaluate(BROKEN) == []
    expect(page.locator("table.lines")).to_contain_text(CODE)
    expect(page.locator("table.lines")).to_contain_text("2026-09-01")


def test_a_window_asks_again_before_it_takes_a_credit_code_whose_check_fails(visit: Open) -> None:
    window = visit(Role.WINDOW)
    page = window.go("/board/cases/new")
    code = "2609-150424-89-01-000078"
    page.locator("#receipt-project_code").fill(code)
    page.locator("#receipt-project_code").press("Tab")
    expect(page.locator("#project .notice")).to_be_visible()
    page.locator("#receipt-project_name").fill("林西县养老院")
    page.locator("#receipt-owner_name").fill("林西县民政局")
    page.locator("#receipt-credit_code").fill("91150424MA0N1A2B3D")
    page.locator("#receipt-initiated_on").fill("2026-09-01")
    page.locator("#receipt-matter_code").select_option(index=1)
    page.locator("#receipt-complete_by").fill("2031-01-01")
    page.locator("#receive").click()
    expect(page.locator(".wrong")).to_contain_text("计划办结日期")
    window.picture("receipt-wrong")
    page.locator("#receipt-complete_by").fill("")
    page.locator("#receive").click()
    expect(page.locator(".wrong")).to_contain_text("校验码")
    page.locator("#receipt-confirm").check()
    window.picture("receipt-confirm")
    page.locator("#receive").click()
    window.complaints.clear()  # the browser reports the two refusals itself
    expect(page.locator("h1")).to_contain_text("150424-")
