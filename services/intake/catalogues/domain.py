"""The rule between lists of matters: a lower one may shorten the limits of the one above and add nothing.

What is adopted is the list above, with what the authority wants otherwise carried over: where its own list differs from
what it was based on, that was its own will, and the rule judges it; everything else follows the list above by itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import reduce
from typing import Any, Final

from services.contracts.vocabulary import AcceptedBy, Level
from services.intake.catalogues import pauses
from services.intake.catalogues.pauses import PauseRight, in_force, within
from services.intake.domain import Limit
from services.intake.phrases import YARDSTICK


@dataclass(frozen=True)
class Matter:
    """One kind of approval, as a list has it."""

    code: str
    name: str
    department: str
    promised: Limit
    statutory: Limit | None = None
    stage: str = ""
    item_type: str = ""
    legal_basis: str = ""
    deciding_level: Level = Level.BANNER
    materials: tuple[str, ...] = ()
    special_steps: tuple[str, ...] = ()
    #: Who says whether an application is accepted; None: nobody said.
    accepted_by: AcceptedBy | None = None
    #: Departments that review and note beside the deciding one, which is `department`.
    reviewing: tuple[str, ...] = ()
    #: For what the count may stand still.
    pauses: tuple[PauseRight, ...] = ()

    @property
    def is_yardstick(self) -> bool:
        """Whether the whole process is measured by it, so that nobody can apply for it."""
        return self.item_type == YARDSTICK


List = Mapping[str, Matter]
"""The matters of a list in their order, by code."""


class Kind(StrEnum):
    """In what two lists can differ that matters to applicants."""

    EXTRA_MATTER = "extra-matter"
    MISSING_MATTER = "missing-matter"
    OTHER_NAME = "other-name"
    OTHER_STATUTE = "other-statute"
    OTHER_LEVEL = "other-level"
    LONGER_LIMIT = "longer-limit"
    OTHER_UNIT = "other-unit"
    SHORTER_LIMIT = "shorter-limit"
    EXTRA_MATERIAL = "extra-material"
    FEWER_MATERIALS = "fewer-materials"
    EXTRA_STEP = "extra-step"
    FEWER_STEPS = "fewer-steps"
    EXTRA_PAUSE = "extra-pause"
    FEWER_PAUSES = "fewer-pauses"


#: Less is always allowed: a matter may be promised sooner, with fewer papers and fewer steps.
ALLOWED: Final = frozenset({Kind.SHORTER_LIMIT, Kind.FEWER_MATERIALS, Kind.FEWER_STEPS, Kind.FEWER_PAUSES})

#: What is said about each; a msgid with its facts.
SENTENCES: Final[Mapping[Kind, str]] = {
    Kind.EXTRA_MATTER: "{code} {name}: the list above has no such matter.",
    Kind.MISSING_MATTER: "{code} {name}: our own list does not have it yet.",
    Kind.OTHER_NAME: "{code}: it is called {ours} here and {above} above.",
    Kind.OTHER_STATUTE: "{code} {name}: the statutory limit is {ours} {ours_unit} here and {above} {above_unit} above.",
    Kind.OTHER_LEVEL: "{code} {name}: it is decided by the {ours} here and by the {above} above.",
    Kind.LONGER_LIMIT: "{code} {name}: {ours} {ours_unit} are promised here, longer than {above} above.",
    Kind.OTHER_UNIT: "{code} {name}: {ours} {ours_unit} cannot be compared with {above} {above_unit} above.",
    Kind.SHORTER_LIMIT: "{code} {name}: {ours} {ours_unit} are promised here, shorter than {above} above.",
    Kind.EXTRA_MATERIAL: "{code} {name}: the material {ours} is not asked for above.",
    Kind.FEWER_MATERIALS: "{code} {name}: the material {above} is not asked for here.",
    Kind.EXTRA_STEP: "{code} {name}: the step {ours} is not provided for above.",
    Kind.FEWER_STEPS: "{code} {name}: the step {above} is not needed here.",
    Kind.EXTRA_PAUSE: "{code} {name}: for {ours} the count does not stand still above, or not for so long.",
    Kind.FEWER_PAUSES: "{code} {name}: for {above} the count does not stand still here.",
}
_FIELDS: Final[Mapping[Kind, str]] = {
    Kind.EXTRA_MATTER: "code",
    Kind.MISSING_MATTER: "code",
    Kind.OTHER_NAME: "name",
    Kind.OTHER_STATUTE: "statutory",
    Kind.OTHER_LEVEL: "deciding_level",
    Kind.LONGER_LIMIT: "promised",
    Kind.OTHER_UNIT: "promised",
    Kind.SHORTER_LIMIT: "promised",
    Kind.EXTRA_MATERIAL: "materials",
    Kind.FEWER_MATERIALS: "materials",
    Kind.EXTRA_STEP: "special_steps",
    Kind.FEWER_STEPS: "special_steps",
    Kind.EXTRA_PAUSE: "pauses",
    Kind.FEWER_PAUSES: "pauses",
}


@dataclass(frozen=True)
class Difference:
    """One thing in which a list differs from the one above."""

    kind: Kind
    code: str
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        return self.kind in ALLOWED

    @property
    def field(self) -> str:
        """The part of the matter that it stands in."""
        return _FIELDS[self.kind]

    @property
    def template(self) -> str:
        return SENTENCES[self.kind]

    @property
    def params(self) -> dict[str, Any]:
        return {"code": self.code, "name": self.name, **self.facts}


# --- the rule ---------------------------------------------------------------------------------------------------------


def differences(above: List, ours: List) -> list[Difference]:
    """Everything in which our list differs from the one above, in the order of that one; ours alone comes last."""
    found: list[Difference] = []
    for code, matter in above.items():
        own = ours.get(code)
        if own is None:
            found.append(Difference(Kind.MISSING_MATTER, code, matter.name))
        else:
            found += _of_matter(matter, own)
    return found + [Difference(Kind.EXTRA_MATTER, code, own.name) for code, own in ours.items() if code not in above]


def of_matter(above: List, ours: Matter) -> list[Difference]:
    """In what one matter of ours differs from the list above."""
    matter = above.get(ours.code)
    return [Difference(Kind.EXTRA_MATTER, ours.code, ours.name)] if matter is None else list(_of_matter(matter, ours))


def beyond(above: List, ours: List) -> list[Difference]:
    """What no lower list may have: longer limits, extra matters, materials or steps, another name, statute or level.

    A matter that our list does not have yet is not among them: nothing is asked of anybody by it.
    """
    return [one for one in differences(above, ours) if not one.allowed and one.kind is not Kind.MISSING_MATTER]


def _of_matter(above: Matter, ours: Matter) -> Iterator[Difference]:
    code, name = above.code, above.name
    if ours.name != above.name:
        yield Difference(Kind.OTHER_NAME, code, name, {"ours": ours.name, "above": above.name})
    if ours.statutory != above.statutory:
        yield Difference(Kind.OTHER_STATUTE, code, name, _limits(ours.statutory, above.statutory))
    if ours.deciding_level != above.deciding_level:
        yield Difference(Kind.OTHER_LEVEL, code, name, {"ours": ours.deciding_level, "above": above.deciding_level})
    if ours.promised.unit != above.promised.unit:
        yield Difference(Kind.OTHER_UNIT, code, name, _limits(ours.promised, above.promised))
    elif ours.promised.amount != above.promised.amount:
        longer = ours.promised.amount > above.promised.amount
        yield Difference(
            Kind.LONGER_LIMIT if longer else Kind.SHORTER_LIMIT, code, name, _limits(ours.promised, above.promised)
        )
    for more, less, part in (
        (Kind.EXTRA_MATERIAL, Kind.FEWER_MATERIALS, "materials"),
        (Kind.EXTRA_STEP, Kind.FEWER_STEPS, "special_steps"),
    ):
        own, upper = getattr(ours, part), getattr(above, part)
        yield from (Difference(more, code, name, {"ours": one}) for one in _not_in(own, upper))
        yield from (Difference(less, code, name, {"above": one}) for one in _not_in(upper, own))
    own_pauses = in_force(ours.pauses)
    for right in pauses.beyond(above.pauses, ours.pauses):
        yield Difference(Kind.EXTRA_PAUSE, code, name, {"ours": right.ground})
    for ground in in_force(above.pauses):
        if ground not in own_pauses:
            yield Difference(Kind.FEWER_PAUSES, code, name, {"above": ground})


def _limits(ours: Limit | None, above: Limit | None) -> dict[str, Any]:
    """Without a limit there is a dash."""
    told: dict[str, Any] = {}
    for name, limit in (("ours", ours), ("above", above)):
        told |= {name: limit.amount if limit else "—", f"{name}_unit": limit.unit if limit else ""}
    return told


def _spelt(name: str) -> str:
    """Spaces and case make no other material."""
    return "".join(name.split()).casefold()


def _not_in(names: Iterable[str], others: Iterable[str]) -> list[str]:
    known = {_spelt(one) for one in others}
    return [one for one in names if _spelt(one) not in known]


def _both(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    known = {_spelt(one) for one in others}
    return tuple(one for one in names if _spelt(one) in known)


# --- what is adopted --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """What an authority wants otherwise than above for one matter; None: as above."""

    promised: Limit | None = None
    materials: tuple[str, ...] | None = None
    special_steps: tuple[str, ...] | None = None
    department: str | None = None
    reviewing: tuple[str, ...] | None = None


def ceiling(lists: Sequence[List]) -> dict[str, Matter]:
    """The list that binds where several do, the highest authority's first: of each matter the shortest limit and only
    what all of them ask for. Limits in different units cannot be compared: the higher authority's stands."""
    return reduce(_strictest, lists, {})


