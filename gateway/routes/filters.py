"""Filters and portions of the ledger's lists: what the list of lines, the list of projects and their workbooks take."""

from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from gateway.shapes import Cursor, Limit, Words
from services.contracts.beginning import Counting
from services.contracts.vocabulary import Light, Word

Authority = Annotated[
    str | None,
    Query(
        pattern=r"^([0-9]{6}|all)$",
        description="whose lines: a code of the subtree, or `all` for ours and all below; left out: our own",
    ),
]
Since = Annotated[
    int | None,
    Query(
        ge=1949,
        le=2100,
        description="the first year that counts, of receipt or initiation; of a saved list 2016 when left out",
    ),
]
#: A filter that is asked of the ledger under another name than its parameter has.
_ASKED_AS = {"list": "saved"}


@dataclass(frozen=True)
class _Filters:
    """What every list takes."""

    authority: Authority = None
    since: Since = None
    initiated_in: Annotated[
        int | None,
        Query(
            ge=1949,
            le=2100,
            description="the year of the project's initiation; of its code where nobody named the day",
        ),
    ] = None
    q: Words = None

    @property
    def wanted(self) -> dict[str, Any]:
        """The same as a question of the ledger."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            _ASKED_AS.get(name, name): value.value if isinstance(value, Word) else value
            for name, value in given.items()
        }


@dataclass(frozen=True)
class OfLines(_Filters):
    """What the list of lines takes, and its workbook."""

    department: Words = None
    matter: Words = None
    light: Annotated[Light | None, Query(description="the light of the line")] = None
    handler: Words = None
    held_by: Annotated[
        str | None,
        Query(
            pattern=r"^([0-9]{6}|another)$",
            description="who has the case in hand; `another`: somebody else than whose line it is",
        ),
    ] = None
    min_age_days: Annotated[int | None, Query(ge=0, le=36500, description="open for at least so many days")] = None
    state: Annotated[Literal["open", "closed", "struck", "all"] | None, Query()] = None
    counting: Annotated[Counting | None, Query(description="history, not confirmed by its department, or counted")] = (
        None
    )
    received_in: Annotated[int | None, Query(ge=1949, le=2100, description="the year of receipt")] = None
    sort: Annotated[
        str | None, Query(max_length=40, description="an order of the list; a minus before it turns it round")
    ] = None
    list: Annotated[
        Literal["pending", "overdue"] | None,
        Query(description="a saved list of the plan; it says itself which lines are on it, whatever `state` is"),
    ] = None


@dataclass(frozen=True)
class OfProjects(_Filters):
    """What the list of projects takes."""

    list: Annotated[
        Literal["not-started", "nothing-applied", "started"] | None,
        Query(description="a saved list of projects; left out: every project"),
    ] = None


@dataclass(frozen=True)
class Portion:
    """Which part of a list is shown."""

    cursor: Cursor = None
    limit: Limit = None


LineFilters = Annotated[OfLines, Depends()]
ProjectFilters = Annotated[OfProjects, Depends()]
Shown = Annotated[Portion, Depends()]
