"""The unsealing key: one file beside the authority's other keys, and in the store only by which key it is known.

Whoever copies or steals the store of complaints must not have in it what opens the letters about complainants.
"""

import os
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.engine import Engine

from services.complaints.referrals.seal import new_key, public_text
from services.complaints.referrals.store import confidant
from services.contracts.referrals import ConfidantNamed
from services.plumbing import ownership
from services.plumbing.db import reading, scrub, transaction
from services.plumbing.errors import CannotStart, Conflict, Problem, Unavailable
from services.plumbing.log import log
from services.plumbing.switchboard import Office, Outcome, Said

FILE: Final = "confidant.key"
MISSING: Final = (
    "{file} is missing: with it this authority opens who complained, and its public half is known above. Put the file"
    " back from the backup of the keys. If it is lost for good: .venv/bin/qidi --authority {own} link renew-confidant"
)
ANOTHER: Final = (
    "{file} holds another key than the one that is known above. Put the right file back from the backup of the keys."
    " If it is lost for good: .venv/bin/qidi --authority {own} link renew-confidant"
)
RIGHT: Final = (
    "{file} holds the key that is known above: nothing is lost. If others may have copied it, move the file to the"
    " backup of the keys first, and call this again."
)
#: In the key's place in the store while its bytes may still be in the store's files.
_TO_SCRUB: Final = b"to be scrubbed"
_KEY_BYTES: Final = 32


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
        """Another key, after the former is lost. What was sealed for it and has not arrived yet opens no more.

        Whatever key is still here is kept beside the new one, by the hash of its public half. Raises Conflict where
        the right key is there.
        """
        file, known = self.folder / FILE, _known(self.connection)
        with suppress(CannotStart):
            if known and _known_key(file, known):
                raise Conflict(Problem("key", RIGHT, {"file": str(file)}))
        inside = _inside(self.connection)
        if _is_key(inside):
            _write(_former(file, public_text(inside).encode()), inside)
        _put_aside(file)
        private = new_key()
        _write(file, private)
        return self._told(office, private, _TO_SCRUB if inside else b"")

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

    def _told(self, office: Office, private: bytes, place: bytes = b"") -> Outcome:
        public = public_text(private)
        self.connection.execute(confidant.delete())
        row = {"number": 1, "private_key": place, "public_key": public, "at": office.now.timestamp()}
        self.connection.execute(confidant.insert().values(**row))
        return Outcome(said=[Said(ConfidantNamed(code=office.authority, public_key=public), office.now)])


def open_store(engine: Engine, folder: Path) -> None:
    """Before the first message: a key that still lies in the store goes into its file, and its bytes out of the store;
    a key that was named must be there. Raises CannotStart."""
    file = folder / FILE
    with reading(engine) as connection:
        inside = _inside(connection)
        known = _known(connection)
    if _is_key(inside):
        _take_out(engine, file, inside)
    elif known:
        _known_key(file, known)
    if inside:
        _scrub(engine)


def _take_out(engine: Engine, file: Path, private: bytes) -> None:
    there = _read(file)
    if there is not None and there != private:
        raise _wrong(ANOTHER, file)
    _write(file, private)
    with transaction(engine) as connection:
        connection.execute(confidant.update().values(private_key=_TO_SCRUB, public_key=public_text(private)))
    log.warning("complaints.key-moved", file=str(file))


def _scrub(engine: Engine) -> None:
    """The mark goes only when the bytes are gone: what could not be done now is done at the next start."""
    if not scrub(engine, confidant.name):
        log.error("complaints.key-not-scrubbed", store=engine.url.render_as_string(hide_password=True))
        return
    with transaction(engine) as connection:
        connection.execute(confidant.update().where(confidant.c.private_key == _TO_SCRUB).values(private_key=b""))


def _inside(connection: Connection) -> bytes:
    """What stands in the key's place in the store: nothing, a key of an earlier version, or that it was there."""
    return bytes(connection.execute(select(confidant.c.private_key)).scalar() or b"")


def _is_key(inside: bytes) -> bool:
    return bool(inside) and inside != _TO_SCRUB


def _known(connection: Connection) -> str:
    return str(connection.execute(select(confidant.c.public_key)).scalar() or "")


def _known_key(file: Path, known: str) -> bytes:
    """The private key of this public half. Raises CannotStart."""
    private = _read(file)
    if private is None:
        raise _wrong(MISSING, file)
    if public_text(private) != known:
        raise _wrong(ANOTHER, file)
    return private


def _read(file: Path) -> bytes | None:
    try:
        private = b64decode(file.read_text().strip(), validate=True)
    except FileNotFoundError:
        return None
    except ValueError:
        raise _wrong(ANOTHER, file) from None
    if len(private) != _KEY_BYTES:
        raise _wrong(ANOTHER, file)
    return private


def _wrong(template: str, file: Path) -> CannotStart:
    return CannotStart(template, file=str(file), own=file.absolute().parent.parent.name)


def _put_aside(file: Path) -> None:
    """What lies where the new key goes, be it a key or not, is kept."""
    try:
        private = _read(file)
    except CannotStart:  # damaged, and perhaps to be mended by hand
        file.replace(_former(file, file.read_bytes()))
    else:
        if private is not None:
            file.replace(_former(file, public_text(private).encode()))


def _former(file: Path, of: bytes) -> Path:
    return file.with_name(f"{file.name}.former-{sha256(of).hexdigest()[:16]}")


def _write(file: Path, private: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=ownership.FOLDER)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ownership.FILE), "wb") as stream:
        stream.write(b64encode(private) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)
