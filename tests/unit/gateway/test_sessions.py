"""Sessions: a browser's cookie is good for reading, for changing from our own pages, and for nothing else."""

import httpx
import pytest

from gateway.auth import UNATTENDED
from services.contracts.vocabulary import Role
from tests.builders import AUTHORITY, a_project
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
OURS = {"Origin": "http://authority.test"}
COOKIE = f"qidi_session_{AUTHORITY}"


async def test_a_token_becomes_a_cookie_that_no_script_and_no_other_site_can_use(authority: Authority) -> None:
    async with authority.client(None) as browser:
        answer = await browser.post("/board/session", json={"token": authority.tokens[Role.WINDOW]})
        assert answer.status_code == 200
        said = answer.headers["set-cookie"].lower()
        assert "httponly" in said
        assert "samesite=strict" in said
        assert (await browser.get("/v1/matters")).status_code == 200
        assert (await browser.post("/v1/projects", json=a_project())).status_code == 403
        elsewhere = await browser.post("/v1/projects", json=a_project(), headers={"Origin": "http://evil.test"})
        assert elsewhere.status_code == 403
        assert (await browser.post("/v1/projects", json=a_project(), headers=OURS)).status_code == 201
        assert (await browser.post("/board/session/end")).status_code == 303
        assert not browser.cookies
        assert (await browser.get("/v1/matters")).status_code == 401


async def test_a_form_comes_back_to_the_board(authority: Authority) -> None:
    async with authority.client(None) as browser:
        good = await browser.post("/board/session", data={"token": authority.tokens[Role.WINDOW]}, headers=OURS)
        bad = await browser.post("/board/session", data={"token": "qidi_x_y"}, headers=OURS)
        foreign = await browser.post("/board/session", data={"token": "x"}, headers={"Origin": "http://evil.test"})
    assert (good.status_code, good.headers["location"]) == (303, "/board")
    assert (bad.status_code, bad.headers["location"]) == (303, "/board/login?failed=token")
    assert "set-cookie" not in bad.headers
    assert foreign.status_code == 403


async def test_a_form_that_cannot_be_read_is_malformed(authority: Authority) -> None:
    async with authority.client(None, **{"Content-Type": "application/x-www-form-urlencoded"}) as browser:
        for body in (b"token=%FF", b"token=%00", b"\xff", b"&".join(b"a=1" for _ in range(100))):
            assert (await browser.post("/board/session", content=body)).status_code == 400


@pytest.mark.parametrize("body", [{}, {"token": 3}, [], {"token": "nonsense"}])
async def test_a_bad_token_opens_nothing(authority: Authority, body: object) -> None:
    async with authority.client(None) as browser:
        answer = await browser.post("/board/session", json=body)
    assert answer.status_code in (401, 422)
    assert "set-cookie" not in answer.headers


async def test_the_cookie_of_a_revoked_token_is_worthless(authority: Authority) -> None:
    token, text = authority.gateway.tokens.issue(Role.WINDOW, "王芳", "发改")
    async with authority.client(None) as browser:
        await browser.post("/board/session", json={"token": text})
        assert (await browser.get("/v1/matters")).status_code == 200
        authority.gateway.tokens.revoke(token.id)
        assert (await browser.get("/v1/matters")).status_code == 401


async def begun(browser: httpx.AsyncClient, authority: Authority, role: Role = Role.WINDOW) -> str:
    """Sign in with a token; what the cookie holds."""
    answer = await browser.post("/board/session", json={"token": authority.tokens[role]}, headers=OURS)
    assert answer.status_code == 200, answer.text
    return answer.headers["set-cookie"].partition(";")[0].partition("=")[2]


async def test_the_cookie_is_no_token_and_opens_nothing_as_one(authority: Authority) -> None:
    async with authority.client(None) as browser:
        number = await begun(browser, authority)
    assert "qidi_" not in number
    assert number not in authority.tokens[Role.WINDOW]
    async with authority.client(None, Authorization=f"Bearer {number}") as program:
        assert (await program.get("/v1/matters")).status_code == 401
    kept = b"".join(file.read_bytes() for file in authority.gateway.settings.var.glob("gateway.sqlite*"))
    assert number.encode() not in kept


async def test_who_signs_out_has_signed_out_wherever_the_cookie_was_copied_to(authority: Authority) -> None:
    async with authority.client(None) as browser, authority.client(None) as thief:
        thief.cookies.set(COOKIE, await begun(browser, authority))
        assert (await thief.get("/v1/matters")).status_code == 200
        assert (await browser.post("/board/session/end", headers=OURS)).status_code == 303
        assert (await thief.get("/v1/matters")).status_code == 401
        assert (await thief.get("/board", headers={"Accept": "text/html"})).headers["location"] == "/board/login"


async def test_a_number_that_was_there_before_the_sign_in_is_worth_nothing_after_it(authority: Authority) -> None:
    async with authority.client(None) as browser, authority.client(None) as planter:
        planter.cookies.set(COOKIE, "planted-by-somebody-else")
        browser.headers["Cookie"] = f"{COOKIE}=planted-by-somebody-else"
        first = await begun(browser, authority)
        assert (await planter.get("/v1/matters")).status_code == 401
        browser.headers["Cookie"] = f"{COOKIE}={first}"
        second = await begun(browser, authority, Role.HANDLER)
        assert len({"planted-by-somebody-else", first, second}) == 3
        planter.cookies.clear()
        planter.cookies.set(COOKIE, first)
        assert (await planter.get("/v1/matters")).status_code == 401


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([{"minutes": 119}], 200),
        ([{"minutes": 121}], 401),
        ([{"minutes": 110}] * 6, 200),  # eleven hours, never idle for two
        ([{"minutes": 110}] * 7, 401),  # twelve hours and fifty minutes
    ],
)
async def test_a_session_lasts_two_hours_without_and_twelve_with_work(
    authority: Authority, steps: list[dict[str, float]], status: int
) -> None:
    async with authority.client(None) as browser:
        await begun(browser, authority)
        for step in steps:
            authority.clock.move(**step)
            answer = await browser.get("/v1/matters")
    assert answer.status_code == status


