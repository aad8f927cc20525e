"""Names of states: a state of a case has one name in API, board, workbooks and messages, and at the import."""

import io
import json
import re
from collections.abc import Mapping

import openpyxl
import pytest

from documents.ledgers.states import told_by
from documents.ledgers.words import say as say_at_import
from documents.lines import write
from gateway.problems import Trouble, document
from locales.texts import Language, say
from locales.words import word
from services.contracts.vocabulary import CaseState, Role
from services.intake.domain import NOT_ALLOWED_NOW
from services.ledger.domain import state_name
from tests.builders import a_case, a_project, a_step
from tests.unit.gateway.running import Authority


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", CaseState)
def test_the_case_the_line_and_the_board_call_a_state_the_same(state: CaseState, language: Language) -> None:
    names = {state.msgid, state_name(state.value), word("state", state.value)}
    assert len({say(language, name) for name in names}) == 1


@pytest.mark.parametrize("state", CaseState)
def test_workbooks_messages_and_the_import_say_it_with_the_standards_word(state: CaseState) -> None:
    name = say("zh", state.msgid)
    at_import = say_at_import("zh", "{state}", state=state.value)
    assert {in_the_list(state), say("zh", word("state", state.value)), at_import} == {name}
    assert told_by(name) is not None


def in_the_list(state: CaseState) -> object:
    """The state of one exported line."""
    target = io.BytesIO()
    write([{"state": state.value}], target)
    sheet = openpyxl.load_workbook(io.BytesIO(target.getvalue())).worksheets[0]
    titles, cells = sheet.iter_rows(values_only=True)
    return cells[titles.index("状态")]


def test_the_first_number_of_the_standard_is_called_received_in_its_words() -> None:
    assert say("zh", CaseState.RECEIVED.msgid) == "已接件"


@pytest.mark.parametrize("state", CaseState)
def test_a_message_says_the_standards_word_whether_it_was_told_the_code_or_the_name(state: CaseState) -> None:
    for told in (state.value, state.msgid):
        params: Mapping[str, object] = {"state": told, "step": "accept", "allowed": "grant, refuse"}
        answer = document(Trouble("conflict", wrong=[("step", NOT_ALLOWED_NOW, params)]), "zh", "1")
        [problem] = json.loads(bytes(answer.body))["problems"]
        name = say("zh", state.msgid)
        assert problem["message"] == f"办件当前状态为“{name}”，不能办理“受理”；现在可以办理：准予许可、不予许可。"


#: A word that a Chinese reader would have to look up.
_ENGLISH = re.compile(r"[A-Za-z]{2}")


@pytest.mark.anyio
async def test_what_is_not_allowed_in_a_state_is_told_in_chinese_alone(authority: Authority) -> None:
    window, handler, supervisor = map(authority.client, (Role.WINDOW, Role.HANDLER, Role.SUPERVISOR))
    async with window, handler, supervisor:
        assert (await window.post("/v1/projects", json=a_project())).status_code == 201
        case_no = (await window.post("/v1/cases", json=a_case())).json()["case_no"]
        for step, state in (
            ("", "已接件"),
            ("request-correction", "补正（开始）"),
            ("complete-correction", "补正（结束）"),
        ):
            if step:
                body = {name: value for name, value in a_step(case_no, step).items() if name != "case_no"}
                assert (await handler.post(f"/v1/cases/{case_no}/steps", json=body)).status_code == 200
            deliver = await handler.post(f"/v1/cases/{case_no}/steps", json={"step": "deliver"})
            strike = await supervisor.post(f"/v1/lines/{case_no}/strike-off", json={"evidence": "送达回证"})
            messages = [one["message"] for answer in (deliver, strike) for one in answer.json()["problems"]]
            assert len(messages) == 2
            for message in messages:
                assert f"“{state}”" in message
                assert not _ENGLISH.search(message), message
            assert (await supervisor.get(f"/v1/cases/{case_no}")).json()["state_name"] == state
