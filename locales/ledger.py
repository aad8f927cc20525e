"""What a check of a ledger found, in the user's words: the sentence, and in it why something could not be done."""

import json
from functools import partial

from locales.texts import Language, say_in, translated

#: The context of the catalogue in which the commands about ledgers have words of their own.
_CONTEXT = "ledger"
_say = partial(say_in, _CONTEXT)


def say(language: Language, message: str, /, **facts: object) -> str:
    """The message in this language with its facts filled in; the fact `reason` is told in it as well."""
    return _say(language, message, **{name: _fact(language, name, fact) for name, fact in facts.items()})


def _fact(language: Language, name: str, fact: object) -> object:
    match fact:
        case json.JSONDecodeError():
            message = "it is no JSON, seen at line {line}, column {column}"
            return _say(language, message, line=fact.lineno, column=fact.colno)
        case UnicodeError():
            return _say(language, "it is no text in UTF-8")
        case RecursionError():
            return _say(language, "it is nested too deeply")
        case _ if name == "reason":
            return translated(_CONTEXT, language, str(fact))
    return fact
