"""Whether clerks send a case to the region and back in their browsers while others watch on three boards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chain import BANNER, CITY, REGION, Chain, Level
from tests.faults.load import PROJECT_CODE
from tests.levels.work import file_cases, opened_from
from tests.stack import until

#: Decided by the region.
TO_THE_REGION = "NM-021"
NAMES = {BANNER: "林西县", CITY: "赤峰市", REGION: "内蒙古自治区"}
PATIENCE_MS = 30_000


@dataclass
class Boards:
    """One window for each level, all of one browser: cookies are shared by host, so nobody may sign anybody out."""

    banner: Page
    city: Page
    region: Page

    @property
    def all(self) -> tuple[Page, Page, Page]:
        return self.banner, self.city, self.region


def signed_in(
    chain: Chain, browser: Browser, roles: Sequence[str], name: str, departments: Sequence[str]
) -> Iterator[Boards]:
    context = browser.new_context(locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    opened = []
    levels = (chain.banner, chain.city, chain.region)
    for level, role, department in zip(levels, roles, departments, strict=True):
        page = context.new_page()
        page.goto(f"{level.base}/board/login")
        page.locator("#with-token summary").click()
        page.locator("#token").fill(level.token(role, name, department))
        page.locator("#sign-in-token").click()
        expect(page.locator("nav")).to_be_visible()
        opened.append(page)
    yield Boards(*opened)
    context.close()


@pytest.fixture
def boards(chain: Chain, browser: Browser) -> Iterator[Boards]:
    """Whoever looks on, at each level."""
    yield from signed_in(chain, browser, ("supervisor",) * 3, "", ("", "", ""))


@pytest.fixture
def desks(chain: Chain, browser: Browser) -> Iterator[Boards]:
    """The clerks whose case it is, at each level."""
    yield from signed_in(chain, browser, ("window", "window", "handler"), "张三", ("林草局", "林草局", "自治区林草局"))


def take(page: Page, step: str, **fields: str) -> None:
    """A clerk opens the form of a step, fills it in and sends it."""
    page.locator(f"#step-{step} > summary").click()
    for name, value in fields.items():
        page.locator(f"#step-{step} [name={name}]").fill(value)
    page.locator(f"#take-{step}").click()
    expect(page.locator(f"#take-{step}")).to_have_count(0)


def shows(page: Page, *holders: str) -> None:
    """The chain of hands on the page, without anybody loading it again: the last one has the case now."""
    chain = page.locator("#holders .chain li")
    expect(chain).to_have_count(len(holders), timeout=PATIENCE_MS)
    expect(chain).to_contain_text([NAMES[one] for one in holders], timeout=PATIENCE_MS)
    now = page.locator("#holders .chain li[aria-current]")
    expect(now).to_contain_text(NAMES[holders[-1]])
    expect(now).to_contain_text("个工作日")


def opened_above(level: Level, case_no: str) -> str:
    return until("the case to be opened above", lambda: opened_from(level, case_no))[0]


def test_a_case_is_sent_to_the_region_and_back_by_hand_and_watched_on_three_boards(
    chain: Chain, boards: Boards, desks: Boards
) -> None:
    desk = desks.banner
    desk.goto(f"{chain.banner.base}/board/cases/new")
    desk.locator("[name=project_code]").fill(PROJECT_CODE)
    desk.locator("[name=matter_code]").select_option(TO_THE_REGION)
    desk.locator("#receive").click()
    take(desk, "forward")
    case_no = desk.url.rpartition("/")[2].partition("#")[0]
    at_city = opened_above(chain.city, case_no)

    # from the region's front page down: a tile for each league and city, its banners, the case
    region = boards.region
    region.goto(f"{chain.region.base}/board")
    expect(region.locator(".places .place")).to_have_count(14)
    region.locator(f"#place-{CITY}").click()
    region.locator(f"#place-{BANNER}").click()
    region.locator("#elsewhere").click()
    region.get_by_role("link", name=case_no).first.click()
    boards.banner.goto(f"{chain.banner.base}/board/cases/{case_no}")
    boards.city.goto(f"{chain.city.base}/board/subtree/cases/{case_no}")
    for page in boards.all:
        shows(page, BANNER, CITY)

    # nobody who watches reloads: what the clerks do is on all three boards at once
    desks.city.goto(f"{chain.city.base}/board/cases/{at_city}")
    take(desks.city, "forward")
    at_region = opened_above(chain.region, at_city)
    for page in boards.all:
        shows(page, BANNER, CITY, REGION)
    desks.region.goto(f"{chain.region.base}/board/cases/{at_region}")
    take(desks.region, "accept")
    take(desks.region, "grant", document_no="内林草许〔2026〕7号")
    for page in boards.all:
        shows(page, BANNER, CITY, REGION, BANNER)
    # the region's own page says as well who has it in hand now
    expect(desks.region.locator("#holders .chain li[aria-current]")).to_contain_text(NAMES[BANNER])
    desk.reload()
    take(desk, "deliver")
    for page in boards.all:
        expect(page.locator(".states").first).to_contain_text("已送达", timeout=PATIENCE_MS)

    # what is below can be followed up, case by case
    region.locator("#case-above").click()
    expect(region.get_by_role("heading", level=1)).to_contain_text(at_city)
    region.locator("#case-above").click()
    expect(region).to_have_url(f"{chain.region.base}/board/cases/{at_region}")


def test_both_levels_say_that_they_hold_the_same(chain: Chain, boards: Boards) -> None:
    file_cases(chain, 1)
    chain.in_step()
    boards.region.goto(f"{chain.region.base}/board/links")
    ledger = boards.region.locator(f"#ledger-{BANNER}")
    expect(ledger.get_by_role("heading")).to_contain_text("两级一致", timeout=PATIENCE_MS)
    expect(ledger).to_contain_text(chain.banner.held().root)
