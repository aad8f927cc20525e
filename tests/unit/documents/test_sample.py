"""The sample ledger is the same for the same day, shows every state and light, and survives the way out and in."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from documents.ledgers.sheets import Ledger
from sample import CASES, COMPLAINTS, PROJECTS, generate
from sample.load import load_with
from sample.names import MATTERS
from services.complaints.service import BOARD as COMPLAINTS_BOARD
from services.contracts.vocabulary import CaseState
from services.intake.codes import check_character, is_credit_code, is_project_code
from services.intake.service import BOARD as INTAKE
from services.ledger.service import BOARD as LEDGER
from services.reporting.service import BOARD as REPORTING
from services.timer.service import BOARD as TIMER
from tests.unit.documents.offices import TODAY, an_authority, an_authority_with_a_system, entered, tried

pytestmark = pytest.mark.lengthy
#: A banner alone forwards nothing.
WITH_A_SUPERIOR = {
    *(CaseState.FORWARDED, CaseState.HELD_ABOVE, CaseState.RETURNED, CaseState.HANDED_BACK),
    CaseState.ASKED_ABOVE,
}
#: The last one lies beyond the last announced calendar.
DAYS = [TODAY.date(), date(2026, 10, 8), date(2026, 12, 31), date(2027, 3, 1)]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """A whole authority with the sample in it: clients of a supervisor and of the system that brings complaints in."""
    boards = (INTAKE, TIMER, LEDGER, COMPLAINTS_BOARD, REPORTING)
    client, system, services, clock = an_authority_with_a_system(tmp_path_factory.mktemp("sample"), *boards)

    def pause(seconds: float) -> None:
        clock.move(seconds=10)  # what is entered late settles before a light may change
        services.tick()

    with client, system:
        load_with(client, system, lambda done, total: None, TODAY.date(), pause)
        yield client, system


@pytest.fixture(scope="module")
def loaded(both: tuple[httpx.Client, httpx.Client]) -> httpx.Client:
    """The supervisor's client."""
    return both[0]


def _pages(client: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = client.get(path, params={**params, "limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        items += page["items"]
        cursor = page["next"]
        if not cursor:
            return items


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_the_same_day_gives_the_same_sample(today: date) -> None:
    sample = generate(today)
    assert sample == generate(today)
    assert (len(sample.projects), len(sample.cases), len(sample.complaints)) == (PROJECTS, CASES, COMPLAINTS)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_nothing_in_the_sample_has_not_happened_yet(today: date) -> None:
    sample = generate(today)
    moments = [step["occurred_at"] for case in sample.cases for step in case["steps"]]
    moments += [case["received_at"] for case in sample.cases]
    moments += [one["occurred_at"] for grievance in sample.complaints for one in grievance.steps]
    moments += [grievance.body["received_at"] for grievance in sample.complaints]
    moments += [strike["occurred_at"] for strike in sample.strikes.values()]
    assert max(moments)[:10] < today.isoformat()
    assert min(moments)[:10] >= "2025-01-01"


def test_codes_are_valid_and_every_matter_of_the_banner_is_applied_for() -> None:
    sample = generate(TODAY.date())
    for project in sample.projects:
        assert is_project_code(project["project_code"])
        assert is_credit_code(project["credit_code"])
        assert check_character(project["credit_code"]) == project["credit_code"][-1]
    assert {case["matter"] for case in sample.cases} == set(MATTERS)
    assert all(case["department"] == MATTERS[case["matter"]].department for case in sample.cases)


def test_every_state_and_every_light_is_there_now(loaded: httpx.Client) -> None:
    lines = _pages(loaded, "/v1/lines", state="all")
    assert len(lines) == CASES
    assert {line["state"] for line in lines} == set(CaseState) - WITH_A_SUPERIOR
    lights = Counter(line["light"] for line in lines)
    assert min(lights[light] for light in ("green", "yellow", "red", "grey")) >= 5
    assert loaded.get("/v1/lines/summary").json()["struck"] > 50


def test_red_lines_are_overdue_by_what_the_clock_counts(loaded: httpx.Client) -> None:
    red = _pages(loaded, "/v1/lines", light="red", state="open")
    days = []
    for line in red:
        clocks = loaded.get(f"/v1/cases/{line['case_no']}/clocks").json()["items"]
        days += [clock["overdue_working_days"] for clock in clocks if clock["light"] == "red"]
        assert all(clock["due_on"] < TODAY.date().isoformat() for clock in clocks if clock["light"] == "red")
    assert min(days) <= 5
    assert max(days) <= 45
    assert max(days) >= 20


def test_what_went_wrong_is_there_to_be_found(loaded: httpx.Client) -> None:
    rules = Counter(finding["rule"] for finding in _pages(loaded, "/v1/findings"))
    assert set(rules) == {
        *("late-entry", "complaint-without-case", "second-notice-for-old-defect", "unlawful-pause"),
        *("washed-light", "late-withdrawal", "broken-undertaking"),
    }
    assert loaded.get("/v1/complaints/counts").json()["open"] >= 5


def test_the_exported_list_comes_in_again_as_the_same(loaded: httpx.Client, tmp_path: Path) -> None:
    export = tmp_path / "台账.xlsx"
    export.write_bytes(loaded.get("/v1/lines.xlsx", params={"state": "all"}).content)
    tally, bad = tried(loaded, Ledger.look(export))
    assert bad == []
    assert tally.outcomes == {"same": CASES}


def test_the_exported_list_founds_another_authority(loaded: httpx.Client, tmp_path: Path) -> None:
    """Steps that the list has no day for, or no special procedure, are refused and named; all else goes in, once."""
    export = tmp_path / "台账.xlsx"
    export.write_bytes(loaded.get("/v1/lines.xlsx", params={"state": "all"}).content)
    other, _, _ = an_authority(tmp_path, INTAKE, TIMER)
    with other:
        tally, bad = tried(other, Ledger.look(export))
        assert all(
            column == "状态" and ("缺少" in reason or "何种特别程序" in reason)
            for one in bad
            for column, reason in one.wrong
        )
        assert tally.outcomes["new"] > CASES // 2
        assert entered(other, Ledger.look(export)).outcomes["new"] == tally.outcomes["new"]
        assert tried(other, Ledger.look(export))[0].outcomes["same"] == tally.outcomes["new"]


def test_loading_again_changes_nothing(both: tuple[httpx.Client, httpx.Client]) -> None:
    loaded, system = both
    before = loaded.get("/v1/head").json()
    load_with(loaded, system, lambda done, total: None, TODAY.date(), lambda seconds: None)
    assert loaded.get("/v1/head").json() == before


def test_the_sample_is_laid_around_its_day() -> None:
    a_week_later = generate(TODAY.date() + timedelta(days=7))
    assert max(case["received_at"] for case in a_week_later.cases) > TODAY.isoformat()
