"""Guards of the house rules: each takes path and text of a file and names what it found."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from typing import Final

from qidi.cli import COMMANDS
from services import SERVICES
from services.contracts.vocabulary import CaseState, Level, Light, Role
from tests.architecture.tree import PROJECT, dotted, imported, parsed

#: A guard yields `path:line what is wrong`.
Guard = Callable[[str, str], Iterator[str]]

MOST_LINES: Final = 400
#: Tests are sentences one after the other, not one subject.
MOST_LINES_OF_A_TEST: Final = 500
EDGE: Final = "services/plumbing/edge.py"

#: Where the machine's clock may be read, and why.
MAY_READ_THE_CLOCK: Final = {
    "services/plumbing/clock.py": "it is the clock",
    "deploy/supervisor.py": "says when a run began; no rule depends on it",
    "qidi/commands/doctor.py": "says how old things are when it looks",
    "deploy/examination.py": "compares the clocks of machines with this one's",
    "deploy/broker.py": "the certificate of its door is valid from now on",
    "sample/load.py": "lays the sample around the day on which it is loaded; the day is an argument below",
}
#: Where a transaction may begin, and why.
MAY_BEGIN: Final = {
    "services/plumbing/db.py": "the one place",
    "services/plumbing/migrate.py": "makes the schema before there is a store",
}


def opens_with_a_sentence(path: str, text: str) -> Iterator[str]:
    """Every module begins with one plain sentence that says what it holds, the noun first (STYLE 11)."""
    opening = (ast.get_docstring(parsed(text)) or "").split("\n\n")[0].strip()
    if text.strip() and re.match(r"[A-Z`].*[.:]$", opening, re.DOTALL) is None:
        yield f"{path}:1 does not open with a sentence"
    elif re.match(r"(Decides?|Says|Holds|Shows|Makes|Takes|Gives|[A-Z][a-z]+ing (the|a|an))\b", opening):
        yield f"{path}:1 opens with a verb: say what it holds, the noun first"


def is_short(path: str, text: str) -> Iterator[str]:
    """A module that outgrows this has two subjects."""
    most = MOST_LINES_OF_A_TEST if path.startswith("tests/") else MOST_LINES
    if (lines := text.count("\n")) > most:
        yield f"{path}:{lines} has more than {most} lines"


def leaves_hosting_to_the_edge(path: str, text: str) -> Iterator[str]:
    """Replacing nameko must be a change to one module (ARCHITECTURE decision 2)."""
    for line, name in imported(parsed(text)):
        if name.split(".")[0] in ("nameko", "eventlet") and path != EDGE:
            yield f"{path}:{line} imports {name}"


#: In two parts each, so that this file does not hold them itself.
_UNFINISHED: Final = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X\\b", "HA" + "CK\\b")))
_EXCUSE: Final = re.compile(r"#\s*(noqa|type:\s*ignore)\b(.*)")
_EXCUSED: Final = re.compile(r"(: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*|\[[a-z-]+(, [a-z-]+)*\])(\s+(#|-|–)\s*\S.*)?$")


def is_finished(path: str, text: str) -> Iterator[str]:
    """No reminders, nothing that is only promised, no check switched off without saying which one."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        if _UNFINISHED.search(token.string):
            yield f"{path}:{token.start[0]} reminds of work: {token.string}"
        excuse = _EXCUSE.search(token.string)
        if excuse is not None and _EXCUSED.fullmatch(excuse[2].rstrip()) is None:
            yield f"{path}:{token.start[0]} switches a check off without its code: {token.string}"
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if dotted(raised) == "NotImplemented" + "Error":
                yield f"{path}:{node.lineno} promises what it does not do"


_DODGES: Final = ("pytest.skip", "pytest.xfail", "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif",
                  "pytest.mark.xfail", "unittest.skip", "monkeypatch.setattr", "mock.patch")  # fmt: skip


def tests_the_real_thing(path: str, text: str) -> Iterator[str]:
    """No test is skipped or expected to fail, and nothing is patched: fakes are held to the suite of the real thing."""
    module = parsed(text)
    for line, name in imported(module):
        if "mock" in name.lower().split(".") or name.split(".")[-1] in ("MagicMock", "Mock", "patch"):
            yield f"{path}:{line} imports {name}"
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and dotted(node).endswith(_DODGES):
            yield f"{path}:{node.lineno} uses {dotted(node)}"


#: In parts, so that this file does not hold them itself.
_HOSTS: Final = re.compile(
    "|".join(
        "\\.".join(parts)
        for parts in (
            ("py" + "pi", "org"), ("python" + "hosted", "org"), ("npm" + "js", "(org|com)"), ("npm" + "mirror", "com"),
            ("deb", "deb" + "ian", "org"), ("tuna", "tsing" + "hua"), ("mirrors", "ali" + "yun"),
        )
    )
)  # fmt: skip
_THIS_MACHINE: Final = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", r"\.\./sha" + "red")))


