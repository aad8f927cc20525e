"""What an authority is that has nothing yet but a ledger: enough to be invited, to join, and to carry."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Self

from deploy.processes import end
from services.ledger.carrier.superior import FILE
from services.ledger.service import BOARD
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings
from tests.chain import Level
from tests.stack import PROJECT

#: Nobody listens there: a newcomer has no services and needs no broker of its own.
NOWHERE = "amqp://127.0.0.1:9/"


class Newcomer(Level):
    """A folder with a ledger; as a context manager its link runs."""

    def __init__(self, folder: Path, code: str) -> None:
        super().__init__(folder, code, QIDI_AUTHORITY_NAME=code, QIDI_AMQP_URL=NOWHERE)
        engine = open_engine(self.settings.store_url(BOARD.name), BOARD.name)
        upgrade(BOARD, engine)
        engine.dispose()

    @property
    def settings(self) -> Settings:
        (self.folder / self.code).mkdir(parents=True, exist_ok=True)
        return Settings(var=self.folder, authority=self.code, amqp_url=NOWHERE)

    def __enter__(self) -> Self:
        order = [sys.executable, "-m", "services.ledger.carrier"]
        with (self.folder / "link.log").open("ab") as log:
            self._process = subprocess.Popen(order, cwd=PROJECT, env=self.environ, stdout=log, stderr=log)
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process, 10)

    def has_joined(self) -> bool:
        return (self.keys / FILE).exists()

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, "QIDI_VAR": str(self.folder), **self._environ}
