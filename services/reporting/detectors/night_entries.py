"""Night entries: steps that an officer keyed in when every office is closed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.contracts.vocabulary import ZONE
from services.plumbing.switchboard import Office
from services.reporting.entering import LOOK_BACK_DAYS, Entry, by_person, told
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion

#: From ten in the evening to six in the morning (choice).
EVENING, MORNING = 22, 6

RULE = Rule(
    name="night-entry",
    title="Entered at night",
    about_kind=FindingSubject.PERSON,
    template="{person} keyed in {count} steps on {day} at night.",
    source="DOMAIN 7: bulk or night entry; Chifeng rules, P4-05: no work on paper that is keyed in afterwards",
    what="Steps that an officer keys in between ten in the evening and six in the morning.",
    law="Chifeng supervision rules: what is done is recorded when it is done",
    consequence=LOOKED_INTO,
    evidence={"count": "Count", "first_at": "First", "last_at": "Last", "case_nos": "Cases"},
)


def look(office: Office, _: float) -> Iterator[Suspicion]:
    """One for each officer and day, as soon as the day is over, so that it names all of it."""
    today = office.now.astimezone(ZONE).date()
    for person, day, entries in by_person(office.connection, office.now - timedelta(days=LOOK_BACK_DAYS)):
        at_night = _at_night(entries)
        if at_night and day < today:
            yield Suspicion(
                about=person,
                round=day.toordinal(),
                department=at_night[0].department,
                params={"person": person, "day": day.isoformat(), "count": len(at_night)},
                evidence=told(at_night),
            )


def _at_night(entries: Sequence[Entry]) -> Sequence[Entry]:
    return [one for one in entries if one.recorded_at.hour >= EVENING or one.recorded_at.hour < MORNING]


DETECTOR = Detector(RULE, tick=look, every_seconds=3600)
