"""What was taken over in bulk is one finding a day of importing, however much it is."""

from services.contracts.findings import FindingRaised
from tests.builders import asked, said
from tests.unit.complaints.facts import Teller, a_received_case


def test_two_imported_lines_of_a_day_are_one_finding_and_a_received_one_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(1))
    assert asked(teller.desk, "findings")["items"] == []
    teller.tell(*(a_received_case(n, unconfirmed=True, channel="import") for n in (2, 3)))
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["params"]["count"]) == ("taken-over", 2)
    assert len(said(teller.desk, FindingRaised.stem)) == 1
