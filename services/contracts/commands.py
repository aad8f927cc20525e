"""Commands: what may be asked of each service, one class each, imperative, and it may be refused."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from services.contracts.dates import Day, EnteredMoment, Moment
from services.contracts.grounds import EndGround, PauseGround, Waiver
from services.contracts.quantities import (
    MEANT,
    NUMBERED,
    PLAIN,
    WHOLE,
    Person,
    Wire,
    WireLimit,
    Yuan,
)
from services.contracts.vocabulary import (
    Channel,
    InstructionKind,
    InstructionStepKind,
    Library,
    ReceiptChannel,
    StepKind,
)

#: What somebody has to say: it is read by others, who cannot ask back, so it says something.
Text = Annotated[str, Field(min_length=1, max_length=2000), MEANT]
Line = Annotated[str, Field(min_length=1, max_length=200)]
#: The same in one line.
Sentence = Annotated[str, Field(min_length=1, max_length=200), MEANT]
#: The number of a document, of an order, or of a line in another system.
Number = Annotated[str, Field(min_length=1, max_length=200), NUMBERED]
#: What something or somebody is called: readable, without characters that nobody sees.
Name = Annotated[str, Field(min_length=1, max_length=200), PLAIN]

_commands: dict[str, type["Command"]] = {}


class Command(Wire):
    """An imperative that may be refused. `service` says who decides it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str] = ""
    service: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:
        if cls.name and "name" in cls.__dict__:
            _commands[f"{cls.service}.{cls.name}"] = cls


def every_command() -> Mapping[str, type[Command]]:
    """All commands by `service.name`."""
    return _commands


# --- intake -----------------------------------------------------------------------------------------------------------


class RegisterProject(Command):
    """A project enters the library."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "register-project"
    project_code: Line
    project_name: Name
    owner_name: Name
    credit_code: Line | None = None
    investment_yuan: Yuan | None = None
    planned_start: Day | None = None
    #: The day of its initiation, and the day on which works began; None: nobody has said.
    initiated_on: Day | None = None
    started_on: Day | None = None
    library: Library = Library.ACTIVE
    confirm: tuple[Literal["credit_code"], ...] = ()
    actor: Person | None = None


class MoveProject(Command):
    """A project moves between the reserve, the active library and the removed ones."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "move-project"
    project_code: Line
    library: Library
    reason: Text
    look_back_on: Day | None = None
    actor: Person | None = None


class DefectTold(Wire):
    model_config = ConfigDict(frozen=True, extra="forbid")
    material: Name
    problem: Text
    advice: Text
    #: True: it was visible in the first submission. Said or not, the lists are compared.
    old: bool | None = None


