"""Facts of messages as people read them: words of ours and places by their names, moments as clocks show them.

A message travels as an English template with its facts, which are codes, so that every reader is told in his own
language. What a person wrote stands as he wrote it.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from locales.amounts import amount_said
from locales.texts import Language, catalogue, say
from locales.times import moment
from locales.words import FILTERS, ORDERS, UNITS, spoken_words
from services.contracts.divisions import divisions, name_of
from services.contracts.vocabulary import Word, state_msgid
from services.plumbing.errors import Refused

#: A fact that is a message itself: why something is so.
_REASON: Final = "why"
#: What may be sent is a code: a program has to write it, so it is shown behind its name.
_CHOICES: Final = frozenset({"expected", "rules", "orders"})
#: Facts that name a place by its code: who did something, by the name alone, and what can be written, with the code.
_DOERS: Final = frozenset({"actor", "authority", "by", "superior", "via"})
_PLACES: Final = frozenset({"child", "code", "origin", "own", "place", "there", "to"})
#: Facts in the words of a person, which are no codes even where they look like one.
_TOLD: Final = frozenset({"name", "wanted", "department", "project_name", "owner_name", "title", "text", "detail"})
#: Names that a program has to write as they are, though some of them look like words of ours.
_WRITTEN: Final = frozenset({"parameters"})
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?\+08:00")
_AMOUNT: Final = re.compile(rf"([0-9]+) ({'|'.join(UNITS)})")
#: How pydantic writes choices: 'a', 'b' or 'c'.
_OR: Final = re.compile(r",? or |, ")


def local(language: Language, params: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a message in the reader's language."""
    return {name: _fact(language, name, value, params) for name, value in params.items()}


def spoken(language: Language, template: str, /, **facts: Any) -> str:
    """A template in the reader's language, with its facts in it."""
    return say(language, template, **local(language, facts))


def trouble(language: Language, found: Exception) -> str:
    """Why something was not done, in the reader's language: each problem of a refusal, else the error's own message."""
    if isinstance(found, Refused):
        return " ".join(spoken(language, one.template, **one.params) for one in found.problems)
    return say(language, str(found))


def place(language: Language, code: str) -> str:
    """A division by its name, with its code, because a program writes that; what is no division stands as it is."""
    return _named(language, name_of(code), code) if code in divisions() else code


def _named(language: Language, name: str, code: str) -> str:
    return f"{name}（{code}）" if language == "zh" else f"{name} ({code})"


def _fact(language: Language, name: str, value: Any, params: Mapping[str, Any]) -> Any:
    if isinstance(value, Word):
        value = value.value
    if name in _TOLD or not isinstance(value, str | list | tuple):
        return value
    if isinstance(value, str) and name == _REASON:
        return say(language, value, **local(language, {one: fact for one, fact in params.items() if one != name}))
    comma = "、" if language == "zh" else ", "
    if name in _WRITTEN and isinstance(value, str):
        return comma.join(f"`{one}`" for one in value.split(", "))
    if name in _CHOICES:
        codes = _OR.split(value.replace("'", "")) if isinstance(value, str) else list(map(str, value))
        own = ORDERS if name == "orders" else FILTERS
        return comma.join(choice(language, code, own) for code in codes)
    if not isinstance(value, str):
        return comma.join(str(_word(language, name, str(one))) for one in value)
    words = [value] if value in _spoken(language) else value.split(", ")
    spoken = [_word(language, name, one) for one in words]
    return comma.join(spoken) if spoken != words else value


def _word(language: Language, name: str, value: str) -> str:
    """One fact: a place, a moment, an amount with its unit, a word of ours, or what it is."""
    if name in _DOERS:
        return _spoken(language).get(value, name_of(value))
    if name in _PLACES:
        return place(language, value) if value in divisions() else value
    if _MOMENT.fullmatch(value):
        return moment(value)
    if amount := _AMOUNT.fullmatch(value):
        return amount_said(language, int(amount[1]), amount[2])
    if language == "en" and name == "state":
        return say(language, state_msgid(value))
    return _spoken(language).get(value, value)


def choice(language: Language, code: str, own: Mapping[str, str] = FILTERS) -> str:
    """What may be sent, behind its name where it has one; `own`: code -> msgid, before what it means elsewhere."""
    if language != "en" and code in own:
        return _named(language, say(language, own[code]), code)
    words = code.split(".")  # a clock rule for one kind of complaint: complaint_answer.urgent
    spoken = [_spoken(language).get(word, word) for word in words]
    return code if spoken == words else _named(language, "·".join(spoken), code)


@cache
def _spoken(language: Language) -> Mapping[str, str]:
    """How a code or the English name of a word is said. In English a code is said by itself, as it may be sent.

    A code that is a message itself is said in its own words: a step inside a sentence is shorter than on its button.
    """
    if language == "en":
        return {}
    known = catalogue(language)
    found: dict[str, str] = {}
    for code, msgid in spoken_words():
        own = known.get(code)
        if own is not None and own.string:
            found.setdefault(code, str(own.string))
        if "{" not in msgid:
            found.setdefault(code, say(language, msgid))
            found.setdefault(msgid, say(language, msgid))
    return found
