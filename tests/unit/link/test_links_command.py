"""`qidi links`: readable at any width, it gives the keys, and tells whether there is a connection now."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from locales.texts import say
from qidi.cli import app
from qidi.commands.links import AWAY, show
from services.ledger.carrier.connection import Away, Connection, why_of
from services.ledger.link import keys
from services.plumbing.clock import SystemClock
from tests.unit.subtree.seats import BANNER, CITY, Seats

pytestmark = pytest.mark.lengthy


@pytest.fixture(scope="module")
def seats(tmp_path_factory: pytest.TempPathFactory) -> Seats:
    return Seats(tmp_path_factory.mktemp("seats"))


@pytest.fixture(autouse=True)
def at(seats: Seats, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIDI_VAR", str(seats.folder))
    monkeypatch.setenv("QIDI_AUTHORITY", BANNER)


def links(code: str) -> dict[str, Any]:
    answer = CliRunner().invoke(app, ["--authority", code, "links", "--json"])
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def shown(found: dict[str, Any], width: int) -> str:
    console = Console(file=StringIO(), width=width, highlight=False)
    show(found, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_where_nothing_was_started_one_sentence_says_so_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    answer = CliRunner().invoke(app, ["links"])
    assert (answer.exit_code, len(answer.output.strip().splitlines())) == (1, 1)
    assert list(tmp_path.rglob("*")) == []


def test_the_own_key_and_those_of_the_neighbours_are_given(seats: Seats) -> None:
    found = links(CITY)
    own = keys.load_or_create(seats.folder / CITY / "keys", CITY).public_text
    below = keys.load_or_create(seats.folder / BANNER / "keys", BANNER).public_text
    assert found["authority"] == {"code": CITY, "public_key": own}
    assert below in {one["public_key"] for one in found["links"]}
    assert own in shown(found, 80)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_date_is_cut_off_at_any_width(width: int) -> None:
    found = links(BANNER)
    text = shown(found, width)
    [link] = found["links"]
    assert link["joined_at"] in text
    assert link["last_contact"] in text
    assert "…" not in text


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("Unavailable(\"ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused'\")", Away.PASSWORD),
        (
            "Unavailable(\"(530) 'NOT_ALLOWED - access to vhost '150400' refused for user 'up.150424'\")",
            Away.SUSPENDED,
        ),
        ("SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')", Away.CERTIFICATE),
        ("Unavailable(\"ConnectionRefusedError(111, 'Connection refused')\")", Away.UNREACHABLE),
        ("SSLEOFError(8, '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred')", Away.UNREACHABLE),
        ("TimeoutError()", Away.UNREACHABLE),
    ],
)
def test_what_a_failed_connection_says_is_told_in_a_sentence_with_what_to_do(
    seats: Seats, error: str, why: Away
) -> None:
    now = SystemClock().now().timestamp()
    Connection(CITY, why_of(error), now - 600, now).save(seats.folder / BANNER)
    found = links(BANNER)
    [link] = found["links"]
    assert (link["connection"]["state"], link["connection"]["why"]) == ("away", why.value)
    assert "无连接" in shown(found, 80)
    told = "".join(shown(found, 80).split())
    assert [one for one in Away if "".join(say("zh", AWAY[one], own=BANNER).split()) in told] == [why]


def test_a_connection_that_stands_is_said_and_one_that_nobody_writes_of_is_unknown(
    seats: Seats,
) -> None:
    folder = seats.folder / BANNER
    now = SystemClock().now().timestamp()
    Connection(CITY, None, now - 9_000, now).save(folder)
    assert links(BANNER)["links"][0]["connection"]["state"] == "up"
    file = Path(folder / "connection.json")
    Connection(CITY, None, now - 9_000, now - 180).save(folder)
    assert links(BANNER)["links"][0]["connection"] == {"state": "unknown"}
    file.unlink()
    assert links(BANNER)["links"][0]["connection"] == {"state": "unknown"}
