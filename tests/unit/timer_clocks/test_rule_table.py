"""Clock rules that are data alone: planted facts start and stop each clock, and a wrong row stops the start."""

from typing import Any

import pytest

from services.contracts.vocabulary import ClockKind, SubjectKind, Urgency
from services.timer import soundness
from services.timer.calendar import state_council
from services.timer.derivation import derive
from services.timer.domain import LegalClock, Occurrence
from services.timer.limits import CalendarDays, Hours, Limit, WorkingDays
from services.timer.rule_table import ALL, IN_FORCE, ROWS, in_force, read
from services.timer.rules import RULES
from services.timer.service import _HEARD
from tests.unit.timer_clocks.story import at


def clocks(
    *facts: tuple[Any, ...],
    about: SubjectKind = SubjectKind.CASE,
    as_of: str = "12-31 00:00",
    rules: Any = ALL,
    **receipt: Any,
) -> dict[str, LegalClock]:
    """The clocks that follow from planted facts: (what, when, perhaps the limit that it gives)."""
    heard = [
        Occurrence(
            about, "x", number, what, at(when), at(when), limit=limit[0] if limit else None,
            **(receipt if number == 1 else {}),
        )
        for number, (what, when, *limit) in enumerate(facts, start=1)
    ]  # fmt: skip
    found = derive(heard, state_council(), at(as_of), rules)
    return {clock.kind: clock for clock in found}


RECEIVED = ("case.received", "09-14 09:00")


@pytest.mark.parametrize(
    ("kind", "facts", "due_on", "stopped"),
    [
        ("publication",
         [("case.publication-owed", "09-15 10:00"), ("case.published", "09-20 10:00")], "2026-09-23", 20),
        ("report_back", [("case.regulator-told", "09-15 10:00"), ("case.regulator-answered", "09-21 10:00")],
         "2026-09-29", 21),
        ("first_return_call", [("case.first-returned", "09-15 10:00"), ("case.return-called", "09-16 10:00")],
         "2026-09-16", 16),
        ("hearing_request", [("case.hearing-right-told", "09-15 10:00"), ("case.hearing-asked", "09-17 10:00")],
         "2026-09-21", 17),
        ("hearing", [("case.hearing-asked", "09-01 10:00"), ("case.hearing-held", "09-21 10:00")], "2026-09-29", 21),
    ],
)  # fmt: skip
def test_a_row_starts_and_stops_its_clock(kind: str, facts: list[Any], due_on: str, stopped: int) -> None:
    found = clocks(("case.received", "09-01 09:00"), *facts)[kind]
    assert (str(found.due_on), found.stopped_at and found.stopped_at.day, found.on_time) == (due_on, stopped, True)


def test_the_examination_below_has_twenty_working_days_and_forwarding_its_seven_within() -> None:
    facts = [RECEIVED, ("case.accepted", "09-15 10:00")]
    above, here = clocks(*facts, decided_above=True), clocks(*facts)
    assert [str(above[kind].due_on) for kind in ("forward", "preliminary_review")] == ["2026-09-22", "2026-10-19"]
    assert "preliminary_review" not in here
    ended = clocks(*facts, ("case.forward-acknowledged", "09-22 10:00"), decided_above=True)
    assert ended["preliminary_review"].outcome == "forward-acknowledged"


def test_it_stands_still_for_a_special_procedure_as_every_pausable_row_does() -> None:
    facts = [RECEIVED, ("case.accepted", "09-15 10:00"), ("case.procedure-begun", "09-16 10:00", WorkingDays(5))]
    assert clocks(*facts, decided_above=True)["preliminary_review"].is_paused
    ended = clocks(*facts, ("case.procedure-ended", "09-18 10:00"), decided_above=True)["preliminary_review"]
    assert str(ended.due_on) == "2026-10-21"


def test_the_statutory_limit_runs_beside_the_promised_one_and_is_extended_with_it() -> None:
    facts = [RECEIVED, ("case.accepted", "09-14 10:00"), ("case.statutory-limit-told", "09-14 10:00", WorkingDays(20))]
    both = clocks(*facts)
    assert str(both["statutory_decision"].due_on) == "2026-10-16"
    longer = clocks(*facts, ("case.extended", "09-30 10:00", WorkingDays(10)))
    assert str(longer["statutory_decision"].due_on) == "2026-10-30"
    too_late = clocks(*facts, ("case.extended", "10-17 00:00", WorkingDays(10)))
    assert str(too_late["statutory_decision"].due_on) == "2026-10-16"


