"""Entries of the ledger as they are told: as they were recorded, with their hashes, and the head of the tree."""

from typing import Annotated

from pydantic import Field

from services.contracts.answers.shape import Answer, AsRecorded, Items
from services.contracts.envelope import Envelope


class LedgerEntry(Answer):
    """An entry as it was recorded."""

    index: int
    leaf: str = Field(description="the hash of its bytes, RFC 6962, in hex")
    entry: Annotated[Envelope, AsRecorded()]


class LedgerEntries(Items[LedgerEntry]):
    """Entries in the order of recording."""

    size: int = Field(description="how many there are in all")


class LedgerHead(Answer):
    """How many entries there are, and their root."""

    size: int
    root: str
    hash: str
