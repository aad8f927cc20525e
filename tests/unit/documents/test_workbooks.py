"""Workbooks as offices have them: nothing is read wrong, and nothing is dropped without a word.

The names in them are invented. Every file is taken in by the real intake.
"""

from pathlib import Path
from typing import Any

import httpx
import pytest

from documents.ledgers.course import Bad, Tally
from documents.ledgers.gate import Hostile
from documents.ledgers.sheets import Ledger
from documents.ledgers.words import say
from tests.unit.documents.offices import entered, tried

FOLDER = Path(__file__).with_name("workbooks")
#: Each has one good row and, where it has more, none is any worse.
GOOD_AS_THEY_ARE = ("08mac", "08cmac31", "09fmt31", "10lastsec", "13b_x000D", "20reapply")


def ledger(name: str) -> Ledger:
    return Ledger.look(FOLDER / f"{name}.xlsx")


def remarks(source: Ledger) -> list[str]:
    return [say("en", one.message, **one.facts) for one in source.remarks]


def cases(client: httpx.Client) -> list[dict[str, Any]]:
    """Every case of the record, by project code."""
    found = client.get("/v1/cases", params={"limit": 200}).json()["items"]
    return sorted(found, key=lambda case: (case["project_code"], case["matter_code"]))


def steps(client: httpx.Client, case: dict[str, Any]) -> list[tuple[str, str]]:
    told = client.get(f"/v1/cases/{case['case_no']}").json()["steps"]
    return [(step["step"], step["occurred_at"][:16]) for step in told if step["step"] not in ("receive", "note")]


def why(bad: list[Bad]) -> dict[str, tuple[tuple[str, str], ...]]:
    return {one.name: one.wrong for one in bad}


def refused(client: httpx.Client, name: str) -> tuple[Tally, list[Bad]]:
    return tried(client, ledger(name))


@pytest.mark.parametrize("name", GOOD_AS_THEY_ARE)
def test_what_went_in_right_goes_in_right(authority: httpx.Client, name: str) -> None:
    tally = entered(authority, ledger(name))
    assert tally.refused == 0
    assert tally.to_enter >= 1


def test_the_result_decides_how_an_ended_case_ended_and_no_reason_is_made_up(authority: httpx.Client) -> None:
    entered(authority, ledger("06result"))
    [case] = cases(authority)
    assert case["state"] == "refused"
    [told] = [s for s in authority.get(f"/v1/cases/{case['case_no']}").json()["steps"] if s["step"] == "refuse"]
    assert told["reason"] == "原台账未载明理由"


def test_an_ended_case_without_an_outcome_is_asked_about(authority: httpx.Client) -> None:
    _, [bad] = refused(authority, "07b")
    [(column, reason)] = bad.wrong
    assert column == "状态"
    assert "已办结" in reason
    assert "办理结果" in reason


def test_without_a_column_of_states_the_number_of_the_permit_says_how_it_ended(authority: httpx.Client) -> None:
    entered(authority, ledger("22nostate"))
    found = cases(authority)
    assert [case["state"] for case in found] == ["granted", "granted"]
    assert [steps(authority, case)[-1] for case in found] == [
        ("grant", "2026-09-10T00:00"),
        ("grant", "2026-09-11T00:00"),
    ]
    [grant] = [
        step for step in authority.get(f"/v1/cases/{found[0]['case_no']}").json()["steps"] if step["step"] == "grant"
    ]
    assert grant["document_no"] == "林发改审〔2026〕9号"


def test_every_shown_sheet_is_read(authority: httpx.Client) -> None:
    source = ledger("03months")
    assert [sheet.name for sheet in source.sheets] == ["1月", "2月", "3月"]
    assert entered(authority, source).outcomes["new"] == 7


def test_a_hidden_sheet_is_left_out_and_named(authority: httpx.Client) -> None:
    source = ledger("04hidden")
    assert remarks(source) == ["Sheet 模板示例 is hidden and is left out; show it to have it read."]
    assert entered(authority, source).outcomes["new"] == 3
    assert not [case for case in cases(authority) if case["project_code"].endswith("800059")]


