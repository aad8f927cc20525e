"""Addresses and what each of them takes: its methods, HEAD and OPTIONS among them, and its parameters."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import Request
from fastapi.routing import RouteContext
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import Trouble

#: Where nothing else is known: files.
_FILES = frozenset({"GET"})


class Addresses:
    """Which methods each path of this app takes."""

    def __init__(self, routes: Iterable[RouteContext]) -> None:
        rows = ((getattr(one.original_route, "path_regex", None), getattr(one, "methods", None)) for one in routes)
        self._rows: list[tuple[re.Pattern[str], frozenset[str]]] = [
            (regex, frozenset(methods or _FILES)) for regex, methods in rows if regex is not None
        ]

    def allowed(self, path: str) -> str:
        """The header Allow of a path: what any of its routes takes, in the order of the alphabet."""
        found = {"OPTIONS"}.union(*(methods for regex, methods in self._rows if regex.match(path)))
        return ", ".join(sorted(found | ({"HEAD"} if "GET" in found else set())))


class _Told(Exception):
    """The head is told, and the body is not wanted."""


class Heads:
    """HEAD is answered as GET is, without its body: the same rights, the same status, the same headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        inner, is_told = {**scope, "method": "GET"}, False

        async def head(message: Message) -> None:
            nonlocal is_told
            if message["type"] == "http.response.body":
                if is_told:
                    raise _Told  # a stream would go on for ever
                is_told = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        try:
            await self._app(inner, receive, head)
        except _Told:
            return
        finally:
            scope.update({name: inner[name] for name in ("route", "state") if name in inner})


async def only_known(request: Request) -> None:
    """Runs before every route of the API: a parameter that it does not know, or that is given twice, is refused as a
    field would be; whoever mistypes one is not to take the whole list for the filtered one. Raises Trouble 422.

    Pages of the board pass over what they do not know: people keep links with more in them than we asked for.
    """
    if not request.url.path.startswith("/v1/"):
        return
    known = dict(_parameters(getattr(request.scope["route"], "dependant", None)))
    wrong: list[tuple[str, str, dict[str, Any]]] = []
    seen = set[str]()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            told = "There is no parameter of this name here; these are known: {parameters}."
            none = "This address takes no parameters."
            wrong.append((name, told if known else none, {"parameters": ", ".join(sorted(known))}))
        elif name in seen and not known[name]:
            wrong.append((name, "This parameter is given twice.", {}))
        seen.add(name)
    if wrong:
        raise Trouble("refused", wrong=wrong)


def _parameters(dependant: Any) -> Iterator[tuple[str, bool]]:
    """The names of a route's parameters, and whether one may be given several times."""
    for one in getattr(dependant, "query_params", ()):
        yield one.alias, str(one.field_info.annotation).startswith(("list", "typing.List"))
    for below in getattr(dependant, "dependencies", ()):
        yield from _parameters(below)
