"""Throttle of sign-ins: guessing gets slower with each failure, for accounts that exist and for those that do not."""

import asyncio
import statistics
import time
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from gateway.accounts.throttle import BY_ACCOUNT, BY_ADDRESS, MOST, Throttle
from gateway.store import attempts
from services.contracts.vocabulary import Role
from services.plumbing.db import open_engine, reading
from tests.unit.gateway.people import GOOD, a_browser, a_person, make, sign_in
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def statuses(authority: Authority, login: str, count: int, address: str = "10.0.0.1") -> Sequence[int]:
    async with a_browser(authority, address) as browser:
        return [(await sign_in(browser, login, f"wrong number {n}")).status_code for n in range(count)]


@pytest.mark.parametrize("login", ["zhang.san", "nobody.at.all"])
async def test_after_five_failures_one_waits_and_the_wait_doubles(authority: Authority, login: str) -> None:
    await a_person(authority)
    assert await statuses(authority, login, 6) == [401] * 5 + [429]
    waited = []
    for _ in range(11):
        async with a_browser(authority, "10.0.0.2") as browser:  # from somewhere else it is no other
            often = await sign_in(browser, login, "wrong again 1")
            assert often.status_code == 429
            seconds = int(often.headers["retry-after"])
            waited.append(seconds)
            authority.clock.move(seconds=seconds)
            assert (await sign_in(browser, login, "wrong again 1")).status_code == 401
    assert waited[:4] == [1, 2, 4, 8]
    assert max(waited) <= BY_ACCOUNT.longest_seconds


async def test_while_one_waits_the_right_password_does_not_help_and_afterwards_it_does(authority: Authority) -> None:
    await a_person(authority)
    await statuses(authority, "zhang.san", 6)
    async with a_browser(authority) as browser:
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 429
        authority.clock.move(seconds=2)
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 200
    assert await statuses(authority, "zhang.san", 6, "10.0.0.9") == [401] * 5 + [429]  # he has five again


async def test_a_hundred_guesses_at_once_are_five_guesses(authority: Authority) -> None:
    await a_person(authority)
    async with a_browser(authority) as browser:
        tried = await asyncio.gather(*(sign_in(browser, "zhang.san", f"guess number {n}") for n in range(100)))
    codes = [one.status_code for one in tried]
    assert codes.count(401) == 5, codes
    assert codes.count(429) == 95


async def test_one_address_that_tries_many_names_waits_too(authority: Authority) -> None:
    async with a_browser(authority, "10.9.9.9") as browser:
        tried = [(await sign_in(browser, f"name{n}", "wrong number 1")).status_code for n in range(31)]
        assert tried == [401] * 30 + [429]
        assert (await browser.post("/board/session", json={"token": "qidi_x_y"})).status_code == 429
    async with a_browser(authority, "10.9.9.8") as elsewhere:
        assert (await sign_in(elsewhere, "name1", "wrong number 1")).status_code == 401


async def test_pasted_tokens_are_counted_by_address(authority: Authority) -> None:
    async with a_browser(authority, "10.9.9.9") as browser:
        for _ in range(BY_ADDRESS.free):
            assert (await browser.post("/board/session", json={"token": "qidi_x_y"})).status_code == 401
        assert (await browser.post("/board/session", json={"token": "qidi_x_y"})).status_code == 429


async def test_a_colleagues_success_keeps_no_address_from_being_counted(authority: Authority) -> None:
    await a_person(authority)
    async with a_browser(authority, "10.9.9.9") as browser:
        for n in range(BY_ADDRESS.free):
            assert (await sign_in(browser, f"name{n}", "wrong number 1")).status_code == 401
            if n < BY_ADDRESS.free - 1:
                assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 200
        assert (await sign_in(browser, "zhang.san", GOOD)).status_code == 429


async def test_neighbours_in_one_ipv6_network_are_one_address(authority: Authority) -> None:
    throttle = authority.gateway.entrances.throttle
    for n in range(BY_ADDRESS.free):
        assert throttle.admit("", f"2001:db8:1:1::{n:x}") == 0
    assert throttle.admit("", "2001:db8:1:1:ffff::1") > 0
    assert throttle.admit("", "2001:db8:1:2::1") == 0


async def test_a_restart_or_another_process_forgets_nothing(authority: Authority) -> None:
    await statuses(authority, "zhang.san", 6)
    engine = open_engine(f"sqlite:///{authority.gateway.settings.var}/gateway.sqlite", "gateway")
    assert Throttle(engine, authority.clock).admit("zhang.san", "10.1.1.1") > 0
    engine.dispose()


async def test_after_a_day_all_is_forgiven(authority: Authority) -> None:
    await statuses(authority, "zhang.san", 6)
    authority.clock.move(hours=24, seconds=1)
    assert await statuses(authority, "zhang.san", 6) == [401] * 5 + [429]


async def test_a_clock_that_was_set_back_locks_nobody_out_for_longer(authority: Authority) -> None:
    await statuses(authority, "zhang.san", 6)
    authority.clock.move(days=-1)
    assert authority.gateway.entrances.throttle.admit("zhang.san", "10.1.1.1") <= BY_ACCOUNT.longest_seconds


async def test_however_many_names_are_tried_what_is_remembered_is_bounded(authority: Authority) -> None:
    engine = authority.gateway.tokens.engine
    now = authority.clock.now().timestamp()
    with engine.begin() as connection:
        rows = [{"key": f"{n:064}", "failures": 1, "last_at": now - 10, "until": 0.0} for n in range(MOST)]
        connection.execute(attempts.insert(), rows)
    authority.gateway.entrances.throttle.admit("one.more", "10.1.1.1")
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(attempts)).scalar_one() == MOST
    assert authority.gateway.entrances.throttle.admit("one.more", "10.1.1.1") == 0  # the newest were kept


async def test_nobody_learns_who_has_an_account(authority: Authority) -> None:
    await a_person(authority)
    locked, _ = await make(authority, "wang", "王芳")
    async with authority.client(Role.ADMIN) as admin:
        await admin.post(f"/v1/accounts/{locked}/lock")
        await admin.post("/v1/accounts", json={"login": "li", "name": "李强", "with_password": False,
                                               "post": {"role": "handler", "department": "住建局"}})  # fmt: skip
    told, took = set(), {}
    for round_, login in enumerate(["zhang.san", "nobody", "wang", "li"]):
        times = []
        async with a_browser(authority, f"10.2.0.{round_}") as browser:
            for n in range(5):
                begun = time.perf_counter()
                answer = await sign_in(browser, login, f"wrong number {n}")
                times.append(time.perf_counter() - begun)
                told.add((answer.status_code, answer.json()["detail"], answer.json()["type"]))
        took[login] = statistics.median(times)
    assert len(told) == 1
    # each of them verified one password: none is answered in half the time of another
    assert min(took.values()) > max(took.values()) / 2, took
