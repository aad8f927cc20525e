"""Everything that an import says is said in Chinese as well."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from documents.ledgers.words import CHINESE
from locales.texts import catalogue

PROJECT = Path(__file__).resolve().parents[3]
SPOKEN = [
    *PROJECT.glob("documents/ledgers/*.py"),
    PROJECT / "qidi/commands/import_.py",
    PROJECT / "sample/load.py",
    PROJECT / "qidi/commands/sample.py",
]
#: Calls that take a message, and which of their arguments it is.
SAYS = {"Hostile": 0, "BadCell": 0, "BadLog": 0, "CannotSend": 0, "_Stop": 0, "Wrong": 1, "_say": 0, "say": 1}


def _messages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = SAYS.get(name)
            if at is not None and len(node.args) > at and isinstance(found := node.args[at], ast.Constant):
                yield str(found.value)


def test_the_search_for_messages_finds_them() -> None:
    assert sum(len(list(_messages(path))) for path in SPOKEN) > 40


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.stem)
def test_every_message_has_its_chinese(path: Path) -> None:
    known = catalogue("zh")
    assert [one for one in _messages(path) if one not in CHINESE and known.get(one) is None] == []


@pytest.mark.parametrize("message", CHINESE)
def test_a_translation_names_the_same_facts(message: str) -> None:
    def facts(template: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(template) if name}

    assert facts(CHINESE[message]) == facts(message)
