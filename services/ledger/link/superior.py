"""Decides what a superior believes of what comes up: a page that continues what it holds, signed by whose ledger it is.

Everything else is answered, never raised: what is missing (gap), what contradicts (fork; nothing more is taken of that
ledger until an operator accepts it), what does not agree with itself or its sender (refused).
"""

import json
from collections.abc import Sequence

from sqlalchemy import select

from services.contracts.envelope import NotKnown, NotReadable
from services.contracts.links import (
    Ask,
    AuthorityJoined,
    AuthorityKeyChanged,
    Fork,
    Gap,
    Hello,
    LetterTaken,
    LinkSettled,
    LinkTroubled,
    Page,
    Receipt,
    RefusedPage,
    read_from_below,
)
from services.contracts.quantities import Wire
from services.ledger import own_entries
from services.ledger.canonical import canonical_bytes, whole_number
from services.ledger.link import membership, pages, post, store
from services.ledger.link.keys import BadKey, SigningKey
from services.ledger.link.messages import Became, Taken
from services.ledger.link.notes import BadNote, Checkpoint, cosign, signer, verified
from services.ledger.link.pages import BadPage, Read
from services.ledger.link.store import Origin, Signed
from services.ledger.link.tables import forks, origin_entries
from services.ledger.merkle import Frontier
from services.ledger.movements import Happened, case_of, follow
from services.ledger.store import Book
from services.plumbing import outbox
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import Office, Said


def take_from_below(
    office: Office, key: SigningKey, body: bytes, sender: str, *, name: str = "", level: str = "city"
) -> Taken:
    """What becomes of bytes that the child `sender` has sent, the broker vouching for who it is.

    `name` and `level` are our own, for the welcome of a child that joins.
    """
    try:
        message = read_from_below(body, whole_number)
    except NotReadable as wrong:
        return Taken(Became.UNREADABLE, reason=str(wrong))
    if isinstance(message, Hello):
        return membership.take_hello(office, key, message, sender, name, level)
    link = store.link(office.connection, sender)
    if link is None or link.relation != store.CHILD or link.state != "joined":
        return _refused(message.origin, message, "the sender has not joined or is suspended")
    store.touched(office.connection, sender, office.now.timestamp())
    one = store.origin(office.connection, message.origin)
    if one is None or one.via != sender:
        return _refused(message.origin, message, "this ledger was not announced by the sender")
    one.last_contact = office.now.timestamp()
    taken = _asked(office, key, one, message) if isinstance(message, Ask) else _page(office, key, one, message)
    store.write_origin(office.connection, one)
    return taken


def _answer(message: Wire) -> bytes:
    return canonical_bytes(message.model_dump(mode="json"))


def _refused(origin: str, message: Page | Ask, why: str) -> Taken:
    at = message.from_index if isinstance(message, Page) else 0
    return Taken(Became.REFUSED, _answer(RefusedPage(origin=origin, from_index=at, why=why)), why, origin)


def _receipt(key: SigningKey, one: Origin, kept: Signed, became: Became) -> Taken:
    receipt = Receipt(origin=one.origin, size=kept.size, root=kept.root.hex(), note=cosign(kept.note, key))
    return Taken(became, _answer(receipt), origin=one.origin)


def _gap(one: Origin) -> Taken:
    return Taken(Became.GAP, _answer(Gap(origin=one.origin, expects=one.size)), one.problem, one.origin)


def _fork(office: Office, one: Origin) -> Taken:
    row = _open_fork(office, one.origin)
    note = row.known_note if row is not None else ""
    answer = Fork(origin=one.origin, size=one.size, root=one.root.hex(), note=note)
    return Taken(Became.FORK, _answer(answer), one.problem, one.origin)


# --- asks ------------------------------------------------------------------------------------------------------------


