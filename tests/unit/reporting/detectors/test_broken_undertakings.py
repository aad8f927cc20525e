"""A missing material that never came and a commitment that was not kept are findings with what follows."""

from datetime import date

from services.contracts.permits import CommitmentChecked, DeficiencyBreached
from tests.builders import asked
from tests.unit.complaints.facts import CASE, WANG, Teller, a_received_case
from tests.unit.reporting.suspects import raised

RULE = ("broken-undertaking", CASE)


def breach(number: int) -> DeficiencyBreached:
    return DeficiencyBreached(
        case_no=CASE, handler=WANG, number=number, material="营业执照", due_on=date(2026, 9, 28), consequence="refuse",
        clock_id=f"{CASE}/deficiency/{number}",
    )  # fmt: skip


def checked(passed: bool) -> CommitmentChecked:
    consequences = () if passed else ("revoke", "credit-note")
    return CommitmentChecked(case_no=CASE, handler=WANG, passed=passed, consequences=consequences, reason="未履行")


def test_each_material_that_never_came_is_a_finding_with_the_matters_consequence(teller: Teller) -> None:
    teller.tell(a_received_case(), breach(1), breach(2))
    assert raised(teller) == [RULE] * 2
    finding = asked(teller.desk, "findings")["items"][0]
    assert (finding["params"]["material"], finding["params"]["consequence"]) == ("营业执照", "refuse")


def test_a_commitment_that_was_not_kept_leads_to_revocation_and_a_credit_note(teller: Teller) -> None:
    teller.tell(a_received_case(), checked(False))
    [finding] = asked(teller.desk, "findings")["items"]
    assert finding["params"]["consequence"] == "revoke, credit-note"


def test_one_that_was_kept_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(), checked(True))
    assert raised(teller) == []
