"""Publications on the superior's side: the list under its next number, and what those below tell of it."""

from services.contracts.cases import CatalogueAdopted
from services.contracts.catalogues import (
    CatalogueArrived,
    CataloguePublished,
    ListFoundBeyond,
    PublicationAdopted,
    PublishCatalogue,
)
from services.contracts.envelope import Event
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import AuthorityCode, Level
from services.intake.catalogues.differences import beyond
from services.intake.catalogues.domain import changes
from services.intake.catalogues.matter import List
from services.intake.catalogues.store import Lists, OwnList
from services.intake.catalogues.wire import list_of, told_change, wire_matter
from services.intake.levels import stands_above
from services.intake.store import Records
from services.plumbing.errors import Conflict, Problem, Refused
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def publish(office: Office, order: PublishCatalogue) -> Outcome:
    """The list in force goes down under the next number; a dry run only shows what differs from the last version.

    Raises Refused, and Conflict where nothing differs or nobody is below.
    """
    lists = Lists(office.connection)
    person = _check_order(office, order)
    ours, last = list_of(Records(office.connection).matters().values()), lists.published()
    changed = changes(last.matters if last else {}, ours)
    number = last.number + 1 if last else 1
    answer = {
        "number": number,
        "previous": last.number if last else None,
        "dry_run": bool(order.dry_run),
        "matters": len(ours),
        "changes": [told_change(one) for one in changed] if last else [],
    }
    if order.dry_run:
        return Outcome(answer)
    if last and not changed:
        raise Conflict(
            Problem("", "Nothing differs from version {number}, which is published.", {"number": last.number})
        )
    return Outcome(answer, [_published(office, lists, order, person, number, ours)])


def _check_order(office: Office, order: PublishCatalogue) -> RecordedPerson:
    """Who publishes. Raises as `publish`."""
    problems = office.problems
    if order.adopt_by is not None and order.adopt_by <= office.now.date():
        problems.add(
            "adopt_by", "The day by which it is to be adopted, {day}, must lie ahead.", day=str(order.adopt_by)
        )
    person = office.acting(order.actor)
    if problems or person is None:
        raise Refused(*problems.found)
    if AuthorityCode(office.authority).level is Level.BANNER:
        raise Conflict(Problem("", "A banner or county has no authority below it."))
    return person


def _published(
    office: Office, lists: Lists, order: PublishCatalogue, person: RecordedPerson, number: int, ours: List
) -> Said:
    """Write the publication down; what is said about it."""
    matters = tuple(wire_matter(one) for one in ours.values())
    one = OwnList(
        number=number,
        published_at=office.now,
        matters=ours,
        adopt_by=order.adopt_by,
        note=order.note,
        by=person.label,
    )
    lists.publish(one, [matter.model_dump(mode="json") for matter in matters])
    event = CataloguePublished(number=number, matters=matters, adopt_by=order.adopt_by, note=order.note, person=person)
    return Said(event, office.now, person.label)


# --- what those below tell --------------------------------------------------------------------------------------------


def arrived_below(office: Office, fact: Fact[CatalogueArrived]) -> Outcome:
    """A list has arrived at an authority below."""
    event = fact.event
    if _is_below(office, fact):
        at = fact.envelope.time.timestamp()
        Lists(office.connection).note(fact.envelope.authority, event.by, event.number, arrived_at=at)
    return NOTHING


def adopted_below(office: Office, fact: Fact[PublicationAdopted]) -> Outcome:
    """An authority below has adopted a list."""
    event = fact.event
    if _is_below(office, fact):
        Lists(office.connection).note(
            fact.envelope.authority,
            event.by,
            event.number,
            adopted_at=fact.envelope.time.timestamp(),
            arrived_at=event.arrived_at.timestamp(),
            person=event.person.label,
            own_number=event.own_number,
            shorter=event.shorter,
        )
        return _held_against_ours(office, fact.envelope.authority)
    return NOTHING


def applied_below(office: Office, fact: Fact[CatalogueAdopted]) -> Outcome:
    """An authority below applies another list from now on: it is kept, to be held against what was published."""
    event = fact.event
    if _is_below(office, fact):
        bodies = [one.model_dump(mode="json") for one in event.matters]
        Lists(office.connection).keep_lower(fact.envelope.authority, event.number, fact.envelope.time, bodies)
        return _held_against_ours(office, fact.envelope.authority)
    return NOTHING


def _held_against_ours(office: Office, authority: str) -> Outcome:
    """A list that goes beyond the version that it follows is said: it cannot come about by the rules below."""
    lists = Lists(office.connection)
    done = {
        number: row["own_number"]
        for number, row in lists.noted(office.authority).get(authority, {}).items()
        if row["adopted_at"] is not None
    }
    own = lists.lower(authority).get(authority)
    ours = lists.published(max(done)) if done else None
    # The list that came with the adoption may still be on its way.
    if own is None or ours is None or own[0] < done[ours.number]:
        return NOTHING
    found = tuple(f"{one.code} {one.kind}" for one in beyond(ours.matters, own[1]))
    if not found:
        return NOTHING
    event = ListFoundBeyond(authority=authority, own_number=own[0], number=ours.number, differences=found)
    return Outcome(said=[Said(event, office.now)])


def _is_below(office: Office, fact: Fact[Event]) -> bool:
    return stands_above(office.authority, fact.envelope.authority)
