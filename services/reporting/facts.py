"""Decides what is kept of the facts that the other services tell: each with the moment at which it happened."""

from collections.abc import Sequence
from typing import Any

from services.contracts.cases import CaseFact, CaseNoted, CaseReassigned, CaseReceived
from services.contracts.clocks import ClockFact, ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.complaints import ComplaintClosed, ComplaintFact, ComplaintRegistered, PersonDisclosed
from services.contracts.ledgers import LineStruckOff
from services.plumbing.switchboard import Fact, Office, Outcome
from services.reporting.instructions import facts as instructions
from services.reporting.store import Facts
from services.reporting.suspicions import suspect
from services.reporting.thresholds import Thresholds

#: What timer says of a clock that should never have run.
SET_ASIDE = "set-aside"


class Recorder:
    """Takes batches of facts, with the thresholds that this authority has set."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds

    def record(self, office: Office, facts: Sequence[Fact[Any]]) -> Outcome:
        """Write a batch down and raise what it gives reason to suspect."""
        sorted_out = _Batch()
        for fact in facts:
            sorted_out.take(fact)
        sorted_out.write(Facts(office.connection))
        return Outcome(said=[*suspect(office, facts, self._thresholds), *instructions.hear(office, facts)])


class _Batch:
    """The rows of one batch by table. Facts about one clock keep their order."""

    def __init__(self) -> None:
        self.cases: list[dict[str, Any]] = []
        self.case_steps: list[dict[str, Any]] = []
        self.complaint_steps: list[dict[str, Any]] = []
        self.clock_facts: list[dict[str, Any]] = []
        #: The last of start and stop decides how the clock stands after the batch; a start is written first.
        self.started: dict[str, dict[str, Any]] = {}
        self.stopped: dict[str, dict[str, Any]] = {}

    def write(self, facts: Facts) -> None:
        facts.add_cases(self.cases)
        facts.add_case_steps(self.case_steps)
        facts.add_complaint_steps(self.complaint_steps)
        facts.put_clocks(list(self.started.values()))
        facts.stop_clocks(list(self.stopped.values()))
        facts.add_clock_facts(self.clock_facts)

    def take(self, fact: Fact[Any]) -> None:
        event = fact.event
        if isinstance(event, CaseFact | LineStruckOff):
            self._case(fact, event)
        elif isinstance(event, ClockFact):
            self._clock(fact, event)
        elif isinstance(event, ComplaintFact) and not isinstance(event, PersonDisclosed):
            self.complaint_steps.append(
                {
                    "complaint_no": event.complaint_no,
                    "number": fact.envelope.sequence,
                    "kind": _kind(fact),
                    "occurred_at": fact.envelope.time.timestamp(),
                    "without_case": isinstance(event, ComplaintRegistered) and event.check == "no-case-exists",
                    "upheld": event.upheld if isinstance(event, ComplaintClosed) else None,
                }
            )

    def _case(self, fact: Fact[Any], event: CaseFact | LineStruckOff) -> None:
        if isinstance(event, CaseNoted):
            return
        if isinstance(event, CaseReceived):
            self.cases.append(
                {
                    "case_no": event.case_no,
                    "project_code": event.project_code,
                    "project_name": event.project_name,
                    "matter_code": event.matter_code,
                    "matter_name": event.matter_name,
                    "department": event.department,
                    "channel": event.channel,
                }
            )
        self.case_steps.append(
            {
                "case_no": event.case_no,
                "kind": _kind(fact),
                "number": fact.envelope.sequence,
                "occurred_at": fact.envelope.time.timestamp(),
                "responsible": event.handler.name if isinstance(event, CaseReceived | CaseReassigned) else None,
            }
        )

    def _clock(self, fact: Fact[Any], event: ClockFact) -> None:
        told: dict[str, Any] = {
            "clock_id": event.clock_id,
            "number": fact.envelope.sequence,
            "occurred_at": fact.envelope.time.timestamp(),
            "due_on": None,
            "due_at": None,
            "overdue_working_days": None,
            "on_time": None,
        }
        if isinstance(event, ClockStarted | ClockMoved):
            told |= {
                "what": "started" if isinstance(event, ClockStarted) else "moved",
                "due_on": event.due_on.isoformat() if event.due_on else None,
                "due_at": event.due_at.timestamp() if event.due_at else None,
            }
        elif isinstance(event, LightChanged):
            told |= {"what": event.light.value, "occurred_at": event.turned_at.timestamp()}
        elif isinstance(event, ClockStopped):
            told |= {
                "what": "stopped",
                "occurred_at": event.stopped_at.timestamp(),
                "overdue_working_days": event.overdue_working_days,
                "on_time": event.on_time,
            }
            self.stopped[event.clock_id] = {
                "clock_id": event.clock_id,
                "stopped_at": event.stopped_at.timestamp(),
                "set_aside": event.why == SET_ASIDE,
            }
        else:
            return
        if isinstance(event, ClockStarted):
            self.stopped.pop(event.clock_id, None)
            self.started[event.clock_id] = {
                "clock_id": event.clock_id,
                "clock_kind": event.clock_kind,
                "about_kind": event.about_kind,
                "about": event.about,
                "department": event.department,
                "responsible": event.responsible,
                "set_aside": False,
            }
        self.clock_facts.append(told)


def _kind(fact: Fact[Any]) -> str:
    """`qidi.case.deemed-accepted` -> `deemed-accepted`."""
    return fact.envelope.stem.rsplit(".", 1)[1]
