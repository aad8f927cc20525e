"""Shapes of requests and answers as callers are told of them: parameters, bodies with examples, answers, problems."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Path, Query
from pydantic import BaseModel

from gateway.examples import ASKED, EXAMPLES
from gateway.problems import KINDS, MEDIA_TYPE
from services.contracts.accounts import Asked
from services.contracts.commands import Command

Schema = dict[str, Any]

#: What a number or code in an address may look like.
Code = Annotated[str, Path(min_length=1, max_length=120)]
Words = Annotated[str | None, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]
Limit = Annotated[int | None, Query(ge=1, le=200, description="how many; 50 when left out")]
Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-10"])]

PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "trace"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "trace": {"type": "string", "description": "the number under which the log has this request"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
KEY_HEADER: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same body has one effect and gets the same answer, however often it is sent.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    "example": "5f2c9a3e-7b1d-4e0a-9c55-1f0d6a2b7c11",
}
LANGUAGE_HEADER: Schema = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "Language of messages: zh (default) or en.",
    "schema": {"type": "string", "pattern": "^(zh|en)$"},
}

#: Schema name -> the command it is made of and the fields that the address fixes.
BODIES: Final[dict[str, tuple[type[Command], frozenset[str]]]] = {}
#: The models of answers, and of bodies that are no command; each is a schema of its own name.
MODELS: Final[set[type[BaseModel]]] = set()


def _problem(status: int) -> Schema:
    titles = " / ".join(kind.title for kind in KINDS.values() if kind.status == status)
    answer: Schema = {
        "description": titles,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (409, 429, 503):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return answer


def described(model: type[BaseModel]) -> Schema:
    """The schema of a model. What passes goes on as it is; the model only describes it."""
    MODELS.add(model)
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def told(model: type[BaseModel], what: str = "as asked") -> Schema:
    """An answer in JSON."""
    return _content(described(model), "application/json", what)


def _content(schema: Schema, media: str, what: str) -> Schema:
    return {"description": what, "content": {media: {"schema": schema}}}


def answers(model: type[BaseModel], status: int = 200) -> Any:
    """The `responses` of a route: what it answers when all is well, and every problem it may answer with."""
    return {status: told(model)} | _TROUBLES


def hands_out(schema: Schema, media: str, what: str = "a file") -> Any:
    """The `responses` of a route that answers with something else than JSON."""
    return {200: _content(schema, media, what)} | _TROUBLES


def some(*codes: int) -> Any:
    """The problems with these status codes."""
    return {code: _problem(code) for code in codes}


_TROUBLES: Final = some(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY: Schema = {"type": "string", "format": "binary"}


def takes(kind: type[Command], fixed: tuple[str, ...] = ()) -> Schema:
    """The `openapi_extra` of a route that passes its body on as a command; `fixed` fields come from the address."""
    name = f"{kind.__name__}Body" if fixed else kind.__name__
    BODIES[name] = (kind, frozenset(fixed))
    return body({"$ref": f"#/components/schemas/{name}"}, EXAMPLES[kind])


def asks(kind: type[Asked], *, keyed: bool = False) -> Schema:
    """The `openapi_extra` of a route that the gateway decides itself; `keyed`: sent again, it has one effect."""
    content = {"application/json": {"schema": described(kind), "example": dict(ASKED[kind])}}
    parameters = [KEY_HEADER, LANGUAGE_HEADER] if keyed else [LANGUAGE_HEADER]
    return {"requestBody": {"required": True, "content": content}, "parameters": parameters}


#: The `openapi_extra` of a POST route without a body.
BARE: Final[Schema] = {"parameters": [KEY_HEADER, LANGUAGE_HEADER]}


def sends(media: Sequence[str]) -> Schema:
    """The `openapi_extra` of a POST route that takes a file as its body."""
    content = {one: {"schema": BINARY} for one in media}
    return {"requestBody": {"required": True, "content": content}, "parameters": [KEY_HEADER, LANGUAGE_HEADER]}


def body(schema: Schema, example: Mapping[str, Any]) -> Schema:
    """The `openapi_extra` of a POST route with a JSON body."""
    content = {"application/json": {"schema": schema, "example": dict(example)}}
    return {"requestBody": {"required": True, "content": content}, "parameters": [KEY_HEADER, LANGUAGE_HEADER]}
