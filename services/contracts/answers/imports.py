"""Reports of imports: what became of each line, or everything that is wrong with it."""

from enum import StrEnum

from pydantic import Field

from services.contracts.answers.shape import Answer, Facts, Message, Template


class ImportOutcome(StrEnum):
    """What can become of a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


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
