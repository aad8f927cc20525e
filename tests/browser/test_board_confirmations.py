"""Beginning in the browser: a ledger is brought in, looked through and signed for by the head, once."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from services.contracts.actors import Caller
from services.contracts.beginning import Beginning
from services.contracts.vocabulary import Role
from tests.browser.conftest import Open, Site
from tests.browser.history import HANDLERS, History
from tests.browser.pictures import CLIPPED, PALE, WIDE, is_live

WATER = "水利局"


@pytest.fixture(scope="module")
def beginning() -> Beginning:
    """The first day was in November, and until December it is a trial run."""
    return Beginning(date(2026, 11, 2), date(2026, 12, 1))


def an_old_line(n: int, *steps: tuple[str, str], matter: str = "NM-025") -> dict[str, Any]:
    name, department = HANDLERS[matter]
    return {
        "row": str(n),
        "external_no": f"旧{n:03}",
        "project_code": f"2025-150424-44-03-{n:06d}",
        "project_name": f"林西县老旧小区改造{n}期",
        "owner_name": "林西县城市建设投资有限公司",
        "matter": matter,
        "handler": {"name": name, "department": department},
        "received_at": "2026-10-12",
        "steps": [{"step": step, "occurred_at": day} for day, step in steps],
    }


@pytest.fixture(scope="module")
def brought_in(site: Site) -> None:
    """Lines of two departments' old ledgers, of which one ended before the first day."""
    accepted = ("2026-10-14", "accept")
    entries = [*(an_old_line(n, accepted) for n in (1, 2, 3)), an_old_line(4, accepted, ("2026-10-20", "grant"))]
    entries += [an_old_line(n, accepted, matter="NM-018") for n in (5, 6)]

    async def enter(history: History) -> dict[str, Any]:
        return await history.order(
            "intake", "enter-cases", {"entries": entries}, Caller("supervisor", "李四", "政务服务局")
        )

    assert site.happen(enter)["counts"]["new"] == 6


@pytest.mark.usefixtures("brought_in")
def test_the_head_looks_through_what_was_brought_in_and_signs_once(visit: Open) -> None:
    window = visit(Role.HEAD)
    page = window.go("/board/lines?counting=history&state=all&q=老旧小区")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results tbody tr .tag", has_text="历史")).to_be_visible()
    expect(page.locator("#results tbody tr.done")).to_have_count(1)
    window.picture("history")
    page = window.go("/board/confirmations")
    is_live(page)
    expect(page.locator("#trial")).to_have_text("试运行：亮灯，不发函，不计分，自 2026-12-01 起计入。")
    expect(page.locator("nav [aria-current=page]")).to_have_text("导入台账确认")
    expect(page.locator("#unconfirmed tbody tr")).to_have_count(3)
    assert page.evaluate(WIDE) == []
    assert page.evaluate(PALE) == []
    assert page.evaluate(CLIPPED) == []
    window.picture("confirmations")
    number = page.locator("#unconfirmed tbody tr a").first.inner_text()
    page.locator("#sign-do").click()  # not without the sentence
    expect(page.locator("#unconfirmed tbody tr")).to_have_count(3)
    page.locator("#sign-signed").check()
    page.locator("#sign-do").click()
    expect(page.locator("#signed")).to_contain_text("3")
    expect(page.locator("#unconfirmed")).to_have_count(0)
    window.picture("confirmations-signed")
    page = window.go(f"/board/cases/{number}")
    expect(page.locator("#case-record")).to_contain_text("部门已确认")
    expect(page.locator("#case-record .states .tag", has_text="未确认")).to_have_count(0)
    page = window.go("/board/figures?month=2026-11")
    expect(page.locator("#beginning")).to_contain_text("试运行")
    window.picture("figures-in-the-trial-run")


@pytest.mark.usefixtures("brought_in")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_head_signs_on_a_telephone_as_well(visit: Open, language: str) -> None:
    window = visit(Role.HEAD, width=390, height=844, department=WATER)
    window.speak(language)
    page = window.go("/board/confirmations")
    expect(page.locator("#unconfirmed tbody tr")).to_have_count(2)
    expect(page.locator("#sign-do")).to_be_visible()
    assert page.evaluate(WIDE) == []
    assert page.evaluate(PALE) == []
    window.picture(f"confirmations-390-{language}")


@pytest.mark.usefixtures("brought_in")
def test_who_does_not_sign_sees_what_waits(visit: Open) -> None:
    page = visit(Role.SUPERVISOR).go(f"/board/confirmations?department={WATER}")
    expect(page.locator("#unconfirmed tbody tr")).to_have_count(2)
    expect(page.locator("#sign")).to_have_count(0)
