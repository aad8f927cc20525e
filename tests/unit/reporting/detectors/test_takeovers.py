"""What was taken over in bulk is one finding a day of importing, however much it is."""

from datetime import timedelta

from services.contracts.findings import FindingRaised
from tests.builders import MORNING, asked, said
from tests.unit.complaints.facts import Teller, a_received_case


def test_two_imported_lines_of_a_day_are_one_finding_and_a_received_one_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(1))
    assert asked(teller.desk, "findings")["items"] == []
    teller.tell(*(a_received_case(n, unconfirmed=True, channel="import") for n in (2, 3)))
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["params"]["count"]) == ("taken-over", 2)
    assert len(said(teller.desk, FindingRaised.stem)) == 1


def test_the_finding_names_the_day_of_importing_when_the_cases_came_in_and_the_first_of_them(teller: Teller) -> None:
    imported = MORNING + timedelta(days=60)
    for n in range(1, 23):
        received = MORNING + timedelta(days=n % 5)
        teller.tell(a_received_case(n, unconfirmed=True, channel="import"), at=received, recorded_at=imported)
    [finding] = asked(teller.desk, "findings")["items"]
    evidence = finding["evidence"]
    assert (finding["about"], evidence["count"], len(evidence["case_nos"])) == ("2026-11-15", 22, 20)
    assert (evidence["received_first"], evidence["received_last"]) == ("2026-09-16", "2026-09-20")
    assert evidence["departments"] == {"发展改革委": 22}
