"""Words of an import: its own sentences, and the words of the record that stand in them, in the user's language."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from locales import texts
from locales.texts import Language, say_in
from services.contracts.vocabulary import state_msgid

#: The context of the catalogue in which an import has words of its own.
_CONTEXT: Final = "import"

#: Facts of a problem that are words of the wire, alone or in a row, and who knows them.
_WORDED: Final[Mapping[str, Callable[[str], str]]] = {
    **dict.fromkeys(("step", "allowed", "unit", "statutory_unit"), partial(say_in, _CONTEXT, "zh")),
    **dict.fromkeys(("state", "found"), lambda told: texts.say("zh", state_msgid(told))),
}


def say(language: Language, message: str, /, **facts: object) -> str:
    """The message in this language with its facts filled in; English leaves the words of the wire as they are."""
    if language == "zh":
        facts = {name: _worded(name, fact) for name, fact in facts.items()}
    return say_in(_CONTEXT, language, message, **facts)


def _worded(name: str, fact: object) -> object:
    word = _WORDED.get(name)
    return "、".join(map(word, str(fact).split(", "))) if word else fact


def told(language: Language, problem: Mapping[str, Any]) -> str:
    """One problem of an answer in the user's words: as the gateway says it, or from its template."""
    if "message" in problem:
        return str(problem["message"])
    return say(language, str(problem.get("template", "")), **problem.get("params", {}))
