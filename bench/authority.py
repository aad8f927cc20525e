"""A whole authority for a measurement: `qidi up` in a folder of its own, ended afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
QIDI = (sys.executable, "-c", "from qidi.cli import main; main()")


@contextmanager
def authority(
    var: Path, *more: str, command: Sequence[str] = QIDI, folder: Path = PROJECT
) -> Iterator[tuple[dict[str, Any], float]]:
    """A running authority's state and the seconds that it took to be ready; `more` goes to `qidi up`.

    `folder` is the checkout that runs, `command` what starts its `qidi`, `var` where its data are.
    """
    environ = {**os.environ, "QIDI_VAR": str(var), "QIDI_GATEWAY_PORT": "0", "QIDI_BROKER_PORT": "0"}
    environ["PYTHONPATH"] = str(folder)
    begun = time.monotonic()
    with (var / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "up", "--no-sample", *more], cwd=folder, env=environ, stdout=log, stderr=log
        )
    try:
        state = _wait(var, process)
        yield state, time.monotonic() - begun
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    end = time.monotonic() + 240
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            state: dict[str, Any] = json.loads((folder / "run.json").read_text())
            with urllib.request.urlopen(f"{state['gateway']}/readyz", timeout=5) as answer:  # noqa: S310  # our own gateway on loopback
                if answer.status == 200:
                    return state
        except (OSError, ValueError, KeyError, urllib.error.URLError):
            time.sleep(0.05)
    raise RuntimeError(f"the authority did not start:\n{(folder / 'up.log').read_text()[-2000:]}")
