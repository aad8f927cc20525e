"""The accused has a word: stated before a finding is confirmed, judged singly or many at once, reviewed by others."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.reporting.service import switchboard
from tests.builders import MORNING, a_desk, asked, done, said, take, the_clock
from tests.unit.complaints.facts import CASE, Teller, a_case_no, a_received_case
from tests.unit.reporting.suspects import a_notice, raised

ONE = "150424-F2026-000001"
LEADER = {"role": "supervisor", "name": "周正", "department": "督查室"}
OTHER = {"role": "supervisor", "name": "赵敏", "department": "纪检监察组"}
HEAD = {"role": "head", "name": "陈刚", "department": "发展改革委"}
STRANGER = {"role": "head", "name": "孙正", "department": "住建局"}
SETTLE, MANY = "reporting.settle-finding", "reporting.settle-findings"
STATE, REVIEW = "reporting.state-on-finding", "reporting.review-finding"
CONFIRMED = {"finding_no": ONE, "confirmed": True, "reason": "属实"}
SAID = {"finding_no": ONE, "statement": "当日停电，次日补录"}
UPHELD = {"finding_no": ONE, "upheld": True, "reason": "事实清楚"}


def status(teller: Teller, command: str, order: Any, caller: dict[str, str]) -> int:
    reply = take(teller.desk, command, order, **caller).reply
    assert reply is not None
    return int(reply["status"])


def suspected(teller: Teller) -> None:
    """One finding about a case of 发展改革委."""
    teller.tell(a_received_case(), a_notice(1, False), a_notice(2, True))
    assert raised(teller) == [("second-notice-for-old-defect", CASE)]


def test_nothing_is_confirmed_before_the_department_had_its_days(teller: Teller) -> None:
    suspected(teller)
    assert status(teller, SETTLE, CONFIRMED, LEADER) == 409
    # raised on the 16th: the 21st is the last of five days
    the_clock(teller.desk).at = MORNING.replace(day=21, hour=23, minute=59)
    assert status(teller, SETTLE, CONFIRMED, LEADER) == 409
    the_clock(teller.desk).at = MORNING.replace(day=22, hour=0, minute=0)
    assert done(teller.desk, SETTLE, CONFIRMED, **LEADER)["state"] == "confirmed"


def test_once_the_department_has_spoken_it_can_be_confirmed_at_once(teller: Teller) -> None:
    suspected(teller)
    answer = done(teller.desk, STATE, SAID, **HEAD)
    assert (answer["state"], answer["statement"], answer["stated_by"]) == ("open", SAID["statement"], "陈刚@发展改革委")
    assert done(teller.desk, SETTLE, CONFIRMED, **LEADER)["state"] == "confirmed"
    assert [one.data["person"] for one in said(teller.desk, "qidi.finding.stated")] == ["陈刚@发展改革委"]


def test_what_is_dismissed_or_is_nobody_s_fault_waits_for_nobody(teller: Teller) -> None:
    suspected(teller)
    assert status(teller, SETTLE, CONFIRMED | {"confirmed": False}, LEADER) == 200


def test_a_statement_is_the_department_s_own_once_and_while_the_finding_is_open(teller: Teller) -> None:
    suspected(teller)
    assert status(teller, STATE, SAID, STRANGER) == 403
    assert status(teller, STATE, SAID, HEAD) == 200
    assert status(teller, STATE, SAID, HEAD) == 409
    assert status(teller, SETTLE, CONFIRMED, LEADER) == 200
    assert asked(teller.desk, "finding", finding_no=ONE)["statement"] == SAID["statement"]
    assert status(teller, STATE, SAID | {"finding_no": "150424-F2026-000009"}, HEAD) == 404


def confirmed(teller: Teller) -> None:
    suspected(teller)
    done(teller.desk, STATE, SAID, **HEAD)
    done(teller.desk, SETTLE, CONFIRMED, **LEADER)


@pytest.mark.parametrize(("upheld", "state"), [(True, "confirmed"), (False, "overturned")])
def test_a_confirmed_one_is_reviewed_once_by_another_body(teller: Teller, upheld: bool, state: str) -> None:
    confirmed(teller)
    order = UPHELD | {"upheld": upheld}
    assert status(teller, REVIEW, order, LEADER) == 422, "his own body has confirmed it"
    assert status(teller, REVIEW, order, {"role": "supervisor", "name": "张三", "department": "发展改革委"}) == 422
    answer = done(teller.desk, REVIEW, order, **OTHER)
    assert (answer["state"], answer["review"], answer["reviewed_by"]) == (state, "事实清楚", "赵敏@纪检监察组")
    assert status(teller, REVIEW, order, OTHER) == 409
    assert [one.data["upheld"] for one in said(teller.desk, "qidi.finding.reviewed")] == [upheld]


def test_only_a_confirmed_one_is_reviewed(teller: Teller) -> None:
    suspected(teller)
    assert status(teller, REVIEW, UPHELD, OTHER) == 409
    done(teller.desk, SETTLE, CONFIRMED | {"confirmed": False}, **LEADER)
    assert status(teller, REVIEW, UPHELD, OTHER) == 409


def test_a_confirmed_one_counts_after_its_review_or_when_the_time_for_one_is_over(teller: Teller) -> None:
    confirmed(teller)
    answer = asked(teller.desk, "finding", finding_no=ONE)
    assert answer["counts_from"] == "2026-09-27T00:00:00+08:00"
    the_clock(teller.desk).move(days=2)
    assert done(teller.desk, REVIEW, UPHELD, **OTHER)["counts_from"] == "2026-09-18T10:00:00+08:00"


def test_what_is_open_dismissed_or_overturned_counts_never(teller: Teller) -> None:
    suspected(teller)
    assert asked(teller.desk, "finding", finding_no=ONE)["counts_from"] is None
    done(teller.desk, STATE, SAID, **HEAD)
    done(teller.desk, SETTLE, CONFIRMED, **LEADER)
    assert done(teller.desk, REVIEW, UPHELD | {"upheld": False}, **OTHER)["counts_from"] is None


def test_the_days_are_the_authority_s_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDI_STATEMENT_DAYS", "0")
    teller = Teller(a_desk(switchboard(), tmp_path))
    suspected(teller)
    assert status(teller, SETTLE, CONFIRMED, LEADER) == 409, "the day itself is never too much"
    the_clock(teller.desk).at = MORNING.replace(day=17, hour=0)
    assert status(teller, SETTLE, CONFIRMED, LEADER) == 200


def many(teller: Teller, count: int) -> list[str]:
    for number in range(1, count + 1):
        teller.tell(a_received_case(number), recorded_at=MORNING + timedelta(hours=60))
    return [f"150424-F2026-{number:06d}" for number in range(1, count + 1)]


def test_many_are_settled_at_once_with_one_reason(teller: Teller) -> None:
    numbers = many(teller, 5)
    order = {"finding_nos": numbers[1:], "confirmed": False, "reason": "系统切换"}
    answer = done(teller.desk, MANY, order, **LEADER)
    assert [one["finding_no"] for one in answer["items"]] == numbers[1:]
    assert len(asked(teller.desk, "findings", state="dismissed")["items"]) == 4
    assert len(said(teller.desk, "qidi.finding.settled")) == 4


def test_all_or_none_and_every_one_that_does_not_allow_it_is_named(teller: Teller) -> None:
    numbers = many(teller, 3)
    done(teller.desk, SETTLE, {"finding_no": numbers[0], "confirmed": False, "reason": "重复"}, **LEADER)
    order = {"finding_nos": [*numbers, "150424-F2026-000099"], "confirmed": True, "reason": "属实"}
    reply = take(teller.desk, MANY, order, **LEADER).reply
    assert reply is not None
    assert reply["status"] == 422
    # the first is settled, two wait for their department, and the last is unknown
    assert [one["field"] for one in reply["problems"]] == [f"finding_nos.{place}" for place in range(4)]
    assert len(asked(teller.desk, "findings", state="open")["items"]) == 2


def test_the_same_number_twice_is_one_and_none_is_refused(teller: Teller) -> None:
    [number] = many(teller, 1)
    order = {"finding_nos": [number, number], "confirmed": False, "reason": "重复"}
    assert len(done(teller.desk, MANY, order, **LEADER)["items"]) == 1
    assert status(teller, MANY, order | {"finding_nos": []}, LEADER) == 422


def test_the_rules_are_published_with_law_threshold_and_consequence(teller: Teller) -> None:
    published = {one["rule"]: one for one in asked(teller.desk, "finding_rules")["items"]}
    assert all(one["title"] and one["what"] and one["law"] and one["consequence"] for one in published.values())
    assert (published["late-entry"]["threshold"], published["late-entry"]["setting"]) == (48.0, "QIDI_LATE_ENTRY_HOURS")
    assert published["unlawful-pause"]["threshold"] is None


def test_what_comes_after_a_persons_word_is_a_finding_of_its_own(teller: Teller) -> None:
    """A history in bulk is one finding; after that was dismissed, the next late entry does not hide in it."""
    late = MORNING + timedelta(days=200)
    teller.tell(a_received_case(1, channel="import"), recorded_at=late)
    done(teller.desk, SETTLE, {"finding_no": ONE, "confirmed": False, "reason": "历史数据"}, **LEADER)
    teller.tell(a_notice(1, False), recorded_at=late)
    teller.tell(a_notice(2, False), recorded_at=late)
    found = asked(teller.desk, "findings", rule="late-entry")["items"]
    assert [(one["state"], len(one["evidence"]["entries"])) for one in found] == [("open", 2), ("dismissed", 1)]


def test_an_import_after_a_persons_word_on_the_first_is_a_finding_of_its_own(teller: Teller) -> None:
    teller.tell(a_received_case(1, channel="import", unconfirmed=True))
    done(teller.desk, SETTLE, {"finding_no": ONE, "confirmed": False, "reason": "历史数据"}, **LEADER)
    teller.tell(a_received_case(2, channel="import", unconfirmed=True))
    teller.tell(a_received_case(3, channel="import", unconfirmed=True))
    found = asked(teller.desk, "findings", rule="taken-over")["items"]
    assert [(one["state"], one["evidence"]["case_nos"]) for one in found] == [
        ("open", [a_case_no(2), a_case_no(3)]),
        ("dismissed", [a_case_no(1)]),
    ]
