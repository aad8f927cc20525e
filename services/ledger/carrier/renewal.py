"""The renewal of an authority's key: prepared, said in the ledger under the former one, put to use."""

import shutil

from services.ledger.carrier.access import LedgerAccess
from services.ledger.link import keys, membership
from services.ledger.link.keys import SigningKey


def renew(ledger: LedgerAccess) -> tuple[SigningKey, SigningKey]:
    """The former and the new key. Broken off anywhere, it can be begun again: the prepared key is taken up then.

    Raises Unavailable when the store is away; the former key signs on then.
    """
    former = ledger.key
    prepared = ledger.folder / "next"
    new = keys.load_or_create(prepared, ledger.authority)
    ledger.write(lambda office: membership.change_key(office, former, new))
    # kept, because what it has signed must be explainable; it signs nothing any more
    keys.write(ledger.folder / f"former-{former.verifier.hash.hex()}", former)
    keys.write(ledger.folder, new)
    shutil.rmtree(prepared)
    return former, new
