"""Problem documents: how every error looks from outside (RFC 9457), in the caller's language, with no inside shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from locales.facts import spoken
from locales.texts import Language, preferred, say
from services.contracts.validation import words_for
from services.contracts.vocabulary import MORE, MOST_PROBLEMS
from services.plumbing.errors import Refused, Unavailable
from services.plumbing.log import log

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, its title, and what the page behind its type URI says."""

    status: int
    title: str
    explanation: str


KINDS: Mapping[str, Kind] = {
    "malformed": Kind(
        400,
        "The request cannot be read.",
        "The body must be JSON in UTF-8, and addresses may not hold control characters.",
    ),
    "bad-key": Kind(
        400,
        "The Idempotency-Key is not usable.",
        "Send 1 to 128 visible ASCII characters, such as a UUID, and the same ones when you try again.",
    ),
    "unauthenticated": Kind(
        401,
        "A valid token is needed.",
        "Send the header `Authorization: Bearer TOKEN`. Tokens are issued with `qidi token issue`; they "
        "can expire and be revoked.",
    ),
    "forbidden": Kind(
        403,
        "Your role may not do this.",
        "Each role may call certain routes only. Ask your supervisor or operations for a token with the right role.",
    ),
    "password-first": Kind(
        403,
        "Choose a password of your own first.",
        "The password was given by the administrator. Until you have chosen your own, nothing else is open.",
    ),
    "not-found": Kind(
        404,
        "There is nothing here.",
        "The address or the number in it is unknown to this authority.",
    ),
    "method-not-allowed": Kind(
        405,
        "This address does not take this method.",
        "The header Allow lists the methods that it takes.",
    ),
    "not-printed": Kind(
        503,
        "The paper cannot be made here.",
        "The letter itself is unharmed; it can be had in another form.",
    ),
    "not-acceptable": Kind(
        406,
        "This cannot be given in that form.",
        "Ask for another media type.",
    ),
    "too-slow": Kind(
        408,
        "The body did not come in time.",
        "Send it at once, and again with the same Idempotency-Key: it will have one effect only.",
    ),
    "conflict": Kind(
        409,
        "The present state does not allow this.",
        "Look at the present state first; the answer says what stands in the way.",
    ),
    "still-running": Kind(
        409,
        "The request with this key is still running.",
        "Wait a moment and send the same request with the same Idempotency-Key again; you will get its answer.",
    ),
    "too-large": Kind(
        413,
        "The body is too large.",
        "A body may have 2 MB at most. Split an import into several requests of up to 500 entries.",
    ),
    "unsupported-media-type": Kind(
        415,
        "The body must be JSON.",
        "Send the header `Content-Type: application/json`.",
    ),
    "refused": Kind(
        422,
        "The rules do not allow this; nothing was changed.",
        "The member `problems` lists everything that is wrong, each with the field it stands in. Correct "
        "all of it and send it again.",
    ),
    "key-reused": Kind(
        422,
        "This Idempotency-Key was used before with another body.",
        "A key stands for one request. Use a new key for a new request.",
    ),
    "too-many": Kind(
        429,
        "Too many requests at once.",
        "Wait as long as the header Retry-After says.",
    ),
    "internal": Kind(
        500,
        "Something went wrong on our side.",
        "Tell operations the trace number; the log has the details under it.",
    ),
    "unavailable": Kind(
        503,
        "The service cannot answer now.",
        "Try again after the time in the header Retry-After. Send the same Idempotency-Key, and it will "
        "have one effect only.",
    ),
}
"""Kind -> what it means. The type URI of a kind is `/problems/KIND`, relative to this authority's address."""

_BY_STATUS = {400: "malformed", 401: "unauthenticated", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
              406: "not-acceptable", 408: "too-slow", 409: "conflict", 413: "too-large", 415: "unsupported-media-type",
              422: "refused", 429: "too-many", 503: "unavailable"}  # fmt: skip


Wrong = tuple[str, str, Mapping[str, Any]]
#: Characters of a field's name and of a message that are shown; both may hold what was sent.
_LONGEST_FIELD, _LONGEST_MESSAGE = 300, 2000


def _bounded(wrong: list[Wrong]) -> tuple[Wrong, ...]:
    """What is told; a service's own last line, which says how many more there are, stays."""
    if len(wrong) <= MOST_PROBLEMS + 1:
        return tuple(wrong)
    return (*wrong[:MOST_PROBLEMS], ("", MORE, {"number": len(wrong) - MOST_PROBLEMS}))