@pytest.mark.parametrize("urgency", Urgency)
def test_only_a_complex_complaint_needs_a_plan_within_48_hours(urgency: Urgency) -> None:
    facts = [("complaint.registered", "09-18 10:00"), ("complaint.planned", "09-19 10:00")]
    found = clocks(*facts, about=SubjectKind.COMPLAINT, urgency=urgency)
    assert ("complaint_plan" in found) == (urgency is Urgency.COMPLEX)
    if plan := found.get("complaint_plan"):
        assert (plan.due_at, plan.due_on, plan.on_time) == (at("09-20 10:00"), None, True)


@pytest.mark.parametrize(
    ("urgency", "more", "due"),
    [(Urgency.GENERAL, WorkingDays(5), "2026-09-29"), (Urgency.URGENT, Hours(24), "2026-09-17")],
)
def test_the_answer_to_a_complaint_is_extended_once_in_its_own_unit(urgency: Urgency, more: Limit, due: str) -> None:
    registered = ("complaint.registered", "09-15 10:00")
    extended = ("complaint.extended", "09-15 20:00", more)
    found = clocks(registered, extended, extended, about=SubjectKind.COMPLAINT, urgency=urgency)["complaint_answer"]
    assert found.due_at is not None
    assert str(found.due_on or found.due_at.date()) == due


@pytest.mark.parametrize(
    ("kind", "start", "stop"),
    [("project_approval", "project.approve-by-set", "project.approved"),
     ("whole_process", "project.initiated", "project.completed")],
)  # fmt: skip
def test_a_project_has_clocks_of_its_own(kind: str, start: str, stop: str) -> None:
    begun = (start, "09-15 10:00", CalendarDays(30))
    found = clocks(begun, (stop, "10-01 10:00"), about=SubjectKind.PROJECT)
    assert (list(found), str(found[kind].due_on), found[kind].open) == ([kind], "2026-10-15", False)
    assert clocks(begun, about=SubjectKind.PROJECT)[kind].open


def test_a_row_that_waits_for_facts_lies_idle_until_they_are_told() -> None:
    waiting = {rule.kind for rule in ALL if rule.awaits}
    assert waiting & {rule.kind for rule in IN_FORCE} == set()
    assert {ClockKind.HEARING, ClockKind.PUBLICATION} <= waiting
    assert ClockKind.PRELIMINARY_REVIEW in {rule.kind for rule in IN_FORCE}
    assert "publication" not in clocks(RECEIVED, ("case.publication-owed", "09-15 10:00"), rules=IN_FORCE)


def test_once_its_facts_are_told_the_start_says_that_the_row_counts() -> None:
    soundness.check(ALL, _HEARD)
    with pytest.raises(soundness.UnsoundRules, match="publication: it waits for facts that are all told"):
        soundness.check(ALL, _HEARD | {"case.publication-owed", "case.published"})


def test_everything_that_is_wrong_in_the_rows_is_told_at_once() -> None:
    good = ROWS.read_text(encoding="utf-8")
    wrong = """
[[rules]]
kind = "hearing"
abuot = "case"
[[rules]]
kind = "dreamt"
about = "case"
starts = ["case.received"]
stops = ["case.granted"]
limit = { weeks = 2 }
pausable = false
law = "x"
"""
    with pytest.raises(soundness.UnsoundRules) as raised:
        read(good + wrong)
    told = " ".join(raised.value.faults)
    for part in ("about is missing", "abuot is no column", "'dreamt' is not a valid ClockKind"):
        assert part in told
    with pytest.raises(soundness.UnsoundRules, match="limit"):
        read(wrong.split("[[rules]]")[0] + "[[rules]]" + wrong.split("[[rules]]")[2].replace("dreamt", "hearing"))
    with pytest.raises(soundness.UnsoundRules, match=r"rules\.toml"):
        read("[[rules")


def test_a_new_row_counts_without_a_line_of_code() -> None:
    row = """
[[rules]]
kind = "publication"
about = "case"
starts = ["case.granted"]
stops = ["case.delivered"]
limit = { calendar_days = 3 }
pausable = false
law = "本级承诺"
"""
    table = (*RULES, *in_force(read(row)))
    soundness.check(table, _HEARD)
    found = clocks(RECEIVED, ("case.granted", "09-15 10:00"), rules=table)["publication"]
    assert (str(found.due_on), found.open) == ("2026-09-18", True)
