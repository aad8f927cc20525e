"""Record of who came in and what private persons were shown to whom: complete, kept, and the administrator's alone."""

import csv
import io
from typing import Any

import pytest
from pydantic import ValidationError
from python_calamine import CalamineWorkbook

from gateway.accounts.audit import LEAST_DAYS
from services.contracts.vocabulary import Role
from services.plumbing.settings import Settings
from tests.builders import a_project, a_project_code
from tests.unit.gateway.people import GOOD, a_browser, a_person, ask, make, sign_in
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def record(authority: Authority, query: str = "") -> list[dict[str, Any]]:
    answer = await ask(authority, "GET", f"/v1/audit{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def session_of(browser: Any) -> str:
    mine = (await browser.get("/v1/sessions/mine")).json()["items"]
    return next(str(one["id"]) for one in mine if one["is_this"])


async def test_who_came_in_how_and_from_where_stands_there_and_why_not(authority: Authority) -> None:
    id = await a_person(authority)
    async with a_browser(authority, "10.0.0.7") as browser:
        browser.headers["User-Agent"] = "Mozilla/5.0 \x1b[31m" + "x" * 300
        await sign_in(browser, "zhang.san", "not this one 1")
        await sign_in(browser, "zhang.san", GOOD)
        session = await session_of(browser)
        await browser.post("/board/session/end")
        await sign_in(browser, "my password in the wrong line", "x")
        await browser.post("/board/session", json={"token": "qidi_x_y"})
    token, nobody, out, came, wrong = (await record(authority))[:5]
    assert (wrong["occasion"], wrong["who"], wrong["cause"]) == ("turned-away", "zhang.san", "wrong-password")
    assert (came["occasion"], came["cause"], came["account"]) == ("signed-in", "password", id)
    assert (came["who"], came["session"], came["address"]) == ("张三@住建局", session, "10.0.0.7")
    assert len(came["agent"]) == 120
    assert came["agent"].startswith("Mozilla/5.0 [31mx")
    assert (out["occasion"], out["cause"], out["session"]) == ("session-ended", "signed-out", session)
    assert (nobody["who"], nobody["cause"]) == ("my…", "unknown-account")
    assert (token["who"], token["cause"]) == ("token", "bad-token")
    assert GOOD not in str(await record(authority, "?limit=200"))


async def test_what_the_administrator_did_stands_there_under_his_name(authority: Authority) -> None:
    id, _ = await make(authority)
    await ask(authority, "POST", f"/v1/accounts/{id}/reset")
    issued = await ask(
        authority, "POST", "/v1/tokens", {"role": "partner", "owner": "热线平台", "until_day": "2026-12-31"}
    )
    await ask(authority, "POST", f"/v1/tokens/{issued.json()['token']['id']}/revoke")
    done = [(one["occasion"], one["who"]) for one in await record(authority)]
    by = "吴强@政务服务局"
    assert done == [
        ("token-revoked", by), ("token-issued", by), ("password-set", by), ("post-given", by), ("account-made", by),
    ]  # fmt: skip


async def a_complaint(authority: Authority) -> str:
    async with authority.client(Role.WINDOW) as window:
        await window.post("/v1/projects", json=a_project())
    body = {"kind": "delay", "text": "一直没有答复", "place": "大厅", "project_code": a_project_code(),
            "complainant_name": "韩继业", "complainant_phone": "13812345678"}  # fmt: skip
    made = await ask(authority, "POST", "/v1/complaints", body, Role.WINDOW)
    assert made.status_code == 201, made.text
    return str(made.json()["complaint_no"])


async def test_whom_a_complainant_was_shown_stands_there_with_account_session_address_and_purpose(
    authority: Authority,
) -> None:
    number = await a_complaint(authority)
    id = await a_person(authority, "li.si", "李四", role="supervisor", department="政务服务局")
    async with a_browser(authority, "10.0.0.8") as browser:
        await sign_in(browser, "li.si", GOOD)
        session = await session_of(browser)
        shown = await browser.post(f"/v1/complaints/{number}/person", json={"purpose": "督查回访用"})
        assert "韩继业" in shown.text
        refused = await browser.post(f"/v1/complaints/{number}/person", json={"purpose": ""})
        assert refused.status_code == 422
    (entry,) = await record(authority, "?occasion=person-shown")
    assert (entry["who"], entry["account"], entry["session"]) == ("李四@政务服务局", id, session)
    assert (entry["address"], entry["about"], entry["purpose"]) == ("10.0.0.8", number, "督查回访用")
    assert "韩继业" not in str(entry)


async def test_a_program_that_is_shown_a_complainant_stands_there_with_its_token(authority: Authority) -> None:
    number = await a_complaint(authority)
    key = {"Idempotency-Key": "again"}
    async with authority.client(Role.SUPERVISOR) as supervisor:
        for _ in range(2):  # the same answer is given twice, so it was shown twice
            path = f"/v1/complaints/{number}/person"
            assert (await supervisor.post(path, json={"purpose": "督查回访用"}, headers=key)).status_code == 200
    entries = await record(authority, "?occasion=person-shown")
    token = authority.gateway.tokens.check(authority.tokens[Role.SUPERVISOR]).id
    assert [one["token"] for one in entries] == [token, token]


async def test_the_record_has_pages_filters_and_files(authority: Authority) -> None:
    id, _ = await make(authority)
    async with a_browser(authority) as browser:
        for n in range(4):
            await sign_in(browser, f"=cmd{n}", "x")
    everything = await record(authority, "?limit=200")
    first = (await ask(authority, "GET", "/v1/audit?limit=4")).json()
    second = (await ask(authority, "GET", f"/v1/audit?limit=4&cursor={first['next']}")).json()
    assert first["items"] + second["items"] == everything
    assert second["next"] is None
    assert {one["occasion"] for one in await record(authority, "?occasion=turned-away")} == {"turned-away"}
    assert await record(authority, f"?account={id}") == []
    assert await record(authority, "?since=2026-09-17") == []
    assert len(await record(authority, "?since=2026-09-16&until=2026-09-16")) == 6
    for bad in ("cursor=x", "occasion=king", "since=soon"):
        assert (await ask(authority, "GET", f"/v1/audit?{bad}")).status_code == 422
    file = await ask(authority, "GET", "/v1/audit/file.csv")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["时间", "事项", "何人"]
    assert ["登录被拒", "'=c…", "无此账号"] in [row[1:4] for row in rows]
    book = await ask(authority, "GET", "/v1/audit/workbook.xlsx?occasion=turned-away")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in sheet] == ["何人"] + ["=c…"] * 4
    assert [one["about"] for one in await record(authority, "?occasion=record-read")] == ["xlsx", "csv"]


async def test_the_record_is_kept_for_half_a_year_whatever_is_asked(authority: Authority) -> None:
    await make(authority)
    authority.clock.move(days=LEAST_DAYS - 1)
    assert authority.gateway.audit.prune(1) == 0
    assert len(await record(authority)) == 2
    authority.clock.move(days=2)
    assert authority.gateway.audit.prune(1) == 2
    with pytest.raises(ValidationError):
        Settings(audit_days=182)
    assert Settings(audit_days=183).audit_days == 183


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
async def test_nobody_but_the_administrator_reads_it(authority: Authority, role: Role) -> None:
    for path in ("/v1/audit", "/v1/audit/file.csv", "/v1/audit/workbook.xlsx", "/v1/accounts", "/v1/tokens"):
        assert (await ask(authority, "GET", path, role=role)).status_code == 403, path
