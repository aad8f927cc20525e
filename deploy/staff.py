"""Staff of the authority as the gateway's store knows it: who may act now, for whoever tells people something."""

from collections.abc import Callable, Collection
from datetime import datetime

from gateway.accounts.standing import everybody
from gateway.store import BOARD
from services.contracts.actors import Caller
from services.plumbing.db import open_engine, reading
from services.plumbing.settings import Settings


def present(settings: Settings, now: Callable[[], datetime]) -> Callable[[], Collection[Caller]]:
    """Asks, whenever it is called, who may act at that moment. What is called raises Unavailable."""
    engine = open_engine(settings.store_url(BOARD.name), BOARD.name)

    def asked() -> Collection[Caller]:
        with reading(engine) as connection:
            return everybody(connection, now())

    return asked
