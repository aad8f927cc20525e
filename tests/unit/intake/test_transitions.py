"""The life of a case: no order of commands leads it along a way that the table does not list."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.contracts.cases import CaseFact
from services.contracts.clocks import LightChanged
from services.contracts.states import KINDS_OF_0_1_0, state_told
from services.contracts.vocabulary import CaseState, Light, StepKind
from services.intake.service import BOARD
from services.intake.steps import BY_NUMBER, DEEM_ACCEPTED, DEFICIENCY_BREACHED, RECEIVE, RULES, meant, state_after
from tests.builders import (
    LI,
    MORNING,
    WANG,
    a_case,
    a_desk,
    a_project,
    a_step,
    an_event,
    asked,
    done,
    everything,
    name_people,
    said,
    take,
    the_clock,
)
from tests.laws import examples

#: States that version 0.1.0 did not know, so that none of its facts leads there.
UNKNOWN_THEN = {
    *(CaseState.ACCEPTED_WITH_DEFICIENCIES, CaseState.GRANTED_WITH_DEFICIENCIES, CaseState.GRANTED_ON_COMMITMENT),
    *(CaseState.REVOKED, CaseState.PERMIT_WITHDRAWN, CaseState.ENDED_WITH_PROJECT),
}


class LifeOfACase(RuleBasedStateMachine):
    """Commands of all kinds at all times, and clocks that run out, against one case."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="qidi-intake-"))
        self.desk = a_desk(BOARD, self.folder)
        self.case_no = ""
        self.rung = 0

    @initialize()
    def receive(self) -> None:
        name_people(self.desk, WANG, LI)
        done(self.desk, "intake.register-project", a_project())
        self.case_no = done(self.desk, "intake.receive-case", a_case())["case_no"]

    @rule(step=st.sampled_from(StepKind), whole=st.booleans(), hours=st.integers(-30, 3), by_number=st.booleans())
    def send(self, step: StepKind, whole: bool, hours: int, by_number: bool) -> None:
        """A step, sometimes without what it must say, sometimes early or late, by word or by number."""
        at = the_clock(self.desk).at + timedelta(hours=hours)
        order = a_step(self.case_no, step.value if whole else None, step=step.value, occurred_at=at.isoformat())
        if by_number and (number := RULES[step].blzt) is not None and BY_NUMBER[number] is step:
            del order["step"]
            order["blzt"] = number
        was, before = asked(self.desk, "case", case_no=self.case_no), everything(self.desk)
        if by_number:
            step = meant(step, CaseState(was["state"]))
        ruling = take(self.desk, "intake.take-step", order)
        assert ruling.reply is not None
        if ruling.reply["status"] != 200:
            assert ruling.reply["problems"]
            assert everything(self.desk) == before
            return
        assert step.value in was["allowed_steps"]
        now = asked(self.desk, "case", case_no=self.case_no)
        assert now["state"] == state_after(step, CaseState(was["state"])).value
        assert now["steps"][:-1] == was["steps"]

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        the_clock(self.desk).move(hours=hours)

    @rule()
    def run_out(self) -> None:
        """The clock of the one-time notice of the current round turns red."""
        was, self.rung = asked(self.desk, "case", case_no=self.case_no), self.rung + 1
        clock = LightChanged(
            clock_id=f"{self.case_no}/one_time_notice/{was['round'] + 1}-{self.rung}",
            clock_kind="one_time_notice",
            about_kind="case",
            about=self.case_no,
            department="发展改革委",
            light=Light.RED,
            turned_at=the_clock(self.desk).at,
            due_on=(MORNING - timedelta(days=1)).date(),
        )
        self.desk.take_events([an_event(clock, service="timer")])
        open_before = was["state"] in {"received", "correction-requested", "correction-completed"}
        now = asked(self.desk, "case", case_no=self.case_no)
        assert now["state"] == ("deemed-accepted" if open_before else was["state"])

    @rule()
    def material_never_comes(self) -> None:
        """The clock of the first missing material turns red: a breach, once, and the case stands where it stood."""
        was, self.rung = asked(self.desk, "case", case_no=self.case_no), self.rung + 1
        clock = LightChanged(
            clock_id=f"{self.case_no}/deficiency/1",
            clock_kind="deficiency",
            about_kind="case",
            about=self.case_no,
            department="发展改革委",
            light=Light.RED,
            turned_at=the_clock(self.desk).at,
            due_on=(MORNING - timedelta(days=1)).date(),
        )
        self.desk.take_events([an_event(clock, service="timer")])
        now = asked(self.desk, "case", case_no=self.case_no)
        assert now["state"] == was["state"]
        open_before = [one for one in was["missing"] if one["supplied_at"] is None and one["breached_at"] is None]
        breached = len(now["steps"]) - len(was["steps"])
        assert breached == (1 if any(one["number"] == 1 for one in open_before) else 0)

    @invariant()
    def undertakings_follow_from_the_history(self) -> None:
        """A permit with deficiencies had some, one on a commitment has it, and what came in is not still missing."""
        if not self.case_no:
            return
        case = asked(self.desk, "case", case_no=self.case_no)
        steps = [one["step"] for one in case["steps"]]
        still = [one for one in case["missing"] if one["supplied_at"] is None]
        assert len(case["missing"]) - len(still) == steps.count(StepKind.SUPPLY_MATERIAL)
        assert (case["commitment"] is not None) == (StepKind.GRANT_ON_COMMITMENT in steps)
        if case["state"] == CaseState.GRANTED_WITH_DEFICIENCIES:
            assert case["missing"]
        if case["state"] == CaseState.GRANTED:
            assert not still

    @invariant()
    def the_history_explains_the_state(self) -> None:
        if not self.case_no:
            return
        case, state = asked(self.desk, "case", case_no=self.case_no), CaseState.RECEIVED
        for one in case["steps"]:
            if one["step"] == DEEM_ACCEPTED:
                state = CaseState.DEEMED_ACCEPTED
            elif one["step"] not in (RECEIVE, DEFICIENCY_BREACHED):
                assert state in RULES[StepKind(one["step"])].allowed_from
                state = state_after(StepKind(one["step"]), state)
            assert one["handler"]["name"]
        assert case["state"] == state.value

    @invariant()
    def every_fact_says_the_state_and_one_without_it_means_the_same(self) -> None:
        if not self.case_no:
            return
        state = ""
        for one in said(self.desk, "qidi.case."):
            fact = one.event()
            assert isinstance(fact, CaseFact)
            if type(fact) in KINDS_OF_0_1_0 and fact.state not in UNKNOWN_THEN:
                meant = state_told(fact.model_copy(update={"state": None}), state)
                assert fact.state == (meant or state)
            state = fact.state or ""
        assert state == asked(self.desk, "case", case_no=self.case_no)["state"]

    @invariant()
    def numbers_are_those_of_the_standard(self) -> None:
        if self.case_no:
            assert asked(self.desk, "case", case_no=self.case_no)["blzt"] in {1, *BY_NUMBER}

    def teardown(self) -> None:
        self.desk.engine.dispose()
        shutil.rmtree(self.folder)


TestLifeOfACase = LifeOfACase.TestCase
TestLifeOfACase.settings = settings(max_examples=examples(20), stateful_step_count=20, deadline=None)
