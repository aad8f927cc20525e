"""What officials see on the board, as a browser shows it."""

import re

from playwright.sync_api import expect

from gateway.permissions import Role
from tests.browser.conftest import Open, Site


def test_the_front_page_tells_the_lights_by_word_shape_and_number(visit: Open) -> None:
    window = visit()
    page = window.go("/board")
    for light, word in (("red", "红灯"), ("yellow", "黄灯"), ("green", "绿灯"), ("grey", "灰灯")):
        tile = page.locator(f"#tile-{light}")
        expect(tile.locator(".word")).to_have_text(word)
        expect(tile.locator(".count")).to_have_text(re.compile(r"^\d+$"))
        expect(tile.locator("svg use")).to_have_attribute("href", f"#shape-{light}")
    expect(page.locator(".today")).to_contain_text("2026年11月20日星期五")
    window.picture("front")
