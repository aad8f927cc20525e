"""Facts that reporting says: suspected breaches with their evidence, and frozen figures."""

from typing import Any, ClassVar

from services.contracts.envelope import Event


class FindingRaised(Event):
    """A suspected breach found by a rule; no finding punishes by itself (DOMAIN 7)."""

    stem: ClassVar[str] = "qidi.finding.raised"
    subject_field: ClassVar[str] = "finding_no"
    finding_no: str
    rule: str
    about: str
    department: str
    evidence: dict[str, Any]


class FindingSettled(Event):
    stem: ClassVar[str] = "qidi.finding.settled"
    subject_field: ClassVar[str] = "finding_no"
    finding_no: str
    confirmed: bool
    reason: str
    person: str


class FindingStated(Event):
    """The department concerned has stated its view, before anybody confirms the finding."""

    stem: ClassVar[str] = "qidi.finding.stated"
    subject_field: ClassVar[str] = "finding_no"
    finding_no: str
    statement: str
    person: str


class FindingReviewed(Event):
    """Somebody of another body has looked into a confirmed finding once more: it stands, or it is overturned."""

    stem: ClassVar[str] = "qidi.finding.reviewed"
    subject_field: ClassVar[str] = "finding_no"
    finding_no: str
    upheld: bool
    reason: str
    person: str


class SnapshotFrozen(Event):
    """The figures of a period were frozen; they can be asked for by number for ever."""

    stem: ClassVar[str] = "qidi.snapshot.frozen"
    subject_field: ClassVar[str] = "snapshot_no"
    snapshot_no: str
    period: str
    digest: str
