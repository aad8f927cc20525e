"""The rule between lists of matters: a lower one may shorten the limits of the one above and add nothing.

What is adopted is the list above, with what the authority wants otherwise carried over: where its own list differs from
what it was based on, that was its own will, and the rule judges it; everything else follows the list above by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any, Final

from services.intake.catalogues import parts, pauses
from services.intake.catalogues.differences import COUNTED, TIMED
from services.intake.catalogues.matter import List, Matter
from services.intake.catalogues.parts import Contact, ProcessStep
from services.intake.domain import Limit

# --- what is adopted --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """What an authority wants otherwise than above for one matter; None: as above."""

    promised: Limit | None = None
    materials: tuple[str, ...] | None = None
    special_steps: tuple[str, ...] | None = None
    department: str | None = None
    reviewing: tuple[str, ...] | None = None
    process: tuple[ProcessStep, ...] | None = None
    everyday_names: tuple[str, ...] | None = None
    contact: Contact | None = None


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
            pauses=pauses.within(known.pauses, matter.pauses),
            extension=parts.nearer(known.extension, matter.extension),
            everyday_names=(*known.everyday_names, *parts.not_in(matter.everyday_names, known.everyday_names)),
            **_fewer(known, matter),
        )
    return joined


def _fewer(first: Matter, second: Matter) -> dict[str, Any]:
    """The parts that both have, with the shorter of their times."""
    counted = {part: parts.both(getattr(first, part), getattr(second, part)) for part, _, _ in COUNTED}
    return counted | {part: parts.within(getattr(first, part), getattr(second, part)) for part, _, _ in TIMED}


def adopted(above: List, ours: List, based_on: List) -> dict[str, Matter]:
    """The list above with our own will carried over: what our list has otherwise than the one that it was based on.

    Departments are everybody's own, and who accepts or answers. Own matters that were in no list above stay, for the
    rule to judge.
    """
    found: dict[str, Matter] = {}
    for code, matter in above.items():
        own, base = ours.get(code), based_on.get(code)
        # who reviews above is none of our departments; who decides there is, until we say otherwise
        found[code] = (
            replace(matter, reviewing=(), contact=None, version=0) if own is None else _carried(matter, own, base)
        )
    return found | {code: own for code, own in ours.items() if code not in above and code not in based_on}


def _taken_over(above: Matter) -> Matter:
    """A matter that we have not had. Who reviews and answers above is none of ours; who decides there is, until we say
    otherwise."""
    return replace(above, reviewing=(), contact=None, version=0)


def _everybodys_own(above: Matter, own: Matter) -> dict[str, Any]:
    """What each authority says for itself, whatever the list above has."""
    return {
        "department": own.department,
        "accepted_by": own.accepted_by or above.accepted_by,
        "reviewing": own.reviewing,
        "contact": own.contact,
        "everyday_names": (*above.everyday_names, *parts.not_in(own.everyday_names, above.everyday_names)),
        "version": own.version,
    }


#: What an authority may want otherwise than above, as far as the rule lets it.
_OWN_WILL: Final = ("promised", "pauses", "extension", "tolerance", "commitment", "counted_from")
_OWN_PARTS: Final = tuple(dict.fromkeys(part for part, _, _ in (*COUNTED, *TIMED)))


def _carried(above: Matter, own: Matter, base: Matter | None) -> Matter:
    if base is None:
        will: dict[str, Any] = {name: getattr(own, name) for name in (*_OWN_WILL, *_OWN_PARTS)}
    else:
        will = {name: mine for name in _OWN_WILL if (mine := getattr(own, name)) != getattr(base, name)}
        will |= {
            name: parts.merged(getattr(above, name), getattr(own, name), getattr(base, name)) for name in _OWN_PARTS
        }
    return replace(above, **_everybodys_own(above, own), **will)


def aligned(above: List, ours: List) -> dict[str, Matter]:
    """Our list without anything that it has beyond the one above; what is shorter or fewer stays."""
    found: dict[str, Matter] = {}
    for code, matter in above.items():
        own = ours.get(code)
        if own is None:
            found[code] = _taken_over(matter)
            continue
        shorter = own.promised.unit == matter.promised.unit and own.promised.amount < matter.promised.amount
        found[code] = replace(
            matter,
            promised=own.promised if shorter else matter.promised,
            pauses=pauses.within(matter.pauses, own.pauses),
            extension=parts.nearer(matter.extension, own.extension),
            **_everybodys_own(matter, own),
            **_fewer(matter, own),
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
            if one.name == "version":  # which follows from the others
                continue
            old, new = getattr(known, one.name), getattr(matter, one.name)
            if old != new:
                found.append(Change("changed", code, matter.name, one.name, old, new))
    return found + [Change("removed", code, known.name) for code, known in before.items() if code not in after]
