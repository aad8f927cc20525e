"""Decides the side below: a list from above arrives and waits, is adopted within the rule, and binds from then on."""

from collections.abc import Sequence
from typing import Any

from services.contracts.cases import CatalogueAdopted
from services.contracts.catalogues import AdoptCatalogue, CatalogueArrived, CataloguePublished, PublicationAdopted
from services.contracts.quantities import RecordedPerson, WireLimit
from services.contracts.vocabulary import Unit
from services.intake.catalogues.domain import (
    Kind,
    List,
    Matter,
    adopted,
    aligned,
    beyond,
    ceiling,
    differences,
    of_matter,
    wished,
)
from services.intake.catalogues.store import Lists, Publication
from services.intake.catalogues.wire import body_of, list_of, wire_matter, wishes_of
from services.intake.levels import level_of, stands_above
from services.intake.matters import reference_matters
from services.intake.proposals import local
from services.intake.store import Records
from services.intake.wire import holder, label
from services.plumbing.errors import Conflict, Problem, Problems
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def published_above(office: Office, fact: Fact[Any]) -> Outcome:
    """A list from above has arrived: it waits here to be adopted, and the time for that counts from now."""
    event, publisher = fact.event, fact.envelope.authority
    assert isinstance(event, CataloguePublished)
    lists = Lists(office.connection)
    # A superior hears of the publications below it as well: those bind nobody here.
    if not stands_above(publisher, office.authority) or lists.knows(publisher, event.number):
        return NOTHING
    at = local(fact.envelope.time)
    bodies = [one.model_dump(mode="json") for one in event.matters]
    one = Publication(publisher, event.number, at, {}, event.adopt_by, event.note, arrived_at=office.now)
    lists.arrived(one, bodies)
    days = (event.adopt_by - at.date()).days if event.adopt_by else 0
    said = CatalogueArrived(
        by=publisher,
        number=event.number,
        published_at=at,
        adopt_by=event.adopt_by,
        limit=WireLimit(amount=min(days, 3650), unit=Unit.CALENDAR_DAYS) if days > 0 else None,
    )
    return Outcome(said=[Said(said, office.now)])


# --- what binds -------------------------------------------------------------------------------------------------------


def in_force(all_above: Sequence[Publication]) -> list[Publication]:
    """The last adopted list of each publisher, the highest first."""
    return _newest([one for one in all_above if one.adopted_at is not None])


def waiting(all_above: Sequence[Publication]) -> list[Publication]:
    """The newest list of each publisher, where it is not adopted yet."""
    return [one for one in _newest(all_above) if one.adopted_at is None]


def _newest(some: Sequence[Publication]) -> list[Publication]:
    found: dict[str, Publication] = {}
    for one in some:
        if one.publisher not in found or found[one.publisher].number < one.number:
            found[one.publisher] = one
    return list(found.values())


def with_these(all_above: Sequence[Publication], chosen: Sequence[Publication]) -> dict[str, Matter]:
    """What binds once these are adopted: they, and what is in force from the other publishers."""
    by = {one.publisher: one for one in [*in_force(all_above), *chosen]}
    highest_first = dict.fromkeys(one.publisher for one in all_above)
    return ceiling([by[publisher].matters for publisher in highest_first if publisher in by])


def based_on(office: Office, all_above: Sequence[Publication]) -> List:
    """The list that our own was made from: what is in force from above, or else the list that everybody starts with."""
    former = in_force(all_above)
    if former:
        return ceiling([one.matters for one in former])
    return list_of(one.model_dump(mode="json") for one in reference_matters(level_of(office.authority)))


def check_matter(office: Office, body: dict[str, Any]) -> None:
    """A single matter may not go beyond the list above: the one in force, or before the first the one that waits."""
    all_above = Lists(office.connection).above()
    binding = in_force(all_above) or waiting(all_above)
    if binding:
        [matter] = list_of([body]).values()
        above = ceiling([one.matters for one in binding])
        fields = {"name": "matter_name"}
        for one in of_matter(above, matter):
            if not one.allowed:
                office.problems.add(fields.get(one.field, one.field), one.template, **one.params)


