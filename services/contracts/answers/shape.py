"""Shapes that all answers share: lists and their pages, moments, limits, and marks of what is put into words."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AwareDatetime, Field

from services.contracts.quantities import Wire
from services.contracts.vocabulary import Unit

#: A moment with its zone, which is that of Asia/Shanghai.
Moment = AwareDatetime
#: What belongs to a template or a kind of its own, so that its names cannot be listed here.
Facts = Annotated[dict[str, Any], Field(description="values by name")]
Actor = Annotated[str, Field(description="who acted, as 张三@发展改革委")]
AuthorityTold = Annotated[str, Field(description="six digits of GB/T 2260, as 150424")]
Template = Annotated[str, Field(description="the English text, with {names} of `params`")]
Message = Annotated[str, Field(description="the template with its values, in the caller's language")]
#: Of what other authorities tell: what they newly have a word for is passed on as it stands.
ForeignState = Annotated[str, Field(description="a code of CaseState, or one that only a newer version knows")]
KindOfClock = Annotated[str, Field(description="a code of ClockKind, or one that only another version knows")]

T = TypeVar("T")


@dataclass(frozen=True)
class Msgid:
    """Marks a field whose value is an English msgid: the gateway says it in the caller's language."""


@dataclass(frozen=True)
class AsRecorded:
    """Marks a field that is what was recorded: put into words, it would not give its hash any more."""


#: The name of a state, or why a day was counted, for people.
Wording = Annotated[str, Msgid()]


class Answer(Wire):
    """A value that the API tells."""


class Items(Answer, Generic[T]):
    """A list that is told whole."""

    items: tuple[T, ...]


class Page(Items[T], Generic[T]):
    """A part of a long list."""

    next: str | None = Field(description="cursor of the next page; null at the end")


class PersonTold(Answer):
    """Who acted; the department is empty where another authority's word did not name one."""

    name: str
    department: str


class LimitTold(Answer):
    """A limit with its unit."""

    amount: int
    unit: Unit


# --- what is put into words -------------------------------------------------------------------------------------------


def every_answer(kind: type[Answer] = Answer) -> Iterator[type[Answer]]:
    """All models of answers whose modules are loaded."""
    for one in kind.__subclasses__():
        yield one
        yield from every_answer(one)


@cache
def marked(mark: type[Msgid | AsRecorded]) -> frozenset[str]:
    """Names of the fields with a mark, in any answer. Ask when all modules of answers are loaded."""
    return frozenset(
        name
        for kind in every_answer()
        for name, field in kind.model_fields.items()
        if any(isinstance(one, mark) for one in field.metadata)
    )