def test_the_exports_own_title_wins_over_one_that_may_mean_the_same_and_both_are_named(authority: httpx.Client) -> None:
    source = ledger("05compete")
    entered(authority, source)
    [case] = cases(authority)
    assert case["received_at"].startswith("2026-09-01")
    assert case["limit"] == {"amount": 10, "unit": "working_days"}
    assert ["申请日期（H）" in remarks(source)[0], "收件日期（I）" in remarks(source)[0]] == [True, True]
    assert "审批时限（K）" in remarks(source)[1]
    owner = ledger("05b")
    entered(authority, owner)
    project = authority.get("/v1/projects/2026-150424-44-03-800071").json()
    assert project["owner_name"] == "甲公司"
    assert len(remarks(owner)) == 2


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("16err_opt", {"2": {"受理日期"}, "3": {"受理日期"}}),
        ("11b_formula_optional", {"2": {"受理日期"}}),
        ("11formula", {"2": {"收件日期", "受理日期"}}),
        ("11c_errors", {"2": {"建设单位"}, "3": {"责任人", "受理日期"}}),
    ],
)
def test_errors_and_formulas_without_a_value_are_no_empty_cells(
    authority: httpx.Client, name: str, columns: dict[str, set[str]]
) -> None:
    _, bad = refused(authority, name)
    assert {row: {column for column, _ in wrong} for row, wrong in why(bad).items()} == columns


def test_an_error_in_a_column_of_notes_is_named_and_does_not_hold_the_row_back() -> None:
    lines = [line for batch in ledger("11c_errors").batches() for line in batch]
    assert [remark.facts["cell"] for remark in lines[0].remarks] == ["M2"]


def test_signs_for_nothing_are_nothing_in_every_column(authority: httpx.Client) -> None:
    assert entered(authority, ledger("07extno")).outcomes["new"] == 3
    assert {case["external_no"] for case in cases(authority)} == {None}


def test_a_plain_day_number_counts_from_the_workbooks_own_epoch(authority: httpx.Client) -> None:
    entered(authority, ledger("08bmac_general"))
    [case] = cases(authority)
    assert case["received_at"].startswith("2026-09-01")


@pytest.mark.parametrize("name", ["13names", "13c_zwsp", "17b_matter"])
def test_spellings_of_names_are_folded_and_a_second_import_changes_nothing(authority: httpx.Client, name: str) -> None:
    first = entered(authority, ledger(name))
    assert (first.refused, first.outcomes["new"]) == (0, ledger(name).rows)
    again = entered(authority, ledger(name))
    assert (again.refused, again.to_enter) == (0, 0)


def test_codes_are_folded_and_two_in_one_cell_are_two_rows(authority: httpx.Client) -> None:
    tally, bad = refused(authority, "17c_codes")
    assert tally.outcomes["new"] == 5
    assert why(bad)["6"][0][1].startswith("单元格内有 2 个项目代码")
    assert set(why(bad)) == {"6", "7"}  # the last of them has two digits too many


def test_a_day_on_that_of_an_earlier_moment_is_not_before_it(authority: httpx.Client) -> None:
    tally, bad = refused(authority, "17sameday")
    assert tally.outcomes["new"] == 2
    assert ["已办结" in reason for _, reason in why(bad)["3"]] == [True]  # and nothing of an order of steps
    entered(authority, ledger("17sameday"))
    assert steps(authority, cases(authority)[0]) == [("accept", "2026-09-01T09:30")]


def test_what_was_merged_over_rows_stands_in_each_of_them(authority: httpx.Client) -> None:
    assert entered(authority, ledger("01merged")).outcomes["new"] == 3
    assert len({case["project_code"] for case in cases(authority)}) == 1


def test_a_header_may_have_two_rows(authority: httpx.Client) -> None:
    assert entered(authority, ledger("02twoheader")).outcomes["new"] == 1


def test_days_are_read_as_offices_write_them(authority: httpx.Client) -> None:
    tally, bad = refused(authority, "14dates")
    unreadable = {
        "8",
        "9",
        "10",
        "15",
        "17",
        "23",
        "24",
    }  # no year, no day, two digits, no such day, two orders, no hour
    assert set(why(bad)) == unreadable
    assert tally.outcomes["new"] == 23 - len(unreadable)


def test_plain_days_are_working_days_where_the_matter_says_nothing_else(authority: httpx.Client) -> None:
    entered(authority, ledger("14limits"))
    limits = {case["project_code"][-3:]: case["limit"] for case in cases(authority)}
    assert limits["194"] == {"amount": 10, "unit": "working_days"}
    assert limits["196"] == {"amount": 10, "unit": "working_days"}
    assert limits["198"] == {"amount": 0, "unit": "working_days"}


