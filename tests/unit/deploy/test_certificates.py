"""When the certificate of a superior's broker is renewed, and that a renewal is told with its last day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.certificates import RENEW_BEFORE, VALID, ensure

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
HOSTS = ("127.0.0.1", "localhost")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the first certificate, which is no renewal."""
    assert ensure(tmp_path, "150400", HOSTS, NOW) is None
    return tmp_path


def test_a_certificate_that_lasts_is_left_alone(folder: Path) -> None:
    before = (folder / "server.pem").read_bytes()
    assert ensure(folder, "150400", HOSTS, NOW + VALID - RENEW_BEFORE - timedelta(days=1)) is None
    assert (folder / "server.pem").read_bytes() == before


def test_one_that_ends_soon_is_renewed_under_the_same_ca_and_its_last_day_is_told(folder: Path) -> None:
    ca = (folder / "ca.pem").read_bytes()
    later = NOW + VALID - RENEW_BEFORE
    assert ensure(folder, "150400", HOSTS, later) == later + VALID
    assert (folder / "ca.pem").read_bytes() == ca  # whoever has joined goes on without a new token
    assert ensure(folder, "150400", HOSTS, later) is None


def test_another_address_or_a_file_taken_away_brings_a_new_one(folder: Path) -> None:
    assert ensure(folder, "150400", (*HOSTS, "10.1.2.3"), NOW) == NOW + VALID
    (folder / "server.pem").unlink()
    assert ensure(folder, "150400", HOSTS, NOW) == NOW + VALID


def test_the_offices_own_files_are_never_touched(folder: Path) -> None:
    (folder / "ca.key").unlink()
    before = (folder / "server.pem").read_bytes()
    assert ensure(folder, "150400", HOSTS, NOW + VALID) is None
    assert (folder / "server.pem").read_bytes() == before
