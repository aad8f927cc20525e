"""The switchboard of notices: one line for everything that it takes."""

from pathlib import Path

from services.notices.store import metadata
from services.plumbing.switchboard import Switchboard

BOARD = Switchboard(name="notices", metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
