"""Whether the spine carries: filed, told once, accepted, late, complained about, frozen, struck off, proven."""

import itertools
import json
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from services.contracts.vocabulary import ZONE
from tests.builders import a_project_code
from tests.stack import PROJECT, Stack, until

CLERK = {"name": "李四", "department": "发展改革委"}
_numbers = itertools.count(1000)


def ago(**delta: float) -> str:
    return (datetime.now(ZONE) - timedelta(**delta)).isoformat()


def a_project(client: httpx.Client) -> str:
    code = a_project_code(next(_numbers))
    body = {"project_code": code, "project_name": f"林西县污水处理厂扩建{code[-4:]}", "owner_name": "林西水务有限公司"}
    answer = client.post("/v1/projects", json={**body, "actor": CLERK})
    assert answer.is_success, answer.text
    return code


def file_case(client: httpx.Client, project: str, **more: Any) -> str:
    body = {
        "project_code": project,
        "matter_code": "NM-001",
        "handler": CLERK,
        "actor": CLERK,
        "again_because": "分期建设",
        **more,
    }
    answer = client.post("/v1/cases", json=body)
    assert answer.is_success, answer.text
    return str(answer.json()["case_no"])


def step(client: httpx.Client, case_no: str, word: str, **more: Any) -> None:
    answer = client.post(f"/v1/cases/{case_no}/steps", json={"step": word, "actor": CLERK, **more})
    assert answer.is_success, answer.text


def clock(client: httpx.Client, case_no: str, kind: str) -> dict[str, Any] | None:
    found = client.get(f"/v1/cases/{case_no}/clocks").json()["items"]
    return next((one for one in found if one["clock_kind"] == kind), None)


def line(client: httpx.Client, case_no: str, state: str = "all") -> dict[str, Any] | None:
    found = client.get("/v1/lines", params={"q": case_no, "state": state, "limit": 200}).json()["items"]
    return next((one for one in found if one["case_no"] == case_no), None)


def test_a_case_goes_its_whole_way_and_is_struck_off(stack: Stack) -> None:
    with stack.client() as partner, stack.client("supervisor", "王五", "政务服务局") as supervisor:
        case = file_case(partner, a_project(partner))
        until("the notice clock", lambda: clock(partner, case, "one_time_notice"))
        defect = {"material": "项目申请报告", "problem": "缺少节能分析", "advice": "请补充节能篇章"}
        step(partner, case, "request-correction", defects=[defect])
        step(partner, case, "complete-correction")
        step(partner, case, "accept")
        decision = until("the decision clock", lambda: clock(partner, case, "decision"))
        why = partner.get(f"/v1/cases/{case}/explain", params={"clock_id": decision["clock_id"]}).json()
        assert why["due"] == decision["due_on"]
        assert sum(one["counted"] for one in why["steps"]) == decision["limit"]["amount"] == 20
        step(partner, case, "begin-review")
        step(partner, case, "grant", document_no="林发改审〔2026〕12号")
        until("the delivery clock", lambda: clock(partner, case, "delivery"))
        step(partner, case, "deliver")
        until("the closed line", lambda: line(supervisor, case, "closed"))
        struck = supervisor.post(f"/v1/lines/{case}/strike-off", json={"evidence": "送达回证〔2026〕1号"})
        assert struck.is_success, struck.text
        until("the struck line", lambda: line(supervisor, case, "struck"))
        told = [one["type"] for one in supervisor.get(f"/v1/cases/{case}/timeline").json()["items"]]
        assert told[0] == "qidi.case.received.v1"
        # what the clock of the delivery says may be recorded after it: nobody waits for that
        assert told[-2:].count("qidi.line.struck-off.v1") == 1
        again = supervisor.post(f"/v1/lines/{case}/strike-off", json={"evidence": "再次"})
        assert again.status_code == 409


def test_a_case_left_lying_turns_red_and_is_accepted_by_law(stack: Stack) -> None:
    with stack.client() as partner:
        case = file_case(partner, a_project(partner), received_at=ago(days=60))
        red = until("red light", lambda: (found := line(partner, case)) and found["light"] == "red" and found)
        assert red
        deemed = until(
            "acceptance by law",
            lambda: (found := partner.get(f"/v1/cases/{case}").json())["state"] == "deemed-accepted" and found,
        )
        assert deemed
        decision = until("the decision clock", lambda: clock(partner, case, "decision"))
        assert decision["deemed"] is True
        assert decision["started_at"][:10] == ago(days=60)[:10]
        assert decision["light"] == "red"
        assert decision["overdue_working_days"] > 0
        stats = partner.get("/v1/stats").json()
        assert json.dumps(stats)
        assert stack.metric("qidi_open_clocks", light="red") >= 1


