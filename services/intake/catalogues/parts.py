"""Parts of a matter: conditions, steps, criteria, forms and the rest, and how those of two lists are held together.

A part is known by its name (`key`); spaces and case make no other part. What a lower list may do with them is the same
for all: have fewer, and promise less time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.intake.domain import Limit


@dataclass(frozen=True)
class Condition:
    """What has to be so before it can be granted; without a law nobody has named one."""

    text: str
    law: str = ""

    @property
    def key(self) -> str:
        return self.text


@dataclass(frozen=True)
class ProcessStep:
    """One step of the way through the office, and how long it may take."""

    name: str
    by: str = ""
    limit: Limit | None = None
    law: str = ""

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True)
class Criterion:
    """What is examined, and the measure that decides it; another measure is another criterion."""

    name: str
    measure: str
    law: str = ""

    @property
    def key(self) -> str:
        return f"{self.name}: {self.measure}"


@dataclass(frozen=True)
class Form:
    """A form, with its number where it has one."""

    name: str
    number: str = ""

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True)
class SpecialProcess:
    """How a special step goes, and how long it may take."""

    name: str
    stages: tuple[str, ...] = ()
    limit: Limit | None = None
    law: str = ""

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True)
class ExtensionRight:
    """By how much the limit may be extended at most, by which law; 0: not at all."""

    longest: Limit
    law: str = ""

    @property
    def is_any(self) -> bool:
        return self.longest.amount > 0


NO_EXTENSION = ExtensionRight(Limit(0))


@dataclass(frozen=True)
class Contact:
    """Who answers questions about a matter."""

    name: str
    phone: str = ""


@dataclass(frozen=True)
class National:
    """How the ministry's front database knows a matter."""

    stages: tuple[int, ...] = ()
    code: str = ""
    code_v2: str = ""


NOT_KNOWN_THERE = National()


class Part(Protocol):
    """What has a name by which it is found again in another list."""

    @property
    def key(self) -> str: ...


class Timed(Part, Protocol):
    """A part that may take so long."""

    @property
    def limit(self) -> Limit | None: ...


AnyPart = str | Part
P = TypeVar("P", bound=AnyPart)
T = TypeVar("T", bound=Timed)


def name_of(part: AnyPart) -> str:
    """What it is called."""
    return part if isinstance(part, str) else part.key


def spelt(part: AnyPart) -> str:
    """Its name as it is compared: spaces and case make no other material."""
    return "".join(name_of(part).split()).casefold()


def not_in(some: Iterable[P], others: Iterable[AnyPart]) -> list[P]:
    """Those that the others do not have."""
    known = {spelt(one) for one in others}
    return [one for one in some if spelt(one) not in known]


def both(some: Iterable[P], others: Iterable[AnyPart]) -> tuple[P, ...]:
    """Those that the others have as well."""
    known = {spelt(one) for one in others}
    return tuple(one for one in some if spelt(one) in known)


def merged(above: Sequence[P], own: Sequence[P], base: Sequence[P]) -> tuple[P, ...]:
    """Those above with our own will: what we left out of the list that ours was made from stays out, what we put in
    stays in, and what we have otherwise than there stays as we have it."""
    mine, was = {spelt(one): one for one in own}, {spelt(one): one for one in base}
    kept = not_in(above, not_in(base, own))
    ours = [mine[key] if (key := spelt(one)) in mine and mine[key] != was.get(key, one) else one for one in kept]
    return (*ours, *not_in(not_in(own, base), kept))


def longer(own: Limit | None, above: Limit | None) -> bool:
    """Whether it may take longer here; limits of different units cannot be compared, and the one above stands."""
    if above is None or (own is not None and own.amount == 0):
        return False
    if own is None or own.unit != above.unit:
        return own != above
    return own.amount > above.amount


def longer_parts(own: Iterable[T], above: Iterable[T]) -> list[tuple[T, T]]:
    """Parts of ours, each with its fellow above, that may take longer than there."""
    known = {spelt(one): one for one in above}
    pairs = [(one, known[spelt(one)]) for one in own if spelt(one) in known]
    return [(one, fellow) for one, fellow in pairs if longer(one.limit, fellow.limit)]


def shorter_parts(own: Iterable[T], above: Iterable[T]) -> list[tuple[T, T]]:
    """Parts of ours, each with its fellow above, that are to take less time than there."""
    known = {spelt(one): one for one in above}
    pairs = [(one, known[spelt(one)]) for one in own if spelt(one) in known]
    return [(one, fellow) for one, fellow in pairs if one.limit != fellow.limit and not longer(one.limit, fellow.limit)]


def within(above: Iterable[T], own: Iterable[T]) -> tuple[T, ...]:
    """Those above that ours has as well, as ours has them where they take no longer."""
    known = {spelt(one): one for one in own}
    pairs = [(one, known[spelt(one)]) for one in above if spelt(one) in known]
    return tuple(one if longer(fellow.limit, one.limit) else fellow for one, fellow in pairs)


def nearer(first: ExtensionRight, second: ExtensionRight) -> ExtensionRight:
    """The shorter of two; of different units the first, which is the higher authority's."""
    return first if longer(second.longest, first.longest) else second
