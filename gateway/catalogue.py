"""Table of adoptions: every authority below, also one that told nothing yet."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request

from gateway.calls import ask_in_words, days_left
from services.contracts.catalogues import ADOPTION_WORKING_DAYS


async def who_adopted(request: Request, number: int | None = None) -> dict[str, Any]:
    """Per authority below: its name, the version that it has adopted, when, and the lag in days and working days.

    Raises Trouble.
    """
    told, links, held = await asyncio.gather(
        ask_in_words(request, "intake", "adoptions", number=number),
        ask_in_words(request, "ledger", "links"),
        ask_in_words(request, "ledger", "subtree"),
    )
    below = subtree(links["items"], held["items"])
    known = {one["authority"]: one for one in told["items"]}
    found = told["publication"]
    rows = [_row(code, below.get(code), known.get(code)) for code in sorted({*below, *known})]
    if found is not None:
        since = found["published_at"][:10]
        days = sorted({since, *(one["adopted_at"][:10] for one in rows if one["adopted_at"])})
        left = await days_left(request, days)
        for row in rows:
            # Working days are counted by the timer alone: the difference of what is left until two days.
            row["lag_working_days"] = (left[row["adopted_at"][:10]] if row["adopted_at"] else 0) - left[since]
            ended = row["adopted_at"][:10] if row["adopted_at"] else told["today"]
            too_long = row["lag_working_days"] > ADOPTION_WORKING_DAYS
            row["late"] = ended > found["adopt_by"] if found["adopt_by"] else too_long
    return {"publication": found, "items": rows, "adopted": sum(1 for one in rows if one["adopted_at"])}


def subtree(links: Iterable[Mapping[str, Any]], held: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The authorities below, by code: name, level, and through which child they come."""
    found = {
        one["authority"]: {"name": one["name"], "level": one["level"], "via": one["via"]} for one in held if one["via"]
    }
    for one in links:
        if one["relation"] == "child" and one["state"] != "removed":
            found.setdefault(one["code"], {"name": one["name"], "level": one["level"], "via": one["code"]})
    return found


def _row(code: str, place: Mapping[str, Any] | None, told: Mapping[str, Any] | None) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("version", "arrived_at", "adopted_at", "person", "own_number", "shorter", "lag_days", "beyond")
    )
    row = {"authority": code, "name": "", "level": "", "via": None, **(place or {}), **nothing, "differences": []}
    return row | dict(told or {}) | {"lag_working_days": None, "late": False}
