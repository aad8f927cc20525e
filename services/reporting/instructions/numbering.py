"""Numbers of official messages: on paper as GB/T 9704 writes them, and in our own record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import InstructionKind


@dataclass(frozen=True)
class Numbering:
    """How one kind is numbered; each kind counts for itself in every year."""

    #: The words that a document number begins with; data of the standard, the same in every language.
    on_paper: str
    #: The letters in our own number: the initials of those words.
    letters: str


NUMBERING: Final[Mapping[InstructionKind, Numbering]] = {
    InstructionKind.REMINDER: Numbering("提醒函", "TX"),
    InstructionKind.SUPERVISION: Numbering("督办函", "DB"),
    InstructionKind.TASK: Numbering("任务交办单", "JB"),
}


def document_no(kind: InstructionKind, year: int, serial: int) -> str:
    """The number of the document, such as 提醒函〔2026〕3号 (GB/T 9704)."""
    return f"{NUMBERING[kind].on_paper}〔{year}〕{serial}号"


def instruction_no(issuer: str, kind: InstructionKind, year: int, serial: int) -> str:
    """Our own number, such as 150400-TX2026-000003: one of a kind among all authorities, and fit for an address."""
    return f"{issuer}-{NUMBERING[kind].letters}{year}-{serial:06d}"
