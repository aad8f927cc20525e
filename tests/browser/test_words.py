"""Every text of the board is there in both languages."""

import re

from gateway.board.frame import TEMPLATES
from gateway.board.words import every_msgid
from gateway.texts import catalogue

_TEXT = re.compile(r"""\bt\((["'])(.*?)\1""")


def texts() -> set[str]:
    """All msgids of the templates and of the codes' names."""
    written = {
        match[2] for path in TEMPLATES.glob("*.html") for match in _TEXT.finditer(path.read_text(encoding="utf-8"))
    }
    return written | every_msgid()


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
