"""Shelf of what was brought in: a folder for each import, with the file and what was found in it."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from starlette.concurrency import run_in_threadpool

from locales.texts import Language
from services.plumbing.ownership import FILE, FOLDER

#: What is uploaded has at most so many bytes; an honest ledger of 100,000 rows has about 10 million.
MOST_BYTES: Final = 32 * 2**20
_COMING = ".coming-"
#: What was never uploaded to its end goes after so long.
_DAY_SECONDS = 86_400


class TooLarge(Exception):
    """The file has more bytes than are taken."""


class Shelf:
    """The folder of all imports of one authority."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def take(self, pieces: AsyncIterable[bytes]) -> tuple[Path, int, str]:
        """A file as it comes in: where it lies for now, its bytes and its SHA-256. Raises TooLarge, OSError."""
        handle, name = await run_in_threadpool(self._new)
        path, size, digest = Path(name), 0, hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as file:
                async for piece in pieces:
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise TooLarge
                    digest.update(piece)
                    await run_in_threadpool(file.write, piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path, size, digest.hexdigest()

    def _new(self) -> tuple[int, str]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        return tempfile.mkstemp(prefix=_COMING, dir=self._folder)  # which nobody else may read

    def put(self, no: int, coming: Path) -> None:
        """The file that came is this import's. Raises OSError."""
        self._of(no).mkdir(mode=FOLDER, exist_ok=True)
        coming.replace(self.file(no))

    def file(self, no: int) -> Path:
        """Where the file lies, as it was sent."""
        return self._of(no) / "ledger"

    def marked(self, no: int) -> Path:
        """Where the workbook of its refused rows lies."""
        return self._of(no) / "marked.xlsx"

    def notes(self, no: int, language: Language) -> IO[str]:
        """A new file for what is wrong in its rows, in this language. Raises OSError."""
        handle = os.open(self._notes(no, language), os.O_RDWR | os.O_CREAT | os.O_TRUNC, FILE)
        return os.fdopen(handle, "w+", encoding="utf-8")

    def refused(
        self, no: int, language: Language, start: int, count: int
    ) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """Some of its refused rows: the name of each, and column and reason of what is wrong. Raises OSError."""
        notes = self._notes(no, language)
        if not notes.exists():
            return
        with notes.open(encoding="utf-8") as file:
            for line in islice(file, start, start + count):
                name, wrong = json.loads(line)
                yield name, [(column, reason) for column, reason in wrong]

    def write(self, no: int, name: str, report: Any) -> None:
        """Part of its report, which stays. Raises OSError."""
        part = self._of(no) / f"{name}.part"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(report, file, ensure_ascii=False)
        part.replace(self._of(no) / f"{name}.json")

    def read(self, no: int, name: str) -> Any:
        """That part of its report; None where there is none yet. Raises OSError."""
        try:
            return json.loads((self._of(no) / f"{name}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def drop(self, no: int) -> None:
        """The file as it was sent goes; what was found in it stays."""
        self.file(no).unlink(missing_ok=True)

    def drop_all(self, no: int) -> None:
        """The file goes, and the workbook of refused rows with it; the report stays."""
        self.drop(no)
        self.marked(no).unlink(missing_ok=True)

    def sweep(self, now: float) -> None:
        """What was begun and never came to its end goes."""
        for path in self._folder.glob(f"{_COMING}*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < now - _DAY_SECONDS:
                    path.unlink()

    def forget(self, no: int) -> None:
        """Nothing of it is kept: its upload did not come to its end."""
        shutil.rmtree(self._of(no), ignore_errors=True)

    def _of(self, no: int) -> Path:
        return self._folder / f"{no:06}"

    def _notes(self, no: int, language: Language) -> Path:
        return self._of(no) / f"refused.{language}.jsonl"
