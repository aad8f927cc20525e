"""Lists from above on the side below: one arrives and waits, is adopted within the rule, and binds from then on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.contracts.cases import CatalogueAdopted
from services.contracts.catalogues import AdoptCatalogue, CatalogueArrived, CataloguePublished, PublicationAdopted
from services.contracts.divisions import name_of
from services.contracts.quantities import RecordedPerson, WireLimit
from services.contracts.vocabulary import AuthorityCode, Unit
from services.intake.catalogues.differences import Kind, beyond, differences, of_matter
from services.intake.catalogues.domain import Wish, adopted, aligned, ceiling, wished
from services.intake.catalogues.matter import List, Matter
from services.intake.catalogues.store import Lists, UpperList
from services.intake.catalogues.versions import numbered, same_list
from services.intake.catalogues.wire import body_of, list_of, wire_matter, wishes_of
from services.intake.levels import stands_above
from services.intake.matters import reference_matters
from services.intake.offices.register import Register, enter
from services.intake.store import Records
from services.intake.wire import local
from services.plumbing.errors import Conflict, Problem, Problems, Refused
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said


def published_above(office: Office, fact: Fact[CataloguePublished]) -> Outcome:
    """A list from above has arrived: it waits here to be adopted, and the time for that counts from now."""
    event, publisher = fact.event, fact.envelope.authority
    lists = Lists(office.connection)
    # A superior hears of the publications below it as well: those bind nobody here.
    if not stands_above(publisher, office.authority) or lists.knows(publisher, event.number):
        return NOTHING
    at = local(fact.envelope.time)
    bodies = [one.model_dump(mode="json") for one in event.matters]
    one = UpperList(
        publisher=publisher,
        number=event.number,
        published_at=at,
        matters={},
        adopt_by=event.adopt_by,
        note=event.note,
        arrived_at=office.now,
    )
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


def in_force(all_above: Sequence[UpperList]) -> list[UpperList]:
    """The last adopted list of each publisher, the highest first."""
    return _newest([one for one in all_above if one.adopted_at is not None])


def waiting(all_above: Sequence[UpperList]) -> list[UpperList]:
    """The newest list of each publisher, where it is not adopted yet."""
    return [one for one in _newest(all_above) if one.adopted_at is None]


def _newest(some: Sequence[UpperList]) -> list[UpperList]:
    found: dict[str, UpperList] = {}
    for one in some:
        if one.publisher not in found or found[one.publisher].number < one.number:
            found[one.publisher] = one
    return list(found.values())


def with_these(all_above: Sequence[UpperList], chosen: Sequence[UpperList]) -> dict[str, Matter]:
    """What binds once these are adopted: they, and what is in force from the other publishers."""
    by = {one.publisher: one for one in [*in_force(all_above), *chosen]}
    highest_first = dict.fromkeys(one.publisher for one in all_above)
    return ceiling([by[publisher].matters for publisher in highest_first if publisher in by])


def based_on(office: Office, all_above: Sequence[UpperList]) -> List:
    """The list that our own was made from: what is in force from above, or else the list that everybody starts with."""
    former = in_force(all_above)
    if former:
        return ceiling([one.matters for one in former])
    return list_of(one.model_dump(mode="json") for one in reference_matters(AuthorityCode(office.authority).level))


def check_matter(office: Office, matter: Matter) -> None:
    """A single matter may not go beyond the list above: the one in force, or before the first the one that waits."""
    all_above = Lists(office.connection).above()
    binding = in_force(all_above) or waiting(all_above)
    if binding:
        above = ceiling([one.matters for one in binding])
        fields = {"name": "matter_name"}
        for one in of_matter(above, matter):
            if not one.allowed:
                office.problems.add(fields.get(one.field, one.field), one.template, **one.params)


# --- adoption ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Adoption:
    """An adoption that was checked: which lists from above, what our list becomes, and who adopts them."""

    person: RecordedPerson
    all_above: Sequence[UpperList]
    chosen: Sequence[UpperList]
    ours: List
    found: List
    shorter: Sequence[str]

    @property
    def differs(self) -> bool:
        """Whether our list changes with it; its order counts as well."""
        return not same_list(self.found, self.ours)

    @property
    def settled(self) -> list[UpperList]:
        """What is done with this: what an older version of the same publisher asked for as well."""
        newest = {one.publisher: one.number for one in self.chosen}
        return [one for one in self.all_above if one.adopted_at is None and one.number <= newest.get(one.publisher, -1)]


def adopt(office: Office, order: AdoptCatalogue) -> Outcome:
    """Our list follows those above that wait, with what we want shorter or fewer.

    Raises Refused with everything that would be longer or more than above, Conflict where nothing waits.
    """
    lists, records = Lists(office.connection), Records(office.connection)
    adoption = _check_adoption(office, lists, records, order)
    number = records.catalogue_number() + adoption.differs
    answer = {
        "number": number,
        "dry_run": bool(order.dry_run),
        "adopted": [{"by": one.publisher, "number": one.number} for one in adoption.chosen],
        "matters": len(adoption.found),
        "shorter": adoption.shorter,
        "given_up": [code for code in adoption.ours if code not in adoption.found],
    }
    if order.dry_run:
        return Outcome(answer)
    return Outcome(answer, _write(office, lists, records, adoption, number))


def _check_adoption(office: Office, lists: Lists, records: Records, order: AdoptCatalogue) -> Adoption:
    all_above = lists.above()
    chosen = _chosen(order, all_above)
    person = office.acting(order.actor)
    above, ours = with_these(all_above, chosen), list_of(records.matters().values())
    standing = adopted(above, ours, based_on(office, all_above))
    if order.align:
        standing = aligned(above, standing)
    wishes = wishes_of(order.matters or ())
    register = Register(office.connection)
    _check_wishes(office.problems, wishes, above, register)
    # the list above may still name a department of ours that has ended
    standing = {code: replace(one, department=register.current(one.department)) for code, one in standing.items()}
    found = wished(standing, wishes)
    for too_much in beyond(above, found):
        office.problems.add(f"matters.{too_much.code}.{too_much.field}", too_much.template, **too_much.params)
    if office.problems or person is None:
        raise Refused(*office.problems.found)
    return Adoption(person, all_above, chosen, ours, found, _shorter(above, found))


def _write(office: Office, lists: Lists, records: Records, adoption: Adoption, number: int) -> list[Said]:
    """Write the adoption down; what is said about it."""
    said = enter(office, [one.department for one in adoption.found.values()])
    actor = adoption.person.label
    for one in adoption.settled:
        lists.adopt(one, office.now, actor, number)
        said.append(Said(_told(one, number, len(adoption.shorter), adoption.person), office.now, actor))
    if adoption.differs:
        # After the adoptions, so that whoever hears of the list knows what it is to be held against.
        found = numbered(adoption.ours, adoption.found, number)
        records.replace(number, office.now, _why(adoption.chosen), [body_of(one) for one in found.values()])
        listed = tuple(wire_matter(one) for one in found.values())
        said.append(Said(CatalogueAdopted(number=number, matters=listed), office.now, actor))
    return said


def _chosen(order: AdoptCatalogue, all_above: Sequence[UpperList]) -> list[UpperList]:
    wait = waiting(all_above)
    chosen = [one for one in wait if order.by in (None, one.publisher) and order.number in (None, one.number)]
    if chosen:
        return chosen
    if not wait:
        raise Conflict(Problem("", "No list from above waits to be adopted."))
    told = ", ".join(f"{name_of(one.publisher)} {one.number}" for one in wait)
    raise Conflict(
        Problem("number", "This list does not wait to be adopted; those that do: {waiting}.", {"waiting": told})
    )


def _check_wishes(problems: Problems, wanted: Mapping[str, Wish], above: List, register: Register) -> None:
    for code, wish in wanted.items():
        if code not in above:
            problems.add(f"matters.{code}.code", "{code} is not in the list above.", code=code)
        register.check_department(f"matters.{code}.department", wish.department, problems)
        for name in wish.reviewing or ():
            register.check_department(f"matters.{code}.reviewing", name, problems)


def _shorter(above: List, ours: List) -> list[str]:
    return [one.code for one in differences(above, ours) if one.kind is Kind.SHORTER_LIMIT]


def _why(chosen: Sequence[UpperList]) -> str:
    return "adopted: " + ", ".join(f"{one.publisher}/{one.number}" for one in chosen)[:180]


def _told(one: UpperList, own_number: int, shorter: int, person: RecordedPerson) -> PublicationAdopted:
    return PublicationAdopted(
        by=one.publisher,
        number=one.number,
        own_number=own_number,
        published_at=one.published_at,
        arrived_at=one.arrived_at,
        shorter=shorter,
        person=person,
    )
