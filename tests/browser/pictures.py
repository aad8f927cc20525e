"""How the browser tests look: what a light is called, what is too pale or too wide, and who is connected."""

from playwright.sync_api import Page, expect

LIGHTS = (("red", "红灯"), ("yellow", "黄灯"), ("green", "绿灯"), ("grey", "灰灯"))
#: Late, corrected once, and complained about.
WATER = (1, "NM-018")


def count(page: Page, light: str) -> int:
    return int(page.locator(f"#tile-{light} .count").inner_text())


def is_live(page: Page) -> None:
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    expect(page.locator("#live .state")).to_have_text("实时")


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is there, as a person without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached with {most} presses of Tab")


#: What reaches beyond the window without a frame of its own to be scrolled in.
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, nav, svg"))
    .map((one) => one.outerHTML.slice(0, 120))"""


#: Texts whose contrast with their ground is below WCAG AA: 4.5, or 3 for large ones.
PALE = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(one).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const one of document.querySelectorAll("body *:not(svg *)")) {
    const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || !one.checkVisibility()) continue;
    const style = getComputedStyle(one), [a, b] = [light(rgb(style.color)), light(ground(one))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + .05) / (b + .05);
    if (ratio < (large ? 3 : 4.5)) pale.push(ratio.toFixed(2) + " " + one.outerHTML.slice(0, 100));
  }
  return pale;
}"""


#: Cells that are narrower than what they hold, and tables of which a column is out of sight. A calendar sheet is none:
#: its seven days stay side by side.
CLIPPED = """() => [...document.querySelectorAll("th, td, .scroll:not(:has(.sheet))")]
  .filter((one) => one.checkVisibility() && !one.closest(".sheet") && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.scrollWidth + " in " + one.clientWidth + " " + one.outerHTML.slice(0, 120))"""


#: Short words in cells whose characters stand in two rows though no space or comma lets them.
BROKEN = """() => {
  const broken = [], measure = document.createRange();
  for (const cell of document.querySelectorAll("table:not(.sheet) :is(th, td)")) {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const text = node.data, word = text.trim();
      if (!word || word.length > 9 || !node.parentElement.checkVisibility()) continue;
      let above = null;
      for (let at = text.indexOf(word); at < text.indexOf(word) + word.length; at++) {
        measure.setStart(node, at);
        measure.setEnd(node, at + 1);
        const top = measure.getBoundingClientRect().top;
        const fixed = above !== null && !/[\\s，。；、：（）—/·-]/.test(text[at - 1] + text[at]);
        if (fixed && top > above + 3) broken.push(word);
        above = top;
      }
    }
  }
  return broken;
}"""
