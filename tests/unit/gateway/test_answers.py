"""Answers and their models: what the API tells is what it says that it tells, field by field."""

from typing import Any

import pytest

from gateway.services import Services
from services.contracts.actors import Caller
from services.contracts.answers.shape import AsRecorded, Msgid, every_answer, marked
from services.contracts.vocabulary import Role
from tests.builders import a_case, a_project
from tests.unit.gateway.answers import NotDescribed, check, description, untyped
from tests.unit.gateway.running import Authority

ALIVE = ("GET", "/healthz", 200)
WELL = {"status": "alive", "now": "2026-10-12T10:00:00+08:00"}


def test_every_json_answer_says_its_fields() -> None:
    assert untyped(description()) == []


def test_models_of_the_same_name_would_be_found() -> None:
    # two of one name are called by their modules, with two underlines between the parts
    assert [name for name in description()["components"]["schemas"] if "__" in name] == []


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "object"}, ""),
        ({"type": "array", "items": {"type": "object"}}, "/*"),
        ({"type": "object", "properties": {"items": {"type": "array", "items": {}}}}, "/items"),
        ({"$ref": "#/components/schemas/Planted"}, "/inner"),
    ],
)
def test_an_answer_without_fields_would_be_found(schema: dict[str, Any], place: str) -> None:
    planted = {"type": "object", "properties": {"inner": {"anyOf": [{"type": "object"}, {"type": "null"}]}}}
    answer = {"200": {"content": {"application/json": {"schema": schema}}}}
    document = {
        "paths": {"/v1/planted": {"get": {"responses": answer}}},
        "components": {"schemas": {"Planted": planted}},
    }
    assert untyped(document) == [f"GET /v1/planted 200{place}"]


@pytest.mark.parametrize(
    "wrong",
    [
        {**WELL, "planted": 1},
        {**WELL, "status": "dead"},
        {**WELL, "now": "soon"},
        {"status": "alive"},
        {},
        [],
    ],
)
def test_an_answer_of_another_shape_would_be_found(wrong: Any) -> None:
    check(*ALIVE, WELL)
    with pytest.raises(NotDescribed):
        check(*ALIVE, wrong)


def test_a_status_that_is_not_described_would_be_found() -> None:
    with pytest.raises(NotDescribed):
        check("GET", "/healthz", 201, WELL)


#: A person's own words under a name that elsewhere is a msgid; they are no msgid, and so stay as they are.
OWN_WORDS = {("ReleaseWithdrawn", "why"), ("StepOffer", "why")}


def test_a_field_that_is_put_into_words_is_so_in_every_answer() -> None:
    # the gateway knows such a field by its name, wherever in an answer it stands
    assert (set(marked(Msgid)), set(marked(AsRecorded))) == ({"list_name", "state_name", "why"}, {"entry"})
    unmarked = {
        (kind.__name__, name)
        for kind in every_answer()
        for name, field in kind.model_fields.items()
        if name in marked(Msgid) | marked(AsRecorded)
        and not any(isinstance(one, Msgid | AsRecorded) for one in field.metadata)
    }
    assert unmarked == OWN_WORDS


class Newer:
    """A ledger that tells one thing more of its head than is said."""

    def __init__(self, services: Services) -> None:
        self.command = services.command

    async def ask(
        self, service: str, question: str, params: dict[str, Any], caller: Caller, timeout: float = 5
    ) -> dict[str, Any]:
        """The head, and what is planted in it."""
        return {"status": 200, "body": {"size": 0, "root": "", "hash": "sha256", "planted": True}}


@pytest.mark.anyio
async def test_every_client_of_the_tests_holds_what_it_gets_against_the_description(authority: Authority) -> None:
    async with authority.client(Role.OPS) as client:
        assert (await client.get("/v1/head")).status_code == 200
        authority.gateway.services = Newer(authority.gateway.services)
        with pytest.raises(NotDescribed, match="planted"):
            await client.get("/v1/head")


@pytest.mark.anyio
async def test_a_project_is_told_as_it_was_registered_and_where_it_was_moved_to(authority: Authority) -> None:
    project = a_project()
    there = f"/v1/projects/{project['project_code']}"
    async with authority.client(Role.WINDOW) as window, authority.client(Role.SUPERVISOR) as supervisor:
        assert (await window.post("/v1/projects", json=project)).status_code == 201
        moved = await supervisor.post(f"{there}/move", json={"library": "reserve", "reason": "资金尚未落实"})
        found = (await window.get(there)).json()
    assert moved.json() == {"project_code": project["project_code"], "library": "reserve"}
    assert project.items() <= found.items()
    assert (found["library"], found["look_back_on"]) == ("reserve", None)


@pytest.mark.anyio
async def test_a_step_that_another_authority_took_may_come_without_a_department(authority: Authority) -> None:
    async with authority.client(Role.WINDOW) as window:
        await window.post("/v1/projects", json=a_project())
        made = await window.post("/v1/cases", json=a_case())
        there = f"/v1/cases/{made.json()['case_no']}"
        case = (await window.get(there)).json()
    case["steps"][0]["handler"] = {"name": "赤峰市", "department": ""}
    check("GET", there, 200, case)
