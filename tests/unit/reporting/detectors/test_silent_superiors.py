"""A case handed up that nobody above has acknowledged in time is a finding, once."""

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import Light
from tests.builders import MORNING
from tests.unit.complaints.facts import CASE, Teller, a_received_case, a_started_clock, of_clock
from tests.unit.reporting.suspects import raised


def turned(light: Light, kind: str = "forward") -> LightChanged:
    clock = a_started_clock(CASE, kind)
    return LightChanged(**of_clock(clock), light=light, turned_at=MORNING, due_on=clock.due_on, responsible="王芳")


def test_a_red_light_is_one_and_a_yellow_light_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(), a_started_clock(CASE, "forward"), turned(Light.YELLOW))
    assert raised(teller) == []
    teller.tell(turned(Light.RED))
    assert raised(teller) == [("not-acknowledged", CASE)]


def test_the_same_clock_red_again_is_the_same_finding_and_another_clock_is_none(teller: Teller) -> None:
    teller.tell(a_received_case(), a_started_clock(CASE, "forward"), turned(Light.RED), turned(Light.RED))
    teller.tell(a_started_clock(CASE, "delivery"), turned(Light.RED, "delivery"))
    assert raised(teller) == [("not-acknowledged", CASE)]
