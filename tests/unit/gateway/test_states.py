"""States of a case: one name in API, board, workbooks and messages, and at the import."""

import pytest

from documents.ledgers.states import state_of
from documents.ledgers.words import say as say_at_import
from documents.lines import STATES as EXPORTED
from locales.texts import Language, say
from locales.words import word
from services.contracts.vocabulary import CaseState
from services.intake.steps import STATE_NAMES
from services.ledger.domain import STATE_NAMES as LINE_NAMES


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("state", CaseState)
def test_the_case_the_line_and_the_board_call_a_state_the_same(state: CaseState, language: Language) -> None:
    names = {STATE_NAMES[state], LINE_NAMES[state.value], word("state", state.value)}
    assert len({say(language, name) for name in names}) == 1


@pytest.mark.parametrize("state", CaseState)
def test_workbooks_messages_and_the_import_say_it_with_the_standards_word(state: CaseState) -> None:
    name = STATE_NAMES[state]
    at_import = say_at_import("zh", "{state}", state=state.value)
    assert {EXPORTED[state.value], say("zh", state.value), at_import} == {name}
    assert state_of(name, accepted=True) is not None


def test_the_first_number_of_the_standard_is_called_received_in_its_words() -> None:
    assert STATE_NAMES[CaseState.RECEIVED] == "已接件"
