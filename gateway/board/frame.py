"""Frame of the board's pages: in the reader's language, for whoever is signed in, else the sign-in."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.accounts.sessions import Session
from gateway.accounts.standing import HeldPost
from gateway.assets import address
from gateway.auth import caller_of
from gateway.calls import NO_STORE, gateway_of
from gateway.events import ARRIVED
from gateway.permissions import may
from gateway.problems import KINDS, Trouble, trace_of
from locales.amounts import amount_said, limit_said
from locales.facts import local, spoken
from locales.texts import Language, say
from locales.times import day, long_day, moment
from locales.words import LIGHTS, word
from services.contracts import catalogue
from services.contracts.actors import Caller
from services.contracts.divisions import is_within, name_of
from services.contracts.envelope import every_event
from services.contracts.vocabulary import CaseNo
from services.plumbing.errors import Refused, Unavailable
from services.plumbing.log import log
from services.plumbing.settings import Settings

#: Keeps the reader's choice; Chinese until somebody chooses otherwise.
LANGUAGE_COOKIE = "qidi_lang"
TEMPLATES = Path(__file__).parent / "templates"


def language_of(request: Request) -> Language:
    """The language that the reader chose, else the authority's own. The browser's wish does not count: offices share
    machines whose browsers were never set up."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen == "zh" or chosen == "en":
        return "zh" if chosen == "zh" else "en"
    language: Language = gateway_of(request).settings.lang
    return language


async def ask(request: Request, service: str, question: str, **params: Any) -> Any:
    """What a service answers, in codes and msgids as it said them. Raises Trouble, or Unavailable."""
    caller = await caller_of(request)
    given = {name: value for name, value in params.items() if value not in (None, "")}
    reply = await gateway_of(request).services.ask(service, question, given, caller)
    if reply["status"] != 200:
        raise Trouble.of(reply)
    return reply["body"]


async def page(request: Request, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page for whoever is signed in. Raises Trouble."""
    return render(request, template, await caller_of(request), status, **facts)


def render(
    request: Request, template: str, caller: Caller | None = None, status: int = 200, **facts: Any
) -> HTMLResponse:
    """A template with what every page needs."""
    language = language_of(request)
    gateway = gateway_of(request)
    t = partial(say, language)
    shown = (
        environment()
        .get_template(template)
        .render(
            t=t,
            w=lambda book, code, **facts: t(word(book, code), **facts),
            asset=address,
            spoken=partial(spoken, language),
            fact=lambda name, value: local(language, {name: value})[name],
            limit_of=partial(limit_said, language),
            amount_of=partial(amount_said, language),
            lights=LIGHTS,
            language=language,
            caller=caller,
            posts=_posts(request) if caller is not None else (),
            provider=gateway.settings.oidc_name if gateway.provider is not None else "",
            may=lambda route: caller is not None and may(route, caller.role),
            authority=gateway.settings.authority_name,
            code=gateway.settings.authority,
            place=partial(_place, gateway.settings),
            case_at=partial(_case_at, gateway.settings.authority),
            now=gateway.clock.now(),
            beginning=gateway.settings.beginning,
            long_day=lambda day: long_day(day, language),
            here=_here(request),
            # What was sent by a form has no page of its own to go back to.
            back=_here(request) if request.method == "GET" else "/board",
            event_types=event_types(),
            new_id=lambda: str(uuid4()),
            with_query=with_query,
            **facts,
        )
    )
    return HTMLResponse(shown, status, NO_STORE | {"Content-Language": language, "Vary": "Cookie"})


def _posts(request: Request) -> Sequence[HeldPost]:
    """The posts that the signed-in person could act in; of a token's session none."""
    session: Session | None = request.state.admitted.session
    return session.posts if session is not None and not session.must_change else ()


def _place(settings: Settings, code: str) -> str:
    """What an authority is called."""
    return settings.authority_name if code == settings.authority else name_of(code)


def _case_at(own: str, case_no: str) -> str | None:
    """The page of a case: our own, one of a lower authority, or none where it is somebody else's."""
    code = CaseNo(case_no).authority
    if code == own:
        return f"/board/cases/{quote(case_no, safe='')}"
    return f"/board/subtree/cases/{quote(case_no, safe='')}" if is_within(code, own) else None


def _here(request: Request) -> str:
    """This page's own address, without the host."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@cache
def environment() -> Environment:
    """The templates, every value escaped; a name that does not exist is an error, not an empty cell."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = moment
    made.filters["day"] = day
    return made


@cache
def event_types() -> str:
    """The types of all events, because a browser hears only the named ones that it asks for."""
    catalogue.all_events()
    return " ".join([*sorted(kind.wire_type() for kind in every_event().values()), ARRIVED])


def with_query(path: str, query: Mapping[str, Any], **changes: Any) -> str:
    """An address with its query; what is empty is left out, so that addresses stay short enough to be passed on."""
    kept = {name: value for name, value in {**query, **changes}.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to look at; programs get the API's problem documents instead."""
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


class Page(APIRoute):
    """A route whose troubles are pages too: who is not signed in is led to the sign-in and sees no data."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler; Trouble and Unavailable become pages for browsers."""
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except (Trouble, Refused, Unavailable, RequestValidationError) as wrong:
                if not wants_page(request):
                    raise
                return _trouble(request, wrong)
            except Exception as failed:
                if not wants_page(request):
                    raise  # the watch writes it down and answers
                log.error("request.failed", trace=trace_of(request), error=repr(failed), exc_info=True)
                return _trouble(request, Trouble("internal"))

        return shown


def _trouble(request: Request, wrong: Exception) -> Response:
    if isinstance(wrong, RequestValidationError):
        wrong = Trouble("not-found")
    if isinstance(wrong, Refused):
        wrong = Trouble.refused(wrong)
    trouble = wrong if isinstance(wrong, Trouble) else Trouble.unavailable()
    if trouble.kind == "unauthenticated":
        if "hx-request" in request.headers:
            return Response(status_code=200, headers=NO_STORE | {"HX-Redirect": "/board/login"})
        return RedirectResponse("/board/login", 303, NO_STORE)
    if trouble.kind == "password-first":
        return RedirectResponse("/board/me/password", 303, NO_STORE)
    kind, caller = KINDS[trouble.kind], getattr(request.state, "caller", None)
    language = language_of(request)
    t = partial(say, language)
    return render(
        request,
        "trouble.html",
        caller,
        kind.status,
        title=t(kind.title),
        explanation=spoken(language, trouble.detail or kind.explanation, **trouble.params),
        wrong=[spoken(language, template, **params) for _, template, params in trouble.wrong],
        trace=trace_of(request),
    )
