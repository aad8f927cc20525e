"""Refusals in Chinese: words, places, choices and moments are said as an official says them, not as a program does."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from deploy.enrolment import NoWay
from deploy.local_broker import NotRunning
from locales.facts import local, spoken, trouble
from locales.texts import say
from locales.troubles import reason
from services.contracts.commands import Command, every_command
from services.contracts.divisions import divisions, name_of
from services.contracts.validation import read
from services.contracts.vocabulary import (
    CaseState,
    ClockKind,
    ComplaintKind,
    ComplaintState,
    ComplaintStepKind,
    InstructionState,
    InstructionStepKind,
    Library,
    Light,
    Role,
    StepKind,
    Unit,
    Urgency,
    Word,
)
from services.plumbing.errors import Problem, Refused
from services.reporting.detectors import RULES
from services.reporting.rules import Rule
from tests.builders import a_case, a_project
from tests.unit.gateway.chinese import foreign
from tests.unit.gateway.running import Authority

#: Words that a message may name, by the name of the fact in which they stand.
NAMED: Mapping[str, type[Word]] = {
    "state": CaseState,
    "found": CaseState,
    "step": StepKind,
    "owner": StepKind,
    "numbered": StepKind,
    "library": Library,
    "unit": Unit,
    "rule": ClockKind,
    "role": Role,
    "light": Light,
    "kind": ComplaintKind,
    "urgency": Urgency,
}


@pytest.mark.parametrize("fact", NAMED)
def test_every_word_of_ours_in_a_message_has_its_chinese_name(fact: str) -> None:
    for word in NAMED[fact]:
        for told in (word.value, word.msgid):
            if "{" not in told:
                assert foreign(str(local("zh", {fact: told})[fact])) == [], told
        assert foreign(str(local("zh", {fact: [word, word]})[fact])) == [], word


@pytest.mark.parametrize("words", [ComplaintState, ComplaintStepKind, InstructionState, InstructionStepKind])
def test_where_complaints_and_letters_stand_is_told_by_its_name(words: type[Word]) -> None:
    for word in words:
        assert foreign(str(local("zh", {"state": word.value})["state"])) == [], word


def test_what_may_be_sent_is_told_by_its_name_and_by_what_a_program_writes() -> None:
    said = local("zh", {"expected": "'general', 'complex' or 'urgent'"})["expected"]
    assert said == "一般（general）、复杂（complex）、紧急（urgent）"
    assert local("en", {"expected": "'general', 'complex' or 'urgent'"})["expected"] == "general, complex, urgent"
    rules = local("zh", {"rules": "delivery, complaint_answer.urgent"})["rules"]
    assert rules == "送达许可证件（delivery）、答复·紧急（complaint_answer.urgent）"


def test_a_place_is_told_by_its_name_and_one_that_is_none_as_it_stands() -> None:
    assert local("zh", {"own": "150424", "code": "150000"}) == {
        "own": "林西县（150424）", "code": "内蒙古自治区（150000）",
    }  # fmt: skip
    assert local("zh", {"code": "990000", "work_order_no": "150424"}) == {"code": "990000", "work_order_no": "150424"}
    assert local("en", {"own": "150424"}) == {"own": "林西县 (150424)"}


def test_a_moment_is_told_as_a_clock_shows_it_and_an_amount_with_its_unit() -> None:
    facts = {"at": "2026-09-16T10:00+08:00", "since": "2026-09-16T10:00:05.123456+08:00", "given": "10 working_days"}
    assert local("zh", facts) == {"at": "2026-09-16 10:00", "since": "2026-09-16 10:00", "given": "10个工作日"}


def test_what_a_person_wrote_stands_as_he_wrote_it() -> None:
    told = {"name": "accept", "wanted": "Received", "department": "window", "text": "a, b", "given": "a, b"}
    assert local("zh", told) == told


#: The facts of a template, and those in which a finding names a place.
FACT = re.compile(r"\{(\w+)\}")
PLACES = frozenset({"by", "authority"})
JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**20, "", " ", "x", "2026", "2026-13-01", "nonsense", [], [1], [{}], {}, {"a": 1}),
    *("x" * 3000, ["x"] * 600, {"name": 1, "department": []}, {"amount": -1, "unit": "x"}, {"2026": "x"}),
    *([None], [{"step": "x", "blzt": 99, "actor": 1}], "2026-09-16T25:00", "１", float("1e300")),
)


@pytest.mark.parametrize("kind", every_command().values(), ids=lambda kind: str(kind.name))
def test_whatever_is_sent_in_whatever_field_it_is_refused_in_chinese(kind: type[Command]) -> None:
    for field in kind.model_fields:
        for value in JUNK:
            for _, template, params in read(kind, {field: value})[1]:
                message = say("zh", template, **local("zh", params))
                assert foreign(re.sub(r"\(.*\)|（\^.*）", "", message)) == [], (field, value, message)


@pytest.mark.anyio
async def test_each_way_to_be_refused_is_told_in_chinese(authority: Authority) -> None:
    """The client itself holds every refusal against English words; here is what is asked."""
    window, handler, supervisor, admin = map(authority.client, (Role.WINDOW, Role.HANDLER, Role.SUPERVISOR, Role.ADMIN))
    async with window, handler, supervisor, admin:
        project = a_project()
        assert (await window.post("/v1/projects", json=project)).status_code == 201
        case_no = (await window.post("/v1/cases", json=a_case())).json()["case_no"]
        code = project["project_code"]
        asked: list[tuple[Any, str, Any]] = [
            (supervisor, f"/v1/lines/{case_no}/strike-off", {"evidence": "送达回证"}),
            (handler, f"/v1/cases/{case_no}/steps", {"step": "grant", "blzt": 13}),
            (handler, f"/v1/cases/{case_no}/steps", {"blzt": 9}),
            (handler, f"/v1/cases/{case_no}/steps", {"blzt": 99}),
            (handler, f"/v1/cases/{case_no}/steps", {"step": "Grant"}),
            (handler, f"/v1/cases/{case_no}/steps", {"step": "refuse", "occurred_at": "2020-01-01T10:00"}),
            (handler, f"/v1/cases/{case_no}/steps", {"step": "note", "note": "材料齐全", "occurred_at": True}),
            (supervisor, f"/v1/projects/{code}/move", {"library": "active", "reason": "重复移入"}),
            (supervisor, f"/v1/projects/{code}/move", {"library": "shelf", "reason": "移出实施库"}),
            (window, "/v1/cases", a_case(promised={"amount": 400, "unit": "hours"})),
            (window, "/v1/cases", a_case(promised={"amount": 4, "unit": "weeks"})),
            (supervisor, "/v1/complaints", {"kind": "rude", "urgency": "now", "text": "窗口推诿", "place": "林西县"}),
            (supervisor, "/v1/instructions", {"kind": "memo", "to": "110000", "department": "住建局"}),
            (supervisor, "/v1/instructions",
             {"kind": "reminder-letter", "to": "150000", "department": "住建局", "title": "提醒", "text": "请办理"}),
            (supervisor, "/v1/rules",
             {"rules": [{"rule": "nap", "limit": {"amount": 1}},
                        {"rule": "decision", "limit": {"amount": 1, "unit": "hours"}}],
              "in_force_from": "2020-01-01", "basis": "县政府办公室"}),
            (supervisor, "/v1/calendar/releases", {"days": {"2026-10-01": "off"}, "notice": "国办发明电"}),
        ]  # fmt: skip
        entry = {"project_code": code, "project_name": project["project_name"], "owner_name": project["owner_name"],
                 "matter": "NM-001", "handler": a_case()["handler"], "received_at": "2026-09-14T10:00",
                 "external_no": "A-1", "state": "granted"}  # fmt: skip
        answers = [await client.post(path, json=body) for client, path, body in asked]
        assert [one.status_code for one in answers if one.status_code < 400] == []
        report = await admin.post("/v1/imports/cases", json={"entries": [entry, entry | {"state": "Received"}]})
        told = [problem["message"] for one in report.json()["results"] for problem in one["problems"]]
        assert [text for text in told if foreign(text, "Received")] == []
        assert any("办结（通过）" in text for text in told), told


def test_a_finding_names_who_published_the_list_and_not_its_code() -> None:
    rule = RULES["catalogue-drift"]
    said = spoken("zh", rule.template, about="catalogue/150000/3", by="150000", number=3, due_on="2026-09-16")
    assert said.startswith("内蒙古自治区下达")
    assert foreign(said) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: str(rule.name))
def test_every_finding_names_places_by_their_names(rule: Rule) -> None:
    places = {name: "150424" for name in FACT.findall(rule.template) if name in PLACES}
    said = spoken("zh", rule.template, **{"about": "150424-2026-000001", **places})
    assert said.count("林西县") == len(places)
    assert said.count("150424") == rule.template.count("{about}")


@pytest.mark.parametrize("code", divisions())
def test_each_of_the_authorities_is_told_by_its_name(code: str) -> None:
    assert local("zh", {"own": code})["own"] == f"{name_of(code)}（{code}）"


def test_why_a_page_was_not_taken_names_the_authority() -> None:
    told = partial(say, "zh")
    assert reason("entry 842 was said by 150424", told) == "第842条由林西县发出，不属于该台账"
    assert "150400" not in reason("checkpoint: the checkpoint is of 150400", told)


def test_what_a_command_refuses_is_told_in_the_language_of_its_terminal() -> None:
    refusal = Refused(
        Problem("code", "{code} is {state}.", {"code": "150424", "state": "suspended"}),
        Problem("origin", "No ledger of {origin} is held here.", {"origin": "150000"}),
    )
    said = trouble("zh", refusal)
    assert "林西县（150424）" in said
    assert "内蒙古自治区（150000）" in said
    assert foreign(said) == []
    assert foreign(trouble("zh", NotRunning(NotRunning.__doc__))) == []
    assert foreign(re.sub("--[a-z]+", "", trouble("zh", NoWay(NoWay.__doc__)))) == []