def _asked(office: Office, key: SigningKey, one: Origin, ask: Ask) -> Taken:
    if one.state == "fork":
        return _fork(office, one)
    behind = ask.behind
    # Who says that he has lost what we hold must say what we hold: an old message says something else.
    if behind is not None and (behind.size, behind.root) == (one.size, one.root.hex()):
        told = _vouched(office, one, behind.checkpoint)
        if told is not None and told.size < one.size:
            same = store.frontier_at(office.connection, one, told.size).root == told.root
            return _contradicted(office, one, behind.checkpoint, told.size if same else 0, "lost" if same else "fork")
    kept = store.signed_at(office.connection, one, one.size) if one.size else None
    return _gap(one) if kept is None else _receipt(key, one, kept, Became.TAKEN)


def _vouched(office: Office, one: Origin, note: str) -> Checkpoint | None:
    keys = [key for _, key in store.keys_of(office.connection, one.origin)]
    try:
        told = verified(note, keys)
    except BadNote:
        return None
    return told if told.origin == one.origin else None


# --- pages -----------------------------------------------------------------------------------------------------------


def _page(office: Office, key: SigningKey, one: Origin, page: Page) -> Taken:
    if one.state == "fork":
        return _fork(office, one)
    try:
        checkpoint, found = pages.check(page)
        number = _signed_by(office, one, page.checkpoint)
    except (BadPage, BadNote) as wrong:
        return _damaged(office, one, page, str(wrong))
    if page.from_index > one.size:
        if one.state == "ok":
            one.state, one.problem = "gap", f"entry {one.size} is missing"
        return _gap(one)
    known = store.leaves(office.connection, one, page.from_index, min(checkpoint.size, one.size))
    for mine, entry in zip(known, found, strict=False):
        if mine != entry.leaf:
            at = _parting(office, one, checkpoint, found, entry.index)
            return _contradicted(office, one, page.checkpoint, at, "fork")
    if checkpoint.size <= one.size:
        return _repeated(office, key, one, page, checkpoint)
    if number < one.key_number:
        return _damaged(office, one, page, "signed by a key that is no longer in use")
    fresh = found[len(known) :]
    frontier = Frontier.from_bytes(one.frontier).extend(entry.leaf for entry in fresh)
    if frontier.root != checkpoint.root:
        return _contradicted(office, one, page.checkpoint, 0, "fork")
    one.key_number = number
    _accept(office, one, page, frontier, fresh)
    return _receipt(key, one, Signed(one.size, one.root, page.checkpoint, None), Became.TAKEN)


def _signed_by(office: Office, one: Origin, note: str) -> int:
    keys = store.keys_of(office.connection, one.origin)
    key = signer(note, [verifier for _, verifier in keys])
    if key is None:
        raise BadNote("the checkpoint is not signed by a known key of this ledger")
    return next(number for number, verifier in keys if verifier == key)


def _repeated(office: Office, key: SigningKey, one: Origin, page: Page, checkpoint: Checkpoint) -> Taken:
    kept = store.signed_at(office.connection, one, checkpoint.size)
    root = kept.root if kept else store.frontier_at(office.connection, one, checkpoint.size).root
    if root != checkpoint.root:
        return _contradicted(office, one, page.checkpoint, 0, "fork")
    _all_is_well(office, one)
    return _receipt(key, one, kept or Signed(checkpoint.size, root, page.checkpoint, None), Became.REPEATED)


def _accept(office: Office, one: Origin, page: Page, frontier: Frontier, fresh: Sequence[Read]) -> None:
    connection, now = office.connection, office.now.timestamp()
    store.add_entries(connection, [_row(one, entry) for entry in fresh])
    one.grows(frontier)
    one.verified_at = now
    one.recorded_at = next((e.labels[-1] for e in reversed(fresh) if e.body is not None), one.recorded_at)
    _all_is_well(office, one)
    lights = None if page.lights is None else json.dumps(page.lights)
    pages.keep(office, one, page.checkpoint, lights)
    _tell(office, one, fresh)
    own_entries.arrived(office, one.origin, frontier)
    if page.lights is not None:
        one.lights_size, one.lights_below = one.size, lights
        one.lights_above = json.dumps(pages.count_lights(office, one.origin))


