"""Lists of matters on their way: published downward under a number, their arrival and adoption told upward.

A publication is one fact of reach `subtree`, with the whole list. What an authority below does with it are facts of
their own subject, `catalogue/<publisher>/<number>`: each has its own clock, and nothing else shares its sequence.
"""

from datetime import date, datetime
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, Field

from services.contracts.commands import Command, Line, Name, Sentence, Text
from services.contracts.dates import Day
from services.contracts.envelope import Event, Reach
from services.contracts.grounds import PauseGround
from services.contracts.matters import (
    CatalogueMatter,
    CommitmentTerms,
    Condition,
    Criterion,
    LawfulExtension,
    MatterContact,
    MatterForm,
    NationalEntry,
    ProcessStep,
    SpecialProcess,
    Tolerance,
)
from services.contracts.quantities import Counted, Numbered, Person, RecordedPerson, Wire, WireLimit
from services.contracts.vocabulary import AcceptedBy, CountedFrom, Level

#: To adopt a list that names no day of its own, counted from its arrival (our choice: no rule names one).
ADOPTION_WORKING_DAYS: Final = 10
#: A law or a number as it is cited, and the name of who does something; each may be left empty.
Law = Annotated[str, Field(max_length=200)]
OptionalName = Annotated[str, Field(max_length=80)]


class CataloguePublished(Event):
    """The authorities below are to adopt this list: they may shorten limits and add nothing."""

    stem: ClassVar[str] = "qidi.catalogue.published"
    reach: ClassVar[Reach] = Reach.SUBTREE
    subject_field: ClassVar[str] = "number"
    #: Counts the publisher's versions from 1.
    number: Numbered
    matters: tuple[CatalogueMatter, ...]
    #: The day by which it is to be adopted; None: within the time that the clock rule gives from its arrival.
    adopt_by: date | None = None
    note: str | None = None
    person: RecordedPerson

    @property
    def subject(self) -> str:
        """Apart from the publisher's own list, which does not go down: the letter boxes have no gaps."""
        return "catalogue/published"


class PublicationFact(Event):
    """About what an authority does with a list that was published above it."""

    subject_field: ClassVar[str] = "number"
    #: The publisher.
    by: str
    number: Numbered

    @property
    def subject(self) -> str:
        """Also what its clock is about."""
        return f"catalogue/{self.by}/{self.number}"


class CatalogueArrived(PublicationFact):
    """It has arrived here: from this entry on it is to be adopted, and the time counts."""

    stem: ClassVar[str] = "qidi.catalogue.arrived"
    published_at: datetime
    adopt_by: date | None = None
    #: The time that the publisher gave, counted from the arrival: who hears of it late loses nothing by that.
    limit: WireLimit | None = None


class PublicationAdopted(PublicationFact):
    """It is adopted here: our own list is in line with it from its version `own_number` on."""

    stem: ClassVar[str] = "qidi.catalogue.publication-adopted"
    own_number: Counted
    published_at: datetime
    arrived_at: datetime
    #: For how many matters we promise less time than the publisher.
    shorter: Counted = 0
    person: RecordedPerson


class ListFoundBeyond(Event):
    """A list below has something beyond the version of ours that it is said to follow: longer, more, or another."""

    stem: ClassVar[str] = "qidi.catalogue.found-beyond"
    subject_field: ClassVar[str] = "authority"
    authority: str
    #: Of its own list, and of the publication that it adopted.
    own_number: Counted
    number: Counted
    #: `NM-001 longer-limit`, one for each difference.
    differences: tuple[str, ...]

    @property
    def subject(self) -> str:
        """The list of that authority."""
        return f"catalogue/below/{self.authority}"


class PublishCatalogue(Command):
    """The list in force is published for the authorities below; a dry run shows what differs from the last version."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "publish-catalogue"
    adopt_by: Day | None = None
    note: Text | None = None
    dry_run: bool = False
    actor: Person | None = None


class GroundAsked(Wire):
    """A ground of a matter for which the count may stand still, with its law."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    ground: PauseGround
    law: Sentence
    longest: WireLimit | None = None
    is_confirmed: bool = True


class ExtensionAsked(LawfulExtension):
    """By how much the limit may be extended, with its law; 0: not at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    law: Law = ""


class ConditionAsked(Condition):
    """A condition, with the law that makes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    text: Text
    law: Law = ""


