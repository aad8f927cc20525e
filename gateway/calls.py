"""Calls of the services: a request becomes a command or a question; its Idempotency-Key makes a repeat known."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4, uuid5

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from gateway.accounts.audit import Audit
from gateway.accounts.entrance import Entrances
from gateway.accounts.passwords import Passwords
from gateway.accounts.provider import Provider
from gateway.accounts.register import Register
from gateway.accounts.sessions import Lengths, Sessions
from gateway.accounts.throttle import Throttle
from gateway.auth import caller_of
from gateway.bodies import json_of
from gateway.completion import completed
from gateway.events import Feed
from gateway.imports.counter import Counter
from gateway.problems import Trouble, language_of
from gateway.services import Depths, Services
from gateway.tokens import Tokens
from locales.facts import spoken
from locales.texts import Language, say
from services.contracts.accounts import Asked
from services.contracts.answers.shape import AsRecorded, Msgid, marked
from services.contracts.commands import Command
from services.contracts.validation import read
from services.contracts.vocabulary import Unit
from services.plumbing.clock import Clock
from services.plumbing.metrics import Census
from services.plumbing.settings import Settings
from services.plumbing.store_pulse import StorePulse

#: Ours alone, so that a key of one token can never be the id of anything else.
_NAMESPACE = UUID("6f0d2a52-4b0e-5a8e-9d3c-716964690001")
_DAYS_AT_ONCE = 500
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
NO_STORE = {"Cache-Control": "no-store"}


@dataclass
class Gateway:
    """What the routes work with."""

    services: Services
    tokens: Tokens
    clock: Clock
    settings: Settings
    feed: Feed
    census: Census
    depths: Depths | None = None
    #: Of its own store.
    pulse: StorePulse | None = None
    #: Commands that run in this process now, by id.
    running: set[str] = field(default_factory=set)
    audit: Audit = field(init=False)
    sessions: Sessions = field(init=False)
    register: Register = field(init=False)
    entrances: Entrances = field(init=False)
    imports: Counter = field(init=False)
    #: None where the unified sign-in is not set up.
    provider: Provider | None = field(init=False)

    def __post_init__(self) -> None:
        """What keeps its facts in the gateway's own store, as the tokens do."""
        engine, clock, settings, belief = self.tokens.engine, self.clock, self.settings, self.tokens.belief
        lengths = Lengths(timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes))
        passwords = Passwords(settings.password_memory_kib, settings.password_rounds)
        self.audit = Audit(engine, clock)
        self.sessions = Sessions(engine, clock, self.audit, belief, lengths)
        self.register = Register(engine, clock, self.audit, belief)
        throttle = Throttle(engine, clock)
        self.provider = Provider(settings, engine, clock) if settings.oidc_issuer else None
        self.entrances = Entrances(self.register, passwords, throttle, self.sessions, self.audit, clock)
        self.imports = Counter(engine, clock, settings)


def gateway_of(request: Request) -> Gateway:
    """The gateway that serves this request."""
    gateway: Gateway = request.app.state.gateway
    return gateway


def key_of(request: Request) -> str | None:
    """The Idempotency-Key, if any. Raises Trouble 400 for one that is no key."""
    key = request.headers.get("idempotency-key")
    if key is not None and _KEY.fullmatch(key) is None:
        raise Trouble("bad-key")
    return key


A = TypeVar("A", bound=Asked)


async def asked(request: Request, kind: type[A]) -> A:
    """The body as what is asked of the gateway itself. Raises Trouble with everything that is wrong."""
    found, wrong = read(kind, await json_of(request))
    if wrong:
        raise Trouble("refused", wrong=wrong)
    return found


async def order(
    request: Request,
    kind: type[Command],
    fixed: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    at: str = "",
    body: Mapping[str, Any] | None = None,
) -> Response:
    """Pass the body on as a command, with what the address fixes, and answer with what the service decided.

    `at` is the Location of what was made, a template over the answer. The body goes on raw, because the service
    lists everything that is wrong with it at once; `body`: it was read already. The same key always gives the same
    command id, and the service's
    inbox remembers the answer to it. Raises Trouble.
    """
    caller, key = await caller_of(request), key_of(request)
    data = _merge(await json_of(request) if body is None else dict(body), fixed or {})
    data = await completed(partial(ask_in_words, request), kind.service, kind.name, data)
    id = str(uuid5(_NAMESPACE, f"{caller.token_id or caller.account_id}\n{key}")) if key is not None else str(uuid4())
    gateway = gateway_of(request)
    if id in gateway.running:
        raise Trouble("still-running", headers={"Retry-After": "1"})
    gateway.running.add(id)
    try:
        reply = await gateway.services.command(kind.service, kind.name, id, data, caller)
    finally:
        gateway.running.discard(id)
    made = _body(reply)
    headers = dict(NO_STORE)
    if at and status == 201:
        headers["Location"] = at.format_map({name: quote(str(value), safe="") for name, value in made.items()})
    return JSONResponse(_spoken(made, language_of(request)), status, headers)


async def ask_in_words(request: Request, service: str, question: str, **params: Any) -> Any:
    """What a service answers, in the words of the caller's language (the board asks in codes). Raises Trouble.

    Parameters that were not given are left out.
    """
    caller = await caller_of(request)
    given = {name: value for name, value in params.items() if value is not None}
    body = _body(await gateway_of(request).services.ask(service, question, given, caller))
    return _spoken(body, language_of(request))


async def days_left(request: Request, days: Sequence[str], unit: Unit = Unit.WORKING_DAYS) -> dict[str, int]:
    """Working (or calendar) days left until each day, negative when it is past; only timer counts. Raises Trouble."""
    left: dict[str, int] = {}
    for start in range(0, len(days), _DAYS_AT_ONCE):
        left |= await ask_in_words(
            request, "timer", "remaining", days=days[start : start + _DAYS_AT_ONCE], unit=unit.value
        )
    return left


async def answer(request: Request, service: str, question: str, **params: Any) -> Response:
    """A question's answer as the response."""
    return JSONResponse(await ask_in_words(request, service, question, **params), headers=NO_STORE)


def _body(reply: Mapping[str, Any]) -> Any:
    if reply["status"] != 200:
        raise Trouble.of(reply)
    return reply["body"]


def _spoken(value: Any, language: Language) -> Any:
    """The same in the caller's language: names of states and reasons, and a `message` wherever a template is."""
    if isinstance(value, list):
        return [_spoken(one, language) for one in value]
    if not isinstance(value, dict):
        return value
    told = {name: _member(name, one, language) for name, one in value.items()}
    if isinstance(value.get("template"), str) and isinstance(value.get("params"), dict):
        told["message"] = spoken(language, value["template"], **value["params"])
    return told


def _member(name: str, value: Any, language: Language) -> Any:
    if name in marked(AsRecorded):
        return value
    return say(language, value) if name in marked(Msgid) and isinstance(value, str) else _spoken(value, language)


def _merge(data: Any, fixed: Mapping[str, Any]) -> Any:
    if not isinstance(data, dict):
        return data  # the service says what is wrong with it
    wrong = [
        (name, "This must be the same as in the address ({value}).", {"value": value})
        for name, value in fixed.items()
        if data.get(name, value) != value
    ]
    if wrong:
        raise Trouble("refused", wrong=wrong)
    return {**data, **fixed}
