"""Shapes that all answers share: lists and their pages, moments, limits, and sentences with their facts."""

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


class Answer(Wire):
    """A value that the API tells."""


class Items(Answer, Generic[T]):
    """A list that is told whole."""

    items: tuple[T, ...]


class Page(Items[T], Generic[T]):
    """A part of a long list."""

    next: str | None = Field(description="cursor of the next page; null at the end")


class LimitTold(Answer):
    """A limit with its unit."""

    amount: int
    unit: Unit
