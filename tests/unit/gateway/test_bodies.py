"""Bodies that would hold everybody up are refused at the door, and nobody gets more back than a person reads."""

import asyncio
import json
import re
import time
from typing import Any

import httpx
import pytest

from gateway.bodies import LONGEST_NAME, MOST_IN_ONE, MOST_MEMBERS, MOST_VALUES, value_of
from services.contracts.vocabulary import MOST_PROBLEMS, Role
from tests.builders import an_entry
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}
#: The very body that stopped five services: 1.8 MB.
UNKNOWN = b"{" + b",".join(b'"f%06d":1' % n for n in range(150_000)) + b"}"


class Counting:
    """Services that count what reaches them."""

    def __init__(self, services: Any) -> None:
        self._services, self.asked = services, 0

    async def command(self, *facts: Any, **more: Any) -> Any:
        self.asked += 1
        return await self._services.command(*facts, **more)

    async def ask(self, *facts: Any, **more: Any) -> Any:
        return await self._services.ask(*facts, **more)


async def refused(
    authority: Authority, body: bytes, path: str = "/v1/projects", media: str = "application/json"
) -> str:
    """What is said to a body that no service gets to see."""
    services = authority.gateway.services = Counting(authority.services)
    async with authority.client(Role.PARTNER if "imports" in path else Role.WINDOW) as client:
        answer = await client.post(path, content=body, headers={"Content-Type": media, "Accept-Language": "en"})
    assert answer.status_code == 400, answer.text[:300]
    assert answer.json()["type"] == "/problems/malformed"
    assert services.asked == 0
    assert len(answer.content) < 2_000
    return str(answer.json()["detail"])


async def test_four_bodies_of_150000_unknown_fields_are_refused_at_once_and_hold_nobody_up(
    authority: Authority,
) -> None:
    services = authority.gateway.services = Counting(authority.services)
    async with authority.client(Role.WINDOW) as client:
        begun = time.monotonic()
        posts = [asyncio.create_task(client.post("/v1/projects", content=UNKNOWN, headers=JSON)) for _ in range(4)]
        await asyncio.sleep(0)
        other = await client.get("/v1/projects")
        answers = await asyncio.gather(*posts)
        took = time.monotonic() - begun
    assert other.status_code == 200
    assert [one.status_code for one in answers] == [400] * 4
    assert max(len(one.content) for one in answers) < 2_000
    assert services.asked == 0
    assert took < 5
    print(f"attempted 4, refused 4, reached a service 0, seconds {took:.2f}")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a": [' + b"1," * 150_000 + b"1]}", "more than"),
        (b"[" + b"{}," * 150_000 + b"{}]", "more than"),
        (b'{"entries": [' + b",".join(b'{"a":1,"b":2}' for _ in range(100_000)) + b"]}", "more than"),
        (b"[" * 500_000 + b"]" * 500_000, "nested too deeply"),
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested too deeply"),
        (b'{"' + b"k" * 1_900_000 + b'": 1}', "the name of a field"),
        (b'{"a": ' + b"9" * 1_900_000 + b"}", "more than can be read"),
        (b'{"a": 0.' + b"3" * 1_900_000 + b"}", "a number is too long"),
        (b'{"a": 1e' + b"9" * 1_900_000 + b"}", "a number is too long"),
        (b'{"a": 1e400}', "a number is too large"),
        (b'{"a": NaN}', "NaN and Infinity"),
        (b'{"a": [-Infinity]}', "NaN and Infinity"),
    ],
    ids=lambda value: str(value[:24]) if isinstance(value, bytes) else "",
)
async def test_what_is_too_much_is_named(authority: Authority, body: bytes, why: str) -> None:
    assert why in await refused(authority, body)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"project_code": "a", "project_code": "b"}', "project_code"),
        (b'{"project_code": "a", "owner_name": "b", "project_code": "a"}', "project_code"),
        (b'{"handler": {"name": "a", "name": "b"}}', "name"),
        (b'{"entries": [{"row": "1"}, {"row": "2", "steps": [{"step": "a", "step": "b"}]}]}', "step"),
        (b'{"project_code": "a", "project\\u005fcode": "b"}', "project_code"),
        ('{"名称": 1, "\\u540d\\u79f0": 2}'.encode(), "名称"),
        (b'{"": 1, "": 2}', ""),
    ],
)
@pytest.mark.parametrize("path", ["/v1/projects", "/v1/imports/cases", "/v1/deadlines", "/board/session"])
async def test_a_member_that_is_given_twice_is_refused_by_its_name(
    authority: Authority, body: bytes, name: str, path: str
) -> None:
    assert f"the field {name} is given twice" in await refused(authority, body, path)


