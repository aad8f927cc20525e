"""Decides what becomes of an order to reporting: a month is frozen under a number, a finding is settled by a person."""

import hashlib

import rfc8785

from services.contracts.commands import FreezeMonth, SettleFinding
from services.contracts.findings import FindingSettled, SnapshotFrozen
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import Office, Outcome, Said
from services.reporting import views
from services.reporting.domain import Span
from services.reporting.sources import month_figures
from services.reporting.store import Findings, Snapshots


def freeze(office: Office, order: FreezeMonth) -> Outcome:
    """The month's figures as of now (or of its end) under the next number; the bytes are kept and never made again."""
    person = office.acting(order.actor)
    span = None if office.problems.has("month") else Span.asked(office.problems, order.month, office.now)
    office.problems.refuse()
    assert person is not None
    assert span is not None
    kept = Snapshots(office.connection)
    number = kept.next_number(span.month.name)
    snapshot_no = f"{office.authority}-{span.month.name}-{number}"
    content = rfc8785.dumps({"authority": office.authority} | month_figures(office.connection, span))
    digest = hashlib.sha256(content).hexdigest()
    kept.add(
        {
            "snapshot_no": snapshot_no,
            "month": span.month.name,
            "number": number,
            "as_of": span.as_of.isoformat(),
            "running": span.running,
            "frozen_at": office.now.timestamp(),
            "frozen_by": person.label,
            "digest": digest,
            "content": content.decode(),
        }
    )
    event = SnapshotFrozen(snapshot_no=snapshot_no, period=span.month.name, digest=digest)
    return Outcome(views.snapshot(office, snapshot_no), [Said(event, office.now, person.label)])


def settle(office: Office, order: SettleFinding) -> Outcome:
    """Confirm or dismiss a finding, once, with a reason and a name."""
    person = office.acting(order.actor)
    if not office.problems.has("reason") and not order.reason.strip():
        office.problems.add("reason", "Say why it is confirmed or dismissed.")
    kept = Findings(office.connection)
    row = None if office.problems.has("finding_no") else kept.get(order.finding_no)
    if row is None and not office.problems.has("finding_no"):
        missing = Problem("finding_no", "There is no finding {finding_no}.", {"finding_no": order.finding_no})
        if not office.problems:
            raise NotFound(missing)
        office.problems.found.append(missing)
    office.problems.refuse()
    assert person is not None
    assert row is not None
    if row["state"] != "open":
        raise Conflict(
            Problem(
                "finding_no",
                "Finding {finding_no} is {state} already, by {person}.",
                {"finding_no": order.finding_no, "state": row["state"], "person": row["settled_by"]},
            )
        )
    state = "confirmed" if order.confirmed else "dismissed"
    kept.change(
        order.finding_no,
        {
            "state": state,
            "settled_at": office.now.timestamp(),
            "settled_by": person.label,
            "reason": order.reason,
        },
    )
    event = FindingSettled(
        finding_no=order.finding_no, confirmed=order.confirmed, reason=order.reason, person=person.label
    )
    return Outcome(views.finding(office, order.finding_no), [Said(event, office.now, person.label)])
