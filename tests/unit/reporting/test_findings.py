"""A suspected breach is raised once, with its evidence, and settled once, by a person with a reason."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.contracts.cases import (
    CaseAccepted,
    CaseDeemedAccepted,
    CaseGranted,
    CaseNoted,
    CorrectionRequested,
)
from services.contracts.clocks import LightChanged
from services.contracts.complaints import ComplaintRegistered
from services.contracts.forwarding import ForwardUnclaimed
from services.contracts.vocabulary import ComplaintKind, Light, Urgency
from services.reporting.service import BOARD, switchboard
from tests.builders import MORNING, a_desk, asked, done, refused, said, take
from tests.unit.complaints.facts import CASE, WANG, Teller, a_case_no, a_defect_told, a_received_case

SUPERVISOR = {"role": "supervisor", "name": "周正", "department": "督查室"}
SETTLE = "reporting.settle-finding"


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return Teller(a_desk(BOARD, tmp_path))


def a_notice(round: int, *old: bool) -> CorrectionRequested:
    defects = tuple(a_defect_told(one) for one in old)
    return CorrectionRequested(case_no=CASE, handler=WANG, round=round, defects=defects)


def a_complaint(check: str = "no-case-exists") -> ComplaintRegistered:
    facts: dict[str, Any] = {"kind": ComplaintKind.BLOCKED, "urgency": Urgency.GENERAL, "check": check}
    number = "150424-T2026-000001"
    return ComplaintRegistered(complaint_no=number, channel="12345", place="林西镇", department="住建局", **facts)


def rules(teller: Teller) -> list[tuple[str, str]]:
    found = asked(teller.desk, "findings")["items"]
    return [(one["rule"], one["about"]) for one in reversed(found)]


def test_a_second_notice_for_an_old_defect_is_a_finding(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False, False))
    assert rules(teller) == []
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
    assert rules(teller) == []


def test_a_round_that_is_told_again_is_no_second_finding(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), a_notice(2, True))
    teller.tell(a_notice(2, True))
    assert rules(teller) == [("second-notice-for-old-defect", CASE)]


def test_every_further_round_is_a_finding_of_its_own(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), a_notice(3, True))
    assert [about for _, about in rules(teller)] == [CASE, CASE]


def test_a_complaint_without_a_case_is_a_finding_and_one_with_a_case_is_none(teller: Teller, tmp_path: Path) -> None:
    teller.tell(a_complaint())
    assert rules(teller) == [("complaint-without-case", "150424-T2026-000001")]
    (tmp_path / "other").mkdir()
    other = Teller(a_desk(BOARD, tmp_path / "other"))
    other.tell(a_complaint("case-found"))
    assert rules(other) == []


def a_light_of_a_list(light: Light) -> LightChanged:
    about = "catalogue/150000/2"
    facts: dict[str, Any] = {"clock_id": f"{about}/catalogue_drift/1", "clock_kind": "catalogue_drift", "about": about}
    facts |= {"about_kind": "catalogue", "department": "政务服务局", "turned_at": MORNING, "due_on": MORNING.date()}
    return LightChanged(light=light, **facts)


def test_a_list_from_above_that_nobody_adopted_in_time_is_a_finding(teller: Teller) -> None:
    teller.tell(a_light_of_a_list(Light.YELLOW))
    assert rules(teller) == []
    teller.tell(a_light_of_a_list(Light.RED))
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["about"], finding["department"]) == (
        "catalogue-drift",
        "catalogue/150000/2",
        "政务服务局",
    )
    sentence = finding["template"].format(**finding["params"])
    assert sentence == "Version 2 of the list of matters published by 150000 was not adopted by 2026-09-16."


def test_every_word_about_a_case_that_was_lost_is_a_finding(teller: Teller) -> None:
    for number, word in enumerate(("acknowledged", "decided"), start=1):
        facts = {"case_no": CASE, "by": "150400", "round": 1, "word": word, "superior_case_no": "150400-2026-000009"}
        teller.tell(ForwardUnclaimed.model_validate(facts))
        assert rules(teller) == [("lost-case", CASE)] * number
    told = asked(teller.desk, "findings")["items"][0]
    assert told["template"].format(**{"about": told["about"], **told["params"]}) == (
        f"赤峰市 speaks of a case {CASE} that is not on record here."
    )
    assert told["evidence"]["superior_case_no"] == "150400-2026-000009"


@pytest.mark.parametrize(("hours", "findings"), [(47, 0), (48, 0), (49, 1)])
def test_what_is_recorded_long_after_it_happened_is_a_finding(teller: Teller, hours: int, findings: int) -> None:
    teller.tell(a_received_case(), recorded_at=MORNING + timedelta(hours=1))
    teller.tell(CaseAccepted(case_no=CASE, handler=WANG), recorded_at=MORNING + timedelta(hours=hours))
    assert rules(teller) == [("late-entry", CASE)] * findings


def test_each_late_entry_at_the_window_is_a_finding_of_its_own(teller: Teller) -> None:
    late = MORNING + timedelta(days=5)
    teller.tell(a_received_case(), CaseAccepted(case_no=CASE, handler=WANG), recorded_at=late)
    assert rules(teller) == [("late-entry", CASE)] * 2


def test_a_history_taken_over_in_bulk_is_one_finding_a_case_that_lists_it_all(teller: Teller) -> None:
    late = MORNING + timedelta(days=200)
    teller.tell(
        a_received_case(1, channel="import"),
        CaseAccepted(case_no=CASE, handler=WANG),
        a_received_case(2, channel="import"),
        recorded_at=late,
    )
    teller.tell(CaseGranted(case_no=CASE, handler=WANG), recorded_at=late)
    assert rules(teller) == [("late-entry", CASE), ("late-entry", a_case_no(2))]
    finding = asked(teller.desk, "finding", finding_no="150424-F2026-000001")
    assert [one["type"].split(".")[2] for one in finding["evidence"]["entries"]] == ["received", "accepted", "granted"]
    assert finding["template"].format(**finding["params"]).startswith("3 entries")
    assert len(said(teller.desk, "qidi.finding.raised")) == 2


def test_notes_and_what_the_law_deems_are_nobody_s_late_entry(teller: Teller) -> None:
    late = MORNING + timedelta(days=5)
    teller.tell(a_received_case())
    deemed = CaseDeemedAccepted(case_no=CASE, handler=WANG, effective_on=MORNING.date(), clock_id=f"{CASE}/n/1")
    teller.tell(deemed, CaseNoted(case_no=CASE, handler=WANG, note="电话"), recorded_at=late)
    assert rules(teller) == []


def test_the_thresholds_are_the_authority_s_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDI_LATE_ENTRY_HOURS", "2")
    monkeypatch.setenv("QIDI_SECOND_NOTICE_ROUND", "3")
    teller = Teller(a_desk(switchboard(), tmp_path))
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), recorded_at=MORNING + timedelta(hours=1))
    assert rules(teller) == []
    teller.tell(a_notice(3, True), recorded_at=MORNING + timedelta(hours=3))
    assert sorted(rule for rule, _ in rules(teller)) == ["late-entry", "second-notice-for-old-defect"]


def test_hearing_a_fact_twice_raises_a_finding_once(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), a_complaint())
    teller.desk.take_events(teller.told)
    assert len(rules(teller)) == 2
    assert len(said(teller.desk)) == 2


def test_a_person_settles_a_finding_once_with_a_reason(teller: Teller) -> None:
    teller.tell(a_complaint())
    order = {"finding_no": "150424-F2026-000001", "confirmed": False, "reason": "项目在另一旗县"}
    answer = done(teller.desk, SETTLE, order, **SUPERVISOR)
    assert (answer["state"], answer["settled_by"], answer["reason"]) == ("dismissed", "周正@督查室", "项目在另一旗县")
    [event] = said(teller.desk, "qidi.finding.settled")
    assert (event.data["confirmed"], event.data["person"], event.sequence) == (False, "周正@督查室", 2)
    ruling = take(teller.desk, SETTLE, order | {"confirmed": True}, **SUPERVISOR)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 409
    assert asked(teller.desk, "finding", finding_no="150424-F2026-000001")["state"] == "dismissed"


def test_a_bad_settlement_is_answered_once_with_everything(teller: Teller) -> None:
    wrong = {"finding_no": "150424-F2026-000009", "confirmed": "perhaps", "reason": " "}
    assert set(refused(teller.desk, SETTLE, wrong)) == {"finding_no", "confirmed", "reason", "actor"}
    ruling = take(teller.desk, SETTLE, wrong | {"confirmed": True, "reason": "属实"}, **SUPERVISOR)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 404
    assert teller.desk.answer("finding", {"finding_no": "x"})["status"] == 404


@pytest.mark.parametrize("body", [{}, [], "text", None])
@pytest.mark.parametrize("command", [SETTLE, "reporting.freeze-month"])
def test_nonsense_is_refused_and_never_a_failure(teller: Teller, command: str, body: object) -> None:
    ruling = take(teller.desk, command, body, role="supervisor")
    assert ruling.reply is not None
    assert ruling.reply["status"] == 422


def test_findings_are_listed_newest_first_by_page_and_filter(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), a_notice(3, True), a_complaint())
    first = asked(teller.desk, "findings", limit=2)
    second = asked(teller.desk, "findings", limit=2, cursor=first["next"])
    numbers = [one["finding_no"][-1] for one in first["items"] + second["items"]]
    assert (numbers, second["next"]) == (["3", "2", "1"], None)
    assert len(asked(teller.desk, "findings", rule="complaint-without-case")["items"]) == 1
    assert len(asked(teller.desk, "findings", department="发展改革委", state="open")["items"]) == 2
    assert asked(teller.desk, "findings", state="confirmed")["items"] == []
    reply = teller.desk.answer("findings", {"rule": "hunch", "state": "lost", "limit": 0})
    assert {one["field"] for one in reply["problems"]} == {"rule", "state", "limit"}
