"""Desks of one process: their stores opened, the record's latest moment recalled, what was parked revived."""

from collections.abc import Sequence

from services.plumbing.clock import Clock, Latest
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.plumbing.errors import Unavailable
from services.plumbing.log import log
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Switchboard


def open_desks(boards: Sequence[Switchboard], settings: Settings, clock: Clock) -> list[Desk]:
    """A desk for each service; none of them records before what any of them has recorded. Raises CannotStart."""
    latest = Latest()
    desks = [_open(board, settings, clock, latest) for board in boards]
    for desk in desks:
        _revive(desk)
    return desks


def _open(board: Switchboard, settings: Settings, clock: Clock, latest: Latest) -> Desk:
    engine = open_engine(settings.store_url(board.name), board.name)
    if board.opening is not None:
        board.opening(engine, settings.keys)
    begins, issuer = settings.beginning, settings.issuer
    desk = Desk(board, engine, clock, settings.authority, settings.keys, latest, begins, issuer)
    try:
        desk.recall()
    except Unavailable as away:  # its own row holds it all the same
        log.warning("store.away", service=board.name, error=str(away)[:200])
    return desk


def _revive(desk: Desk) -> None:
    """A newer version may know what an older one parked."""
    try:
        desk.revive()
    except Exception as failed:  # they stay parked, counted and visible; the service starts all the same
        log.error("parked.not-revived", service=desk.board.name, error=repr(failed)[:200])
