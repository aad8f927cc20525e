"""Naming of a handler for what came from below: within a working day, else it is the head's (DOMAIN 3, rule 18)."""

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import Light, SubjectKind
from services.intake import forwarding, record
from services.intake.offices.register import Register, today
from services.intake.phrases import NOT_NAMED
from services.intake.store import Records
from services.intake.wire import acting_authority
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome


def light_changed(office: Office, fact: Fact[LightChanged]) -> Outcome:
    """A red light: nobody was named in time. A department without a head keeps the red light until somebody acts."""
    event = fact.event
    if event.light is not Light.RED or event.about_kind is not SubjectKind.CASE:
        return NOTHING
    records = Records(office.connection)
    case = records.case(event.about)
    if case is None or not case.is_unnamed or case.state.is_finished:
        return NOTHING
    head = Register(office.connection).head(case.department, today(office))
    if head is None:
        return NOTHING
    taken = record.reassigned(case, head, acting_authority(office.authority), event.turned_at, office.now, NOT_NAMED)
    records.change_case(taken.case, taken.rows)
    stood = forwarding.stood(taken.case, acting_authority(office.authority), office.now)
    return Outcome(said=[*taken.said, stood])