def test_numbers_that_excel_has_eaten_are_reported_and_private_columns_stay_in_the_file() -> None:
    source = ledger("12float")
    lines = [line for batch in source.batches() for line in batch]
    assert [remark.column for line in lines for remark in line.remarks] == ["统一社会信用代码", "统一社会信用代码"]
    assert not [line for line in lines if "notes" in line.entry]
    assert ["身份证号" in remark for remark in remarks(source)] == [True]


def test_hidden_rows_are_read_and_named(authority: httpx.Client) -> None:
    source = ledger("21hiddenrow")
    assert remarks(source) == ["Rows that sheet Sheet does not show are read like the others: 3."]
    assert entered(authority, source).outcomes["new"] == 3


@pytest.mark.parametrize("name", ["e_ext", "f_wps", "g_strict", "h_td", "i_nor", "j_dim", "15tail"])
def test_odd_but_honest_files_give_their_one_row_and_refuse_the_lines_below_the_table(
    authority: httpx.Client, name: str
) -> None:
    tally, bad = refused(authority, name)
    assert (tally.outcomes["new"], sorted(why(bad))) == (1, ["3", "4", "5"])


def test_links_to_other_files_are_cut_off_and_said() -> None:
    assert remarks(ledger("e_ext")) == ["The workbook takes values from other files: they are read as they were saved."]


def test_rivals_of_one_rank_are_named_and_the_file_asks(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    titles = "项目代码,项目名称,建设单位,审批事项,审批部门,责任人,接件日期,收件时间"
    path.write_text(f"{titles}\n", encoding="utf-8")
    with pytest.raises(Hostile, match=r"接件日期（G）、收件时间（H）.*收件日期"):
        Ledger.look(path)


# --- other formats ---------------------------------------------------------------------------------------------------

TITLES = ("项目代码", "项目名称", "建设单位", "审批事项", "审批部门", "责任人", "收件日期", "受理日期", "状态")
ROW = (
    *("2026-150424-44-03-800700", "供水工程，一期", "甲公司", "政府投资项目可行性研究报告审批", "发展改革委", "乙某"),
    *("2026/9/1 9:30", "2026/9/3 10:00", "已受理"),
)


def a_text(separator: str) -> str:
    return "".join(separator.join(row) + "\r\n" for row in (TITLES, ROW))


def test_a_workbook_of_the_old_format_is_read_with_its_merged_cells_and_its_hidden_parts_are_named(
    authority: httpx.Client,
) -> None:
    source = Ledger.look(FOLDER / "old.xls")
    assert [sheet.name for sheet in source.sheets] == ["台账"]
    assert [remark.split()[0:2] for remark in remarks(source)] == [["Sheet", "模板"], ["Rows", "that"]]
    assert entered(authority, source).outcomes["new"] == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_text_file_is_read_in_the_encodings_that_offices_write(
    authority: httpx.Client, tmp_path: Path, encoding: str, separator: str
) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(a_text(separator).encode(encoding))
    assert entered(authority, Ledger.look(path)).outcomes["new"] == 1
    [case] = cases(authority)
    assert case["received_at"].startswith("2026-09-01T09:30")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_under_the_name_of_a_workbook_is_read_with_its_spans(
    authority: httpx.Client, tmp_path: Path, encoding: str
) -> None:
    first, second = list(ROW), list(ROW)
    second[3] = "政府投资项目初步设计及概算审批"
    spanning = "".join(f'<td rowspan="2">{cell}</td>' for cell in first[:3])
    rows = [
        "".join(f"<th>{title}</th>" for title in TITLES),
        spanning + "".join(f"<td>{cell}&nbsp;</td>" for cell in first[3:]),
        "".join(f"<td>{cell}<br></td>" for cell in second[3:]),
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    page = f'<html><head><meta charset="{encoding}"><title>x</title></head><body><table>{body}</table></body></html>'
    path = tmp_path / "导出.xls"
    path.write_bytes(page.encode(encoding))
    assert entered(authority, Ledger.look(path)).outcomes["new"] == 2
    assert len({case["project_code"] for case in cases(authority)}) == 1
