"""Sessions: a browser's cookie is good for reading, for changing from our own pages, and for nothing else."""

import pytest

from services.contracts.vocabulary import Role
from tests.builders import a_project
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
OURS = {"Origin": "http://authority.test"}


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
    assert (bad.status_code, bad.headers["location"]) == (303, "/board/login?failed=1")
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
