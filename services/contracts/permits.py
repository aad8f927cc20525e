"""Facts about what a permit leaves open and how it ends: deficiencies, commitments, revocation (DOMAIN 3)."""

from datetime import date
from typing import ClassVar

from services.contracts.cases import CaseFact
from services.contracts.quantities import Counted, Numbered, WireLimit


class MaterialMissing(CaseFact):
    """Accepted although this material is missing: it may come later, with a clock of its own (DOMAIN 3, rule 8)."""

    stem: ClassVar[str] = "qidi.case.material-missing"
    #: The how many-th of the case.
    number: Numbered
    material: str
    #: The day by which it has to come; None: nobody has said one, so the rules give it.
    due_on: date | None = None
    #: A code of `Consequence`: what follows where it does not come.
    consequence: str | None = None


class MaterialSupplied(CaseFact):
    """A material that was missing has come in: its clock ends."""

    stem: ClassVar[str] = "qidi.case.material-supplied"
    #: Which one; 0: another system speaks of one that the record does not know as missing.
    number: Counted
    material: str


class DeficiencyBreached(CaseFact):
    """The day of a missing material has passed without it: what follows is the matter's word (DOMAIN 3, rule 8)."""

    stem: ClassVar[str] = "qidi.case.deficiency-breached"
    number: Numbered
    material: str
    due_on: date | None = None
    consequence: str | None = None
    clock_id: str


class CaseGrantedWithDeficiencies(CaseFact):
    """Granted although materials are still missing (BLZT 12): each goes on counting for itself."""

    stem: ClassVar[str] = "qidi.case.granted-with-deficiencies"
    blzt: Counted | None = 12


class CommitmentGiven(CaseFact):
    """A permit was granted on a written commitment; `document_no` is that of the commitment (DOMAIN 3, rule 9)."""

    stem: ClassVar[str] = "qidi.case.commitment-given"
    document_on: date | None = None
    #: Within which time it is checked; None: the matter has no such time, so the rules give it.
    check_within: WireLimit | None = None
    basis: str = ""


class CommitmentChecked(CaseFact):
    """A named person has checked whether the commitment was kept; `document_no` is that of the check's record."""

    stem: ClassVar[str] = "qidi.case.commitment-checked"
    passed: bool
    document_on: date | None = None
    #: Codes of `Consequence`: what follows where it was not kept.
    consequences: tuple[str, ...] = ()


class BreachRecorded(CaseFact):
    """A credit note was made about a broken undertaking; `document_no` is its number."""

    stem: ClassVar[str] = "qidi.case.breach-recorded"
    document_on: date | None = None


class CaseRevoked(CaseFact):
    """The permit is revoked (BLZT 15, Licensing Law 69), with the reason and the remedies told."""

    stem: ClassVar[str] = "qidi.case.revoked"
    blzt: Counted | None = 15
    remedies: str | None = None
    #: A code of `EndGround`; None: another system has not said it.
    because: str | None = None
    document_on: date | None = None


class PermitWithdrawn(CaseFact):
    """The authority takes a lawful permit back, because law or circumstances have changed (Licensing Law 8)."""

    stem: ClassVar[str] = "qidi.case.permit-withdrawn"
    blzt: Counted | None = 14
    remedies: str | None = None
    because: str | None = None
    document_on: date | None = None


class PermitCancelled(CaseFact):
    """The permit is taken out of the register (Licensing Law 70): the standard has no number for it, and the state of
    the case stays."""

    stem: ClassVar[str] = "qidi.case.permit-cancelled"
    because: str | None = None
    document_on: date | None = None
