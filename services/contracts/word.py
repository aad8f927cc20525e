"""The word: a member of a closed set of codes, each with the msgid of its name."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A closed set of codes, each with the msgid of its name."""

    msgid: str

    def __new__(cls, code: str, msgid: str = "") -> Self:
        """The member for a code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.msgid = msgid
        return member
