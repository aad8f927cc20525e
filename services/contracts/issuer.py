"""The issuer of letters: the character under which it numbers them, and for how long a supervision letter counts."""

from dataclasses import dataclass
from typing import Self

from services.contracts.divisions import name_of


@dataclass(frozen=True)
class Issuer:
    """What an authority has set for the letters that it issues."""

    #: Its own character (机关代字) in the number of a document, as 林工改办 in 林工改办督函〔2026〕3号.
    character: str
    #: The name over and under its letters.
    name: str
    #: A second supervision letter for one case within so many days is listed supervision.
    repeat_days: int = 365

    @classmethod
    def usual(cls, authority: str) -> Self:
        """Of an authority that has set nothing: its own name, so that no two issuers' numbers are alike."""
        name = name_of(authority)
        return cls(name, name)
