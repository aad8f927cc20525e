"""Another system's event log becomes cases as of then: every activity a step or a note, contradictions reported."""

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from documents.ledgers.event_logs import BadLog, EventLog
from documents.ledgers.mapping import BadMapping, found, load
from qidi.cli import app
from services.contracts.vocabulary import ZONE
from tests.unit.documents.offices import entered, tried

pytestmark = pytest.mark.lengthy

HERE = Path(__file__).parent
SMALL = HERE / "permit_log.csv"
#: Cases that go in, and cases that contradict themselves.
COUNTS = {"permit_log": (5, 1), "permit_log_wabo": (720, 12)}
#: With the real log of 732 cases where somebody has put it beside the project.
LOGS = [SMALL, *HERE.parents[3].glob("*/data/permit_log_wabo.csv")]


def _log(path: Path = SMALL, mapping: str = "wabo") -> EventLog:
    return EventLog(path, load(found(mapping)))


def _entry(case: str) -> dict[str, Any]:
    return _log().line(case).entry


def _steps(case: str) -> list[tuple[str, str]]:
    steps = sorted(_entry(case)["steps"], key=lambda one: str(one["occurred_at"]))
    return [(step["step"], step["occurred_at"][:10]) for step in steps if step["step"] != "note"]


def test_a_case_is_received_accepted_reviewed_granted_and_delivered_as_of_then() -> None:
    assert _steps("case-901") == [
        ("accept", "2021-03-04"),
        ("begin-review", "2021-03-05"),
        ("grant", "2021-04-12"),
        ("deliver", "2021-04-12"),
    ]
    entry = _entry("case-901")
    assert entry["received_at"] == "2021-03-01T16:00:00+08:00"
    assert entry["promised"] == {"amount": 56, "unit": "calendar_days"}
    assert entry["project_code"] == "2103-150424-89-01-000901"
    assert "channel" not in entry, "it came in by import; the other system's channel is a note"
    assert entry["notes"]["case:channel"] == "Internet"
    assert entry["handler"] == {"name": "Resource40", "department": "生态环境分局"}


def test_what_comes_too_early_to_be_the_step_is_a_note() -> None:
    assert _steps("case-902")[:2] == [("accept", "2021-03-22"), ("begin-review", "2021-03-24")]
    notes = [step["note"] for step in _entry("case-902")["steps"] if step["step"] == "note"]
    assert "T06 Determine necessity of stop advice" in notes
    assert "T07-1 Draft intern advice aspect 1" in notes


def test_a_case_without_an_end_stays_open() -> None:
    assert _steps("case-903") == [("accept", "2021-06-04")]


def test_a_confirmation_sent_after_the_end_does_not_count_as_acceptance() -> None:
    assert _steps("case-904")[0] == ("accept", "2021-07-07")


def test_an_end_stamped_a_second_before_the_activity_was_one_action_with_it() -> None:
    assert [step for step, _ in _steps("case-906")] == ["accept", "grant", "deliver"]
    moments = [step["occurred_at"] for step in _entry("case-906")["steps"]]
    assert set(moments) == {"2021-09-06T16:00:01.200000+08:00"}


