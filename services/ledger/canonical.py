"""Canonical bytes of events: those of RFC 8785, and no others."""

import json
from collections.abc import Mapping
from typing import Any

from services.contracts import canonical

# Beyond this an integer has no exact place among JSON's numbers (RFC 8785 3.2.2.3, RFC 7493 2.2).
_EXACT = 2**53
_EXACT_DIGITS = 16


class NotCanonical(ValueError):
    """These data have no canonical form, or are not in it."""


class GivenTwice(NotCanonical):
    """A member is given twice, so that two readers may read two things; `member` is its name."""

    def __init__(self, member: str) -> None:
        super().__init__(f"{member!r} is given twice")
        self.member = member


def canonical_bytes(event: Mapping[str, Any]) -> bytes:
    """The one UTF-8 text of `event` that is hashed, stored and sent (RFC 8785).

    Equal events give equal bytes whatever the order of their members. Raises NotCanonical for what JSON cannot say
    exactly: integers of 2^53 and more, NaN, infinities, lone surrogates, member names that are not text.
    """
    try:
        return canonical.canonical_bytes(event)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def read_canonical(text: bytes) -> dict[str, Any]:
    """The object whose canonical bytes are exactly `text`; raises NotCanonical for anything else.

    Two members of one name, other orders, spaces, `1.0` for `1` and other escapes are all refused, because writing
    the object again gives other bytes.
    """
    try:
        value = json.loads(text.decode("utf-8"), parse_int=whole_number)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    if not isinstance(value, dict):
        raise NotCanonical("not a JSON object")
    if canonical_bytes(value) != text:
        raise NotCanonical("not the RFC 8785 form of its own content")
    return value


def read_once(text: bytes | str) -> Any:
    """JSON in which no member is given twice: two readers of it would else read two things.

    Raises GivenTwice, another ValueError or RecursionError for what is no JSON.
    """

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for at, name in enumerate(names) if name in names[:at])
            raise GivenTwice(twice[:80])
        return found

    return json.loads(text, object_pairs_hook=members)


def whole_number(digits: str) -> int | float:
    """What JSON's digits mean where the canonical form is to be written again."""
    # RFC 8785 writes the double 1e20 as 100000000000000000000; read it back as the double that it was.
    if len(digits) < _EXACT_DIGITS:
        return int(digits)
    number = float(digits)
    return int(digits) if abs(number) < _EXACT else number
