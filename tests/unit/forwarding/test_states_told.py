"""States that facts tell: each is the state of the case where it was said, and one left out is read the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from services.contracts.cases import CaseFact
from services.contracts.states import KINDS_OF_0_1_0, state_told
from services.contracts.vocabulary import CaseState
from services.plumbing.desk import Desk, Ruling
from tests.builders import a_defect, done, said
from tests.unit.forwarding.levels import OWN_MATTER, REGION_MATTER, ZHAO, Levels

pytestmark = pytest.mark.lengthy


class Watched(Desk):
    """An intake that notes, after every message, where the case of each fact stands in its own tables."""

    def __init__(self, plain: Desk) -> None:
        super().__init__(plain.board, plain.engine, plain.clock, plain.authority)
        self.noted: list[tuple[CaseFact, str]] = []
        self._seen: set[str] = set()

    def take_commands(self, bodies: Sequence[bytes]) -> list[Ruling]:
        taken = super().take_commands
        return [self._note(taken([body])[0]) for body in bodies]

    def take_events(self, bodies: Sequence[bytes]) -> list[Ruling]:
        taken = super().take_events
        return [self._note(taken([body])[0]) for body in bodies]

    def _note(self, ruling: Ruling) -> Ruling:
        with self.engine.connect().execution_options(reading=True) as connection:
            states = {row.case_no: row.state for row in connection.execute(text("SELECT case_no, state FROM cases"))}
        for envelope in said(self, "qidi.case."):
            if envelope.id not in self._seen:
                self._seen.add(envelope.id)
                fact = envelope.event()
                assert isinstance(fact, CaseFact)
                self.noted.append((fact, states[fact.case_no]))
        return ruling


def _steps(levels: Levels, case_no: str, *steps: str, **changes: Any) -> None:
    for step in steps:
        # the lists of both matters ask for a part of it
        named = {"defects": [a_defect("项目申请报告和勘测定界图")]} if step == "request-correction" else {}
        levels.banner.step(case_no, step, **named, **changes)


def _at_city(levels: Levels, case_no: str) -> str:
    return str(levels.city.opened_from(case_no)["case_no"])


def _forwarded(levels: Levels, matter: str = "NM-007") -> str:
    case_no = levels.receive(matter)
    levels.banner.step(case_no, "forward")
    return case_no


def decided_here(levels: Levels) -> None:
    case_no = levels.receive(OWN_MATTER)
    _steps(levels, case_no, "note", "request-correction", "complete-correction", "reassign")
    _steps(levels, case_no, "accept", "begin-review", note="材料由代办员送达")
    _steps(levels, case_no, "begin-procedure", "end-procedure")
    _steps(levels, case_no, "grant", "deliver")
    parked = levels.receive(OWN_MATTER)
    _steps(levels, parked, "request-correction", given={"amount": 1})
    levels.until("2026-09-24T01:00")
    _steps(levels, parked, "give-up", reason="逾期未补正")
    for last in ("refuse-acceptance", "not-required", "withdraw-before-acceptance"):
        _steps(levels, levels.receive(OWN_MATTER), last)
    for last in ("refuse", "withdraw"):
        _steps(levels, levels.receive(OWN_MATTER), "accept", last)


def undertaken_and_taken_back(levels: Levels) -> None:
    """Something is still missing, a commitment is checked, a permit is taken back, a project is removed."""
    _steps(levels, levels.receive(OWN_MATTER), "accept-with-deficiencies", "grant-with-deficiencies", "supply-material")
    _steps(levels, levels.receive("NM-019"), "accept", "grant-on-commitment", "check-commitment")
    for last in ("revoke", "withdraw-permit", "cancel-permit"):
        _steps(levels, levels.receive(OWN_MATTER), "accept", "grant", last)
    ended = levels.receive(OWN_MATTER)
    removal = {"library": "removed", "reason": "不合规", "look_back_on": "2026-12-01"}
    code = levels.banner.case(ended)["project_code"]
    who = {"role": "supervisor", "token_id": "leader", "name": "周正", "department": "督查室"}
    done(levels.banner.intake, "intake.move-project", {"project_code": code} | removal, **who)
    _steps(levels, ended, "end-with-project", reason="项目已移除")


def accepted_by_law_and_told_late(levels: Levels) -> None:
    case_no = levels.receive(OWN_MATTER)
    levels.until("2026-09-24T01:00")
    _steps(levels, case_no, "request-correction", "complete-correction", "begin-review", "refuse")


def decided_above(levels: Levels) -> None:
    case_no = _forwarded(levels, REGION_MATTER)
    levels.carry()
    city_no = _at_city(levels, case_no)
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.carry()
    region_no = levels.region.opened_from(city_no)["case_no"]
    levels.region.step(region_no, "accept")
    levels.region.step(region_no, "grant", note="已与发改部门会商")
    levels.carry()
    _steps(levels, case_no, "note", "deliver")


def corrected_for_the_region(levels: Levels) -> None:
    case_no = _forwarded(levels, REGION_MATTER)
    levels.carry()
    city_no = _at_city(levels, case_no)
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.carry()
    region_no = levels.region.opened_from(city_no)["case_no"]
    levels.region.step(region_no, "request-correction")
    levels.carry()
    _steps(levels, case_no, "complete-correction")
    levels.carry()
    levels.region.step(region_no, "accept")
    levels.region.step(region_no, "grant")
    levels.carry()
    _steps(levels, case_no, "deliver")
    levels.carry()


def given_back_and_forwarded_again(levels: Levels) -> None:
    case_no = _forwarded(levels)
    levels.carry()
    levels.city.step(_at_city(levels, case_no), "return", reason="材料不全", actor=ZHAO)
    levels.carry()
    _steps(levels, case_no, "request-correction", "complete-correction", "forward")
    levels.carry()
    levels.city.step(_at_city(levels, case_no), "refuse-acceptance", actor=ZHAO)
    levels.carry()


def given_back_by_the_region_to_the_city_and_on_to_the_banner(levels: Levels) -> None:
    case_no = _forwarded(levels, REGION_MATTER)
    levels.carry()
    city_no = _at_city(levels, case_no)
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.carry()
    levels.region.step(levels.region.opened_from(city_no)["case_no"], "return", reason="材料不全")
    levels.carry()
    levels.city.step(city_no, "return", reason="材料不全", actor=ZHAO)
    levels.carry()


def withdrawn_while_the_acknowledgement_is_on_its_way(levels: Levels) -> None:
    case_no = _forwarded(levels)
    levels.carry_up("150424")
    _steps(levels, case_no, "withdraw")
    levels.carry()


def withdrawn_while_the_refusal_to_take_it_is_on_its_way(levels: Levels) -> None:
    case_no = _forwarded(levels)
    levels.carry_up("150424")
    levels.city.step(_at_city(levels, case_no), "return", reason="材料不全", actor=ZHAO)
    _steps(levels, case_no, "withdraw")
    levels.carry()


def withdrawn_after_it_was_decided(levels: Levels) -> None:
    case_no = _forwarded(levels)
    levels.carry()
    city_no = _at_city(levels, case_no)
    levels.city.step(city_no, "accept", actor=ZHAO)
    levels.city.step(city_no, "grant", actor=ZHAO)
    _steps(levels, case_no, "ask-withdrawal")
    levels.carry()


def withdrawn_at_the_region(levels: Levels) -> None:
    case_no = _forwarded(levels, REGION_MATTER)
    levels.carry()
    levels.city.step(_at_city(levels, case_no), "forward", actor=ZHAO)
    levels.carry()
    _steps(levels, case_no, "ask-withdrawal")
    levels.carry()


def withdrawn_at_the_city_while_the_region_gives_it_back(levels: Levels) -> None:
    case_no = _forwarded(levels, REGION_MATTER)
    levels.carry()
    city_no = _at_city(levels, case_no)
    levels.city.step(city_no, "forward", actor=ZHAO)
    levels.carry_up("150400")
    levels.region.step(levels.region.opened_from(city_no)["case_no"], "return", reason="材料不全")
    levels.city.step(city_no, "withdraw", actor=ZHAO)
    levels.carry()


JOURNEYS: Sequence[Callable[[Levels], None]] = (
    decided_here,
    undertaken_and_taken_back,
    accepted_by_law_and_told_late,
    decided_above,
    corrected_for_the_region,
    given_back_and_forwarded_again,
    given_back_by_the_region_to_the_city_and_on_to_the_banner,
    withdrawn_while_the_acknowledgement_is_on_its_way,
    withdrawn_while_the_refusal_to_take_it_is_on_its_way,
    withdrawn_after_it_was_decided,
    withdrawn_at_the_region,
    withdrawn_at_the_city_while_the_region_gives_it_back,
)


Notes = Sequence[Sequence[tuple[CaseFact, str]]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Notes]:
    """What each authority said in each journey, every fact with the authority's own state of the case after it."""
    notes: dict[str, Notes] = {}
    for journey in JOURNEYS:
        levels = Levels(tmp_path_factory.mktemp("levels"))
        watched = [Watched(node.intake) for node in levels.nodes.values()]
        for node, intake in zip(levels.nodes.values(), watched, strict=True):
            node.desks["intake"] = intake
        journey(levels)
        notes[journey.__name__] = [intake.noted for intake in watched]
    return notes


