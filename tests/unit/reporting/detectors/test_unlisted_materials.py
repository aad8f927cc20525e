"""A notice from outside that asks for a material beyond the list is a finding."""

from services.contracts.cases import CorrectionRequested, Defect
from tests.builders import asked
from tests.unit.complaints.facts import CASE, WANG, Teller, a_received_case
from tests.unit.reporting.suspects import raised


def a_notice(round: int, **listed: bool | None) -> CorrectionRequested:
    defects = tuple(Defect(material=name, problem="缺", advice="补", listed=how) for name, how in listed.items())
    return CorrectionRequested(case_no=CASE, handler=WANG, round=round, defects=defects)


def test_what_the_list_does_not_know_is_named(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, 营业执照=True, 园区意见=False, 资金证明=False))
    [one] = asked(teller.desk, "findings")["items"]
    assert (one["rule"], one["about"]) == ("unlisted-material", CASE)
    assert one["evidence"]["materials"] == ["园区意见", "资金证明"]


def test_what_is_listed_or_was_never_compared_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, 营业执照=True, 选址意见书=None))
    assert raised(teller) == []


def test_each_notice_is_a_finding_of_its_own(teller: Teller) -> None:
    teller.tell(a_received_case(), a_notice(1, 园区意见=False), a_notice(2, 园区意见=False))
    assert raised(teller) == [("unlisted-material", CASE)] * 2