class ProcessStepAsked(ProcessStep):
    """One step of the way through the office."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Name
    by: OptionalName = ""
    law: Law = ""


class CriterionAsked(Criterion):
    """What is examined, and by which measure."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Name
    measure: Text
    law: Law = ""


class FormAsked(MatterForm):
    """A form in use."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Name
    number: Law = ""


class SpecialProcessAsked(SpecialProcess):
    """How a special step goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Name
    stages: Annotated[tuple[Name, ...], Field(max_length=30)] = ()
    law: Law = ""


class ContactAsked(MatterContact):
    """Who answers questions about the matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Name
    phone: Annotated[str, Field(max_length=40)] = ""


class NationalAsked(NationalEntry):
    """How the ministry's front database knows the matter."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: Annotated[str, Field(pattern=r"^([0-9]{7})?$")] = ""
    code_v2: Annotated[str, Field(pattern=r"^([0-9]{4})?$")] = ""


#: Names that people use for a matter.
EverydayNames = Annotated[tuple[Name, ...], Field(max_length=20)]
ProcessAsked = Annotated[tuple[ProcessStepAsked, ...], Field(max_length=30)]


class ToleranceAsked(Tolerance):
    """Which materials may come later; none: nothing may."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CommitmentAsked(CommitmentTerms):
    """That it may be decided on a commitment; a check within 0: it may not."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AdoptMatter(Command):
    """One matter of the catalogue is added or changed; the promised limit may not exceed the statutory one."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "adopt-matter"
    code: Line
    matter_name: Name
    department: Name
    statutory: WireLimit | None = None
    promised: WireLimit | None = None
    stage: str = ""
    item_type: str = ""
    legal_basis: str = ""
    deciding_level: Level = Level.BANNER
    materials: tuple[Name, ...] = ()
    special_steps: tuple[Name, ...] | None = None
    accepted_by: AcceptedBy | None = None
    #: Departments that review and note; `department` decides.
    reviewing: Annotated[tuple[Name, ...], Field(max_length=50)] | None = None
    #: For what the count may stand still; left out: as it was, or as the reference list has it.
    pauses: Annotated[tuple[GroundAsked, ...], Field(max_length=30)] | None = None
    #: Each of these, left out: as it was, or as the reference list has it.
    extension: ExtensionAsked | None = None
    tolerance: ToleranceAsked | None = None
    commitment: CommitmentAsked | None = None
    counted_from: CountedFrom | None = None
    conditions: Annotated[tuple[ConditionAsked, ...], Field(max_length=50)] | None = None
    process: ProcessAsked | None = None
    criteria: Annotated[tuple[CriterionAsked, ...], Field(max_length=100)] | None = None
    forms: Annotated[tuple[FormAsked, ...], Field(max_length=50)] | None = None
    special_processes: Annotated[tuple[SpecialProcessAsked, ...], Field(max_length=30)] | None = None
    everyday_names: EverydayNames | None = None
    contact: ContactAsked | None = None
    national: NationalAsked | None = None
    #: As it was read: refused where the matter has changed since. Left out: whatever it is now.
    version: Counted | None = None
    actor: Person | None = None


class OwnMatter(Wire):
    """What this authority wants otherwise than above for one matter: less time, fewer materials or steps."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: Line
    promised: WireLimit | None = None
    materials: tuple[Name, ...] | None = None
    special_steps: tuple[Name, ...] | None = None
    department: Name | None = None
    reviewing: Annotated[tuple[Name, ...], Field(max_length=50)] | None = None
    process: ProcessAsked | None = None
    everyday_names: EverydayNames | None = None
    contact: ContactAsked | None = None


class AdoptCatalogue(Command):
    """What was published above is adopted; refused with everything that would be longer or more than there.

    `align` gives up what our own list has beyond the one above; a dry run shows what the list would be.
    """

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "adopt-catalogue"
    #: Only the list of this publisher, and only if it is this number; without them all that waits.
    by: Line | None = None
    number: Numbered | None = None
    matters: Annotated[tuple[OwnMatter, ...], Field(max_length=500)] = ()
    align: bool = False
    dry_run: bool = False
    actor: Person | None = None
