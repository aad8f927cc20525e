"""Resources of the API: one module each, collected here."""

from fastapi import APIRouter

from gateway.routes import (
    accounts,
    calendar,
    cases,
    catalogue,
    complaints,
    deadlines,
    documents,
    entries,
    events,
    figures,
    findings,
    health,
    imports,
    instructions,
    lines,
    links,
    matters,
    me,
    projects,
    sessions,
    stats,
    subtree,
    tokens,
)

ROUTERS: tuple[APIRouter, ...] = (
    projects.router,
    matters.router,
    catalogue.router,
    cases.router,
    lines.router,
    links.router,
    subtree.router,
    entries.router,
    events.router,
    complaints.router,
    deadlines.router,
    calendar.router,
    calendar.rules_router,
    findings.router,
    instructions.router,
    figures.router,
    imports.router,
    stats.router,
    # `/v1/sessions/mine` is no session's number
    *(me.router, sessions.router, accounts.router, tokens.router),
    documents.router,
    health.router,
)
