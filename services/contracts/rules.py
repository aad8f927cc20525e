"""Facts about time that an authority says downward: the days that it released, and the limits that it set."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from services.contracts.envelope import Event, Reach
from services.contracts.quantities import Numbered, Wire, WireLimit


class CalendarWord(Event):
    """One of an authority's releases, numbered from 1; the envelope names the person.

    For the authority itself and everybody below it; what the calendar of each is then, `qidi.calendar.released` says.
    """

    reach: ClassVar[Reach] = Reach.SUBTREE
    subject_field: ClassVar[str] = "number"
    number: Numbered
    #: The document that says so, for example `国办发明电〔2019〕16号`.
    notice: str = Field(min_length=1, max_length=200)

    @property
    def subject(self) -> str:
        """One aggregate an authority: its releases and withdrawals keep their order."""
        return "calendar"


class CalendarPublished(CalendarWord):
    """Days that count otherwise from now on. With `known_until` it is the State Council's notice up to that day, else
    the authority's own days, laid over those of everybody above it."""

    stem: ClassVar[str] = "qidi.calendar.published"
    days: dict[date, Literal["holiday", "workday"]]
    known_until: date | None = None
    #: The festival that a day belongs to, as far as the notice says so.
    festivals: dict[date, str] | None = None
    #: Who drafted what another person released (the envelope's actor).
    drafted_by: str | None = Field(None, max_length=200)


class CalendarWithdrawn(CalendarWord):
    """Release `number` of this authority counts no more, and everything is as if it had never been."""

    stem: ClassVar[str] = "qidi.calendar.withdrawn"
    reason: str


class RuleLimit(Wire):
    """The limit of one clock rule: `forward`, or one of several by urgency, `complaint_answer.urgent`."""

    rule: str = Field(min_length=1, max_length=60)
    limit: WireLimit


class RulesSet(Event):
    """Limits that clocks get which start from this day on, here and below; running clocks keep theirs.

    The shortest of what an authority and those above it have set is in force, so nobody below can lengthen it.
    """

    stem: ClassVar[str] = "qidi.rules.set"
    reach: ClassVar[Reach] = Reach.SUBTREE
    subject_field: ClassVar[str] = "number"
    number: Numbered
    in_force_from: date
    #: The document that says so.
    basis: str = Field(min_length=1, max_length=200)
    rules: tuple[RuleLimit, ...]

    @property
    def subject(self) -> str:
        """One aggregate an authority: the later of two settings counts."""
        return "rules"
