"""What every way to a service promises; the fakes and the real thing are held to the same sentences."""

import json
import random
from typing import Any
from uuid import uuid4

import pytest

from tests.ports.channels import Channel, an_event
from tests.ports.toy import STONE


@pytest.fixture
def heap() -> str:
    """A heap of this test's own."""
    return f"heap-{uuid4().hex[:8]}"


def a_stone(heap: str, sequence: int, number: int = 1) -> bytes:
    """An event of a type that only the later version knows."""
    return an_event(heap, sequence, number, type=f"{STONE}.v1")


def trail(channel: Channel, heap: str) -> str:
    found: str = channel.heap("mirror", heap)["trail"]
    return found


# --- commands -------------------------------------------------------------------------------------------------------


def test_a_command_has_its_effect_and_everybody_hears_of_it_once(channel: Channel, heap: str) -> None:
    assert channel.command(f"{heap}-a", {"heap": heap, "number": 5}) == {"status": 200, "body": {"heap": heap}}
    channel.quiet()
    assert channel.heap("counter", heap) == {"total": 5, "times": 1, "trail": "5"}
    assert channel.heap("mirror", heap) == channel.heap("counter", heap)


def test_a_repeated_command_gets_the_same_answer_and_has_one_effect(channel: Channel, heap: str) -> None:
    first = channel.command(f"{heap}-a", {"heap": heap, "number": 5})
    assert channel.command(f"{heap}-a", {"heap": heap, "number": 5}) == first
    channel.quiet()
    assert channel.heap("counter", heap)["times"] == 1
    assert channel.heap("mirror", heap)["times"] == 1


def test_the_same_id_with_another_body_is_refused(channel: Channel, heap: str) -> None:
    channel.command(f"{heap}-a", {"heap": heap, "number": 5})
    again = channel.command(f"{heap}-a", {"heap": heap, "number": 6})
    assert again["status"] == 422
    assert [problem["field"] for problem in again["problems"]] == ["Idempotency-Key"]
    channel.quiet()
    assert channel.heap("mirror", heap)["trail"] == "5"


def test_a_refusal_says_everything_at_once_and_changes_nothing(channel: Channel) -> None:
    before = channel.heap("counter", "full")
    reply = channel.command(f"full-{uuid4()}", {"heap": "full", "number": -1, "colour": "red"})
    assert reply["status"] == 422
    assert {problem["field"] for problem in reply["problems"]} == {"heap", "number", "colour"}
    channel.quiet()
    assert channel.heap("counter", "full") == before == {"total": 0, "times": 0, "trail": ""}
    assert channel.heap("mirror", "full")["times"] == 0


def test_a_refused_command_is_refused_with_the_same_words_again(channel: Channel) -> None:
    id = f"full-{uuid4()}"
    first = channel.command(id, {"heap": "full", "number": 1})
    assert first["status"] == 422
    assert channel.command(id, {"heap": "full", "number": 1}) == first


def test_the_events_of_one_subject_arrive_in_the_order_of_its_commands(channel: Channel, heap: str) -> None:
    for number in range(20, 50):
        assert channel.command(f"{heap}-{number}", {"heap": heap, "number": number})["status"] == 200
    channel.quiet()
    assert trail(channel, heap) == " ".join(map(str, range(20, 50)))


# --- events: once, and in order -------------------------------------------------------------------------------------


def test_an_event_delivered_twice_has_one_effect(channel: Channel, heap: str) -> None:
    channel.count_from_now()
    channel.deliver(an_event(heap, 1, 7))
    channel.deliver(an_event(heap, 1, 7), an_event(heap, 1, 7))
    channel.quiet()
    assert trail(channel, heap) == "7"
    expected = {"handled": 1, "repeated": 2}
    assert channel.verdicts(expected) == expected


def test_an_event_that_came_early_waits_for_its_predecessor(channel: Channel, heap: str) -> None:
    channel.deliver(an_event(heap, 2, 20))
    channel.quiet()
    assert trail(channel, heap) == ""
    assert channel.parked() == {f"{heap}-2": "early"}
    channel.deliver(an_event(heap, 1, 10))
    channel.quiet()
    assert trail(channel, heap) == "10 20"
    assert channel.parked() == {}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_shuffled_window_of_fifty_gives_the_same_state(channel: Channel, heap: str, seed: int) -> None:
    events = [an_event(heap, sequence, sequence * 2) for sequence in range(1, 51) for _ in range(2)]
    random.Random(seed).shuffle(events)
    channel.deliver(*events)
    channel.quiet()
    assert trail(channel, heap) == " ".join(str(sequence * 2) for sequence in range(1, 51))
    assert channel.parked() == {}
    assert channel.dead(0) == []


