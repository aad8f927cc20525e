"""The processes of one authority: started, watched, started again and ended together.

Not honcho: it ends everything as soon as one process ends, and this has to start that one again (after a `kill -9`, out
of memory, an error) without touching the others. Not systemd: `make run` works without it; where it is there, each part
runs as a unit of its own. Every child has a session of its own, so Ctrl-C reaches only the supervisor, which ends the
children in reverse order; and every child is tied to us, so that even `kill -9` of the supervisor leaves none behind.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, BinaryIO, Self

from deploy.processes import NotReady, last_lines, tied, wait_until_ready
from locales.texts import at_terminal, say
from services.contracts.vocabulary import ZONE
from services.plumbing import ownership

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: A process has ended before what it said last is read.
LAST_WORDS_SECONDS = 2.0
CALM_AFTER = 60.0
"""Seconds; a program that ran this long starts again after the first pause, however often it died before."""
LOG_LIMIT = 20_000_000
"""Bytes; a longer log becomes NAME.log.1 when its program starts."""
ALARMING = (b"ERROR", b"CRITICAL", b'"level": "error"', b'"level": "critical"')


@dataclass(frozen=True)
class Program:
    """One process that belongs to the authority."""

    name: str
    argv: Sequence[str]
    environ: Mapping[str, str]
    ready: Callable[[], bool]
    """Whether it does its work: an answer on its port, a login. Called until true, or `ready_within` seconds pass."""
    cwd: Path = field(default_factory=Path.cwd)
    ready_within: float = 60.0
    stop_within: float = 15.0


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    log: BinaryIO
    since: float
    restarts: int = 0
    pause: float = FIRST_PAUSE
    was_ready: bool = False
    again_at: float | None = None
    rest: bytes = b""
    gone: threading.Event = field(default_factory=threading.Event)
    #: Everything that the process has said is in its log.
    told: threading.Event = field(default_factory=threading.Event)


class Ended(BaseException):
    """SIGINT or SIGTERM has arrived: everything is to be ended. Not an Exception, so that nothing swallows it."""


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """While it lasts, the first SIGINT or SIGTERM raises Ended in the main thread; later ones change nothing."""
    arrived = False

    def arrive(number: int, frame: FrameType | None) -> None:
        nonlocal arrived
        if not arrived:
            arrived = True
            raise Ended

    before = {number: signal.signal(number, arrive) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Supervisor:
    """Keeps a table of programs running; as a context manager it ends all of them on exit, however that comes about.

    `tell` gets each line meant for the person at the terminal. Logs go to `folder`/log, the state to `folder`/run.json.
    """

    def __init__(self, folder: Path, tell: Callable[[str], None] = print) -> None:
        self.folder = folder
        self._tell = tell
        self._facts: dict[str, Any] = {}
        self._started = datetime.now(ZONE)
        self._children: list[_Child] = []
        self._lock = threading.RLock()
        self._stopping = False
        self._watched = selectors.DefaultSelector()
        self._bell_in, self._bell_out = os.pipe()
        self._watched.register(self._bell_in, selectors.EVENT_READ, None)
        (folder / "log").mkdir(parents=True, exist_ok=True, mode=ownership.FOLDER)
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._watcher.start()

    def start(self, *programs: Program) -> None:
        """Starts programs side by side and returns when all are ready. Raises NotReady with the last log lines.

        Call it from a thread that lives as long as the supervisor: the programs are tied to that thread.
        """
        children = []
        for program in programs:
            log_path = self._log_of(program)
            ownership.close_file(log_path)
            if log_path.stat().st_size > LOG_LIMIT:
                log_path.replace(log_path.with_suffix(".log.1"))
            with self._lock:
                log = log_path.open("ab", buffering=0)
                child = _Child(program, self._spawn(program), log, time.monotonic())
                self._children.append(child)
                self._watch_over(child)
            children.append((child, child.process))
        for child, process in children:
            program = child.program

            def is_ready(ready: Callable[[], bool] = program.ready) -> bool:
                return self._all_live(children) and ready()

            wait_until_ready(process, is_ready, program.ready_within, program.name, self._log_of(program))
        with self._lock:
            for child, _ in children:
                child.was_ready = True
                if child.gone.is_set():  # it ended after its last good answer: from here on that is a restart
                    child.gone.clear()
                    child.again_at = time.monotonic()
        self._ring()
        self.write_state()

    def facts(self, **facts: Any) -> None:
        """Adds what others want to know of this run (addresses, ports) to run.json."""
        self._facts.update(facts)
        self.write_state()

    def pids(self) -> dict[str, int]:
        """Process id of each program that runs now."""
        with self._lock:
            return {child.program.name: child.process.pid for child in self._children if not child.gone.is_set()}

    def restarts(self) -> dict[str, int]:
        """How often each program was started again."""
        with self._lock:
            return {child.program.name: child.restarts for child in self._children}

    def write_state(self) -> None:
        """Writes run.json; readers see the old or the new one, never half of it."""
        with self._lock:
            programs = {
                child.program.name: {"pid": child.process.pid, "restarts": child.restarts} for child in self._children
            }
            state = {
                "supervisor": os.getpid(),
                "started": self._started.isoformat(timespec="seconds"),
                "programs": programs,
                **self._facts,
            }
            fresh = self.folder / "run.json.new"
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(state, indent=2, ensure_ascii=False) + "\n")
            fresh.replace(self.folder / "run.json")

    def wait(self) -> None:
        """Returns never; Ended (see `ended_by_signals`) or KeyboardInterrupt come out of it."""
        while True:
            signal.pause()

    def stop(self) -> None:
        """Ends every program, the last one first: SIGTERM, then SIGKILL after its `stop_within` seconds."""
        with self._lock:
            if self._stopping:
                return
            self._stopping = True
        for child in reversed(self._children):
            self._end(child)
        self._ring()
        self._watcher.join()
        self._watched.close()
        os.close(self._bell_in)
        os.close(self._bell_out)
        (self.folder / "run.json").unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _all_live(self, children: Sequence[tuple[_Child, subprocess.Popen[bytes]]]) -> bool:
        """One that ends while the others are waited for spoils the start, and its words are the ones worth reading."""
        for child, process in children:
            if process.poll() is not None:
                child.told.wait(LAST_WORDS_SECONDS)
                said = last_lines(self._log_of(child.program))
                raise NotReady(f"{child.program.name} ended with code {process.returncode}.{said}")
        return True

    def _log_of(self, program: Program) -> Path:
        return self.folder / "log" / f"{program.name}.log"

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            tied(program.argv),
            env=dict(program.environ),
            cwd=program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
            umask=ownership.UMASK,
        )

    def _watch_over(self, child: _Child) -> None:
        assert child.process.stdout is not None
        self._watched.register(child.process.stdout, selectors.EVENT_READ, (child, False))
        self._watched.register(os.pidfd_open(child.process.pid), selectors.EVENT_READ, (child, True))
        self._ring()

    def _ring(self) -> None:
        os.write(self._bell_out, b"!")

    def _watch(self) -> None:
        while not (self._stopping and all(child.gone.is_set() for child in self._children)):
            with self._lock:
                due = [child.again_at for child in self._children if child.again_at is not None]
            pause = max(0.0, min(due) - time.monotonic()) if due else None
            for key, _ in self._watched.select(pause):
                if key.data is None:
                    os.read(self._bell_in, 4096)
                    continue
                child, has_ended = key.data
                with self._lock:
                    if has_ended:
                        self._bury(child, key.fd)
                    else:
                        self._pass_on(child, key.fileobj)
            with self._lock:
                for child in self._children:
                    if child.again_at is not None and child.again_at <= time.monotonic() and not self._stopping:
                        self._start_again(child)

    def _pass_on(self, child: _Child, pipe: Any) -> None:
        data = os.read(pipe.fileno(), 65536)
        if not data:
            self._watched.unregister(pipe)
            pipe.close()
            child.told.set()
            return
        child.log.write(data)
        *lines, child.rest = (child.rest + data).split(b"\n")
        for line in lines:
            if any(sign in line for sign in ALARMING):
                self._tell(f"{child.program.name} | {line.decode(errors='replace')}")

    def _bury(self, child: _Child, pid_file: int) -> None:
        """The process has ended, not reaped yet: ends what is left of its session, reaps it, plans what follows."""
        self._watched.unregister(pid_file)
        os.close(pid_file)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        code = child.process.wait()
        if self._stopping or not child.was_ready:
            child.gone.set()
            return
        lived = time.monotonic() - child.since
        child.pause = FIRST_PAUSE if lived > CALM_AFTER else min(child.pause * 2, LONGEST_PAUSE)
        child.again_at = time.monotonic() + child.pause
        words = last_lines(self._log_of(child.program), 5)
        self._say(
            child,
            "ended with code {code}, starts again in {seconds} s; last words:{words}",
            code=code,
            seconds=f"{child.pause:.1f}",
            words=words,
        )

    def _start_again(self, child: _Child) -> None:
        child.again_at = None
        child.restarts += 1
        child.since = time.monotonic()
        child.process = self._spawn(child.program)
        child.told.clear()
        self._watch_over(child)
        self._say(child, "started again (restart {count})", count=child.restarts)
        self.write_state()

    def _say(self, child: _Child, message: str, **facts: object) -> None:
        self._tell(f"{child.program.name} | {say(at_terminal(), message, **facts)}")

    def _end(self, child: _Child) -> None:
        with self._lock:
            if child.again_at is not None:
                child.again_at = None
                child.gone.set()
            if not child.gone.is_set():
                with contextlib.suppress(ProcessLookupError):
                    child.process.terminate()
        if not child.gone.wait(child.program.stop_within):
            self._say(child, "did not end in time, killed")
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.gone.wait(10)
        child.log.close()
