"""Description of the API, which is true, and its pages, which work without internet."""

import re
from datetime import datetime
from typing import Any

import pytest

from gateway.app import create_app
from gateway.examples import ASKED
from gateway.routes.deadlines import DeadlineAsked
from gateway.shapes import BODIES
from services.contracts.commands import CaseEntry
from services.contracts.quantities import Wire
from services.contracts.validation import read
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
#: Bodies that are no command.
QUESTIONS: dict[str, type[Wire]] = {DeadlineAsked.__name__: DeadlineAsked}
DOCUMENT = create_app(None).openapi()
OPERATIONS = [
    (path, method, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]


def bodies() -> list[Any]:
    """(schema's name, example) of every POST whose body has a model."""
    found = []
    for _, _, operation in OPERATIONS:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "$ref" in content.get("schema", {}):
            found.append(
                pytest.param(
                    content["schema"]["$ref"].rsplit("/", 1)[1], content["example"], id=operation["operationId"]
                )
            )
    return found


#: What the address or the gateway itself gives.
_FIXED = {"due_on": "2026-09-16"}


@pytest.mark.parametrize(("schema", "example"), bodies())
def test_every_example_can_be_sent_as_it_stands(schema: str, example: dict[str, Any]) -> None:
    asked = {kind.__name__: (kind, frozenset[str]()) for kind in ASKED}
    kind, fixed = BODIES.get(schema) or asked.get(schema) or (QUESTIONS[schema], frozenset[str]())
    _, wrong = read(kind, {**example, **{name: _FIXED.get(name, "1") for name in fixed}})
    assert not wrong
    for entry in example.get("entries", ()):
        assert not read(CaseEntry, entry)[1]


def test_every_reference_leads_somewhere() -> None:
    names = set(re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT)))
    assert names <= set(DOCUMENT["components"]["schemas"])


def test_every_closed_operation_says_which_roles_may_and_which_problems_may_come() -> None:
    for path, method, operation in OPERATIONS:
        if not path.startswith("/v1/"):
            continue
        assert operation["security"], path
        assert operation["x-roles"], path
        assert {"401", "403", "422", "500", "503"} <= set(operation["responses"]), path
        problem = operation["responses"]["422"]["content"]
        assert list(problem) == ["application/problem+json"]
        # what the gateway decides itself tells secrets that are kept nowhere, so that no answer can be given again
        if method == "post" and not {"accounts", "board"} & set(operation["tags"]):
            assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}, path


async def test_the_docs_page_loads_nothing_from_elsewhere(authority: Authority) -> None:
    async with authority.client(None) as reader:
        page = await reader.get("/docs")
        start = await reader.get("/docs/start.js")
        document = await reader.get("/openapi.json")
    assert page.status_code == start.status_code == 200
    addresses = re.findall(r"""(?:src|href)="([^"]+)""", page.text)
    assert addresses
    assert all(address.startswith("/") and not address.startswith("//") for address in addresses)
    assert "<script>" not in page.text
    assert "url: '/openapi.json'" in start.text
    assert document.json()["paths"] == DOCUMENT["paths"]


async def test_what_the_docs_page_loads_is_served_here(authority: Authority, tmp_path: Any) -> None:
    async with authority.client(None) as reader:
        for address in re.findall(r"""(?:src|href)="(/board/static/[^"]+)""", (await reader.get("/docs")).text):
            assert (await reader.get(address)).status_code == 200, f"{address}: is the set-up complete?"


def test_the_times_in_examples_are_times() -> None:
    for _, example in ((row.values[0], row.values[1]) for row in bodies()):
        for name in ("occurred_at", "received_at"):
            if name in example:
                assert datetime.fromisoformat(example[name]).tzinfo is not None
