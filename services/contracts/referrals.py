"""Facts of complaints that an authority below handles: sent down, registered there, answered.

The complainant's name and telephone are in none of these: the words of the complaint travel with both masked. Where
the handler must know who it was, the two travel sealed, to be read with the addressee's key alone (`sealed_person`).
"""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from services.contracts.envelope import Event, Reach
from services.contracts.quantities import Counted, Numbered, RecordedPerson
from services.contracts.vocabulary import ComplaintKind, Urgency


class ConfidantNamed(Event):
    """With this key whoever is above can seal what only this authority may read."""

    stem: ClassVar[str] = "qidi.confidant.named"
    subject_field: ClassVar[str] = "code"
    code: str
    #: X25519, in base64.
    public_key: str


class ReferralFact(Event):
    """About one complaint, by its number at the authority that took it, and the authority that it was sent to."""

    subject_field: ClassVar[str] = "complaint_no"
    complaint_no: str
    to: str = Field(pattern=r"^[0-9]{6}$")
    #: The n-th time that it was sent down.
    round: Numbered

    @property
    def subject(self) -> str:
        """A sequence for each addressee: one that never had it sees no gap."""
        return f"{self.complaint_no}/{self.to}"


# --- said downward by whoever took the complaint ---------------------------------------------------------------------


class ReferralSent(ReferralFact):
    stem: ClassVar[str] = "qidi.referral.sent"
    reach: ClassVar[Reach] = Reach.DOWNWARD
    kind: ComplaintKind
    urgency: Urgency
    channel: str
    place: str
    #: What was said, without who said it.
    text: str
    department: str = ""
    matter_code: str | None = None
    matter_name: str | None = None
    project_code: str | None = None
    project_name: str | None = None
    received_at: datetime
    #: Who dispatched it, and his word with it.
    person: RecordedPerson
    note: str | None = None
    #: Who complained, sealed for the addressee alone; and why the addressee has to know.
    sealed_person: str | None = None
    person_needed_because: str | None = None


class ReferralClosed(ReferralFact):
    """Revisited and closed above: nothing is left to be done below."""

    stem: ClassVar[str] = "qidi.referral.closed"
    reach: ClassVar[Reach] = Reach.DOWNWARD
    person: RecordedPerson
    upheld: bool
    satisfied: bool


# --- said upward by whoever handles it -------------------------------------------------------------------------------


class ReferralReply(ReferralFact):
    #: The complaint's number where it is handled.
    own_no: str


class ReferralRegistered(ReferralReply):
    """It has arrived, and this is what the record there shows."""

    stem: ClassVar[str] = "qidi.referral.registered"
    check: Literal["case-found", "no-case-exists"]
    cases_found: Counted
    #: It names no project, so nothing was looked for.
    unchecked: Literal[True] | None = None


class ReferralSigned(ReferralReply):
    stem: ClassVar[str] = "qidi.referral.signed"
    person: RecordedPerson


class ReferralAnswered(ReferralReply):
    stem: ClassVar[str] = "qidi.referral.answered"
    person: RecordedPerson
    upheld: bool
    text: str


class ReferralReturned(ReferralReply):
    """Not theirs, with the reason: it is with its sender again."""

    stem: ClassVar[str] = "qidi.referral.returned"
    person: RecordedPerson
    reason: str
