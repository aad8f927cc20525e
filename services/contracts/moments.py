"""Moments at which a clock turns, and the light that follows from them: the one rule, and the standard library only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from services.contracts.vocabulary import Light, worst

M = TypeVar("M", float, datetime)


@dataclass(frozen=True, slots=True)
class Moments(Generic[M]):
    """The moments at which a clock turns, all of one kind: seconds since 1970-01-01 UTC, or times with a zone."""

    #: The first moment at which it is yellow; None where nobody has said.
    yellow_at: M | None
    #: The first moment at which it is overdue; None where only a day is known, or none because it is paused.
    due_at: M | None
    stopped_at: M | None = None
    #: The light that was last told of these moments; a clock that has moved was told nothing yet.
    told: Light | None = None
    #: No due day either: a lawful pause, which leaves only the remaining budget (DOMAIN 4.5).
    paused: bool = False

    def light(self, now: M | None) -> Light:
        """What the clock shows at a moment: derived, and never better than what was told (DOMAIN 5).

        `now` None: by what was told alone, the same at every level that has the same entries.
        """
        if self.stopped_at is not None:
            return Light.DONE
        if self.due_at is None or self.told is Light.GREY:
            return self.told or (Light.GREY if self.paused else Light.GREEN)
        shown = Light.GREEN
        if now is not None and now >= self.due_at:
            shown = Light.RED
        elif now is not None and self.yellow_at is not None and now >= self.yellow_at:
            shown = Light.YELLOW
        return shown if self.told is None else worst((shown, self.told), shown)

    def next_turn(self, now: M) -> M | None:
        """When it changes next by itself; None when nothing more can change."""
        turns = [at for at in (self.yellow_at, self.due_at) if at is not None and at > now]
        return min(turns) if turns and self.stopped_at is None else None


def told_after_move(told: Light | None, due_before: M | None, due_after: M | None) -> Light | None:
    """What counts as told once a clock has moved: a light that was told of an earlier or equal end still holds.

    What was told of the old end says nothing about a later one (DOMAIN 4.7).
    """
    if due_before is not None and due_after is not None and due_after <= due_before:
        return told
    return None
