"""Numbers of official messages: on paper as GB/T 9704 writes them, and in our own record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import InstructionKind


@dataclass(frozen=True)
class Numbering:
    """How one kind is numbered; each kind counts for itself in every year, and each issuer for himself."""

    #: The word of the kind behind the issuer's own character; data of the standard, the same in every language.
    on_paper: str
    #: The letters in our own number: the initials of the kind's name.
    letters: str


NUMBERING: Final[Mapping[InstructionKind, Numbering]] = {
    InstructionKind.REMINDER: Numbering("提函", "TX"),
    InstructionKind.SUPERVISION: Numbering("督函", "DB"),
    InstructionKind.LISTED: Numbering("挂督", "GP"),
    InstructionKind.CIRCULAR: Numbering("通报", "TB"),
    InstructionKind.TASK: Numbering("交办", "JB"),
}


def document_no(character: str, kind: InstructionKind, year: int, serial: int) -> str:
    """The number of the document, such as 林工改办督函〔2026〕3号: the issuer's character, year, serial without zeros
    (GB/T 9704-2012, 7.2.5)."""
    return f"{character}{NUMBERING[kind].on_paper}〔{year}〕{serial}号"


def instruction_no(issuer: str, kind: InstructionKind, year: int, serial: int) -> str:
    """Our own number, such as 150400-TX2026-000003: one of a kind among all authorities, and fit for an address."""
    return f"{issuer}-{NUMBERING[kind].letters}{year}-{serial:06d}"
