"""The list of matters in the browser: what waits from above, what differs, and the button that adopts it."""

from datetime import datetime

from playwright.sync_api import expect

from services.contracts.catalogues import CataloguePublished
from services.contracts.envelope import seal
from services.contracts.quantities import Person, WireLimit
from services.contracts.vocabulary import Level, Role
from services.intake.matters import reference_matters
from tests.browser.conftest import Open, Site
from tests.browser.history import History
from tests.browser.pictures import PALE, WIDE, is_live

CITY = "150400"


def a_publication(at: datetime) -> bytes:
    """The city shortens matter 1 to ten working days and asks for one paper less."""
    matters = list(reference_matters(Level.CITY))
    first = {"promised": WireLimit(amount=10), "materials": matters[0].materials[1:]}
    matters[0] = matters[0].model_copy(update=first)
    person = Person(name="周正", department="政务服务局")
    event = CataloguePublished(number=1, matters=tuple(matters), person=person, note="赤峰市事项清单（2026年版）")
    source = f"/authorities/{CITY}/intake"
    return seal(event, id="published-1", source=source, occurred_at=at, recorded_at=at, sequence=1)


async def arrives(history: History) -> None:
    history.services.hand("intake", [a_publication(history.clock.now())])
    history.services.deliver()


def test_a_list_from_above_is_compared_and_adopted_on_the_board(visit: Open, site: Site) -> None:
    window = visit(Role.SUPERVISOR)
    page = window.go("/board/catalogue")
    is_live(page)
    expect(page.locator("#in-force tbody tr")).to_have_count(39)
    expect(page.locator("nav [aria-current=page]")).to_have_text("事项清单")

    site.happen(arrives)
    page = window.go("/board/catalogue")
    expect(page.locator(f"#waiting-{CITY}")).to_contain_text("赤峰市 150400")
    expect(page.locator(f"#waiting-{CITY}")).to_contain_text("赤峰市事项清单（2026年版）")
    expect(page.locator(f"#waiting-{CITY} .clock .badge")).to_have_text("绿灯")
    expect(page.locator("#differences tbody tr")).to_have_count(2)
    assert page.evaluate(WIDE) == []
    assert page.evaluate(PALE) == []
    window.picture("catalogue")

    page.locator("#confirm-adopt").check()
    page.locator("#adopt").click()
    expect(page.locator("#above-title")).to_contain_text("第1版")
    expect(page.locator("#adopt")).to_have_count(0)
    expect(page.locator("#in-force tbody tr").first).to_contain_text("10个工作日")


def test_the_list_fits_a_telephone(visit: Open) -> None:
    window = visit(Role.HANDLER, width=390, height=844)
    page = window.go("/board/catalogue")
    expect(page.locator("#in-force tbody tr")).to_have_count(39)
    assert page.evaluate(WIDE) == []
    assert page.evaluate(PALE) == []
    window.picture("catalogue-small", whole=False)
