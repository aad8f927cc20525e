"""Pause habits: an officer most of whose cases stand still at some time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Integer, exists, func, select

from services.contracts.vocabulary import ZONE
from services.plumbing.switchboard import Office
from services.reporting.rules import LOOKED_INTO, Detector, FindingSubject, Rule, Suspicion, Threshold
from services.reporting.sources import DECIDED
from services.reporting.store import case_steps, cases

#: So many decisions of so many days before the month make a habit (choice).
FEWEST, DAYS = 10, 90

RULE = Rule(
    name="pause-habit",
    title="Pauses most cases",
    about_kind=FindingSubject.PERSON,
    template="{paused} of {decided} cases that {person} decided before {month} had stood still.",
    source="DOMAIN 7 and P4-07: the same handler's pattern, many pauses",
    what="An officer most of whose cases of ninety days stand still at some time.",
    law="Licensing Law, article 45; Chifeng supervision rules",
    consequence=LOOKED_INTO,
    evidence={"decided": "Decided", "paused": "Paused", "month": "Month"},
    threshold=Threshold(0.5, "pause_share", "share"),
)


def look(office: Office, least: float) -> Iterator[Suspicion]:
    """Once a month for each officer, over the ninety days before it."""
    begins = office.now.astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    paused = case_steps.alias()
    stood_still = exists().where(paused.c.case_no == case_steps.c.case_no, paused.c.kind == "procedure-begun")
    query = (
        select(
            case_steps.c.person,
            func.min(cases.c.department),
            func.count().label("decided"),
            func.sum(stood_still.cast(Integer)).label("paused"),
        )
        .select_from(case_steps.join(cases, cases.c.case_no == case_steps.c.case_no))
        .where(
            case_steps.c.kind.in_(DECIDED),
            case_steps.c.person.is_not(None),
            case_steps.c.occurred_at >= (begins - timedelta(days=DAYS)).timestamp(),
            case_steps.c.occurred_at < begins.timestamp(),
        )
        .group_by(case_steps.c.person)
        .having(func.count() >= FEWEST)
        .order_by(case_steps.c.person)
    )
    for person, department, decided, still in office.connection.execute(query):
        if still >= least * decided:
            yield _told(person, department, begins, decided, still)


def _told(person: str, department: str, begins: datetime, decided: int, paused: int) -> Suspicion:
    told = {"month": begins.strftime("%Y-%m"), "decided": decided, "paused": paused}
    number = begins.year * 12 + begins.month
    return Suspicion(about=person, round=number, department=department, params=told | {"person": person}, evidence=told)


DETECTOR = Detector(RULE, tick=look, every_seconds=3600)
