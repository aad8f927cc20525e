"""Keys of a ledger's row as offices write them: the codes and the matter's name without what is not theirs."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from documents.ledgers import cells
from documents.ledgers.cells import BadCell

_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\ufe58\ufe63\uff0d\u4e00]")
_ASIDE = re.compile(r"[(\[][^()\[\]]*[\u3400-\u9fff][^()\[\]]*[)\]]")
#: Year, region, sector, kind and number, with the sign of a split work behind them.
_CODE: Final = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}(?:-\d{2})?", re.ASCII)
_BARE = re.compile(r"(\d{4})(\d{6})(\d{2})(\d{2})(\d{6})")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[一二三四五六七八九十]{1,3})\)?[.、)\s]\s*(?=\D)")


@lru_cache(4096)
def project_code(words: str) -> str:
    """A project's code in the signs of the standard. Raises BadCell where a cell holds several."""
    if _CODE.fullmatch(words):
        return words
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", words))
    codes = list(dict.fromkeys(_CODE.findall(plain)))
    if len(codes) > 1:
        raise BadCell("The cell holds {count} project codes; give each its own row.", count=len(codes))
    plain = re.sub(r"\s+", "", _ASIDE.sub("", plain))
    bare = _BARE.fullmatch(plain)
    return "-".join(bare.groups()) if bare else plain


@lru_cache(4096)
def credit_code(words: str) -> str:
    """An owner's unified social credit code in the signs of the standard: half-width capitals, no blanks or dashes."""
    return re.sub(r"[\s-]+", "", _DASHES.sub("-", unicodedata.normalize("NFKC", words))).upper()


@lru_cache(4096)
def matter(words: str) -> str:
    """A matter's name or code without the number that it has in the list of an office."""
    found = _NUMBERED.match(unicodedata.normalize("NFKC", words))
    return words[found.end() :] if found and len(words) > found.end() else words


def _keyed(reading: Callable[[str], str]) -> Callable[[Any], str | None]:
    """A reading of text that is a key."""

    def read(cell: Any) -> str | None:
        words = cells.text(cell)
        return reading(words) if words is not None else None

    return read


#: Fields of an entry that every row has, and how each is read.
NAMES: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "project_code": _keyed(project_code),
    "project_name": cells.text,
    "owner_name": cells.text,
    "matter": _keyed(matter),
    "department": cells.text,
}
