"""The Excel list: laid out as offices know it, text kept as text, and to be taken in again."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from documents.lines import TITLES, write
from locales.amounts import limit_said
from locales.texts import say
from services.contracts.vocabulary import Light

HEADER = [
    *("序号", "项目代码", "项目名称", "建设单位", "审批事项", "审批部门", "责任人"),
    *("收件日期", "受理日期", "承诺时限", "到期日", "计划办结日期", "剩余工作日", "灯", "状态", "销号日期", "是否计入"),
]


def a_row(**changes: Any) -> dict[str, Any]:
    return {
        "seq": 7,
        "case_no": "150424-2026-000007",
        "project_code": "2509-150424-89-01-000007",
        "project_name": "风电项目7期",
        "owner_name": "赤峰新能源有限公司",
        "matter_code": "NM-001",
        "matter_name": "企业投资项目核准",
        "department": "发展改革委",
        "handler": "王芳",
        "received_on": "2026-09-16",
        "accepted_on": "2026-09-18",
        "limit_amount": 20,
        "limit_unit": "working_days",
        "due_on": "2026-10-20",
        "complete_by": "2026-10-15",
        "provisional": False,
        "remaining": 5,
        "light": "green",
        "state": "accepted",
        "state_name": "Accepted",
        "closed_on": None,
        "struck_on": None,
    } | changes


def the_sheet(*rows: dict[str, Any], **more: Any) -> Worksheet:
    target = io.BytesIO()
    assert write(iter(rows), target, **more) == len(rows)
    sheet = openpyxl.load_workbook(io.BytesIO(target.getvalue())).active
    assert isinstance(sheet, Worksheet)
    return sheet


def cells(sheet: Worksheet, row: int = 2) -> dict[str, Any]:
    values = (cell.value.date() if isinstance(cell.value, datetime) else cell.value for cell in sheet[row])
    return dict(zip(HEADER, values, strict=True))


def test_the_first_row_is_the_header_that_offices_know_even_with_a_title() -> None:
    sheet = the_sheet(a_row(), title="林西县审批台账 & 清单", as_of=date(2026, 11, 22))
    assert [cell.value for cell in sheet[1]] == HEADER == list(TITLES)
    above = sheet.oddHeader
    assert above is not None
    assert (above.center.text, above.right.text) == ("林西县审批台账 && 清单", "2026-11-22")


def test_a_line_is_a_row_with_real_days_and_numbers() -> None:
    assert cells(the_sheet(a_row())) == {
        "序号": 7,
        "项目代码": "2509-150424-89-01-000007",
        "项目名称": "风电项目7期",
        "建设单位": "赤峰新能源有限公司",
        "审批事项": "企业投资项目核准",
        "审批部门": "发展改革委",
        "责任人": "王芳",
        "收件日期": date(2026, 9, 16),
        "受理日期": date(2026, 9, 18),
        "承诺时限": "20个工作日",
        "到期日": date(2026, 10, 20),
        "计划办结日期": date(2026, 10, 15),
        "剩余工作日": 5,
        "灯": "绿灯",
        "状态": "已受理",
        "销号日期": None,
        "是否计入": None,
    }


def test_the_header_stays_in_sight_and_can_be_filtered() -> None:
    sheet = the_sheet(a_row(), a_row(seq=8))
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:Q3"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["C"].width > 30


@pytest.mark.parametrize("light", ["green", "yellow", "red", "grey", "done"])
def test_a_light_is_a_word_as_well_as_a_colour(light: str) -> None:
    cell = the_sheet(a_row(light=light))["N2"]
    assert cell.value == say("zh", Light(light).msgid)
    assert cell.fill.fill_type == "solid"


def test_every_light_has_its_own_colour() -> None:
    sheet = the_sheet(*(a_row(light=light) for light in Light))
    assert len({sheet.cell(row, 14).fill.fgColor.rgb for row in range(2, 7)}) == 5


def test_a_day_beyond_the_calendar_is_marked_provisional() -> None:
    assert cells(the_sheet(a_row(due_on="2027-02-03", provisional=True)))["到期日"] == "2027-02-03（暂定）"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_stays_text(begin: str) -> None:
    text = f'{begin}HYPERLINK("http://x","点我")'
    cell = the_sheet(a_row(project_name=text))["C2"]
    assert cell.data_type == "s"
    assert str(cell.value).replace("_x000D_", "\r") == text
    assert cell.quotePrefix


def test_what_is_not_known_is_empty() -> None:
    empty = a_row(accepted_on=None, due_on=None, remaining=None, limit_amount=None, limit_unit=None)
    shown = cells(the_sheet(empty))
    assert [shown[name] for name in ("受理日期", "承诺时限", "到期日", "剩余工作日")] == [None] * 4


def test_an_empty_list_is_a_header() -> None:
    assert the_sheet().max_row == 1


def test_overdue_days_are_negative_and_a_struck_line_has_its_day() -> None:
    shown = cells(the_sheet(a_row(remaining=-3, struck_on="2026-11-20")))
    assert (shown["剩余工作日"], shown["销号日期"]) == (-3, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (20, "working_days", "20个工作日"),
        (1, "half_working_days", "半个工作日"),
        (3, "half_working_days", "1.5个工作日"),
        (4, "half_working_days", "2个工作日"),
        (0, "working_days", "即办"),
        (0, "calendar_days", "即办"),
        (60, "calendar_days", "60个自然日"),
        (3, "months", "3个月"),
        (48, "hours", "48小时"),
        (None, None, ""),
    ],
)
def test_a_limit_is_written_with_its_unit(amount: int | None, unit: str | None, expected: str) -> None:
    assert limit_said("zh", amount, unit) == expected


def test_what_is_left_of_natural_days_says_so_and_stays_a_number() -> None:
    sheet = the_sheet(a_row(remaining=-3, due_unit="calendar_days"))
    cell = sheet["M2"]
    assert (cell.value, cell.number_format) == (-3, '0"个自然日";-0"个自然日"')
    assert the_sheet(a_row(remaining=3, due_unit="working_days"))["M2"].number_format == "General"


def test_on_a_day_of_rest_after_its_due_day_a_line_is_overdue_and_not_due_that_day() -> None:
    left = {"remaining": 0, "due_unit": "working_days", "due_on": "2026-10-23"}
    assert the_sheet(a_row(**left), as_of=date(2026, 10, 24))["M2"].value == "已超期"
    assert the_sheet(a_row(**left), as_of=date(2026, 10, 23))["M2"].value == 0


def test_a_limit_in_english_has_its_unit_in_english() -> None:
    assert [limit_said("en", n, "calendar_days") for n in (1, 60)] == ["1 calendar day", "60 calendar days"]
    assert [limit_said("en", n, "half_working_days") for n in (1, 2, 3)] == [
        *("half a working day", "1 working day", "1.5 working days")
    ]
    assert limit_said("en", 0, "hours") == "done at once"


def test_a_state_and_a_light_of_a_newer_version_do_not_spoil_the_list() -> None:
    shown = cells(the_sheet(a_row(state="moon", state_name="Parked", light="violet")))
    assert (shown["状态"], shown["灯"]) == ("Parked", "灰灯")


def test_it_can_be_written_to_a_file(tmp_path: Path) -> None:
    assert write([a_row()], tmp_path / "list.xlsx") == 1
    assert openpyxl.load_workbook(tmp_path / "list.xlsx").sheetnames == ["审批台账"]
