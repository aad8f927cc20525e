"""Confirmations: what an import brought in counts once its department has signed for it, and what ended is history."""

from datetime import date
from typing import Any

import pytest

from services.contracts.beginning import Beginning
from services.plumbing.desk import Desk
from tests.builders import WANG, a_case, an_entry, asked, done, refused, said

FIRST_DAY = date(2026, 9, 10)
DEPARTMENT = "发展改革委"
HEAD = {"role": "head", "name": "李四", "department": DEPARTMENT}


@pytest.fixture
def begun(desk: Desk) -> Desk:
    """The desk of an authority whose first day was the tenth of September."""
    desk.beginning = Beginning(FIRST_DAY)
    return desk


def enter(desk: Desk, *entries: Any, **caller: str) -> list[str]:
    answer = done(desk, "intake.enter-cases", {"entries": list(entries)}, **(caller or {"role": "ops"}))
    assert [one["problems"] for one in answer["results"]] == [[]] * len(entries)
    return [one["case_no"] for one in answer["results"]]


def waiting(desk: Desk, department: str = DEPARTMENT) -> list[str]:
    return [one["case_no"] for one in asked(desk, "confirmations", department=department)["lines"]]


def granted(n: int, on: str) -> dict[str, Any]:
    steps = [{"step": "accept", "occurred_at": "2026-09-03"}, {"step": "grant", "occurred_at": on}]
    return an_entry(n, steps=steps)


def sign(desk: Desk, **order: Any) -> dict[str, Any]:
    return done(desk, "intake.confirm-lines", {"department": DEPARTMENT, **order}, **HEAD)


def test_an_imported_line_waits_for_the_signature_and_what_was_decided_before_the_first_day_does_not(
    begun: Desk,
) -> None:
    still_open, _, decided_since = enter(begun, an_entry(1), granted(2, "2026-09-08"), granted(3, "2026-09-12"))
    assert waiting(begun) == [still_open, decided_since]
    received = said(begun, "qidi.case.received")[0].data
    assert (received["unconfirmed"], received["first_day"]) == (True, "2026-09-10")


def test_the_head_signs_once_and_every_line_says_so(begun: Desk) -> None:
    numbers = enter(begun, an_entry(1), an_entry(2))
    answer = sign(begun)
    assert (answer["count"], answer["left"], answer["person"]) == (2, 0, f"李四@{DEPARTMENT}")
    facts = said(begun, "qidi.case.confirmed")
    assert [one.data["case_no"] for one in facts] == numbers
    assert {one.data["confirmed_on"] for one in facts} == {answer["confirmed_on"]}
    assert waiting(begun) == []
    assert refused(begun, "intake.confirm-lines", {"department": DEPARTMENT}, **HEAD) == {
        "department": f"No line of {DEPARTMENT} waits for a signature."
    }


def test_lines_of_a_later_import_need_a_signature_of_their_own(begun: Desk) -> None:
    enter(begun, an_entry(1))
    sign(begun)
    [later] = enter(begun, an_entry(2))
    assert waiting(begun) == [later]


def test_a_corrected_ledger_may_be_imported_again_before_the_signature(begun: Desk) -> None:
    [number] = enter(begun, an_entry(1))
    assert enter(begun, granted(1, "2026-09-09")) == [number]
    assert waiting(begun) == []  # decided before the first day: history after all


def test_some_lines_may_be_signed_for_by_number_and_unknown_ones_are_all_named(begun: Desk) -> None:
    first, second = enter(begun, an_entry(1), an_entry(2))
    order = {"department": DEPARTMENT, "case_nos": [first, "150424-2026-999998", "150424-2026-999999"]}
    assert set(refused(begun, "intake.confirm-lines", order, **HEAD)) == {"case_nos.1", "case_nos.2"}
    assert (sign(begun, case_nos=[first])["left"], waiting(begun)) == (1, [second])


@pytest.mark.parametrize(
    "caller",
    [
        {"role": "head", "name": "赵六", "department": "水利局"},
        {"role": "handler", "name": WANG["name"], "department": DEPARTMENT},
        {"role": "admin", "name": "管理员", "department": DEPARTMENT},
    ],
)
def test_nobody_but_the_departments_head_signs(begun: Desk, caller: dict[str, str]) -> None:
    numbers = enter(begun, an_entry(1))
    assert "department" in refused(begun, "intake.confirm-lines", {"department": DEPARTMENT}, **caller)
    assert waiting(begun) == numbers


def test_what_comes_in_at_the_window_or_from_a_partner_counts_at_once(begun: Desk) -> None:
    done(begun, "intake.receive-case", a_case())
    assert waiting(begun) == []
    assert ["unconfirmed" in one.data for one in said(begun, "qidi.case.received")] == [False]


def test_an_authority_without_a_first_day_imports_as_before(desk: Desk) -> None:
    enter(desk, an_entry(1))
    assert waiting(desk) == []
    fact = said(desk, "qidi.case.received")[0].data
    assert ("unconfirmed" in fact, "first_day" in fact) == (False, False)
