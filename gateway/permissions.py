"""Permissions: the table of rights asked by route. A route that is not in it refuses to start."""

from collections.abc import Iterable, Mapping

from services.contracts.rights import MAY, PUBLIC, scope_of
from services.contracts.scopes import Row
from services.plumbing.errors import QidiError


class Unlisted(QidiError):
    """A route without a row in services/contracts/rights.py, or a row without a route."""


def check(routes: Iterable[str], table: Mapping[str, Row] = MAY, optional: Iterable[str] = ()) -> None:
    """Raise Unlisted when a route has no row, or a row has no route (`optional` rows may stand alone)."""
    found = set(routes)
    if missing := sorted(found - set(table)):
        raise Unlisted(f"no row in services/contracts/rights.py for: {', '.join(missing)}")
    if idle := sorted(set(table) - found - set(optional)):
        raise Unlisted(f"services/contracts/rights.py has rows without a route: {', '.join(idle)}")


def may(route: str, role: str) -> bool:
    """Whether a role may call a route; False for everything unknown."""
    return scope_of(route, role) is not None


def is_public(route: str) -> bool:
    """Whether a route needs no sign-in; False for everything unknown."""
    return route in MAY and MAY[route] is PUBLIC
