"""`qidi verify`: it finds what is done to a store or an export behind the ledger's back, and says where."""

import json
import shutil
import sqlite3
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from documents.lines import write
from locales.texts import catalogue
from qidi.commands import export as export_command
from qidi.commands import verify as verify_command
from qidi.commands.export import fetch_lines
from services.ledger.audit.verdict import MESSAGES, SOUND
from services.ledger.canonical import canonical_bytes
from services.ledger.merkle import SHA256, Frontier
from services.ledger.service import BOARD
from tests.builders import WANG, a_desk, asked, done, the_clock
from tests.unit.ledger_service.facts import Said, a_finished_case, number, tell

SIZE = 26
RUNNER = CliRunner()


def run(command: Any, *arguments: str | Path, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    app = typer.Typer()
    app.command()(command)
    result = RUNNER.invoke(app, [str(one) for one in arguments], env={"LANG": "C", **environment})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout.strip(), result.stderr.strip()


def verify(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    code, out, err = run(verify_command.verify, *arguments, "--json", "--lang", "en")
    assert not err
    return code, json.loads(out)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with five cases, one of them struck off."""
    folder = tmp_path_factory.mktemp("sound")
    desk, say = a_desk(BOARD, folder), Said()
    for n in range(1, 6):
        tell(desk, *a_finished_case(say, n))
    the_clock(desk).move(days=5)
    done(desk, "ledger.strike-off", {"case_no": number(1), "evidence": "送达回证", "actor": WANG})
    assert asked(desk, "head")["size"] == SIZE
    desk.engine.dispose()
    return folder / "ledger.sqlite"


@pytest.fixture
def store(sound: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    shutil.copy(sound, tmp_path / "ledger.sqlite")
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def behind(store: Path) -> Iterator[sqlite3.Connection]:
    """Somebody with full access to the file, who has taken the triggers away."""
    connection = sqlite3.connect(store, isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    connection.close()


def test_a_sound_store_is_found_sound(store: Path) -> None:
    code, answer = verify("--store", store)
    assert (code, answer["ok"], answer["size"], answer["problem"]) == (0, True, SIZE, None)
    assert run(verify_command.verify, "--store", f"sqlite:///{store}")[0] == 0


@pytest.mark.parametrize(
    ("statement", "code", "index"),
    [
        ("UPDATE entries SET body = replace(body, '王芳', '王五') WHERE idx = 10", "changed", 10),
        ("UPDATE entries SET body = CAST(replace(body, '王芳', '王五') AS BLOB) WHERE idx >= 10", "changed", 10),
        ("UPDATE entries SET body = x'00' WHERE idx = 25", "changed", 25),
        ("UPDATE entries SET leaf = zeroblob(32) WHERE idx = 0", "changed", 0),
        ("DELETE FROM entries WHERE idx = 7", "missing", 7),
        ("DELETE FROM entries WHERE idx = 0", "missing", 0),
        ("DELETE FROM entries WHERE idx >= 20", "truncated", 20),
        ("DELETE FROM entries", "truncated", 0),
        (
            "INSERT INTO entries SELECT 26, leaf, body, 'x', source, subject, about, stem, time, recorded"
            " FROM entries WHERE idx = 3",
            "duplicate_id",
            26,
        ),
        ("UPDATE entries SET about = 'elsewhere' WHERE idx = 4", "misfiled", 4),
        ("UPDATE entries SET event_id = 'other' WHERE idx = 25", "misfiled", 25),
        ("UPDATE entries SET source = 'other' WHERE idx = 24", "misfiled", 24),
        ("UPDATE entries SET subject = 'other' WHERE idx = 0", "misfiled", 0),
        ("UPDATE entries SET stem = 'qidi.case.noted' WHERE idx = 3", "misfiled", 3),
        ("UPDATE entries SET time = time - 86400 WHERE idx = 3", "misfiled", 3),
        ("UPDATE entries SET recorded = recorded + 1 WHERE idx = 3", "misfiled", 3),
        ("UPDATE head SET size = 25", "root_mismatch", None),
        ("UPDATE head SET size = 27", "truncated", 26),
        ("UPDATE head SET root = zeroblob(32)", "root_mismatch", None),
        ("UPDATE head SET frontier = zeroblob(9)", "bad_frontier", None),
        ("DELETE FROM head", "extended", 0),
    ],
)
def test_what_is_done_to_a_store_is_found_at_the_first_bad_entry(
    store: Path, behind: sqlite3.Connection, statement: str, code: str, index: int | None
) -> None:
    assert behind.execute(statement).rowcount > 0
    exit_code, answer = verify("--store", store)
    assert exit_code == 1
    assert (answer["problem"]["code"], answer["problem"]["index"]) == (code, index)


def swap(connection: sqlite3.Connection, one: int, other: int) -> None:
    for before, after in ((one, 999), (other, one), (999, other)):
        connection.execute("UPDATE entries SET idx = ? WHERE idx = ?", (after, before))


def test_two_entries_that_changed_places_are_found(store: Path, behind: sqlite3.Connection) -> None:
    swap(behind, 8, 12)
    exit_code, answer = verify("--store", store)
    assert exit_code == 1
    # each is sound in itself: what gives them away first is the sequence of the case
    assert answer["problem"]["index"] == 8


def reseal(connection: sqlite3.Connection) -> None:
    """Give every entry a fresh leaf and the ledger a fresh head, as somebody would who knows how it works."""
    rows = connection.execute("SELECT idx, body FROM entries ORDER BY idx").fetchall()
    leaves = [SHA256.leaf(bytes(body)) for _, body in rows]
    connection.executemany(
        "UPDATE entries SET leaf = ? WHERE idx = ?", [(leaf, idx) for leaf, (idx, _) in zip(leaves, rows, strict=True)]
    )
    tree = Frontier().extend(leaves)
    connection.execute("UPDATE head SET size = ?, root = ?, frontier = ?", (tree.size, tree.root, tree.to_bytes()))


def forge(connection: sqlite3.Connection, idx: int) -> None:
    (body,) = connection.execute("SELECT body FROM entries WHERE idx = ?", (idx,)).fetchone()
    event = json.loads(body)
    event["data"]["handler"] = {"name": "王五", "department": "发展改革委"}
    connection.execute("UPDATE entries SET body = ? WHERE idx = ?", (canonical_bytes(event), idx))


def test_an_entry_that_was_changed_with_its_hash_is_found_by_the_head(store: Path, behind: sqlite3.Connection) -> None:
    forge(behind, 10)
    (body,) = behind.execute("SELECT body FROM entries WHERE idx = 10").fetchone()
    behind.execute("UPDATE entries SET leaf = ? WHERE idx = 10", (SHA256.leaf(body),))
    exit_code, answer = verify("--store", store)
    assert (exit_code, answer["problem"]["code"]) == (1, "root_mismatch")


def test_a_full_rewrite_is_found_by_whoever_kept_an_old_head(store: Path, behind: sqlite3.Connection) -> None:
    _, before = verify("--store", store)
    forge(behind, 10)
    reseal(behind)
    assert verify("--store", store)[0] == 0
    exit_code, answer = verify("--store", store, "--kept", f"{SIZE}:{before['root']}")
    assert (exit_code, answer["problem"]["code"]) == (1, "rewritten")


def test_a_removal_with_fresh_hashes_is_found_by_the_sequences(store: Path, behind: sqlite3.Connection) -> None:
    behind.execute("DELETE FROM entries WHERE idx = 7")
    behind.execute("UPDATE entries SET idx = -idx WHERE idx > 7")
    behind.execute("UPDATE entries SET idx = -idx - 1 WHERE idx < 0")
    reseal(behind)
    exit_code, answer = verify("--store", store)
    assert (exit_code, answer["problem"]["code"], answer["problem"]["index"]) == (1, "sequence_gap", 7)


def test_a_store_is_read_and_never_written(store: Path) -> None:
    before = store.read_bytes()
    store.chmod(0o444)
    store.parent.chmod(0o555)
    try:
        assert verify("--store", store)[0] == 0
    finally:
        store.parent.chmod(0o755)
    assert store.read_bytes() == before


def test_what_is_still_in_the_log_beside_the_store_is_checked_and_left_there(sound: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(sound, isolation_level=None)
    writer.execute("CREATE TABLE aside (x)")
    kept = {}
    for name in ("ledger.sqlite", "ledger.sqlite-wal"):
        kept[name] = (sound.parent / name).read_bytes()
        (tmp_path / name).write_bytes(kept[name])
    writer.execute("DROP TABLE aside")
    writer.close()
    assert kept["ledger.sqlite-wal"]
    assert verify("--store", tmp_path / "ledger.sqlite")[0] == 0
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept


def test_it_says_in_chinese_which_entry_is_bad(store: Path, behind: sqlite3.Connection) -> None:
    behind.execute("DELETE FROM entries WHERE idx = 7")
    assert run(verify_command.verify, "--store", store) == (1, "缺少第 7 条记录：其位置上是第 8 条。", "")
    assert run(verify_command.verify, "--store", store, "--lang", "en")[1].startswith("Entry 7 is missing")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--store", "/nowhere/ledger.sqlite"],
        ["--export", "/nowhere/ledger.jsonl"],
        ["--store", "a", "--export", "b"],
        ["--kept", "12"],
        ["--lang", "fr"],
    ],
)
def test_what_cannot_be_checked_is_said_and_is_no_verdict(arguments: list[str]) -> None:
    code, out, err = run(verify_command.verify, *arguments)
    assert (code, out) == (2, "")
    assert err


def test_a_file_that_is_no_store_is_no_damaged_ledger(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"not a database at all" * 100)
    assert run(verify_command.verify, "--store", tmp_path / "x.sqlite")[0] == 2


def test_without_options_it_is_the_store_of_this_authority(store: Path, tmp_path: Path) -> None:
    place = tmp_path / "var" / "150424"
    place.mkdir(parents=True)
    shutil.copy(store, place / "ledger.sqlite")
    code, out, _ = run(verify_command.verify, QIDI_VAR=str(tmp_path / "var"), QIDI_AUTHORITY="150424")
    assert (code, f"全部 {SIZE} 条" in out) == (0, True)


def test_every_message_has_its_chinese_with_the_same_facts() -> None:
    known = catalogue("zh")
    for message in (*MESSAGES.values(), SOUND):
        chinese = str(known[message].string)
        facts = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (message, chinese)]
        assert facts[0] == facts[1], message


# --- exports ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def exported(store: Path, tmp_path: Path) -> Path:
    """The evidence export of the sound store."""
    code, out, err = run(export_command.export, "--ledger", tmp_path / "out.jsonl", "--store", store)
    assert (code, err) == (0, "")
    assert f"{SIZE}" in out
    return tmp_path / "out.jsonl"


def test_an_export_agrees_with_its_store(exported: Path, store: Path) -> None:
    assert verify("--export", exported) == verify("--store", store)
    assert len(exported.read_bytes().splitlines()) == SIZE + 1


def test_a_changed_export_is_found_at_the_changed_entry(exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    lines[6] = lines[6].replace("王芳".encode(), "王五".encode())
    exported.write_bytes(b"".join(lines))
    code, answer = verify("--export", exported)
    assert (code, answer["problem"]["code"], answer["problem"]["index"]) == (1, "changed", 5)


def test_an_export_that_cannot_be_written_is_said(store: Path) -> None:
    assert run(export_command.export, "--ledger", "/nowhere/x.jsonl", "--store", store)[0] == 2


def test_something_must_be_asked_for() -> None:
    assert run(export_command.export)[0] == 2


def test_the_list_needs_a_running_authority(tmp_path: Path) -> None:
    code, _, err = run(export_command.export, "--lines", tmp_path / "x.xlsx", QIDI_VAR=str(tmp_path), QIDI_TOKEN="")
    assert code == 2
    assert "--url" in err


def test_the_list_is_fetched_as_the_workbook_that_the_gateway_gives(tmp_path: Path) -> None:
    write([], tmp_path / "given.xlsx")
    seen: list[httpx.Request] = []

    def gateway(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=(tmp_path / "given.xlsx").read_bytes())

    with httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(gateway)) as client:
        fetch_lines(client, tmp_path / "list.xlsx", {"light": "red"})
    assert str(seen[0].url) == "http://gateway/v1/lines.xlsx?light=red"
    assert openpyxl.load_workbook(tmp_path / "list.xlsx").sheetnames == ["审批台账"]
    assert not list(tmp_path.glob("*.part"))


def test_a_refusal_of_the_gateway_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(403, json={"title": "not allowed"}))
    with (
        httpx.Client(base_url="http://gateway", transport=transport) as client,
        pytest.raises(httpx.HTTPStatusError, match="403 not allowed"),
    ):
        fetch_lines(client, tmp_path / "list.xlsx", {})
    assert not list(tmp_path.iterdir())
