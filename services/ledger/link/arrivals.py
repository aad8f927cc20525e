"""Arrivals: entries of a lower authority's ledger, kept, said again here, and what they change here."""

import json
from collections.abc import Sequence
from typing import Any

from services.contracts.envelope import Event, NotKnown, NotReadable
from services.contracts.links import AuthorityJoined, AuthorityKeyChanged, LetterTaken
from services.ledger import own_entries
from services.ledger.link import pages, store
from services.ledger.link.comparison import Continued
from services.ledger.link.keys import BadKey
from services.ledger.link.mail import post
from services.ledger.link.pages import Read
from services.ledger.link.store import Origin
from services.ledger.movements import Happened, follow
from services.ledger.store import Book
from services.plumbing import outbox
from services.plumbing.switchboard import Office


def keep(office: Office, held: Origin, found: Continued) -> None:
    """What a page has added to the ledger that is held."""
    store.add_entries(office.connection, [_row(held, entry) for entry in found.fresh])
    held.key_number = found.key_number
    held.grows(found.frontier)
    held.verified_at = office.now.timestamp()
    held.recorded_at = next((e.labels[-1] for e in reversed(found.fresh) if e.body is not None), held.recorded_at)


def _row(held: Origin, entry: Read) -> dict[str, Any]:
    stem = subject = about = time = recorded = None
    if entry.labels:
        _, _, subject, about, stem, time, recorded = entry.labels
    return {
        "origin": held.origin,
        "branch": held.branch,
        "idx": entry.index,
        "leaf": entry.leaf,
        "body": entry.body,
        "stem": stem,
        "subject": subject,
        "about": about,
        "time": time,
        "recorded": recorded,
    }


def take_effect(office: Office, held: Origin, found: Continued) -> None:
    """The checkpoint is kept, the entries are said here and have their effects; lights are counted at the same size."""
    lights = None if found.lights is None else json.dumps(found.lights)
    pages.keep(office, held, found.note, lights)
    _say_again(office, found.fresh)
    events = list(_events(found.fresh))
    for entry, event in events:
        _heed(office, held, entry, event)
    happened: list[Happened] = [(event, entry.envelope.time) for entry, event in events if entry.envelope is not None]
    follow(Book(office.connection), happened, office.now.timestamp(), held.origin)
    own_entries.arrived(office, held.origin, found.frontier)
    if lights is not None:
        held.lights_size, held.lights_below = held.size, lights
        held.lights_above = json.dumps(pages.count_lights(office, held.origin))


def _say_again(office: Office, fresh: Sequence[Read]) -> None:
    """What arrived is said here as `below.`."""
    told = [(e.envelope.id, e.envelope.type, e.body) for e in fresh if e.envelope is not None and e.body is not None]
    outbox.resay(office.connection, told, prefix="below", at=office.now)


def _events(fresh: Sequence[Read]) -> list[tuple[Read, Event]]:
    found = list[tuple[Read, Event]]()
    for entry in fresh:
        if entry.envelope is None:
            continue
        try:
            found.append((entry, entry.envelope.event()))
        except (NotKnown, NotReadable):
            continue  # kept and said again as it is: whoever knows a newer version may read it
    return found


def _heed(office: Office, held: Origin, entry: Read, event: Event) -> None:
    """Facts about levels have their effect here as well."""
    match event:
        case AuthorityJoined():
            _learn_ledger(office, held, event)
        case AuthorityKeyChanged() if event.code == held.origin:
            _learn_key(office, held.origin, event.public_key)
        case LetterTaken() if event.sender == office.authority:
            post.answered(office, held.origin, event.number, entry.index)


def _learn_ledger(office: Office, held: Origin, joined: AuthorityJoined) -> None:
    """A lower authority announces one of its own children: its ledger comes through the same child of ours."""
    if joined.via != held.origin or joined.code == office.authority or store.link(office.connection, joined.code):
        return
    known = store.origin(office.connection, joined.code)
    if known is None or known.via == held.via:
        announced = known or Origin(joined.code)
        announced.via, announced.name, announced.level = held.via, joined.name, joined.level
        store.write_origin(office.connection, announced)
        _learn_key(office, joined.code, joined.public_key)


def _learn_key(office: Office, authority: str, public_key: str) -> None:
    try:
        store.add_key(office.connection, authority, public_key, office.now.timestamp())
    except BadKey:
        return  # what it signs with this will be refused, with the reason
