"""Hearing of findings: the word of those concerned, a person's judgement, and another body's review.

No finding punishes by itself (DOMAIN 7). The department concerned may state its view before anything is confirmed;
what is confirmed may be reviewed by somebody of another body, and counts in a score only after that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import RowMapping

from services.contracts.finding_orders import ReviewFinding, SettleFinding, SettleFindings, StateOnFinding
from services.contracts.findings import FindingReviewed, FindingSettled, FindingStated
from services.contracts.quantities import RecordedPerson
from services.contracts.rights import Whose
from services.contracts.vocabulary import ZONE, FindingState
from services.plumbing.errors import Conflict, NotFound, Problem, Refused
from services.plumbing.switchboard import Office, Outcome, Said
from services.reporting import views
from services.reporting.detectors import RULES
from services.reporting.rules import OF_OFFICERS
from services.reporting.store import Findings


class HearingTimes(BaseSettings):
    """Natural days for the word of those concerned and for a review, as the authority has set them (choice)."""

    model_config = SettingsConfigDict(env_prefix="QIDI_", extra="ignore")
    #: From the day on which the finding was raised.
    statement_days: int = Field(default=5, ge=0, le=60)
    #: From the day on which it was confirmed.
    review_days: int = Field(default=10, ge=0, le=60)


def heard_from(row: Mapping[Any, Any], days: int) -> datetime:
    """The first moment after the so many days in which the department concerned may state its view."""
    return _after(row["raised_at"], days)


def _after(seconds: float, days: int) -> datetime:
    day = datetime.fromtimestamp(seconds, ZONE).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), ZONE)


@dataclass(frozen=True)
class Hearing:
    """The orders about findings, by the times that the authority has set."""

    times: HearingTimes

    def state(self, office: Office, order: StateOnFinding) -> Outcome:
        """The department concerned says how it was, once, while nobody has judged it."""
        person, row = _asked(office, order.finding_no, order.actor)
        office.permit("findings.state", Whose(row["department"]), "finding_no")
        _only(row, FindingState.OPEN, "Finding {finding_no} is {state}: a statement is made while it is open.")
        if row["stated_at"] is not None:
            raise _stands("Finding {finding_no} has its statement, by {person}.", row, row["stated_by"])
        office.problems.refuse()
        stated = {"statement": order.statement, "stated_at": office.now.timestamp(), "stated_by": person.label}
        Findings(office.connection).change(row["finding_no"], stated)
        event = FindingStated(finding_no=row["finding_no"], statement=order.statement, person=person.label)
        return Outcome(views.finding(office, row["finding_no"]), [Said(event, office.now, person.label)])

    def settle(self, office: Office, order: SettleFinding) -> Outcome:
        """Confirm or dismiss a finding, once, with a reason and a name."""
        person, row = _asked(office, order.finding_no, order.actor)
        office.problems.refuse()
        against = self._objection(office, row, confirmed=order.confirmed, field="finding_no")
        if against is not None:
            raise Conflict(against)
        said = [self._settled(office, row, person, order)]
        return Outcome(views.finding(office, order.finding_no), said)

    def settle_many(self, office: Office, order: SettleFindings) -> Outcome:
        """Confirm or dismiss many with one reason; raises Refused with every one that does not allow it."""
        person, problems, kept = office.acting(order.actor), office.problems, Findings(office.connection)
        rows: list[RowMapping] = []
        numbers: Sequence[str] = () if problems.has("finding_nos") else tuple(dict.fromkeys(order.finding_nos))
        for place, number in enumerate(numbers):
            field, row = f"finding_nos.{place}", kept.get(number)
            if row is None:
                problems.take(_missing(number, field))
                continue
            rows.append(row)
            against = (
                None
                if problems.has("confirmed")
                else self._objection(office, row, confirmed=order.confirmed, field=field)
            )
            if against is not None:
                problems.take(against)
        if person is None or problems:
            raise Refused(*problems.found)
        said = [self._settled(office, row, person, order) for row in rows]
        items = [views.finding(office, row["finding_no"]) for row in rows]
        return Outcome({"items": items, "next": None}, said)

    def review(self, office: Office, order: ReviewFinding) -> Outcome:
        """Say whether a confirmed finding stands: not who confirmed it, and nobody of the department concerned."""
        person, row = _asked(office, order.finding_no, order.actor)
        office.problems.refuse()
        _only(row, FindingState.CONFIRMED, "Finding {finding_no} is {state}: only a confirmed one is reviewed.")
        if row["reviewed_at"] is not None:
            raise _stands("Finding {finding_no} was reviewed by {person}.", row, row["reviewed_by"])
        if person.department in (row["department"], str(row["settled_by"]).split("@")[-1]):
            template = "A review is another body's: {department} is concerned, or has confirmed the finding itself."
            raise Refused(Problem("actor", template, {"department": person.department}))
        state = FindingState.CONFIRMED if order.upheld else FindingState.OVERTURNED
        now = office.now.timestamp()
        reviewed = {"review": order.reason, "reviewed_at": now, "reviewed_by": person.label}
        reviewed["counts_from"] = now if order.upheld else None
        Findings(office.connection).change(order.finding_no, reviewed | {"state": state.value})
        event = FindingReviewed(
            finding_no=order.finding_no, upheld=order.upheld, reason=order.reason, person=person.label
        )
        return Outcome(views.finding(office, order.finding_no), [Said(event, office.now, person.label)])

    def _objection(self, office: Office, row: RowMapping, *, confirmed: bool, field: str) -> Problem | None:
        """Why a finding cannot be settled so now."""
        told = {"finding_no": row["finding_no"]}
        if row["state"] != FindingState.OPEN:
            template = "Finding {finding_no} is {state} already, by {person}."
            return Problem(field, template, told | {"state": row["state"], "person": row["settled_by"]})
        rule = RULES.get(row["rule"])
        until = heard_from(row, self.times.statement_days)
        is_heard = row["stated_at"] is not None or office.now >= until
        if not confirmed or is_heard or rule is None or rule.about_kind not in OF_OFFICERS:
            return None
        template = "{department} may state its view of finding {finding_no} until {day}: it is confirmed after that."
        last = (until - timedelta(days=1)).date().isoformat()
        return Problem(field, template, told | {"department": row["department"], "day": last})

    def _settled(
        self, office: Office, row: RowMapping, person: RecordedPerson, order: SettleFinding | SettleFindings
    ) -> Said:
        state = FindingState.CONFIRMED if order.confirmed else FindingState.DISMISSED
        now = office.now.timestamp()
        settled = {"settled_at": now, "settled_by": person.label, "reason": order.reason}
        if order.confirmed:  # in scores only once nobody can ask for a review any more
            settled["counts_from"] = _after(now, self.times.review_days).timestamp()
        Findings(office.connection).change(row["finding_no"], {"state": state.value} | settled)
        event = FindingSettled(
            finding_no=row["finding_no"], confirmed=order.confirmed, reason=order.reason, person=person.label
        )
        return Said(event, office.now, person.label)


def _asked(office: Office, number: str, actor: Any) -> tuple[RecordedPerson, RowMapping]:
    """Who acts on which finding. Raises NotFound, or Refused with everything that is wrong."""
    person, problems = office.acting(actor), office.problems
    row = None if problems.has("finding_no") else Findings(office.connection).get(number)
    if row is None and not problems.has("finding_no"):
        missing = _missing(number, "finding_no")
        if not problems:
            raise NotFound(missing)
        problems.take(missing)
    if person is None or row is None or problems:
        raise Refused(*problems.found)
    return person, row


def _missing(number: str, field: str) -> Problem:
    return Problem(field, "There is no finding {finding_no}.", {"finding_no": number})


def _only(row: RowMapping, state: FindingState, template: str) -> None:
    if row["state"] != state:
        told = {"finding_no": row["finding_no"], "state": row["state"]}
        raise Conflict(Problem("finding_no", template, told))


def _stands(template: str, row: RowMapping, person: str) -> Conflict:
    return Conflict(Problem("finding_no", template, {"finding_no": row["finding_no"], "person": person}))
