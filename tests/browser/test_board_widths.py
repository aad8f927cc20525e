"""Whether tables keep their content inside their cells, and the page inside the window, in both languages."""

import pytest

from tests.browser.conftest import Open
from tests.browser.pictures import BROKEN, CLIPPED, WATER, WIDE

PAGES = (
    *(
        "/board",
        "/board/lines",
        "/board/cases/{case}?why={case}/decision/2",
        "/board/complaints",
        "/board/findings",
        "/board/findings/rules",
    ),
    *("/board/figures", "/board/instructions", "/board/links", "/board/calendar", "/board/catalogue", "/board/imports"),
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_cell_is_too_narrow_for_what_it_says(visit: Open, width: int, language: str, path: str) -> None:
    window = visit(width=width, height=844 if width == 390 else 800)
    window.speak(language)
    page = window.go(path.format(case=window.site.history.cases[WATER]))
    window.picture(f"cells-{width}-{language}-{path.split('?')[0].split('{')[0].strip('/').replace('/', '-')}")
    assert page.evaluate(WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []
    if width > 390:
        assert page.evaluate(BROKEN) == []
