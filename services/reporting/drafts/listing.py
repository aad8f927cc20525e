"""Listed supervision: put on the list with its letter, taken off with its closing, and what those below have listed."""

import json
from typing import Final

from sqlalchemy import RowMapping

from services.contracts.instructions import InstructionIssued
from services.contracts.listings import SupervisionDelisted, SupervisionListed
from services.contracts.quantities import RecordedPerson
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said, on
from services.reporting.drafts.store import Listings, as_json


def put_on(office: Office, issued: InstructionIssued) -> Said:
    """A letter of listed supervision went out: the line stands on our list, and one level up."""
    event = SupervisionListed(
        listing_no=issued.instruction_no,
        document_no=issued.document_no,
        about=issued.about,
        department=issued.department,
        title=issued.title,
        person=issued.person.label,
    )
    _keep(office, event, office.authority, office.now.timestamp())
    return Said(event, office.now, issued.person.label)


def take_off(office: Office, row: RowMapping, person: RecordedPerson, reason: str | None) -> Said:
    """Its letter was closed by a named person."""
    event = SupervisionDelisted(listing_no=row["instruction_no"], person=person.label, reason=reason or "")
    Listings(office.connection).close(event.listing_no, office.now.timestamp(), event.person, event.reason)
    return Said(event, office.now, person.label)


def _keep(office: Office, event: SupervisionListed, authority: str, at: float) -> None:
    Listings(office.connection).put(
        {
            "listing_no": event.listing_no,
            "authority": authority,
            "document_no": event.document_no,
            "about": as_json(list(event.about)),
            "department": event.department,
            "title": event.title,
            "opened_at": at,
            "opened_by": event.person,
        }
    )


def listed(office: Office, fact: Fact[SupervisionListed]) -> Outcome:
    """An authority below has put a line on its list."""
    if fact.envelope.authority != office.authority:
        _keep(office, fact.event, fact.envelope.authority, fact.envelope.time.timestamp())
    return NOTHING


def delisted(office: Office, fact: Fact[SupervisionDelisted]) -> Outcome:
    """And has taken it off."""
    event, kept = fact.event, Listings(office.connection)
    row = kept.get(event.listing_no)
    if row is not None and row["authority"] == fact.envelope.authority != office.authority:
        kept.close(event.listing_no, fact.envelope.time.timestamp(), event.person, event.reason)
    return NOTHING


def shown(row: RowMapping) -> dict[str, object]:
    """One line of the list; the moments are left to the view."""
    plain = ("listing_no", "authority", "document_no", "department", "title", "opened_by", "closed_by", "reason")
    return {name: row[name] for name in plain} | {"about": json.loads(row["about"])}


LINES: Final = (on(SupervisionListed, listed), on(SupervisionDelisted, delisted))