def test_another_message_with_a_number_already_taken_is_kept_with_that_reason(channel: Channel, heap: str) -> None:
    channel.deliver(an_event(heap, 1, 7), an_event(heap, 1, 8, id=f"{heap}-other"))
    channel.quiet()
    assert trail(channel, heap) == "7"
    assert channel.parked() == {f"{heap}-other": "another message had this sequence number"}


# --- events that this version does not know ---------------------------------------------------------------------------


def test_unknown_and_newer_events_are_kept_and_counted(channel: Channel, heap: str) -> None:
    channel.count_from_now()
    channel.deliver(a_stone(heap, 1), an_event(f"{heap}-n", 1, type="qidi.heap.added.v2"), an_event(f"{heap}-o", 1, 4))
    channel.quiet()
    assert channel.parked() == {
        f"{heap}-1": f"unknown type {STONE}.v1",
        f"{heap}-n-1": "qidi.heap.added.v2 is newer than this reader's v1",
    }
    assert trail(channel, f"{heap}-o") == "4"
    expected = {"handled": 1, "parked": 2}
    assert channel.verdicts(expected) == expected


def test_an_upgrade_gives_kept_events_their_effect_and_those_that_waited_behind_them(
    channel: Channel, heap: str
) -> None:
    channel.deliver(a_stone(heap, 1, 10), an_event(heap, 2, 20), a_stone(heap, 3, 30))
    channel.quiet()
    assert trail(channel, heap) == ""
    assert len(channel.parked()) == 3
    channel.restart(upgraded=True)
    channel.quiet()
    assert trail(channel, heap) == "10 20 30"
    assert channel.parked() == {}
    channel.restart()


def test_an_unknown_event_that_came_early_is_kept_as_unknown_once_its_turn_has_come(
    channel: Channel, heap: str
) -> None:
    channel.deliver(a_stone(heap, 2, 20))
    channel.quiet()
    channel.deliver(an_event(heap, 1, 10))
    channel.quiet()
    assert channel.parked() == {f"{heap}-2": f"unknown type {STONE}.v1"}
    channel.restart(upgraded=True)
    channel.quiet()
    assert trail(channel, heap) == "10 20"
    channel.restart()


def test_a_kept_event_sent_again_has_its_effect_once_it_is_known(channel: Channel, heap: str) -> None:
    channel.deliver(a_stone(heap, 1, 10))
    channel.quiet()
    assert channel.resend("parked") == 1
    channel.quiet()
    assert channel.parked() == {f"{heap}-1": f"unknown type {STONE}.v1"}
    channel.restart(upgraded=True)
    channel.quiet()
    assert channel.resend("parked") == 0
    channel.deliver(a_stone(heap, 1, 10))
    channel.quiet()
    assert trail(channel, heap) == "10"
    channel.restart()


# --- events that can not be handled -----------------------------------------------------------------------------------


def numbered(sequence: Any) -> bytes:
    """An event whose sequence is whatever the test wants."""
    return an_event("h", 1).replace(b'"sequence": 1', b'"sequence": ' + json.dumps(sequence).encode())


