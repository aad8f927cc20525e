"""A process that hosts the toy services through the real edge; `upgraded` as an argument: the later version."""

from services.plumbing import edge  # isort: skip

import sys

from services.plumbing import log
from services.plumbing.settings import Settings
from tests.ports import toy

if __name__ == "__main__":
    settings = Settings()
    log.configure("toy-services")
    edge.host(toy.upgraded() if "upgraded" in sys.argv[1:] else toy.BOARDS, settings, settings.clock())
