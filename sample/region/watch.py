"""The watch of a simulation: a stage's own time, by the clock and by the processor."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and those in which this process really had a processor."""

    clock: float = 0.0
    processor: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.clock + other.clock, self.processor + other.processor)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.clock - other.clock, self.processor - other.processor)

    @classmethod
    def until_now(cls) -> "Spent":
        return cls(perf_counter(), process_time())


class Watch:
    """What each stage spent; what a stage calls counts as that stage's alone."""

    def __init__(self) -> None:
        self.stages: dict[str, Spent] = {}
        self._inner = [Spent()]

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        begun = Spent.until_now()
        self._inner.append(Spent())
        try:
            yield
        finally:
            whole = Spent.until_now() - begun
            own = whole - self._inner.pop()
            self._inner[-1] += whole
            self.stages[stage] = self.stages.get(stage, Spent()) + own
