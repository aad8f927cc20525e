"""A suspected breach is raised once, with its evidence, and settled once, by a person with a reason."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.reporting.service import switchboard
from tests.builders import MORNING, a_desk, asked, done, refused, said, take
from tests.unit.complaints.facts import Teller, a_received_case
from tests.unit.reporting.suspects import a_complaint, a_notice, raised

SUPERVISOR = {"role": "supervisor", "name": "周正", "department": "督查室"}
SETTLE = "reporting.settle-finding"


def test_the_thresholds_are_the_authority_s_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDI_LATE_ENTRY_HOURS", "2")
    monkeypatch.setenv("QIDI_SECOND_NOTICE_ROUND", "3")
    teller = Teller(a_desk(switchboard(), tmp_path))
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), recorded_at=MORNING + timedelta(hours=1))
    assert raised(teller) == []
    teller.tell(a_notice(3, True), recorded_at=MORNING + timedelta(hours=3))
    assert sorted(rule for rule, _ in raised(teller)) == ["late-entry", "second-notice-for-old-defect"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("QIDI_SECOND_NOTICE_ROUND", "1"), ("QIDI_LATE_ENTRY_HOURS", "0"), ("QIDI_LATE_ENTRY_HOURS", "x")],
)
def test_a_threshold_that_suspects_everybody_or_nothing_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str
) -> None:
    monkeypatch.setenv(setting, value)
    with pytest.raises(ValidationError):
        switchboard()


def test_hearing_a_fact_twice_raises_a_finding_once(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True), a_complaint())
    teller.desk.take_events(teller.told)
    assert len(raised(teller)) == 2
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
