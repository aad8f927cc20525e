"""Child processes: tied to their parent, ended in time; and the ports that they get."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

LOOPBACK = "127.0.0.1"


class NotReady(Exception):
    """A process ended, or its time was over, before it was ready; the message holds what it said last."""


def tied(argv: Sequence[str]) -> list[str]:
    """The command, ended by the kernel (SIGKILL) when the thread that starts it ends, however that comes about.

    util-linux's setpriv sets PR_SET_PDEATHSIG and becomes the command; where it is missing, the command stays as it is.
    Start tied children only from a thread that lives as long as they should.
    """
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', os.defpath)}:/usr/bin:/bin")
    return [setpriv, "--pdeathsig", "KILL", "--", *argv] if setpriv else list(argv)


_chosen = set[int]()


def free_port(preferred: int | None = None, taken: frozenset[int] = frozenset()) -> int:
    """The preferred port of the loopback address, or any free one when it is in use or in `taken`.

    None is chosen twice in one process: what was chosen first may not listen yet.
    """
    if preferred and preferred not in taken and is_free(preferred):
        _chosen.add(preferred)
        return preferred
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in taken and port not in _chosen:
            _chosen.add(port)
            return port


def is_free(port: int) -> bool:
    """Whether nobody listens on the port of the loopback address."""
    with socket.socket() as probe:
        # as servers do: a port whose last connections are still fading away counts as free
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether somebody accepts connections on the port of the loopback address."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def wait_until_ready(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], within: float, what: str, log: Path | None = None
) -> None:
    """Returns when `ready()` is true.

    Raises NotReady, with the last lines of `log`, when the process ends before or `within` seconds are over.
    """
    end = time.monotonic() + within
    while True:
        has_ended = process.poll() is not None
        if ready():
            return
        if has_ended:
            raise NotReady(f"{what} ended with code {process.returncode} before it was ready.{last_lines(log)}")
        if time.monotonic() > end:
            raise NotReady(f"{what} was not ready after {within:.0f} s.{last_lines(log)}")
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes] | None, within: float, sign: signal.Signals = signal.SIGTERM) -> None:
    """Asks the process to end with `sign`, waits `within` seconds, then kills it; returns when it is gone."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(sign)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_lines(log: Path | None, count: int = 15) -> str:
    """The end of a log file as an indented block, for messages; empty when there is none."""
    if log is None or not log.is_file():
        return ""
    lines = log.read_text(errors="replace").splitlines()[-count:]
    return "".join(f"\n    {line}" for line in lines)