def _row(one: Origin, entry: Read) -> dict[str, object]:
    stem = subject = about = time = recorded = None
    if entry.labels:
        _, _, subject, about, stem, time, recorded = entry.labels
    return {
        "origin": one.origin,
        "branch": one.branch,
        "idx": entry.index,
        "leaf": entry.leaf,
        "body": entry.body,
        "stem": stem,
        "subject": subject,
        "about": about,
        "time": time,
        "recorded": recorded,
    }


def _tell(office: Office, one: Origin, fresh: Sequence[Read]) -> None:
    """What arrived is said here `below.`; lines follow, and facts about levels have their effect."""
    told = [(e.envelope, e.body) for e in fresh if e.envelope is not None and e.body is not None]
    below = [(envelope.id, envelope.type, body) for envelope, body in told]
    outbox.resay(office.connection, below, prefix="below", at=office.now)
    happened = list[Happened]()
    for entry in fresh:
        if entry.envelope is None:
            continue
        try:
            event = entry.envelope.event()
        except (NotKnown, NotReadable):
            continue  # kept and said again as it is: whoever knows a newer version may read it
        happened.append((event, entry.envelope.time))
        if isinstance(event, AuthorityJoined):
            _learn(office, one, event)
        elif isinstance(event, AuthorityKeyChanged) and event.code == one.origin:
            _learn_key(office, one.origin, event.public_key)
        elif isinstance(event, LetterTaken) and event.sender == office.authority:
            post.answered(office, one.origin, event.number, entry.index)
    follow(Book(office.connection), happened, office.now.timestamp(), one.origin)


def _learn(office: Office, one: Origin, joined: AuthorityJoined) -> None:
    """A lower authority announces one of its own children: its ledger comes through the same child of ours."""
    if joined.via != one.origin or joined.code == office.authority or store.link(office.connection, joined.code):
        return
    known = store.origin(office.connection, joined.code)
    if known is None or known.via == one.via:
        row = known or Origin(joined.code)
        row.via, row.name, row.level = one.via, joined.name, joined.level
        store.write_origin(office.connection, row)
        _learn_key(office, joined.code, joined.public_key)


def _learn_key(office: Office, authority: str, public_key: str) -> None:
    try:
        store.add_key(office.connection, authority, public_key, office.now.timestamp())
    except BadKey:
        return  # what it signs with this will be refused, with the reason


# --- trouble ---------------------------------------------------------------------------------------------------------


def _say(office: Office, event: LinkTroubled | LinkSettled) -> None:
    own_entries.say_aloud(office, [Said(event, office.now)])


def _all_is_well(office: Office, one: Origin) -> None:
    if one.state == "stopped":
        _say(office, LinkSettled(origin=one.origin, how="a page that agrees with itself has come"))
    one.state, one.problem = "ok", ""


def _damaged(office: Office, one: Origin, page: Page, why: str) -> Taken:
    if one.state != "stopped":
        evidence = {"from_index": page.from_index, "why": why}
        _say(office, LinkTroubled(origin=one.origin, trouble="damaged", side="below", evidence=evidence))
    one.state, one.problem = "stopped", why
    return _refused(one.origin, page, why)


def _parting(office: Office, one: Origin, told: Checkpoint, found: Sequence[Read], index: int) -> int:
    """The first index at which two histories part: `index`, where what comes before it is the same for sure."""
    agreed = store.frontier_at(office.connection, one, index)
    whole = agreed.extend(entry.leaf for entry in found if entry.index >= index)
    return index if whole.root == told.root else 0


