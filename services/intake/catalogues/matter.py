"""Matter of a list, as the rules between lists see it: every part of it said, also where the wire said nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.vocabulary import AcceptedBy, CountedFrom, Level
from services.intake.catalogues.parts import (
    NO_EXTENSION,
    NOT_KNOWN_THERE,
    Condition,
    Contact,
    Criterion,
    ExtensionRight,
    Form,
    National,
    ProcessStep,
    SpecialProcess,
)
from services.intake.catalogues.pauses import PauseRight
from services.intake.catalogues.undertakings import (
    NOT_ON_COMMITMENT,
    NOTHING_LATER,
    CommitmentTerms,
    Tolerance,
)
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
    extension: ExtensionRight = NO_EXTENSION
    #: Which materials may come later, and on which terms it is decided on a commitment.
    tolerance: Tolerance = NOTHING_LATER
    commitment: CommitmentTerms = NOT_ON_COMMITMENT
    counted_from: CountedFrom = CountedFrom.ACCEPTANCE
    conditions: tuple[Condition, ...] = ()
    process: tuple[ProcessStep, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    forms: tuple[Form, ...] = ()
    special_processes: tuple[SpecialProcess, ...] = ()
    everyday_names: tuple[str, ...] = ()
    contact: Contact | None = None
    national: National = NOT_KNOWN_THERE
    #: The number of the list since which it stands as it does; 0: not said.
    version: int = 0

    @property
    def is_yardstick(self) -> bool:
        """Whether the whole process is measured by it, so that nobody can apply for it."""
        return self.item_type == YARDSTICK


List = Mapping[str, Matter]
"""The matters of a list in their order, by code."""
