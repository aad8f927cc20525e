"""Reasons of a refused page: read in the reader's language, with their numbers and the names of places."""

from functools import partial

import pytest

from locales.texts import say
from locales.troubles import reason


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
