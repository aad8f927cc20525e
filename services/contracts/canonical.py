"""Decides which bytes a value has: those of RFC 8785, written by the standard library where that is provably the same.

The `rfc8785` package takes twice as long, and each event is written twice. Python's own json writer gives the same
bytes for text, whole numbers below 2^53, true, false, null, lists and objects, as long as no member name sorts
differently by UTF-16 units than by code points; everything else goes to the package.
"""

import json
import re
from typing import Any, cast

import rfc8785

_EXACT = 2**53
#: Made once: making a writer takes as long as writing a small event.
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
#: UTF-16 order and code point order differ only where characters from U+E000 up meet surrogate pairs.
_SORTS_DIFFERENTLY = re.compile("[\ue000-\U0010ffff]")


def canonical_bytes(value: Any) -> bytes:
    """The one UTF-8 text of a JSON value. Raises ValueError for what JSON cannot say, RecursionError if too deep."""
    if _is_plain(value):
        text = _write(value)
        if not _SORTS_DIFFERENTLY.search(text):
            return text.encode()
    return rfc8785.dumps(cast(Any, value))


def _is_plain(value: Any) -> bool:
    """Whether a value holds nothing that the two writers could write differently."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is str or kind is bool or one is None:
            continue
        if kind is dict:
            for name in one:
                if type(name) is not str:
                    return False
            waiting.extend(one.values())
        elif kind is list:
            waiting.extend(one)
        elif kind is not int or not -_EXACT < one < _EXACT:
            return False
    return True