TOO_HIGH = f"sequence: This must be at most {2**63 - 1}."
NO_NUMBER = "sequence: This must be a whole number."
POISON = {
    "no-json": (b"no json at all \xff", "body: This is not JSON ("),
    "nothing": (b"", "body: This is not JSON ("),
    "a-list": (b"[]", "body: "),
    "no-fields": (b"{}", "id: This field is required."),
    "sequence-zero": (numbered(0), "sequence: This must be at least 1."),
    "sequence-negative": (numbered(-1), "sequence: This must be at least 1."),
    "sequence-2^63": (numbered(2**63), TOO_HIGH),
    "sequence-2^70": (numbered(2**70), TOO_HIGH),
    "sequence-of-400-digits": (numbered(10**400), "sequence: "),
    "sequence-true": (numbered(True), NO_NUMBER),
    "sequence-1.0": (numbered(1.0), NO_NUMBER),
    "sequence-text": (numbered("1"), NO_NUMBER),
    "sequence-null": (numbered(None), NO_NUMBER),
    "version-0": (an_event("h", 1, type="qidi.heap.added.v0"), "type: This does not have the required form"),
    "version-2^70": (an_event("h", 1, type=f"qidi.heap.added.v{2**70}"), "type: This does not have the required form"),
    "5-MB-of-brackets": (b"[" * 5_000_000, "body: This is longer than 4000000 bytes."),
    "5-MB-of-text": (an_event("h", 1, data={"heap": "x" * 5_000_000}), "body: This is longer than 4000000 bytes."),
    "deep": (b'{"data": ' + b"[" * 5_000, "body: This is nested too deeply."),
}


@pytest.mark.parametrize("kind", POISON)
def test_an_undecodable_body_is_a_dead_letter_with_its_reason(channel: Channel, heap: str, kind: str) -> None:
    body, reason = POISON[kind]
    channel.deliver(an_event(heap, 1, 1), body, an_event(heap, 2, 2))
    channel.quiet()
    [(found, letter)] = channel.dead(1)
    assert found.startswith(f"unreadable: {reason}")
    assert letter == body
    assert trail(channel, heap) == "1 2"


def test_data_that_break_the_contract_are_a_dead_letter_with_the_field(channel: Channel, heap: str) -> None:
    data: dict[str, Any] = {"heap": heap, "number": "many"}
    channel.deliver(an_event(heap, 1, data=data))
    channel.quiet()
    [(reason, _)] = channel.dead(1)
    assert reason.startswith("unreadable: data.number: ")


def test_a_handlers_bug_costs_that_event_and_nobody_elses(channel: Channel, heap: str) -> None:
    channel.deliver(an_event(heap, 1, 1), an_event(heap, 2, 13), an_event(heap, 3, 3), an_event(f"{heap}-o", 1, 4))
    channel.quiet()
    [(reason, body)] = channel.dead(1)
    assert reason == "failed: ValueError: thirteen brings bad luck"
    assert body == an_event(heap, 2, 13)
    assert trail(channel, f"{heap}-o") == "4"
    # the subject goes no further than its gap
    assert trail(channel, heap) == "1"
    assert channel.parked() == {f"{heap}-3": "early"}


def test_an_event_whose_successor_can_not_be_handled_has_its_effect_all_the_same(channel: Channel, heap: str) -> None:
    channel.deliver(an_event(heap, 2, 13), an_event(heap, 3, 3))
    channel.quiet()
    channel.deliver(an_event(heap, 1, 1))
    channel.quiet()
    assert trail(channel, heap) == "1"
    assert channel.dead(0) == []
    assert channel.parked() == {f"{heap}-2": "failed: ValueError: thirteen brings bad luck", f"{heap}-3": "early"}


def test_a_dead_letter_sent_again_before_the_cause_is_mended_is_dead_again(channel: Channel, heap: str) -> None:
    channel.deliver(an_event(heap, 1, 13))
    channel.quiet()
    assert len(channel.dead(1)) == 1
    assert channel.resend("dead") == 1
    channel.quiet()
    assert [reason for reason, _ in channel.dead(1)] == ["failed: ValueError: thirteen brings bad luck"]


def test_a_number_as_high_as_any_store_holds_waits_for_its_predecessors(channel: Channel, heap: str) -> None:
    channel.deliver(an_event(heap, 2**63 - 1))
    channel.quiet()
    assert channel.dead(0) == []
    assert channel.parked() == {f"{heap}-{2**63 - 1}": "early"}


def test_a_dead_letter_sent_again_after_the_cause_is_mended_has_its_effect_once(channel: Channel, heap: str) -> None:
    channel.deliver(an_event(heap, 1, 13), an_event(heap, 2, 2))
    channel.quiet()
    assert len(channel.dead(1)) == 1
    channel.restart(upgraded=True)
    assert channel.resend("dead") == 1
    channel.quiet()
    assert trail(channel, heap) == "13 2"
    assert channel.dead(0) == []
    assert channel.parked() == {}
    channel.restart()
