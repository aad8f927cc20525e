"""The switchboard of projects: one line for everything that it takes."""

from pathlib import Path

from services.plumbing.switchboard import Switchboard
from services.projects.store import metadata

BOARD = Switchboard(name="projects", metadata=metadata, migrations=str(Path(__file__).parent / "migrations"))
