"""Forks: contradictions of a ledger that is held here, kept as evidence until a person decides where it goes on."""

from collections.abc import Collection

from services.contracts.envelope import NotKnown, NotReadable
from services.contracts.links import LinkSettled, LinkTroubled
from services.ledger import own_entries
from services.ledger.link import pages, store
from services.ledger.link.comparison import Contradicted
from services.ledger.link.mail import post
from services.ledger.link.states import HeldState, UpState
from services.ledger.link.store import KeptFork, Origin
from services.ledger.merkle import Frontier
from services.ledger.movements import Happened, case_of, follow
from services.ledger.store import Book
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import Office


def record(office: Office, held: Origin, found: Contradicted) -> None:
    """Keep both notes, take nothing more of this ledger, and say so aloud."""
    kept = store.signed_at(office.connection, held, held.size)
    known = kept.note if kept else ""
    row = {"origin": held.origin, "branch": held.branch, "from_index": found.index, "known_size": held.size}
    row |= {"known_note": known, "told_note": found.note, "at": office.now.timestamp()}
    store.open_fork(office.connection, row)
    lost, differs = f"lost from entry {found.index} on", f"differs from entry {found.index} on at the latest"
    held.stands(HeldState.FORK, lost if found.is_loss else differs)
    evidence = {"size": held.size, "root": held.root.hex(), "from_index": found.index}
    evidence |= {"known": known, "told": found.note}
    trouble = "lost" if found.is_loss else "fork"
    event = {"origin": held.origin, "trouble": trouble, "side": "below", "evidence": evidence}
    own_entries.say_aloud(office, LinkTroubled.model_validate(event))


def accept(office: Office, origin: str, person: str, reason: str) -> int:
    """An operator has decided: the ledger goes on from where the histories part, in another branch.

    The former branch stays as evidence. Returns the first index that counts anew. Raises NotFound, Conflict.
    """
    held, fork = _undecided(office, origin)
    affected = store.abouts_from(office.connection, held, fork.from_index)
    frontier = store.frontier_at(office.connection, held, fork.from_index)
    _begin_branch(office, held, frontier, person, reason)
    store.close_fork(office.connection, fork.number, office.now.timestamp())
    if held.via == origin:
        post.unanswered_from(office, origin, frontier.size)
    _follow_again(office, held, affected)
    how = f"the fork was accepted: {reason}"
    own_entries.say_aloud(office, LinkSettled(origin=origin, how=how, person=person, from_index=frontier.size))
    return frontier.size


def _undecided(office: Office, origin: str) -> tuple[Origin, KeptFork]:
    held = store.origin(office.connection, origin)
    if held is None or not held.via:
        raise NotFound(Problem("origin", "No ledger of {origin} is held here.", {"origin": origin}))
    fork = store.undecided_fork(office.connection, origin)
    if held.state is not HeldState.FORK or fork is None:
        raise Conflict(Problem("origin", "The ledger of {origin} contradicts nothing.", {"origin": origin}))
    return held, fork


def _begin_branch(office: Office, held: Origin, frontier: Frontier, person: str, reason: str) -> None:
    held.branch += 1
    row = {"origin": held.origin, "branch": held.branch, "from_index": frontier.size, "at": office.now.timestamp()}
    store.begin_branch(office.connection, row | {"reason": reason, "person": person})
    held.grows(frontier)
    held.stands(HeldState.OK, by_person=True)
    held.stands_above(UpState.OK, by_person=held.is_refused)
    held.receipted = min(held.receipted, frontier.size)
    held.lights_size = held.lights_below = held.lights_above = None
    store.write_origin(office.connection, held)


def _follow_again(office: Office, held: Origin, cases: Collection[str]) -> None:
    """The lines of these cases say what the entries that still count say."""
    if not cases:
        return
    book = Book(office.connection)
    for case in cases:
        book.forget_line(case, held.origin)
    happened = list[Happened]()
    for _, _, body in store.rows(office.connection, held, 0, held.size):
        if body is None:
            continue
        read = pages.envelope_of(body)
        try:
            event = read.event()
        except (NotKnown, NotReadable):
            continue
        if case_of(event) in cases:
            happened.append((event, read.time))
    follow(book, happened, office.now.timestamp(), held.origin)
