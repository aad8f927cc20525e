"""The unsealing key lies with the authority's other keys, never in the store that holds what it opens."""

import json
import stat
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from typer.testing import CliRunner, Result

from qidi.cli import app
from services.complaints.referrals.confidant import FILE, open_store
from services.complaints.referrals.seal import new_key, public_text, seal
from services.complaints.service import BOARD
from services.contracts.forwarding import SuperiorNamed
from services.contracts.referrals import ReferralSent
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.desk import Desk
from services.plumbing.errors import CannotStart, Unavailable
from services.plumbing.migrate import upgrade
from tests.builders import AUTHORITY, MORNING, WANG, an_event, asked, said

CITY = "150400"


def a_store(folder: Path, to: str = "head") -> Engine:
    """The store of complaints as an installation has it."""
    engine = open_engine(f"sqlite:///{folder}/complaints.sqlite", BOARD.name)
    upgrade(BOARD, engine, to)
    return engine


def below_a_superior(folder: Path) -> Desk:
    """An authority whose superior can tell it who complained."""
    desk = Desk(BOARD, a_store(folder), HandClock(MORNING), AUTHORITY)
    desk.take_events([an_event(SuperiorNamed(superior=CITY, name="赤峰市"), service="ledger/own")])
    return desk


def a_sealed_complaint(public: str, number: int = 1) -> bytes:
    no = f"{CITY}-T2026-{number:06d}"
    sealed = {
        "sealed_person": seal(public, "韩继业", "13800000732", no, AUTHORITY),
        "person_needed_because": "当面核实",
    }
    told = {"kind": "delay", "urgency": "general", "channel": "12345", "place": "林西镇", "text": "一个月没有答复"}
    sent = ReferralSent.model_validate(
        {"complaint_no": no, "to": AUTHORITY, "round": 1, "person": WANG, "received_at": MORNING, **told, **sealed}
    )
    body = json.loads(an_event(sent, service="complaints"))
    return json.dumps(body | {"source": f"/authorities/{CITY}/complaints"}).encode()


def public_of(desk: Desk) -> str:
    return str(said(desk, "qidi.confidant.named")[-1].data["public_key"])


def found_in(folder: Path, private: bytes) -> list[str]:
    """The files in which these bytes stand, as they are or as text."""
    forms = (private, b64encode(private), private.hex().encode())
    return [
        file.name for file in folder.rglob("*") if file.is_file() and any(one in file.read_bytes() for one in forms)
    ]


def test_a_new_key_lies_in_its_file_alone_for_one_user_alone(tmp_path: Path) -> None:
    desk = below_a_superior(tmp_path)
    file = tmp_path / "keys" / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    private = b64decode(file.read_text())
    assert public_of(desk) == public_text(private)
    assert found_in(tmp_path, private) == [FILE]
    desk.take_events([a_sealed_complaint(public_of(desk))])
    [one] = asked(desk, "complaints")["items"]
    assert one["complainant_name"] == "韩*"


def test_a_key_of_an_earlier_version_moves_into_its_file_and_its_bytes_leave_the_store(tmp_path: Path) -> None:
    engine, private = a_store(tmp_path, "0003"), new_key()
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO confidant VALUES (1, :k, 0)"), {"k": private})
    assert found_in(tmp_path, private) == ["complaints.sqlite-wal"]
    engine.dispose()
    engine = a_store(tmp_path)
    assert found_in(tmp_path, private)
    open_store(engine, tmp_path / "keys")
    assert found_in(tmp_path, private) == [FILE], "neither in the store nor in what was written ahead"
    engine.dispose()
    assert found_in(tmp_path, private) == [FILE]
    open_store(a_store(tmp_path), tmp_path / "keys")  # and again: nothing is to be done
    desk = Desk(BOARD, a_store(tmp_path), HandClock(MORNING), AUTHORITY)
    desk.take_events([a_sealed_complaint(public_text(private))])
    assert asked(desk, "complaints")["items"][0]["complainant_name"] == "韩*"


