"""Words of set-up: short lines in Chinese and English, and one message when it fails."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class SetupFailed(Exception):
    """The machine could not be set up; the message says what to do."""


def step(chinese: str, english: str) -> None:
    """Prints one progress line."""
    print(f"[qidi] {chinese} · {english}", flush=True)


def fail(message: str) -> None:
    """Prints the one message that says what to do."""
    print(f"[qidi] 未完成 · not done: {message}", file=sys.stderr, flush=True)


def run(argv: Sequence[str], advice: str, *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
    """Runs one command quietly and returns its output.

    Raises SetupFailed with the command's last lines and `advice` when it cannot be run or does not succeed.
    """
    try:
        done = subprocess.run(
            argv,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise SetupFailed(f"{argv[0]}: {error}\n{advice}") from error
    if done.returncode != 0:
        last = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise SetupFailed(f"{' '.join(argv[:4])} ...\n{last}\n{advice}")
    return done.stdout
