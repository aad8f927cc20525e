"""What an earlier version left goes on under this one: old cases to their end, new ones, one ledger over both."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.contracts.vocabulary import Role
from tests.builders import a_project
from tests.unit.subtree.seats import BANNER, CITY, Seats
from tests.upgrades.command import qidi
from tests.upgrades.kept import Sample, rows, unpacked
from tests.upgrades.story import ONE_KEY, Story

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]

#: Where each open case of the sample goes from where it was left: its next step, and its state afterwards.
NEXT = {
    "received": ("accept", "accepted"),
    "correction-requested": ("complete-correction", "correction-completed"),
    "correction-completed": ("accept", "accepted"),
    "accepted": ("begin-review", "under-review"),
    "deemed-accepted": ("begin-review", "under-review"),
    "under-review": ("grant", "granted"),
    "red": ("grant", "granted"),
    "yellow": ("refuse", "refused"),
    "asked-twice": ("complete-correction", "correction-completed"),
    "granted": ("deliver", "delivered"),
    "decided-above": ("deliver", "delivered"),
    "returned": ("request-correction", "correction-requested"),
    "held-above": ("ask-withdrawal", "withdrawn"),
    "held-above/city": ("grant", "granted"),
    "forwarded": ("withdraw", "withdrawn"),
}


@pytest.fixture
def story(sample: Sample, seats: Seats) -> Story:
    """The same people, who go on with what they had in hand."""
    told = Story(seats)
    told.cases = dict(sample.story["cases"])
    told.complaints, told.instructions = dict(sample.story["complaints"]), dict(sample.story["instructions"])
    return told


def head(seats: Seats, code: str) -> int:
    return int(rows(seats.folder / code / "ledger.sqlite", "SELECT size FROM head")[0][0])


def told(seats: Seats, stem: str, about: str) -> list[dict[str, Any]]:
    """What the banner's ledger says of something under this name."""
    query = "SELECT body FROM entries WHERE stem = ? AND about = ? ORDER BY idx"
    return [json.loads(body) for (body,) in rows(seats.folder / BANNER / "ledger.sqlite", query, stem, about)]


@pytest.mark.parametrize(("name", "word", "after"), [(name, *step) for name, step in NEXT.items()])
async def test_a_case_that_was_open_takes_its_next_step(story: Story, name: str, word: str, after: str) -> None:
    at = CITY if name.endswith("/city") else BANNER
    await story.step(name, word, at)
    assert (await story.look(f"/v1/cases/{story.cases[name]}", at))["state"] == after


async def test_a_new_case_goes_from_receipt_to_strike_off_and_counts_with_the_days_that_were_released(
    story: Story,
) -> None:
    await story.say("/v1/projects", Role.WINDOW, **a_project(9))
    case_no = await story.receive("new", 9)
    for word in ("accept", "begin-review", "grant", "deliver"):
        await story.step("new", word)
    await story.say(f"/v1/lines/{case_no}/strike-off", Role.SUPERVISOR, evidence="送达回证〔2026〕9号")
    struck = (await story.look("/v1/lines?state=struck&limit=200"))["items"]
    assert case_no in [line["case_no"] for line in struck]
    assert case_no > max(number for name, number in story.cases.items() if name != "new" and number < "150424-3")
    wanted: dict[str, Any] = {"from": "2026-09-25", "working_days": 2}
    counted = await story.say("/v1/deadlines", Role.PARTNER, **wanted)
    assert counted["due"] == "2026-10-08", "two own days and the holidays lie between"


async def test_what_was_recorded_and_not_yet_sent_reaches_the_superior_and_comes_back_decided(
    sample: Sample, story: Story, seats: Seats
) -> None:
    case_no, unsent = sample.case("forwarded"), head(seats, BANNER)
    seats.carry()
    above = (await story.look("/v1/cases?limit=200", CITY))["items"]
    story.cases["there"] = next(one["case_no"] for one in above if one["forwarded_from"] == case_no)
    assert (await story.look(f"/v1/cases/{case_no}"))["state"] == "held-above"
    await story.step("there", "accept", CITY)
    await story.step("there", "grant", CITY)
    assert (await story.look(f"/v1/cases/{case_no}"))["state"] == "granted"
    query = "SELECT size, receipted FROM origins WHERE origin = ?"
    size, _ = rows(seats.folder / CITY / "ledger.sqlite", query, BANNER)[0]
    _, receipted = rows(seats.folder / BANNER / "ledger.sqlite", query, BANNER)[0]
    assert size == receipted == head(seats, BANNER) > unsent


