"""How a fault test works the authority: cases filed through the API by several clients who insist."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.stack import Stack, until

PROJECT_CODE = "2020-150424-44-03-000001"

#: Whom their departments have named: a system files in their names.
PEOPLE = tuple({"name": name, "department": one} for name in ("张三", "李四") for one in ("发展改革委", "自然资源局"))


@dataclass
class Load:
    """Files `number` cases, each under an idempotency key, and asks again until each is acknowledged."""

    stack: Stack
    number: int
    tag: str
    clients: int = 16
    acknowledged: dict[str, str] = field(default_factory=dict)
    retries: int = 0
    #: After how many seconds each 503 came, and what it asked its client to wait.
    refusals: list[tuple[float, str]] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    def run(self, disturb: Callable[[], None], after: float = 0.3) -> None:
        """Work, and disturb once when the share `after` is acknowledged. Returns when everything is acknowledged."""
        with ThreadPoolExecutor(self.clients) as pool:
            waiting = [pool.submit(self._client, n) for n in range(self.clients)]
            begun = self.number * after
            until("the load to be under way", lambda: self.unexpected or len(self.acknowledged) >= begun, 120)
            assert self.unexpected == []
            disturb()
            for one in waiting:
                one.result(timeout=180)

    def _client(self, which: int) -> None:
        with self.stack.client() as client:
            for number in range(which, self.number, self.clients):
                self._insist(client, f"{self.tag}-{number}")

    def _insist(self, client: httpx.Client, key: str) -> None:
        end = time.monotonic() + 150
        while time.monotonic() < end:
            begun = time.monotonic()
            answer = self._file(client, key)
            if answer is not None and answer.status_code == 503:
                self.refusals.append((time.monotonic() - begun, answer.headers.get("Retry-After", "")))
            if answer is not None and answer.is_success:
                self.acknowledged[key] = answer.json()["case_no"]
                return
            if answer is not None and answer.status_code not in (409, 503):
                self.unexpected.append(f"{key}: {answer.status_code} {answer.text[:200]}")
                return
            self.retries += 1
            threading.Event().wait(0.3)
        self.unexpected.append(f"{key}: never acknowledged")

    def _file(self, client: httpx.Client, key: str) -> httpx.Response | None:
        try:
            return client.post("/v1/cases", json=a_filing(key), headers={"Idempotency-Key": key})
        except httpx.HTTPError:
            return None

    def counts(self) -> dict[str, int]:
        """Attempted, acknowledged, recorded in the ledger, lost, doubled, unexpected: after everything is quiet."""
        self.stack.quiet(120)
        rows = self.stack.rows
        marks = rows("intake", "SELECT external_no, case_no FROM cases WHERE external_no LIKE :t", t=f"{self.tag}-%")
        filed: dict[str, str] = dict(tuple(mark) for mark in marks)
        cases = {case for _, case in marks}
        entries = [row[0] for row in rows("ledger", "SELECT subject FROM entries WHERE stem = 'qidi.case.received'")]
        ours = [case for case in entries if case in cases]
        timed = {row[0] for row in rows("timer", "SELECT about FROM clocks WHERE kind = 'one_time_notice'")}
        everywhere = set(ours) & timed
        lost = sum(filed.get(key) != case or case not in everywhere for key, case in self.acknowledged.items())
        found = {
            "attempted": self.number,
            "acknowledged": len(self.acknowledged),
            "recorded": len(ours),
            "lost": lost,
            "doubled": (len(marks) - len(filed)) + (len(ours) - len(set(ours))),
            "unexpected": len(self.unexpected),
            "retries": self.retries,
            "refused": len(self.refusals),
        }
        print(f"\n{self.tag}: " + " ".join(f"{name} {value}" for name, value in found.items()))
        return found


def a_filing(key: str) -> dict[str, Any]:
    clerk = {"name": "李四", "department": "发展改革委"}
    return {
        "project_code": PROJECT_CODE,
        "matter_code": "NM-001",
        "handler": clerk,
        "actor": clerk,
        "external_no": key,
    } | {"again_because": "压力测试"}