def _strictest(first: Mapping[str, Matter], second: List) -> dict[str, Matter]:
    joined = dict(first)
    for code, matter in second.items():
        known = joined.get(code)
        if known is None:
            joined[code] = matter
            continue
        nearer = matter.promised.unit == known.promised.unit and matter.promised.amount < known.promised.amount
        joined[code] = replace(
            known,
            promised=matter.promised if nearer else known.promised,
            materials=_both(known.materials, matter.materials),
            special_steps=_both(known.special_steps, matter.special_steps),
            pauses=within(known.pauses, matter.pauses),
        )
    return joined


def adopted(above: List, ours: List, based_on: List) -> dict[str, Matter]:
    """The list above with our own will carried over: what our list has otherwise than the one that it was based on.

    Departments are everybody's own, and who accepts. Own matters that were in no list above stay, for the rule to
    judge.
    """
    found: dict[str, Matter] = {}
    for code, matter in above.items():
        own, base = ours.get(code), based_on.get(code)
        # who reviews above is none of our departments; who decides there is, until we say otherwise
        found[code] = replace(matter, reviewing=()) if own is None else _carried(matter, own, base)
    return found | {code: own for code, own in ours.items() if code not in above and code not in based_on}


def _carried(above: Matter, own: Matter, base: Matter | None) -> Matter:
    if base is None:
        return replace(
            above,
            department=own.department,
            accepted_by=own.accepted_by or above.accepted_by,
            reviewing=own.reviewing,
            promised=own.promised,
            materials=own.materials,
            special_steps=own.special_steps,
            pauses=own.pauses,
        )
    return replace(
        above,
        department=own.department,
        accepted_by=own.accepted_by or above.accepted_by,
        reviewing=own.reviewing,
        promised=own.promised if own.promised != base.promised else above.promised,
        materials=_merged(above.materials, own.materials, base.materials),
        special_steps=_merged(above.special_steps, own.special_steps, base.special_steps),
        pauses=own.pauses if own.pauses != base.pauses else above.pauses,
    )


