"""A list of matters from above that nobody adopted in time is a finding."""

from typing import Any

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import Light
from tests.builders import MORNING, asked
from tests.unit.complaints.facts import Teller
from tests.unit.reporting.suspects import raised


def a_light_of_a_list(light: Light) -> LightChanged:
    about = "catalogue/150000/2"
    facts: dict[str, Any] = {"clock_id": f"{about}/catalogue_drift/1", "clock_kind": "catalogue_drift", "about": about}
    facts |= {"about_kind": "catalogue", "department": "政务服务局", "turned_at": MORNING, "due_on": MORNING.date()}
    return LightChanged(light=light, **facts)


def test_a_list_from_above_that_nobody_adopted_in_time_is_a_finding(teller: Teller) -> None:
    teller.tell(a_light_of_a_list(Light.YELLOW))
    assert raised(teller) == []
    teller.tell(a_light_of_a_list(Light.RED))
    assert [rule for rule, _ in raised(teller)] == ["catalogue-drift"]
    [finding] = asked(teller.desk, "findings")["items"]
    assert (finding["rule"], finding["about"], finding["department"]) == (
        "catalogue-drift",
        "catalogue/150000/2",
        "政务服务局",
    )
    sentence = finding["template"].format(**finding["params"])
    assert sentence == "Version 2 of the list of matters published by 150000 was not adopted by 2026-09-16."
