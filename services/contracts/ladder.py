"""Ladder of warnings as data: whom each rung tells, which letter it asks for, by which paper (DOMAIN 5, rule 4).

When a rung is crossed stands in `services/timer/ladder.py`. A letter that is asked for is drafted from the record and
waits until a named person seals it; nothing goes out by itself, and nothing comes down by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import InstructionKind, Word


class Rung(Word):
    """A warning of the ladder, from below to above (DOMAIN 5, rule 4)."""

    YELLOW = "yellow", "Yellow light"
    RED = "red", "Red light"
    REMIND = "red+3", "Three working days overdue"
    SUPERVISE = "red+5", "Five working days overdue"
    LIST = "red+10", "Ten working days overdue"


class Recipient(Word):
    """Whom a rung tells."""

    HANDLER = "handler", "The handler"
    HEAD = "head", "The head of the department"
    OFFICE = "office", "The leading office"


@dataclass(frozen=True)
class Action:
    """What one rung does."""

    rung: Rung
    tells: tuple[Recipient, ...]
    drafts: InstructionKind | None = None
    #: The paper that says so, or that it is our choice.
    source: str = ""


#: The version of this table; it rises with each change, and each draft says by which it was made.
VERSION: Final = "1"
_HANDS: Final = (Recipient.HANDLER, Recipient.HEAD)
_PLAN: Final = "大起底工作方案 四(三)3：逾期亮红灯并同时提醒经办人"
_RULES: Final = "赤工改办综合字〔2023〕7号 四(三)：提醒函、督办函、挂牌督办、通报；各级间隔由本系统设定"
LADDER: Final = (
    Action(Rung.YELLOW, (Recipient.HANDLER,), None, _PLAN),
    Action(Rung.RED, _HANDS, None, _PLAN),
    Action(Rung.REMIND, (*_HANDS, Recipient.OFFICE), InstructionKind.REMINDER, _RULES),
    Action(Rung.SUPERVISE, (*_HANDS, Recipient.OFFICE), InstructionKind.SUPERVISION, _RULES),
    Action(Rung.LIST, (*_HANDS, Recipient.OFFICE), InstructionKind.LISTED, _RULES),
)
ACTIONS: Final[Mapping[str, Action]] = {one.rung.value: one for one in LADDER}
#: The letters of the ladder, the softest first.
LETTERS: Final = (InstructionKind.REMINDER, InstructionKind.SUPERVISION, InstructionKind.LISTED)
#: An answer that is overdue climbs: the letter that was not answered -> the next one. Listed supervision is the top.
CLIMBS: Final[Mapping[InstructionKind, InstructionKind]] = {
    InstructionKind.TASK: InstructionKind.REMINDER,
    InstructionKind.REMINDER: InstructionKind.SUPERVISION,
    InstructionKind.SUPERVISION: InstructionKind.LISTED,
}


def is_harder(kind: InstructionKind, other: InstructionKind) -> bool:
    """Whether a letter of the ladder stands above another one."""
    return kind in LETTERS and (other not in LETTERS or LETTERS.index(kind) > LETTERS.index(other))


def second_time(kind: InstructionKind, *, supervised_before: bool) -> InstructionKind:
    """The letter that is asked for: a second supervision letter for one case within the year is listed supervision."""
    return InstructionKind.LISTED if kind is InstructionKind.SUPERVISION and supervised_before else kind
