"""The name of a state: the same on the board, in workbooks and messages, and at the import."""

import io

import openpyxl
import pytest

from documents.ledgers.states import state_of
from documents.ledgers.words import say as say_at_import
from documents.lines import write
from locales.texts import say
from locales.words import word
from services.contracts.vocabulary import CaseState


@pytest.mark.parametrize("state", CaseState)
def test_board_workbooks_messages_and_the_import_say_it_with_the_standards_word(state: CaseState) -> None:
    name = say("zh", state.msgid)
    at_import = say_at_import("zh", "{state}", state=state.value)
    assert {in_the_list(state), say("zh", word("state", state.value)), say("zh", state.value), at_import} == {name}
    assert state_of(name, accepted=True) is not None


def in_the_list(state: CaseState) -> object:
    """The state of one exported line."""
    target = io.BytesIO()
    write([{"state": state.value}], target)
    sheet = openpyxl.load_workbook(io.BytesIO(target.getvalue())).worksheets[0]
    titles, cells = sheet.iter_rows(values_only=True)
    return cells[titles.index("状态")]


def test_the_first_number_of_the_standard_is_called_received_in_its_words() -> None:
    assert say("zh", CaseState.RECEIVED.msgid) == "已接件"
