"""Decides whether a person with three boards open in one browser can watch a case go up to the region and come back."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chain import BANNER, CITY, REGION, Chain, Level
from tests.levels.work import file_cases, opened_from, step
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


@pytest.fixture
def boards(chain: Chain, browser: Browser) -> Iterator[Boards]:
    context = browser.new_context(locale="zh-CN", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    opened = []
    for level in (chain.banner, chain.city, chain.region):
        page = context.new_page()
        page.goto(f"{level.base}/board/login")
        page.get_by_label("令牌").fill(level.token("supervisor"))
        page.get_by_role("button", name="登录").click()
        expect(page.locator("nav")).to_be_visible()
        opened.append(page)
    yield Boards(*opened)
    context.close()


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


def test_a_case_is_watched_from_the_banner_to_the_region_and_back(chain: Chain, boards: Boards) -> None:
    case_no = file_cases(chain, 1, TO_THE_REGION)[0]
    assert step(chain.banner, case_no, "forward") == 200
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
    for page in (boards.banner, boards.city, region):
        shows(page, BANNER, CITY)

    # nobody reloads: what happens is on all three boards at once
    assert step(chain.city, at_city, "forward") == 200
    at_region = opened_above(chain.region, at_city)
    for page in (boards.banner, boards.city, region):
        shows(page, BANNER, CITY, REGION)
    assert step(chain.region, at_region, "accept") == 200
    assert step(chain.region, at_region, "grant", document_no="内林草许〔2026〕7号") == 200
    for page in (boards.banner, boards.city, region):
        shows(page, BANNER, CITY, REGION, BANNER)
    assert step(chain.banner, case_no, "deliver") == 200
    for page in (boards.banner, boards.city, region):
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
