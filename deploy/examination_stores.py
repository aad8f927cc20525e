"""The look at where things lie: who may read the files, whether each store takes a write, how much room there is."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from deploy.checkup import Found, Patient, bad, dependent, listed, ok, warn
from services.contracts.ailments import Ailment
from services.plumbing import ownership
from services.plumbing.db import open_engine, reading
from services.plumbing.desk import counts
from services.plumbing.errors import Unavailable
from services.plumbing.migrate import versions
from services.plumbing.store_pulse import beat, room_at
from services.plumbing.switchboard import Switchboard

OUTBOX_SECONDS, OUTBOX_BAD_SECONDS = 10.0, 60.0
DISK_BYTES, DISK_BAD_BYTES = 2 * 2**30, 2**29
#: A store is locked when it is so for so long: every writer holds it for a moment.
LOCKED_SECONDS: Final = 3.0
_AILING: Final[dict[Ailment, tuple[str, str]]] = {
    Ailment.FULL: (
        "The file system is full where these stores lie, {place}: {names}",
        "Make room there. Until then commands are refused and nothing is lost; then everything goes on by itself.",
    ),
    Ailment.READ_ONLY: (
        "These stores can only be read, at {place}: {names}",
        "Have them writable again: mount -o remount,rw (dmesg says why it changed), or the database's primary.",
    ),
    Ailment.LOCKED: (
        "Another program holds these stores locked, at {place}: {names}",
        "See who it is: fuser -v {place}/*.sqlite; end a backup or a database shell that was left open.",
    ),
    Ailment.AWAY: (
        "These stores are not there, at {place}: {names}",
        "Start the database server, or mount the disk; a store that was lost is put back from its backup.",
    ),
    Ailment.FORBIDDEN: (
        "This user may not write these stores, at {place}: {names}",
        "Run as the user to whom they belong, or hand them over: ls -l {place}",
    ),
    Ailment.DAMAGED: (
        "These stores are damaged, at {place}: {names}",
        "Stop the authority and put them back from the backup: docs/runbooks/restored-child.md",
    ),
    Ailment.SILENT: ("These stores do not answer, at {place}: {names}", "See whether the database server runs."),
}


def files(patient: Patient) -> Iterator[Found]:
    """Nobody else may read what lies in the folder."""
    folder = patient.settings.var.absolute()
    opened = ownership.open_to_others(folder)
    facts = {"number": len(opened), "first": opened[0] if opened else "", "folder": folder}
    remedy = "chmod -R go-rwx {folder} (the next start does it as well)."
    if folder in opened:
        yield bad("files", "Other users of this machine can read {number} files, such as {first}.", remedy, **facts)
    elif opened:  # nobody gets there as long as the folder around them is closed
        yield warn("files", "{number} files are open to others in a closed folder, such as {first}.", remedy, **facts)
    else:
        yield ok("files", "Nobody else can read what lies in {folder}.", folder=folder)


def _ailment(patient: Patient, board: Switchboard, end: float) -> Ailment | None:
    """What is in the way of a write; a store that is only busy is tried again until `end`, a monotonic moment."""
    engine = open_engine(patient.settings.store_url(board.name), board.name)
    try:
        while (found := beat(engine)) is Ailment.LOCKED and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        engine.dispose()
    return found


def _ailing(patient: Patient, place: Path) -> Iterator[Found]:
    """One line for each cause, with all stores of which it is true."""
    for ailment, (text, remedy) in _AILING.items():
        if names := [name for name, found in patient.ailing.items() if found is ailment]:
            where = "PostgreSQL" if patient.settings.database_url else str(place)
            yield bad("stores", text, remedy, names=", ".join(names), place=where)


def stores(patient: Patient) -> Iterator[Found]:
    """Every store is there, of the newest shape, and nothing waits in it for long."""
    behind, parked, oldest, missing = [], {}, 0.0, list[str]()
    wrong: dict[str, list[str]] = {}
    end = time.monotonic() + LOCKED_SECONDS
    for board in patient.stores:
        url = patient.settings.store_url(board.name)
        if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
            yield bad("stores", "{name}: there is no store at {url}.", "Start the authority: it makes them.",
                      name=board.name, url=url.removeprefix("sqlite:///"))  # fmt: skip
            missing.append(board.name)
            continue
        if ailment := _ailment(patient, board, end):
            patient.ailing[board.name] = ailment
        if ailment is Ailment.AWAY:
            continue
        engine = open_engine(url, board.name)
        try:
            now, newest = versions(board, engine)
            if now != newest:
                behind.append(f"{board.name} {now} → {newest}")
            elif "outbox" in board.metadata.tables:
                with reading(engine) as connection:
                    waiting = counts(connection, patient.now)
                parked.update({f"{board.name} {why.rstrip(':')}": n for why, n in waiting["parked"].items()})
                oldest = max(oldest, waiting["outbox_age_seconds"])
        except (SQLAlchemyError, Unavailable) as failed:
            if not ailment:
                wrong.setdefault(str(failed).splitlines()[0], []).append(board.name)
        finally:
            engine.dispose()
    for error, names in wrong.items():  # what is true of several is one line
        yield bad("stores", "{name}: {error}", "Start the database server, or see the rights of the file.",
                  name=", ".join(names), error=error)  # fmt: skip
    yield from _ailing(patient, patient.settings.var.absolute() / patient.settings.authority)
    patient.ailing.update(dict.fromkeys(missing, Ailment.AWAY))  # said already
    if behind:
        yield bad("stores", "Not at the newest migration: {names}", "Start the authority again: it migrates first.",
                  names=", ".join(behind))  # fmt: skip
    elif not patient.ailing and not wrong:
        yield ok("stores", "{number} stores, all at their newest migration; each took a write.",
                 number=len(patient.stores))  # fmt: skip
    yield _outbox(oldest, patient)
    if parked:
        yield warn("parked", "{names}",
                   "`early` ends by itself when its predecessor arrives. For the others: qidi replay list; they are"
                   " tried again at the next start.", names=listed(parked))  # fmt: skip
    else:
        yield ok("parked", "None.")


def _outbox(oldest: float, patient: Patient) -> Found:
    remedy = "See the courier and the broker: {log}"
    facts = {"seconds": round(oldest), "log": patient.log("courier")}
    if oldest > OUTBOX_BAD_SECONDS:
        return dependent(bad("outbox", "The oldest event has waited for {seconds} s.", remedy, **facts))
    if oldest > OUTBOX_SECONDS:
        return dependent(warn("outbox", "The oldest event has waited for {seconds} s.", remedy, **facts))
    return ok("outbox", "Nothing waits to be said for longer than {seconds} s.", seconds=int(OUTBOX_SECONDS))


def disk(patient: Patient) -> Iterator[Found]:
    """Room for stores, queues and logs, on each file system once; one that the stores' look has called full is said."""
    var = patient.settings.var.absolute()
    seen = set[int]()
    for folder in (var, var / patient.settings.authority):
        if not folder.exists() or (device := folder.stat().st_dev) in seen:
            continue
        seen.add(device)
        free = room_at(folder)
        facts = {"folder": folder, "free": f"{free / 2**30:.1f}"}
        remedy = (
            "Make room, or move the folder and set QIDI_VAR. Without room, commands are refused and nothing is lost."
        )
        if free < DISK_BAD_BYTES:
            if Ailment.FULL not in patient.ailing.values():
                yield bad("disk", "{free} GB are free at {folder}.", remedy, **facts)
        elif free < DISK_BYTES:
            yield warn("disk", "{free} GB are free at {folder}.", remedy, **facts)
        else:
            yield ok("disk", "{free} GB are free at {folder}.", **facts)
