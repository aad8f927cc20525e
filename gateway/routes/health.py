"""Health: whether the process lives, whether every service answers, and the one scrape target."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.calls import gateway_of
from gateway.metrics import exposition, who_answers
from gateway.problems import RETRY_SECONDS
from gateway.shapes import some, told
from services import SERVICES
from services.contracts.answers.health import Alive, Readiness

router = APIRouter(tags=["operations"])
_TEXT: dict[str, Any] = {"description": "exposition", "content": {"text/plain": {"schema": {"type": "string"}}}}
_READY: dict[str, Any] = told(Readiness, "who answers and who does not")


@router.get("/healthz", name="health", summary="The process lives", responses={200: told(Alive), **some(500)})
async def health() -> Response:
    return JSONResponse({"status": "alive"})


@router.get("/readyz", name="ready", summary="Every service answers", responses={200: _READY, 503: _READY, **some(500)})
async def ready(request: Request) -> Response:
    found = await who_answers(gateway_of(request).services)
    good = all(found.values())
    body = {"status": "ready" if good else "not ready", "services": {name: found[name] for name in SERVICES}}
    return JSONResponse(body, 200 if good else 503, {} if good else {"Retry-After": str(RETRY_SECONDS)})


@router.get(
    "/metrics",
    name="metrics",
    summary="Everything that Prometheus needs to know of this authority",
    response_class=Response,
    responses={200: _TEXT, **some(500)},
)
async def metrics(request: Request) -> Response:
    return Response(await exposition(gateway_of(request), request.app.state.counted), media_type=CONTENT_TYPE_LATEST)
