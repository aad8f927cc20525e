"""A file that is read without being trusted: a child process reads it, we take its rows chunk by chunk."""

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from documents.ledgers.formats.book import Row
from documents.ledgers.gate import Hostile
from documents.ledgers.sandbox import MEMORY

PROJECT = Path(__file__).resolve().parents[2]
#: Seconds without a word from the child, of which it may work most on the first chunk.
PATIENCE = 150.0


@dataclass(frozen=True)
class SheetLook:
    """What a first look says of a sheet."""

    name: str
    #: Number of the last row that has something in it.
    last: int
    is_shown: bool
    #: How many rows Excel does not show, and the numbers of the first of them.
    hidden: tuple[int, list[int]]
    #: Its first rows.
    head: list[Row]


@dataclass(frozen=True)
class Look:
    """What a first look says of a file."""

    sheets: list[SheetLook]
    #: The year from which its day numbers count.
    epoch: int
    remarks: list[tuple[str, dict[str, Any]]]


def looked(path: Path, patience: float = PATIENCE) -> Look:
    """The sheets of a file and their beginnings. Raises Hostile, OSError."""
    sheets: list[SheetLook] = []
    epoch, remarks = 1900, list[tuple[str, dict[str, Any]]]()
    with _child("look", path, (), patience) as lines:
        for line in lines:
            if "sheet" in line:
                count, first = line["hidden"]
                head = [(number, cells) for number, cells in line["head"]]
                sheets.append(SheetLook(line["sheet"], line["last"], line["shown"], (count, first), head))
            elif "epoch" in line:
                epoch, remarks = line["epoch"], [(message, facts) for message, facts in line["remarks"]]
    return Look(sheets, epoch, remarks)


def rows(path: Path, wanted: Sequence[str], patience: float = PATIENCE) -> Iterator[tuple[str, list[Row]]]:
    """The rows of the wanted sheets in chunks, each with its sheet. Raises Hostile, also in between; OSError."""
    count = 0
    with _child("rows", path, wanted, patience) as lines:
        for line in lines:
            if "end" in line:
                assert line["end"] == count, "the child wrote other rows than it counted"
                return
            count += len(line["rows"])
            if line["rows"]:
                yield line["sheet"], line["rows"]


@contextmanager
def _child(what: str, path: Path, wanted: Sequence[str], patience: float) -> Iterator[Iterator[dict[str, Any]]]:
    with path.open("rb"):
        pass  # a missing or forbidden file is our own error, not the child's
    process = subprocess.Popen(
        [sys.executable, "-m", "documents.ledgers.sandbox", what, str(path.absolute()), *wanted],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us; we end the child ourselves
        env={**os.environ, "PYTHONMALLOC": "malloc", "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"},
    )
    try:
        yield _lines(process, patience)
    finally:
        process.kill()
        process.communicate()


def _lines(process: "subprocess.Popen[bytes]", patience: float) -> Iterator[dict[str, Any]]:
    """What the child says, line by line, until it has said its end. Raises Hostile when it ends before."""
    assert process.stdout is not None
    waiting = bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        until = time.monotonic() + patience
        while True:
            if not ready.select(max(0.0, until - time.monotonic())):
                raise Hostile("Reading the workbook takes longer than {most} s.", most=int(patience))
            piece = os.read(process.stdout.fileno(), 1 << 20)
            if not piece:
                raise _ended(process)
            waiting += piece
            if b"\n" not in piece:
                continue
            *whole, rest = bytes(waiting).split(b"\n")
            waiting = bytearray(rest)
            for text in whole:
                line: dict[str, Any] = from_json(text)
                if "refused" in line:
                    raise Hostile(line["refused"], **line["facts"])
                yield line
                if "end" in line:
                    return
            until = time.monotonic() + patience


def _ended(process: "subprocess.Popen[bytes]") -> Hostile:
    assert process.stderr is not None
    words = process.stderr.read(100_000).decode(errors="replace")
    code = process.wait()
    out_of_memory = any(sign in words for sign in ("memory allocation", "capacity overflow", "MemoryError"))
    if out_of_memory or code in (-6, -9, -11):
        return Hostile("Reading the workbook needs more than {most} MB.", most=MEMORY >> 20)
    if code in (-24, -30):  # SIGXCPU
        return Hostile("Reading the workbook takes longer than {most} s.", most=int(PATIENCE))
    last = words.strip().splitlines()[-1:] or [str(code)]
    return Hostile("The file is damaged: {reason}.", reason=last[0][:200])
