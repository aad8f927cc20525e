"""Matters of a list, as they stand on the wire: what is asked for, how it goes, how long it may take, and by which law.

A field that is left out (null) says nothing, and the reference list's word on the matter counts; an empty one says that
there is none. Within this version fields are only ever added, each optional.
"""

from typing import Annotated

from pydantic import Field

from services.contracts.grounds import Consequence, PauseGround
from services.contracts.quantities import Counted, Wire, WireLimit
from services.contracts.vocabulary import AcceptedBy, CountedFrom, Level


class LawfulPause(Wire):
    """For what the count of a matter may stand still, by which law, and for how long at most (DOMAIN 3, rule 5)."""

    ground: PauseGround
    law: str
    #: None: the law names no length.
    longest: WireLimit | None = None
    #: False: nobody has read it in the law yet, so it pauses nothing.
    is_confirmed: bool = True


class LawfulExtension(Wire):
    """By how much the limit of a matter may be extended at most, once, and by which law (DOMAIN 3, rule 4)."""

    #: 0: not at all.
    longest: WireLimit
    law: str = ""


class Condition(Wire):
    """What has to be so before it can be granted, and the law that asks for it; empty: nobody has named one."""

    text: str
    law: str = ""


class ProcessStep(Wire):
    """One step of the way of an application through the office: who takes it, and how long that may take."""

    name: str
    #: The department or post; empty: whoever has the case.
    by: str = ""
    limit: WireLimit | None = None
    law: str = ""


class Criterion(Wire):
    """What is examined, and the measure by which it is decided: a number, a bound, a list."""

    name: str
    measure: str
    law: str = ""


class MatterForm(Wire):
    """A form that the applicant fills in or the office hands out, with its number where it has one."""

    name: str
    number: str = ""


class SpecialProcess(Wire):
    """How one of the special steps goes, named as there, and how long it may take."""

    name: str
    stages: tuple[str, ...] = ()
    limit: WireLimit | None = None
    law: str = ""


class MatterContact(Wire):
    """Who answers questions about a matter: an official or a post, and the office's own telephone."""

    name: str
    phone: str = ""


class NationalEntry(Wire):
    """How the ministry's front database knows a matter."""

    #: Numbers of the standard's stages, 1 to 5; several where it belongs to several.
    stages: tuple[Annotated[int, Field(ge=1, le=5)], ...] = ()
    #: Its code in version 3 of the standard (seven digits) and in version 2 (four); neither follows from the other.
    #: Empty: not known.
    code: str = ""
    code_v2: str = ""


class Tolerance(Wire):
    """Which materials may come later, and what follows where one does not (DOMAIN 3, rule 8)."""

    #: Empty: none.
    materials: tuple[str, ...] = ()
    #: So many calendar days after acceptance at most.
    longest_days: Counted = 0
    consequence: Consequence = Consequence.REFUSE
    basis: str = ""


class CommitmentTerms(Wire):
    """That it may be decided at once on a written commitment (DOMAIN 3, rule 9)."""

    #: Within which time that is checked; of the amount 0: it is not decided so.
    check_within: WireLimit
    basis: str = ""


class CatalogueMatter(Wire):
    """One kind of approval, as a list has it."""

    code: str
    name: str
    department: str
    statutory: WireLimit | None = None
    promised: WireLimit
    stage: str = ""
    item_type: str = ""
    legal_basis: str = ""
    deciding_level: Level = Level.BANNER
    materials: tuple[str, ...] = ()
    #: Hearing, expert review and the like, where the matter provides for them; None: nothing was said about it.
    special_steps: tuple[str, ...] | None = None
    #: Who says whether an application is accepted; None: nothing was said about it, so the window may as well.
    accepted_by: AcceptedBy | None = None
    #: Departments that review and note beside the deciding one, which is `department`; None: nothing was said about it.
    reviewing: tuple[str, ...] | None = None
    #: For what the count may stand still.
    pauses: tuple[LawfulPause, ...] | None = None
    extension: LawfulExtension | None = None
    tolerance: Tolerance | None = None
    commitment: CommitmentTerms | None = None
    #: From where the time for the decision counts.
    counted_from: CountedFrom | None = None
    conditions: tuple[Condition, ...] | None = None
    process: tuple[ProcessStep, ...] | None = None
    criteria: tuple[Criterion, ...] | None = None
    forms: tuple[MatterForm, ...] | None = None
    special_processes: tuple[SpecialProcess, ...] | None = None
    #: What people call it: 环评, 施工证.
    everyday_names: tuple[str, ...] | None = None
    #: Everybody's own, as the department is.
    contact: MatterContact | None = None
    national: NationalEntry | None = None
    #: The number of the list since which it stands as it does here; None: a list of an older version.
    version: Counted | None = None
