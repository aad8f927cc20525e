"""Reports of imports: what became of each line, and files that were brought in with all that was found in them."""

from enum import StrEnum

from pydantic import Field

from services.contracts.answers.shape import Actor, Answer, Facts, Message, Moment, Page, Template


class ImportOutcome(StrEnum):
    """What can become of a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class ImportState(StrEnum):
    """How far the import of a file is."""

    #: Another file of this authority is in work.
    WAITING = "waiting"
    TRYING = "trying"
    #: Everything was tried; a person looks at it and confirms.
    TRIED = "tried"
    ENTERING = "entering"
    ENTERED = "entered"
    #: By a person.
    STOPPED = "stopped"
    #: The gateway ended in the middle.
    INTERRUPTED = "interrupted"
    #: The authority did not take it.
    FAILED = "failed"
    #: The file as a whole cannot be taken.
    UNREADABLE = "unreadable"


class ColumnUse(StrEnum):
    """How a column of a file is understood."""

    OWN = "own"
    SAME = "same"
    LOOSE = "loose"
    DERIVED = "derived"
    NOTE = "note"
    LEFT = "left"


class ImportCounts(Answer):
    """How many lines came to which end."""

    new: int
    changed: int
    same: int
    refused: int


class ImportProblem(Answer):
    """One thing that is wrong with a line."""

    field: str
    template: Template
    params: Facts
    message: Message


class ImportResult(Answer):
    """What became of a line."""

    row: str
    outcome: ImportOutcome
    case_no: str | None = Field(description="null: it was refused, or a dry run would have numbered it")
    problems: tuple[ImportProblem, ...]
    remarks: tuple[ImportProblem, ...] = Field(
        default=(), description="what a person should look at, although the line was taken"
    )


class ImportReport(Answer):
    """What became of all lines."""

    dry_run: bool
    counts: ImportCounts
    results: tuple[ImportResult, ...]


# --- files ------------------------------------------------------------------------------------------------------------


class ImportSentence(Answer):
    """Something that is told of a file."""

    template: str = Field(description="the English text, with {names} of `params`")
    params: Facts
    message: str = Field(description="the template with its values, in the caller's language")


class ImportTold(Answer):
    """A file that was brought in, and how far its import is."""

    no: int
    file: str
    bytes: int
    sha256: str
    uploaded_at: Moment
    uploaded_by: Actor
    confirmed_by: Actor | None = Field(description="who confirmed that it is entered; null: nobody yet")
    state: ImportState
    done: int = Field(description="rows of the present stage that are done")
    rows: int = Field(description="rows of the file; at most, while it is read for the first time")
    tried: ImportCounts | None = Field(description="what the dry run found; null: it has not ended yet")
    entered: ImportCounts | None = Field(description="what was entered; null: nothing yet")
    left: int = Field(description="rows that wait to be entered: what `enter` has to confirm")
    replaces: int | None = Field(description="the import that this corrected file replaces")
    replaced_by: int | None
    is_kept: bool = Field(description="whether the file is still here; it goes after entering, or in time")
    trouble: ImportSentence | None = Field(description="why it failed or cannot be read")


class ImportColumn(Answer):
    """How a column of a sheet is understood."""

    title: str
    letter: str
    means: str | None = Field(description="the title by which we call it; null: we have no name for it")
    use: ColumnUse


class ImportSheet(Answer):
    """A sheet that is read."""

    name: str
    header_row: int
    columns: tuple[ImportColumn, ...]


class ImportFirstStep(Answer):
    """A step of a row, as it would be taken."""

    step: str
    occurred_at: str


class ImportFirst(Answer):
    """One of the first rows as it would be entered."""

    row: str
    project_code: str | None
    project_name: str | None
    owner_name: str | None
    matter: str | None
    department: str | None
    handler: str | None
    received_at: str | None
    is_refused: bool = Field(description="whether something is wrong in it, so that it would be left out")
    steps: tuple[ImportFirstStep, ...]


class ImportReason(Answer):
    """For how many rows something was said of a column."""

    column: str
    reason: str
    rows: int
    first: str | None = Field(description="the first of these rows and what is in it")


class ImportWrong(Answer):
    """What is wrong in one cell, and what to do about it."""

    cell: str | None = Field(description="as D7; null: the file has no such column")
    column: str
    reason: str


class ImportBad(Answer):
    """A row that is refused."""

    sheet: str
    row: int
    wrong: tuple[ImportWrong, ...]


class ImportUnderstood(ImportTold):
    """A file with what was found in it; the rows that are refused are at `/refused`."""

    sheets: tuple[ImportSheet, ...]
    told: tuple[ImportSentence, ...] = Field(description="of the file as a whole: what was left out, which column won")
    remarks: tuple[ImportReason, ...] = Field(description="what a person should look at, although rows are taken")
    reasons: tuple[ImportReason, ...] = Field(description="why rows are refused, the most frequent first")
    struck: int = Field(description="rows that were struck off in the old ledger; they are entered as ended")
    first: tuple[ImportFirst, ...]
    late: tuple[ImportBad, ...] = Field(description="refused at entering, because the record had changed")


class ImportFiles(Page[ImportTold]):
    """Files that were brought in, newest first."""


class ImportRefusals(Page[ImportBad]):
    """Rows that are refused, in the order of the file."""
