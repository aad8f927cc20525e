"""Every word of the superior about a case that was lost here is a finding."""

from services.contracts.forwarding import ForwardUnclaimed
from tests.builders import asked
from tests.unit.complaints.facts import CASE, Teller
from tests.unit.reporting.suspects import raised


def test_every_word_about_a_case_that_was_lost_is_a_finding(teller: Teller) -> None:
    for number, word in enumerate(("acknowledged", "decided"), start=1):
        facts = {"case_no": CASE, "by": "150400", "round": 1, "word": word, "superior_case_no": "150400-2026-000009"}
        teller.tell(ForwardUnclaimed.model_validate(facts))
        assert raised(teller) == [("lost-case", CASE)] * number
    told = asked(teller.desk, "findings")["items"][0]
    assert told["template"].format(**{"about": told["about"], **told["params"]}) == (
        f"赤峰市 speaks of a case {CASE} that is not on record here."
    )
    assert told["evidence"]["superior_case_no"] == "150400-2026-000009"
