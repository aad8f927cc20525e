"""Orders about findings: the accused's word, a person's judgement of one or of many, and another body's review."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.contracts.commands import Command, Line, Text
from services.contracts.quantities import Person


class SettleFinding(Command):
    """A person confirms or dismisses a finding, with a reason."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "settle-finding"
    finding_no: Line
    confirmed: bool
    reason: Text
    actor: Person | None = None


class SettleFindings(Command):
    """A person confirms or dismisses many findings with one reason: all, or none where one does not allow it."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "settle-findings"
    finding_nos: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]
    confirmed: bool
    reason: Text
    actor: Person | None = None


class StateOnFinding(Command):
    """The department concerned states its view of an open finding, once."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "state-on-finding"
    finding_no: Line
    statement: Text
    actor: Person | None = None


class ReviewFinding(Command):
    """Somebody of another body says whether a confirmed finding stands, once."""

    service: ClassVar[str] = "reporting"
    name: ClassVar[str] = "review-finding"
    finding_no: Line
    upheld: bool
    reason: Text
    actor: Person | None = None
