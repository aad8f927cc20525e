"""The broker's pulse: frozen is what owes a word, was asked, and says nothing at all."""

from services.plumbing.pulse import ASKED_AFTER, FROZEN_AFTER, Pulse


class Broker:
    """What was heard of it so far, and how often it was asked."""

    def __init__(self, answers: bool) -> None:
        self.answers, self.heard, self.asked, self.pulse = answers, 100, 0, Pulse()

    def ask(self) -> None:
        self.asked += 1
        self.heard += self.answers

    def look(self, times: int, is_owed: bool = True) -> bool:
        for _ in range(times):
            self.pulse.look(self.heard, is_owed, self.ask)
        return self.pulse.is_frozen(self.heard)


def test_who_says_nothing_though_asked_is_frozen_until_the_first_byte() -> None:
    broker = Broker(answers=False)
    broker.look(1)
    assert not broker.look(FROZEN_AFTER - 1)
    assert broker.look(1)
    assert broker.look(100)
    assert broker.asked == 1
    broker.heard += 8
    assert not broker.pulse.is_frozen(broker.heard)
    assert not broker.look(FROZEN_AFTER)


def test_who_is_slow_with_one_message_and_answers_is_not_frozen() -> None:
    broker = Broker(answers=True)
    assert not any(broker.look(1) for _ in range(100))
    assert broker.asked > 1


def test_who_owes_nothing_is_never_asked() -> None:
    broker = Broker(answers=False)
    assert not broker.look(100, is_owed=False)
    assert broker.asked == 0
    assert not broker.look(ASKED_AFTER - 1)
    assert broker.asked == 0
