"""Striking off: only finished lines, on evidence, by somebody with a name, and on the record."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.contracts import cases
from services.contracts.vocabulary import CaseState
from services.ledger.canonical import canonical_bytes
from services.ledger.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import (
    ASKS,
    MORNING,
    WANG,
    a_desk,
    asked,
    done,
    everything,
    refused,
    said,
    take,
    the_clock,
)
from tests.unit.ledger_service.facts import Said, a_finished_case, a_step, number, received, tell

ORDER = "ledger.strike-off"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = a_desk(BOARD, tmp_path)
    tell(desk, *a_finished_case(Said()))
    the_clock(desk).move(days=5)
    yield desk
    desk.engine.dispose()


def a_strike_off(**changes: Any) -> dict[str, Any]:
    return {"case_no": number(1), "evidence": "送达回证 2026-17 号", "actor": WANG} | changes


def test_a_finished_line_is_struck_off_and_leaves_the_list(desk: Desk) -> None:
    assert done(desk, ORDER, a_strike_off()) == {"case_no": number(1), "struck_on": "2026-09-21"}
    assert asked(desk, "lines", state="closed")["items"] == []
    (line,) = asked(desk, "lines", state="struck")["items"]
    assert (line["struck_on"], line["closed_on"], line["light"]) == ("2026-09-21", "2026-09-17", "done")
    assert asked(desk, "summary")["struck"] == 1


def test_what_is_said_about_it_is_the_very_entry_that_is_recorded(desk: Desk) -> None:
    own = {"name": "赵敏", "department": "督查室"}
    done(desk, ORDER, a_strike_off(actor=own), role="supervisor", token_id="s1", **own)
    with desk.engine.connect().execution_options(reading=True) as connection:
        stem = {"stem": "qidi.line.struck-off"}
        entry = connection.execute(text("SELECT idx, body FROM entries WHERE stem = :stem"), stem).one()
        out = connection.execute(text("SELECT body FROM outbox WHERE routing_key = 'qidi.line.struck-off.v1'")).one()
    assert entry.idx == 5
    assert bytes(entry.body) == canonical_bytes(json.loads(bytes(out.body)))
    (told,) = said(desk, "qidi.line.struck-off")
    assert told.data == {"case_no": number(1), "evidence": "送达回证 2026-17 号", "person": own}
    assert told.actor == "赵敏@督查室"
    assert told.causationid
    assert told.caller == "supervisor/token/s1/赵敏@督查室"
    assert said(desk, "qidi.ledger.extended")[-1].data["size"] == 6
    assert asked(desk, "timeline", case_no=number(1))["items"][-1]["type"] == "qidi.line.struck-off.v1"


def test_it_is_not_struck_off_twice(desk: Desk) -> None:
    done(desk, ORDER, a_strike_off())
    before = everything(desk)
    ruling = take(desk, ORDER, a_strike_off())
    assert ruling.reply is not None
    assert ruling.reply["status"] == 409
    assert ruling.reply["problems"][0]["template"] == "Case {case_no} was struck off on {day}."
    assert ruling.reply["problems"][0]["params"] == {"case_no": number(1), "day": "2026-09-21"}
    assert everything(desk) == before


def test_the_same_order_again_gets_the_same_answer_and_one_entry(desk: Desk) -> None:
    order = json.dumps({"id": "k-1", "command": ORDER, "data": a_strike_off(), "caller": ASKS[ORDER]}).encode()
    first, again = desk.take_commands([order])[0], desk.take_commands([order])[0]
    assert first.reply == again.reply
    assert asked(desk, "head")["size"] == 6


@pytest.mark.parametrize(
    "kind", [cases.CaseAccepted, cases.CaseReviewBegun, cases.CaseGranted, cases.CorrectionCompleted]
)
def test_a_line_of_a_case_that_is_not_finished_stays(desk: Desk, kind: type[cases.CaseFact]) -> None:
    say = Said()
    tell(desk, say(received(2)), say(a_step(kind, 2)))
    ruling = take(desk, ORDER, a_strike_off(case_no=number(2)))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 409
    assert [problem["field"] for problem in ruling.reply["problems"]] == ["case_no"]
    (params,) = (problem["params"] for problem in ruling.reply["problems"])
    # a msgid, so that whoever reads it does so in his own language
    assert params["state"] in {state.msgid for state in CaseState}


@pytest.mark.parametrize(
    "kind",
    [
        cases.CaseDelivered,
        cases.CaseNotRequired,
        cases.CaseAcceptanceRefused,
        cases.CaseWithdrawn,
        cases.CaseWithdrawnBeforeAcceptance,
    ],
)
def test_a_line_of_a_finished_case_can_be_struck_off(desk: Desk, kind: type[cases.CaseFact]) -> None:
    say = Said()
    tell(desk, say(received(2)), say(a_step(kind, 2)))
    assert done(desk, ORDER, a_strike_off(case_no=number(2)))["case_no"] == number(2)


def test_there_must_be_such_a_case(desk: Desk) -> None:
    ruling = take(desk, ORDER, a_strike_off(case_no=number(99)))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 404


def test_everything_that_is_wrong_is_said_at_once_and_nothing_changes(desk: Desk) -> None:
    before = everything(desk)
    later = (the_clock(desk).now() + timedelta(days=1)).isoformat()
    problems = refused(
        desk, ORDER, {"case_no": number(1), "evidence": "  ", "occurred_at": later, "extra": 1}, role="supervisor"
    )
    assert set(problems) == {"evidence", "occurred_at", "extra", "actor"}
    problems = refused(desk, ORDER, {"case_no": number(99)}, role="supervisor")
    assert set(problems) == {"evidence", "case_no", "actor"}
    assert set(refused(desk, ORDER, {"evidence": "送达回证", "actor": WANG})) == {"case_no"}
    assert everything(desk) == before


def test_it_cannot_be_struck_off_before_it_was_finished(desk: Desk) -> None:
    problems = refused(desk, ORDER, a_strike_off(occurred_at="2026-09-16T00:00"))
    assert problems == {"occurred_at": "The case was finished on 2026-09-17; it cannot be struck off before."}


def test_a_handler_strikes_off_in_his_own_name_only(desk: Desk) -> None:
    assert set(refused(desk, ORDER, a_strike_off(), role="handler", name="李强", department="发展改革委")) == {"actor"}
    done(desk, ORDER, a_strike_off(actor=None), role="handler", name="李强", department="发展改革委")
    assert said(desk, "qidi.line.struck-off")[0].data["person"]["name"] == "李强"


def test_a_struck_line_stays_struck_when_late_facts_come_in(desk: Desk) -> None:
    done(desk, ORDER, a_strike_off())
    say = Said()
    for body in a_finished_case(say):
        assert body  # the sequences of this case and its clock go on from here
    tell(desk, say(a_step(cases.CaseNoted, note="回访")), say(a_step(cases.CaseDelivered)))
    (line,) = asked(desk, "lines", state="struck")["items"]
    assert line["closed_on"] == "2026-09-17"


@pytest.mark.parametrize(
    ("role", "department"),
    [
        ("handler", "住建局"),
        ("head", "住建局"),
        ("window", "发展改革委"),
        ("partner", "发展改革委"),
        ("admin", "发展改革委"),
        ("ops", "发展改革委"),
    ],
)
def test_only_the_department_of_the_case_and_supervisors_strike_off(desk: Desk, role: str, department: str) -> None:
    before = everything(desk)
    own = {"name": "周婷", "department": department}
    for evidence in ("送达回证 2026-17 号", "  "):
        ruling = take(desk, ORDER, a_strike_off(actor=own, evidence=evidence), role=role, token_id="x1", **own)
        assert ruling.reply is not None
        assert (ruling.reply["status"], ruling.reply["problems"][0]["field"]) == (403, "case_no")
    assert everything(desk) == before


def test_a_line_whose_end_was_a_mistake_is_on_the_list_again(desk: Desk) -> None:
    done(desk, ORDER, a_strike_off())
    (line,) = asked(desk, "lines", state="struck")["items"]
    facts: dict[str, Any] = {"case_no": number(1), "handler": WANG, "reason": "误操作", "line": 4, "is_void": True}
    slip = cases.EntryCorrected(**facts, entry="qidi.case.refused", entry_at=MORNING, state="under-review")
    again = Said()
    a_finished_case(again)
    tell(desk, again(slip))
    (line,) = asked(desk, "lines", state="open")["items"]
    assert (line["state"], line["struck_on"], line["closed_on"]) == ("under-review", None, None)
