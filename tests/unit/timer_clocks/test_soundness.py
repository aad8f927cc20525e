"""The table of clock rules is data: a new row needs no code, and a wrong one stops the start with every fault named."""

from dataclasses import replace

import pytest

from services.timer import soundness
from services.timer.limits import WorkingDays
from services.timer.rules import RULES

HEARD = frozenset().union(*(rule.starts | rule.stops for rule in RULES))


def test_the_table_is_sound() -> None:
    soundness.check(RULES, HEARD)


def test_every_fault_of_a_table_is_named_at_once() -> None:
    first = replace(RULES[0], starts=frozenset({"case.dreamt"}), limit=WorkingDays(0), law=" ")
    with pytest.raises(soundness.UnsoundRules) as raised:
        soundness.check((first, replace(RULES[0], stops=frozenset())), HEARD)
    assert raised.value.faults == [
        "one_time_notice: case.dreamt is a fact that the timer does not hear",
        "one_time_notice: it names no law, plan or choice",
        "one_time_notice: the limit of one_time_notice is no limit",
        "one_time_notice: stands twice",
        "one_time_notice: no fact starts it, or none stops it",
    ]
