"""Suspicions that rest on a clock which has turned red: its own time is the threshold."""

from collections.abc import Callable, Iterator
from typing import Final

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import ClockKind, Light, SubjectKind
from services.plumbing.switchboard import Fact, Office
from services.reporting.rules import Suspicion, number_of

#: What the evidence of such a finding holds.
EVIDENCE: Final = {"due_on": "Due on", "turned_at": "Turned red at", "responsible": "Handler", "clock_id": "Clock"}


def red(*kinds: ClockKind) -> Callable[[Office, Fact[LightChanged], float], Iterator[Suspicion]]:
    """Finds each clock of a case of these kinds that turns red, once."""

    def look(office: Office, fact: Fact[LightChanged], _: float) -> Iterator[Suspicion]:
        event = fact.event
        if event.clock_kind not in kinds or event.light is not Light.RED or event.about_kind is not SubjectKind.CASE:
            return
        due_on = event.due_on.isoformat() if event.due_on else None
        yield Suspicion(
            about=event.about,
            round=number_of(event.clock_id),
            department=event.department,
            params={"due_on": due_on},
            evidence={
                "due_on": due_on,
                "turned_at": event.turned_at.isoformat(),
                "responsible": event.responsible,
                "clock_id": event.clock_id,
            },
        )

    return look
