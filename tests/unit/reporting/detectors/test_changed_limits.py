"""A limit of a single case that is changed after its acceptance, or to more than the list gives, is a finding."""

import pytest

from services.contracts.cases import CaseLimitChanged
from services.contracts.quantities import WireLimit
from tests.unit.complaints.facts import CASE, WANG, Teller, a_received_case
from tests.unit.reporting.suspects import raised


@pytest.mark.parametrize(
    ("is_accepted", "objection", "number"), [(True, None, 1), (False, None, 0), (False, "太长", 1)]
)
def test_a_limit_that_is_changed_after_acceptance_or_against_the_list_is_a_finding(
    teller: Teller, is_accepted: bool, objection: str | None, number: int
) -> None:
    teller.tell(a_received_case(1))
    limits = {"limit": WireLimit(amount=20), "previous": WireLimit(amount=10)}
    facts = {"is_accepted": is_accepted, "objection": objection, "reason": "收件时填错"}
    teller.tell(CaseLimitChanged(case_no=CASE, handler=WANG, **limits, **facts))
    assert raised(teller) == [("limit-changed-after-acceptance", CASE)] * number
