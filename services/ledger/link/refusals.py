"""Refusals of a page that went up: what stops, what is sent once more, and the person who lets it go on.

A state of the link is no fact about itself. It is said when a ledger stops and when a person lets it go on, and never
in answer to a page: what is said becomes a page, and each of two ledgers would feed the other.
"""

import hashlib
from typing import Final

from services.contracts.links import OF_THE_SENDER, LinkSettled, LinkTroubled, RefusedPage
from services.ledger import own_entries
from services.ledger.link import pages, store
from services.ledger.link.messages import Became, HeardFromAbove
from services.ledger.link.pages import BadPage
from services.ledger.link.states import UpState
from services.ledger.link.store import Origin
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import Office

#: The state's problem while a page that was spoilt on its way goes once more: nothing is wrong as far as we know.
SENT_ONCE_MORE: Final = "spoilt on its way, sent once more"


def heard(office: Office, one: Origin, refused: RefusedPage) -> HeardFromAbove:
    """The superior does not take a page of this ledger, or nothing from us at all."""
    answer = HeardFromAbove(Became.REFUSED, refused.why, one.origin)
    if one.is_refused:
        return answer
    if refused.why in OF_THE_SENDER:
        one.stands_above(UpState.REFUSED, refused.why)
        return answer
    if _is_spoilt(office, one, refused):
        if refused.from_index < one.receipted:
            return answer  # a second copy; he has signed for the first
        if one.up_state is UpState.OK and not one.up_problem:
            one.up_problem = SENT_ONCE_MORE
            return HeardFromAbove(Became.REFUSED, refused.why, one.origin, frozenset((one.origin,)))
    stop(office, one, refused.from_index, refused.why)
    return answer


def _is_spoilt(office: Office, one: Origin, refused: RefusedPage) -> bool:
    """Whether other bytes came there than we have sent; who does not say what came is believed."""
    if refused.digest is None:
        return False
    ends = store.signed(office.connection, one, after=refused.from_index, limit=1)
    if not ends or store.begins(office.connection, one, refused.from_index) != refused.from_index:
        return True  # no page of ours begins there
    try:
        ours = pages.write(office, one, refused.from_index, ends[0])
    except BadPage:
        return False
    return hashlib.sha256(ours).hexdigest() != refused.digest


def stop(office: Office, one: Origin, from_index: int, why: str) -> None:
    """Nothing more of this ledger goes up; said once."""
    if one.is_refused:
        return
    if one.up_state is UpState.CONTESTED:  # said already; there is one more reason to send nothing
        one.up_problem = why
    elif one.stands_above(UpState.REFUSED, why):
        evidence = {"from_index": from_index, "why": why}
        troubled = LinkTroubled(origin=one.origin, trouble="damaged", side="above", evidence=evidence)
        own_entries.say_aloud(office, troubled)


def send_again(office: Office, origin: str, person: str, reason: str) -> None:
    """A person has found the cause and put it right: the ledger goes up from where it stopped.

    Where it has not been put right, it is refused and stops once more. Raises NotFound, Conflict.
    """
    one = store.origin(office.connection, origin)
    if one is None:
        raise NotFound(Problem("origin", "No ledger of {origin} is held here.", {"origin": origin}))
    if not one.is_refused:
        raise Conflict(Problem("origin", "The ledger of {origin} was not refused above.", {"origin": origin}))
    let_go_on(office, one, f"it is sent again: {reason}", person)
    store.write_origin(office.connection, one)


def let_go_on(office: Office, one: Origin, how: str, person: str = "") -> None:
    """What a person's decision makes of a ledger that was refused above; another one stays as it is."""
    if not one.is_refused:
        return
    if one.up_state is UpState.CONTESTED:
        one.up_problem = ""
    else:
        one.stands_above(UpState.OK, by_person=True)
        own_entries.say_aloud(office, LinkSettled(origin=one.origin, how=how, person=person))
