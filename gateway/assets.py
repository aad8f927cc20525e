"""Files that pages load: each at an address that holds its content's hash, packed once, kept by browsers for a year."""

import gzip
import hashlib
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "board" / "static"
SERVED_AT = "/board/static"
#: `board.css` with its hash is `board.3f2a9c1d04be.css`.
_HASHED = re.compile(r"(.+)\.([0-9a-f]{12})(\.[a-z]+)")
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
#: Said here, because what a machine's own table of types says is the machine's business.
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A file as it was read: the hash in its address, its content, and the same packed, or as it is when too small."""

    digest: str
    content: bytes
    packed: bytes


def address(name: str, folder: Path = STATIC) -> str:
    """Where a page finds a file of `folder`, by its path there; changes whenever the file does.

    What set-up has not brought keeps its plain address, which is not found: the page itself still comes.
    """
    try:
        asset = _asset(folder / name, (folder / name).stat())
    except FileNotFoundError:
        return f"{SERVED_AT}/{name}"
    stem, dot, kind = name.rpartition(".")
    return f"{SERVED_AT}/{stem}.{asset.digest}{dot}{kind}"


def media_type_of(name: str) -> str:
    """What browsers are told that a file is."""
    return _TYPES.get(Path(name).suffix, "application/octet-stream")


def _asset(file: Path, found: os.stat_result) -> Asset:
    return _read(file, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=64)
def _read(file: Path, changed: int, size: int) -> Asset:
    """The file, read and packed once for as long as it stays as it is. Raises FileNotFoundError."""
    content = file.read_bytes()
    packed = gzip.compress(content, 9, mtime=0)
    return Asset(hashlib.sha256(content).hexdigest()[:12], content, min(content, packed, key=len))


class Assets(StaticFiles):
    """Serves the folder: under an address with the right hash for a year, under a plain name to be asked for again."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """The file behind an address, which is read here: Starlette calls this in a thread."""
        hashed = _HASHED.fullmatch(path)
        full, found = super().lookup_path(hashed[1] + hashed[3] if hashed else path)
        if found is None or not S_ISREG(found.st_mode):
            return full, found
        is_current = _asset(Path(full), found).digest == hashed[2] if hashed else True
        return (full, found) if is_current else ("", None)

    def file_response(
        self, full_path: "str | os.PathLike[str]", stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The answer to GET and HEAD, packed for those who can unpack it; 304 for those who have it."""
        asset, asked = _asset(Path(full_path), stat_result), Headers(scope=scope)
        is_packed = "gzip" in asked.get("accept-encoding", "") and asset.packed != asset.content
        body = asset.packed if is_packed else asset.content
        headers = {
            "Cache-Control": _FOR_A_YEAR if _HASHED.fullmatch(self.get_path(scope)) else _ASK_AGAIN,
            "Content-Length": str(len(body)),
            "ETag": f'"{asset.digest}-gzip"' if is_packed else f'"{asset.digest}"',
            "Vary": "Accept-Encoding",
        } | ({"Content-Encoding": "gzip"} if is_packed else {})
        kind = media_type_of(str(full_path))
        response = Response(body, status_code, headers, kind)  # the server leaves the body of a HEAD out
        return NotModifiedResponse(response.headers) if self.is_not_modified(response.headers, asked) else response
