"""Last-day habits: an officer most of whose decisions fall on the last day of their limit."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Integer, func, select

from services.contracts.vocabulary import ZONE, ClockKind
from services.plumbing.switchboard import Office
from services.reporting.domain import ClockSays
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion, Threshold
from services.reporting.store import clock_facts, clocks

#: So many decisions of so many days before the month make a habit (choice).
FEWEST, DAYS = 10, 90

RULE = Rule(
    name="last-day-habit",
    title="Decides on the last day",
    about_kind=FindingSubject.PERSON,
    template="{on_last} of {decided} decisions of {person} before {month} fell on the last day of their limit.",
    source="DOMAIN 7 and P4-07: the same handler's pattern, many decided on the last day",
    what="An officer most of whose decisions of ninety days fall on the last day of their limit.",
    law="Chifeng supervision rules: no idle holding until the limit",
    consequence=LOOKED_INTO,
    evidence={"decided": "Decided", "on_last": "On the last day", "month": "Month"},
    threshold=Threshold(0.5, "last_day_share", "share"),
)


def look(office: Office, least: float) -> Iterator[Suspicion]:
    """Once a month for each officer, over the ninety days before it."""
    begins = office.now.astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = func.sum((clock_facts.c.left_working_days == 0).cast(Integer))
    query = (
        select(clocks.c.responsible, clocks.c.department, func.count().label("decided"), last.label("on_last"))
        .select_from(clocks.join(clock_facts, clock_facts.c.clock_id == clocks.c.clock_id))
        .where(
            clocks.c.clock_kind == ClockKind.DECISION,
            clocks.c.set_aside.is_(False),
            clock_facts.c.what == ClockSays.STOPPED,
            clock_facts.c.occurred_at >= (begins - timedelta(days=DAYS)).timestamp(),
            clock_facts.c.occurred_at < begins.timestamp(),
        )
        .group_by(clocks.c.responsible, clocks.c.department)
        .having(func.count() >= FEWEST)
        .order_by(clocks.c.responsible, clocks.c.department)
    )
    for person, department, decided, on_last in office.connection.execute(query):
        if person and on_last >= least * decided:
            yield _told(f"{person}@{department}", department, begins, decided, on_last)


def _told(person: str, department: str, begins: datetime, decided: int, on_last: int) -> Suspicion:
    told = {"month": begins.strftime("%Y-%m"), "decided": decided, "on_last": on_last}
    number = begins.year * 12 + begins.month
    return Suspicion(about=person, round=number, department=department, params=told | {"person": person}, evidence=told)


DETECTOR = Detector(RULE, tick=look, every_seconds=3600)
