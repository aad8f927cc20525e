"""Permissions at every route, for every role and every kind of bad token."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Route

from gateway.app import create_app, names
from gateway.permissions import Unlisted, check, is_public, may
from gateway.shapes import BODIES
from services.contracts.commands import every_command
from services.contracts.rights import MAY, PUBLIC
from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


def routes() -> list[tuple[str, str, str]]:
    """(name, method, an address) of every API route."""
    found = []
    for route in iter_route_contexts(create_app(None).routes):
        if isinstance(route.original_route, APIRoute):
            path = str(route.path)
            for part in re.findall(r"{(\w+_no|project_code|kind)}", path):
                path = path.replace(f"{{{part}}}", "nothing")
            found += [(str(route.name), method, path) for method in sorted(route.methods or ())]
    return found


#: No such kind of problem; no provider of the unified sign-in is set up here.
NOTHING_THERE = frozenset({"/problems/nothing", "/board/provider", "/board/provider/back"})
ROUTES = routes()
CLOSED = [row for row in ROUTES if MAY[row[0]] is not PUBLIC]


async def _status(authority: Authority, method: str, path: str, headers: dict[str, str]) -> int:
    authority.gateway.feed.closing = True  # a stream of events would not end
    body: Any = {"json": {}} if method == "POST" else {}
    async with authority.client(None) as client:
        return (await client.request(method, path, headers=headers, **body)).status_code


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_gets_in_exactly_where_the_table_says(authority: Authority, role: Role) -> None:
    headers = {"Authorization": f"Bearer {authority.tokens[role]}"}
    wrong = []
    for name, method, path in CLOSED:
        status = await _status(authority, method, path, headers)
        if (status == 403) == (role in MAY[name]) or status in (401, 405) or status >= 500:
            wrong.append((name, method, status))
    assert not wrong


@pytest.mark.parametrize("kind", ["none", "nonsense", "other-scheme", "wrong-secret", "expired", "revoked", "empty"])
async def test_without_a_good_token_every_closed_route_says_401(authority: Authority, kind: str) -> None:
    good = authority.tokens[Role.OPS]
    _, expired = authority.gateway.tokens.issue(Role.OPS, valid_for=timedelta(hours=1))
    gone, revoked = authority.gateway.tokens.issue(Role.OPS)
    authority.gateway.tokens.revoke(gone.id)
    authority.clock.move(hours=2)
    headers = {
        "none": {},
        "nonsense": {"Authorization": "Bearer nonsense"},
        "other-scheme": {"Authorization": f"Basic {good}"},
        "wrong-secret": {"Authorization": f"Bearer {good[:-4]}AAAA"},
        "expired": {"Authorization": f"Bearer {expired}"},
        "revoked": {"Authorization": f"Bearer {revoked}"},
        "empty": {"Authorization": "Bearer "},
    }[kind]
    statuses = {(name, await _status(authority, method, path, headers)) for name, method, path in CLOSED}
    assert {status for _, status in statuses} == {401}, statuses


async def test_open_routes_ask_for_nothing(authority: Authority) -> None:
    for name, method, path in ROUTES:
        if is_public(name) and not name.startswith("session."):
            assert await _status(authority, method, path, {}) < 400 or path in NOTHING_THERE, name


async def test_a_revoked_token_is_none_at_once_in_this_process(authority: Authority) -> None:
    token, text = authority.gateway.tokens.issue(Role.OPS)
    headers = {"Authorization": f"Bearer {text}"}
    before = await _status(authority, "GET", "/v1/matters", headers)
    authority.gateway.tokens.revoke(token.id)
    assert (before, await _status(authority, "GET", "/v1/matters", headers)) == (200, 401)


def test_a_route_without_a_row_refuses_to_start() -> None:
    app = create_app(None)
    forgotten = APIRouter()
    forgotten.add_api_route("/v1/forgotten", lambda: None, name="forgotten")
    app.include_router(forgotten)
    with pytest.raises(Unlisted, match="forgotten"):
        check(names(app))


def test_a_row_without_a_route_refuses_to_start() -> None:
    with pytest.raises(Unlisted, match="ghost"):
        check(names(create_app(None)), {**MAY, "ghost": PUBLIC})


def test_a_route_beside_the_api_would_ask_nobody_and_refuses_to_start() -> None:
    app = create_app(None)
    app.router.routes.append(Route("/side-door", lambda request: None, name="matters.list2"))
    with pytest.raises(Unlisted):
        check(names(app))


def test_two_routes_of_one_name_would_share_a_row_and_refuse_to_start() -> None:
    app = create_app(None)
    twin = APIRouter()
    twin.add_api_route("/v1/twin", lambda: None, name="stats")
    app.include_router(twin)
    with pytest.raises(Unlisted, match="stats"):
        check(names(app))


def test_what_is_unknown_is_denied() -> None:
    assert not may("no.such.route", "ops")
    assert not may("stats", "no such role")
    assert not is_public("no.such.route")


def test_every_command_of_every_service_has_an_address() -> None:
    assert {kind for kind, _ in BODIES.values()} == set(every_command().values())
