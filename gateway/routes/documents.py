"""Pages that explain the API without internet: docs from local files, OpenAPI, and a page per problem."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from gateway.assets import address
from gateway.openapi import TITLE, describe
from gateway.problems import KINDS, Trouble, language_of
from locales.texts import say

router = APIRouter(include_in_schema=False)

_START = "SwaggerUIBundle({url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null});\n"


@router.get("/", name="home")
async def home() -> Response:
    return RedirectResponse("/board", 307)


@router.get("/docs", name="docs")
async def docs() -> Response:
    return HTMLResponse(
        f"""<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{TITLE} API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{address("vendor/swagger-ui.css")}"></head>
<body><div id="docs"></div>
<script src="{address("vendor/swagger-ui-bundle.js")}"></script><script src="/docs/start.js"></script></body></html>
"""
    )


@router.get("/docs/start.js", name="docs.start")
async def start() -> Response:
    return Response(_START, media_type="text/javascript")


@router.get("/openapi.json", name="openapi")
async def openapi(request: Request) -> Response:
    return JSONResponse(describe(request.app))


@router.get("/problems/{kind}", name="problem")
async def problem(request: Request, kind: str) -> Response:
    """What a problem's type URI leads to."""
    known = KINDS.get(kind)
    if known is None:
        raise Trouble("not-found")
    language = language_of(request)
    title, text = escape(say(language, known.title)), escape(say(language, known.explanation))
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{known.status}</p><p>{text}</p></body></html>"
    )
    return HTMLResponse(page, headers={"Content-Language": language, "Vary": "Accept-Language"})