NAMES = [journey.__name__ for journey in JOURNEYS]


@pytest.mark.parametrize("journey", NAMES)
def test_every_fact_tells_the_state_that_the_case_has_where_it_is_said(
    played: Mapping[str, Notes], journey: str
) -> None:
    told = [(fact.stem, fact.state, state) for noted in played[journey] for fact, state in noted]
    assert told
    assert [one for one in told if one[1] != one[2]] == []


#: Version 0.1.0 knew no undertakings, and took no permit back.
@pytest.mark.parametrize("journey", [name for name in NAMES if name != undertaken_and_taken_back.__name__])
def test_a_fact_of_an_older_version_is_read_as_the_same_state(played: Mapping[str, Notes], journey: str) -> None:
    for noted in played[journey]:
        before: dict[str, str] = {}
        for fact, state in noted:
            if type(fact) in KINDS_OF_0_1_0:
                older = fact.model_copy(update={"state": None})
                read = state_told(older, before.get(fact.case_no, "")) or before[fact.case_no]
                assert (fact.stem, read) == (fact.stem, state)
            before[fact.case_no] = state


def test_the_journeys_lead_through_every_state(played: Mapping[str, Notes]) -> None:
    seen = {state for notes in played.values() for noted in notes for _, state in noted}
    assert seen == set(CaseState)
