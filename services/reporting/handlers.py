"""Orders about months: the figures of one are frozen under a number."""

import hashlib

import rfc8785

from services.contracts.commands import FreezeMonth
from services.contracts.findings import SnapshotFrozen
from services.contracts.quantities import RecordedPerson
from services.plumbing.errors import Refused
from services.plumbing.switchboard import Office, Outcome, Said
from services.reporting import views
from services.reporting.domain import Span
from services.reporting.sources import month_figures
from services.reporting.store import Snapshots


def freeze(office: Office, order: FreezeMonth) -> Outcome:
    """The month's figures as of now (or of its end) under the next number; the bytes are kept and never made again."""
    person, span = check_month(office, order)
    kept = Snapshots(office.connection)
    number = kept.next_number(span.month.name)
    snapshot_no = f"{office.authority}-{span.month.name}-{number}"
    content = rfc8785.dumps({"authority": office.authority} | month_figures(office.connection, span))
    digest = hashlib.sha256(content).hexdigest()
    named = {"snapshot_no": snapshot_no, "month": span.month.name, "number": number}
    told = {"as_of": span.as_of.isoformat(), "running": span.running}
    frozen = {"frozen_at": office.now.timestamp(), "frozen_by": person.label}
    kept.add(named | told | frozen | {"digest": digest, "content": content.decode()})
    event = SnapshotFrozen(snapshot_no=snapshot_no, period=span.month.name, digest=digest)
    return Outcome(views.snapshot(office, snapshot_no), [Said(event, office.now, person.label)])


def check_month(office: Office, order: FreezeMonth) -> tuple[RecordedPerson, Span]:
    """Who freezes which month. Raises Refused with everything that is wrong."""
    person = office.acting(order.actor)
    span = (
        None if office.problems.has("month") else Span.asked(office.problems, order.month, office.now, office.beginning)
    )
    if person is None or span is None or office.problems:
        raise Refused(*office.problems.found)
    return person, span
