"""Uploads: a file as the one part of a browser's form, passed on piece by piece and never held."""

import re
from collections.abc import AsyncIterator
from typing import Final

from fastapi import Request

from gateway.problems import Trouble

_BOUNDARY: Final = re.compile(r'multipart/form-data\s*;.*?boundary="?([A-Za-z0-9\'()+_,./:=?-]{1,70})"?', re.IGNORECASE)
_FILE: Final = re.compile(r'content-disposition\s*:.*?;\s*filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
#: What a part says of itself before it begins.
_MOST_HEAD: Final = 4096


async def part_of(request: Request) -> tuple[str, AsyncIterator[bytes]]:
    """Name and pieces of the one file in a form; the form has no other field. Raises Trouble 400, 408, 413 or 415."""
    found = _BOUNDARY.match(request.headers.get("content-type", ""))
    if found is None:
        raise Trouble("unsupported-media-type", "Send the file with the form of the page.")
    end = b"\r\n--" + found[1].encode()
    pieces = request.stream()
    held = b"\r\n"
    while b"\r\n\r\n" not in held[2:]:
        piece = await anext(pieces, b"")
        held += piece
        if not piece or len(held) > _MOST_HEAD + len(piece):
            raise _no_form()
    head, _, held = held.partition(b"\r\n\r\n")
    try:
        named = _FILE.search(head.decode())
    except UnicodeDecodeError:
        raise _no_form() from None
    if not head.startswith(end) or named is None:
        raise _no_form()
    name = named[1].replace("%22", '"').replace('\\"', '"')
    return name, _content(held, pieces, end)


async def _content(held: bytes, pieces: AsyncIterator[bytes], end: bytes) -> AsyncIterator[bytes]:
    """What lies before the end of the part; what could be the beginning of its end is held back."""
    held = b"\r\n" + held  # an empty file's end follows at once
    skip = 2
    while True:
        at = held.find(end)
        whole = held[:at] if at >= 0 else held[: max(0, len(held) - len(end))]
        if piece := whole[skip:]:
            yield piece
        skip = max(0, skip - len(whole))
        if at >= 0:
            async for _ in pieces:
                pass  # what follows the file is the end of the form
            return
        held = held[len(whole) :]
        piece = await anext(pieces, b"")
        if not piece:
            raise _no_form()
        held += piece


def _no_form() -> Trouble:
    return Trouble("malformed", "The form cannot be read: {why}.", why="it has no file")
