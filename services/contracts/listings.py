"""Facts of listed supervision (挂牌督办): what a leading office has put on its list, visible one level up."""

from typing import ClassVar

from services.contracts.envelope import Event, Reach


class ListingFact(Event):
    """About one line on the list, by the number of its letter."""

    subject_field: ClassVar[str] = "listing_no"
    reach: ClassVar[Reach] = Reach.UPWARD
    #: The number of the letter by which it was listed.
    listing_no: str

    @property
    def subject(self) -> str:
        """A sequence of its own beside the letter's."""
        return f"{self.listing_no}/listing"


class SupervisionListed(ListingFact):
    """A case is under listed supervision until its end is confirmed."""

    stem: ClassVar[str] = "qidi.listing.opened"
    document_no: str
    about: tuple[str, ...]
    department: str
    title: str
    person: str


class SupervisionDelisted(ListingFact):
    """Taken off the list by a named person; nothing comes off it by itself."""

    stem: ClassVar[str] = "qidi.listing.closed"
    person: str
    reason: str = ""
