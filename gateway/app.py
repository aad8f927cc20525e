"""Application of the gateway: every route under the one table, every answer under the one watch."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from gateway import board, permissions
from gateway.addresses import Addresses, Heads, only_known
from gateway.assets import SERVED_AT, STATIC, Assets
from gateway.auth import admit
from gateway.calls import Gateway
from gateway.metrics import Counted
from gateway.openapi import TITLE, describe
from gateway.problems import HANDLERS
from gateway.routes import ROUTERS
from gateway.shapes import WORKBOOK
from gateway.watch import Watch

VERSION = version("qidi")
#: Smaller answers are sent as they are; events are never packed, so that each is said at once (Starlette's own list).
PACKED_FROM_BYTES = 1000


def create_app(gateway: Gateway | None, lifespan: Any = None) -> FastAPI:
    """The ASGI application. Raises permissions.Unlisted when a route has no row in the table of who may do what."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(admit), Depends(only_known)],
        exception_handlers=dict(HANDLERS),
        generate_unique_id_function=lambda route: route.name,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.gateway = gateway
    app.state.counted = Counted()
    app.add_middleware(
        GZipMiddleware,
        minimum_size=PACKED_FROM_BYTES,
        compresslevel=6,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, WORKBOOK),
    )
    app.add_middleware(Heads)
    app.add_middleware(Watch, counted=app.state.counted)
    app.mount(SERVED_AT, Assets(directory=STATIC, check_dir=False), name="static")
    for router in (*ROUTERS, board.router):
        app.include_router(router)
    permissions.check(names(app))
    app.state.addresses = Addresses(iter_route_contexts(app.routes))
    setattr(app, "openapi", lambda: describe(app))  # noqa: B010  # the one place where FastAPI asks for it
    return app


def names(app: FastAPI) -> Iterator[str]:
    """The name of every route.

    Raises permissions.Unlisted for a route that shares its name, for it would share its row, and for one that would not
    run `admit`.
    """
    seen: set[str] = set()
    for route in iter_route_contexts(app.routes):
        name = str(getattr(route, "name", "") or "")
        if name in seen:
            raise permissions.Unlisted(f"two routes are called {name!r}")
        if not isinstance(route.original_route, APIRoute) and not permissions.is_public(name):
            raise permissions.Unlisted(f"{name!r} is no API route, so that nobody would ask for a token there")
        seen.add(name)
        yield name
