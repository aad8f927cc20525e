"""Canonical bytes of a value: those of RFC 8785, written by the standard library where that is provably the same.

The `rfc8785` package takes twice as long, and each event is written twice. Python's own json writer gives the same
bytes for text, whole numbers below 2^53, true, false, null, lists and objects whose member names are ASCII (names sort
by UTF-16 units there and by code points here, which is the same below U+E000); everything else goes to the package.
"""

import json
from typing import Any, cast

import rfc8785

_EXACT = 2**53
#: Made once: making a writer takes as long as writing a small event.
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical_bytes(value: Any) -> bytes:
    """The one UTF-8 text of a JSON value. Raises ValueError for what JSON cannot say, RecursionError if too deep."""
    if _is_plain(value):
        return _write(value).encode()
    return rfc8785.dumps(cast(Any, value))


def _is_plain(value: Any) -> bool:
    """Whether a value holds nothing that the two writers could write differently."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is dict:
            for name, member in one.items():
                if type(name) is not str or not name.isascii():
                    return False
                if type(member) is not str:  # most are, and need no second look
                    waiting.append(member)
        elif kind is list:
            waiting.extend(one)
        elif kind is int:
            if not -_EXACT < one < _EXACT:
                return False
        elif kind is not str and kind is not bool and one is not None:
            return False
    return True
