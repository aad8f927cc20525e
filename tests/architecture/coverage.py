"""The rows of docs/coverage.md, one for each demand of the five papers, and what a row may not say."""

import ast
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tests.architecture.tree import PROJECT, parsed

#: How many demands each paper makes.
DEMANDS: Final[Mapping[str, int]] = {"P0": 20, "P1": 12, "P2": 15, "P3": 15, "P4": 16}
WORKS: Final = "works"
IN_PART: Final = "in part"
NOTHING: Final = "nothing"
STATES: Final = (WORKS, IN_PART, NOTHING)
#: What stands in a cell that has nothing to say.
EMPTY: Final = "-"

_QUOTED: Final = re.compile(r"`([^`]*)`")
_TEST: Final = re.compile(r"\b(tests/[\w/]+\.py)::(\w+)")


@dataclass(frozen=True)
class Row:
    """One demand: what it asks, how far it works, and what shows that."""

    demand: str
    says: str
    state: str
    #: `GET /v1/lines`: method and path as in docs/openapi.json.
    addresses: tuple[str, ...]
    #: `/board/lines`: the path of a page.
    pages: tuple[str, ...]
    #: `tests/x.py::test_y`.
    tests: tuple[str, ...]
    missing: str


@dataclass(frozen=True)
class Known:
    """What rows may name: addresses of the API, paths of pages, tests."""

    addresses: Collection[str]
    pages: Collection[str]
    tests: Collection[str]


def ids() -> list[str]:
    """Every id there is, in order."""
    return [f"{paper}-{number:02}" for paper, count in DEMANDS.items() for number in range(1, count + 1)]


def rows(text: str) -> Iterator[Row]:
    """The rows of the page, in its order. Raises ValueError for a row that has not seven cells."""
    for line in text.splitlines():
        if re.match(r"\| P\d-", line):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) != 7:
                raise ValueError(f"{cells[0]} has {len(cells)} cells, not 7")
            demand, says, state, api, pages, tests, missing = cells
            yield Row(demand, says, state, _quoted(api), _quoted(pages), _quoted(tests), missing)


def _quoted(cell: str) -> tuple[str, ...]:
    """What stands in the cell, each in backquotes; the cell itself when it is neither that nor empty."""
    if cell == EMPTY:
        return ()
    return tuple(_QUOTED.findall(cell)) or (cell,)


def unaccounted(table: Sequence[Row]) -> Iterator[str]:
    """Every id has one row, in order, and nothing else has."""
    counted = Counter(row.demand for row in table)
    yield from (f"{one} has no row" for one in ids() if not counted[one])
    yield from (f"{one} has {count} rows" for one, count in counted.items() if count > 1)
    yield from (f"{one} is no demand" for one in counted if one not in ids())
    if (found := [row.demand for row in table]) != sorted(found):
        yield "rows are not in order"


def contradictions(row: Row) -> Iterator[str]:
    """What works lacks nothing, what is there in part lacks something, and either has a test; nothing has neither."""
    if row.state not in STATES:
        yield f"{row.demand} is {row.state!r}, which is none of {', '.join(STATES)}"
    if row.says in ("", EMPTY):
        yield f"{row.demand} does not say what is demanded"
    if row.state in (WORKS, IN_PART) and not row.tests:
        yield f"{row.demand} is said to be there ({row.state}) without a test"
    if row.state == WORKS and row.missing != EMPTY:
        yield f"{row.demand} is said to work and lacks: {row.missing}"
    if row.state != WORKS and row.missing in ("", EMPTY):
        yield f"{row.demand} does not say what is missing"
    if row.state == NOTHING and (row.addresses or row.pages or row.tests):
        yield f"{row.demand} is said to be nothing and names what shows it"


def nowhere(row: Row, known: Known) -> Iterator[str]:
    """What the row names and is not there."""
    for what, named, there in (
        ("address", row.addresses, known.addresses),
        ("page", row.pages, known.pages),
        ("test", row.tests, known.tests),
    ):
        yield from (f"{row.demand} names {what} {one}, which is not there" for one in named if one not in there)


def wrong_sums(text: str, table: Sequence[Row]) -> Iterator[str]:
    """The sums at the head of the page are those of its rows."""
    for paper, count in DEMANDS.items():
        states = Counter(row.state for row in table if row.demand.startswith(paper))
        expected = f"| {paper} | {count} | {' | '.join(str(states[state]) for state in STATES)} |"
        if expected not in text.splitlines():
            yield f"the sums of {paper} are not {expected}"


def addresses() -> frozenset[str]:
    """Method and path of everything in docs/openapi.json."""
    paths = json.loads((PROJECT / "docs/openapi.json").read_text())["paths"]
    return frozenset(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def tests_named(text: str) -> frozenset[str]:
    """Every `tests/x.py::test_y` that a page names."""
    return frozenset(f"{file}::{name}" for file, name in _TEST.findall(text))


def tests_there(names: Collection[str]) -> frozenset[str]:
    """Those of these tests whose file is there and has the function."""
    return frozenset(one for one in names if one.partition("::")[2] in _functions(one.partition("::")[0]))


def _functions(file: str) -> frozenset[str]:
    path = PROJECT / file
    if path.suffix != ".py" or not path.is_file():
        return frozenset()
    body = parsed(path.read_text()).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
