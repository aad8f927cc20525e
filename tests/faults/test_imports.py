"""A gateway that is killed in the middle of entering a ledger: said, gone on with, and nothing lost or doubled."""

import signal
from pathlib import Path
from typing import Any

import httpx

from tests.builders import a_project_code
from tests.stack import Stack, until
from tests.unit.documents.offices import a_row, a_workbook

ROWS = 1_200
BYTES = {"Content-Type": "application/octet-stream"}


def found(client: httpx.Client, no: int) -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"/v1/imports/{no}").json()
    return told


def in_state(client: httpx.Client, no: int, state: str) -> dict[str, Any]:
    """The import when it has come there."""

    def there() -> dict[str, Any] | None:
        told = found(client, no)
        return told if told["state"] == state else None

    return until(f"the import to be {state}", there, 180)


def test_a_gateway_killed_in_the_middle_of_a_ledger_goes_on_and_enters_each_row_once(
    authority: Stack, tmp_path: Path
) -> None:
    rows = [a_row(n, 项目代码=a_project_code(10_000 + n), 责任人="张三") for n in range(1, ROWS + 1)]
    content = a_workbook(tmp_path / "台账.xlsx", rows).read_bytes()
    with authority.client("supervisor", "李四", "政务服务局") as client:
        taken = client.post("/v1/imports", params={"name": "台账.xlsx"}, content=content, headers=BYTES)
        assert taken.status_code == 201, taken.text
        no = taken.json()["no"]
        tried = in_state(client, no, "tried")
        assert tried["left"] == ROWS, tried["reasons"]
        before = authority.number("intake", "SELECT COUNT(*) FROM cases")
        client.post(f"/v1/imports/{no}/enter", json={"rows": ROWS})
        until("the first batches to be in", lambda: found(client, no)["done"] >= 400, 60)
        killed = authority.signal("gateway", signal.SIGKILL)
        authority.back("gateway", killed)
    with authority.client("supervisor", "李四", "政务服务局") as client:
        broken = found(client, no)
        entered = authority.number("intake", "SELECT COUNT(*) FROM cases") - before
        assert (broken["state"], broken["confirmed_by"]) == ("interrupted", "李四@政务服务局")
        assert 0 < entered < ROWS
        assert client.post(f"/v1/imports/{no}/resume").status_code == 200
        told = in_state(client, no, "entered")
        recorded = authority.number("intake", "SELECT COUNT(*) FROM cases") - before
        print(f"\nattempted {ROWS} / before the kill {entered} / recorded {recorded} / told {told['entered']}")
        assert told["entered"] == {"new": ROWS, "changed": 0, "same": 0, "refused": 0}
        assert recorded == ROWS
