"""People under test: accounts with posts, made by the administrator through the API, and their browsers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from services.contracts.vocabulary import Role
from tests.builders import AUTHORITY
from tests.unit.gateway.running import Authority

OURS = {"Origin": "http://authority.test"}
COOKIE = f"qidi_session_{AUTHORITY}"
#: A password of nobody's own name.
GOOD = "correct horse battery 9"
HANDLER_POST = {"role": "handler", "department": "住建局"}


async def ask(
    authority: Authority, method: str, path: str, body: Any = None, role: Role = Role.ADMIN
) -> httpx.Response:
    """What the administrator's program is answered."""
    async with authority.client(role) as client:
        return await client.request(method, path, json=body)


async def make(authority: Authority, login: str = "zhang.san", name: str = "张三", **post: Any) -> tuple[str, str]:
    """An account with one post: its id and its initial password."""
    body = {"login": login, "name": name, "post": HANDLER_POST | post}
    made = await ask(authority, "POST", "/v1/accounts", body)
    assert made.status_code == 201, made.text
    return str(made.json()["account"]["id"]), str(made.json()["initial_password"])


@asynccontextmanager
async def a_browser(authority: Authority, address: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """A browser that nobody has signed in with yet."""
    transport = httpx.ASGITransport(app=authority.app, client=(address, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://authority.test", headers=OURS) as browser:
        yield browser


async def sign_in(browser: httpx.AsyncClient, login: str, password: str) -> httpx.Response:
    return await browser.post("/board/session", json={"login": login, "password": password})


async def a_person(authority: Authority, login: str = "zhang.san", name: str = "张三", **post: Any) -> str:
    """An account whose person has chosen GOOD as his password: its id."""
    id, initial = await make(authority, login, name, **post)
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, login, initial)).status_code == 200
        changed = await browser.post("/v1/me/password", json={"current": initial, "new": GOOD})
        assert changed.status_code == 200, changed.text
    return id
