"""The process of the services: all five, or those named on the command line."""

# The edge comes first: it patches the standard library for eventlet before anything else is loaded.
from services.plumbing import edge  # isort: skip

import sys

from deploy.authority import BOARDS
from services.plumbing import log, ownership
from services.plumbing.settings import Settings


def main(names: list[str]) -> int:
    """Host the named services, or all of them, until SIGTERM."""
    settings = Settings()
    log.configure(f"services-{settings.instance}")
    ownership.take(settings.var.absolute() / settings.authority)
    boards = [board for board in BOARDS if not names or board.name in names]
    unknown = set(names) - {board.name for board in BOARDS}
    if unknown:
        from locales.texts import at_terminal, say  # who hosts services does without the catalogue

        print(say(at_terminal(), "no such services: {names}", names=", ".join(sorted(unknown))), file=sys.stderr)
        return 2
    edge.host(boards, settings, settings.clock())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
