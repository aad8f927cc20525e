"""The ledger of demands: each has one row, and nothing counts as working without a test."""

from dataclasses import replace

import pytest
from fastapi.routing import iter_route_contexts

from gateway.app import create_app
from tests.architecture import coverage
from tests.architecture.coverage import DEMANDS, IN_PART, NOTHING, WORKS, Known, Row
from tests.architecture.tree import PROJECT, texts

TEXT = (PROJECT / "docs/coverage.md").read_text()
TABLE = list(coverage.rows(TEXT))
TEST = "tests/x.py::test_y"
GOOD = Row("P0-05", "told once", WORKS, ("GET /v1/lines",), ("/board/lines",), (TEST,), "-")
KNOWN = Known({"GET /v1/lines"}, {"/board/lines"}, {TEST})


def _pages() -> frozenset[str]:
    """Every page that people can open."""
    routes = iter_route_contexts(create_app(None).routes)
    return frozenset(str(one.path) for one in routes if "GET" in (getattr(one, "methods", None) or ()))


def test_every_demand_has_exactly_one_row() -> None:
    assert sum(DEMANDS.values()) == 78
    assert list(coverage.unaccounted(TABLE)) == []


def test_no_row_contradicts_itself() -> None:
    assert [wrong for row in TABLE for wrong in coverage.contradictions(row)] == []


def test_what_rows_name_is_there() -> None:
    named = frozenset(one for row in TABLE for one in row.tests)
    known = Known(coverage.addresses(), _pages(), coverage.tests_there(named))
    assert [wrong for row in TABLE for wrong in coverage.nowhere(row, known)] == []


def test_the_sums_are_those_of_the_rows() -> None:
    assert list(coverage.wrong_sums(TEXT, TABLE)) == []


def test_every_test_that_a_page_names_is_there() -> None:
    named = coverage.tests_named("\n".join(text for path, text in texts("docs").items() if path.endswith(".md")))
    assert len(named) > 50
    assert sorted(named - coverage.tests_there(named)) == []


def test_a_missing_a_doubled_and_an_invented_demand_are_found() -> None:
    table = [replace(GOOD, demand=one) for one in coverage.ids()]
    assert list(coverage.unaccounted(table)) == []
    assert list(coverage.unaccounted(table[:-1])) == ["P4-16 has no row"]
    assert list(coverage.unaccounted([*table, table[-1]])) == ["P4-16 has 2 rows"]
    invented = f"P4-{DEMANDS['P4'] + 1}"
    assert list(coverage.unaccounted([*table, replace(GOOD, demand=invented)])) == [f"{invented} is no demand"]
    assert list(coverage.unaccounted([table[1], table[0], *table[2:]])) == ["rows are not in order"]


@pytest.mark.parametrize(
    "row",
    [
        replace(GOOD, state="done"),
        replace(GOOD, state="Works"),
        replace(GOOD, tests=()),
        replace(GOOD, missing="a page"),
        replace(GOOD, says="-"),
        replace(GOOD, state=IN_PART),
        replace(GOOD, state=IN_PART, missing="a page", tests=()),
        replace(GOOD, state=NOTHING, missing="all of it"),
        replace(GOOD, state=NOTHING, addresses=(), pages=(), tests=()),
    ],
)
def test_a_row_that_contradicts_itself_is_found(row: Row) -> None:
    assert list(coverage.contradictions(GOOD)) == []
    assert list(coverage.contradictions(row)) != []


@pytest.mark.parametrize(
    "row",
    [
        replace(GOOD, addresses=("POST /v1/lines",)),
        replace(GOOD, pages=("/board/tea",)),
        replace(GOOD, tests=(TEST, "tests/x.py::test_z")),
    ],
)
def test_a_row_that_names_what_is_not_there_is_found(row: Row) -> None:
    assert list(coverage.nowhere(GOOD, KNOWN)) == []
    assert len(list(coverage.nowhere(row, KNOWN))) == 1


def test_only_a_function_of_a_file_that_is_there_is_a_test() -> None:
    here = "tests/architecture/test_coverage.py"
    real = f"{here}::test_only_a_function_of_a_file_that_is_there_is_a_test"
    assert coverage.tests_there({real, f"{here}::test_tea", "tests/test_tea.py::test_tea", "README.md::Row"}) == {real}


def test_a_row_is_read_cell_by_cell_and_one_that_lacks_a_cell_is_refused() -> None:
    line = f"| P0-05 | told once | works | `GET /v1/lines` | `/board/lines` | `{TEST}` | - |"
    assert list(coverage.rows(f"| id | demand |\n{line}\n")) == [GOOD]
    [loose] = coverage.rows(line.replace(f"`{TEST}`", "a test"))
    assert loose.tests == ("a test",)
    with pytest.raises(ValueError, match="P0-05 has 6 cells, not 7"):
        list(coverage.rows(line.replace("| told once ", "")))


def test_a_sum_that_is_not_that_of_its_rows_is_found() -> None:
    table = [replace(GOOD, demand=one) for one in coverage.ids()]
    sums = "\n".join(f"| {paper} | {count} | {count} | 0 | 0 |" for paper, count in DEMANDS.items())
    assert list(coverage.wrong_sums(sums, table)) == []
    changed = [replace(table[0], state=NOTHING), *table[1:]]
    assert list(coverage.wrong_sums(sums, changed)) == ["the sums of P0 are not | P0 | 20 | 19 | 0 | 1 |"]
