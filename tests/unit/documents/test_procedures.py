"""A row that says its case stands still is read as the special procedure that its matter's law knows, or asks."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from documents.ledgers.sheets import Ledger
from tests.unit.documents.offices import COLUMNS, a_row, a_workbook, entered, tried

BEGUN, NOTICE, NOTICED = "特别程序开始日期", "特别程序告知书文号", "特别程序告知日期"


def ledger(folder: Path, *rows: dict[str, Any]) -> Ledger:
    return Ledger.look(a_workbook(folder / "台账.xlsx", rows, (*COLUMNS, BEGUN, NOTICE, NOTICED)))


def the_case(client: httpx.Client) -> dict[str, Any]:
    [case] = client.get("/v1/cases").json()["items"]
    found: dict[str, Any] = client.get(f"/v1/cases/{case['case_no']}").json()
    return found


def last(case: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = [one for one in case["steps"] if one["step"] == "begin-procedure"][-1]
    return found


def test_a_hearing_under_way_is_an_open_procedure_from_its_own_day(authority: httpx.Client, tmp_path: Path) -> None:
    row = a_row(1, 状态="听证中", **{BEGUN: "2026-09-10", NOTICE: "林发改告〔2026〕3号", NOTICED: "2026-09-09"})
    entered(authority, ledger(tmp_path, row))
    case = the_case(authority)
    assert (case["state"], last(case)["occurred_at"][:10]) == ("in-procedure", "2026-09-10")
    assert last(case)["document_no"] == "林发改告〔2026〕3号"
    # the same ledger again says nothing new
    assert tried(authority, ledger(tmp_path, row))[0].outcomes == {"same": 1}


def test_its_day_is_never_made_up(authority: httpx.Client, tmp_path: Path) -> None:
    _, [bad] = tried(authority, ledger(tmp_path, a_row(1, 状态="听证中")))
    [(column, reason)] = bad.wrong
    assert column == "状态"
    assert BEGUN in reason


def test_what_the_law_of_the_matter_does_not_know_is_asked_about(authority: httpx.Client, tmp_path: Path) -> None:
    _, [bad] = tried(authority, ledger(tmp_path, a_row(1, 状态="专家评审中", **{BEGUN: "2026-09-10"})))
    [(column, reason)] = bad.wrong
    assert column == "状态"
    assert "不是本事项依法可以暂停计时的事由" in reason
    assert "审查中" in reason


@pytest.mark.parametrize("word", ["中止", "挂起", "暂停", "公示中"])
def test_a_word_that_names_no_procedure_is_asked_about_in_its_cell(
    authority: httpx.Client, tmp_path: Path, word: str
) -> None:
    _, [bad] = tried(authority, ledger(tmp_path, a_row(1, 状态=word, **{BEGUN: "2026-09-10"})))
    [(column, reason)] = bad.wrong
    assert column == "状态"
    assert all(part in reason for part in (f"“{word}”", "N2", "听证中", "审查中"))


def test_the_offices_own_workbook_of_states_asks_in_every_such_row(authority: httpx.Client) -> None:
    source = Ledger.look(Path(__file__).with_name("workbooks") / "14states.xlsx")
    _, bad = tried(authority, source)
    rows = {one.name: dict(one.wrong) for one in bad}
    # rows 19 to 24: 中止, 挂起, 暂停, 听证中, 专家评审中, 公示中, each with a day on which it is said to have ended
    for number in range(19, 25):
        assert any("办结日期" in reason for reason in rows[str(number)].values()), rows[str(number)]
    for number, cell in ((19, "K19"), (20, "K20"), (21, "K21"), (24, "K24")):
        assert cell in "".join(rows[str(number)].values())
