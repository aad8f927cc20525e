"""Decides what people see: the board in the browser, Chinese unless English is chosen, live, readable without colour.

Asks the services through the same seam as the API and changes nothing but strike-offs, lists, letters and tasks.
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
    instructions,
    lines,
    links,
    subtree,
)

router = APIRouter(include_in_schema=False)
_PARTS = (
    *(front, lines, cases, complaints, instructions, findings, figures),
    *(catalogue, calendar, links, subtree, access),
)
for _part in _PARTS:
    router.include_router(_part.router)
