"""Files that are brought in over the API: tried, told, marked, confirmed, stopped, gone on with; and by whom."""

import asyncio
import hashlib
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from documents.ledgers.sheets import Ledger
from services.contracts.vocabulary import Role
from tests.unit.documents.offices import COLUMNS, a_row, a_workbook
from tests.unit.gateway.running import Authority, on_stores

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
ACTIVE = ("waiting", "trying", "entering")
BYTES = {"Content-Type": "application/octet-stream"}


def a_ledger(folder: Path, *rows: dict[str, Any], titles: tuple[str, ...] = COLUMNS) -> bytes:
    return a_workbook(folder / "台账.xlsx", rows, titles).read_bytes()


async def bring(client: httpx.AsyncClient, content: bytes, name: str = "台账.xlsx", **query: Any) -> dict[str, Any]:
    """Upload a file; the import as it is when its dry run has ended."""
    answer = await client.post("/v1/imports", params={"name": name, **query}, content=content, headers=BYTES)
    assert answer.status_code == 201, answer.text
    return await done(client, answer.json()["no"])


async def done(client: httpx.AsyncClient, no: int) -> dict[str, Any]:
    """The import when nobody works on it any more."""
    async with asyncio.timeout(30):
        while True:
            found: dict[str, Any] = (await client.get(f"/v1/imports/{no}")).json()
            if found["state"] not in ACTIVE:
                return found


async def enter(client: httpx.AsyncClient, no: int, rows: int) -> dict[str, Any]:
    answer = await client.post(f"/v1/imports/{no}/enter", json={"rows": rows})
    assert answer.status_code == 200, answer.text
    return await done(client, no)


async def cases(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return list((await client.get("/v1/cases", params={"limit": 200})).json()["items"])


async def test_a_file_is_tried_and_nothing_is_entered_before_somebody_confirms(
    authority: Authority, tmp_path: Path
) -> None:
    content = a_ledger(tmp_path, a_row(1), a_row(2), a_row(3, 受理日期="昨天", 项目代码="12"))
    async with authority.client(Role.SUPERVISOR) as client:
        found = await bring(client, content)
        assert (found["state"], found["file"], found["uploaded_by"]) == ("tried", "台账.xlsx", "李四@政务服务局")
        assert found["tried"] == {"new": 2, "changed": 0, "same": 0, "refused": 1}
        assert (found["left"], found["rows"], found["is_kept"]) == (2, 3, True)
        assert found["sha256"] == hashlib.sha256(content).hexdigest()
        assert [one["project_name"] for one in found["first"]] == ["风电项目1期", "风电项目2期", "风电项目3期"]
        assert await cases(client) == []
        wrong = await client.post(f"/v1/imports/{found['no']}/enter", json={"rows": 3})
        assert (wrong.status_code, wrong.json()["problems"][0]["field"]) == (422, "rows")
        entered = await enter(client, found["no"], 2)
        assert (entered["state"], entered["entered"]["new"], entered["left"]) == ("entered", 2, 0)
        assert entered["confirmed_by"] == "李四@政务服务局"
        assert len(await cases(client)) == 2
        again = await client.post(f"/v1/imports/{found['no']}/enter", json={"rows": 2})
        assert again.json()["entered"]["new"] == 2
        assert len(await cases(client)) == 2


async def test_the_report_says_how_columns_are_understood_and_what_is_wrong_in_which_cell_in_both_languages(
    authority: Authority, tmp_path: Path
) -> None:
    titles = (*(title for title in COLUMNS if title != "责任人"), "经办人", "身份证号", "备注")
    row = a_row(1) | {"经办人": "王芳", "身份证号": "150424199001011234", "备注": "急件"}
    content = a_ledger(tmp_path, row, row | {"受理日期": "昨天"}, titles=titles)
    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "zh"}) as client:
        found = await bring(client, content)
        use = {one["title"]: (one["letter"], one["means"], one["use"]) for one in found["sheets"][0]["columns"]}
        assert use["收件日期"] == ("G", "收件日期", "own")
        assert use["经办人"] == ("O", "责任人", "same")
        assert use["备注"] == ("Q", None, "note")
        assert use["身份证号"] == ("P", None, "left")
        assert use["剩余工作日"][2] == "derived"
        told = " ".join(one["message"] for one in found["told"])
        assert "身份证号" in told
        bad = (await client.get(f"/v1/imports/{found['no']}/refused")).json()["items"]
        assert [(one["sheet"], one["row"], one["wrong"][0]["cell"]) for one in bad] == [("Sheet", 3, "H3")]
        assert "2026-09-16" in bad[0]["wrong"][0]["reason"]
        assert found["reasons"] == [
            {"column": "受理日期", "reason": found["reasons"][0]["reason"], "rows": 1, "first": None}
        ]
    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "en"}) as client:
        bad = (await client.get(f"/v1/imports/{found['no']}/refused")).json()["items"]
        assert bad[0]["wrong"][0]["reason"] == "昨天 is not a date; write it as 2026-09-16."
        assert "stays in the file" in (await client.get(f"/v1/imports/{found['no']}")).json()["told"][0]["message"]


