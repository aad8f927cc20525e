"""Decides what people see: the board in the browser, Chinese unless English is chosen, live, readable without colour.

Asks the services through the same seam as the API and changes nothing but strike-offs and lists of matters.
"""

from fastapi import APIRouter

from gateway.board import (
    access,
    calendar,
    cases,
    catalogue,
    complaints,
    figures,
    findings,
    front,
    lines,
    links,
    subtree,
)

router = APIRouter(include_in_schema=False)
for _part in (front, lines, cases, complaints, findings, figures, catalogue, calendar, links, subtree, access):
    router.include_router(_part.router)
