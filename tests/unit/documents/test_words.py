"""Words of an import: the record's, in the user's language."""

from documents.ledgers.words import say, told
from locales.texts import say as say_everywhere
from services.contracts.vocabulary import CaseState

PROBLEM = {
    "template": "The state is {state}, but {lacking} is missing.",
    "params": {"state": "refused", "lacking": "文号"},
}


def test_words_of_the_wire_are_told_in_chinese_and_left_alone_in_english() -> None:
    assert told("zh", PROBLEM) == "状态为“办结（不通过）”，但缺少文号。"
    assert told("en", PROBLEM) == "The state is refused, but 文号 is missing."
    assert say("zh", "{allowed}", allowed="grant, request-correction") == "准予许可、告知补正"
    assert say("zh", "{unit}", unit="working_days") == "工作日"


def test_a_word_of_the_wire_among_other_facts_is_no_word() -> None:
    assert say("zh", "{text}", text="refused") == "refused"


def test_an_outcome_of_an_import_is_no_state_of_a_case() -> None:
    assert say("zh", "refused") == "有误"
    assert say("zh", "{state}", state="refused") == say_everywhere("zh", CaseState.REFUSED.msgid)


def test_what_the_gateway_has_said_already_is_said_as_it_came() -> None:
    assert told("en", {"message": "此项不能为空。"}) == "此项不能为空。"
