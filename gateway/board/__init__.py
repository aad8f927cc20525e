"""Board in the browser: Chinese unless English is chosen, live, readable without colour.

Asks the services through the same seam as the API, and gives commands by forms: what a clerk does every day needs no
other programme than the browser.
"""

from fastapi import APIRouter

from gateway.board import (
    access,
    accounts,
    audit,
    calendar,
    cases,
    catalogue,
    complaints,
    confirmations,
    departments,
    drafts,
    figures,
    findings,
    front,
    imports,
    instructions,
    letter_drafts,
    lines,
    links,
    lists,
    notices,
    own,
    provider,
    receipt,
    subtree,
    tokens,
)

router = APIRouter(include_in_schema=False)
_PARTS = (
    # `/cases/new` is no number of a case
    *(front, lines, lists, receipt, cases, confirmations, complaints, instructions, findings, figures),
    *(imports, letter_drafts, notices),
    *(catalogue, departments, calendar, drafts, links, subtree, access),
    # `/accounts/tokens` is no number of an account
    *(provider, own, tokens, audit, accounts),
)
for _part in _PARTS:
    router.include_router(_part.router)
router.include_router(letter_drafts.listings_router)
