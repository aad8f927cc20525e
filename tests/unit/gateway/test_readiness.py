"""Readiness: red with the cause's own name as soon as a store takes no write, and each cause once."""

import shutil
import sqlite3

import pytest

from gateway.store import BOARD
from services import SERVICES
from services.contracts.ailments import Ailment
from services.plumbing.db import open_engine
from services.plumbing.store_pulse import LOCKED_SECONDS, StorePulse
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio


class Seconds:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds(authority: Authority) -> Seconds:
    """The clock by which every store is asked again."""
    seconds = Seconds()
    for desk in authority.services.desks.values():
        desk.pulse = StorePulse(desk.engine, seconds)
    folder = authority.gateway.settings.var
    authority.gateway.pulse = StorePulse(open_engine(f"sqlite:///{folder}/gateway.sqlite", BOARD.name), seconds)
    return seconds


async def causes(authority: Authority) -> dict[str, list[str]]:
    async with authority.client(None, **{"Accept-Language": "en"}) as anybody:
        answer = await anybody.get("/readyz")
    found = {one["cause"]: one["of"] for one in answer.json()["causes"]}
    assert answer.status_code == (503 if found else 200)
    assert {name for name, is_well in answer.json()["services"].items() if not is_well} == {
        name for names in found.values() for name in names if name in SERVICES
    }
    return found


async def test_a_well_authority_is_ready(authority: Authority, seconds: Seconds) -> None:
    assert await causes(authority) == {}


async def test_stores_that_are_gone_are_one_cause_and_a_silent_service_another(
    authority: Authority, seconds: Seconds
) -> None:
    authority.services.away = {"timer"}
    for name in ("intake", "ledger", "gateway"):
        (authority.gateway.settings.var / f"{name}.sqlite").unlink()
    assert await causes(authority) == {Ailment.SILENT: ["timer"], Ailment.AWAY: ["intake", "ledger", "gateway"]}


async def test_a_store_that_somebody_holds_is_named_after_a_while_and_the_scrape_says_so(
    authority: Authority, seconds: Seconds
) -> None:
    holding = sqlite3.connect(authority.gateway.settings.var / "complaints.sqlite", isolation_level=None)
    holding.execute("BEGIN IMMEDIATE")
    assert await causes(authority) == {}
    seconds.at += LOCKED_SECONDS
    assert await causes(authority) == {Ailment.LOCKED: ["complaints"]}
    async with authority.client(None) as anybody:
        assert 'qidi_up{service="complaints"} 0.0' in (await anybody.get("/metrics")).text
        told = await anybody.get("/readyz", headers={"Accept-Language": "zh"})
    assert told.json()["causes"][0]["message"] == "被其他程序锁住"
    holding.close()
    seconds.at += LOCKED_SECONDS
    assert await causes(authority) == {}


async def test_the_gateways_own_store_counts_too(authority: Authority, seconds: Seconds) -> None:
    shutil.move(authority.gateway.settings.var / "gateway.sqlite", authority.gateway.settings.var / "moved")
    assert await causes(authority) == {Ailment.AWAY: ["gateway"]}
