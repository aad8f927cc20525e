"""Places on the board: an authority stands there by its name, in sentences, in evidence and beside what it did."""

import re

import pytest

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import ClockKind, Light, Role, SubjectKind
from tests.builders import MORNING, an_event
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
PAGE = {"Accept": "text/html"}


async def test_a_list_that_was_adopted_late_names_who_published_it(authority: Authority) -> None:
    event = LightChanged(
        clock_id="catalogue/150000/3:catalogue_drift", about_kind=SubjectKind.CATALOGUE, about="catalogue/150000/3",
        clock_kind=ClockKind.CATALOGUE_DRIFT, light=Light.RED, was=Light.YELLOW, due_on=MORNING.date(),
        turned_at=MORNING, department="发展改革委",
    )  # fmt: skip
    authority.services.desks["reporting"].take_events([an_event(event, service="timer")])
    async with authority.client(Role.SUPERVISOR, **PAGE) as client:
        page = (await client.get("/board/findings")).text
        [item] = (await client.get("/v1/findings", headers={"Accept": "application/json"})).json()["items"]
    shown = re.sub(r"<[^>]*>", " ", page.split('id="results"')[1])
    assert shown.count("内蒙古自治区") == 2, shown
    assert "150000" not in shown
    assert item["message"].startswith("内蒙古自治区下达")
