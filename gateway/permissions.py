"""Permissions: the one table of routes and roles. A route that is not in it refuses to start.

Reasons for the less obvious rows: partners (integrated systems, such as the 12345 hotline) bring things in and see the
record of this authority, but neither the people's list of complaints nor findings, which are inner matters. Who
complained is shown to supervisors only, for a stated purpose, on the record. Supervisors judge and
strike off; they take no case steps, because those belong to the department's own people. `/metrics` carries only counts
under closed labels, without names or case numbers, so that a Prometheus can scrape it without a secret.
"""

from collections.abc import Iterable, Mapping

from services.contracts.vocabulary import Role
from services.plumbing.errors import QidiError


class Unlisted(QidiError):
    """A route without an entry in gateway/permissions.py, or an entry without a route."""


PARTNER, WINDOW, HANDLER, SUPERVISOR, OPS = Role
#: Needs no token at all.
PUBLIC: frozenset[Role] = frozenset()
ALL = frozenset(Role)
STAFF = ALL - {PARTNER}

MAY: Mapping[str, frozenset[Role]] = {
    # open to everybody who can reach the port
    "health": PUBLIC,
    "ready": PUBLIC,
    "metrics": PUBLIC,
    "docs": PUBLIC,
    "docs.start": PUBLIC,
    "openapi": PUBLIC,
    "problem": PUBLIC,
    "static": PUBLIC,
    "home": PUBLIC,
    "session.begin": PUBLIC,
    "session.end": PUBLIC,
    # projects and matters
    "projects.list": ALL,
    "projects.one": ALL,
    "projects.register": frozenset({PARTNER, WINDOW, SUPERVISOR, OPS}),
    "projects.move": frozenset({SUPERVISOR, OPS}),
    "matters.list": ALL,
    "matters.adopt": frozenset({SUPERVISOR, OPS}),
    # lists from level to level
    "catalogue.publications": STAFF,
    "catalogue.publish": frozenset({SUPERVISOR, OPS}),
    "catalogue.differences": STAFF,
    "catalogue.adoptions": STAFF,
    "catalogue.adopt": frozenset({SUPERVISOR, OPS}),
    # cases
    "cases.list": ALL,
    "cases.one": ALL,
    "cases.clocks": ALL,
    "cases.timeline": ALL,
    "cases.explain": ALL,
    # made to be handed out: what stays inside is in it as a hash only
    "cases.proof": ALL,
    "cases.receive": frozenset({PARTNER, WINDOW, HANDLER, OPS}),
    "cases.step": frozenset({PARTNER, WINDOW, HANDLER, OPS}),
    "imports.cases": frozenset({PARTNER, SUPERVISOR, OPS}),
    # the list people read, and the log behind it
    "lines.list": ALL,
    "lines.summary": ALL,
    "lines.workbook": ALL,
    "lines.strike-off": frozenset({HANDLER, SUPERVISOR}),
    "entries.list": STAFF,
    "entries.head": ALL,
    "events": ALL,
    # other levels: the office's own business, as is everything of the subtree on the routes above
    "links.list": STAFF,
    "links.reconciliation": STAFF,
    "links.troubles": STAFF,
    "subtree.list": STAFF,
    "subtree.case": STAFF,
    # complaints
    "complaints.list": STAFF,
    "complaints.counts": ALL,
    "complaints.one": ALL,
    "complaints.register": frozenset({PARTNER, WINDOW, HANDLER, SUPERVISOR}),
    "complaints.step": frozenset({PARTNER, WINDOW, HANDLER, SUPERVISOR}),
    "complaints.person": frozenset({SUPERVISOR}),
    # time
    "deadlines.count": ALL,
    "calendar.year": ALL,
    "calendar.releases": ALL,
    "calendar.release": frozenset({SUPERVISOR, OPS}),
    "calendar.withdraw": frozenset({SUPERVISOR, OPS}),
    "rules.list": ALL,
    "rules.set": frozenset({SUPERVISOR, OPS}),
    # official messages to those below: issued by whoever supervises, signed for and answered by the department
    "instructions.list": STAFF,
    "instructions.one": STAFF,
    "instructions.addressees": STAFF,
    "instructions.issue": frozenset({SUPERVISOR}),
    "instructions.step": frozenset({WINDOW, HANDLER, SUPERVISOR}),
    # figures and findings
    "findings.list": STAFF,
    "findings.one": STAFF,
    "findings.settle": frozenset({SUPERVISOR}),
    "figures.month": STAFF,
    "figures.workbook": STAFF,
    "snapshots.list": STAFF,
    "snapshots.one": STAFF,
    "snapshots.workbook": STAFF,
    "snapshots.freeze": frozenset({SUPERVISOR, OPS}),
    "stats": ALL,
    # the board, which is for the authority's own people
    "board.login": PUBLIC,
    "board.enter": PUBLIC,
    "board.language": PUBLIC,
    "board.front": STAFF,
    "board.lines": STAFF,
    "board.links": STAFF,
    "board.subtree": STAFF,
    "board.subtree-case": STAFF,
    "board.case": STAFF,
    "board.why": STAFF,
    "board.strike-off": frozenset({HANDLER, SUPERVISOR}),
    # a form may what the API lets the same role do
    "board.step": frozenset({WINDOW, HANDLER, OPS}),
    "board.case-new": frozenset({WINDOW, HANDLER, OPS}),
    "board.case-receive": frozenset({WINDOW, HANDLER, OPS}),
    "board.complaints": STAFF,
    "board.complaint": STAFF,
    "board.complaint-send": frozenset({WINDOW, HANDLER, SUPERVISOR}),
    "board.instructions": STAFF,
    "board.instruction": STAFF,
    "board.instruction-new": frozenset({SUPERVISOR}),
    "board.instruction-issue": frozenset({SUPERVISOR}),
    "board.instruction-step": frozenset({WINDOW, HANDLER, SUPERVISOR}),
    "board.findings": STAFF,
    "board.catalogue": STAFF,
    "board.catalogue-adopt": frozenset({SUPERVISOR}),
    "board.catalogue-publish": frozenset({SUPERVISOR}),
    "board.figures": STAFF,
    "board.calendar": STAFF,
    "board.snapshot": STAFF,
}


def check(routes: Iterable[str], table: Mapping[str, frozenset[Role]] = MAY, optional: Iterable[str] = ()) -> None:
    """Raise Unlisted when a route has no row, or a row has no route (`optional` rows may stand alone)."""
    found = set(routes)
    if missing := sorted(found - set(table)):
        raise Unlisted(f"no row in gateway/permissions.py for: {', '.join(missing)}")
    if idle := sorted(set(table) - found - set(optional)):
        raise Unlisted(f"gateway/permissions.py has rows without a route: {', '.join(idle)}")


def may(route: str, role: str) -> bool:
    """Whether a role may call a route; False for everything unknown."""
    return role in MAY.get(route, frozenset())


def is_public(route: str) -> bool:
    """Whether a route needs no token; False for everything unknown."""
    return route in MAY and MAY[route] is PUBLIC