async def test_a_page_left_open_keeps_no_session_alive(authority: Authority) -> None:
    async with authority.client(None) as browser:
        await begun(browser, authority)
        for _ in range(2):
            authority.clock.move(minutes=70)
            answer = await browser.get("/v1/matters", headers={UNATTENDED: "1"})
    assert answer.status_code == 401


async def test_with_tls_the_cookie_is_secure_and_the_hosts_alone(authority: Authority) -> None:
    app, tls = authority.app, {"Origin": "https://authority.test"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://authority.test") as browser:
        answer = await browser.post("/board/session", json={"token": authority.tokens[Role.WINDOW]}, headers=tls)
        said = answer.headers["set-cookie"].lower()
        assert said.startswith(f"__host-{COOKIE}=")
        assert "; secure" in said
        assert "path=/" in said
        assert "domain" not in said
        assert (await browser.get("/v1/matters")).status_code == 200
        number = browser.cookies[f"__Host-{COOKIE}"]
        browser.cookies.clear()
        browser.cookies.set(COOKIE, number)  # as anybody on the way could set it
        assert (await browser.get("/v1/matters")).status_code == 401


async def test_behind_a_proxy_the_public_address_says_that_it_is_tls(authority: Authority) -> None:
    authority.gateway.settings = authority.gateway.settings.model_copy(update={"public_url": "https://board.test"})
    async with authority.client(None) as browser:
        ours = {"Origin": "https://board.test"}
        answer = await browser.post("/board/session", json={"token": authority.tokens[Role.WINDOW]}, headers=ours)
        assert "; secure" in answer.headers["set-cookie"].lower()
        for other in ("http://board.test", "https://board.test:8443", "https://authority.test", "null"):
            refused = await browser.post("/board/session", json={"token": "x"}, headers={"Origin": other})
            assert refused.status_code == 403, other


@pytest.mark.parametrize(
    ("public", "origin", "status"),
    [
        ("https://Board.LinXi.gov.cn", "https://board.linxi.gov.cn", 200),
        ("https://board.test:443", "https://board.test", 200),
        ("http://board.test:80", "http://board.test", 200),
        ("https://board.test:8443", "https://board.test:8443", 200),
        ("https://board.test:8443", "https://board.test", 403),
        ("https://board.test:443", "http://board.test", 403),
        ("https://board.test", "http://board.test:443", 403),
        ("https://board.test", "https://board.test.evil.example", 403),
        ("https://board.test", "https://board.test:x", 403),
        ("https://board.test", "https://board.test:99999", 403),
        ("https://board.test", "https://[board.test", 403),
        ("https://board.test", "", 403),
    ],
)
async def test_the_public_address_is_compared_as_browsers_write_it(
    authority: Authority, public: str, origin: str, status: int
) -> None:
    authority.gateway.settings = authority.gateway.settings.model_copy(update={"public_url": public})
    async with authority.client(None) as browser:
        body = {"token": authority.tokens[Role.WINDOW]}
        answer = await browser.post("/board/session", json=body, headers={"Origin": origin})
        assert answer.status_code == status, answer.text


async def test_one_sees_and_ends_ones_own_sessions_and_nobody_elses(authority: Authority) -> None:
    async with authority.client(None) as here, authority.client(None) as there, authority.client(None) as other:
        for browser, role in ((here, Role.WINDOW), (there, Role.WINDOW), (other, Role.HANDLER)):
            await begun(browser, authority, role)
        mine = (await here.get("/v1/sessions/mine")).json()["items"]
        assert [one["is_this"] for one in mine].count(True) == 1
        assert len(mine) == 2
        foreign = (await other.get("/v1/sessions/mine")).json()["items"][0]["id"]
        assert (await here.post(f"/v1/sessions/mine/{foreign}/end", headers=OURS)).status_code == 404
        yonder = next(one["id"] for one in mine if not one["is_this"])
        assert (await here.post(f"/v1/sessions/mine/{yonder}/end", headers=OURS)).json() == {"id": yonder}
        assert [(await one.get("/v1/matters")).status_code for one in (here, there, other)] == [200, 401, 200]
        assert (await here.post("/v1/sessions/mine/end", headers=OURS)).json() == {"ended": 1}
        assert [(await one.get("/v1/matters")).status_code for one in (here, there, other)] == [401, 401, 200]


async def test_signing_in_with_a_token_can_be_switched_off(authority: Authority) -> None:
    authority.gateway.settings = authority.gateway.settings.model_copy(update={"token_sign_in": False})
    async with authority.client(None) as browser:
        answer = await browser.post("/board/session", json={"token": authority.tokens[Role.WINDOW]})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    async with authority.client(Role.WINDOW) as program:
        assert (await program.get("/v1/matters")).status_code == 200


async def test_a_session_of_a_read_only_token_changes_nothing(authority: Authority) -> None:
    _, text = authority.gateway.tokens.issue(Role.WINDOW, "王芳", "发展改革委", read_only=True)
    async with authority.client(None) as browser:
        await browser.post("/board/session", json={"token": text}, headers=OURS)
        assert (await browser.get("/v1/projects")).status_code == 200
        assert (await browser.post("/v1/projects", json=a_project(), headers=OURS)).status_code == 403
    async with authority.client(None, Authorization=f"Bearer {text}") as program:
        assert (await program.post("/v1/projects", json=a_project())).status_code == 403
