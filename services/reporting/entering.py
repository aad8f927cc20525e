"""Entries by hand: which facts of a case an officer enters, and what each officer has entered when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Connection, select

from services.contracts.cases import (
    CaseAcceptanceRefused,
    CaseAccepted,
    CaseDelivered,
    CaseExtended,
    CaseGivenUp,
    CaseGranted,
    CaseNotRequired,
    CaseRefused,
    CaseReviewBegun,
    CorrectionRequested,
    ProcedureBegun,
    ProcedureEnded,
)
from services.contracts.permits import CaseGrantedWithDeficiencies
from services.contracts.vocabulary import ZONE, Channel
from services.reporting.store import case_steps, cases

#: What the applicant, another authority or the law itself enters is no entry of an officer.
OFFICERS_STEPS: Final = (
    CaseAccepted,
    CaseAcceptanceRefused,
    CaseNotRequired,
    CorrectionRequested,
    CaseReviewBegun,
    ProcedureBegun,
    ProcedureEnded,
    CaseExtended,
    CaseGranted,
    CaseGrantedWithDeficiencies,
    CaseRefused,
    CaseDelivered,
    CaseGivenUp,
)
#: What comes in from a file or another system is not keyed in, at whatever hour it arrives.
_NOT_KEYED_IN: Final = (Channel.IMPORT.value, Channel.PARTNER.value)
#: So far back time-driven rules look: longer than any standstill that nobody notices.
LOOK_BACK_DAYS: Final = 31


@dataclass(frozen=True)
class Entry:
    """One step that an officer keyed in."""

    case_no: str
    kind: str
    recorded_at: datetime
    department: str


def by_person(connection: Connection, since: datetime) -> Iterator[tuple[str, date, Sequence[Entry]]]:
    """What each officer has keyed in on each day since then, in the order of recording."""
    query = (
        select(case_steps, cases.c.department)
        .select_from(case_steps.join(cases, cases.c.case_no == case_steps.c.case_no))
        .where(
            case_steps.c.recorded_at >= since.timestamp(),
            case_steps.c.person.is_not(None),
            cases.c.channel.not_in(_NOT_KEYED_IN),
        )
        .order_by(case_steps.c.person, case_steps.c.recorded_at, case_steps.c.case_no)
    )
    rows = (
        (row["person"], Entry(row["case_no"], row["kind"], at, row["department"]))
        for row in connection.execute(query).mappings()
        for at in [datetime.fromtimestamp(row["recorded_at"], ZONE)]
    )
    for (person, day), entries in groupby(rows, key=lambda one: (one[0], one[1].recorded_at.date())):
        yield person, day, [entry for _, entry in entries]


def told(entries: Sequence[Entry]) -> Mapping[str, object]:
    """What the evidence says of entries, of which there is at least one."""
    return {
        "count": len(entries),
        "first_at": entries[0].recorded_at.isoformat(),
        "last_at": entries[-1].recorded_at.isoformat(),
        "case_nos": sorted({one.case_no for one in entries}),
    }
