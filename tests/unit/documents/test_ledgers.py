"""An office's ledger is tried, its bad rows are given back marked, and the good ones go in once."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from typer.testing import CliRunner

from documents.ledgers.course import Course, notebook
from documents.ledgers.delivery import BATCH, CannotSend, Sender
from documents.ledgers.rows import Line
from documents.ledgers.sheets import Ledger
from qidi.cli import app
from qidi.commands.import_ import Import
from tests.unit.documents.offices import COLUMNS, a_row, a_workbook, entered, tried

pytestmark = pytest.mark.lengthy


def _ledger(folder: Path, *rows: dict[str, Any], titles: tuple[str, ...] = COLUMNS, **more: Any) -> Ledger:
    return Ledger.look(a_workbook(folder / "台账.xlsx", rows, titles, **more))


def _cases(client: httpx.Client) -> list[dict[str, Any]]:
    return list(client.get("/v1/cases", params={"limit": 200}).json()["items"])


def test_good_rows_become_cases_with_their_days(authority: httpx.Client, tmp_path: Path) -> None:
    rows = [a_row(1), a_row(2, 收件日期=datetime(2026, 9, 2), 受理日期=date(2026, 9, 4))]  # noqa: DTZ001 - Excel's own
    tally = entered(authority, _ledger(tmp_path, *rows, above=[["林西县审批台账"], []]))
    assert tally.outcomes == {"new": 2, "refused": 0}
    found = {case["project_name"]: case for case in _cases(authority)}
    case = authority.get(f"/v1/cases/{found['风电项目2期']['case_no']}").json()
    assert case["state"] == "accepted"
    assert case["received_on"] == "2026-09-02"
    assert case["limit"] == {"amount": 20, "unit": "working_days"}
    assert [step["occurred_at"][:10] for step in case["steps"]] == ["2026-09-02", "2026-09-04"]


def test_a_dry_run_changes_nothing(authority: httpx.Client, tmp_path: Path) -> None:
    tally, bad = tried(authority, _ledger(tmp_path, a_row(1), a_row(2)))
    assert tally.outcomes == {"new": 2}
    assert not bad
    assert _cases(authority) == []


def test_importing_again_changes_only_what_differs(authority: httpx.Client, tmp_path: Path) -> None:
    rows = [a_row(n) for n in range(1, 4)]
    entered(authority, _ledger(tmp_path, *rows))
    assert entered(authority, _ledger(tmp_path, *rows)).outcomes == {"same": 3, "refused": 0}
    rows[1] |= {"状态": "办理中"}
    rows[2] |= {"责任人": "李强"}
    assert tried(authority, _ledger(tmp_path, *rows))[0].outcomes == {"same": 1, "changed": 2}
    assert entered(authority, _ledger(tmp_path, *rows)).outcomes == {"same": 1, "changed": 2, "refused": 0}
    assert entered(authority, _ledger(tmp_path, *rows)).outcomes == {"same": 3, "refused": 0}


def test_a_line_that_contradicts_the_record_is_refused(authority: httpx.Client, tmp_path: Path) -> None:
    entered(authority, _ledger(tmp_path, a_row(1), a_row(2), a_row(3, 状态="办理中")))
    rows = [a_row(1, 受理日期="2026-09-04"), a_row(2, 承诺时限=10), a_row(3)]
    _, bad = tried(authority, _ledger(tmp_path, *rows))
    assert {one.name: [column for column, _ in one.wrong] for one in bad} == {
        "2": ["受理日期"],
        "3": ["承诺时限"],
        "4": ["状态"],
    }


def test_a_batch_in_which_nothing_differs_is_not_sent(authority: httpx.Client, tmp_path: Path) -> None:
    rows = [a_row(n) for n in range(1, BATCH + 2)]
    entered(authority, _ledger(tmp_path, *rows))
    rows[-1] |= {"责任人": "李强"}
    sent: list[int] = []

    class Counting(Sender):
        def enter(self, entries: Sequence[dict[str, Any]], *, dry_run: bool) -> list[dict[str, Any]]:
            if not dry_run:
                sent.append(len(entries))
            return super().enter(entries, dry_run=dry_run)

    ledger = _ledger(tmp_path, *rows)
    with notebook() as bad:
        course = Course(Counting(authority), "zh", bad)
        course.try_(ledger.batches(), lambda count: None)
        assert course.enter(ledger.batches(), lambda count: None).outcomes["same"] == BATCH
    assert sent == [1]


def test_every_bad_row_is_told_with_column_and_reason(authority: httpx.Client, tmp_path: Path) -> None:
    rows = [
        a_row(1),
        a_row(2, 项目代码="2509-150424-1", 审批事项="风电核准"),
        a_row(3, 收件日期="九月", 责任人=None),
        a_row(4, 受理日期="2026-08-30"),
        a_row(5, 状态="准予许可"),
        a_row(6, 承诺时限=45),
    ]
    tally, bad = tried(authority, _ledger(tmp_path, *rows))
    assert tally.outcomes == {"new": 1, "refused": 5}
    told = {one.name: dict(one.wrong) for one in bad}
    assert list(told["3"]) == ["项目代码", "审批事项"]
    assert "风电核准" in told["3"]["审批事项"]
    assert told["4"] == {"责任人": "此项不能为空。", "收件日期": "“九月”不是日期，请写作 2026-09-16。"}
    assert list(told["5"]) == ["受理日期"]
    assert told["6"] == {"状态": "状态为“准予许可”，但缺少办结日期。"}
    assert list(told["7"]) == ["承诺时限"]
    assert tally.reasons[("状态", "状态为“…”，但缺少…。")] == 1


def test_bad_rows_do_not_hold_back_good_ones_in_the_same_batch(authority: httpx.Client, tmp_path: Path) -> None:
    rows = [a_row(n, **({"收件日期": "?"} if n % 3 == 0 else {})) for n in range(1, BATCH + 31)]
    tally = entered(authority, _ledger(tmp_path, *rows))
    assert tally.outcomes == {"new": BATCH + 30 - (BATCH + 30) // 3, "refused": (BATCH + 30) // 3}


def test_the_report_marks_the_bad_cells_of_the_original_rows(authority: httpx.Client, tmp_path: Path) -> None:
    ledger = _ledger(
        tmp_path, a_row(1), a_row(2, 收件日期="九月", 责任人=None, 备注="@SUM(A1)"), titles=(*COLUMNS, "备注")
    )
    with notebook() as bad:
        code = Import(ledger, Course(Sender(authority), "zh", bad), bad, "zh").run(
            dry_run=True, yes=False, report=tmp_path / "报告.xlsx"
        )
    assert code == 1
    sheet = openpyxl.load_workbook(tmp_path / "报告.xlsx").worksheets[0]
    header = [cell.value for cell in sheet[1]]
    row = dict(zip(header, sheet[2], strict=True))
    assert sheet.max_row == 2
    assert header[: len(COLUMNS)] == list(COLUMNS)
    assert row["收件日期"].value == "九月"
    assert row["收件日期"].fill.start_color.rgb == "FFFFC7CE"
    comment = row["收件日期"].comment
    assert comment is not None
    assert "不是日期" in comment.text
    assert row["责任人"].value is None
    assert row["责任人"].fill.start_color.rgb == "FFFFC7CE", "what is missing is marked where it should stand"
    assert row["项目代码"].comment is None
    assert row["项目代码"].fill.start_color.rgb != "FFFFC7CE"
    assert row["问题"].value == "责任人：此项不能为空；收件日期：“九月”不是日期，请写作 2026-09-16"
    assert row["原行号"].value == 3
    assert row["备注"].value == "@SUM(A1)"
    assert row["备注"].quotePrefix, "it may not become a formula when somebody edits the cell"


def test_a_corrected_report_is_imported_as_it_is(authority: httpx.Client, tmp_path: Path) -> None:
    report = tmp_path / "报告.xlsx"
    ledger = _ledger(tmp_path, a_row(1), a_row(2, 收件日期="九月"))
    with notebook() as bad:
        Import(ledger, Course(Sender(authority), "zh", bad), bad, "zh").run(dry_run=False, yes=True, report=report)
    book = openpyxl.load_workbook(report)
    sheet = book.worksheets[0]
    sheet.cell(2, COLUMNS.index("收件日期") + 1).value = "2026-09-01"
    book.save(report)
    assert entered(authority, Ledger.look(report)).outcomes == {"new": 1, "refused": 0}
    assert tried(authority, _ledger(tmp_path, a_row(1), a_row(2)))[0].outcomes == {"same": 2}


def test_after_a_stop_the_next_run_goes_on_where_whole_batches_ended(authority: httpx.Client, tmp_path: Path) -> None:
    ledger = _ledger(tmp_path, *(a_row(n) for n in range(1, BATCH + 11)))

    def stopped(count: int) -> None:
        raise KeyboardInterrupt

    with notebook() as bad:
        course = Course(Sender(authority), "zh", bad)
        course.try_(ledger.batches(), lambda count: None)
        try:
            course.enter(ledger.batches(), stopped)
        except KeyboardInterrupt:
            assert course.done == BATCH
    assert entered(authority, ledger).outcomes == {"same": BATCH, "new": 10, "refused": 0}


def test_a_batch_that_got_no_answer_is_sent_again_under_the_same_key(tmp_path: Path) -> None:
    keys: list[str] = []

    def shaky(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx.ReadError("gone")
        if len(keys) == 2:
            return httpx.Response(503)
        return httpx.Response(200, json={"results": []})

    pauses: list[float] = []
    with httpx.Client(transport=httpx.MockTransport(shaky), base_url="http://authority.test") as client:
        first, second = Sender(client, pauses.append), Sender(client, pauses.append)
        first.enter([], dry_run=False)
        second.enter([], dry_run=False)
    assert keys[0] == keys[1] == keys[2]
    assert keys[3] != keys[0], "another run has to hear what is true then"
    assert len(pauses) == 2


def test_a_missing_header_is_one_error_that_names_all_columns(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "台账.xlsx", [], ("序号", "项目代码", "状态"))
    answer = CliRunner().invoke(
        app, ["import", str(path), "--url", "http://127.0.0.1:9", "--token", "x", "--lang", "zh"]
    )
    assert answer.exit_code == 2
    assert "缺少：项目名称、建设单位、审批事项、审批部门、责任人、收件日期" in answer.output


def test_wrong_usage_ends_with_2_and_says_why(tmp_path: Path) -> None:
    for arguments, words in (
        ([], "请给出工作簿"),
        ([str(tmp_path / "没有.xlsx")], "无法打开"),
        (["--events", str(tmp_path / "x.csv")], "wabo"),
    ):
        answer = CliRunner().invoke(app, ["import", *arguments, "--lang", "zh"])
        assert answer.exit_code == 2
        assert words in answer.output


def test_the_sheet_with_the_ledger_is_found_behind_others(authority: httpx.Client, tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "台账.xlsx", [a_row(1)])
    book = openpyxl.load_workbook(path)
    book.create_sheet("填表说明", 0).append(["请勿修改表头"])
    book.save(path)
    assert tried(authority, Ledger.look(path))[0].outcomes == {"new": 1}


def test_a_file_that_changes_after_the_dry_run_is_not_entered(authority: httpx.Client, tmp_path: Path) -> None:
    ledger = _ledger(tmp_path, a_row(1), a_row(2))
    with notebook() as bad:
        course = Course(Sender(authority), "zh", bad)
        course.try_(ledger.batches(), lambda count: None)
        a_workbook(ledger.path, [a_row(1)])
        with pytest.raises(CannotSend, match="changed after"):
            course.enter(Ledger.look(ledger.path).batches(), lambda count: None)
    assert _cases(authority) == []


def test_what_was_tried_goes_in_whatever_becomes_of_the_file(authority: httpx.Client, tmp_path: Path) -> None:
    ledger = _ledger(tmp_path, a_row(1), a_row(2))
    with notebook() as bad:
        course = Course(Sender(authority), "zh", bad)
        course.try_(ledger.batches(), lambda count: None)
        ledger.path.unlink()
        assert course.enter(ledger.batches(), lambda count: None).outcomes["new"] == 2
    assert [cells[1] for _, (_, cells) in ledger.raw()] == [a_row(n)["项目代码"] for n in (1, 2)]


def test_one_batch_is_on_its_way_while_the_next_are_read_and_never_two(authority: httpx.Client, tmp_path: Path) -> None:
    under_way, most, next_is_read = 0, 0, threading.Event()

    class Watched(Sender):
        def enter(self, entries: Sequence[dict[str, Any]], *, dry_run: bool) -> list[dict[str, Any]]:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            assert next_is_read.wait(10), "the next batch is read before this one is answered"
            under_way -= 1
            return [{"outcome": "new", "problems": []} for _ in entries]

    def batches() -> Iterator[list[Line]]:
        for n in range(4):
            if n:
                next_is_read.set()
            yield [Line(str(n), {"row": str(n)})]

    with notebook() as bad:
        course = Course(Watched(authority), "zh", bad)
        assert course.try_(batches(), lambda count: None).outcomes == {"new": 4}
    assert most == 1


def test_ctrl_c_ends_the_command_with_130(authority: httpx.Client, tmp_path: Path) -> None:
    ledger = _ledger(tmp_path, *(a_row(n) for n in range(1, 4)))

    class Interrupted(Sender):
        def enter(self, entries: Sequence[dict[str, Any]], *, dry_run: bool) -> list[dict[str, Any]]:
            if not dry_run:
                raise KeyboardInterrupt
            return super().enter(entries, dry_run=dry_run)

    with notebook() as bad:
        code = Import(ledger, Course(Interrupted(authority), "zh", bad), bad, "zh").run(
            dry_run=False, yes=True, report=None
        )
    assert code == 130
    assert _cases(authority) == []


def test_a_refused_batch_is_told_with_every_reason() -> None:
    problem = {"title": "规则不允许", "problems": [{"field": "entries", "message": "最多500条"}]}
    refusing = httpx.MockTransport(lambda request: httpx.Response(422, json=problem))
    client = httpx.Client(transport=refusing, base_url="http://authority.test")
    with client, pytest.raises(CannotSend, match="422 规则不允许 entries: 最多500条"):
        Sender(client).enter([], dry_run=False)
