"""Ownership of files: everything under an authority's folder belongs to one user, and nobody else may look into it.

Complainants' names, telephones and keys lie there; file systems and backup tools do not know that, so the rights are
set by every process of ours when it begins, and mended where a copy came back without them.
"""

import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from services.plumbing.errors import CannotStart

FOLDER, FILE = 0o700, 0o600
#: What a new file of ours never gets: anything for the group and for others.
UMASK = 0o077
_OTHERS = 0o077


class NotOurs(CannotStart):
    """The folder cannot be one user's alone."""


_ANOTHERS = (
    "{path} belongs to {owner}, and this runs as {user}. Run it as {owner}, or hand the folder over:"
    " chown -R {user} {folder}"
)
_EVERYBODYS = "{folder} is a folder for everybody. Name one for this authority alone in QIDI_VAR."


def close() -> None:
    """Whatever this process and its children make from now on is for its user alone."""
    os.umask(UMASK)


def settle(folder: Path, uid: int | None = None) -> list[Path]:
    """Makes the folder where it is missing, takes everybody else's rights away in it; what had to be mended.

    Links are not followed: what is behind them is another place. `uid`: the user to whom it must belong, by default
    the one of this process. Raises NotOurs before anything is changed.
    """
    close()
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    if folder.stat().st_mode & stat.S_ISVTX:  # /tmp and the like: closing it would lock everybody out
        raise NotOurs(_EVERYBODYS, folder=str(folder))
    found = list(_everything(folder))
    user = os.geteuid() if uid is None else uid
    for path, status in found:
        if status.st_uid != user:
            owner, named = _name(status.st_uid), _name(user)
            raise NotOurs(_ANOTHERS, path=str(path), owner=owner, user=named, folder=str(folder))
    return [path for path, status in found if _mend(path, status)]


def take(folder: Path) -> None:
    """As `settle`, for a process that begins: what was mended stands in the log. Raises NotOurs."""
    from services.plumbing.log import log  # commands, which only close what they write, start without it

    if mended := settle(folder):
        log.warning("files.closed", folder=str(folder), number=len(mended), first=str(mended[0]))


def open_to_others(folder: Path) -> list[Path]:
    """What in the folder others may read, change or enter; nothing is changed."""
    return [path for path, status in _everything(folder) if status.st_mode & _OTHERS] if folder.exists() else []


def close_file(path: Path) -> None:
    """Makes the file where it is missing; in any case nobody else may read it. SQLite's -wal and -shm are as it is.

    A file that is there is never opened: closing it again would take every lock that this process holds on it (POSIX),
    and who closes the store next would delete what was written ahead of it under our hands. A file of another user
    stays as it is: opening it says the rest.
    """
    try:
        if not path.exists():
            with suppress(FileExistsError):  # another one was quicker
                os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))
        for one in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
            if one.exists():
                _mend(one, one.stat())
    except OSError:
        return


def _everything(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The folder and what is in it, as it stands; what vanishes meanwhile (a broker's own files) is left out."""
    for place, folders, files in os.walk(folder):
        here = Path(place)
        for path in (here, *(here / name for name in files), *(here / name for name in folders)):
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue
            if not stat.S_ISLNK(status.st_mode) and (path == here or not stat.S_ISDIR(status.st_mode)):
                yield path, status


def _mend(path: Path, status: os.stat_result) -> bool:
    if not status.st_mode & _OTHERS:
        return False
    try:
        path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
    except FileNotFoundError:
        return False
    return True


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
