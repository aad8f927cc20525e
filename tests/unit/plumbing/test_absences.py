"""Absences in the log: one line a minute, however many wait and however often they try."""

from typing import Any

import pytest

from services.plumbing.absences import Absences


class Log:
    """What was said, and the time at which nothing moves by itself."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.time = 0.0
        self.absences = Absences(self._say, lambda: self.time)

    def _say(self, event: str, **facts: Any) -> None:
        self.lines.append({"event": event, **facts})

    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]


@pytest.fixture
def log() -> Log:
    return Log()


def test_an_hour_of_trying_is_a_line_a_minute_and_one_when_it_is_over(log: Log) -> None:
    for _ in range(36_000):
        for queue in ("commands", "events", "tick"):
            log.absences.met("store.away", queue, "database is locked", service="timer")
        log.time += 0.1
    away, minutes = log.lines[0], log.lines[1:]
    assert away == {"event": "store.away", "service": "timer", "why": "database is locked", "tries": 1, "seconds": 0.0}
    assert len(minutes) in (59, 60)
    assert sum(line["tries"] for line in log.lines) >= 3 * 36_000 - 3 * 600
    for queue in ("commands", "events", "tick"):
        log.absences.over("store.away", queue, service="timer")
    assert log.lines[-1] == {"event": "store.back", "service": "timer", "tries": 3 * 36_000, "seconds": 3600.0}


def test_each_store_has_its_own_line(log: Log) -> None:
    for service in ("timer", "intake", "timer", "intake"):
        log.absences.met("store.away", "events", "full", service=service)
    assert [line["service"] for line in log.lines] == ["timer", "intake"]


def test_a_store_that_takes_one_s_work_and_not_another_s_is_not_said_to_be_back(log: Log) -> None:
    log.absences.met("store.away", "events", "full", service="timer")
    log.absences.met("store.away", "tick", "full", service="timer")
    log.absences.over("store.away", "tick", service="timer")
    assert log.events() == ["store.away"]
    log.absences.over("store.away", "events", service="timer")
    assert log.events() == ["store.away", "store.back"]


def test_what_comes_and_goes_is_not_said_each_time(log: Log) -> None:
    for _ in range(3000):  # ten minutes
        log.absences.met("broker.away", "wire", "refused", name="gateway")
        log.absences.over("broker.away", "wire", name="gateway")
        log.time += 0.2
    assert len(log.lines) <= 2 * 10


def test_an_absence_after_a_long_calm_is_said_at_once(log: Log) -> None:
    log.absences.met("broker.away", "wire", "refused", name="gateway")
    log.absences.over("broker.away", "wire", name="gateway")
    log.time += 3600
    log.absences.met("broker.away", "wire", "refused", name="gateway")
    assert log.events() == ["broker.away", "broker.back", "broker.away"]
    assert log.lines[-1]["seconds"] == 0.0


def test_nothing_is_said_of_what_was_never_away(log: Log) -> None:
    log.absences.over("store.away", "events", service="timer")
    assert log.lines == []
