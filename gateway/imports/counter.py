"""Counter at which files are handed in, looked at, confirmed, stopped and taken up again; each as far as one may."""

import asyncio
from collections.abc import AsyncIterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import Engine
from starlette.types import ASGIApp

from gateway.imports import house
from gateway.imports.register import ACTIVE, BROKEN_OFF, Acting, Import, Register, Upload, confirmed
from gateway.imports.shelf import MOST_BYTES, Shelf, TooLarge
from gateway.imports.work import GONE, Job, Work
from services.contracts.actors import ACTS_FOR_OTHERS, Caller
from services.contracts.answers.imports import ImportState
from services.contracts.names import hidden_in, spaced
from services.plumbing.clock import Clock
from services.plumbing.errors import Conflict, NotFound, Problem, Refused
from services.plumbing.settings import Settings

#: So many files of an authority may wait or be in work.
MOST_ACTIVE: Final = 20
_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Handed:
    """A file as it is handed in."""

    name: str
    pieces: AsyncIterable[bytes]
    replaces: int | None = None
    #: Under which the same upload is known when it is sent again.
    key: str | None = None


@dataclass(frozen=True)
class Asking:
    """Who asks for something to be done, and where its requests go then."""

    caller: Caller
    acting: Acting
    app: ASGIApp
    loop: asyncio.AbstractEventLoop
    #: Under which the same order is known when it is sent again; empty: it has none.
    key: str = ""


