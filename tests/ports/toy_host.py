"""Decides nothing: hosts the toy services through the real edge."""

from services.plumbing import edge  # isort: skip

from services.plumbing.settings import Settings
from tests.ports.toy import BOARDS

if __name__ == "__main__":
    settings = Settings()
    edge.host(BOARDS, settings, settings.clock())
