"""Every text of the board is there in both languages."""

import re
from functools import partial

from gateway.board.frame import TEMPLATES, environment
from locales.amounts import limit_said
from locales.texts import catalogue, say
from locales.troubles import REASONS, SENTENCES
from locales.words import UNITS, every_msgid

_TEXT = re.compile(r"""\bt\((["'])(.*?)\1""")


def texts() -> set[str]:
    """All msgids of the templates, of the codes' names, and of what is said about ledgers."""
    written = {
        match[2] for path in TEMPLATES.glob("*.html") for match in _TEXT.finditer(path.read_text(encoding="utf-8"))
    }
    return written | every_msgid() | {text for pair in SENTENCES.values() for text in pair} | set(REASONS)


def test_every_text_of_the_board_has_its_chinese() -> None:
    chinese = catalogue("zh")
    translated = {message.id for message in chinese if message.id and message.string}
    assert sorted(texts() - translated) == []


def test_the_chinese_names_the_same_facts() -> None:
    chinese = catalogue("zh")
    facts = re.compile(r"{(\w+)}")
    wrong = []
    for text in texts():
        found = chinese.get(text)
        if found is not None and sorted(facts.findall(text)) != sorted(facts.findall(str(found.string))):
            wrong.append(text)
    assert wrong == []


def test_no_chinese_stands_in_a_template() -> None:
    shown = {path.name: re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8")) for path in TEMPLATES.glob("*.html")}
    allowed = {"中文"}  # the button that leads to Chinese is named in Chinese
    found = {name: set(re.findall("[\u4e00-\u9fff]+", text)) - allowed for name, text in shown.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_what_is_counted_has_a_form_of_one_in_english() -> None:
    counted = [text for text in texts() if re.search(r"{n} (\w+ )?\w+s\b", text)] + [*UNITS.values(), "item(s)"]
    assert "{n} working days overdue" in counted
    assert [text for text in counted if say("en", text, n=1) == say("en", text, n=2).replace("2", "1")] == []
    assert say("en", "{n} working days left", n=1) == "1 working day left"
    assert say("en", "{n} working days left", n=0) == "0 working days left"
    assert say("en", "working days") == "working days"
    assert (say("en", "item(s)", n=1), say("en", "item(s)", n=2)) == ("item", "items")
    assert say("zh", "{n} working days left", n=1) == "剩1个工作日"


def test_a_limit_of_one_is_written_in_the_singular() -> None:
    parts = environment().get_template("parts.html")
    speak = partial(say, "en")
    shown = parts.make_module({"t": speak, "limit_of": partial(limit_said, "en")})
    assert shown.limit(1, "working_days") == "1 working day"  # type: ignore[attr-defined]
    assert shown.limit(1, "half_working_days") == "half a working day"  # type: ignore[attr-defined]
    assert shown.limit(0, "working_days") == "done at once"  # type: ignore[attr-defined]
    assert shown.limit(20, "working_days") == "20 working days"  # type: ignore[attr-defined]