def test_a_case_that_ended_before_anything_was_done_is_refused_with_the_reason(authority: httpx.Client) -> None:
    _, bad = tried(authority, _log())
    assert [(one.name, [column for column, _ in one.wrong]) for one in bad] == [("case-905", ["case:enddate"])]
    assert "自相矛盾" in bad[0].wrong[0][1]


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_no_event_is_dropped(path: Path) -> None:
    log = _log(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        events = Counter(
            (row["case:concept:name"], datetime.fromisoformat(row["time:timestamp"])) for row in csv.DictReader(file)
        )
    told = Counter(
        (line.name, datetime.fromisoformat(step["occurred_at"]))
        for batch in log.batches()
        for line in batch
        for step in line.entry["steps"]
        if step["step"] not in ("grant", "deliver")
    )
    assert told == events
    assert log.events == sum(events.values())


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_the_log_goes_in_once(authority: httpx.Client, path: Path) -> None:
    good, contradicting = COUNTS[path.stem]
    assert entered(authority, _log(path)).outcomes == {"new": good, "refused": contradicting}
    assert entered(authority, _log(path)).outcomes == {"same": good, "refused": contradicting}


def test_moments_without_a_zone_are_those_of_asia_shanghai(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(SMALL.read_text(encoding="utf-8").replace("+01:00", "").replace("+02:00", ""), encoding="utf-8")
    at = datetime.fromisoformat(_log(path).line("case-901").entry["received_at"])
    assert at == datetime(2021, 3, 1, 9, 0, tzinfo=ZONE)


def test_activities_that_the_mapping_does_not_know_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    text = SMALL.read_text(encoding="utf-8").replace("T10 Determine", "T98 Ask").replace("T11 Create", "T99 Burn")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadLog) as bad:
        _log(path)
    assert "T98 Ask necessity to stop indication" in str(bad.value)
    assert "T99 Burn document X request unlicensed" in str(bad.value)


def test_with_a_default_unknown_activities_are_kept_as_notes(tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    shipped = found("wabo").read_text(encoding="utf-8")
    mapping.write_text(shipped.replace("[notes]", '[notes]\ndefault = "note"'), encoding="utf-8")
    log = tmp_path / "log.csv"
    log.write_text(SMALL.read_text(encoding="utf-8").replace("T11 Create", "T99 Burn"), encoding="utf-8")
    entry = _log(log, str(mapping)).line("case-903").entry
    assert "T99 Burn document X request unlicensed" in [step.get("note") for step in entry["steps"]]


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    text = SMALL.read_text(encoding="utf-8").replace("org:resource", "who", 1).replace("time:timestamp", "when", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadLog, match="time:timestamp, org:resource"):
        _log(path)


def test_everything_wrong_with_a_mapping_is_told_at_once(tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text('[columns]\ncase = []\n[steps.approve]\ncolumn = "x"\n[case]\nmatters = 1\n', encoding="utf-8")
    with pytest.raises(BadMapping) as bad:
        load(mapping)
    for part in ("columns.case", "steps.approve", "case.matters", "case.matter"):
        assert part in bad.value.reason


def test_a_bad_moment_is_a_problem_of_its_case_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        SMALL.read_text(encoding="utf-8").replace("2021-03-02 09:10:00+01:00", "yesterday"), encoding="utf-8"
    )
    log = _log(path)
    assert [one.column for one in log.line("case-901").wrong] == ["time:timestamp"]
    assert log.line("case-902").wrong == []


def test_numbers_of_cases_are_their_own_also_where_names_have_no_digits(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    text = SMALL.read_text(encoding="utf-8")
    for number, letter in zip(range(901, 907), "abcdef", strict=True):
        text = text.replace(f"case-{number}", letter)
    path.write_text(text, encoding="utf-8")
    log = _log(path)
    codes = {log.line(case).entry["project_code"] for case in "abcdef"}
    assert len(codes) == 6
    assert all(len(code) == 24 for code in codes)


def test_a_mapping_that_is_not_there_is_an_unreadable_file(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["import", "--events", str(SMALL), "--mapping", str(tmp_path / "no.toml")])
    assert answer.exit_code == 2


# --- other shapes ----------------------------------------------------------------------------------------------------

TABLE = (
    "OBJECTID,ADDRESS,FOLDERTYPE,FILENO,INDATE,ISSUEDATE,WORKDESC,SUBDESC,FOLDERSTATUSDESC,REFERENCEFILE,CONSTRUCTVALUE"
)
PERMITS = (
    "1,1 Birch Ct.,SO,24-1,2024/10/03 00:00:00+00,2024/11/04 00:00:00+00,New,Deck,Final,ZC-1,20000",
    "2,1 Birch Ct.,SO,24-1,2025/07/15 00:00:00+00,2025/07/30 00:00:00+00,New,Deck,Issued,ZC-1,20000",
    "3,,SO,24-2,2024/08/01 00:00:00+00,,Renovation,Deck,In review,,0",
)


def _table(folder: Path) -> EventLog:
    path = folder / "permits.csv"
    path.write_text("\n".join((TABLE, *PERMITS)), encoding="utf-8-sig")
    return EventLog(path, load(found("permit-table")))


def _told(log: EventLog, case: str) -> list[tuple[str, str]]:
    steps = sorted(log.line(case).entry["steps"], key=lambda one: str(one["occurred_at"]))
    return [(step["step"], step["occurred_at"][:10]) for step in steps if step["step"] != "note"]


def test_a_permit_table_goes_in_each_row_a_case_by_its_own_days(authority: httpx.Client, tmp_path: Path) -> None:
    log = _table(tmp_path)
    assert _told(log, "24-1-1") == [("accept", "2024-10-03"), ("grant", "2024-11-04")]
    assert _told(log, "24-1-2") == [("accept", "2025-07-15"), ("grant", "2025-07-30")]
    assert entered(authority, log).outcomes["new"] == 3


def test_an_outcome_may_depend_on_another_column_and_an_owner_have_a_stand_in(tmp_path: Path) -> None:
    log = _table(tmp_path)
    assert _told(log, "24-2-3") == [("accept", "2024-08-01")]
    assert log.line("24-2-3").entry["owner_name"] == "未记载（24-2-3）"
    assert log.line("24-1-1").entry["owner_name"] == "1 Birch Ct."


EVENTS = """[columns]
case = "id"
activity = "what"
time = "when"
[case]
matter = "NM-004"
project_code = "{yymm}-150424-89-01-{number}"
project_name = "项目{case}"
owner_name = "业主{case}"
external_no = "{case}"
department = "发展改革委"
receipt = "first-event"
again = "resubmitted"
[steps.accept]
activities = ["submitted", "resubmitted"]
[steps.refuse]
activities = "rejected"
reason = "原系统未载明"
remedies = "原系统未载明"
[steps.grant]
activities = "approved"

[notes]
default = "note"
"""


def _events(folder: Path, *rows: str, head: str = "id,what,when", mapping: str = EVENTS) -> EventLog:
    log, toml = folder / "log.csv", folder / "map.toml"
    log.write_text("\n".join((head, *rows)), encoding="gb18030")
    toml.write_text(mapping, encoding="utf-8")
    return EventLog(log, load(toml))


def test_what_was_refused_and_taken_up_again_is_a_second_case(authority: httpx.Client, tmp_path: Path) -> None:
    log = _events(
        tmp_path,
        "7,submitted,2026/9/1 9:30",
        "7,rejected,2026/9/3 上午10:00",
        "7,resubmitted,2026年9月4日 9时",
        "7,approved,2026-09-08T09:00:00+08:00",
        "7,打印,2026/9/9",
    )
    assert list(log.cases) == ["7", "7-2"]
    assert _told(log, "7") == [("accept", "2026-09-01"), ("refuse", "2026-09-03")]
    assert _told(log, "7-2") == [("accept", "2026-09-04"), ("grant", "2026-09-08")]
    assert entered(authority, log).outcomes["new"] == 2


def test_rows_of_one_case_that_say_different_days_keep_them_all(tmp_path: Path) -> None:
    mapping = EVENTS.replace('activities = "approved"', 'column = "issued"')
    rows = ("7,submitted,2026/9/1 9:30,2026/9/8", "7,printed,2026/9/9,2026/9/20")
    line = _events(tmp_path, *rows, head="id,what,when,issued", mapping=mapping).line("7")
    grants = [step for step in line.entry["steps"] if step["step"] == "grant"]
    notes = [step["note"] for step in line.entry["steps"] if step["step"] == "note"]
    assert [step["occurred_at"][:10] for step in grants] == ["2026-09-08"]
    assert "issued: 2026/9/20" in notes
    assert [remark.column for remark in line.remarks] == ["issued"]


@pytest.mark.parametrize("end", ["2026/9/1", "2026-09-01", "2026-09-01T00:00:00+08:00"])
def test_a_day_is_not_before_what_happened_in_it(authority: httpx.Client, tmp_path: Path, end: str) -> None:
    mapping = EVENTS.replace('activities = "approved"', 'column = "issued"')
    log = _events(tmp_path, f"7,submitted,2026/9/1 14:59,{end}", head="id,what,when,issued", mapping=mapping)
    assert entered(authority, log).outcomes["new"] == 1
    assert {step["occurred_at"] for step in log.line("7").entry["steps"]} == {"2026-09-01T14:59:00+08:00"}


STEPS = HERE / "permit_steps.csv"


def test_a_permit_that_passes_several_hands_is_granted_by_the_last_and_refused_by_any(authority: httpx.Client) -> None:
    log = _log(STEPS, "permit-steps")
    assert _told(log, "permit101") == [
        ("accept", "2021-03-01"),
        ("begin-review", "2021-03-02"),
        ("grant", "2021-03-03"),
    ]
    assert _told(log, "permit102") == [("accept", "2021-05-03"), ("refuse", "2021-05-04")]
    assert _told(log, "permit102-2") == [
        ("accept", "2021-05-05"),
        ("begin-review", "2021-05-06"),
        ("grant", "2021-05-07"),
    ]
    assert _told(log, "permit103") == [("accept", "2021-06-02")]
    assert "(case)_OrganizationalEntity" not in log.line("permit102").entry["notes"], "UNKNOWN says nothing"
    assert entered(authority, log).outcomes["new"] == 4
    assert entered(authority, log).outcomes["same"] == 4


def test_every_event_of_such_a_log_is_a_step_or_a_note() -> None:
    log = _log(STEPS, "permit-steps")
    steps = [step for batch in log.batches() for line in batch for step in line.entry["steps"]]
    assert len(steps) == log.events
    assert "Permit REJECTED by MISSING" in [step.get("note") for step in steps]
