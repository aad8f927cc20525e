"""Accounts: a person comes in by his own password, acts in one post at a time, and goes when the administrator says."""

import sqlite3
from typing import Any

import pytest

from gateway.accounts.audit import Visitor
from gateway.accounts.passwords import Passwords, objection
from services.contracts.entrances import SessionEnd
from services.contracts.vocabulary import Role
from tests.builders import a_project
from tests.unit.gateway.people import COOKIE, GOOD, HANDLER_POST, a_browser, a_person, ask, make, sign_in
from tests.unit.gateway.running import Authority, Follow

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
TODAY, YESTERDAY, TOMORROW = "2026-09-16", "2026-09-15", "2026-09-17"


async def status(browser: Any, path: str = "/v1/matters") -> int:
    return int((await browser.get(path)).status_code)


async def test_with_the_initial_password_one_can_choose_ones_own_and_nothing_else(authority: Authority) -> None:
    _, initial = await make(authority)
    async with a_browser(authority) as browser, a_browser(authority) as old:
        assert (await sign_in(browser, "zhang.san", initial)).json() == {
            "role": "handler", "name": "张三", "department": "住建局",
        }  # fmt: skip
        before = browser.cookies[COOKIE]
        old.cookies.set(COOKIE, before)
        assert await status(browser) == 403
        assert (await browser.get("/v1/events")).json()["type"] == "/problems/password-first"
        assert (await browser.get("/v1/me")).json()["must_change"] is True
        changed = await browser.post("/v1/me/password", json={"current": initial, "new": GOOD})
        assert changed.status_code == 200, changed.text
        assert await status(browser) == 200
        assert browser.cookies[COOKIE] != before
        assert await status(old) == 401
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "zhang.san", initial)).status_code == 401
        assert (await sign_in(browser, " Zhang.SAN ", GOOD)).status_code == 200


async def test_an_initial_password_is_good_for_seven_days(authority: Authority) -> None:
    _, initial = await make(authority)
    authority.clock.move(days=7, minutes=1)
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "zhang.san", initial)).status_code == 401


@pytest.mark.parametrize(
    "new",
    [
        "",
        "short",
        "elf zeichen",
        "x" * 129,
        "aaaaaaaaaaaa",
        "abababababab",
        "zhang.san-2026",
        "我是张三我的密码很长很长",
    ],
)
async def test_a_bad_password_is_refused_and_the_old_one_stays(authority: Authority, new: str) -> None:
    await a_person(authority)
    async with a_browser(authority) as browser:
        await sign_in(browser, "zhang.san", GOOD)
        refused = await browser.post("/v1/me/password", json={"current": GOOD, "new": new})
        assert refused.status_code == 422
        assert [one["field"] for one in refused.json()["problems"]] == ["new"]
        wrong = await browser.post("/v1/me/password", json={"current": "not this one", "new": "another good one 7"})
        assert [one["field"] for one in wrong.json()["problems"]] == ["current"]
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 200


async def test_nothing_in_the_store_is_the_password(authority: Authority) -> None:
    await a_person(authority)
    with sqlite3.connect(authority.gateway.settings.var / "gateway.sqlite") as store:
        (kept,) = store.execute("SELECT password FROM accounts").fetchone()
    store.close()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    files = b"".join(one.read_bytes() for one in authority.gateway.settings.var.glob("gateway.sqlite*"))
    assert GOOD.encode() not in files


async def test_a_password_hashed_with_less_is_hashed_anew_at_the_next_sign_in(authority: Authority) -> None:
    await a_person(authority)
    authority.gateway.entrances.passwords = Passwords(20000, 2)
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 200
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 200
    account = authority.gateway.register.by_login("zhang.san")
    assert account is not None
    assert account.kept is not None
    assert "m=20000" in account.kept


# --- posts ------------------------------------------------------------------------------------------------------------


async def test_one_acts_in_one_post_at_a_time_and_each_change_has_a_number_of_its_own(authority: Authority) -> None:
    id = await a_person(authority)
    second = {"role": "window", "department": "发展改革委"}
    assert (await ask(authority, "POST", f"/v1/accounts/{id}/posts", second)).status_code == 201
    async with a_browser(authority) as browser, a_browser(authority) as copied:
        await sign_in(browser, "zhang.san", GOOD)
        copied.cookies.set(COOKIE, browser.cookies[COOKIE])
        assert (await browser.post("/v1/projects", json=a_project())).status_code == 403  # handlers register none
        posts = (await browser.get("/v1/me")).json()["posts"]
        assert [(one["role"], one["is_this"]) for one in posts] == [("handler", True), ("window", False)]
        gone_on = await browser.post("/v1/me/post", json={"post": posts[1]["id"]})
        assert (gone_on.status_code, gone_on.json()["role"]) == (200, "window")
        assert (await browser.post("/v1/projects", json=a_project())).status_code == 201
        assert await status(copied) == 401
        assert (await browser.post("/v1/me/post", json={"post": "5f2c9a3e7b1d"})).status_code == 404
    async with a_browser(authority) as browser:  # the next time he begins where he was
        assert (await sign_in(browser, "zhang.san", GOOD)).json()["role"] == "window"


