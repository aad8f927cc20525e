"""Whether the page of a case shows whose its days are: a bar that is read without colour, and its table."""

from playwright.sync_api import expect

from tests.browser.conftest import Open, Site
from tests.browser.pictures import PALE, WATER, WIDE


def test_a_case_page_splits_the_whole_process_by_holder_in_numbers(visit: Open, site: Site) -> None:
    for width, height in ((1366, 768), (390, 844)):
        window = visit(width=width, height=height)
        page = window.go(f"/board/cases/{site.history.cases[WATER]}")
        section = page.locator("#attribution")
        rows = section.locator("table").first.locator("tbody tr")
        expect(rows.nth(0)).to_contain_text("申请人")
        expect(rows.nth(1)).to_contain_text("本部门")
        whole = int(section.locator("tfoot td.number").nth(0).inner_text())
        assert whole == sum(int(rows.nth(n).locator("td.number").nth(1).inner_text()) for n in range(rows.count()))
        assert section.locator("svg.days text").all_text_contents() == ["2", "1", "2"]
        section.locator("#stretches summary").click()
        expect(section.locator("#stretches tbody tr")).to_have_count(3)
        section.scroll_into_view_if_needed()
        window.picture(f"attribution-{width}", whole=False)
        assert page.evaluate(WIDE) == []
        assert page.evaluate(PALE) == []