async def test_the_marked_workbook_has_no_private_persons_in_it_and_corrected_it_goes_in(
    authority: Authority, tmp_path: Path
) -> None:
    titles = (*COLUMNS, "身份证号")
    content = a_ledger(tmp_path, a_row(1), a_row(2, 受理日期="昨天", 身份证号="150424199001011234"), titles=titles)
    async with authority.client(Role.ADMIN) as client:
        found = await bring(client, content)
        answer = await client.get(f"/v1/imports/{found['no']}/marked.xlsx")
        marked = tmp_path / "marked.xlsx"
        marked.write_bytes(answer.content)
        book = openpyxl.load_workbook(marked)
        sheet = book.active
        assert sheet is not None
        assert [sheet["I2"].value, sheet["P2"].value, sheet["I2"].comment is not None] == ["昨天", None, True]
        sheet["I2"] = "2026-09-03"
        book.save(marked)
        better = await bring(client, marked.read_bytes(), "改正.xlsx", replaces=found["no"])
        assert (better["tried"]["refused"], better["left"], better["replaces"]) == (0, 1, found["no"])
        assert (await client.get(f"/v1/imports/{found['no']}")).json()["replaced_by"] == better["no"]
        listed = (await client.get("/v1/imports", params={"limit": 1})).json()
        assert [one["no"] for one in listed["items"]] == [better["no"]]
        assert (await client.get("/v1/imports", params={"cursor": listed["next"]})).json()["items"][0]["no"] == 1


async def test_files_are_for_their_owner_alone_and_go_after_entering_or_in_time(
    authority: Authority, tmp_path: Path
) -> None:
    folder = authority.gateway.settings.var / "150424" / "imports"
    async with authority.client(Role.SUPERVISOR) as client:
        found = await bring(client, a_ledger(tmp_path, a_row(1)))
        lying = folder / "000001"
        assert (lying / "ledger").exists()
        assert {stat.S_IMODE(one.stat().st_mode) for one in lying.iterdir()} == {0o600}
        assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, lying)} == {0o700}
        await enter(client, found["no"], 1)
        assert not (lying / "ledger").exists()
        await bring(client, a_ledger(tmp_path, a_row(2), a_row(3, 受理日期="昨天")))
        assert authority.gateway.imports.prune(30) == 0
        authority.clock.at += timedelta(days=31)
        assert authority.gateway.imports.prune(30) == 1
        assert not (folder / "000002" / "ledger").exists()
        after = await done(client, 2)
        assert (after["is_kept"], after["tried"]["refused"], after["left"]) == (False, 1, 0)
        assert (await client.post("/v1/imports/2/enter", json={"rows": 1})).status_code == 409
        assert (await client.get("/v1/imports/2/marked.xlsx")).status_code == 404


async def entering(client: httpx.AsyncClient, authority: Authority, no: int, rows: int) -> None:
    """It is confirmed and stands in the middle: intake is away."""
    authority.services.away.add("intake")
    await client.post(f"/v1/imports/{no}/enter", json={"rows": rows})
    async with asyncio.timeout(30):
        while (await client.get(f"/v1/imports/{no}")).json()["state"] != "entering":
            continue