async def test_a_post_of_somebody_else_is_no_post_of_mine(authority: Authority) -> None:
    await a_person(authority)
    other = await a_person(authority, "wu", "吴强", role="admin")
    foreign = (await ask(authority, "GET", f"/v1/accounts/{other}")).json()["posts"][0]["id"]
    async with a_browser(authority) as browser:
        await sign_in(browser, "zhang.san", GOOD)
        assert (await browser.post("/v1/me/post", json={"post": foreign})).status_code == 404
        assert (await browser.get("/v1/accounts")).status_code == 403


@pytest.mark.parametrize(
    ("days", "comes_in"),
    [
        ({"from_day": TODAY}, 200),
        ({"from_day": YESTERDAY, "until_day": TODAY}, 200),
        ({"from_day": TOMORROW}, 403),
        ({"from_day": YESTERDAY, "until_day": YESTERDAY}, 403),
    ],
)
async def test_a_post_is_held_from_its_first_day_to_its_last(
    authority: Authority, days: dict[str, str], comes_in: int
) -> None:
    _, initial = await make(authority, **days)
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "zhang.san", initial)).status_code == comes_in


async def test_when_the_last_day_is_over_the_session_is_over(authority: Authority) -> None:
    await a_person(authority, from_day=TODAY, until_day=TODAY)
    authority.clock.move(hours=13)  # eleven in the evening
    async with a_browser(authority) as browser:
        await sign_in(browser, "zhang.san", GOOD)
        authority.clock.move(minutes=59)
        assert await status(browser) == 200
        authority.clock.move(minutes=1)
        assert await status(browser) == 401


async def end_post(authority: Authority, id: str) -> int:
    post = (await ask(authority, "GET", f"/v1/accounts/{id}")).json()["posts"][0]["id"]
    return (await ask(authority, "POST", f"/v1/accounts/{id}/posts/{post}/end", {})).status_code


@pytest.mark.parametrize("until", [None, TODAY, YESTERDAY, "2027-09-16"])
async def test_a_post_that_is_over_is_over(authority: Authority, until: str | None) -> None:
    ran_out = await a_person(authority, from_day=TODAY, until_day=TODAY)
    ended = await a_person(authority, "li.si", "李四")
    assert await end_post(authority, ended) == 200
    authority.clock.move(days=1)
    for id, login in ((ran_out, "zhang.san"), (ended, "li.si")):
        post = (await ask(authority, "GET", f"/v1/accounts/{id}")).json()["posts"][0]
        again = await ask(authority, "POST", f"/v1/accounts/{id}/posts/{post['id']}/end", {"until_day": until})
        assert again.status_code == 409, again.text
        assert (await ask(authority, "GET", f"/v1/accounts/{id}")).json()["posts"] == [post]
        async with a_browser(authority) as browser:
            assert (await sign_in(browser, login, GOOD)).status_code == 403


async def test_an_end_that_is_set_moves_nearer_and_never_away(authority: Authority) -> None:
    id = await a_person(authority, until_day=TOMORROW)
    post = (await ask(authority, "GET", f"/v1/accounts/{id}")).json()["posts"][0]["id"]
    for until, status in (("2026-09-18", 409), (TOMORROW, 200), (TODAY, 200), (TOMORROW, 409)):
        answer = await ask(authority, "POST", f"/v1/accounts/{id}/posts/{post}/end", {"until_day": until})
        assert answer.status_code == status, (until, answer.text)
    assert "2026-09-16" in answer.text


async def lock(authority: Authority, id: str) -> int:
    return (await ask(authority, "POST", f"/v1/accounts/{id}/lock")).status_code


async def reset(authority: Authority, id: str) -> int:
    return (await ask(authority, "POST", f"/v1/accounts/{id}/reset")).status_code


async def end_all(authority: Authority, id: str) -> int:
    return (await ask(authority, "POST", f"/v1/accounts/{id}/sessions/end")).status_code


async def end_one(authority: Authority, id: str) -> int:
    listed = (await ask(authority, "GET", "/v1/sessions")).json()["items"]
    session = next(one["id"] for one in listed if one["who"] == "张三@住建局")
    return (await ask(authority, "POST", f"/v1/sessions/{session}/end")).status_code


