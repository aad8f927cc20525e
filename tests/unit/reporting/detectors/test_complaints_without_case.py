"""A complaint about an application that the record does not show is a finding."""

from pathlib import Path

from services.reporting.service import BOARD
from tests.builders import a_desk
from tests.unit.complaints.facts import Teller
from tests.unit.reporting.suspects import a_complaint, raised


def test_a_complaint_without_a_case_is_a_finding_and_one_with_a_case_is_none(teller: Teller, tmp_path: Path) -> None:
    teller.tell(a_complaint())
    assert raised(teller) == [("complaint-without-case", "150424-T2026-000001")]
    (tmp_path / "other").mkdir()
    other = Teller(a_desk(BOARD, tmp_path / "other"))
    other.tell(a_complaint("case-found"))
    assert raised(other) == []
