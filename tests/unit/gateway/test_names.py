"""Names on the record: nobody acts without one, and nothing is called what cannot be read."""

from typing import Any

import pytest

from services.contracts.vocabulary import Role
from tests.builders import WANG, a_case, a_project, a_project_code, an_entry, everything, said
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio

BLANK = {"name": " ", "department": " "}
#: What nobody sees, and how it is named: nothing at all, a space of no width, and one that turns the text around.
HIDDEN = {"blank": " ", "no width": "王\u200b芳", "turned": "王\u202e芳"}


async def refused(
    authority: Authority, path: str, body: dict[str, Any], token: str = "", role: Role = Role.PARTNER, status: int = 422
) -> set[str]:
    """The fields that a refused request of this role, or of this token, named; nothing was recorded."""
    desks = authority.services.desks.values()
    before = [everything(desk) for desk in desks]
    async with authority.client(None, Authorization=f"Bearer {token or authority.tokens[role]}") as client:
        answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    assert [everything(desk) for desk in desks] == before
    assert all(" @ " not in (one.actor or "") for desk in desks for one in said(desk))
    return {one["field"] for one in answer.json()["problems"]}


async def a_known_project(authority: Authority) -> None:
    async with authority.client(Role.WINDOW) as window:
        assert (await window.post("/v1/projects", json=a_project())).status_code == 201


async def test_a_case_of_a_blank_person_is_refused_and_both_fields_are_named(authority: Authority) -> None:
    await a_known_project(authority)
    blank = await refused(authority, "/v1/cases", a_case(handler=BLANK, actor=BLANK))
    assert blank == {"handler.name", "handler.department", "actor.name", "actor.department"}


@pytest.mark.parametrize("name", HIDDEN.values(), ids=HIDDEN)
async def test_what_is_not_seen_in_a_name_is_refused_at_receipt(authority: Authority, name: str) -> None:
    await a_known_project(authority)
    person = {"name": name, "department": name}
    at_the_window: dict[str, Any] = {"role": Role.WINDOW}
    wrong = await refused(authority, "/v1/cases", a_case(handler=person), **at_the_window)
    assert wrong == {"handler.name", "handler.department"}
    assert await refused(authority, "/v1/cases", a_case(department=name), **at_the_window) == {"department"}


@pytest.mark.parametrize("name", HIDDEN.values(), ids=HIDDEN)
async def test_what_is_not_seen_in_a_name_is_refused_for_a_project_and_its_owner(
    authority: Authority, name: str
) -> None:
    project = a_project(project_name=name, owner_name=name)
    assert await refused(authority, "/v1/projects", project) == {"project_name", "owner_name"}
    await a_known_project(authority)
    move = {"library": "removed", "reason": "已停建", "look_back_on": "2027-09-01"}
    path = f"/v1/projects/{a_project_code()}/move"
    named = move | {"actor": WANG | {"name": name}}
    assert await refused(authority, path, named, role=Role.SUPERVISOR) == {"actor.name"}


@pytest.mark.parametrize("name", HIDDEN.values(), ids=HIDDEN)
async def test_an_imported_line_with_such_a_name_is_reported_and_left_out(authority: Authority, name: str) -> None:
    entry = an_entry(project_name=name, owner_name=name, handler={"name": name, "department": name})
    desks = authority.services.desks.values()
    before = [everything(desk) for desk in desks]
    async with authority.client(Role.PARTNER) as partner:
        answer = await partner.post("/v1/imports/cases", json={"entries": [entry], "actor": WANG})
    [line] = answer.json()["results"]
    assert {one["field"] for one in line["problems"]} == {
        "project_name",
        "owner_name",
        "handler.name",
        "handler.department",
    }
    assert line["outcome"] == "refused"
    assert [everything(desk) for desk in desks] == before


async def test_a_handlers_token_without_a_name_acts_as_nobody(authority: Authority) -> None:
    await a_known_project(authority)
    nameless = authority.gateway.tokens.issue(Role.HANDLER, "", "")[1]
    assert await refused(authority, "/v1/cases", a_case(actor=WANG), nameless, status=403) == {"matter_code"}
    async with authority.client(Role.WINDOW) as window:
        case_no = (await window.post("/v1/cases", json=a_case())).json()["case_no"]
    path = f"/v1/cases/{case_no}/steps"
    for body in ({"step": "accept"}, {"step": "accept", "actor": WANG}):
        assert await refused(authority, path, body, nameless, status=403) == {"step"}