async def test_a_restart_in_the_middle_interrupts_and_nothing_is_doubled(authority: Authority, tmp_path: Path) -> None:
    content = a_ledger(tmp_path, *(a_row(n) for n in range(1, 6)))
    async with authority.client(Role.SUPERVISOR) as client:
        no = (await bring(client, content))["no"]
        # a batch that the gateway had sent when it was killed
        entries = [line.entry for batch in Ledger.look(tmp_path / "台账.xlsx").batches() for line in batch[:2]]
        assert (await client.post("/v1/imports/cases", json={"entries": entries})).status_code == 200
        await entering(client, authority, no, 5)
    restarted = on_stores(tmp_path, authority.tokens)
    async with restarted.client(Role.SUPERVISOR) as client:
        found = (await client.get(f"/v1/imports/{no}")).json()
        assert (found["state"], found["left"]) == ("interrupted", 5)
        assert (await client.post(f"/v1/imports/{no}/resume")).status_code == 200
        found = await done(client, no)
        assert (found["state"], found["entered"]["new"], found["entered"]["same"]) == ("entered", 5, 0)
        assert len(await cases(client)) == 5


async def entering_again(client: httpx.AsyncClient, authority: Authority, no: int) -> None:
    authority.services.away.add("intake")
    assert (await client.post(f"/v1/imports/{no}/resume")).json()["state"] in ACTIVE


async def test_what_is_stopped_keeps_what_is_entered_and_goes_on(authority: Authority, tmp_path: Path) -> None:
    async with authority.client(Role.SUPERVISOR) as client:
        no = (await bring(client, a_ledger(tmp_path, a_row(1), a_row(2))))["no"]
        await entering(client, authority, no, 2)
        assert (await client.post(f"/v1/imports/{no}/stop")).status_code == 200
        found = await done(client, no)
        assert (found["state"], found["left"], found["is_kept"]) == ("stopped", 2, True)
        authority.services.away.clear()
        assert (await client.post(f"/v1/imports/{no}/stop")).json()["state"] == "stopped"
        await entering_again(client, authority, no)
        assert (await client.post(f"/v1/imports/{no}/stop", headers={"Idempotency-Key": "stop-1"})).status_code == 200
        assert (await done(client, no))["state"] == "stopped"
        await entering_again(client, authority, no)
        again = await client.post(f"/v1/imports/{no}/stop", headers={"Idempotency-Key": "stop-1"})
        assert again.json()["state"] in ACTIVE, "the same order has one effect"
        assert (await client.post(f"/v1/imports/{no}/stop")).status_code == 200
        assert (await done(client, no))["state"] == "stopped"
        authority.services.away.clear()
        assert (await client.post(f"/v1/imports/{no}/resume")).status_code == 200
        assert (await done(client, no))["entered"]["new"] == 2
        assert len(await cases(client)) == 2


async def test_files_wait_for_one_another(authority: Authority, tmp_path: Path) -> None:
    async with authority.client(Role.SUPERVISOR) as client:
        first = (await bring(client, a_ledger(tmp_path, a_row(1))))["no"]
        await entering(client, authority, first, 1)
        content = a_ledger(tmp_path, a_row(2))
        second = (await client.post("/v1/imports", params={"name": "b.xlsx"}, content=content, headers=BYTES)).json()
        assert second["state"] == "waiting"
        authority.services.away.clear()
        assert (await done(client, second["no"]))["state"] == "tried"
        assert (await done(client, first))["state"] == "entered"