async def test_a_field_of_a_form_that_is_given_twice_is_refused_too(authority: Authority) -> None:
    told = await refused(authority, b"token=a&token=b", "/board/session", "application/x-www-form-urlencoded")
    assert "the field token is given twice" in told


def test_what_an_office_sends_is_below_every_limit() -> None:
    entry = an_entry() | {"steps": [{"step": "note", "note": "x", "occurred_at": "2026-09-03"}] * 8}
    entry["notes"] = {f"列{n}": "值" for n in range(20)}
    entries = {"entries": [entry] * 500}
    raw = json.dumps(entries, ensure_ascii=False).encode()
    assert value_of(raw) == entries
    at_the_edge = {"a" * LONGEST_NAME: [0] * MOST_IN_ONE, "b": {str(n): 0 for n in range(MOST_MEMBERS)}}
    assert value_of(json.dumps(at_the_edge).encode()) == at_the_edge
    with pytest.raises(ValueError, match="more than"):
        value_of(json.dumps([[0] * MOST_IN_ONE] * (MOST_VALUES // MOST_IN_ONE)).encode())


def the_problems(answer: httpx.Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()["problems"]
    return found


async def test_of_a_thousand_unknown_fields_a_hundred_are_told_and_how_many_there_are_beside(
    authority: Authority,
) -> None:
    body = {f"f{n}": 1 for n in range(MOST_MEMBERS)}
    async with authority.client(Role.WINDOW, **{"Accept-Language": "en"}) as client:
        answer = await client.post("/v1/projects", json=body)
        chinese = await client.post("/v1/projects", json=body, headers={"Accept-Language": "zh"})
    assert answer.status_code == 422
    found = the_problems(answer)
    assert len(found) == MOST_PROBLEMS + 1
    told = int(re.findall(r"\d+", found[-1]["message"])[0])
    assert told + MOST_PROBLEMS >= MOST_MEMBERS
    assert not re.search("[A-Za-z]", the_problems(chinese)[-1]["message"])


async def test_an_import_of_bad_lines_tells_a_thousand_problems_and_refuses_every_line(authority: Authority) -> None:
    lines = [an_entry(n, **{f"f{n}": 1 for n in range(80)}) for n in range(500)]
    async with authority.client(Role.PARTNER) as client:
        answer = await client.post("/v1/imports/cases", json={"entries": lines, "dry_run": True})
    assert answer.status_code == 200, answer.text[:300]
    results = answer.json()["results"]
    assert {one["outcome"] for one in results} == {"refused"}
    assert all(one["problems"] for one in results)
    assert sum(len(one["problems"]) for one in results) <= 10 * MOST_PROBLEMS + 500
    assert len(answer.content) < 500_000


async def test_a_long_value_does_not_come_back_whole(authority: Authority) -> None:
    async with authority.client(Role.PARTNER) as client:
        answer = await client.post("/v1/imports/cases", json={"entries": [an_entry(matter="号" * 600_000)]})
        unknown = await client.post("/v1/cases", json={"handler": {"名" * 150: "x" * 500_000}})
    assert len(answer.content) < 20_000
    assert len(unknown.content) < 20_000
