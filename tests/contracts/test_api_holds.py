"""Tests that ask whether the API keeps to its own description whatever it is sent, for each role (FAULTS: bad input).

Generated from the OpenAPI document by schemathesis: no 5xx, only documented statuses, content types and shapes, problem
documents for every refusal, and never another authority's code in an answer.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.app import create_app
from services.contracts.vocabulary import Role
from tests.laws import examples
from tests.unit.gateway.running import Authority, an_authority, an_empty_folder

pytestmark = pytest.mark.lengthy

EXAMPLES = 10
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SOURCE = re.compile(r"/authorities/([0-9]{6})/")
#: The board's session and everything under /v1; /readyz and /metrics take no input.
OPERATIONS = [
    pytest.param(method.upper(), path, id=f"{method.upper()} {path}")
    for path, methods in create_app(None).openapi()["paths"].items()
    for method in methods
    if path.startswith(("/v1", "/board"))
]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    template: Path = tmp_path_factory.mktemp("template")
    tokens = an_empty_folder(template)
    authority = an_authority(template, tokens, tmp_path_factory.mktemp("authority"))
    authority.gateway.feed.closing = True  # a stream of events would not end
    return authority


@pytest.fixture(scope="module")
def description(authority: Authority) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", authority.app)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_api_keeps_to_its_description(authority: Authority, description: Any, method: str, path: str) -> None:
    operation = description[path][method]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=examples(EXAMPLES),
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, role=st.sampled_from(Role))
    def holds(case: Any, role: Role) -> None:
        headers = {"Authorization": f"Bearer {authority.tokens[role]}"}
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0] == "application/problem+json"
            assert answer.json()["status"] == answer.status_code
        assert set(SOURCE.findall(answer.content.decode("utf-8", "replace"))) <= {"150424"}

    holds()
