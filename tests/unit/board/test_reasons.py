"""Reasons of a refused page: read in the reader's language, with their numbers and the names of places."""

import re
from functools import partial

import pytest

from locales.texts import catalogue, say
from locales.troubles import WHY_DEAD, reason, why_dead
from tests.unit.gateway.chinese import foreign


@pytest.mark.parametrize(
    ("why", "chinese"),
    [
        ("entry 3609 was changed", "第3609条被改动"),
        ("entry 7 stands where 5 belongs", "第5条的位置上是第7条"),
        ("checkpoint: not a signed note", "不是签名文本"),
        ("the checkpoint is of 150425", "检查点属于克什克腾旗"),
        ("something that nobody has foreseen", "something that nobody has foreseen"),
    ],
)
def test_a_reason_is_said_in_the_readers_language(why: str, chinese: str) -> None:
    assert reason(why, partial(say, "zh")) == chinese
    assert reason(why, partial(say, "en")) == why.removeprefix("checkpoint: ").replace("150425", "克什克腾旗")


@pytest.mark.parametrize(
    ("why", "chinese"),
    [
        ("unreadable: id: Field required", "无法读取：缺少字段`id`。"),
        ("unreadable: data.case_no: Field required", "无法读取：缺少字段`data.case_no`。"),
        (
            "unreadable: sequence: Input should be greater than or equal to 1",
            "无法读取：字段`sequence`的内容不合要求。",
        ),
        ("unreadable: body: Invalid JSON: expected value at line 1 column 1", "无法读取：正文不是有效的消息。"),
        ("unknown type qidi.case.dreamt.v1", "本版本不认识的消息类型`qidi.case.dreamt.v1`。"),
        ("OverflowError: Python int too large to convert to SQLite INTEGER", "处理时出错（OverflowError），详见日志。"),
        ("early", "早到，等待前一条。"),
        ("delivered too often", "多次投递均未成功。"),
    ],
)
def test_why_a_message_is_dead_is_said_in_the_readers_language(why: str, chinese: str) -> None:
    assert why_dead(why, partial(say, "zh")) == chinese
    assert foreign(re.sub(r"（\w+）", "", why_dead(why, partial(say, "zh")))) == []


def test_every_reason_of_a_dead_message_has_its_chinese() -> None:
    known = catalogue("zh")
    assert [one for one in WHY_DEAD.values() if not (known.get(one) and known[one].string)] == []
