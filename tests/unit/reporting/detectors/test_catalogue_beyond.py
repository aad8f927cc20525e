"""A lower list that goes beyond the version from above is a finding, once for each version of the lower list."""

from typing import Any

from services.contracts.catalogues import ListFoundBeyond
from tests.builders import asked
from tests.unit.complaints.facts import Teller
from tests.unit.reporting.suspects import raised


def a_list_beyond(own_number: int) -> ListFoundBeyond:
    facts: dict[str, Any] = {"authority": "150424", "number": 3, "own_number": own_number}
    return ListFoundBeyond(**facts, differences=("NM-001 longer-limit", "NM-002 added"))


def test_each_version_of_a_list_that_goes_beyond_ours_is_a_finding(teller: Teller) -> None:
    teller.tell(a_list_beyond(7), a_list_beyond(7), a_list_beyond(8))
    assert [rule for rule, _ in raised(teller)] == ["catalogue-beyond"] * 2
    newest = asked(teller.desk, "findings")["items"][0]
    assert (newest["round"], newest["evidence"]["differences"]) == (8, ["NM-001 longer-limit", "NM-002 added"])
    sentence = newest["template"].format(**newest["params"])
    assert sentence == "The list of 150424 has 2 things beyond version 3, which it adopted."
