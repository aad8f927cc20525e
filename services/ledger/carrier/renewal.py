"""The renewal of an authority's key: prepared, said in the ledger under the former one, put to use."""

import shutil
from pathlib import Path

from services.ledger.carrier.access import LedgerAccess
from services.ledger.link import keys, membership, store
from services.ledger.link.keys import BadKey, SigningKey
from services.plumbing.switchboard import Office


class KeyIsThere(Exception):
    """The key is there and signs: what is not lost is renewed with .venv/bin/qidi link renew-key."""


def renew(ledger: LedgerAccess) -> tuple[SigningKey, SigningKey]:
    """The former and the new key. Broken off anywhere, it can be begun again: the prepared key is taken up then.

    Raises Unavailable when the store is away; the former key signs on then.
    """
    new, prepared = _prepared(ledger)
    if ledger.read(lambda office: _is_newest(office, new)):  # it was broken off after this
        former = keys.load_or_create(ledger.folder, ledger.authority)
    else:
        former = ledger.key
        ledger.write(lambda office: membership.change_key(office, former, new))
    # kept, because what it has signed must be explainable; it signs nothing any more
    keys.write(ledger.folder / f"former-{former.verifier.hash.hex()}", former)
    keys.write(ledger.folder, new)
    shutil.rmtree(prepared)
    return former, new


def replace_lost(ledger: LedgerAccess, person: str, reason: str) -> SigningKey:
    """The new key of an authority whose key is lost for good. Broken off anywhere, it can be begun again.

    Raises KeyIsThere, and Unavailable when the store is away.
    """
    try:
        _ = ledger.key
    except BadKey:
        pass
    else:
        raise KeyIsThere(KeyIsThere.__doc__)
    new, prepared = _prepared(ledger)
    if not ledger.read(lambda office: _is_newest(office, new)):
        ledger.write(lambda office: membership.replace_key(office, new, person, reason))
    strange = ledger.folder / keys.FILE
    if strange.exists():  # what it has signed must be explainable
        strange.replace(ledger.folder / f"strange-{keys.FILE}")
    keys.write(ledger.folder, new)
    shutil.rmtree(prepared)
    return new


def _is_newest(office: Office, new: SigningKey) -> bool:
    known = store.keys_of(office.connection, office.authority)
    return bool(known) and known[0][1] == new.verifier


def _prepared(ledger: LedgerAccess) -> tuple[SigningKey, Path]:
    prepared = ledger.folder / "next"
    return keys.load_or_create(prepared, ledger.authority), prepared
