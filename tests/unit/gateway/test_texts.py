"""Texts: everything that people are told is there in Chinese, in the language of the caller."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.problems import KINDS, local
from locales.texts import catalogue, preferred, say, translations
from services import SERVICES
from services.contracts import validation
from services.contracts.vocabulary import CaseState
from services.timer.explanation import DayReason

ROOT = Path(__file__).parents[3]
SENTENCE = re.compile(r"[A-Z{].* .*\.", re.DOTALL)
FIELD = re.compile(r"\{(\w+)\}")


def _docstrings(tree: ast.AST) -> set[int]:
    inside = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in ast.walk(node)}
    return inside


def templates_in(source: str, *, sentences: bool) -> Iterator[str]:
    """What a module says to people: the second argument of `problems.add` and `Problem`, a `Trouble`'s detail, and
    (`sentences`) everything else that reads like a sentence, for templates also stand in tables."""
    tree = ast.parse(source)
    quiet = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            at = {"add": 1, "Problem": 1, "Trouble": 1, "unavailable": 0}.get(name)
            if at is not None and len(node.args) > at:
                said = node.args[at]
                if isinstance(said, ast.Constant) and isinstance(said.value, str) and said.value:
                    yield said.value
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if sentences and id(node) not in quiet and SENTENCE.fullmatch(text):
            yield text


def every_template() -> dict[str, str]:
    """Template -> where it is said."""
    found: dict[str, str] = {}
    for area in ("plumbing", *SERVICES):
        for path in sorted((ROOT / "services" / area).rglob("*.py")):
            counts = path.name == "metrics.py"  # what a metric counts is said to operators, in English alone
            for one in templates_in(path.read_text(), sentences=area in SERVICES and not counts):
                found.setdefault(one, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "gateway").glob("**/*.py")):
        for one in templates_in(path.read_text(), sentences=False):
            found.setdefault(one, str(path.relative_to(ROOT)))
    found |= dict.fromkeys(validation._WORDS.values(), "services/contracts/validation.py")
    found |= dict.fromkeys((state.msgid for state in CaseState), "services/contracts/vocabulary.py")
    found |= dict.fromkeys((why.value for why in DayReason), "services/timer/explanation.py")
    for kind in KINDS.values():
        found |= {kind.title: "gateway/problems.py", kind.explanation: "gateway/problems.py"}
    return found


def test_everything_that_people_are_told_is_there_in_chinese() -> None:
    known = catalogue("zh")
    missing = {text: where for text, where in every_template().items() if not (known.get(text) and known[text].string)}
    assert not missing, "translate these in locales/zh/services.po"


def test_a_template_without_a_translation_would_be_found() -> None:
    quiet = 'def f(p):\n    "A docstring that is quiet."\n'
    source = quiet + '    p.add("field", "This is {new}.", new=1)\nT = {"a": "A table says this."}\n'
    assert set(templates_in(source, sentences=True)) == {"This is {new}.", "A table says this."}


def test_a_translation_names_the_same_facts_as_its_template() -> None:
    wrong = {
        message.id: message.string
        for message in catalogue("zh")
        if message.id and sorted(FIELD.findall(str(message.id))) != sorted(FIELD.findall(str(message.string)))
    }
    assert not wrong


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.2", "en"),
        ("fr", "zh"),
        ("en;q=0", "zh"),
        ("zh;q=0.1,en;q=0.9", "en"),
        ("en;q=x", "zh"),
        (";;;,,,", "zh"),
    ],
)
def test_the_language_is_the_one_the_caller_likes_best(header: str, language: str) -> None:
    assert preferred(header) == language


def test_facts_that_are_words_of_ours_are_translated_and_others_are_left_alone() -> None:
    params = {
        "state": "accepted",
        "allowed": "grant, refuse",
        "name": "accept Ltd.",
        "expected": "'green' or 'red'",
        "n": 3,
    }
    assert local("zh", params) == {
        "state": "已受理", "allowed": "准予许可、不予许可", "name": "accept Ltd.", "expected": "green、red", "n": 3,
    }  # fmt: skip
    assert local("en", params)["allowed"] == "grant, refuse"


def test_a_fact_that_is_missing_or_looks_like_a_placeholder_never_fails_the_answer() -> None:
    assert say("en", "{a} is {b}.", a="{c}") == "{c} is {b}."
    assert say("en", "a { brace") == "a { brace"
    assert say("en", "{a.__class__}", a=1) != ""


def test_gettext_itself_can_use_the_catalogues() -> None:
    assert translations("zh").gettext("This field is required.") == "此项必填。"
    assert translations("en").gettext("已送达") == "Delivered"
