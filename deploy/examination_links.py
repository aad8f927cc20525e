"""The look at what is between levels: contradictions of ledgers, and the way to the superior."""

from collections.abc import Iterator
from pathlib import Path

from deploy.checkup import Found, Patient, bad, ok, warn
from locales.troubles import sentence_of
from services.contracts.ailments import Ailment
from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.connection import Away, Connection
from services.ledger.link import store
from services.ledger.link.keys import BadKey
from services.ledger.link.troubles import Side, TroubleKind, troubles_of
from services.plumbing.db import open_engine, reading
from services.plumbing.switchboard import Office

#: A clock below that is ahead by so much is spoken of.
FAST_SECONDS = 30.0


def links(patient: Patient) -> Iterator[Found]:
    """No ledger is contradicted or refused, on either side; and the superior is reached."""
    url = patient.settings.store_url("ledger")
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
        return  # said already
    if patient.ailing.get("ledger") is Ailment.AWAY:
        return
    engine = open_engine(url, "ledger")
    try:
        with reading(engine) as connection:
            office = Office(connection, patient.now, patient.settings.authority)
            held = store.all_origins(connection)
            troubles = [trouble for one in held for trouble in troubles_of(office, one)]
            joined = [one for one in store.all_links(connection) if one.state == "joined"]
    finally:
        engine.dispose()
    yield from _own_key(patient)
    yield from _fast_clocks(held)
    for one in joined:
        if one.relation == store.SUPERIOR:
            yield from _connection(patient, one)
    for trouble in troubles:
        text, remedy = sentence_of(trouble.side, trouble.kind, trouble.facts)
        is_bad = trouble.side is not Side.FURTHER and trouble.kind is not TroubleKind.MISSING
        yield (bad if is_bad else warn)("links", text, remedy, **trouble.facts)
    if not troubles and joined:
        yield ok("links", "No ledger is contradicted; {number} are held or handed on here.", number=len(held))
    elif not troubles:
        yield ok("links", "No other level has joined.")


def _own_key(patient: Patient) -> Iterator[Found]:
    """The key that signs is the one with which the ledger is signed."""
    try:
        with LedgerAccess(patient.settings) as ledger:
            _ = ledger.key
    except BadKey as wrong:
        remedy = (
            "Put the key back from the backup of {folder}; lost for good: runbook key-rotation, "
            ".venv/bin/qidi --authority {own} link renew-key --lost --person NAME --reason WHY"
        )
        text = "The signing key is missing, or another one than the ledger is signed with; nothing is signed."
        names = {"folder": str(patient.settings.var / patient.settings.authority / "keys")}
        yield bad("links", text, remedy, own=patient.settings.authority, detail=str(wrong), **names)


def _fast_clocks(held: list[store.Origin]) -> Iterator[Found]:
    """Who records later than it arrives here has a clock that is fast, or one here is slow. A slow one cannot be told
    from a line that was cut."""
    for one in held:
        if one.via and one.recorded_at is not None and one.verified_at is not None:
            ahead = one.recorded_at - one.verified_at
            if ahead > FAST_SECONDS:
                yield warn("clock", "What {origin} recorded last is {seconds} s later than its arrival here.",
                           "Have the clocks here and there follow the same time server.",
                           origin=one.origin, seconds=round(ahead))  # fmt: skip


def _connection(patient: Patient, superior: store.Link) -> Iterator[Found]:
    known = Connection.load(
        patient.settings.var.absolute() / patient.settings.authority, superior.code, patient.now.timestamp()
    )
    if known is None or known.why is None:
        return  # the link's process is looked at among the others
    mark = warn if known.why is Away.UNREACHABLE else bad
    yield mark("links", "There is no connection to {name}.", ".venv/bin/qidi links says why, and what to do.",
               name=superior.name)  # fmt: skip
