"""Matters as the list of a case's receipt has them: its grounds, limits and extension stay, whatever is adopted later.

Departments, who reviews and who answers are the list's of today.
"""

from services.intake.catalogues.matter import Matter
from services.intake.catalogues.wire import matter_of
from services.intake.domain import Case, Limit
from services.intake.store import Records


def matter_at_receipt(records: Records, case: Case) -> Matter:
    """The case's matter by the list of its receipt; of one that no list has any more, what the case itself says."""
    body = records.matter_at(case.matter_code, case.list_number)
    if body is None:
        return Matter(case.matter_code, case.matter_name, case.department, Limit(case.limit.amount, case.limit.unit))
    return matter_of(body)
