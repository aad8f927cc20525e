"""The child's side of a link: what goes up, and what is believed of what the superior says.

What the superior has not signed for is sent again, the same bytes. A receipt counts only when it is signed and says of
our ledger what we know ourselves; one that says otherwise is a fork, noticed here as well as there.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from sqlalchemy import func, select

from services.contracts.envelope import NotReadable
from services.contracts.links import (
    Ask,
    Behind,
    EntriesLost,
    Fork,
    Gap,
    Letter,
    LinkSettled,
    LinkTroubled,
    Receipt,
    RefusedPage,
    read_from_above,
)
from services.ledger import own_entries
from services.ledger.canonical import NotCanonical, canonical_bytes, whole_number
from services.ledger.link import pages, refusals, store
from services.ledger.link.keys import SigningKey
from services.ledger.link.mail import post
from services.ledger.link.messages import Became, HeardFromAbove, Outgoing
from services.ledger.link.notes import BadNote, Checkpoint, signer, verified
from services.ledger.link.pages import BadPage
from services.ledger.link.states import UpState
from services.ledger.link.store import Origin
from services.ledger.link.tables import receipts
from services.ledger.link.troubles import is_troubled
from services.plumbing.switchboard import Office

#: The state's problem while the superior goes on with a ledger, and has signed for nothing of it yet.
UNPROVEN: Final = "goes on, nothing of it is signed for yet"

# --- up --------------------------------------------------------------------------------------------------------------


def next_pages(
    office: Office, key: SigningKey, window: int = 4, but: Collection[tuple[str, int]] = frozenset()
) -> list[Outgoing]:
    """For each ledger, oldest first, the first `window` pages that the superior has not signed for.

    Those in `but` (origin, number), which are on their way, are counted and left out. Signs new checkpoints of our
    own ledger, so it needs a transaction that is committed before anything is sent.
    """
    if store.superior(office.connection) is None:
        return []
    own = pages.cut(office, key)
    going = []
    others = [one for one in store.all_origins(office.connection) if one.via]
    for one in [own, *others]:
        if not one.goes_up or one.receipted >= one.size:
            continue
        begin = store.begins(office.connection, one, one.receipted)
        ends = store.signed(office.connection, one, after=begin, limit=window)
        for end in ends if one.via else pages.stood_by(office, one, key, begin, ends):
            if (one.origin, begin) not in but:
                try:
                    going.append(Outgoing(one.origin, begin, pages.write(office, one, begin, end)))
                except BadPage as spoilt:
                    refusals.stop(office, one, begin, str(spoilt))
                    store.write_origin(office.connection, one)
                    break
            begin = end.size
    return going


def asks(office: Office, only_stopped: bool = False) -> list[Outgoing]:
    """For each ledger: how far has the superior come? After each connection, and while one waits for his decision."""
    if store.superior(office.connection) is None:
        return []
    return [
        Outgoing(one.origin, -1, canonical_bytes(_ask(office, one).model_dump(mode="json")))
        for one in store.all_origins(office.connection)
        # Nobody is asked for a ledger of which he has heard nothing yet: its announcement goes up before it.
        if one.up_state.is_stopped or (not only_stopped and (not one.via or one.receipted))
    ]


def _ask(office: Office, one: Origin) -> Ask:
    if one.up_state is not UpState.BEHIND:
        return Ask(origin=one.origin)
    size, _, root = one.up_problem.partition(" ")
    if not size.isdigit():
        return Ask(origin=one.origin)
    # Of what was signed since the loss the superior knows nothing: what he had signed for then is the same for sure.
    for until in (min(one.receipted, int(size) - 1), int(size) - 1):
        if known := store.signed(office.connection, one, until=until, limit=1, newest_first=True):
            return Ask(origin=one.origin, behind=Behind(checkpoint=known[0].note, size=int(size), root=root))
    return Ask(origin=one.origin)


# --- down ------------------------------------------------------------------------------------------------------------


def take_from_above(office: Office, body: bytes) -> HeardFromAbove:
    """What becomes of bytes from our superior, in one transaction; saying them twice has one effect."""
    try:
        message = read_from_above(body, whole_number)
    except NotReadable as wrong:
        return HeardFromAbove(Became.UNREADABLE, str(wrong))
    superior = store.superior(office.connection)
    if superior is None:
        return HeardFromAbove(Became.REFUSED, "there is no superior")
    store.touched(office.connection, superior.code, office.now.timestamp())
    if isinstance(message, Letter):
        try:
            return post.take(office, message, superior.code)
        except (NotCanonical, ValueError) as wrong:  # an event that is none, though the superior has signed it
            return HeardFromAbove(Became.UNREADABLE, f"letter {message.number}: {wrong}"[:200], superior.code)
    if not isinstance(message, Receipt | Gap | Fork | RefusedPage):
        return HeardFromAbove(Became.REPEATED, "joined already")
    one = store.origin(office.connection, message.origin)
    if one is None:
        return HeardFromAbove(Became.REFUSED, f"no ledger of {message.origin} is held here", message.origin)
    one.up_contact, former = office.now.timestamp(), one.up_state
    heard = _hear(office, one, message, superior.code)
    store.write_origin(office.connection, one)
    if former is UpState.REFUSED and one.up_state is UpState.OK:  # we are taken again: nothing need wait any longer
        heard = replace(heard, resend=frozenset((one.origin,)))
    return replace(heard, waits=one.goes_up and one.receipted < one.size)


def _hear(office: Office, one: Origin, message: Receipt | Gap | Fork | RefusedPage, superior: str) -> HeardFromAbove:
    match message:
        case Receipt():
            return _receipt(office, one, message, superior)
        case Gap():
            return _gap(office, one, message)
        case Fork():
            _trouble(
                office, one, UpState.FORK, "fork", {"size": message.size, "root": message.root, "note": message.note}
            )
            return HeardFromAbove(Became.FORK, "the superior holds another history", one.origin)
        case RefusedPage():
            return refusals.heard(office, one, message)


def _receipt(office: Office, one: Origin, receipt: Receipt, superior: str) -> HeardFromAbove:
    keys = [key for _, key in store.keys_of(office.connection, superior)]
    try:
        signed = verified(receipt.note, keys)
        signer(receipt.note, [key for _, key in store.keys_of(office.connection, office.authority)])
    except BadNote as wrong:
        return HeardFromAbove(Became.REFUSED, f"receipt: {wrong}", one.origin)
    if (signed.origin, signed.size, signed.root.hex()) != (one.origin, receipt.size, receipt.root):
        return HeardFromAbove(Became.REFUSED, "receipt: the note signs something else", one.origin)
    if signed.size > one.size:
        return _behind(office, one, signed, receipt.note)
    kept = store.signed_at(office.connection, one, signed.size)
    root = kept.root if kept else store.frontier_at(office.connection, one, signed.size).root
    if root != signed.root:
        evidence = {"size": signed.size, "root": receipt.root, "note": receipt.note}
        if _trouble(office, one, UpState.CONTESTED, "fork", evidence):
            # He does not know it yet: the page that differs goes again, and he will see.
            one.receipted = min(one.receipted, store.begins(office.connection, one, signed.size - 1))
        return HeardFromAbove(Became.FORK, "the superior has signed another history", one.origin)
    # An old signature says nothing of a page that went up since.
    is_proof = signed.size > one.receipted or one.receipted >= one.size
    _goes_on(office, one, "the superior has signed for the same record", is_proof=is_proof)
    if not _keep(office, one, signed, receipt.note):
        return HeardFromAbove(Became.REPEATED, origin=one.origin)
    one.receipted = max(one.receipted, signed.size)
    return HeardFromAbove(Became.TAKEN, origin=one.origin)


def _behind(office: Office, one: Origin, signed: Checkpoint, note: str) -> HeardFromAbove:
    # Our own word for more than we have: the store is an old one, or the superior was told another history.
    evidence = {"size": signed.size, "root": signed.root.hex(), "note": note, "own_size": one.size}
    if _trouble(office, one, UpState.BEHIND, "lost", evidence):
        one.up_problem = f"{signed.size} {signed.root.hex()}"
    return HeardFromAbove(
        Became.FORK, f"the superior has signed for {signed.size} entries, here are {one.size}", one.origin
    )


def _keep(office: Office, one: Origin, signed: Checkpoint, note: str) -> bool:
    branch = next((b for b, start, stop in store.segments(office.connection, one) if start < signed.size <= stop), 0)
    table = receipts.c
    known = select(func.count()).where(table.origin == one.origin, table.branch == branch, table.size == signed.size)
    if office.connection.execute(known).scalar_one():
        # Signed for before; what was sent again because the superior had lost it is confirmed anew.
        grown = signed.size > one.receipted
        one.receipted = max(one.receipted, signed.size)
        return grown
    row = {"origin": one.origin, "branch": branch, "size": signed.size, "root": signed.root, "note": note}
    store.keep_receipt(office.connection, row | {"at": office.now.timestamp()})
    return True


def _gap(office: Office, one: Origin, gap: Gap) -> HeardFromAbove:
    if gap.expects > one.size:
        return HeardFromAbove(Became.REFUSED, f"the superior expects {gap.expects}, here are {one.size}", one.origin)
    _goes_on(office, one, "the superior goes on with this ledger", is_proof=gap.expects >= one.size)
    # Also when it had signed for more before: it has lost that, and gets it again.
    one.receipted = gap.expects
    again = frozenset((one.origin,)) if one.goes_up else frozenset[str]()
    return HeardFromAbove(Became.GAP, f"the superior expects entry {gap.expects}", one.origin, again)


def _trouble(office: Office, one: Origin, state: UpState, trouble: str, evidence: dict[str, object]) -> bool:
    """Whether the ledger stands so now; said aloud when it did not before."""
    former, told = one.up_state, one.up_state.differs or one.up_problem == UNPROVEN
    if former is state:
        return True
    # Of a page that is refused as well this stays the reason to send nothing.
    if not one.stands_above(state, one.up_problem if one.is_refused and state is UpState.CONTESTED else ""):
        return False
    is_again = told and not former.differs
    if isinstance(size := evidence.get("size"), int) and not one.via and size > one.receipted and not is_again:
        # What the superior has signed for, and we do not know that he has.
        lost = EntriesLost(origin=one.origin, at_most=size - one.receipted)
        own_entries.say_aloud(office, lost)
    if not told:
        event = LinkTroubled.model_validate(
            {"origin": one.origin, "trouble": trouble, "side": "above", "evidence": evidence}
        )
        own_entries.say_aloud(office, event)
    return True


def _goes_on(office: Office, one: Origin, how: str, *, is_proof: bool) -> None:
    """The superior goes on with a ledger. That a trouble is over is said when he has signed for more than before it.

    Until then it may come back, and then it is the same one.
    """
    if one.is_refused:
        return
    if one.up_state is UpState.OK:
        is_open = one.up_problem == UNPROVEN
    else:
        is_open = one.up_state.differs or is_troubled(office, one.origin)
    if is_open and not is_proof:
        one.stands_above(UpState.OK, UNPROVEN)
        return
    if one.up_state is not UpState.OK or is_proof:
        one.stands_above(UpState.OK)
    if is_open:
        own_entries.say_aloud(office, LinkSettled(origin=one.origin, how=how))
