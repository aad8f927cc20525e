"""Health: whether the process lives, whether every service answers and every store takes a write, and the scrape."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool

from gateway.calls import gateway_of
from gateway.metrics import exposition, told_by
from gateway.problems import RETRY_SECONDS, language_of
from gateway.shapes import some, told
from locales.texts import Language, say
from services import SERVICES
from services.contracts.ailments import Ailment
from services.contracts.answers.health import Alive, Readiness

router = APIRouter(tags=["operations"])
_TEXT: dict[str, Any] = {"description": "exposition", "content": {"text/plain": {"schema": {"type": "string"}}}}
_READY: dict[str, Any] = told(Readiness, "who can do its work and who cannot, and why")
#: How the gateway's own store is called among those of the services.
OWN_STORE = "gateway"


@router.get("/healthz", name="health", summary="The process lives", responses={200: told(Alive), **some(500)})
async def health(request: Request) -> Response:
    return JSONResponse({"status": "alive", "now": gateway_of(request).clock.now().isoformat()})


@router.get(
    "/readyz",
    name="ready",
    summary="Every service answers, and every store takes what is written",
    responses={200: _READY, 503: _READY, **some(500)},
)
async def ready(request: Request) -> Response:
    gateway = gateway_of(request)
    found = {name: told.ailment for name, told in (await told_by(gateway.services)).items()}
    answering = {name: found[name] is None for name in SERVICES}
    if gateway.pulse is not None:
        found[OWN_STORE] = await run_in_threadpool(gateway.pulse.feel)
    causes = _causes(found, language_of(request))
    body = {"status": "not ready" if causes else "ready", "services": answering, "causes": causes}
    return JSONResponse(body, 503 if causes else 200, {"Retry-After": str(RETRY_SECONDS)} if causes else {})


def _causes(found: Mapping[str, Ailment | None], language: Language) -> list[dict[str, Any]]:
    """What is wrong, each once, with everything that it is true of: one full disk is one cause and not eight."""
    return [
        {"cause": cause, "message": say(language, cause.msgid), "of": of}
        for cause in Ailment
        if (of := [name for name, ailment in found.items() if ailment is cause])
    ]


@router.get(
    "/metrics",
    name="metrics",
    summary="Everything that Prometheus needs to know of this authority",
    response_class=Response,
    responses={200: _TEXT, **some(500)},
)
async def metrics(request: Request) -> Response:
    return Response(await exposition(gateway_of(request), request.app.state.counted), media_type=CONTENT_TYPE_LATEST)