def names_no_registry(path: str, text: str) -> Iterator[str]:
    """Where packages come from is the office's to set: its mirror, its proxy, its shelf of wheels."""
    for number, line in enumerate(text.splitlines(), 1):
        if _HOSTS.search(line):
            yield f"{path}:{number} names a registry's host"
        if _THIS_MACHINE.search(line):
            yield f"{path}:{number} names a folder of the machine it was written on"


def merged_to_the_end(path: str, text: str) -> Iterator[str]:
    """Templates and documents show whatever stands in them: also what a merge left undecided."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"(<{7}|>{7}|={7})( |$)", line):
            yield f"{path}:{number} stands between two sides of a merge"


def locks_without_addresses(path: str, text: str) -> Iterator[str]:
    """Lock files say what and with which hash, never from where."""
    for number, line in enumerate(text.splitlines(), 1):
        if '"resol' + 'ved"' in line or re.match(r"\s*(-i|--(extra-)?index-url|--find-links|--trusted-host)\b", line):
            yield f"{path}:{number} says where to fetch from"


#: The link's process is an edge of its own: it hands the time in, as the edge of the services does.
_PROCESS: Final = "carrier/"
_CLOCKS: Final = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns",
                  "time.localtime", "time.gmtime")  # fmt: skip


def takes_time_as_an_argument(path: str, text: str) -> Iterator[str]:
    """Nobody below the edge asks what time it is (ARCHITECTURE decision 6)."""
    if path in MAY_READ_THE_CLOCK:
        return
    module = parsed(text)
    inside = re.match(rf"services/({'|'.join(SERVICES)})/(?!{_PROCESS})", path) is not None
    for line, name in imported(module):
        if name in _CLOCKS:
            yield f"{path}:{line} imports {name}"
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        if called in _CLOCKS or called.endswith(tuple(f".{name}" for name in _CLOCKS)):
            yield f"{path}:{node.lineno} calls {called}()"
        elif inside and isinstance(node.func, ast.Attribute) and node.func.attr == "now":
            yield f"{path}:{node.lineno} calls {called or '...'}()"


_WRITES: Final = ("sqlalchemy.text", "sqlalchemy.insert", "sqlalchemy.update", "sqlalchemy.delete")
_SQL: Final = re.compile(r"\s*(SELECT .+ FROM|INSERT INTO|UPDATE .+ SET|DELETE FROM|CREATE TABLE)\b")


def keeps_sql_in_the_store(path: str, text: str) -> Iterator[str]:
    """In a service, rows are written and SQL is spelt in store.py only, also of a part's folder; views may select."""
    if re.match(rf"services/({'|'.join(SERVICES)})/(?!(\w+/)*store\.py|migrations/)", path) is None:
        return
    module = parsed(text)
    for line, name in imported(module):
        if name in _WRITES or name.startswith("sqlalchemy.dialects"):
            yield f"{path}:{line} imports {name}"
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value):
            yield f"{path}:{node.lineno} spells SQL"


def begins_transactions_in_one_place(path: str, text: str) -> Iterator[str]:
    """One message, one transaction, in one place (STYLE 7)."""
    if path in MAY_BEGIN:
        return
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, verb = dotted(node.func.value), node.func.attr
            if (verb == "begin" and owner.endswith("engine")) or verb in ("commit", "begin_nested"):
                yield f"{path}:{node.lineno} calls {owner or '...'}.{verb}()"


_HALF_WIDTH: Final = re.compile(r"[\u4e00-\u9fff][,;:(]|[,;:)] ?[\u4e00-\u9fff]")


def writes_chinese_with_chinese_marks(path: str, text: str) -> Iterator[str]:
    """What offices read has full-width commas, colons and brackets between its words."""
    for number, line in enumerate(text.splitlines(), 1):
        if _HALF_WIDTH.search(line):
            yield f"{path}:{number} has a half-width mark between Chinese words"


_LINK: Final = re.compile(r"\]\(([^)#\s]+)")


def links_lead_somewhere(path: str, text: str) -> Iterator[str]:
    """A page that the README or a document links to is there."""
    for number, line in enumerate(text.splitlines(), 1):
        for target in _LINK.findall(line):
            if "://" not in target and not (PROJECT / path).parent.joinpath(target).exists():
                yield f"{path}:{number} links to {target}, which is not there"


_FIXED: Final = re.compile(r"\bmax_examples=(\d+)")


def tries_laws_as_briefly_as_asked(path: str, text: str) -> Iterator[str]:
    """How often a law is tried goes through `tests.laws.examples`, so that `make check` stays under a minute."""
    for number, line in enumerate(text.splitlines(), 1):
        for count in _FIXED.findall(line):
            yield f"{path}:{number} fixes {count} examples"


