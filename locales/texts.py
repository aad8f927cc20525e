"""Texts in both languages: an English template of the code, its Chinese from the catalogue, its facts filled in.

The catalogues are the .po files of `locales/LANGUAGE/`, read at start (there is nothing to compile). English
has only the names that the services keep in Chinese, and what a text is called of one: its msgids are English.
A text that one command says in other words than everybody else stands under that command's context (msgctxt).
"""

import os
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
MESSAGES = Path(__file__).parent
#: The context in which a catalogue says what an English text is called of one.
_OF_ONE = "one"


class _Facts(dict[str, Any]):
    """What a template may name; a name that is missing stays readable instead of failing the answer."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


@cache
def catalogue(language: Language) -> Catalog:
    """All entries of a language's .po files. Raises ValueError when two files translate the same text differently."""
    merged = Catalog(locale=language)
    for path in sorted((MESSAGES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id:
                    continue
                known = merged.get(message.id, message.context)
                if known is not None and known.string != message.string:
                    raise ValueError(f"{path.name} translates {message.id!r} a second time")
                merged.add(message.id, message.string, context=message.context)
    return merged


@cache
def translations(language: Language) -> NullTranslations:
    """gettext's own object for a language, as Jinja2 and everybody else takes it."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def say(language: Language, template: str, /, **params: Any) -> str:
    """A template in the caller's language with its facts in place; English has a form of its own for an `n` of one."""
    return _filled(language, template, translations(language).gettext(template) if template else "", params)


def say_in(context: str, language: Language, template: str, /, **params: Any) -> str:
    """As `say`, in the words of a context where it has its own."""
    return _filled(language, template, translated(context, language, template), params)


def translated(context: str, language: Language, text: str) -> str:
    """A text without facts, in the words of a context where it has its own; itself when untranslated."""
    if not text:
        return text
    spoken = translations(language)
    found = spoken.pgettext(context, text)
    return spoken.gettext(text) if found == text else found


def both(context: str, english: str) -> str:
    """A text shown before anybody could say in which language: `English / 中文`; English alone if untranslated."""
    chinese = translated(context, "zh", english)
    return english if chinese == english else f"{english} / {chinese}"


def _filled(language: Language, template: str, text: str, params: dict[str, Any]) -> str:
    if language == "en" and params.get("n") == 1:
        of_one = translations(language).pgettext(_OF_ONE, template)
        text = text if of_one == template else of_one
    try:
        return text.format_map(_Facts(params))
    except (ValueError, IndexError, AttributeError, KeyError):  # a brace that is no placeholder
        return text


def chosen(asked: str | None, environment: str) -> Language:
    """The language asked for, or English where the environment's LANG says so, or Chinese."""
    if asked in LANGUAGES:
        return "en" if asked == "en" else "zh"
    return "en" if environment.startswith("en") else "zh"


def at_terminal(asked: str | None = None) -> Language:
    """The language of a command: as asked with --lang, else QIDI_LANG, else what LANG says."""
    return chosen(asked or os.environ.get("QIDI_LANG"), os.environ.get("LANG", ""))


def preferred(accept_language: str, default: Language = "zh") -> Language:
    """The language of an Accept-Language header (RFC 9110): the one of ours with the highest weight."""
    best: tuple[float, Language] | None = None
    for part in accept_language.split(",")[:20]:
        name, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        language = name.strip().lower().partition("-")[0]
        if language in ("zh", "en") and quality > 0 and (best is None or quality > best[0]):
            best = (quality, "zh" if language == "zh" else "en")
    return best[1] if best else default
