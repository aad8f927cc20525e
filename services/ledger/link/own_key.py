"""The authority's own key: the one that must sign, those that may have signed, and what is wrong with another.

The first key is made at the first start. From then on a key follows another only by an entry of the ledger: a renewal,
said under the former key, or a loss that a named person states. A key that came any other way has signed nothing that
an authority stands by.
"""

import json
from collections.abc import Iterator
from typing import Final

from sqlalchemy import inspect, select

from services.contracts.links import AuthorityKeyChanged
from services.ledger.link import store
from services.ledger.link.keys import BadKey, SigningKey, Verifier
from services.ledger.store import entries
from services.plumbing.errors import Unavailable
from services.plumbing.switchboard import Office


class WrongKey(BadKey, Unavailable):
    """The signing key is missing, or another one than the ledger knows: nothing is signed until it is put right.

    `template` is an English text with its `facts`, for whoever says it in another language.
    """

    def __init__(self, template: str, office: Office, key: object) -> None:
        self.template, self.facts = template, {"own": office.authority, "key": key}
        super().__init__(template.format(**self.facts))


MISSING: Final = (
    "the signing key {key} is gone, and the ledger is signed with it: put it back from the backup of the keys; lost "
    "for good: .venv/bin/qidi --authority {own} link renew-key --lost --person NAME --reason WHY (runbook key-rotation)"
)
FORMER: Final = "the signing key is one that was replaced, {key}: put the newest back (runbook key-rotation)"
STRANGE: Final = (
    "the signing key is another one than this ledger is signed with, {key}: put the right one back from the backup of "
    "the keys; lost for good: .venv/bin/qidi --authority {own} link renew-key --lost --person NAME --reason WHY "
    "(runbook key-rotation)"
)


def has_signed(office: Office) -> bool:
    """Whether a key of this authority is known here: from then on none is made in silence."""
    is_there = inspect(office.connection).has_table("known_keys")
    return is_there and bool(store.keys_of(office.connection, office.authority))


def check(office: Office, key: SigningKey) -> None:
    """Raises WrongKey when this is not the key that has to sign now."""
    if not has_signed(office):
        return
    known = [verifier for _, verifier in store.keys_of(office.connection, office.authority)]
    if is_former(office, key.verifier):
        raise WrongKey(FORMER, office, key.public_text)
    if key.verifier not in known:
        raise WrongKey(STRANGE, office, key.public_text)


def is_former(office: Office, key: Verifier) -> bool:
    """Whether another key has followed this one by an entry of the ledger."""
    changes = list(_changes(office))
    followed = {former for former, _ in changes}
    return bool(changes) and key in followed and key != changes[-1][1]


def stands_by(office: Office, current: Verifier) -> list[Verifier]:
    """The keys whose signatures this authority stands by, the one that signs now among them."""
    known = [verifier for _, verifier in store.keys_of(office.connection, office.authority)]
    if len(known) <= 1:
        return [current]
    named = {key for change in _changes(office) for key in change}
    return [key for key in dict.fromkeys((current, *known)) if key in (current, known[-1]) or key in named]


def _changes(office: Office) -> Iterator[tuple[Verifier, Verifier]]:
    """Former and next key, as our own ledger says, in order."""
    table = entries.c
    told = select(table.body).where(
        table.about == f"authority/{office.authority}", table.stem == AuthorityKeyChanged.stem
    )
    for body in office.connection.execute(told.order_by(table.idx)).scalars():
        change = AuthorityKeyChanged.model_validate(json.loads(bytes(body))["data"])
        yield Verifier.read(change.previous_key), Verifier.read(change.public_key)