def _contradicted(office: Office, one: Origin, note: str, index: int, trouble: str) -> Taken:
    kept = store.signed_at(office.connection, one, one.size)
    row = {"origin": one.origin, "branch": one.branch, "from_index": index, "known_size": one.size}
    row |= {"known_note": kept.note if kept else "", "told_note": note, "at": office.now.timestamp()}
    store.open_fork(office.connection, row)
    lost = trouble == "lost"
    one.state = "fork"
    one.problem = f"lost from entry {index} on" if lost else f"differs from entry {index} on at the latest"
    evidence = {"size": one.size, "root": one.root.hex(), "from_index": index, "known": row["known_note"], "told": note}
    _say(
        office,
        LinkTroubled(origin=one.origin, trouble="lost" if lost else "fork", side="below", evidence=evidence),
    )
    return _fork(office, one)


def _open_fork(office: Office, origin: str) -> "_Row | None":
    table = forks.c
    row = office.connection.execute(
        select(table.id, table.from_index, table.known_note)
        .where(table.origin == origin, table.accepted_at.is_(None))
        .order_by(table.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _Row(*row)


class _Row:
    def __init__(self, id: int, from_index: int, known_note: str) -> None:
        self.id, self.from_index, self.known_note = id, from_index, known_note


def accept_fork(office: Office, origin: str, person: str, reason: str) -> int:
    """An operator has decided: the ledger goes on from where the histories part, in another branch.

    The former branch stays as evidence. Returns the first index that counts anew. Raises NotFound, Conflict.
    """
    one = store.origin(office.connection, origin)
    if one is None or not one.via:
        raise NotFound(Problem("origin", "No ledger of {origin} is held here.", {"origin": origin}))
    row = _open_fork(office, origin)
    if one.state != "fork" or row is None:
        raise Conflict(Problem("origin", "The ledger of {origin} contradicts nothing.", {"origin": origin}))
    connection, now = office.connection, office.now.timestamp()
    affected = _cases_from(office, one, row.from_index)
    frontier = store.frontier_at(connection, one, row.from_index)
    one.branch += 1
    branch = {"origin": origin, "branch": one.branch, "from_index": frontier.size, "at": now}
    store.begin_branch(connection, branch | {"reason": reason, "person": person})
    one.grows(frontier)
    one.state = one.up_state = "ok"
    one.problem = one.up_problem = ""
    one.receipted = min(one.receipted, frontier.size)
    one.lights_size = one.lights_below = one.lights_above = None
    store.write_origin(connection, one)
    store.close_fork(connection, row.id, now)
    if one.via == origin:
        post.unanswered_from(office, origin, frontier.size)
    _follow_again(office, one, affected)
    how = f"the fork was accepted: {reason}"
    _say(office, LinkSettled(origin=origin, how=how, person=person, from_index=frontier.size))
    return frontier.size


def _cases_from(office: Office, one: Origin, index: int) -> set[str]:
    """What the entries from `index` on are about."""
    table, found = origin_entries.c, set[str]()
    for branch, start, stop in store.segments(office.connection, one):
        wanted = select(table.about).where(table.origin == one.origin, table.branch == branch, table.idx < stop)
        rows = office.connection.execute(wanted.where(table.idx >= max(start, index)).distinct()).scalars()
        found.update(about for about in rows if about is not None)
    return found


def _follow_again(office: Office, one: Origin, cases: set[str]) -> None:
    """The lines of these cases say what the entries that still count say."""
    if not cases:
        return
    connection = office.connection
    book = Book(connection)
    for case in cases:
        book.forget_line(case, one.origin)
    happened = list[Happened]()
    for _, _, body in store.rows(connection, one, 0, one.size):
        if body is None:
            continue
        read = pages.envelope_of(body)
        try:
            event = read.event()
        except (NotKnown, NotReadable):
            continue
        if case_of(event) in cases:
            happened.append((event, read.time))
    follow(book, happened, office.now.timestamp(), one.origin)
