"""Work on imports: one file of the authority at a time is tried or entered, in a thread, and can be stopped."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from starlette.types import ASGIApp

from documents.ledgers.course import Course
from documents.ledgers.delivery import CannotSend, Sender
from documents.ledgers.gate import Hostile
from documents.ledgers.sheets import Ledger
from gateway.imports import house
from gateway.imports.register import ACTIVE, Counts, Import, Register, as_json
from gateway.imports.report import Recorder, Trial, counts_of
from gateway.imports.shelf import Shelf
from services.contracts.answers.imports import ImportState
from services.plumbing.errors import Unavailable
from services.plumbing.log import log

#: How often what was found is written down again while the store is away, and after how many seconds.
_TRIES: Final = 20
_PAUSE_SECONDS: Final = 0.5
LOST = "{who} may enter nothing here any more; somebody else can go on with it."
AWAY = "The record does not answer at present; go on with it later."
BROKEN = "Something went wrong on our side; operations find more in the log."
GONE = "The file is not kept any more; upload it again."


class Stopped(Exception):
    """A person has stopped it."""


@dataclass(frozen=True)
class Tried:
    """A dry run whose rows wait to be confirmed."""

    ledger: Ledger
    course: Course
    recorder: Recorder


@dataclass
class Job:
    """One stage of one import: its dry run, or its entering."""

    no: int
    is_entering: bool
    #: Where its requests go.
    app: ASGIApp
    loop: asyncio.AbstractEventLoop
    done: int = 0
    rows: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def pause(self, seconds: float) -> None:
        """Wait before something is tried again. Raises Stopped."""
        if self.stop.wait(seconds):
            raise Stopped

    def advance(self, count: int) -> None:
        """So many more rows are done. Raises Stopped."""
        self.done += count
        if self.stop.is_set():
            raise Stopped


class Work:
    """What is in work, in the order in which it came."""

    def __init__(self, register: Register, shelf: Shelf, standings: house.Standings, authority: str) -> None:
        self._register, self._shelf, self._standings, self._authority = register, shelf, standings, authority
        self._jobs: dict[int, Job] = {}
        self._waiting: deque[Job] = deque()
        self._lock = threading.Lock()
        self._is_busy = False
        #: The last dry run: entering it need not find out again what is good.
        self._tried: dict[int, Tried] = {}

    def begin(self, job: Job) -> None:
        """It waits for its turn, which may be at once."""
        with self._lock:
            self._jobs[job.no] = job
            self._waiting.append(job)
            if not self._is_busy:
                self._is_busy = True
                # A daemon: where the gateway ends, it is interrupted and goes on when a person says so.
                threading.Thread(target=self._go, name="imports", daemon=True).start()

    def stop(self, no: int) -> bool:
        """Whether it is in work; then it ends after its present batch."""
        with self._lock:
            job = self._jobs.get(no)
        if job is not None:
            job.stop.set()
        return job is not None

    def job(self, no: int) -> Job | None:
        """What is being done with this import, here and now."""
        with self._lock:
            return self._jobs.get(no)

    def _go(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_busy = False
                    return
                job = self._waiting.popleft()
            try:
                self._run(job)
            except Exception as failed:  # what is left stands as interrupted, and the next one has its turn
                log.error("import.left", no=job.no, error=repr(failed), exc_info=True)
            finally:
                with self._lock:
                    if self._jobs.get(job.no) is job:  # it may wait anew already
                        del self._jobs[job.no]

    def _run(self, job: Job) -> None:
        try:
            self._stage(job)
        except Stopped:
            self._end(job, ImportState.STOPPED)
        except Hostile as hostile:
            facts = {name: str(fact) for name, fact in hostile.facts.items()}
            self._shelf.drop_all(job.no)
            self._end(job, ImportState.UNREADABLE, trouble=as_json([hostile.message, facts]), is_kept=False)
        except CannotSend as refused:
            facts = {name: str(fact) for name, fact in refused.facts.items()}
            self._fail(job, refused.message, facts | ({"url": self._authority} if "url" in facts else {}))
        except house.Ending:
            return  # it is interrupted
        except house.NobodyAnyMore:
            found = self._register.one(job.no)
            self._fail(job, LOST, {"who": found.acting.label if found else ""})
        except Unavailable:
            self._fail(job, AWAY, {})
        except FileNotFoundError:
            self._fail(job, GONE, {})
        except Exception as failed:
            log.error("import.failed", no=job.no, error=repr(failed), exc_info=True)
            self._fail(job, BROKEN, {})

    def _stage(self, job: Job) -> None:
        if job.stop.is_set():
            raise Stopped
        found = self._register.one(job.no)
        if found is None:
            return
        client = house.client(job.app, job.loop, lambda: self._standings.of(found.acting), "zh")
        with client:
            if job.is_entering:
                self._enter(job, found, client)
            else:
                self._try(job, client)

    # --- stages -----------------------------------------------------------------------------------------------------

    def _try(self, job: Job, client: httpx.Client) -> None:
        self._move(job, ImportState.TRYING)
        tried = self._trial(job, client)
        self._tried = {job.no: tried}  # of one: a byte for each row is little, and many files are many
        counts = counts_of(tried.course.tried)
        self._end(job, ImportState.TRIED, tried=as_json(counts), rows=job.done, done=job.done)

    def _trial(self, job: Job, client: httpx.Client) -> Tried:
        ledger = Ledger.look(self._shelf.file(job.no))
        job.rows, job.done = ledger.rows, 0
        with ExitStack() as stack:
            trial = Trial(ledger, Sender(client, job.pause), self._shelf, job.no, stack)
            trial.run(job.advance)
            return Tried(ledger, trial.course, trial.recorder)

    def _enter(self, job: Job, found: Import, client: httpx.Client) -> None:
        """Enter what is good. Where the gateway was started anew, or a part is in, that is found out again."""
        self._move(job, ImportState.ENTERING)
        known = self._tried.pop(job.no, None) if found.entered is None else None
        tried = known or self._trial(job, client)
        tried.recorder.sender = Sender(client, job.pause)
        before = _went_in_before(found.tried or {}, counts_of(tried.course.tried))
        job.rows, job.done = found.rows, 0

        def advance(count: int) -> None:
            now = _together(before, counts_of(tried.course.entered))
            self._written(job, done=job.done + count, entered=as_json(now))
            job.advance(count)

        tally = tried.course.enter(tried.ledger.batches(), advance)
        if tried.course.late:
            self._shelf.write(job.no, "late", [[bad.name, bad.wrong] for bad in tried.course.late])
        self._shelf.drop(job.no)
        counts = _together(before, counts_of(tally))
        self._end(job, ImportState.ENTERED, entered=as_json(counts), done=job.done, is_kept=False)

    # --- what is written down ---------------------------------------------------------------------------------------

    def _move(self, job: Job, to: ImportState) -> None:
        self._again(lambda: self._register.move(job.no, to, ACTIVE, trouble=""))

    def _end(self, job: Job, to: ImportState, **more: Any) -> None:
        self._again(lambda: self._register.move(job.no, to, ACTIVE, **more))

    def _fail(self, job: Job, template: str, facts: dict[str, str]) -> None:
        self._end(job, ImportState.FAILED, trouble=as_json([template, facts]))

    def _written(self, job: Job, **values: Any) -> None:
        self._again(lambda: self._register.write(job.no, **values))

    def _again(self, write: Callable[[], object]) -> None:
        for _ in range(_TRIES):
            try:
                write()
            except Unavailable:
                threading.Event().wait(_PAUSE_SECONDS)
            else:
                return
        log.error("import.unwritten")


def _went_in_before(wanted: Counts, now: Counts) -> dict[str, int]:
    """What of the rows that were to be entered is in the record already: of those, the dry run says so now."""
    return {name: max(0, wanted.get(name, 0) - now[name]) for name in ("new", "changed")}


def _together(before: Counts, now: Counts) -> dict[str, int]:
    """What was entered in all; what went in before is found to be the same now."""
    added = {name: now[name] + before[name] for name in ("new", "changed")}
    return {**now, **added, "same": max(0, now["same"] - sum(before.values()))}
