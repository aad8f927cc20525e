"""Decides what people at the banner do while the link is in trouble: file cases, forward them, wait for nobody."""

from typing import Any

from tests.chain import Chain
from tests.faults.load import PROJECT_CODE

CLERK = {"name": "李四", "department": "自然资源局"}
#: Decided by the city.
FORWARDED = "NM-007"


def file_cases(chain: Chain, number: int, matter: str = "NM-001") -> list[str]:
    """Cases of the banner; their numbers. Each must be answered at once, whatever the link does."""
    found = []
    with chain.banner.client() as client:
        for _ in range(number):
            body = {"project_code": PROJECT_CODE, "matter_code": matter, "handler": CLERK, "actor": CLERK}
            answer = client.post("/v1/cases", json=body, timeout=10)
            assert answer.is_success, answer.text
            found.append(str(answer.json()["case_no"]))
    return found


def step(chain: Chain, case_no: str, word: str, **more: Any) -> int:
    """Somebody at the banner takes a step; the status of the answer."""
    with chain.banner.client() as client:
        body = {"step": word, "actor": CLERK, **more}
        return client.post(f"/v1/cases/{case_no}/steps", json=body, timeout=10).status_code
