"""Watch over every request: a trace, a size limit, security headers, a count, a log line, no inside shown.

The log line names the route, never the path or the query: these can hold names and numbers.
"""

import asyncio
import re
import time
import traceback
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.imports.shelf import MOST_BYTES as MOST_FILE_BYTES
from gateway.metrics import Counted
from gateway.patience import PATIENCE, Patience
from gateway.problems import Trouble, document, language_of
from services.plumbing.log import log

MOST_BYTES = 2 * 1024 * 1024
#: Where files come in, which are never held whole: more is taken there, from those whom the table of rights lets in.
UPLOADS = frozenset({"/v1/imports", "/board/imports"})
#: A form has its own words around the file.
MOST_UPLOADED = MOST_FILE_BYTES + 4096
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")

#: Everything comes from here; docs page and charts set styles on their elements; only files of ours run.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Watch:
    """The outermost layer of our own."""

    def __init__(self, app: ASGIApp, counted: Counted, patience: Patience = PATIENCE) -> None:
        self._app, self._counted, self._patience = app, counted, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _Watched(scope, receive, send, self._patience)
        begun = time.monotonic()
        try:
            if (trouble := request.trouble_at_the_door()) is not None:
                await request.end(trouble)
            else:
                await self._app(scope, request.receive, request.send)
        except ClientDisconnect:
            log.info("request.given-up", trace=request.trace, route=request.route)
        except Exception as failed:
            stack = "".join(traceback.format_exception(failed))[-8000:]
            log.error("request.failed", trace=request.trace, route=request.route, error=repr(failed), stack=stack)
            if request.status:
                raise  # too late for an answer: the connection breaks off, so that nobody takes half for the whole
            await request.end(Trouble("internal"))
        finally:
            took = time.monotonic() - begun
            status = request.status or 499  # the client went away before there was an answer
            self._counted.request(request.route, scope["method"], status, took)
            log.info(
                "request",
                trace=request.trace,
                route=request.route,
                method=scope["method"],
                status=status,
                milliseconds=round(took * 1000, 1),
                caller=getattr(scope.get("state", {}).get("caller"), "stamp", None) or "",
            )


class _Watched:
    """One request on its way through."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, patience: Patience) -> None:
        self._scope, self._receive, self._send, self._patience = scope, receive, send, patience
        self._begun, self._is_whole = time.monotonic(), False
        self._headers = Headers(scope=scope)
        self._read = 0
        is_upload = scope["method"] == "POST" and scope["path"] in UPLOADS
        self._most = MOST_UPLOADED if is_upload else MOST_BYTES
        self.status = 0
        given = _TRACEPARENT.fullmatch(self._headers.get("traceparent", ""))
        self.trace = given[1] if given else uuid4().hex
        scope["qidi.trace"] = self.trace

    @property
    def route(self) -> str:
        """The template of the route, such as `/v1/cases/{case_no}`; one word for everything that matches none."""
        route: Any = self._scope.get("route")
        if route is not None:
            return str(route.path)
        return "/board/static" if self._scope["path"].startswith("/board/static/") else "unmatched"

    def trouble_at_the_door(self) -> Trouble | None:
        """What can be said without looking any further."""
        if "\x00" in self._scope["path"] or b"%00" in self._scope["query_string"]:
            return Trouble("malformed", "An address may not hold the character NUL.")
        length = self._headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return Trouble("malformed")
        return self._too_large() if int(length) > self._most else None

    async def receive(self) -> Message:
        """Counts what comes, because a body in chunks does not say its length before. Raises Trouble 408 or 413."""
        if self._is_whole:
            return await self._receive()  # nothing more comes but the end of the connection, whenever that is
        left = self._begun + self._patience.for_body(self._read) - time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, left)):
                message = await self._receive()
        except TimeoutError:
            raise Trouble("too-slow", headers={"Connection": "close"}) from None
        self._read += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._read > self._most:
            raise self._too_large()
        return message

    def _too_large(self) -> Trouble:
        words = "A file may have {most} MB at most." if self._most > MOST_BYTES else ""
        return Trouble("too-large", words, headers={"Connection": "close"}, most=MOST_FILE_BYTES >> 20)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            headers["X-Trace"] = self.trace
        await self._send(message)

    async def end(self, trouble: Trouble) -> None:
        response = document(trouble, language_of(Request(self._scope)), self.trace)
        await response(self._scope, self._receive, self.send)
