"""Decides which resources the API has: one module each, collected here."""

from fastapi import APIRouter

from gateway.routes import (
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
    lines,
    links,
    matters,
    projects,
    sessions,
    stats,
    subtree,
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
    figures.router,
    imports.router,
    stats.router,
    sessions.router,
    documents.router,
    health.router,
)