@pytest.mark.parametrize("deed", [end_post, lock, reset, end_all, end_one])
async def test_what_the_administrator_takes_ends_the_session_and_its_stream_at_once(
    authority: Authority, follow: Follow, deed: Any
) -> None:
    id = await a_person(authority)
    authority.gateway.sessions.end_of_account(id, SessionEnd.OWN_WISH, Visitor())  # of the first sign-in
    async with a_browser(authority) as browser:
        await sign_in(browser, "zhang.san", GOOD)
        stream = await follow(Role.OPS, cookie=f"{COOKIE}={browser.cookies[COOKIE]}")
        assert await deed(authority, id) == 200
        assert await status(browser) == 401
        assert await stream.rest() == []


async def test_a_locked_account_opens_again_when_it_is_unlocked(authority: Authority) -> None:
    id = await a_person(authority)
    await lock(authority, id)
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 401
        assert (await ask(authority, "POST", f"/v1/accounts/{id}/unlock")).json()["state"] == "active"
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 200


# --- the administrator ------------------------------------------------------------------------------------------------


async def test_the_last_administrator_cannot_be_locked_out(authority: Authority) -> None:
    first = await a_person(authority, "wu", "吴强", role="admin", department="政务服务局")
    assert await lock(authority, first) == 409
    assert await end_post(authority, first) == 409
    post = (await ask(authority, "GET", f"/v1/accounts/{first}")).json()["posts"][0]["id"]
    ended = await ask(authority, "POST", f"/v1/accounts/{first}/posts/{post}/end", {"until_day": TODAY})
    assert ended.status_code == 200  # of today he still is one
    await ask(authority, "POST", f"/v1/accounts/{first}/posts", {"role": "admin", "department": "政务服务局"})
    second = await a_person(authority, "liu", "刘洋", role="admin", department="政务服务局")
    assert await lock(authority, first) == 200
    assert await lock(authority, second) == 409
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "liu", GOOD)).status_code == 200
        assert (await browser.get("/v1/accounts")).status_code == 200


BAD_ACCOUNTS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"login", "name", "post"}),
    ({"login": "a", "name": "张三", "post": HANDLER_POST}, {"login"}),
    ({"login": "zhang san", "name": "张三", "post": HANDLER_POST}, {"login"}),
    ({"login": "<b>", "name": "张\u200b三", "post": HANDLER_POST}, {"login", "name"}),
    ({"login": "zhang", "name": " ", "post": {"role": "king", "department": ""}},
     {"name", "post.role", "post.department"}),
    ({"login": "zhang", "name": "张三", "post": HANDLER_POST, "admin": True}, {"admin"}),
    ({"login": "zhang", "name": "张三", "post": HANDLER_POST | {"from_day": TODAY, "until_day": YESTERDAY}}, {"post"}),
    ({"login": "zhang", "name": "张三", "post": HANDLER_POST | {"from_day": "soon"}}, {"post.from_day"}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "fields"), BAD_ACCOUNTS)
async def test_everything_that_is_wrong_with_a_new_account_is_told_at_once(
    authority: Authority, body: dict[str, Any], fields: set[str]
) -> None:
    refused = await ask(authority, "POST", "/v1/accounts", body)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.json()["problems"]} == fields
    assert (await ask(authority, "GET", "/v1/accounts")).json() == {"items": []}


async def test_a_login_name_is_one_persons_whatever_its_capitals(authority: Authority) -> None:
    await make(authority, "zhang.san")
    body = {"login": "ＺＨＡＮＧ.san", "name": "张三", "post": HANDLER_POST}
    assert (await ask(authority, "POST", "/v1/accounts", body)).status_code == 409


async def test_what_there_is_not_cannot_be_changed(authority: Authority) -> None:
    for path in ("reset", "lock", "unlock", "posts", "posts/x/end", "sessions/end"):
        body = HANDLER_POST if path == "posts" else {}
        assert (await ask(authority, "POST", f"/v1/accounts/nobody/{path}", body)).status_code == 404, path
    id, _ = await make(authority)
    assert (await ask(authority, "POST", f"/v1/accounts/{id}/posts/nothing/end", {})).status_code == 404
    assert (await ask(authority, "POST", "/v1/sessions/nothing/end")).status_code == 404
    assert (await ask(authority, "POST", "/v1/tokens/nothing/revoke")).status_code == 404


