"""More steps within ten minutes than anybody can take are a finding for the officer and the day."""

from datetime import timedelta

import pytest

from tests.builders import asked
from tests.unit.complaints.facts import Teller
from tests.unit.reporting.keyed_in import LI, keyed_in, moment, watch
from tests.unit.reporting.suspects import raised

TEN = moment("2026-09-16 10:00")
NEXT_DAY = moment("2026-09-17 08:00")
WANG_S = ("bulk-entry", "王芳@发展改革委")


@pytest.mark.parametrize(("steps", "findings"), [(19, 0), (20, 0), (21, 1)])
def test_more_than_twenty_in_ten_minutes(teller: Teller, steps: int, findings: int) -> None:
    keyed_in(teller, range(1, steps + 1), TEN, every=timedelta(seconds=20))
    watch(teller, NEXT_DAY)
    assert raised(teller) == [WANG_S] * findings


@pytest.mark.parametrize(("seconds", "findings"), [(30, 1), (31, 0)])
def test_the_ten_minutes_lie_anywhere(teller: Teller, seconds: int, findings: int) -> None:
    """Twenty-one steps: at every half minute the first and the last lie ten minutes apart."""
    keyed_in(teller, range(1, 22), TEN + timedelta(minutes=7), every=timedelta(seconds=seconds))
    watch(teller, NEXT_DAY)
    assert raised(teller) == [WANG_S] * findings


def test_two_officers_are_counted_apart_and_the_longest_run_is_shown(teller: Teller) -> None:
    keyed_in(teller, range(1, 16), TEN, every=timedelta(seconds=10))
    keyed_in(teller, range(16, 31), TEN, every=timedelta(seconds=10), by=LI)
    keyed_in(teller, range(31, 60), TEN + timedelta(hours=3), every=timedelta(seconds=10), by=LI)
    watch(teller, NEXT_DAY)
    [one] = asked(teller.desk, "findings")["items"]
    assert (one["about"], one["params"]["count"]) == ("李强@发展改革委", 29)
    assert one["evidence"]["first_at"].startswith("2026-09-16T13:00:00")


def test_a_file_or_another_system_brings_in_as_much_as_it_likes(teller: Teller) -> None:
    keyed_in(teller, range(1, 40), TEN, every=timedelta(seconds=1), channel="import")
    keyed_in(teller, range(40, 80), TEN, every=timedelta(seconds=1), channel="partner")
    watch(teller, NEXT_DAY)
    assert raised(teller) == []
