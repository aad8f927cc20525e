"""Bodies that are read: JSON in UTF-8, of values that every store and the ledger can carry, and of a size to be read.

What is not fit is refused here, so that nobody else's requests wait behind it: a body that is long is read in a thread
of its own, and reading stops at the first thing that is too much.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from gateway.problems import Trouble

#: Whole numbers beyond it are not the same number for every reader (RFC 7493), so the ledger could not carry them.
MOST = 2**53 - 1
#: Values and members in one body: 500 entries of an import have 70 each at most.
MOST_VALUES = 50_000
MOST_IN_ONE = 5_000
MOST_MEMBERS = 1_000
LONGEST_NAME = 200
LONGEST_NUMBER = 100
_DEEPEST = 32
_MOST_FIELDS = 50
#: Bytes; what is longer is read in a thread, because others would notice.
_LONG = 32_768


class _Unfit(ValueError):
    """Why a value is not taken: a msgid with what it names."""

    def __init__(self, why: str, **facts: Any) -> None:
        super().__init__(why)
        self.facts = {"why": why, **facts}


async def json_of(request: Request) -> Any:
    """The body's value; an empty body is an empty object. Raises Trouble 400, 408, 413 or 415."""
    raw = await request.body()
    if not raw:
        return {}
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise Trouble("unsupported-media-type", headers={"Accept-Post": "application/json"})
    try:
        return value_of(raw) if len(raw) < _LONG else await run_in_threadpool(value_of, raw)
    except (ValueError, RecursionError) as wrong:
        raise Trouble("malformed", "The body is no JSON that can be read: {why}.", **_why(wrong)) from None


async def form_of(request: Request, most: int = _MOST_FIELDS) -> dict[str, str]:
    """The fields of a form that a browser sends. Raises Trouble 400, 408 or 413."""
    raw = await request.body()
    try:
        fields = parse_qs(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=most)
        _look(fields)
        for name, values in fields.items():
            if len(values) > 1:
                raise _twice(name)
    except ValueError as wrong:
        raise Trouble("malformed", "The form cannot be read: {why}.", **_why(wrong)) from None
    return {name: values[0] for name, values in fields.items()}


def value_of(raw: bytes) -> Any:
    """The value that a JSON text is. Raises ValueError or RecursionError for one that nobody has to take."""
    value = json.loads(
        raw.decode(), parse_constant=_no_constant, parse_float=_number, object_pairs_hook=_Members().taken
    )
    _look(value)
    return value


class _Members:
    """The objects of one body as they are read: which end the reading."""

    def __init__(self) -> None:
        self._number = 0

    def taken(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of these members. A member that is given twice would be one thing to us and another to the next
        reader (RFC 8259, section 4), also where an escape spells its name."""
        self._number += len(pairs)
        if self._number > MOST_VALUES:
            raise _Unfit("more than {most} values", most=MOST_VALUES)
        if len(pairs) > MOST_MEMBERS:
            raise _Unfit("more than {most} fields in one object", most=MOST_MEMBERS)
        found = dict(pairs)
        if len(found) < len(pairs):
            raise _twice(_first_repeated(name for name, _ in pairs))
        return found


def _first_repeated(names: Iterable[str]) -> str:
    return next(name for name, times in Counter(names).items() if times > 1)


def _twice(name: str) -> _Unfit:
    name = "".join(sign if sign.isprintable() else "�" for sign in name[:LONGEST_NAME])
    return _Unfit("the field {name} is given twice", name=name)


def _no_constant(name: str) -> None:
    raise _Unfit("NaN and Infinity are no JSON numbers")


def _number(literal: str) -> float:
    if len(literal) > LONGEST_NUMBER:
        raise _Unfit("a number is too long")
    return float(literal)


def _look(value: Any) -> None:
    """Raises _Unfit or UnicodeError for what no store carries: NUL, half characters, huge numbers, deep nesting; and
    for more values than anybody needs."""
    number, waiting = 1, [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > _DEEPEST:
            raise _Unfit("nested too deeply")
        if not isinstance(one, list | dict):
            _look_at(one)
            continue
        number += len(one)
        if number > MOST_VALUES:
            raise _Unfit("more than {most} values", most=MOST_VALUES)
        if len(one) > MOST_IN_ONE:
            raise _Unfit("more than {most} entries in one list", most=MOST_IN_ONE)
        if isinstance(one, dict):
            for name in one:
                _look_at_name(name)
        waiting += [(inside, depth + 1) for inside in (one if isinstance(one, list) else one.values())]


def _look_at(value: Any) -> None:
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


def _look_at_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise _Unfit("the name of a field has more than {most} characters", most=LONGEST_NAME)
    _look_at(name)


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
            return wrong.facts
    return {"why": "it holds more than can be read"}
