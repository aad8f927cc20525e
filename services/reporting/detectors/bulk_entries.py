"""Bulk entries: more steps keyed in by one officer within minutes than anybody can take one after another."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.contracts.vocabulary import ZONE
from services.plumbing.switchboard import Office
from services.reporting.entering import LOOK_BACK_DAYS, Entry, by_person, told
from services.reporting.rules import Detector, FindingSubject, Rule, Suspicion, Threshold

#: Within so much time (choice).
WITHIN = timedelta(minutes=10)

RULE = Rule(
    name="bulk-entry",
    title="Entered in bulk",
    about_kind=FindingSubject.PERSON,
    template="{person} keyed in {count} steps within ten minutes on {day}.",
    source="DOMAIN 7: bulk or night entry; Chifeng rules, P4-05: no work on paper that is keyed in afterwards",
    what="More steps keyed in by one officer within ten minutes than anybody can take.",
    law="Chifeng supervision rules: what is done is recorded when it is done",
    evidence={"count": "Count", "first_at": "First", "last_at": "Last", "case_nos": "Cases"},
    threshold=Threshold(20, "bulk_entry_steps", "steps"),
)


def look(office: Office, most: float) -> Iterator[Suspicion]:
    """One for each officer and day, with the longest run of the day, as soon as the day is over."""
    today = office.now.astimezone(ZONE).date()
    for person, day, entries in by_person(office.connection, office.now - timedelta(days=LOOK_BACK_DAYS)):
        run = _longest_run(entries)
        if len(run) > most and day < today:
            yield Suspicion(
                about=person,
                round=day.toordinal(),
                department=run[0].department,
                params={"person": person, "day": day.isoformat(), "count": len(run)},
                evidence=told(run),
            )


def _longest_run(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The most entries that lie within the time, in the order of recording."""
    begin, longest = 0, entries[:0]
    for end, last in enumerate(entries, start=1):
        while last.recorded_at - entries[begin].recorded_at > WITHIN:
            begin += 1
        if end - begin > len(longest):
            longest = entries[begin:end]
    return longest


DETECTOR = Detector(RULE, tick=look, every_seconds=3600)