async def test_a_token_has_no_account(authority: Authority) -> None:
    told = (await ask(authority, "GET", "/v1/me")).json()
    assert (told["role"], told["name"], told["login"], told["posts"]) == ("admin", "吴强", "", [])
    body = {"current": "x", "new": GOOD}
    assert (await ask(authority, "POST", "/v1/me/password", body)).status_code == 409
    assert (await ask(authority, "POST", "/v1/me/post", {"post": "x"})).status_code == 409


async def test_what_a_person_does_stands_on_record_under_his_account(authority: Authority) -> None:
    id = await a_person(authority, role="window", department="发展改革委")
    async with a_browser(authority) as browser:
        await sign_in(browser, "zhang.san", GOOD)
        body, key = a_project(), {"Idempotency-Key": "one"}
        first = await browser.post("/v1/projects", json=body, headers=key)
        again = await browser.post("/v1/projects", json=body, headers=key)
        assert (first.status_code, first.json()) == (again.status_code, again.json())
    items = (await ask(authority, "GET", "/v1/entries", role=Role.OPS)).json()["items"]
    envelopes = [one["entry"] for one in items]
    (envelope,) = [one for one in envelopes if one["type"].startswith("qidi.project.")]
    assert (envelope["actor"], envelope["caller"]) == ("张三@发展改革委", f"window/account/{id}/张三@发展改革委")


# --- tokens -----------------------------------------------------------------------------------------------------------


async def test_a_token_is_issued_with_owner_role_and_end_shown_once_and_revoked(
    authority: Authority, follow: Follow
) -> None:
    asked = {"role": "partner", "owner": "12345热线平台", "until_day": "2027-06-30", "note": "工单", "read_only": True}
    issued = await ask(authority, "POST", "/v1/tokens", asked)
    assert issued.status_code == 201, issued.text
    text, id = issued.json()["text"], issued.json()["token"]["id"]
    async with authority.client(None, Authorization=f"Bearer {text}") as machine:
        assert await status(machine) == 200
        assert (await machine.post("/v1/projects", json=a_project())).status_code == 403
        stream = await follow(Role.PARTNER, token=text)
        listed = await ask(authority, "GET", "/v1/tokens")
        assert text not in listed.text
        one = next(one for one in listed.json()["items"] if one["id"] == id)
        assert (one["owner"], one["is_good"], one["expires_at"]) == ("12345热线平台", True, "2027-07-01T00:00:00+08:00")
        assert (await ask(authority, "POST", f"/v1/tokens/{id}/revoke")).json() == {"id": id}
        assert await status(machine) == 401
        assert await stream.rest() == []
    assert (await ask(authority, "POST", f"/v1/tokens/{id}/revoke")).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until_day": None}, "until_day"),
        ({"until_day": YESTERDAY}, "until_day"),
        ({"until_day": "2036-01-01"}, "until_day"),
        ({"owner": ""}, "owner"),
        ({"owner": None}, "owner"),
        ({"owner": "import"}, "owner"),
        ({"owner": " Import"}, "owner"),
        ({"role": "handler"}, "name"),
        ({"role": "admin", "name": "吴强"}, "name"),
    ],
)
async def test_a_token_without_owner_end_or_a_persons_name_is_refused(
    authority: Authority, change: dict[str, Any], field: str
) -> None:
    asked = {"role": "partner", "owner": "热线平台", "until_day": "2027-06-30"} | change
    body = {name: value for name, value in asked.items() if value is not None}
    refused = await ask(authority, "POST", "/v1/tokens", body)
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["problems"]] == [field]


async def test_who_takes_steps_does_so_for_a_department_that_there_is(authority: Authority) -> None:
    account = {"login": "zhou", "name": "周婷", "post": {"role": "handler", "department": "住建"}}
    answer = await ask(authority, "POST", "/v1/accounts", account)
    assert answer.status_code == 422
    [problem] = answer.json()["problems"]
    assert problem["field"] == "post.department"
    assert "住建局" in problem["message"]
    account["post"] = {"role": "supervisor", "department": "纪委监委"}
    assert (await ask(authority, "POST", "/v1/accounts", account)).status_code == 201


GUESSED = ("password1234", "123456789012", "qwertyuiop12", "Admin@123456", "1qaz2wsx3edc", "abcdefgh1234")
OWN_IDEAS = ("蒙古马精神吃苦耐劳一往无前", "correct horse battery", "v9#kd!2mLq7z", "三岔口1998年的冬天很冷")


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_guessed_first_is_no_password(password: str) -> None:
    assert objection(password, "zhang.san", "张三") is not None


@pytest.mark.parametrize("password", OWN_IDEAS)
def test_an_idea_of_ones_own_is_a_password(password: str) -> None:
    assert objection(password, "zhang.san", "张三") is None