def _merged(above: tuple[str, ...], own: tuple[str, ...], base: tuple[str, ...]) -> tuple[str, ...]:
    kept = _not_in(above, _not_in(base, own))
    return (*kept, *_not_in(_not_in(own, base), kept))


def aligned(above: List, ours: List) -> dict[str, Matter]:
    """Our list without anything that it has beyond the one above; what is shorter or fewer stays."""
    found: dict[str, Matter] = {}
    for code, matter in above.items():
        own = ours.get(code)
        if own is None:
            found[code] = replace(matter, reviewing=())
            continue
        shorter = own.promised.unit == matter.promised.unit and own.promised.amount < matter.promised.amount
        found[code] = replace(
            matter,
            department=own.department,
            accepted_by=own.accepted_by or matter.accepted_by,
            reviewing=own.reviewing,
            promised=own.promised if shorter else matter.promised,
            materials=_both(matter.materials, own.materials),
            special_steps=_both(matter.special_steps, own.special_steps),
            pauses=within(matter.pauses, own.pauses),
        )
    return found


def wished(ours: List, wishes: Mapping[str, Wish]) -> dict[str, Matter]:
    """The list with these wishes; a wish for a matter that is not in it changes nothing."""
    return {code: _with(matter, wishes[code]) if code in wishes else matter for code, matter in ours.items()}


def _with(matter: Matter, wish: Wish) -> Matter:
    given = {one.name: value for one in fields(wish) if (value := getattr(wish, one.name)) is not None}
    return replace(matter, **given)


# --- what is published ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What a publication changes against the one before; `field` is empty where a matter was added or taken out."""

    what: str
    code: str
    name: str
    field: str = ""
    before: Any = None
    after: Any = None


def changes(before: List, after: List) -> list[Change]:
    """What differs between two versions of one list, field by field, in the order of the newer one."""
    found: list[Change] = []
    for code, matter in after.items():
        known = before.get(code)
        if known is None:
            found.append(Change("added", code, matter.name))
            continue
        for one in fields(Matter):
            old, new = getattr(known, one.name), getattr(matter, one.name)
            if old != new:
                found.append(Change("changed", code, matter.name, one.name, old, new))
    return found + [Change("removed", code, known.name) for code, known in before.items() if code not in after]
