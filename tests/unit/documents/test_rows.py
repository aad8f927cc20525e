"""The header is found wherever offices put it, and a row's state becomes the steps that lead to it."""

from typing import Any

import pytest

from documents.ledgers.columns import NoHeader, find_header
from documents.ledgers.rows import NO_REASON, Line, line_of
from locales.texts import say
from services.contracts.vocabulary import CaseState
from tests.unit.documents.offices import COLUMNS, a_row


def _line(**changes: Any) -> Line:
    row = a_row(**changes)
    header = find_header([(1, tuple(row))])
    return line_of(header, 2, list(row.values()))


def _steps(line: Line) -> list[tuple[str, str]]:
    return [(step["step"], step["occurred_at"]) for step in line.entry.get("steps", [])]


def test_the_header_may_stand_below_a_title_in_any_order_and_by_other_names() -> None:
    titles = ("统一项目代码", "申请事项", "* 承办人", "项目单位", "项目名称", "责任部门", "收件时间（年月日）", "备注")
    header = find_header([(1, ("林西县审批台账",)), (2, ()), (4, titles)])
    assert header.row == 4
    assert header.places["project_code"] == 0
    assert header.places["handler"] == 2
    assert header.places["received"] == 6
    assert [header.titles[at] for at in header.extra] == ["备注"]


def test_all_missing_columns_are_named_at_once() -> None:
    with pytest.raises(NoHeader) as none:
        find_header([(1, ("序号", "项目代码", "审批事项", "状态"))])
    assert none.value.missing == ("项目名称", "建设单位", "审批部门", "责任人", "收件日期")


def test_a_header_below_the_tenth_row_is_not_looked_for() -> None:
    with pytest.raises(NoHeader):
        find_header([(1, ("标题",)), (11, COLUMNS)])


@pytest.mark.parametrize("title", ["统一社会信用代码", "建设单位统一社会信用代码", "社会信用代码（18位）"])
@pytest.mark.parametrize(
    "cell", ["91150424MA0N00007X", "９１１５０４２４ｍａ０ｎ００００７ｘ", "9115 0424-MA0N 0000 7X\n"]
)
def test_the_owners_credit_code_is_read_however_it_is_spaced(title: str, cell: str) -> None:
    line = _line(**{title: cell})
    assert not line.wrong
    assert line.entry["credit_code"] == "91150424MA0N00007X"
    assert "notes" not in line.entry
    assert line.column_of("credit_code") == title


@pytest.mark.parametrize("cell", ["/", "无", None])
def test_an_owner_without_a_credit_code_has_none(cell: str | None) -> None:
    assert "credit_code" not in _line(统一社会信用代码=cell).entry


def test_an_identity_number_in_place_of_a_credit_code_stays_in_the_file() -> None:
    line = _line(统一社会信用代码="110105 19491231 002x")
    assert "11010519491231002X" not in str(line.entry)
    assert [one.message for one in line.remarks] == ["Cell {cell} looks like an identity number and stays in the file."]


def test_a_credit_code_of_which_excel_has_eaten_digits_stays_in_the_file_and_is_remarked_upon() -> None:
    line = _line(统一社会信用代码=911504240000000170)
    assert (line.wrong, "credit_code" in line.entry) == ([], False)
    assert [one.message for one in line.remarks] == ["Cell {cell} stays in the file: {reason}"]


