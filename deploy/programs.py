"""The processes of one authority: how each is called, in which environment it runs, when it is ready."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy.levels import Seat
from deploy.processes import free_port
from deploy.supervisor import Program

PROJECT = Path(__file__).resolve().parents[1]


def base_of(seat: Seat) -> str:
    """The address of an authority's gateway."""
    return f"http://127.0.0.1:{seat.settings.gateway_port}"


def gateway_ports(chain: list[Seat]) -> list[int]:
    """One port each: yesterday's, so that its addresses hold; else the wanted one and those after it, or any.

    Who wants another port than yesterday gets that one.
    """
    first, ports = chain[0].settings.gateway_port, list[int]()
    for index, seat in enumerate(chain):
        memory, wanted = seat.folder / "gateway-port.json", first + index if first else None
        known = _yesterday(memory, wanted)
        ports.append(free_port(wanted if known is None else known, frozenset(ports)))
        if known is not None and ports[-1] != known and wanted:  # somebody has taken yesterday's
            ports[-1] = free_port(wanted, frozenset(ports[:-1]))
        memory.write_text(json.dumps({"wanted": wanted, "port": ports[-1]}))
    return ports


def _yesterday(memory: Path, wanted: int | None) -> int | None:
    try:
        told = json.loads(memory.read_text())
        return int(told["port"]) if told["wanted"] == wanted else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def programs(seat: Seat) -> list[Program]:
    """The processes of an authority; the gateway is ready when every service answers it."""
    base = base_of(seat)
    return [
        program_of(seat, "services", "deploy.host"),
        program_of(seat, "courier", "deploy.courier"),
        program_of(seat, "gateway", "gateway", lambda: answers_well(f"{base}/readyz")),
        # also where there is neither superior nor child: it signs what is recorded
        program_of(seat, "link", "services.ledger.carrier"),
    ]


def program_of(seat: Seat, name: str, module: str, ready: Callable[[], bool] = lambda: True) -> Program:
    """One process of an authority."""
    settings = seat.settings
    environ = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "QIDI_AUTHORITY": settings.authority,
        "QIDI_AUTHORITY_NAME": settings.authority_name,
        "QIDI_LEVEL": settings.level,
        "QIDI_AMQP_URL": settings.amqp_url,
        "QIDI_DATABASE_URL": settings.database_url,
        "QIDI_VAR": str(settings.var),
        "QIDI_GATEWAY_PORT": str(settings.gateway_port),
    }
    return Program(f"{name}{seat.suffix}", [sys.executable, "-m", module], environ, ready, PROJECT)


def answers_well(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - the address is our own gateway's
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
