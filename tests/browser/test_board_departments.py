"""Departments and people in the browser: a head looks at what a colleague has in hand and hands it over."""

from playwright.sync_api import expect

from services.contracts.vocabulary import Role
from tests.browser.conftest import Open
from tests.browser.pictures import PALE, WIDE, is_live


def test_a_head_hands_over_what_a_colleague_has_in_hand(visit: Open) -> None:
    window = visit(Role.HEAD)
    page = window.go("/board/departments")
    is_live(page)
    expect(page.locator("nav [aria-current=page]")).to_have_text("部门与人员")
    expect(page.locator("#people-title")).to_contain_text("住建局")
    row = page.locator("#people tbody tr", has_text="周婷")
    count = int(row.locator("td").last.inner_text())
    assert count > 0
    assert page.evaluate(WIDE) == []
    assert page.evaluate(PALE) == []
    window.picture("departments")

    page.locator("#hand-over-officer").select_option("周婷")
    page.locator("#hand-over-to").fill("马明")
    page.locator("#hand-over-reason").fill("休假")
    page.locator("#hand-over-preview").click()
    expect(page.locator("#handed tbody tr")).to_have_count(count)
    window.picture("hand-over")
    page.locator("#hand-over-do").click()
    expect(page.locator("#people tbody tr", has_text="马明").locator("td").last).to_have_text(str(count))
    expect(page.locator("#people tbody tr", has_text="周婷").locator("td").last).to_have_text("0")


def test_the_administrators_page_fits_a_telephone(visit: Open) -> None:
    window = visit(Role.ADMIN, width=390, height=844)
    page = window.go("/board/departments?department=住建局")
    expect(page.locator("#register tbody tr").first).to_be_visible()
    assert page.evaluate(WIDE) == []
    assert page.evaluate(PALE) == []
