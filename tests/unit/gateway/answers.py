"""Answers held against the API's own description, strictly: every one in JSON that a test gets; and that description.

The document says less than is checked here: who reads an answer ignores what a newer version adds to it, but what this
version tells has to stand in its description.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx
from jsonschema_rs import Draft202012Validator

from gateway.app import create_app

JSON = "application/json"
#: Addresses that are no operation of the API: the description itself.
UNDESCRIBED = frozenset(("/openapi.json",))
#: Values whose names belong to a template, a rule, a kind of event or another system, and are listed there.
FREE = frozenset(("data", "params", "evidence", "facts", "before", "after"))
_REF = "#/components/schemas/"


class NotDescribed(AssertionError):
    """An answer has another shape than the API says."""


async def hold(response: httpx.Response) -> None:
    """Hold a response against the description, if it is JSON. Raises NotDescribed."""
    if response.request.method == "HEAD":
        return  # the same head, and no body
    if response.headers.get("content-type", "") == JSON and response.request.url.path not in UNDESCRIBED:
        await response.aread()
        check(response.request.method, response.request.url.path, response.status_code, response.json())


def check(method: str, path: str, status: int, answer: Any) -> None:
    """Raises NotDescribed, with everything that differs."""
    template = next((one for shape, one in _paths() if shape.fullmatch(path)), "")
    found = [
        f"/{'/'.join(map(str, wrong.instance_path))}: {wrong.message}"[:500]
        for wrong in _validator(method.lower(), template, status).iter_errors(answer)
    ]
    if found:
        raise NotDescribed(f"{method} {template} answers {status} otherwise than it says:\n" + "\n".join(found))


@cache
def description() -> dict[str, Any]:
    """The API's description, as it serves it."""
    return create_app(None).openapi()


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    """The templates of paths, those without a variable part first."""
    templates = sorted(description()["paths"], key=lambda template: (template.count("{"), template))
    return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))), template) for template in templates]


@cache
def _validator(method: str, template: str, status: int) -> Draft202012Validator:
    try:
        schema = description()["paths"][template][method]["responses"][str(status)]["content"][JSON]["schema"]
    except KeyError:
        raise NotDescribed(f"{method} {template} says nothing of an answer {status} in JSON") from None
    return Draft202012Validator({**schema, "components": {"schemas": _closed_schemas()}}, validate_formats=True)


@cache
def _closed_schemas() -> dict[str, Any]:
    return {name: closed(schema) for name, schema in description()["components"]["schemas"].items()}


def closed(schema: Any) -> Any:
    """The same schema, refusing what it does not name."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {name: closed(value) for name, value in schema.items()}
    return {"additionalProperties": False, **found} if isinstance(found.get("properties"), dict) else found


# --- the description itself -------------------------------------------------------------------------------------------


def untyped(document: Mapping[str, Any]) -> list[str]:
    """Every place in the JSON answers of a description at which an object's fields are not said."""
    schemas = document.get("components", {}).get("schemas", {})
    return [
        f"{method.upper()} {path} {status}{place}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        for media, content in response.get("content", {}).items()
        if media == JSON
        for place in _untyped(content["schema"], schemas, ())
    ]


def _untyped(schema: Mapping[str, Any], schemas: Mapping[str, Any], within: tuple[str, ...]) -> Iterator[str]:
    name = schema.get("$ref", "").removeprefix(_REF)
    if name:
        if name not in within:
            yield from _untyped(schemas[name], schemas, (*within, name))
        return
    parts = [(place, part) for place, part in _parts(schema) if isinstance(part, dict)]
    for place, part in parts:
        yield from (place + further for further in _untyped(part, schemas, within))
    says_its_values = bool(parts) or "enum" in schema or "const" in schema or "properties" in schema
    if not says_its_values and schema.get("type", "object") in ("object", "array"):
        yield ""


def _parts(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The schemas of which one is made, each with its place."""
    for joined in ("anyOf", "oneOf", "allOf"):
        yield from (("", part) for part in schema.get(joined, ()))
    yield from ((f"/{name}", part) for name, part in schema.get("properties", {}).items() if name not in FREE)
    yield from (("/*", schema[members]) for members in ("items", "additionalProperties") if schema.get(members))
