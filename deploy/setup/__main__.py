"""The order of set-up: Debian packages, virtual environment, locked packages, the project, browser assets."""

import os
import sys
from pathlib import Path

from deploy.setup import assets, debian, environment
from deploy.setup.messages import SetupFailed, fail, step

PROJECT = Path(__file__).resolve().parents[2]
PURPOSES = ("run", "check", "test", "faults")


def set_up(project: Path, purpose: str, environ: dict[str, str]) -> None:
    """Brings the machine to where `purpose` (run, check, test or faults) works; quick when nothing is missing.

    Raises SetupFailed with a message that says what to do.
    """
    lacking = debian.missing(debian.needed_for(purpose, environ), debian.present)
    if lacking:
        debian.install(lacking)
    environment.make(project)
    environment.install_lock(project, "runtime")
    if purpose != "run":
        environment.install_lock(project, "dev")
    environment.install_project(project)
    assets.install(project)


def main(arguments: list[str]) -> int:
    """Returns the exit code: 0 when set up, 1 after one message that says what to do, 2 for a wrong call."""
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        fail("usage: python3 -m deploy.setup run|check|test|faults")
        return 2
    try:
        set_up(PROJECT, arguments[0], dict(os.environ))
    except SetupFailed as failure:
        fail(str(failure))
        return 1
    step("准备就绪", "set up")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
