"""A pause that no law allows is a finding; a lawful one is none."""

from services.contracts.cases import ProcedureBegun
from services.contracts.quantities import WireLimit
from tests.builders import asked
from tests.unit.complaints.facts import CASE, WANG, Teller, a_received_case
from tests.unit.reporting.suspects import raised

OBJECTION = "{ground} is no ground for which the count of this matter may stand still; these are: {grounds}."


def begun(law: str = "", objection: str | None = OBJECTION) -> ProcedureBegun:
    params = {"ground": "department-opinions", "grounds": "hearing"} if objection else None
    plan = WireLimit(amount=30)
    return ProcedureBegun(
        case_no=CASE, handler=WANG, ground="department-opinions", planned=plan, law=law, objection=objection,
        params=params,
    )  # fmt: skip


def test_a_pause_that_no_law_allows_is_a_finding_with_the_reason(teller: Teller) -> None:
    teller.tell(a_received_case(), begun())
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["about"], finding["department"]) == ("unlawful-pause", CASE, "发展改革委")
    assert finding["params"]["why"] == OBJECTION
    assert (finding["evidence"]["ground"], finding["evidence"]["planned_days"]) == ("department-opinions", 30)


def test_a_lawful_pause_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(), begun("行政许可法45条", None))
    assert raised(teller) == []


def test_each_is_a_finding_of_its_own(teller: Teller) -> None:
    teller.tell(a_received_case(), begun(), begun())
    assert raised(teller) == [("unlawful-pause", CASE)] * 2