@pytest.mark.parametrize("word", [say("zh", state.msgid) for state in CaseState])
def test_every_word_that_we_write_for_a_state_is_read_again(word: str) -> None:
    line = _line(状态=word)
    assert not line.wrong
    assert line.entry["state"] in set(CaseState)


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({"状态": "已接件", "受理日期": None}, []),
        ({"状态": "已受理"}, ["accept"]),
        ({"状态": "办理中"}, ["accept", "begin-review"]),
        ({"状态": "已办结", "办结日期": "2026-09-20", "办理结果": "准予许可"}, ["accept", "grant"]),
        ({"状态": "已办结", "办结日期": "2026-09-20", "许可证号": "蒙建2026-9"}, ["accept", "grant"]),
        ({"状态": "办结（不予许可）", "办结日期": "2026-09-20"}, ["accept", "refuse"]),
        ({"状态": None, "办结日期": "2026-09-20", "审批结论": "不通过"}, ["accept", "refuse"]),
        ({"状态": "已批准", "办结日期": "2026-09-20", "送达日期": "2026-09-24"}, ["accept", "grant", "deliver"]),
        ({"状态": "已送达", "办结日期": "2026-09-20", "办理结果": "不予许可"}, ["accept", "refuse"]),
        ({"状态": "已送达", "销号日期": "2026-09-20"}, ["accept", "grant", "deliver"]),
        ({"状态": "容缺受理"}, ["accept-with-deficiencies"]),
        ({"状态": "容缺办结", "办结日期": "2026-09-20"}, ["accept-with-deficiencies", "grant-with-deficiencies"]),
        ({"状态": "告知承诺", "办结日期": "2026-09-20"}, ["accept", "grant-on-commitment"]),
        ({"状态": "撤销", "办结日期": "2026-09-20", "销号日期": "2026-10-09"}, ["accept", "grant", "revoke"]),
        ({"状态": "撤回许可", "办结日期": "2026-09-20", "办理结果": "通过"}, ["accept", "grant", "withdraw-permit"]),
        ({"状态": "已注销", "办结日期": "2026-09-20"}, ["accept", "grant", "cancel-permit"]),
        ({"状态": "不予许可", "办结日期": "2026-09-20"}, ["accept", "refuse"]),
        ({"状态": "已撤回", "销号日期": "2026-09-20"}, ["accept", "withdraw"]),
        ({"状态": "已撤回", "销号日期": "2026-09-20", "受理日期": None}, ["withdraw-before-acceptance"]),
        ({"状态": "不予受理", "受理日期": None, "办结日期": "2026-09-05"}, ["refuse-acceptance"]),
        ({"状态": "视为受理"}, []),
        (
            {"状态": "补正中", "受理日期": None, "补正日期": "2026-09-04", "补正内容": "缺少公章"},
            ["request-correction"],
        ),
        (
            {
                "状态": "已补正",
                "受理日期": "",
                "补正日期": "2026-09-04",
                "补正内容": "缺公章",
                "补正完成日期": "2026-09-08",
            },
            ["request-correction", "complete-correction"],
        ),
    ],
)
def test_a_state_is_reached_by_its_steps(changes: dict[str, Any], steps: list[str]) -> None:
    line = _line(**changes)
    assert not line.wrong
    assert line.lacks is None
    assert [step for step, _ in _steps(line)] == steps


def test_the_day_of_striking_off_stands_for_days_that_nobody_kept() -> None:
    line = _line(状态="已送达", 销号日期="2026-10-12")
    assert _steps(line)[1:] == [("grant", "2026-10-12"), ("deliver", "2026-10-12")]


def test_a_decision_without_any_day_says_what_it_lacks() -> None:
    line = _line(状态="准予许可", 受理日期=None)
    assert line.lacks is not None
    assert line.lacks.facts == {"state": "准予许可", "lacking": "受理日期、办结日期"}


def test_derived_columns_are_left_aside_and_others_kept_as_notes() -> None:
    line = _line(灯="红灯", 剩余工作日=-3, 到期日="昨天", 备注="已电话催办", 问题="上次的报告")
    assert line.entry["notes"] == {"备注": "已电话催办"}


def test_every_bad_cell_of_a_row_is_told_at_once() -> None:
    line = _line(项目名称=None, 收件日期="九月", 承诺时限="尽快", 状态="不知道", 责任人="王\x01芳")
    assert [one.column for one in line.wrong] == ["项目名称", "责任人", "收件日期", "承诺时限", "状态"]


@pytest.mark.parametrize("nothing", ["无", "/", "-", "——", "无文号", "."])
def test_a_dash_where_there_was_nothing_to_write_counts_as_an_empty_cell(nothing: str) -> None:
    refusal = _line(状态="不予许可", 办结日期="2026-09-20", 不予许可理由=nothing, 文号=nothing).entry["steps"][-1]
    assert refusal["step"] == "refuse"
    assert refusal["reason"] == (NO_REASON if nothing != "无文号" else "无文号")
    assert "document_no" not in refusal