async def test_it_goes_on_only_in_the_name_of_somebody_who_may(authority: Authority, tmp_path: Path) -> None:
    async with authority.client(Role.SUPERVISOR) as client:
        no = (await bring(client, a_ledger(tmp_path, a_row(1))))["no"]
        await entering(client, authority, no, 1)
        authority.gateway.tokens.revoke(authority.tokens[Role.SUPERVISOR].split("_")[1])
    async with authority.client(Role.ADMIN, **{"Accept-Language": "en"}) as admin:
        # a try that was under way when he lost his right ends without intake before it is there again
        for _ in range(20):
            await admin.get(f"/v1/imports/{no}")
        authority.services.away.clear()
        found = await done(admin, no)
        assert found["state"] == "failed"
        assert found["trouble"]["message"].startswith("李四@政务服务局 may enter nothing here any more")
        assert (await admin.post(f"/v1/imports/{no}/resume")).status_code == 200
        found = await done(admin, no)
        assert (found["state"], found["confirmed_by"], found["entered"]["new"]) == ("entered", "吴强@政务服务局", 1)
        case = (await admin.get(f"/v1/cases/{(await cases(admin))[0]['case_no']}")).json()
        assert case["state"] == "accepted"


async def test_what_is_no_ledger_is_refused_as_a_whole_with_the_reason_and_not_kept(
    authority: Authority, tmp_path: Path
) -> None:
    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "en"}) as client:
        found = await bring(client, b"PK\x03\x04 no zip at all", "../../etc/台账\u200b.xlsx")
        assert (found["state"], found["file"], found["is_kept"]) == ("unreadable", "台账.xlsx", False)
        assert found["trouble"]["message"].startswith("The file is damaged")
        assert (await client.post(f"/v1/imports/{found['no']}/enter", json={"rows": 1})).status_code == 409
        assert (await client.post(f"/v1/imports/{found['no']}/resume")).status_code == 409
        empty = await client.post("/v1/imports", params={"name": "a.csv"}, content=b"", headers=BYTES)
        assert empty.json()["problems"] == [{"field": "file", "message": "Choose a file that has something in it."}]
        assert (await client.get("/v1/imports/99")).status_code == 404


async def test_the_same_upload_sent_again_is_one_import(authority: Authority, tmp_path: Path) -> None:
    content = a_ledger(tmp_path, a_row(1))
    async with authority.client(Role.SUPERVISOR, **{"Idempotency-Key": "k-1"}) as client:
        first, second = [await bring(client, content) for _ in range(2)]
        assert first["no"] == second["no"]
        other = await client.post("/v1/imports", params={"name": "a.xlsx"}, content=content + b"x", headers=BYTES)
        assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


async def test_a_file_beyond_the_limit_is_refused_and_nothing_of_it_stays(authority: Authority) -> None:
    async def pieces() -> Any:
        for _ in range(33):
            yield b"x" * 2**20

    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "en"}) as client:
        answer = await client.post("/v1/imports", params={"name": "a.csv"}, content=pieces(), headers=BYTES)
        assert (answer.status_code, answer.json()["detail"]) == (413, "A file may have 32 MB at most.")
        folder = authority.gateway.settings.var / "150424" / "imports"
        assert list(folder.iterdir()) == []
        other = await client.post("/v1/projects", content=b"x" * (2**21 + 1))
        assert other.status_code == 413


@pytest.mark.parametrize("role", [Role.WINDOW, Role.HANDLER, Role.HEAD, Role.HOTLINE, Role.STEWARD, Role.OPS])
async def test_others_bring_in_nothing_and_see_nothing(authority: Authority, role: Role) -> None:
    async with authority.client(role) as client:
        answer = await client.post("/v1/imports", params={"name": "a.csv"}, content=b"x", headers=BYTES)
        assert answer.status_code == 403
        assert (await client.get("/v1/imports")).status_code == 403
        assert (await client.get("/v1/imports/1")).status_code == 403


async def test_a_partner_sees_only_what_it_brought_itself(authority: Authority, tmp_path: Path) -> None:
    async with authority.client(Role.SUPERVISOR) as client:
        await bring(client, a_ledger(tmp_path, a_row(1)))
    async with authority.client(Role.PARTNER) as partner:
        assert (await partner.get("/v1/imports/1")).status_code == 404
        assert (await partner.get("/v1/imports")).json()["items"] == []
        own = await bring(partner, a_ledger(tmp_path, a_row(2)))
        assert [one["no"] for one in (await partner.get("/v1/imports")).json()["items"]] == [own["no"]]
