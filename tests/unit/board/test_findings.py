"""Findings on the board: each leads to the page of what it is about."""

from gateway.board.findings import PLACES
from services.reporting.rules import FindingSubject


def test_whatever_a_finding_is_about_has_a_page() -> None:
    assert set(PLACES) == {one.value for one in FindingSubject}
