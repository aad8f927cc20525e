"""Texts: everything that people are told is there in Chinese, in the language of the caller."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.problems import KINDS
from locales.facts import local
from locales.texts import both, catalogue, chosen, preferred, say, say_in, translated, translations
from qidi.cli import COMMANDS, HELP, loaded
from services import SERVICES
from services.contracts import validation
from services.contracts.vocabulary import CaseState
from services.timer.explanation import DayReason

ROOT = Path(__file__).parents[3]
SENTENCE = re.compile(r"[A-Z{].* .*\.", re.DOTALL)
FIELD = re.compile(r"\{(\w+)(?:![rsa])?\}")
#: Below and above the services: what is said there goes through these, and anything else among their arguments.
BESIDE = ("documents", "qidi", "deploy", "sample")
_SAYING = "say say_in translated told _say speak step tell _both _line _word _progress"
_RAISING = "BadLog Hostile CannotSend CannotRead _Stop Wrong ok warn bad"
SAYING = frozenset((*_SAYING.split(), *_RAISING.split()))
#: What such calls name besides a text.
NO_TEXT = frozenset(("zh", "en", "", "{names}"))
#: Where they mean something else: events of a simulation, and lines in both languages before there is a catalogue.
OTHERWISE = ("sample/region/stories.py", "deploy/setup/")


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


def said_beside(source: str) -> Iterator[str]:
    """What commands and workbooks say: all words in calls that say something, and messages that are named before."""
    for node in ast.walk(ast.parse(source)):
        words: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            owner = getattr(node.func.value, "id", "") if isinstance(node.func, ast.Attribute) else ""
            words = node.args if name in SAYING or (owner, name) == ("problems", "add") else []
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("message", "messages", "remedy"):
            words = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for one in words:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value not in NO_TEXT:
                yield one.value


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


def test_everything_that_commands_and_workbooks_say_is_there_in_chinese() -> None:
    known = {name for message in catalogue("zh") if message.string for name in (message.id, message.context)}
    found: dict[str, str] = {}
    for folder in BESIDE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not (place := str(path.relative_to(ROOT))).startswith(OTHERWISE):
                found |= dict.fromkeys(said_beside(path.read_text()), place)
    assert len(found) > 250
    assert {text: where for text, where in found.items() if text not in known} == {}, "translate these in locales/zh"


def test_a_message_of_a_command_without_a_translation_would_be_found() -> None:
    source = 'message = "Named {new}."\nproblems.add(message)\nx = say("zh", "Said.")\nraise Hostile("Raised.")\n'
    assert list(said_beside(source)) == ["Named {new}.", "Said.", "Raised."]


def lines_of_help(command: Any) -> Iterator[str]:
    """What `--help` says of a command, its parameters and what is below it."""
    yield from (one.help for one in (command, *command.params) if getattr(one, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from lines_of_help(below)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_is_there_in_chinese(name: str) -> None:
    said = [COMMANDS[name], *lines_of_help(loaded(name, with_help=False))]
    ours = [one for one in said if one != "Show this message and exit."]
    assert [one for one in ours if translated(HELP, "zh", one) == one] == []
    assert COMMANDS[name] in both(HELP, COMMANDS[name]) != COMMANDS[name]


def test_help_is_told_in_both_languages_once() -> None:
    shown = list(lines_of_help(loaded("link", with_help=True)))
    assert "Leave the superior; the ledger goes up no more. / 脱离上级" in shown
    assert max(one.count(" / ") for one in shown) == 1


def test_a_command_speaks_the_language_that_is_asked_for_or_that_of_its_terminal() -> None:
    assert [chosen(asked, "en_GB.UTF-8") for asked in ("zh", "en", None, "fr")] == ["zh", "en", "en", "en"]
    assert [chosen(asked, "C.UTF-8") for asked in ("zh", "en", None, "")] == ["zh", "en", "zh", "zh"]


def test_a_word_may_mean_something_else_in_a_context_of_its_own() -> None:
    assert [say_in(context, "zh", "refused") for context in ("import", "due")] == ["有误", "办结（不通过）"]
    assert say_in("import", "en", "refused") == "refused"
    assert say_in("due", "zh", "{count} working days", count=5) == "5 个工作日"


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
        "state": "已受理",
        "allowed": "准予许可、不予许可",
        "name": "accept Ltd.",
        "expected": "绿灯（green）、红灯（red）",
        "n": 3,
    }
    assert local("en", params)["allowed"] == "grant, refuse"


def test_a_fact_that_is_missing_or_looks_like_a_placeholder_never_fails_the_answer() -> None:
    assert say("en", "{a} is {b}.", a="{c}") == "{c} is {b}."
    assert say("en", "a { brace") == "a { brace"
    assert say("en", "{a.__class__}", a=1) != ""


def test_gettext_itself_can_use_the_catalogues() -> None:
    assert translations("zh").gettext("This field is required.") == "此项必填。"
    assert translations("en").gettext("已送达") == "Delivered"
