"""Orders about calendars: days are tried, drafted by one person and released by another, or given up."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from services.contracts.accounts import Asked
from services.contracts.commands import Command, Sentence
from services.contracts.dates import Day
from services.contracts.drafts import CalendarForm
from services.contracts.quantities import PLAIN, Numbered, Person

#: What a holiday is called.
Festival = Annotated[str, Field(max_length=40), PLAIN]


class ReleaseCalendar(Command):
    """Days of a calendar change: the dry run shows which open clocks would move; `draft-calendar` is the way on."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "release-calendar"
    #: `date,kind` lines: holiday or workday, on top of what is known.
    days: Annotated[dict[Day, Literal["holiday", "workday"]], Field(min_length=1, max_length=2000)]
    notice: Sentence
    #: Says that it is the State Council's notice of all days up to this one; else the days are the authority's own.
    known_until: Day | None = None
    dry_run: bool = False
    actor: Person | None = None


class WithdrawCalendar(Command):
    """An own release counts no more: the dry run shows which open clocks would move back."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "withdraw-calendar"
    release_no: Numbered
    reason: Sentence
    dry_run: bool = False
    actor: Person | None = None


class DraftCalendar(Command):
    """Days as one person has drafted them; nothing moves before a second one releases them."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "draft-calendar"
    days: Annotated[dict[Day, Literal["holiday", "workday"]], Field(min_length=1, max_length=2000)]
    notice: Sentence
    known_until: Day | None = None
    #: The festival of a day, as far as the notice says so.
    festivals: Annotated[dict[Day, Festival], Field(max_length=2000)] = Field(default_factory=dict)
    form: CalendarForm = CalendarForm.DAYS
    #: Whom this authority has joined; only the gateway says so.
    superior: str | None = None
    actor: Person | None = None


class DraftWithdrawal(Command):
    """That an own release counts no more, as one person has drafted it."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "draft-withdrawal"
    release_no: Numbered
    reason: Sentence
    actor: Person | None = None


class CountDraft(Command):
    """A draft's moves are counted again, under the calendar and the clocks of now."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "count-draft"
    draft_no: Numbered
    actor: Person | None = None


class ReleaseDraft(Command):
    """A second person releases a draft: its days count from now on, here and at everybody below."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "release-draft"
    draft_no: Numbered
    #: `festivals`: the year has fewer holidays than the law gives, and that is so meant.
    confirm: tuple[Literal["festivals"], ...] = ()
    superior: str | None = None
    actor: Person | None = None


class GiveUpDraft(Command):
    """A draft will not be released."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "give-up-draft"
    draft_no: Numbered
    reason: Sentence
    actor: Person | None = None


class DraftText(Asked):
    """A calendar as pasted text: the State Council's notice, holiday-cn data, or lines of date and kind."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    #: Where the text does not say.
    year: Annotated[int, Field(ge=2000, le=2149)] | None = None
    #: The notice that says so, where its title and number do not stand in the text.
    notice: Sentence | None = None
    #: The days are the authority's own, and no notice of the State Council.
    own: bool = False
