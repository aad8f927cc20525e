"""The unsealing key: one file beside the authority's other keys, and in the store only by which key it is known.

Whoever copies or steals the store of complaints must not have in it what opens the letters about complainants.
"""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.engine import Engine

from services.complaints.referrals.seal import new_key, public_text
from services.complaints.referrals.store import confidant
from services.contracts.referrals import ConfidantNamed
from services.plumbing import ownership
from services.plumbing.db import reading, scrub, transaction
from services.plumbing.errors import CannotStart, Unavailable
from services.plumbing.log import log
from services.plumbing.switchboard import Office, Outcome, Said

FILE: Final = "confidant.key"
MISSING: Final = (
    "{file} is missing: with it this authority opens who complained, and its public half is known above. Put the file"
    " back from the backup of the keys. If it is lost for good: .venv/bin/qidi link renew-confidant"
)
ANOTHER: Final = (
    "{file} holds another key than the one that is known above. Put the right file back from the backup of the keys."
    " If it is lost for good: .venv/bin/qidi link renew-confidant"
)


@dataclass(frozen=True)
class Confidant:
    """The key in its folder (`var/<authority>/keys`), and its public half in the store."""

    connection: Connection
    folder: Path

    def is_named(self) -> bool:
        """Whether others may have sealed something for us."""
        return bool(_known(self.connection))

    def name(self, office: Office) -> Outcome:
        """The public half is told, and noted here; the key is made where there is none yet."""
        private = _read(self.folder / FILE)
        if private is None:
            private = new_key()
            _write(self.folder / FILE, private)
        return self._told(office, private)

    def renew(self, office: Office) -> Outcome:
        """Another key, after the former is lost; the former file, if any, is kept beside it. What was sealed for it
        and has not arrived yet opens no more."""
        file = self.folder / FILE
        if file.exists():
            file.replace(file.with_name(f"{FILE}.former"))
        private = new_key()
        _write(file, private)
        return self._told(office, private)

    def key(self) -> bytes | None:
        """The private key; None where none was ever named. Raises Unavailable while its file is not there: whoever
        complained is waited for, not forgotten."""
        known = _known(self.connection)
        if not known:
            return None
        try:
            return _known_key(self.folder / FILE, known)
        except CannotStart as wrong:
            raise Unavailable(str(wrong)) from None

    def _told(self, office: Office, private: bytes) -> Outcome:
        public = public_text(private)
        self.connection.execute(confidant.delete())
        row = {"number": 1, "private_key": b"", "public_key": public, "at": office.now.timestamp()}
        self.connection.execute(confidant.insert().values(**row))
        return Outcome(said=[Said(ConfidantNamed(code=office.authority, public_key=public), office.now)])


def open_store(engine: Engine, folder: Path) -> None:
    """Before the first message: a key that still lies in the store goes into its file, and its bytes out of the store;
    a key that was named must be there. Raises CannotStart."""
    file = folder / FILE
    with reading(engine) as connection:
        inside = connection.execute(select(confidant.c.private_key)).scalar()
        known = _known(connection)
    if inside:
        _take_out(engine, file, bytes(inside))
        return
    if known:
        _known_key(file, known)


def _take_out(engine: Engine, file: Path, private: bytes) -> None:
    there = _read(file)
    if there is not None and there != private:
        raise CannotStart(ANOTHER, file=str(file))
    _write(file, private)
    with transaction(engine) as connection:
        connection.execute(confidant.update().values(private_key=b"", public_key=public_text(private)))
    scrub(engine, confidant.name)
    log.warning("complaints.key-moved", file=str(file))


def _known(connection: Connection) -> str:
    return str(connection.execute(select(confidant.c.public_key)).scalar() or "")


def _known_key(file: Path, known: str) -> bytes:
    """The private key of this public half. Raises CannotStart."""
    private = _read(file)
    if private is None:
        raise CannotStart(MISSING, file=str(file))
    if public_text(private) != known:
        raise CannotStart(ANOTHER, file=str(file))
    return private


def _read(file: Path) -> bytes | None:
    try:
        return b64decode(file.read_text().strip(), validate=True)
    except FileNotFoundError:
        return None
    except ValueError:
        raise CannotStart(ANOTHER, file=str(file)) from None


def _write(file: Path, private: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=ownership.FOLDER)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ownership.FILE), "wb") as stream:
        stream.write(b64encode(private) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
