"""Orders to reporting: a month is frozen under a number, a finding is settled by a person."""

import hashlib

import rfc8785

from services.contracts.commands import FreezeMonth, SettleFinding
from services.contracts.findings import FindingSettled, SnapshotFrozen
from services.contracts.quantities import RecordedPerson
from services.contracts.vocabulary import FindingState
from services.plumbing.errors import Conflict, NotFound, Problem, Refused
from services.plumbing.switchboard import Office, Outcome, Said
from services.reporting import views
from services.reporting.domain import Span
from services.reporting.sources import month_figures
from services.reporting.store import Findings, Snapshots


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


def settle(office: Office, order: SettleFinding) -> Outcome:
    """Confirm or dismiss a finding, once, with a reason and a name."""
    person = check_settling(office, order)
    state = FindingState.CONFIRMED if order.confirmed else FindingState.DISMISSED
    settled = {"settled_at": office.now.timestamp(), "settled_by": person.label, "reason": order.reason}
    Findings(office.connection).change(order.finding_no, {"state": state.value} | settled)
    event = FindingSettled(
        finding_no=order.finding_no, confirmed=order.confirmed, reason=order.reason, person=person.label
    )
    return Outcome(views.finding(office, order.finding_no), [Said(event, office.now, person.label)])


def check_settling(office: Office, order: SettleFinding) -> RecordedPerson:
    """Who settles it. Raises NotFound, Conflict where it is settled already, or Refused with everything."""
    person, problems = office.acting(order.actor), office.problems
    row = None if problems.has("finding_no") else Findings(office.connection).get(order.finding_no)
    if row is None and not problems.has("finding_no"):
        missing = Problem("finding_no", "There is no finding {finding_no}.", {"finding_no": order.finding_no})
        if not problems:
            raise NotFound(missing)
        problems.take(missing)
    if person is None or row is None or problems:
        raise Refused(*problems.found)
    if row["state"] != FindingState.OPEN:
        raise Conflict(
            Problem(
                "finding_no",
                "Finding {finding_no} is {state} already, by {person}.",
                {"finding_no": order.finding_no, "state": row["state"], "person": row["settled_by"]},
            )
        )
    return person
