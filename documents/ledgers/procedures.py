"""Special procedures in ledgers: which one a row says is running, and what is asked where it does not say."""

from collections.abc import Mapping
from typing import Any, Final

from documents.ledgers.words import say
from services.contracts.grounds import PauseGround

STANDS_STILL: Final = (
    "{text} in cell {cell} does not say for which special procedure the case stands still: write there which one it "
    "is, for example {known}; if none is running, write that it is under review."
)
_KNOWN: Final = say("zh", "hearing under way, review by experts under way, inspection under way")


def asked(word: str, cell: str) -> dict[str, Any]:
    """The facts of `STANDS_STILL` for a word in a cell."""
    return {"text": word, "cell": cell, "known": _KNOWN}


def told(ground: PauseGround, notice: Mapping[str, str | None]) -> dict[str, Any]:
    """The particulars of its beginning: for what, and as far as the row has them number and day of the notice."""
    return {"ground": ground.value} | {
        name: value[:10] if name == "document_on" else value for name, value in notice.items() if value
    }