def test_a_complaint_about_a_case_that_nobody_took_in_is_a_finding(stack: Stack) -> None:
    number = f"CF{next(_numbers)}"
    complaint = {
        "kind": "blocked",
        "text": "窗口说系统坏了，一直不让提交，我叫赵六，电话13800001234。",
        "place": "林西县政务服务中心",
        "work_order_no": number,
        "project_code": a_project_code(next(_numbers)),
        "complainant_name": "赵六",
        "complainant_phone": "13800001234",
        "actor": {"name": "孙七", "department": "12345热线"},
    }
    hotline = stack.client("partner", department="12345热线")
    with hotline as partner, stack.client("supervisor", "王五", "政务服务局") as supervisor:
        made = partner.post("/v1/complaints", json=complaint)
        assert made.is_success, made.text
        assert made.json()["check"] == "no-case-exists"
        no = made.json()["complaint_no"]

        def finding() -> Any:
            found = supervisor.get("/v1/findings", params={"limit": 200}).json()["items"]
            return next((one for one in found if one["about"] == no), None)

        assert until("the finding", finding)["rule"] == "complaint-without-case"
        masked = supervisor.get(f"/v1/complaints/{no}").text
        assert "赵六" not in masked
        assert "13800001234" not in masked
        stack.quiet()
        entries = stack.rows("ledger", "SELECT body FROM entries")
        assert not any("赵六" in (text := bytes(row[0]).decode()) or "13800001234" in text for row in entries)
        shown = supervisor.post(f"/v1/complaints/{no}/person", json={"purpose": "回访核实情况"})
        assert shown.is_success, shown.text
        assert "赵六" in shown.text


def test_a_frozen_month_gives_the_same_figures_after_later_facts(stack: Stack) -> None:
    month = f"{datetime.now(ZONE):%Y-%m}"
    with stack.client() as partner, stack.client("supervisor", "王五", "政务服务局") as supervisor:
        frozen = supervisor.post("/v1/figures/snapshots", json={"month": month})
        assert frozen.is_success, frozen.text
        number = frozen.json()["snapshot_no"]
        before = supervisor.get(f"/v1/figures/snapshots/{number}").json()
        case = file_case(partner, a_project(partner))
        until("the case in today's figures", lambda: line(partner, case))
        stack.quiet()
        after = supervisor.get(f"/v1/figures/snapshots/{number}").json()
        assert after["figures"] == before["figures"]
        assert after["digest"] == before["digest"]
        assert after["changed_since"] is True


def test_events_are_followed_from_where_one_stopped(stack: Stack) -> None:
    with stack.client() as partner:
        project = a_project(partner)
        first = file_case(partner, project)
        until("the line", lambda: line(partner, first))
        last = partner.get("/v1/head").json()["size"] - 1
        with partner.stream("GET", "/v1/events", headers={"Last-Event-ID": str(last)}) as stream:
            second = file_case_elsewhere(stack, project)
            seen = []
            for text in stream.iter_lines():
                if text.startswith("id:"):
                    seen.append(int(text.removeprefix("id:")))
                if second in text:
                    break
        assert seen
        assert seen == sorted(set(seen))
        assert seen[0] > last


def file_case_elsewhere(stack: Stack, project: str) -> str:
    with stack.client() as other:
        return file_case(other, project)


def test_the_same_key_is_one_effect_and_another_body_is_refused(stack: Stack) -> None:
    with stack.client() as partner:
        body = {"project_code": a_project(partner), "matter_code": "NM-001", "handler": CLERK, "actor": CLERK}
        key = {"Idempotency-Key": f"journey-{next(_numbers)}-{stack.folder.name}"}
        first = partner.post("/v1/cases", json=body, headers=key)
        again = partner.post("/v1/cases", json=body, headers=key)
        other = partner.post("/v1/cases", json={**body, "matter_code": "NM-004"}, headers=key)
        assert first.json() == again.json()
        assert first.status_code == again.status_code == 201
        assert other.status_code == 422
        assert other.headers["content-type"] == "application/problem+json"


def test_the_ledger_of_all_this_verifies_and_one_changed_letter_is_found(stack: Stack) -> None:
    stack.quiet()
    url = stack.settings.store_url("ledger").removeprefix("sqlite:///")
    command = [sys.executable, "-c", "from qidi.cli import main; main()", "verify", "--store", url, "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["size"] == stack.number("ledger", "SELECT COUNT(*) FROM entries")


@pytest.mark.parametrize("path", ["/v1/lines.xlsx", "/docs", "/healthz", "/metrics"])
def test_what_partners_and_operations_fetch_is_there(stack: Stack, path: str) -> None:
    with stack.client() as partner:
        answer = partner.get(path)
    if path == "/v1/openapi.json" and answer.status_code == 404:
        pytest.fail("the OpenAPI document is elsewhere")
    assert answer.status_code == 200
    assert answer.content
