"""Calendars that come in, held against the truth: each notice of 2016 to 2026 as published, data, and tables."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date

import openpyxl
import pytest

from documents.calendars.importing import extended, read_file, read_text
from documents.calendars.reading import Reading
from services.plumbing.errors import Refused
from services.timer.calendar import state_council
from tests.unit.documents.notices import CHANGED_2019, EXTENDED_2020, NOTICES

HOLIDAY, WORKDAY = "holiday", "workday"


def told(refused: Refused) -> list[str]:
    return [one.template.format(**one.params) for one in refused.problems]


def contradictions(text: str, year: int | None = None) -> list[str]:
    with pytest.raises(Refused) as caught:
        read_text(text, year)
    return told(caught.value)


def a_notice(line: str, year: int = 2026) -> str:
    return f"国务院办公厅关于{year}年部分节假日安排的通知\n一、{line}"


def known(days: Mapping[date, str], names: Mapping[date, str]) -> dict[date, tuple[str, str]]:
    return {day: (kind, names.get(day, "")) for day, kind in days.items()}


def test_the_eleven_notices_and_the_two_that_changed_a_holiday_give_every_exceptional_day_and_no_other() -> None:
    days: dict[date, str] = {}
    names: dict[date, str] = {}
    for year, text in NOTICES.items():
        found = read_text(text)
        days, names = days | found.days, names | found.festivals
        assert found.known_until == date(year, 12, 31)
    for text in (CHANGED_2019, EXTENDED_2020):
        found = extended(read_text(text), known(days, names))
        days, names = days | found.days, names | found.festivals
    truth = state_council().exceptions
    assert days == {one.day: one.kind.value for one in truth}
    assert names == {one.day: one.festival for one in truth}


def test_title_and_number_are_the_notices_name() -> None:
    assert read_text(NOTICES[2026]).notice == "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"
    assert read_text(CHANGED_2019).notice == "国务院办公厅关于调整2019年劳动节假期安排的通知（国办发明电〔2019〕3号）"


def test_the_extension_of_2020_reaches_from_the_festivals_first_day_and_says_when_it_is_there_already() -> None:
    first = read_text(NOTICES[2020])
    found = extended(read_text(EXTENDED_2020), known(first.days, first.festivals))
    assert found.days == dict.fromkeys((date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2)), HOLIDAY)
    with pytest.raises(Refused, match="has all these days already"):
        extended(read_text(EXTENDED_2020), known(first.days | found.days, first.festivals | found.festivals))
    with pytest.raises(Refused, match="does not know when 春节 of 2020 begins"):
        extended(read_text(EXTENDED_2020), {})


@pytest.mark.parametrize("change", [
    lambda text: text.replace("\n", "").replace("，", ","),
    lambda text: text.replace("日", " 日 ").replace("月", "\n月"),
    lambda text: "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in text),
    lambda text: text.replace("星期", "周"),
    lambda text: text.replace("至", "—"),
    lambda text: text[text.index("一、"):],
    lambda text: text.replace("一、", "1. ").replace("二、", "2. ").replace("三、", "（三）"),
])  # fmt: skip
@pytest.mark.parametrize("year", [2019, 2023, 2026])
def test_however_it_was_pasted_it_says_the_same(year: int, change: object) -> None:
    assert callable(change)
    assert read_text(change(NOTICES[year]), year).days == read_text(NOTICES[year]).days


@pytest.mark.parametrize(("line", "said"), [
    ("元旦：1月1日（周五）放假1天。", "2026-01-01 is a 星期四, not a 星期五"),
    ("元旦：1月1日（周四）至3日（周日）放假，共3天。", "2026-01-03 is a 星期六, not a 星期日"),
    ("春节：2月15日至23日放假调休，共8天。", "春节: 9 days off are named, and the notice says 8"),
    ("元旦：1月1日放假2天。", "元旦: 1 days off are named, and the notice says 2"),
    ("元旦：1月1日至3日放假。1月5日上班。", "2026-01-05 is a 星期一, which is worked anyway"),
    ("元旦：1月1日至4日放假。1月4日上班。", "2026-01-04 is called a day off and a working day"),
    ("春节：2月15日至31日放假。", "31日 is no day"),
    ("春节：2月23日至15日放假。", "from 2026-02-23 to 2026-02-15 is no holiday"),
    ("春节：2月15日至4月15日放假。", "is no holiday"),
    ("劳动节：2025年5月1日放假。", "2025-05-01 is no day of 2026"),
    ("端午节：6月17日放假，与周末连休。", "端午节: 2026-06-17 does not lie beside a weekend"),
    ("元旦：祝大家新年快乐，1月1日是元旦。", "No day off and no make-up day was found"),
])  # fmt: skip
def test_a_contradiction_in_a_notice_is_named(line: str, said: str) -> None:
    assert any(said in one for one in contradictions(a_notice(line)))


def test_all_contradictions_are_named_at_once() -> None:
    wrong = (
        NOTICES[2026].replace("共9天", "共8天").replace("5月9日（周六）", "5月9日（周日）").replace("1月4日", "1月5日")
    )
    assert len(contradictions(wrong)) == 4  # 1月5日 is no Sunday, and a Monday is no make-up day
    assert contradictions(NOTICES[2026], 2027) == ["The notice is of 2026, not of 2027."]
    assert "Say of which year" in contradictions("春节：2月15日至23日放假，共9天。")[0]


def test_what_names_a_day_and_says_nothing_of_it_is_told_and_not_used() -> None:
    found = read_text(a_notice("春节：2月15日至23日放假，共9天。2月11日（周三）为小年。"))
    assert found.unused == ["2月11日(周三)为小年"]
    assert date(2026, 2, 11) not in found.days


# --- data and tables --------------------------------------------------------------------------------------------------


def as_data(found: Reading, year: int) -> str:
    days = [
        {"name": found.festivals[day], "date": str(day), "isOffDay": kind == HOLIDAY}
        for day, kind in found.days.items()
    ]
    return json.dumps({"year": year, "papers": ["https://www.gov.cn/1.htm"], "days": days}, ensure_ascii=False)


def as_book(found: Reading) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2026年放假安排"])
    sheet.append(["序号", "日期", "类型", "节日", "文号"])
    for number, (day, kind) in enumerate(found.days.items(), 1):
        word = "放假" if kind == HOLIDAY else "调休上班"
        sheet.append([number, day, word, found.festivals[day], "国办发明电〔2025〕7号"])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def as_lines(found: Reading) -> bytes:
    held = io.StringIO()
    lines = csv.writer(held)
    lines.writerow(["日期", "类型", "节日"])
    for day, kind in found.days.items():
        word = "放假" if kind == HOLIDAY else "上班"
        lines.writerow([f"{day.year}年{day.month}月{day.day}日", word, found.festivals[day]])
    return held.getvalue().encode("gb18030")


def test_the_same_year_as_notice_as_data_as_workbook_and_as_lines_is_the_same_calendar() -> None:
    found = read_text(NOTICES[2026])
    for content in (as_data(found, 2026).encode(), as_book(found), as_lines(found)):
        other = read_file("2026", content)
        assert (other.days, other.festivals, other.known_until) == (found.days, found.festivals, found.known_until)
    assert read_file("a.json", as_data(found, 2026).encode()).notice == "https://www.gov.cn/1.htm"
    assert read_file("a.xlsx", as_book(found)).notice == "国办发明电〔2025〕7号"


@pytest.mark.parametrize(("content", "field"), [
    ('{"year": 2026, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": 1}]}', "days.0"),
    ('{"year": true, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}]}', "text"),
    ('{"year": 2026, "days": [{"name": "元旦", "date": 1767196800, "isOffDay": true}]}', "days.0"),
    ('{"year": 2026, "days": [{"name": "元旦", "date": "2026-W01-4", "isOffDay": true}]}', "days.0"),
    ('{"year": 2026, "days": [{"name": "元旦", "date": "2025-01-01", "isOffDay": true}]}', "days.0"),
    ('{"year": 2026, "days": [{"name": "元旦", "date": "2026-01-02", "isOffDay": false}]}', "days.0"),
    ('{"year": 2026, "days": []}', "text"),
    ('{"year": 2026', "text"),
    ("date,kind\n2026-01-01,holiday\n2026-13-01,holiday\n", "lines.3"),
    ("date,kind\n2026-01-01,maybe\n", "lines.2"),
    ("date,kind\n2026-01-01,holiday\n2026-01-01,workday\n", "lines.3"),
    ("date,kind\n", "file"),
    ("name,colour\nred,blue\n", "file"),
    ("\x00\x01\x02", "file"),
    ("", "file"),
])  # fmt: skip
def test_what_is_no_calendar_is_refused_where_it_is_wrong(content: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        read_file("x", content.encode())
    assert [one.field for one in caught.value.problems] == [field]
