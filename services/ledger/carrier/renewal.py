"""Decides in which order an authority renews its key: prepared, said in the ledger under the former one, put to use."""

import shutil

from services.ledger.carrier.bureau import Bureau
from services.ledger.link import keys, membership
from services.ledger.link.keys import SigningKey


def renew(bureau: Bureau) -> tuple[SigningKey, SigningKey]:
    """The former and the new key. Broken off anywhere, it can be begun again: the prepared key is taken up then.

    Raises Unavailable when the store is away; the former key signs on then.
    """
    former = bureau.key
    prepared = bureau.folder / "next"
    new = keys.load_or_create(prepared, bureau.authority)
    bureau.write(lambda office: membership.change_key(office, former, new))
    # kept, because what it has signed must be explainable; it signs nothing any more
    keys.write(bureau.folder / f"former-{former.verifier.hash.hex()}", former)
    keys.write(bureau.folder, new)
    shutil.rmtree(prepared)
    return former, new