# --- adoption ---------------------------------------------------------------------------------------------------------


def adopt(office: Office, order: AdoptCatalogue) -> Outcome:
    """Our list follows those above that wait, with what we want shorter or fewer.

    Raises Refused with everything that would be longer or more than above, Conflict where nothing waits.
    """
    lists, records = Lists(office.connection), Records(office.connection)
    all_above = lists.above()
    chosen = _chosen(order, all_above)
    person = office.acting(order.actor)
    above, ours = with_these(all_above, chosen), list_of(records.matters().values())
    standing = adopted(above, ours, based_on(office, all_above))
    if order.align:
        standing = aligned(above, standing)
    wishes = wishes_of(order.matters or ())
    _check_wishes(office.problems, list(wishes), above)
    found = wished(standing, wishes)
    for too_much in beyond(above, found):
        office.problems.add(f"matters.{too_much.code}.{too_much.field}", too_much.template, **too_much.params)
    office.problems.refuse()
    assert person is not None
    number, shorter = records.catalogue_number(), _shorter(above, found)
    bodies = [body_of(one) for one in found.values()]
    differs = list_of(bodies) != ours or list(found) != list(ours)
    number += differs
    answer = {
        "number": number,
        "dry_run": bool(order.dry_run),
        "adopted": [{"by": one.publisher, "number": one.number} for one in chosen],
        "matters": len(found),
        "shorter": shorter,
        "given_up": [code for code in ours if code not in found],
    }
    if order.dry_run:
        return Outcome(answer)
    said: list[Said] = []
    actor = label(holder(person))
    for one in all_above:
        # What an older version of the same publisher asked for is done with this as well.
        if one.adopted_at is None and any(c.publisher == one.publisher and c.number >= one.number for c in chosen):
            lists.adopt(one, office.now, actor, number)
            said.append(Said(_told(one, number, len(shorter), person), office.now, actor))
    if differs:
        # After the adoptions, so that whoever hears of the list knows what it is to be held against.
        records.replace(number, office.now, _why(chosen), bodies)
        listed = tuple(wire_matter(one) for one in found.values())
        said.append(Said(CatalogueAdopted(number=number, matters=listed), office.now, actor))
    return Outcome(answer, said)


def _chosen(order: AdoptCatalogue, all_above: Sequence[Publication]) -> list[Publication]:
    wait = waiting(all_above)
    chosen = [one for one in wait if order.by in (None, one.publisher) and order.number in (None, one.number)]
    if chosen:
        return chosen
    if not wait:
        raise Conflict(Problem("", "No list from above waits to be adopted."))
    told = ", ".join(f"{one.publisher} {one.number}" for one in wait)
    raise Conflict(
        Problem("number", "This list does not wait to be adopted; those that do: {waiting}.", {"waiting": told})
    )


def _check_wishes(problems: Problems, wanted: Sequence[str], above: List) -> None:
    for code in wanted:
        if code not in above:
            problems.add(f"matters.{code}.code", "{code} is not in the list above.", code=code)


def _shorter(above: List, ours: List) -> list[str]:
    return [one.code for one in differences(above, ours) if one.kind is Kind.SHORTER_LIMIT]


def _why(chosen: Sequence[Publication]) -> str:
    return "adopted: " + ", ".join(f"{one.publisher}/{one.number}" for one in chosen)[:180]


def _told(one: Publication, own_number: int, shorter: int, person: RecordedPerson) -> PublicationAdopted:
    assert one.arrived_at is not None
    return PublicationAdopted(
        by=one.publisher,
        number=one.number,
        own_number=own_number,
        published_at=one.published_at,
        arrived_at=one.arrived_at,
        shorter=shorter,
        person=person,
    )
