"""OpenAPI document of the API, with the services' own models of commands and answers, so that it is true."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from gateway.shapes import BODIES, MODELS, PROBLEM
from services.contracts.commands import CaseEntry
from services.contracts.rights import MAY, PUBLIC

TITLE = "起底 qidi"
DESCRIPTION = """Construction approvals of one authority: cases, working-day clocks with lights, the ledger, complaints,
figures.

Every error is an RFC 9457 problem document. Bad input gets one answer that lists everything that is wrong. Every POST
takes an `Idempotency-Key`: the same key with the same body has one effect and the same answer; except for accounts,
tokens and sessions, whose answers may hold secrets that are kept nowhere. Lists have pages: pass `next` of a page as
`cursor`."""


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the app, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _build(app)
    return app.openapi_schema


def _build(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=TITLE, version=app.version, description=DESCRIPTION, routes=app.routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(_models())
    schemas["Problem"] = PROBLEM
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "qidi_ID_SECRET"}}
    for path in document["paths"].values():
        for operation in path.values():
            _secure(operation)
    return document


def _secure(operation: dict[str, Any]) -> None:
    """Say who may call it, from the one table."""
    roles = MAY[operation["operationId"]]
    if roles is not PUBLIC:
        operation["security"] = [{"token": []}]
        operation["x-roles"] = sorted(role.value for role in roles)


def _models() -> dict[str, Any]:
    """The models of bodies and answers by name; a body lacks what its address fixes."""
    kinds: list[Any] = [*(kind for kind, _ in BODIES.values()), CaseEntry]
    kinds += sorted(MODELS, key=lambda kind: kind.__name__)
    _, together = models_json_schema(
        [(kind, "validation") for kind in kinds], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = together["$defs"]
    for name, (kind, fixed) in BODIES.items():
        if not fixed:
            continue
        whole = schemas[kind.__name__]
        shorter = {
            **whole,
            "title": name,
            "properties": {field: part for field, part in whole["properties"].items() if field not in fixed},
            "required": [field for field in whole.get("required", []) if field not in fixed],
        }
        schemas[name] = shorter
    for name in {kind.__name__ for kind, fixed in BODIES.values() if fixed} - set(BODIES):
        del schemas[name]
    schemas["EnterCases"]["properties"]["entries"]["items"] = {"$ref": "#/components/schemas/CaseEntry"}
    return schemas
