"""The switchboards of all services that make up an authority."""

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from services import SERVICES
from services.plumbing.switchboard import Switchboard


def _board(service: str) -> Switchboard:
    board = import_module(f"services.{service}.service").BOARD
    if not isinstance(board, Switchboard) or board.name != service:
        raise TypeError(f"services/{service}/service.py has no switchboard of that name")
    return board


BOARDS: Final[Sequence[Switchboard]] = tuple(map(_board, SERVICES))
