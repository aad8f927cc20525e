"""A process that does nothing but send notices as files, to be killed in the middle of them."""

import sys
import time
from datetime import datetime
from pathlib import Path

from locales.notices import told
from services.notices import channels, dispatch
from services.plumbing.db import open_engine
from services.plumbing.settings import Settings

if __name__ == "__main__":
    store, folder, at = sys.argv[1:]
    engine = open_engine(f"sqlite:///{store}", "notices")
    send = channels.every(Settings(notice_folder=Path(folder)))
    while dispatch.dispatch(engine, send, told, lambda: datetime.fromisoformat(at)):
        time.sleep(0.01)
