"""Ports of a restart: yesterday's addresses hold as long as nobody else has taken them."""

import socket
from pathlib import Path

from deploy.levels import Seat
from deploy.processes import LOOPBACK
from deploy.programs import gateway_ports
from services.plumbing.settings import Settings


def chain(folder: Path, wanted: int) -> list[Seat]:
    """Three authorities of a run, whose first wants this port."""
    found = []
    for code in ("150424", "150400", "150000"):
        seat = Seat(Settings(authority=code, var=folder, gateway_port=wanted), None, "", "/")
        seat.folder.mkdir(exist_ok=True)
        found.append(seat)
    return found


def a_port(count: int = 3) -> int:
    """The first of some free ports in a row."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            first = int(probe.getsockname()[1])
        if all(_is_free(first + n) for n in range(count)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) != 0


def test_a_restart_has_yesterdays_ports_also_when_the_wanted_ones_have_become_free(tmp_path: Path) -> None:
    wanted = a_port()
    with socket.socket() as other:
        other.bind((LOOPBACK, wanted))
        other.listen()
        yesterday = gateway_ports(chain(tmp_path, wanted))
    assert yesterday[0] != wanted
    assert gateway_ports(chain(tmp_path, wanted)) == yesterday
    assert gateway_ports(chain(tmp_path, wanted)) == yesterday


def test_a_chain_of_any_ports_keeps_them(tmp_path: Path) -> None:
    yesterday = gateway_ports(chain(tmp_path, 0))
    assert len(set(yesterday)) == 3
    assert gateway_ports(chain(tmp_path, 0)) == yesterday


def test_whoever_wants_another_port_than_yesterday_gets_it(tmp_path: Path) -> None:
    gateway_ports(chain(tmp_path, a_port()))
    other = a_port()
    assert gateway_ports(chain(tmp_path, other))[0] == other


def test_yesterdays_port_that_somebody_else_has_now_is_left_to_him(tmp_path: Path) -> None:
    wanted = a_port()
    assert gateway_ports(chain(tmp_path, wanted))[0] == wanted
    with socket.socket() as other:
        other.bind((LOOPBACK, wanted))
        other.listen()
        today = gateway_ports(chain(tmp_path, wanted))
    assert today[0] != wanted
    assert len(set(today)) == 3


def test_what_was_noted_and_cannot_be_read_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "150424").mkdir()
    (tmp_path / "150424" / "gateway-port.json").write_text("[]")
    wanted = a_port()
    assert gateway_ports(chain(tmp_path, wanted))[0] == wanted
