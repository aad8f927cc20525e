"""Channels of receipt: a closed list, and a system's application never passes for one of the window."""

import pytest

from services.plumbing.desk import Desk
from tests.builders import WANG, a_case, asked, done, refused

SYSTEM = {"role": "partner", "token_id": "c1", "owner": "工程审批系统"}


@pytest.mark.parametrize("channel", ["window", "online", "partner", "mini-programme", "visit"])
def test_an_application_comes_in_by_one_of_the_known_ways(desk: Desk, channel: str) -> None:
    number = done(desk, "intake.receive-case", a_case(channel=channel))["case_no"]
    assert asked(desk, "case", case_no=number)["channel"] == channel


@pytest.mark.parametrize("channel", ["线上", "import", "12345", "forwarded", "", 1])
def test_any_other_is_refused_with_those_that_there_are(desk: Desk, channel: object) -> None:
    assert set(refused(desk, "intake.receive-case", a_case(channel=channel))) == {"channel"}


def test_without_a_word_it_is_the_window_and_of_a_system_its_own_way(desk: Desk) -> None:
    own = done(desk, "intake.receive-case", a_case())["case_no"]
    brought = done(desk, "intake.receive-case", a_case(actor=WANG), **SYSTEM)["case_no"]
    found = [asked(desk, "case", case_no=one)["channel"] for one in (own, brought)]
    assert found == ["window", "partner"]
