"""Queues of one process: whoever nobody waits for steps aside for those that somebody waits for, and not for ever."""

import time

import pytest

from services.plumbing import precedence
from services.plumbing.precedence import Precedence


def test_facts_step_aside_until_what_goes_first_has_nothing_in_hand() -> None:
    among, command, naps = Precedence(), object(), list[float]()
    among.takes(command)

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            among.rests(command)

    among.step_aside(nap)

    assert len(naps) == 3


def test_nobody_steps_aside_for_queues_that_are_empty() -> None:
    among, command = Precedence(), object()
    among.takes(command)
    among.rests(command)

    def nap(_: float) -> None:
        pytest.fail("stepped aside for nobody")

    among.step_aside(nap)


def test_however_busy_the_others_are_every_queue_has_its_turn() -> None:
    among = Precedence()
    among.takes(object())
    begun = time.monotonic()

    among.step_aside(time.sleep)

    assert time.monotonic() - begun >= precedence.PATIENCE_SECONDS
