"""Access to the ledger's store for the carrying process: one act at a time, beside the event loop, with patience."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self, TypeVar

from services.ledger.carrier.metrics import LINK_WAITS
from services.ledger.link import keys, own_key
from services.ledger.service import BOARD
from services.plumbing.db import Glance, open_engine, reading, transaction
from services.plumbing.errors import Unavailable
from services.plumbing.log import log
from services.plumbing.settings import Settings
from services.plumbing.switchboard import Office

T = TypeVar("T")
PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 2.0
#: What stays as it is, is said again so often.
SAY_SECONDS: Final = 60.0


class LedgerAccess:
    """The ledger's store and the authority's key, as the carrying process uses them."""

    def __init__(self, settings: Settings) -> None:
        self.authority = settings.authority
        self.folder = settings.var.absolute() / settings.authority / "keys"
        self._clock = settings.clock()
        self._engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
        #: The key that was last found to be the right one.
        self._checked: keys.Verifier | None = None
        self._said = ("", 0.0)
        #: Of the event loop's own, beside the thread that reads and writes.
        self.glance = Glance(self._engine)
        # One thread: acts keep the order in which they were asked for, and the loop stays free for the broker.
        self._thread = ThreadPoolExecutor(1, "ledger-access")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._thread.shutdown()
        self.glance.close()
        self._engine.dispose()

    @property
    def now(self) -> float:
        """Seconds since 1970-01-01 UTC, by the authority's clock."""
        return self._clock.now().timestamp()

    @property
    def key(self) -> keys.SigningKey:
        """The authority's key as it is now; another process may have renewed it. Made where nothing was ever signed.

        Raises WrongKey, which is waited out like a store that is away, and BadKey.
        """
        path = self.folder / keys.FILE
        if not path.exists() and self.read(own_key.has_signed):
            raise self.read(lambda office: own_key.WrongKey(own_key.MISSING, office, path))
        key = keys.load_or_create(self.folder, self.authority)
        if key.verifier != self._checked:
            self.read(lambda office: own_key.check(office, key))
            self._checked = key.verifier
        return key

    def write(self, act: Callable[[Office], T]) -> T:
        """One act in one transaction. Raises Unavailable."""
        with transaction(self._engine) as connection:
            return act(Office(connection, self._clock.now(), self.authority))

    def read(self, look: Callable[[Office], T]) -> T:
        """A look at one consistent state. Raises Unavailable."""
        with reading(self._engine) as connection:
            return look(Office(connection, self._clock.now(), self.authority))

    async def writing(self, act: Callable[[Office], T]) -> T:
        """`write` beside the event loop; a store that is away is waited out, however long."""
        return await self._patiently(lambda: self.write(act))

    async def looking(self, look: Callable[[Office], T]) -> T:
        """`read` beside the event loop; a store that is away is waited out, however long."""
        return await self._patiently(lambda: self.read(look))

    async def _patiently(self, act: Callable[[], T]) -> T:
        pause, loop = PAUSE_SECONDS, asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(self._thread, act)
            except Unavailable as away:
                LINK_WAITS.inc()
                self._say(str(away), loop.time())
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _say(self, why: str, at: float) -> None:
        told, since = self._said
        if why != told or at - since >= SAY_SECONDS:
            self._said = (why, at)
            log.warning("store.away", service="link", error=why[:400])
