"""A process that does nothing but send notices as files, to be killed in the middle of them."""

import sys
import time
from datetime import datetime
from pathlib import Path

from locales.notices import told
from services.contracts.actors import Caller
from services.notices import channels, dispatch
from services.plumbing.db import open_engine
from services.plumbing.settings import Settings
from tests.builders import WANG

WANG_HIMSELF = Caller(role="handler", **WANG)

if __name__ == "__main__":
    store, folder, at = sys.argv[1:]
    engine = open_engine(f"sqlite:///{store}", "notices")
    send = channels.every(Settings(notice_folder=Path(folder)))
    while dispatch.dispatch(engine, send, told, lambda: [WANG_HIMSELF], lambda: datetime.fromisoformat(at)):
        time.sleep(0.01)
