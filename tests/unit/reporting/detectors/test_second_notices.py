"""A second notice for an old defect is a finding, once per round."""

from tests.builders import asked, said
from tests.unit.complaints.facts import CASE, Teller, a_received_case
from tests.unit.reporting.suspects import a_notice, raised


def test_a_second_notice_for_an_old_defect_is_a_finding(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False, False))
    assert raised(teller) == []
    teller.tell(a_notice(2, False, True, True))
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["about"], finding["state"]) == ("second-notice-for-old-defect", CASE, "open")
    assert finding["finding_no"] == "150424-F2026-000001"
    assert len(finding["evidence"]["old_defects"]) == 2
    sentence = finding["template"].format(**finding["params"])
    assert sentence.startswith(f"Notice 2 of case {CASE} names 2 defects")
    [event] = said(teller.desk, "qidi.finding.raised")
    assert (event.data["finding_no"], event.data["department"]) == ("150424-F2026-000001", "发展改革委")


def test_a_second_notice_for_new_defects_only_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, True), a_notice(2, False))
    assert raised(teller) == []


def test_a_round_that_is_told_again_is_no_second_finding(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), a_notice(2, True))
    teller.tell(a_notice(2, True))
    assert raised(teller) == [("second-notice-for-old-defect", CASE)]


def test_every_further_round_is_a_finding_of_its_own(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), a_notice(3, True))
    assert [about for _, about in raised(teller)] == [CASE, CASE]
