"""Whether a complaint is handed down in the browser: to who is joined, and with a name only for a reason."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.sync_api import expect

from services.complaints.referrals.seal import new_key, public_text
from services.contracts.envelope import Event, seal
from services.contracts.links import AuthorityJoined, AuthorityStandingChanged
from services.contracts.referrals import ConfidantNamed
from services.contracts.vocabulary import Role
from services.plumbing.batch import Verdict
from tests.browser.conftest import Open, Site
from tests.browser.history import History
from tests.browser.pictures import PALE, WIDE, is_live

CITY, BANNER, OTHER = "150400", "150424", "150422"


@pytest.fixture(scope="module")
def seat() -> tuple[str, str]:
    """A city, which has banners below it."""
    return CITY, "赤峰市"


def heard(event: Event, sequence: int = 1, by: str = f"{CITY}/ledger") -> Callable[[History], Awaitable[None]]:
    """A fact about an authority below comes to the services that send something there."""

    async def hear(history: History) -> None:
        at = history.clock.now()
        body = seal(event, id=f"{event.subject}-{event.stem}", source=f"/authorities/{by}",
                    occurred_at=at, recorded_at=at, sequence=sequence)  # fmt: skip
        for service in ("complaints",) if isinstance(event, ConfidantNamed) else ("complaints", "reporting"):
            ruling = history.services.hand(service, [body])[0]
            assert ruling.verdict is Verdict.HANDLED, ruling
        history.services.deliver()

    return hear


def joined(code: str, name: str) -> Event:
    return AuthorityJoined(code=code, name=name, level="banner", public_key="k", via=CITY)


def test_without_anybody_below_nothing_is_handed_down(visit: Open, site: Site) -> None:
    page = visit(Role.SUPERVISOR).go(f"/board/complaints/{site.history.complaints[0]}")
    expect(page.locator("h1")).to_contain_text("拖延")
    expect(page.locator("#send")).to_have_count(0)


def test_a_complaint_is_handed_down_to_a_joined_authority_with_the_name_for_a_reason(visit: Open, site: Site) -> None:
    gone = AuthorityStandingChanged(code=OTHER, standing="suspended", reason="r", person="李四")
    site.happen(heard(joined(BANNER, "林西县")))
    site.happen(heard(joined(OTHER, "巴林左旗")))
    site.happen(heard(gone, 2))
    path = f"/board/complaints/{site.history.complaints[0]}"
    handler = visit(Role.HOTLINE).go(path)
    expect(handler.locator("#send-authority")).to_be_visible()
    expect(handler.get_by_label("告知投诉人姓名电话的理由")).to_have_count(0)
    window = visit(Role.SUPERVISOR)
    page = window.go(path)
    is_live(page)
    expect(page.locator("#send-authority option")).to_have_text(["请选择机关", "林西县 150424"])
    page.locator("#send-authority").select_option(BANNER)
    page.get_by_label("对方承办部门").fill("水利局")
    page.get_by_label("交办意见").fill("请核实后答复")
    page.get_by_label("告知投诉人姓名电话的理由").fill("须当面核实")
    page.locator("#send-down").click()
    expect(page.locator("#send .wrong li")).to_have_text(re.compile("^告知投诉人姓名电话的理由：林西县（150424）"))
    expect(page.locator("#send-authority")).to_have_value(BANNER)
    expect(page.get_by_label("交办意见")).to_have_value("请核实后答复")
    window.complaints.clear()  # the browser reports the 422 itself
    assert page.evaluate(PALE) == []
    assert page.evaluate(WIDE) == []
    window.picture("complaint-send")
    site.happen(heard(ConfidantNamed(code=BANNER, public_key=public_text(new_key())), by=f"{BANNER}/complaints"))
    page.locator("#send-down").click()
    expect(page.locator(".states")).to_contain_text("由下级机关办理 林西县")
    expect(page.locator("#send")).to_have_count(0)
    expect(page.locator(".notices")).to_contain_text("林西县 150424")
    expect(page.locator(".notices")).to_contain_text("须当面核实")


def test_in_english_every_word_of_the_form_is_english(visit: Open, site: Site) -> None:
    page = visit(Role.SUPERVISOR).go(f"/board/complaints/{site.history.complaints[1]}")
    page.locator("#language").click()
    expect(page.locator("#send-down")).to_have_text("Hand down")
    assert set(re.findall("[\u4e00-\u9fff]+", page.locator("#send").inner_text())) == {"林西县"}
