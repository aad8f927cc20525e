"""Way within the house: the gateway's own API, asked without a socket in the name of a person, while he may ask."""

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any, Final

import httpx
from sqlalchemy import select
from sqlalchemy.engine import Engine
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.accounts.standing import in_post
from gateway.auth import Admitted
from gateway.imports.register import Acting
from gateway.store import tokens
from gateway.tokens import token_of
from services.contracts.actors import Caller
from services.plumbing.clock import Clock
from services.plumbing.db import reading

#: Seconds for one answer, as a client outside would wait.
PATIENCE: Final = 60.0
ADDRESS: Final = "http://authority.internal"


class NobodyAnyMore(Exception):
    """Whoever asked may ask no more: his account is locked, his post has ended, his token is revoked."""


class Ending(Exception):
    """The gateway ends, and with it whoever could answer."""


class Standings:
    """Who somebody is now, looked up anew for each request."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def of(self, acting: Acting) -> Caller:
        """The caller that he is. Raises NobodyAnyMore, Unavailable."""
        now = self._clock.now()
        with reading(self._engine) as connection:
            if acting.account_id:
                standing = in_post(connection, acting.account_id, acting.post_id, now)
                if standing is None or standing.must_change:
                    raise NobodyAnyMore
                return standing.caller
            row = connection.execute(select(tokens).where(tokens.c.id == acting.token_id)).one_or_none()
        token = token_of(row) if row is not None else None
        if token is None or not token.is_good(now) or token.read_only:
            raise NobodyAnyMore
        return token.caller


class InHouse(httpx.BaseTransport):
    """Carries a thread's requests to the app on its loop: the same rights, limits and answers as from outside."""

    def __init__(self, app: ASGIApp, loop: asyncio.AbstractEventLoop, who: Callable[[], Caller]) -> None:
        self._app, self._loop, self._who = app, loop, who

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises NobodyAnyMore, Ending, Unavailable, and httpx.TransportError for an answer that does not come."""
        admitted = Admitted(self._who())
        if self._loop.is_closed():
            raise Ending
        told = asyncio.run_coroutine_threadsafe(self._asked(request, admitted), self._loop)
        try:
            return told.result(PATIENCE)
        except CancelledError:
            raise Ending from None
        except TimeoutError:
            told.cancel()
            raise httpx.ReadTimeout("no answer", request=request) from None

    async def _asked(self, request: httpx.Request, admitted: Admitted) -> httpx.Response:
        async def seated(scope: Scope, receive: Receive, send: Send) -> None:
            # Nobody outside can say so: what comes over a socket has no state of ours.
            state: dict[str, Any] = {"admitted": admitted, "caller": admitted.caller}
            await self._app({**scope, "state": state}, receive, send)

        async with httpx.ASGITransport(app=seated) as way:
            answer = await way.handle_async_request(request)
            content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content, request=request)


def client(app: ASGIApp, loop: asyncio.AbstractEventLoop, who: Callable[[], Caller], language: str) -> httpx.Client:
    """A client within the house; what it is told is in this language."""
    headers = {"Accept-Language": language, "Accept-Encoding": "identity"}
    return httpx.Client(base_url=ADDRESS, headers=headers, transport=InHouse(app, loop, who), trust_env=False)
