"""Bodies that are read: JSON in UTF-8, of values that every store and the ledger can carry."""

import json
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request

from gateway.problems import Trouble

#: Whole numbers beyond it are not the same number for every reader (RFC 7493), so the ledger could not carry them.
MOST = 2**53 - 1
_DEEPEST = 32
_MOST_FIELDS = 50


class _Unfit(ValueError):
    """Why a value is not taken: a msgid."""


async def json_of(request: Request) -> Any:
    """The body's value; an empty body is an empty object. Raises Trouble 400, 413 or 415."""
    raw = await request.body()
    if not raw:
        return {}
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise Trouble("unsupported-media-type", headers={"Accept-Post": "application/json"})
    try:
        value = json.loads(raw.decode(), parse_constant=_no_constant)
        _look(value)
    except (ValueError, RecursionError) as wrong:
        raise Trouble("malformed", "The body is no JSON that can be read: {why}.", **_why(wrong)) from None
    return value


async def form_of(request: Request, most: int = _MOST_FIELDS) -> dict[str, str]:
    """The fields of a form that a browser sends, each with its first value. Raises Trouble 400 or 413."""
    raw = await request.body()
    try:
        fields = parse_qs(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=most)
        _look(fields)
    except ValueError as wrong:
        raise Trouble("malformed", "The form cannot be read: {why}.", **_why(wrong)) from None
    return {name: values[0] for name, values in fields.items()}


def _no_constant(name: str) -> None:
    raise _Unfit("NaN and Infinity are no JSON numbers")


def _look(value: Any, depth: int = 0) -> None:
    """Raises _Unfit or UnicodeError for what no store carries: NUL, half characters, huge numbers, deep nesting."""
    if depth > _DEEPEST:
        raise _Unfit("nested too deeply")
    if isinstance(value, str):
        if "\x00" in value:
            raise _Unfit("a text holds the character NUL")
        value.encode()  # half of a surrogate pair is no character: UnicodeEncodeError is a ValueError
    elif isinstance(value, bool):
        return
    elif isinstance(value, int) and abs(value) > MOST:
        raise _Unfit("a whole number is beyond 2^53")
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise _Unfit("a number is too large")
    elif isinstance(value, list):
        for one in value:
            _look(one, depth + 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            _look(name, depth)
            _look(one, depth + 1)


def _why(wrong: Exception) -> dict[str, Any]:
    """A msgid, and what it names."""
    match wrong:
        case json.JSONDecodeError():
            return {"why": "look at line {line}, column {column}", "line": wrong.lineno, "column": wrong.colno}
        case UnicodeError():
            return {"why": "text that is not Unicode"}
        case RecursionError():
            return {"why": "nested too deeply"}
        case _Unfit():
            return {"why": str(wrong)}
    return {"why": "it holds more than can be read"}