@pytest.mark.parametrize("now_there", [None, b64encode(new_key()), b"damaged"], ids=["missing", "another", "damaged"])
def test_without_the_key_that_is_known_above_the_service_does_not_begin(
    tmp_path: Path, now_there: bytes | None
) -> None:
    desk = below_a_superior(tmp_path)
    former, file = public_of(desk), tmp_path / "keys" / FILE
    file.unlink()
    if now_there is not None:
        file.write_bytes(now_there)
    with pytest.raises(CannotStart, match="renew-confidant"):
        open_store(desk.engine, tmp_path / "keys")
    assert not file.exists() or file.read_bytes() == now_there, "none is made in silence"

    # while it runs, who complained is waited for: nothing is taken without the name
    with pytest.raises(Unavailable, match="confidant"):
        desk.take_events([a_sealed_complaint(former)])
    assert asked(desk, "complaints")["items"] == []


def test_a_lost_key_is_replaced_by_a_command_and_the_new_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / AUTHORITY
    desk = below_a_superior(home)
    former = public_of(desk)
    (home / "keys" / FILE).unlink()
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    answer = CliRunner().invoke(app, ["link", "renew-confidant"])
    assert answer.exit_code == 0, answer.output
    open_store(desk.engine, home / "keys")
    assert public_of(desk) != former
    desk.take_events([a_sealed_complaint(public_of(desk))])
    assert asked(desk, "complaints")["items"][0]["complainant_name"] == "韩*"


def renewed(home: Path) -> Result:
    return CliRunner().invoke(app, ["--authority", home.name, "link", "renew-confidant"])


def test_a_key_that_is_not_lost_is_not_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / AUTHORITY
    desk = below_a_superior(home)
    file = home / "keys" / FILE
    before, known = file.read_bytes(), public_of(desk)
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    answer = renewed(home)
    assert answer.exit_code == 1
    assert str(file) in answer.output
    assert (file.read_bytes(), public_of(desk)) == (before, known)
    open_store(desk.engine, home / "keys")


def test_each_key_that_lay_in_the_wrong_place_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / AUTHORITY
    below_a_superior(home)
    file = home / "keys" / FILE
    monkeypatch.setenv("QIDI_VAR", str(tmp_path))
    wrong = [b64encode(new_key()), b64encode(new_key()), b"damaged", b64encode(b"short")]
    for one in wrong:
        file.write_bytes(one)
        assert renewed(home).exit_code == 0
    kept = {one.read_bytes() for one in file.parent.glob(f"{FILE}.former-*")}
    assert kept == set(wrong)


def test_the_printed_remedy_names_the_authority(tmp_path: Path) -> None:
    home = tmp_path / AUTHORITY
    desk = below_a_superior(home)
    (home / "keys" / FILE).unlink()
    with pytest.raises(CannotStart, match=f"qidi --authority {AUTHORITY} link renew-confidant"):
        open_store(desk.engine, home / "keys")


def test_bytes_that_could_not_leave_the_store_at_once_leave_it_at_a_later_start(tmp_path: Path) -> None:
    """Another process reads for a while: what was written ahead cannot be emptied under its eyes."""
    engine, private = a_store(tmp_path, "0003"), new_key()
    with transaction(engine) as connection:
        connection.execute(text("INSERT INTO confidant VALUES (1, :k, 0)"), {"k": private})
    upgrade(BOARD, engine)
    with reading(engine) as connection:
        connection.execute(text("SELECT * FROM confidant")).all()
        open_store(engine, tmp_path / "keys")
        assert found_in(tmp_path, private) != [FILE]
    open_store(engine, tmp_path / "keys")
    assert found_in(tmp_path, private) == [FILE]
    with reading(engine) as connection:
        assert connection.execute(text("SELECT private_key FROM confidant")).scalar() == b""