class Trouble(Exception):
    """Ends a request with a problem document; `wrong` are (field, template, params)."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        wrong: Iterable[Wrong] = (),
        headers: Mapping[str, str] | None = None,
        **params: Any,
    ) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.params = kind, detail, params
        self.wrong = _bounded(list(wrong))
        self.headers = dict(headers or {})

    @classmethod
    def unavailable(cls, detail: str = "") -> "Trouble":
        return cls("unavailable", detail, headers={"Retry-After": str(RETRY_SECONDS)})

    @classmethod
    def refused(cls, refused: Refused) -> "Trouble":
        """What the gateway itself refused."""
        wrong = [(one.field, one.template, one.params) for one in refused.problems]
        return cls(_BY_STATUS[refused.status], wrong=wrong)

    @classmethod
    def of(cls, reply: Mapping[str, Any]) -> "Trouble":
        """What a service's refusal becomes. Texts of statuses from 500 on stay inside: they are logged only."""
        status, problems = int(reply["status"]), reply.get("problems", [])
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            return cls.unavailable()
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status not in _BY_STATUS:
            log.error("service.failed", status=status, problems=problems)
            return cls("internal")
        kind = _BY_STATUS[status]
        if any(problem["field"] == "Idempotency-Key" for problem in problems):
            kind = "key-reused"
        return cls(kind, wrong=[(p["field"], p["template"], p.get("params", {})) for p in problems])


def language_of(request: Request) -> Language:
    """The caller's language: Accept-Language, else this authority's own."""
    default: Language = request.app.state.gateway.settings.lang
    return preferred(request.headers.get("accept-language", ""), default)


def document(trouble: Trouble, language: Language, trace: str) -> Response:
    """The problem document of a trouble."""
    kind = KINDS[trouble.kind]
    body: dict[str, Any] = {
        "type": f"/problems/{trouble.kind}",
        "title": say(language, kind.title),
        "status": kind.status,
        "detail": spoken(language, trouble.detail or kind.explanation, **trouble.params),
        "trace": trace,
    }
    if trouble.wrong:
        body["problems"] = [
            {
                "field": field[:_LONGEST_FIELD],
                "message": spoken(language, template, **params)[:_LONGEST_MESSAGE],
            }
            for field, template, params in trouble.wrong
        ]
    headers = {**trouble.headers, "Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return JSONResponse(body, kind.status, headers, media_type=MEDIA_TYPE)


async def _trouble(request: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, Trouble)
    return document(trouble, language_of(request), trace_of(request))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = {"Allow": request.app.state.addresses.allowed(request.scope["path"])}
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=allowed)
        return document(Trouble("method-not-allowed", headers=allowed), language_of(request), trace_of(request))
    kind = _BY_STATUS.get(error.status_code, "internal" if error.status_code >= 500 else "malformed")
    return document(Trouble(kind, headers=error.headers), language_of(request), trace_of(request))


async def _invalid(request: Request, error: Exception) -> Response:
    """Query and path parameters that FastAPI could not read, in the same words as everything else."""
    assert isinstance(error, RequestValidationError)
    wrong = []
    for one in error.errors():
        field = ".".join(str(part) for part in one["loc"][1:]) or str(one["loc"][0])
        template, params = words_for(one["type"], one.get("ctx", {}))
        wrong.append((field, template, params))
    return document(Trouble("refused", wrong=wrong), language_of(request), trace_of(request))


async def _away(request: Request, error: Exception) -> Response:
    log.warning("gateway.unavailable", trace=trace_of(request), error=str(error)[:200])
    return document(Trouble.unavailable(), language_of(request), trace_of(request))


def trace_of(request: Request) -> str:
    """The number under which the log has this request."""
    return str(request.scope.get("qidi.trace", ""))


async def _refused(request: Request, refused: Exception) -> Response:
    """What the gateway itself refuses, as a service's refusal is told."""
    assert isinstance(refused, Refused)
    return document(Trouble.refused(refused), language_of(request), trace_of(request))


HANDLERS: Mapping[Any, Any] = {
    Refused: _refused,
    Trouble: _trouble,
    HTTPException: _http,
    RequestValidationError: _invalid,
    Unavailable: _away,
}
