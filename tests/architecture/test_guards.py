"""The guards: the code passes every one, and every one rejects what it is there for."""

from collections.abc import Callable

import pytest

from tests.architecture import guards
from tests.architecture.guards import Guard
from tests.architecture.tree import EVERYWHERE, PACKAGES, Files, beside, python, texts

OPENING = '"""Things of the office, one by one."""\n'


def _everything() -> Files:
    return {**texts(*EVERYWHERE), **beside()}


def _locks() -> Files:
    return {path: text for path, text in texts("deploy").items() if "lock" in path}


def _chinese() -> Files:
    return {path: text for path, text in texts(*PACKAGES).items() if path.endswith(".po")}


def _pages() -> Files:
    return {path: text for path, text in _everything().items() if path.endswith(".md")}


#: guard, the files that it reads, then examples: path, what it must reject there.
GUARDS: list[tuple[Guard, Callable[[], Files], list[tuple[str, str]]]] = [
    (
        guards.opens_with_a_sentence,
        lambda: python(*PACKAGES),
        [
            ("gateway/x.py", '"""helpers for things"""\n'),
            ("gateway/x.py", "import os\n"),
            ("gateway/x.py", '"""Decides which things there are."""\n'),
            ("gateway/x.py", '"""Counting the days of things."""\n'),
        ],
    ),
    (
        guards.is_short,
        lambda: python(*PACKAGES, "tests"),
        [("deploy/x.py", OPENING + "x = 1\n" * 400)],
    ),
    (
        guards.leaves_hosting_to_the_edge,
        lambda: python(*PACKAGES, "tests"),
        [
            ("services/timer/domain.py", "from nameko.rpc import rpc\n"),
            ("services/plumbing/desk.py", "def f():\n    import eventlet.event\n"),
        ],
    ),
    (
        guards.is_finished,
        lambda: python(*PACKAGES, "tests"),
        [
            ("services/x.py", "x = 1  # TO" + "DO: two\n"),
            ("services/x.py", "def f():\n    raise NotImplemented" + "Error\n"),
            ("services/x.py", "def f():\n    raise NotImplemented" + "Error('later')\n"),
            ("services/x.py", "import os  # no" + "qa\n"),
            ("services/x.py", "x: int = ''  # type: ig" + "nore\n"),
        ],
    ),
    (
        guards.tests_the_real_thing,
        lambda: python("tests"),
        [
            ("tests/x.py", "import pytest\n\n@pytest.mark.skip\ndef test_x(): ...\n"),
            ("tests/x.py", "import pytest\n\ndef test_x():\n    pytest.skip('not today')\n"),
            ("tests/x.py", "def test_x(monkeypatch):\n    monkeypatch.setattr('a.b', 1)\n"),
            ("tests/x.py", "from unittest import mock\n"),
            ("tests/x.py", "from unittest.mock import patch\n"),
        ],
    ),
    (
        guards.names_no_registry,
        _everything,
        [
            ("docs/x.md", "see https://py" + "pi.org/simple\n"),
            ("deploy/x.toml", "registry = https://registry.npm" + "js.org/\n"),
            ("docs/x.md", "cd /wo" + "rk/somewhere\n"),
        ],
    ),
    (
        guards.merged_to_the_end,
        _everything,
        [("gateway/board/templates/x.html", "<" * 7 + " HEAD\n"), ("docs/x.md", ">" * 7 + " 1234567 (what)\n")],
    ),
    (
        guards.locks_without_addresses,
        _locks,
        [
            ("deploy/npm/package-lock.json", '  "resol' + 'ved": "https://example.invalid/x.tgz",\n'),
            ("deploy/locks/x.txt", "--index-url https://example.invalid/simple\n"),
        ],
    ),
    (
        guards.takes_time_as_an_argument,
        lambda: python(*PACKAGES),
        [
            ("services/timer/domain.py", "from datetime import datetime\nx = datetime.now()\n"),
            ("services/timer/domain.py", "import datetime\nx = datetime.datetime.now(tz=None)\n"),
            ("services/intake/handlers.py", "from datetime import date\nx = date.today()\n"),
            ("gateway/x.py", "import time\nx = time.time()\n"),
            ("gateway/x.py", "from time import time\n"),
            ("services/ledger/store.py", "def f(clock):\n    return clock.now()\n"),
        ],
    ),
    (
        guards.keeps_sql_in_the_store,
        lambda: python("services"),
        [
            ("services/timer/handlers.py", "from sqlalchemy import text\n"),
            ("services/intake/views.py", "from sqlalchemy import update\n"),
            ("services/ledger/views.py", "x = 'SELECT a FROM b'\n"),
        ],
    ),
    (
        guards.begins_transactions_in_one_place,
        lambda: python("services", "gateway"),
        [
            ("services/timer/handlers.py", "def f(self):\n    with self.engine.begin() as c:\n        pass\n"),
            ("gateway/tokens.py", "def f(connection):\n    connection.commit()\n"),
        ],
    ),
    (
        guards.writes_chinese_with_chinese_marks,
        _chinese,
        [
            ("locales/zh/x.po", 'msgstr "起算, 到期"\n'),
            ("locales/zh/x.po", 'msgstr "到期日: {day}"\n'),
        ],
    ),
    (
        guards.speaks_the_vocabulary,
        lambda: python(*PACKAGES),
        [
            ("services/timer/x.py", 'def f(light: str) -> bool:\n    return light == "yellow"\n'),
            ("services/ledger/x.py", 'def f(state: str) -> bool:\n    return state == "granted"\n'),
            ("gateway/x.py", 'def f(role: str = "handler") -> str:\n    return role\n'),
            ("services/intake/x.py", 'from typing import Literal\nLevel = Literal["region"]\n'),
            ("documents/x.py", 'def f(x: str) -> None:\n    match x:\n        case "red":\n            pass\n'),
        ],
    ),
    (
        guards.leaves_chinese_to_the_catalogue,
        lambda: python(*PACKAGES),
        [
            ("qidi/commands/x.py", 'typer.echo(f"无法邀请：{trouble}")\n'),
            ("qidi/commands/x.py", 'def command() -> None:\n    """Show it / 查看。"""\n'),
            ("deploy/x.py", 'x = {"Due": "到期日"}\n'),
            ("documents/ledgers/words.py", "MESSAGE = '已受理'\n"),
        ],
    ),
    (
        guards.tries_laws_as_briefly_as_asked,
        lambda: python("tests"),
        [("tests/x.py", "@settings(max_examples" + "=500)\n")],
    ),
    (
        guards.names_commands_that_exist,
        _pages,
        [("docs/x.md", "run `qidi make-it-so` first\n"), ("README.md", ".venv/bin/qidi proove 1\n")],
    ),
    (
        guards.links_lead_somewhere,
        _pages,
        [("docs/x.md", "as [measured](measurements.md)\n"), ("README.md", "![board](docs/no-board.png)\n")],
    ),
]
NAMES = [guard.__name__ for guard, *_ in GUARDS]


@pytest.mark.parametrize(("guard", "files"), [row[:2] for row in GUARDS], ids=NAMES)
def test_the_code_keeps_the_rule(guard: Guard, files: Callable[[], Files]) -> None:
    read = files()
    assert read
    assert [found for path, text in read.items() for found in guard(path, text)] == []


@pytest.mark.parametrize(
    ("guard", "path", "text"),
    [(guard, *example) for guard, _, examples in GUARDS for example in examples],
    ids=[f"{guard.__name__}-{n}" for guard, _, examples in GUARDS for n, _ in enumerate(examples, 1)],
)
def test_the_guard_rejects_its_example(guard: Guard, path: str, text: str) -> None:
    [found] = guard(path, text)
    assert found.startswith(f"{path}:")


def test_a_well_kept_module_troubles_no_guard() -> None:
    text = OPENING + "import os  # no" + "qa: F401  # an example\n\n\ndef f(office):\n    return office.now\n"
    for guard, *_ in GUARDS:
        assert list(guard("services/timer/x.py", text)) == []