async def test_complaints_and_letters_take_their_next_steps(story: Story) -> None:
    complaints: dict[str, dict[str, Any]] = {
        "registered": {"step": "dispatch", "department": "发展改革委"}, "dispatched": {"step": "sign"},
        "signed": {"step": "answer", "text": "已告知", "upheld": False},
        "answered": {"step": "revisit", "satisfied": True}, "revisited": {"step": "close"},
    }  # fmt: skip
    for name, body in complaints.items():
        path = f"/v1/complaints/{story.complaints[name]}/steps"
        if body["step"] in ("sign", "answer"):
            await story.by_the_department(path, Role.HANDLER, "发展改革委", **body)
        else:
            await story.say(path, Role.SUPERVISOR, **body)
    counts = await story.look("/v1/complaints/counts")
    assert counts["by_state"]["closed"] == 2
    letters: dict[str, tuple[str, dict[str, Any]]] = {
        "issued": ("sign", {}),
        "from-above": ("answer", {"text": "已办结"}),
        "task": ("sign", {}),
    }
    for name, (step, more) in letters.items():
        await story.say(f"/v1/instructions/{story.instructions[name]}/steps", **more | {"step": step})
    answered = await story.look(f"/v1/instructions/{story.instructions['from-above']}", CITY)
    assert answered["state"] == "answered"


async def test_what_is_sent_once_more_is_one_case_though_another_version_took_it(sample: Sample, story: Story) -> None:
    number = await story.receive("asked-twice", 2, ONE_KEY, external_no="工改-2026-0917")
    assert number == sample.case("asked-twice")


async def test_time_goes_on_and_no_warning_is_said_twice(sample: Sample, story: Story, seats: Seats) -> None:
    red, received = sample.case("red"), sample.case("received")
    before = told(seats, "qidi.clock.light-changed", red)
    assert "red" in [one["data"]["light"] for one in before]
    for _ in range(8):
        seats.pass_time(days=1)
    assert told(seats, "qidi.clock.light-changed", red) == before
    assert (await story.look(f"/v1/cases/{received}"))["state"] == "deemed-accepted"
    frozen = await story.say("/v1/figures/snapshots", Role.SUPERVISOR, month="2026-09")
    assert frozen["snapshot_no"] == "150424-2026-09-2"
    findings = (await story.look("/v1/findings?limit=200"))["items"]
    raised = [(one["rule"], one["about"], one["round"]) for one in findings]
    assert len(raised) == len(set(raised))


async def test_old_and_new_entries_are_one_ledger_that_agrees_with_everything_kept_of_it(
    sample: Sample, story: Story, seats: Seats, tmp_path: Path
) -> None:
    before = {code: head(seats, code) for code in seats.all}
    await story.step("red", "grant")
    await story.step("held-above/city", "grant", CITY)
    await story.receive("new")
    seats.pass_time(days=1)
    for code in seats.all:
        assert head(seats, code) > before[code]
        store, old, new = seats.folder / code / "ledger.sqlite", tmp_path / "old.jsonl", tmp_path / "new.jsonl"
        old.write_bytes(unpacked(sample.of(code, "ledger.jsonl.gz")))
        qidi("export", "--ledger", new, "--store", store)
        kept: list[object] = [part for file in (old, sample.of(code, "note.txt")) for part in ("--kept", file)]
        if (receipt := sample.of(code, "receipt.txt")).exists():
            kept += ["--kept", receipt]
        for place in (("--store", store), ("--export", new)):
            found = json.loads(qidi("verify", *place, *kept, "--key", sample.key(code), "--json"))
            assert found["ok"], found
            assert found["size"] == head(seats, code)
        entries = [line for line in old.read_bytes().splitlines() if line.startswith(b'{"index"')]
        grown = [line for line in new.read_bytes().splitlines() if line.startswith(b'{"index"')]
        assert entries
        assert grown[: len(entries)] == entries, "the old entries are the same bytes"
    above = seats.folder / CITY / "ledger.sqlite"
    kept = ["--kept", sample.of(BANNER, "note.txt")]
    there = json.loads(qidi("verify", "--store", above, "--origin", BANNER, *kept, "--json"))
    assert there["ok"], there
    assert there["size"] == head(seats, BANNER)