class MissingTold(Wire):
    """A material that may come later, and by when."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    material: Name
    due_on: Day | None = None


class StepTaken(Wire):
    """One step, by its word (`step`) or by its number in the national exchange standard (`blzt`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    step: StepKind | None = None
    blzt: Annotated[int, Field(ge=1, le=15), WHOLE] | None = None
    occurred_at: Moment | None = None
    actor: Person | None = None
    reason: Text | None = None
    remedies: Text | None = None
    document_no: Number | None = None
    defects: Annotated[tuple[DefectTold, ...], Field(max_length=200)] = ()
    new_handler: Person | None = None
    note: Text | None = None
    #: Of a correction notice: how long the applicant has for it.
    given: WireLimit | None = None
    #: Of an extension: by how much.
    longer_by: WireLimit | None = None
    #: Of a special procedure: for what, and for how long it is planned.
    ground: PauseGround | None = None
    planned: WireLimit | None = None
    #: The day of the document: the notice of a special procedure, or its report.
    document_on: Day | None = None
    complete_by: Day | None = None
    #: Of an acceptance with deficiencies: what is still missing, each with its day.
    missing: Annotated[tuple[MissingTold, ...], Field(max_length=50)] = ()
    #: Which missing material has come in.
    material: Name | None = None
    #: Whether the commitment was kept.
    passed: bool | None = None
    #: Why a permit ends: Licensing Law 69, 8 or 70.
    because: EndGround | None = None
    #: Of joint handling: the departments that take part beside the one that holds the case.
    departments: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    #: Of a limit that is put right: what it is now.
    limit: WireLimit | None = None
    #: Of a case that needs no approval: why, and the number of the approval that covers it.
    waiver: Waiver | None = None
    covered_by: Number | None = None


class ReceiveCase(Command):
    """An application for one matter of one project comes in."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "receive-case"
    project_code: Line
    matter_code: Line
    department: Name | None = None
    handler: Person
    received_at: Moment | None = None
    promised: WireLimit | None = None
    #: Left out: the window, or of a partner system its own way.
    channel: ReceiptChannel | None = None
    external_no: Number | None = None
    #: Why a second application is taken in while one for the same project and matter is open.
    again_because: Text | None = None
    #: The day by which the department means to have finished it: not later than the day on which it is due.
    complete_by: Day | None = None
    #: The day on which its decision is due, as the timer counts it: the gateway asks for it, nobody else says it.
    due_on: Day | None = None
    actor: Person | None = None


class TakeStep(StepTaken, Command):
    """Something happens to a case."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "take-step"
    case_no: Line
    #: The day on which its decision is due, as the timer counts it: the gateway asks for it, nobody else says it.
    due_on: Day | None = None


class EnteredStep(StepTaken):
    """One step as another ledger knows it."""

    occurred_at: EnteredMoment | None = None


class CaseEntry(Wire):
    """One case as another ledger or system knows it: its project, its receipt and what happened since."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    #: Names the line in the caller's file, so that a problem can be shown where it stands.
    row: str = ""
    #: The number in the other system; with it entering twice is entering once.
    external_no: Number | None = None
    project_code: Line
    project_name: Name
    owner_name: Name
    #: The owner's unified social credit code; a failed check character is asked about, and entered all the same.
    credit_code: Line | None = None
    initiated_on: Day | None = None
    started_on: Day | None = None
    #: Code or exact name of the matter.
    matter: Line
    department: Name | None = None
    handler: Person
    received_at: EnteredMoment
    promised: WireLimit | None = None
    #: In place of `promised`: so many days, which the other ledger does not say the kind of. They are of the kind in
    #: which the matter's own limit is counted, else working days (DOMAIN 3, rule 4).
    promised_days: Annotated[int, Field(ge=0, le=3650), WHOLE] | None = None
    complete_by: Day | None = None
    #: The day on which its decision is due, as the timer counts it: the gateway asks for it, nobody else says it.
    due_on: Day | None = None
    channel: Line = Channel.IMPORT.value
    steps: Annotated[tuple[EnteredStep, ...], Field(max_length=200)] = ()
    #: Where the other ledger has the case now. A case that stands there already needs no steps; any other must stand
    #: there after its steps, because otherwise some of them, or their dates, are missing.
    state: Line | None = None
    notes: dict[str, str] = Field(default_factory=dict)


class EnterCases(Command):
    """Existing lines are entered: what differs from the record is applied, what is the same is left alone.

    `entries` are read one by one, so that a bad line never hides a good one; a dry run changes nothing and gives the
    same report.
    """

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "enter-cases"
    entries: Annotated[tuple[dict[str, Any], ...], Field(max_length=500)]
    dry_run: bool = False
    #: Another name of a known project or owner is taken over; else it is only told, for a person to decide.
    rename: bool = False
    #: The source recorded each step when it happened, and whoever gives the order vouches for that: its steps count on
    #: the days that they name (DOMAIN 3, rule 12). Of a partner system nobody but a person of the authority says so.
    trusts_times: bool = False
    actor: Person | None = None


class ConfirmLines(Command):
    """A department signs, once, for lines that an import brought in: all that it has not signed for, or these."""

    service: ClassVar[str] = "intake"
    name: ClassVar[str] = "confirm-lines"
    department: Name
    case_nos: Annotated[tuple[Line, ...], Field(max_length=1000)] = ()
    actor: Person | None = None


# --- timer ------------------------------------------------------------------------------------------------------------


class NewLimit(Wire):
    """The limit that one clock rule gets."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rule: Annotated[str, Field(min_length=1, max_length=60)]
    limit: WireLimit


class SetRules(Command):
    """Shorter limits for clocks that start from a day on, here and at everybody below."""

    service: ClassVar[str] = "timer"
    name: ClassVar[str] = "set-rules"
    rules: Annotated[tuple[NewLimit, ...], Field(min_length=1, max_length=50)]
    in_force_from: Day
    basis: Sentence
    actor: Person | None = None


# --- ledger -----------------------------------------------------------------------------------------------------------


class StrikeOff(Command):
    """A finished line leaves the list, with evidence."""

    service: ClassVar[str] = "ledger"
    name: ClassVar[str] = "strike-off"
    case_no: Line
    evidence: Text
    occurred_at: Moment | None = None
    actor: Person | None = None


# --- reporting --------------------------------------------------------------------------------------------------------


class FreezeMonth(Command):
    """The month's figures are frozen under a number."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "freeze-month"
    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
    actor: Person | None = None


class IssueInstruction(Command):
    """An official message to an authority below, or to a department of ours."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "issue-instruction"
    kind: InstructionKind
    #: Left out: our own authority.
    to: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    department: Name
    title: Sentence
    text: Text
    about: Annotated[tuple[Line, ...], Field(max_length=50)] = ()
    #: Left out: what the kind of message says.
    reply_working_days: Annotated[int, Field(ge=1, le=60), WHOLE] | None = None
    actor: Person | None = None


class TakeInstructionStep(Command):
    """Signed for or answered by whom it is addressed to; closed by its issuer."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "take-instruction-step"
    instruction_no: Line
    step: InstructionStepKind
    text: Text | None = None
    actor: Person | None = None
