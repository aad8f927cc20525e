"""Mappings of other systems' event logs: what each column and activity means; everything wrong is told at once."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from documents.titles import told
from services.contracts.commands import DefectTold
from services.contracts.quantities import WireLimit
from services.contracts.vocabulary import StepKind


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


#: Columns in order of preference: the first that is not empty counts.
Columns = Annotated[tuple[str, ...], BeforeValidator(_listed)]
#: In place of a column: the moment of the case's first event.
FIRST_EVENT = "first-event"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LogShape(_Part):
    """How the file is written."""

    #: Left out: found out from the file.
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    #: Values that stand for nothing.
    empty: tuple[str, ...] = ("",)
    #: What was logged within so many seconds was one action, in whatever order the other system wrote it down.
    one_action_seconds: Annotated[float, Field(ge=0, le=3600)] = 0


class LogColumns(_Part):
    """Which column says what."""

    #: What tells one case from another: several columns where rows that share the first are cases of their own.
    case: Annotated[Columns, Field(min_length=1)]
    #: Both left out: the rows are cases and no events, and all steps come from columns.
    activity: str | None = None
    time: str | None = None
    person: Columns = ()
    department: Columns = ()
    handler: Columns = ()
    handler_department: Columns = ()
    channel: Columns = ()

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.activity is None) is not (self.time is None):
            raise ValueError("activity and time are both there, or neither")
        return self


class CaseMade(_Part):
    """What every case gets. In texts may stand `{case}`, `{number}` (six digits of its own), `{year}` and `{yymm}` of
    its receipt, and `{any column}`."""

    matter: str
    #: Of several texts the first counts for which every column has something.
    project_code: Columns
    project_name: Columns
    owner_name: Columns
    external_no: Columns
    receipt: Columns
    #: Activities that, after an end, take the matter up again: from there on it is another case (`{case}-2`).
    again: Columns = ()
    limit: WireLimit | None = None
    #: Columns that have no place of their own and are kept as a note of the case.
    keep: tuple[str, ...] = ()
    #: The department of ours that all of the log's people count as of: the matter's, which holds its cases. Without it
    #: they are of the departments that the log names.
    department: str = ""
    #: Who acted, and for whom, where the log does not say.
    unknown_person: str = told("not recorded")
    unknown_department: str = told("not recorded")


class StepMade(_Part):
    """One step: from activities, the first of them in this order that the case has in time, or from a column."""

    activities: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    column: str | None = None
    #: Each occurrence is a step, not only the first.
    every: bool = False
    #: Only an occurrence that is not before these steps, and not after the moment in this column, is taken.
    after: Annotated[tuple[StepKind, ...], BeforeValidator(_listed)] = ()
    until: str | None = None
    #: Only where these columns have one of these values: the outcome may stand in a column of its own.
    when: Mapping[str, Columns] = {}
    reason: str | None = None
    remedies: str | None = None
    defects: tuple[DefectTold, ...] = ()


class NotesMade(_Part):
    """Activities that are kept as notes. `default = "note"` keeps every other one as well."""

    activities: tuple[str, ...] = ()
    default: Literal["note"] | None = None
    #: `{activity}` and `{name of a column}` may stand in it.
    text: str = "{activity}"


class LogMapping(_Part):
    """A whole mapping."""

    log: LogShape = LogShape()
    columns: LogColumns
    case: CaseMade
    steps: Mapping[StepKind, StepMade] = {}
    notes: NotesMade = NotesMade()

    def needed(self) -> list[str]:
        """Every column that the mapping names."""
        of_log, of_case = self.columns, self.case
        named = [*of_log.case, *(name for name in (of_log.activity, of_log.time) if name)]
        named += [*of_log.person, *of_log.department, *of_log.handler]
        named += [
            *of_log.handler_department,
            *of_log.channel,
            *of_case.keep,
            *(one for one in of_case.receipt if one != FIRST_EVENT),
        ]
        named += [name for step in self.steps.values() for name in (step.column, step.until, *step.when) if name]
        return list(dict.fromkeys(named))

    def accounted(self) -> set[str]:
        """Every activity that the mapping speaks of."""
        return {
            *self.notes.activities,
            *self.case.again,
            *(name for step in self.steps.values() for name in step.activities),
        }


class BadMapping(Exception):
    """The mapping cannot be used; `reason` says everything that is wrong with it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def load(path: Path) -> LogMapping:
    """Read a mapping. Raises BadMapping with everything that is wrong, OSError."""
    try:
        return LogMapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadMapping(str(wrong)) from wrong
    except ValidationError as wrong:
        reasons = [f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in wrong.errors()]
        raise BadMapping("; ".join(reasons)) from wrong


SHIPPED = Path(__file__).resolve().parents[1] / "mappings"


def found(name: str) -> Path:
    """A mapping by its path, or one of the shipped ones by its name."""
    path = Path(name)
    return path if path.exists() or path.suffix else SHIPPED / f"{name}.toml"
