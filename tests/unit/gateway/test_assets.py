"""Pages are light on the wire: packed, their files under addresses that say what is in them."""

import gzip
import re
from pathlib import Path

import httpx
import pytest

from gateway.assets import STATIC, address, media_type_of
from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority, Follow

pytestmark = pytest.mark.anyio
#: An office's line to its authority may be slow; 1.23 MB was what the front page weighed with ECharts whole, unpacked.
MOST_BYTES_OF_THE_FRONT_PAGE = 300_000
HASHED = re.compile(r"/board/static/[\w./-]+\.[0-9a-f]{12}\.(?:js|css|svg)")


async def on_the_wire(client: httpx.AsyncClient, path: str, packing: str = "gzip") -> tuple[httpx.Response, bytes]:
    """The answer and its body as it was sent."""
    async with client.stream("GET", path, headers={"Accept": "text/html", "Accept-Encoding": packing}) as answer:
        assert answer.status_code == 200, f"{path}: is the set-up complete?"
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


def loaded_by(page: str) -> set[str]:
    """The addresses of what a browser fetches for a page."""
    return set(re.findall(r"""<(?:script|link|img)\b[^>]*\b(?:src|href)="([^"]+)""", page))


async def test_the_front_page_with_all_that_it_loads_is_under_300_kb(authority: Authority) -> None:
    async with authority.client() as reader:
        _, page = await on_the_wire(reader, "/board")
        files = loaded_by((await reader.get("/board", headers={"Accept": "text/html"})).text)
        assert len(files) >= 6
        weights = {file: len((await on_the_wire(reader, file))[1]) for file in files}
    assert len(page) + sum(weights.values()) < MOST_BYTES_OF_THE_FRONT_PAGE, weights


@pytest.mark.parametrize("path", ["/board", "/board/lines", "/board/login", "/board/enter", "/docs"])
async def test_what_a_page_loads_is_kept_for_a_year_because_its_address_changes_with_it(
    authority: Authority, path: str
) -> None:
    async with authority.client() as reader:
        files = {
            file
            for file in loaded_by((await reader.get(path, headers={"Accept": "text/html"})).text)
            if file.startswith("/board/")
        }
        assert files
        for file in files:
            assert HASHED.fullmatch(file), file
            answer, _ = await on_the_wire(reader, file)
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/board", "/board/lines", "/docs", "/openapi.json"])
async def test_only_the_page_with_a_chart_loads_what_draws_charts(authority: Authority, path: str) -> None:
    async with authority.client() as reader:
        page = (await reader.get(path, headers={"Accept": "text/html"})).text
    assert ("vendor/echarts" in page) == (path == "/board")


async def test_a_file_that_has_changed_has_another_address_and_the_old_one_is_gone(
    authority: Authority, tmp_path: Path
) -> None:
    current = address("board.css")
    other = re.sub(r"[0-9a-f]{12}", "0123456789ab", current)
    (tmp_path / "board.css").write_text("body { color: black }")
    before = address("board.css", tmp_path)
    (tmp_path / "board.css").write_text("body { color: navy!! }")
    assert len({current, other, before, address("board.css", tmp_path)}) == 4
    async with authority.client(None) as reader:
        assert (await reader.get(current)).status_code == 200
        assert (await reader.get(other)).status_code == 404


async def test_under_its_plain_name_a_file_is_asked_for_again_each_time(authority: Authority) -> None:
    async with authority.client(None) as reader:
        answer, _ = await on_the_wire(reader, "/board/static/board.css")
        again = await reader.get("/board/static/board.css", headers={"If-None-Match": answer.headers["etag"]})
    assert answer.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]


async def test_packed_and_plain_are_the_same_file_and_have_their_own_tags_and_lengths(authority: Authority) -> None:
    path = address("board.css")
    async with authority.client(None) as reader:
        packed, packed_body = await on_the_wire(reader, path)
        plain, plain_body = await on_the_wire(reader, path, "identity")
        for answer, body, packing in ((packed, packed_body, "gzip"), (plain, plain_body, "identity")):
            head = await reader.head(path, headers={"Accept-Encoding": packing})
            assert head.content == b""
            assert int(answer.headers["content-length"]) == int(head.headers["content-length"]) == len(body)
            assert answer.headers["etag"] == head.headers["etag"]
            assert {*answer.headers["vary"].split(", ")} == {*head.headers["vary"].split(", ")} == {"Accept-Encoding"}
            assert answer.headers["content-type"] == head.headers["content-type"] == "text/css; charset=utf-8"
        refused = await reader.post(path)
    assert gzip.decompress(packed_body) == plain_body == (STATIC / "board.css").read_bytes()
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] != plain.headers["etag"]
    assert refused.status_code == 405


async def test_nothing_outside_the_folder_is_served(authority: Authority) -> None:
    async with authority.client(None) as reader:
        for path in ("../frame.py", "%2e%2e/frame.py", "..%2fframe.py", "vendor", "vendor/", "", "%00", "x" * 300):
            assert (await reader.get(f"/board/static/{path}")).status_code in (400, 404), path


def test_what_set_up_has_not_brought_is_named_plainly_so_that_the_page_itself_still_comes(tmp_path: Path) -> None:
    assert address("vendor/htmx.min.js", tmp_path) == "/board/static/vendor/htmx.min.js"


def test_every_file_has_a_type_that_browsers_accept() -> None:
    kinds = {file.suffix: media_type_of(file.name) for file in STATIC.rglob("*") if file.is_file()}
    assert kinds == {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


async def test_pages_and_answers_are_packed_for_those_who_can_unpack(authority: Authority) -> None:
    async with authority.client() as reader:
        for path in ("/board", "/openapi.json"):
            packed, packed_body = await on_the_wire(reader, path)
            plain, plain_body = await on_the_wire(reader, path, "identity")
            assert packed.headers["content-encoding"] == "gzip"
            assert "content-encoding" not in plain.headers
            assert len(packed_body) < len(plain_body) / 2
            assert "Accept-Encoding" in plain.headers["vary"]
            assert int(packed.headers["content-length"]) == len(packed_body)
        workbook, _ = await on_the_wire(reader, "/v1/lines.xlsx")
    assert "content-encoding" not in workbook.headers


async def test_events_are_said_at_once_and_unpacked_to_a_browser_that_takes_packed_answers(
    authority: Authority, follow: Follow
) -> None:
    stream = await follow(Role.SUPERVISOR, accept_encoding="gzip, br")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in stream.headers
    authority.gateway.feed.heard(b'{"subject": "150400"}')
    assert (await stream.next())["event"] == "qidi.subtree.arrived"