_COMMAND: Final = re.compile(r"(?:`|\.venv/bin/|\()qidi ([a-z]+)\b")


def names_commands_that_exist(path: str, text: str) -> Iterator[str]:
    """What a page tells people to type is a command of `qidi`."""
    for number, line in enumerate(text.splitlines(), 1):
        for command in _COMMAND.findall(line):
            if command not in COMMANDS:
                yield f"{path}:{number} names `qidi {command}`, which is no command"


_WORDS: Final = frozenset(word.value for kind in (CaseState, Light, Level, Role) for word in kind)
#: Where such codes are data: names of columns and counts, words of other systems, the vocabulary itself.
MAY_SPELL: Final = {
    "services/contracts/vocabulary.py": "it is the vocabulary",
    "services/contracts/clock_kinds.py": "it is the vocabulary",
    "services/contracts/links.py": "what a message of the link is: a page that is refused is no case",
    "services/contracts/forwarding.py": "the word of a superior is no state: acknowledged, moved, returned, decided",
    "services/plumbing/migrate.py": "the newest migration, as alembic calls it",
    "documents/ledgers/columns.py": "names of columns",
    "documents/ledgers/rows.py": "names of columns",
    "documents/ledgers/course.py": "what became of a row that was taken in",
    "documents/ledgers/reader.py": "what the reading process answers",
    "sample/load.py": "what became of a row that was taken in",
}


def speaks_the_vocabulary(path: str, text: str) -> Iterator[str]:
    """A state, light, level or role is named by its word, never by a literal: one rule, one place (STYLE 15a).

    Keys of answers, names of columns and of counters are not judged: only what is compared, defaulted or listed.
    """
    if path in MAY_SPELL:
        return
    for node in ast.walk(parsed(text)):
        judged: list[ast.expr | None] = []
        if isinstance(node, ast.Compare):
            judged = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            judged = [node.value]
        elif isinstance(node, ast.arguments):
            judged = [*node.defaults, *node.kw_defaults]
        elif isinstance(node, ast.AnnAssign):
            judged = [node.value]
        elif isinstance(node, ast.Subscript) and dotted(node.value).endswith("Literal"):
            judged = [node.slice]
        for one in judged:
            inside = one.elts if isinstance(one, ast.Tuple | ast.Set | ast.List) else [one]
            for part in inside:
                if isinstance(part, ast.Constant) and part.value in _WORDS:
                    yield f"{path}:{part.lineno} spells {part.value!r} instead of its word"


_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
#: Files and folders whose Chinese is data and no text of ours, and what data.
MAY_HOLD_CHINESE: Final = {
    "documents/calendars/": "the wording of the State Council's notices, and titles of columns that are recognised",
    "documents/letters/template.py": "fields and fonts of templates that clerks change",
    "documents/letters/paper.py": "fields of templates that clerks change",
    "documents/letters/pdf.py": "names of official fonts",
    "documents/letters/wording.py": "how a day is written in a document",
    "services/contracts/ladder.py": "titles of papers that are cited",
    "documents/ledgers/cells.py": "units and days as offices write them in cells",
    "documents/ledgers/dates.py": "days as offices write them",
    "documents/ledgers/keys.py": "signs and numerals in keys as offices write them",
    "documents/ledgers/columns.py": "titles of columns that are recognised in offices' ledgers",
    "documents/ledgers/states.py": "words of offices for the state of a case",
    "gateway/openapi.py": "the product's name",
    "gateway/examples.py": "examples of requests",
    "services/complaints/domain.py": "the sign with which people write an extension of a telephone",
    "services/contracts/answers/shape.py": "an example of how a person is written",
    "services/intake/phrases.py": "what the law says, and what another level did, is written into the record in words",
    "services/plumbing/settings.py": "the name of an authority",
    "services/reporting/instructions/numbering.py": "numbers of official documents as GB/T 9704 writes them",
    "services/timer/calendar.py": "names of the holidays, and of the order that lists them",
    "services/timer/occurrences.py": "the name of a department",
    "services/timer/releases.py": "numbers of official documents as GB/T 9704 writes them",
    "services/timer/rules.py": "names of laws",
    "sample/": "people, companies, places and what they say",
    "bench/": "people and projects of the measurements",
    "deploy/setup/": "runs before there is a virtual environment, and so without the catalogue",
}


def leaves_chinese_to_the_catalogue(path: str, text: str) -> Iterator[str]:
    """What people read is English in the code and Chinese in locales/zh (STYLE 16); so are the words of `--help`."""
    if path.startswith(tuple(MAY_HOLD_CHINESE)):
        return
    module = parsed(text)
    are_help = path.startswith("qidi/")
    quiet = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr) and not are_help}
    for node in ast.walk(module):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in quiet:
            continue
        if _CHINESE.search(node.value):
            yield f"{path}:{node.lineno} says {node.value[:40]!r} itself"