class Counter:
    """The imports of one authority."""

    def __init__(self, engine: Engine, clock: Clock, settings: Settings) -> None:
        self.shelf = Shelf(settings.var.absolute() / settings.authority / "imports")
        self._clock, self._register = clock, Register(engine, clock)
        standings = house.Standings(engine, clock)
        self._work = Work(self._register, self.shelf, standings, settings.authority_name)

    # --- looking ----------------------------------------------------------------------------------------------------

    def one(self, no: int, caller: Caller) -> Import:
        """An import as it is now. Raises NotFound, also for a partner who did not bring it; Unavailable."""
        found = self._register.one(no)
        if found is None or (caller.role in ACTS_FOR_OTHERS and found.bearer != caller.bearer):
            raise NotFound(Problem("no", "There is no import {no}.", {"no": no}))
        return self._now(found)

    def page(self, caller: Caller, limit: int, before: int | None = None) -> Sequence[Import]:
        """So many, newest first; a partner sees his own. Raises Unavailable."""
        bearer = caller.bearer if caller.role in ACTS_FOR_OTHERS else None
        return [self._now(one) for one in self._register.page(limit, before, bearer)]

    def _now(self, found: Import) -> Import:
        """With its progress; what stands in work and is in nobody's hands was interrupted."""
        if found.state not in ACTIVE:
            return found
        job = self._work.job(found.no)
        if job is not None:
            return replace(found, done=job.done, rows=job.rows or found.rows)
        again = self._register.one(found.no) or found  # it may have come to its end between two looks
        return replace(again, state=ImportState.INTERRUPTED) if again.state in ACTIVE else again

    # --- doing ------------------------------------------------------------------------------------------------------

    async def take(self, handed: Handed) -> tuple[Path, Upload]:
        """The file as it comes in. Raises Refused, OSError."""
        name = _named(handed.name)
        try:
            coming, size, digest = await self.shelf.take(handed.pieces)
        except TooLarge:
            raise TooLargeFile(MOST_BYTES >> 20) from None
        if not size:
            coming.unlink(missing_ok=True)
            raise Refused(Problem("file", "Choose a file that has something in it."))
        return coming, Upload(name, size, digest, replaces=handed.replaces, key=handed.key)

    def add(self, coming: Path, upload: Upload, asking: Asking) -> Import:
        """It has its number, and its dry run begins when it is its turn. Raises Refused, KeyReused, Unavailable."""
        try:
            known = self._register.of_key(upload.key) if upload.key else None
            if known is not None:
                if known.sha256 != upload.sha256:
                    raise KeyReused
                return self._now(known)
            if upload.replaces is not None:
                self.one(upload.replaces, asking.caller)
            if sum(self._work.job(one.no) is not None for one in self._register.page(MOST_ACTIVE)) >= MOST_ACTIVE:
                wait = "{most} files wait already; wait until some are done."
                raise Conflict(Problem("", wait, {"most": MOST_ACTIVE}))
            found = self._register.add(replace(upload, bearer=asking.caller.bearer), asking.acting)
            self.shelf.put(found.no, coming)
        finally:
            coming.unlink(missing_ok=True)
        self._work.begin(Job(found.no, False, asking.app, asking.loop))
        return self._now(found)

    def enter(self, no: int, rows: int, asking: Asking) -> Import:
        """It is confirmed that so many rows are entered, in the name of whoever confirms it; once, however often it is
        sent. Raises NotFound, Refused, Conflict, Unavailable."""
        found = self.one(no, asking.caller)
        if found.confirmed_by:
            return found
        if found.state is not ImportState.TRIED:
            raise Conflict(Problem("", "Only what was tried can be entered; wait for the report."))
        if not found.is_kept:
            raise Conflict(Problem("", GONE))
        if not found.left:
            raise Conflict(Problem("", "Nothing in this file differs from the record."))
        if rows != found.left:
            raise Refused(Problem("rows", "The dry run found {rows} rows to enter.", {"rows": found.left}))
        more = confirmed(asking.acting)
        if self._register.move(no, ImportState.WAITING, [ImportState.TRIED], done=0, **more):
            self._work.begin(Job(no, True, asking.app, asking.loop))
        return self.one(no, asking.caller)

    def stop(self, no: int, asking: Asking) -> Import:
        """It ends after its present batch; what is entered stays. Raises NotFound, Unavailable."""
        found = self.one(no, asking.caller)
        if found.state in ACTIVE and not self._is_repeated(no, asking):
            self._work.stop(no)
        return self.one(no, asking.caller)

    def resume(self, no: int, asking: Asking) -> Import:
        """What broke off goes on, in the name of whoever says so. Raises NotFound, Conflict, Unavailable."""
        found = self.one(no, asking.caller)
        if self._is_repeated(no, asking) or found.state in ACTIVE:
            return found
        if found.state not in BROKEN_OFF or not found.is_kept:
            raise Conflict(Problem("", "Only an import that broke off can go on."))
        is_entering = bool(found.confirmed_by)
        more: dict[str, Any] = confirmed(asking.acting) if is_entering else {}
        if self._register.move(no, ImportState.WAITING, (*ACTIVE, *BROKEN_OFF), done=0, trouble="", **more):
            self._work.begin(Job(no, is_entering, asking.app, asking.loop))
        return self.one(no, asking.caller)

    def _is_repeated(self, no: int, asking: Asking) -> bool:
        """Whether this very order was given before; from now on it was."""
        if not asking.key:
            return False
        if self._register.was_ordered(no, asking.key):
            return True
        self._register.note_order(no, asking.key)
        return False

    def prune(self, days: int) -> int:
        """Files that came before so many days go; how many. Raises Unavailable, OSError."""
        self.shelf.sweep(self._clock.now().timestamp())
        gone = [no for no in self._register.older(days) if self._work.job(no) is None]
        for no in gone:
            self.shelf.drop_all(no)
            self._register.write(no, is_kept=False)
        return len(gone)


class TooLargeFile(Exception):
    """The file has more than so many MB."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class KeyReused(Exception):
    """This key was used before with another file."""


def _named(name: str) -> str:
    """The file's name without folders and what nobody sees. Raises Refused where there is none."""
    last = spaced(name.replace("\\", "/").rpartition("/")[2])
    plain = "".join(sign for sign in last if not hidden_in(sign)).strip(". ")
    if not plain:
        raise Refused(Problem("file", "Choose a file."))
    if len(plain) <= _LONGEST_NAME:
        return plain
    stem, dot, end = plain.rpartition(".")
    return (stem or plain)[: _LONGEST_NAME - 8] + (dot + end if len(end) < 7 else "")
