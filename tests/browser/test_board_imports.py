"""Whether an official can bring in a ledger on the board: upload, read, correct, confirm, and find the cases."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from services.contracts.vocabulary import Role
from tests.browser.conftest import Open
from tests.browser.pictures import BROKEN, CLIPPED, PALE, WIDE, is_live, tab_to
from tests.builders import a_project_code

TITLES: Final = (
    *("序号", "项目代码", "项目名称", "建设单位", "审批事项", "审批部门", "经办人", "收件日期", "受理日期", "承诺时限"),
    *("状态", "办理结果", "办结日期", "批复文号", "不予许可理由", "身份证号"),
)
PERSON: Final = "15042419900101123X"


def a_row(n: int, **changes: Any) -> dict[str, Any]:
    """A finished case as an office writes it down."""
    return {
        "序号": n,
        "项目代码": a_project_code(900 + n),
        "项目名称": f"林西县官地镇供水管网改造{n}期工程",
        "建设单位": "林西县水务投资有限公司",
        "审批事项": "企业投资项目核准",
        "审批部门": "发展改革委",
        "经办人": "王芳",
        "收件日期": "2026-09-01",
        "受理日期": "2026-09-03",
        "承诺时限": "20工作日",
        "状态": "已办结",
        "办理结果": "准予许可",
        "办结日期": "2026-09-18",
        "批复文号": f"林发改核〔2026〕{n}号",
        "身份证号": PERSON,
    } | changes


def a_ledger(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "办件台账"
    sheet.append(["林西县2026年审批办件台账"])
    sheet.append(list(TITLES))
    for row in rows:
        sheet.append([row.get(title) for title in TITLES])
    book.create_sheet("说明").append(["填表说明：日期按年月日填写"])
    book.save(path)
    return path


def looks_right(page: Page, width: int = 1366) -> None:
    assert page.evaluate(WIDE) == []
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(PALE) == []
    if width > 390:
        assert page.evaluate(BROKEN) == []


def test_an_official_brings_in_a_ledger_reads_it_corrects_it_confirms_it_and_finds_the_cases(
    visit: Open, tmp_path: Path
) -> None:
    window = visit(Role.SUPERVISOR)
    page = window.go("/board")
    page.get_by_role("link", name="导入台账").click()
    is_live(page)
    window.picture("imports-empty")
    looks_right(page)
    rows = [
        a_row(1),
        a_row(2, 办理结果="不予许可", 不予许可理由="不符合国家产业政策", 批复文号="林发改不许〔2026〕2号"),
        a_row(3, 办理结果=None, 批复文号=None),
        a_row(4, 受理日期="九月初"),
    ]
    page.get_by_label("台账文件").set_input_files(a_ledger(tmp_path / "发改委台账.xlsx", rows))
    page.locator("#send").click()
    expect(page).to_have_url(re.compile(r"/board/imports/\d+$"))
    expect(page.locator("#state")).to_have_text("试读完成，待确认", timeout=20_000)
    expect(page.locator("#count-new")).to_have_text("2")
    expect(page.locator("#count-refused")).to_have_text("2")
    expect(page.locator("#told")).to_contain_text("说明")
    bad = page.locator("#bad tbody tr")
    expect(bad).to_have_count(3)
    expect(bad.first).to_contain_text("办件台账")
    expect(bad.first).to_contain_text("K5")
    expect(bad.nth(1)).to_contain_text("I6")
    expect(bad.nth(1)).to_contain_text("“九月初”不是日期，请写作 2026-09-16。")
    expect(page.locator("#first tbody tr")).to_have_count(4)
    assert PERSON not in page.content()
    page.locator("#sheet-1 summary").click()
    expect(page.locator("#sheet-1")).to_contain_text("不读取，不保存")
    window.picture("imports-report")
    looks_right(page)

    with page.expect_download() as download:
        page.locator("#marked").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    assert download.value.suggested_filename == "发改委台账（待改正）.xlsx"
    book = openpyxl.load_workbook(marked)
    sheet = book.active
    assert sheet is not None
    assert sheet["K2"].comment is not None
    assert [sheet.cell(2, at).value for at in range(1, 17)].count(PERSON) == 0
    sheet["L2"], sheet["N2"], sheet["I3"] = "准予许可", "林发改核〔2026〕3号", "2026-09-03"
    book.save(marked)

    page.locator("#correct").click()
    expect(page.locator("#upload-title")).to_contain_text("发改委台账.xlsx")
    page.get_by_label("台账文件").set_input_files(marked)
    page.locator("#send").click()
    expect(page.locator("#state")).to_have_text("试读完成，待确认", timeout=20_000)
    expect(page.locator("#count-refused")).to_have_text("0")
    expect(page.locator("#count-new")).to_have_text("2")
    expect(page.locator("#earlier")).to_contain_text("第1号中无误的2行尚未录入")
    page.locator("#enter").click()
    expect(page.locator("h1")).to_have_text("确定录入2行吗？")
    window.picture("imports-confirm")
    looks_right(page)
    page.locator("#confirm").click()
    expect(page.locator("#state")).to_have_text("录入完成", timeout=20_000)
    expect(page.locator("#count-new")).to_have_text("2")
    window.picture("imports-entered")
    page.get_by_role("link", name="查看办件清单").click()
    page.locator("#q").fill("官地镇供水管网改造3期")
    expect(page.locator("#results tbody tr")).to_have_count(1)
    expect(page.locator("#results tbody tr")).to_contain_text("办结（通过）")
    page.go_back()

    page.goto(window.site.address + "/board/imports")
    expect(page.locator("#imports tbody tr")).to_have_count(2)
    window.picture("imports-list")
    looks_right(page)


def test_a_file_that_is_no_ledger_is_told_so_in_one_sentence_on_a_telephone(visit: Open, tmp_path: Path) -> None:
    window = visit(Role.ADMIN, width=390, height=844)
    page = window.go("/board/imports")
    window.picture("imports-telephone")
    looks_right(page, 390)
    path = tmp_path / "通知.docx"
    path.write_bytes(b"PK\x03\x04 no workbook")
    page.get_by_label("台账文件").set_input_files(path)
    page.locator("#send").click()
    expect(page.locator("#state")).to_have_text("无法读取", timeout=20_000)
    expect(page.locator("#trouble")).to_contain_text("文件")
    expect(page.locator("#correct")).to_be_visible()
    window.picture("imports-unreadable-telephone")
    looks_right(page, 390)


def test_a_ledger_is_read_and_confirmed_on_a_telephone_in_english_without_a_mouse(visit: Open, tmp_path: Path) -> None:
    window = visit(Role.ADMIN, width=390, height=844)
    window.speak("en")
    page = window.go("/board/imports")
    rows = [a_row(11), *(a_row(n, 受理日期="九月初") for n in range(12, 75))]
    page.get_by_label("File of the ledger").set_input_files(a_ledger(tmp_path / "台账.xlsx", rows))
    page.locator("#send").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("Tried, to be confirmed", timeout=20_000)
    expect(page.locator("#bad tbody tr").first).to_contain_text("is not a date; write it as 2026-09-16.")
    expect(page.locator("#refused")).to_contain_text("Refused rows 1 to 50 of 63")
    window.picture("imports-report-telephone", whole=False)
    page.locator("#refused-title").scroll_into_view_if_needed()
    window.picture("imports-refused-telephone", whole=False)
    looks_right(page, 390)
    page.locator("#page-next").click()
    expect(page.locator("#refused")).to_contain_text("Refused rows 51 to 63 of 63")
    tab_to(page, "#enter")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Enter 1 row?")
    window.picture("imports-confirm-telephone")
    looks_right(page, 390)
    tab_to(page, "#confirm")
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("Entered in the ledger", timeout=20_000)


@pytest.mark.parametrize("role", [Role.WINDOW, Role.HANDLER, Role.HEAD, Role.STEWARD])
def test_whoever_may_not_enter_ledgers_has_no_such_page(visit: Open, role: Role) -> None:
    window = visit(role)
    page = window.go("/board")
    expect(page.get_by_role("link", name="导入台账")).to_have_count(0)
    page = window.go("/board/imports")
    expect(page.locator("h1")).to_have_text("您的角色无权办理。")
    window.complaints.clear()  # the browser reports the 403 itself
