"""Samples of earlier versions: where each lies, what is in it, and how its stores become files that a build can open.

A sample is a folder `samples/<version>/` with one folder an authority: each store as compressed SQL text, the
authority's key and its tokens, what `qidi export` wrote of its ledger, one signed note of that ledger as somebody else
might have kept it, and what each service answered to each question when the sample was made. `story.json` says at which
moment that was, and which of its cases is which.
"""

import gzip
import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from deploy.authority import BOARDS
from gateway.store import BOARD as GATEWAY
from services.contracts.vocabulary import Role
from services.plumbing import migrate
from services.plumbing.db import open_engine
from tests.unit.gateway.running import on_stores
from tests.unit.subtree.seats import Seats

SAMPLES = Path(__file__).parent / "samples"
#: Every store of an authority: those of the five services and the gateway's.
STORES = (*BOARDS, GATEWAY)


@dataclass(frozen=True)
class Asked:
    """A question that a service was asked, and what it answered."""

    service: str
    question: str
    params: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Sample:
    """What one version left."""

    folder: Path

    @property
    def version(self) -> str:
        return self.folder.name

    @cached_property
    def story(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "story.json").read_text())
        return found

    @property
    def now(self) -> datetime:
        """The moment at which the sample was made, as its authorities had it."""
        return datetime.fromisoformat(self.story["now"])

    @property
    def codes(self) -> list[str]:
        """Its authorities, those above first."""
        return sorted(one.name for one in self.folder.iterdir() if one.is_dir())

    def case(self, name: str) -> str:
        """The number of the case that the story calls so."""
        return str(self.story["cases"][name])

    def of(self, code: str, file: str) -> Path:
        """A file that is kept of one authority."""
        return self.folder / code / file

    def stores(self, code: str) -> list[str]:
        """The stores that the version had; a service that came later has none and begins with an empty one."""
        return sorted(file.name.removesuffix(".sql.gz") for file in (self.folder / code).glob("*.sql.gz"))

    def key(self, code: str) -> str:
        """The public half of the key under which an authority signed, as others know it."""
        return self.of(code, "key.txt").read_text().strip()

    def answers(self, code: str) -> Iterator[Asked]:
        """What was asked and answered at an authority."""
        for line in unpacked(self.of(code, "answers.jsonl.gz")).splitlines():
            yield Asked(**json.loads(line))

    def restored(self, folder: Path) -> None:
        """Every store and key of every authority below `folder`, laid out as `qidi up` lays out its own folder."""
        for code in self.codes:
            (folder / code).mkdir(parents=True)
            shutil.copytree(self.of(code, "keys"), folder / code / "keys")
            for store in self.stores(code):
                from_text(self.of(code, f"{store}.sql.gz"), folder / code / f"{store}.sqlite")

    def opened(self, folder: Path) -> Seats:
        """Its authorities on the stores below `folder`, which are up to date, at the moment of the sample."""
        seated = {}
        for code in self.codes:
            tokens = json.loads(self.of(code, "tokens.json").read_text())
            seated[code] = on_stores(folder / code, {Role(role): text for role, text in tokens.items()}, code)
            seated[code].clock.at = self.now
        return Seats(folder, seated)


def every_sample() -> list[Sample]:
    """One for each version, oldest first."""
    return [Sample(folder) for folder in sorted(SAMPLES.iterdir(), key=_age) if folder.is_dir()]


def _age(folder: Path) -> list[int]:
    return [int(part) for part in folder.name.removeprefix("v").split(".")]


def brought_up_to_date(folder: Path) -> None:
    """The stores of an authority at their newest migration, as each start brings them there."""
    for board in STORES:
        engine = open_engine(f"sqlite:///{folder / board.name}.sqlite", board.name)
        migrate.upgrade(board, engine)
        engine.dispose()


def as_text(store: Path) -> str:
    """A store as SQL."""
    with closing(sqlite3.connect(store)) as connection:
        return "".join(f"{line}\n" for line in connection.iterdump())


def from_text(file: Path, store: Path) -> None:
    """Makes a store from its compressed SQL."""
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript(unpacked(file).decode())


def packed(file: Path, content: bytes) -> None:
    """Writes a compressed file; the same content is the same file."""
    file.write_bytes(gzip.compress(content, mtime=0))


def unpacked(file: Path) -> bytes:
    """What a compressed file holds."""
    return gzip.decompress(file.read_bytes())


def rows(store: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Reads a store directly, as an auditor would."""
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(query, values).fetchall()
