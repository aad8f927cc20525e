"""Re-applications: an application that follows one for the same project and matter which came to nothing.

The record finds the first one by itself, so that nobody starts the count anew unseen (DOMAIN 7: return-and-resubmit).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.contracts.vocabulary import CaseState
from services.intake.domain import Case

#: It ended, and the applicant has nothing of it.
CAME_TO_NOTHING: Final = frozenset(
    {
        *(CaseState.WITHDRAWN_BEFORE_ACCEPTANCE, CaseState.ACCEPTANCE_REFUSED, CaseState.GIVEN_UP),
        *(CaseState.REFUSED, CaseState.WITHDRAWN),
    }
)


def first_of(cases: Iterable[Case], matter_code: str, received_at: datetime) -> str:
    """The number of the youngest earlier case of the project for this matter, if it came to nothing; else empty."""
    earlier = [one for one in cases if one.matter_code == matter_code and one.received_at <= received_at]
    return came_to_nothing(max(earlier, key=lambda one: (one.received_at, one.case_no), default=None))


def came_to_nothing(youngest: Case | None) -> str:
    """The number of the youngest earlier case, if it came to nothing; else empty."""
    return youngest.case_no if youngest is not None and youngest.state in CAME_TO_NOTHING else ""
