"""`qidi due`: it answers, explains, and refuses as its users need."""

import csv
import io
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from locales.texts import chosen
from qidi.commands import due as command
from services.timer.answers import spelt
from services.timer.calendar import state_council
from services.timer.deadlines import due, parse_limit

ROOT = Path(__file__).parents[3]
app = typer.Typer()
app.command()(command.due)


def run(*arguments: str, text: str | None = None, lang: str = "zh_CN.UTF-8") -> Result:
    environment = {"LANG": lang, "COLUMNS": "120"}
    return CliRunner().invoke(app, list(arguments), input=text, env=environment, catch_exceptions=False)


def test_the_answer_as_json_has_the_date_the_calendar_and_every_step() -> None:
    answer = json.loads(run("--from", "2026-09-16", "--working-days", "5", "--json").stdout)
    assert (answer["due"], answer["provisional"]) == ("2026-09-22", False)
    assert answer["calendar"] == state_council().version
    assert [step["date"][8:] for step in answer["steps"]] == ["16", "17", "18", "19", "20", "21", "22"]
    assert [step["number"] for step in answer["steps"]] == [None, 1, 2, None, 3, 4, 5]
    sunday = answer["steps"][4]
    assert (sunday["why"], sunday["festival"], sunday["counted"]) == ("make-up working day", "国庆节", True)
    assert "gov.cn" in sunday["notice"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--from 2026-09-16 --working-days 5 --pause 2026-09-18..2026-09-20", "2026-09-23"),
        ("--from 2026-10-15 --working-days 30 --before", "2026-08-28"),
        ("--from 2026-10-15 --working-days -30", "2026-08-28"),
        ("--from 2026-08-03 --calendar-days 60", "2026-10-08"),
        ("--from 2025-11-30 --months 3", "2026-02-28"),
        ("--from 2026-10-01T10:00 --hours 24", "2026-10-02T10:00"),
        ("--from 2026-10-01T04:00+02:00 --hours 24", "2026-10-02T10:00"),
        ("--from 2026-10-01T10:00:30 --hours 1", "2026-10-01T11:00:30"),
        ("--from 2026-09-16T18:30 --working-days 5", "2026-09-22"),
    ],
)
def test_every_kind_of_limit_can_be_asked(arguments: str, expected: str) -> None:
    assert json.loads(run(*arguments.split(), "--json").stdout)["due"] == expected


def test_a_date_past_the_notices_is_called_provisional() -> None:
    assert json.loads(run("--from", "2026-12-21", "--working-days", "10", "--json").stdout)["provisional"] is True
    assert "暂定" in run("--from", "2026-12-21", "--working-days", "10").stdout
    assert "暂定" not in run("--from", "2026-09-16", "--working-days", "5").stdout


def test_the_explanation_speaks_chinese_by_default_and_english_on_request() -> None:
    arguments = ("--from", "2026-09-16", "--working-days", "5", "--explain")
    chinese = run(*arguments, lang="").stdout
    assert all(word in chinese for word in ("到期日", "2026-09-22", "调休上班", "周末", "起算当日不计入", "gov.cn"))
    for english in (run(*arguments, "--lang", "en").stdout, run(*arguments, lang="en_GB.UTF-8").stdout):
        assert all(word in english for word in ("Due", "2026-09-22", "make-up working day", "weekend"))
        assert "到期日" not in english
    assert (chosen("zh", "en_US.UTF-8"), chosen(None, "zh_CN.UTF-8"), chosen(None, "C.UTF-8")) == ("zh", "zh", "zh")


def test_any_land_s_days_can_be_tried(tmp_path: Path) -> None:
    land = tmp_path / "land.csv"
    land.write_text("date,kind\n2026-09-17,holiday\n2026-09-19,workday\n", encoding="utf-8")
    answer = json.loads(run("--from", "2026-09-16", "--working-days", "3", "--calendar", str(land), "--json").stdout)
    assert (answer["due"], answer["provisional"]) == ("2026-09-21", False)
    assert answer["calendar"].startswith("land-2026.")


def test_all_wrong_arguments_are_named_at_once_with_the_remedy(tmp_path: Path) -> None:
    land = tmp_path / "land.csv"
    land.write_text("date,kind\n2026-13-01,holiday\n2026-10-01,free\n", encoding="utf-8")
    arguments = "--from 16.9.2026 --hours x --months 3 --pause foo --pause 2026-09-20..2026-09-18 --lang fr"
    result = run(*arguments.split(), "--calendar", str(land), lang="en_US.UTF-8")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "--lang fr: use zh or en",
        f"--calendar {land}: line 2, column date: '2026-13-01' is not a date like 2026-10-01",
        f"--calendar {land}: line 3, column kind: 'free' is neither holiday nor workday",
        "--from 16.9.2026: not a date like 2026-09-16 or a moment like 2026-10-01T10:00",
        "--months, --hours: only one limit can be counted at a time; leave out the others",
        "--hours x: not a whole number of at most seven digits, such as 5",
        "--pause foo: not two dates like 2026-09-18..2026-09-20",
        "--pause 2026-09-20..2026-09-18: ends before it begins; swap the two dates",
    ]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("", ["--from", "--working-days"]),
        ("--from 2026-09-16", ["--working-days"]),
        ("--from 2026-09-16 --months 3 --before --pause 2026-01-01..2026-01-02", ["--pause"]),
        ("--from 2026-09-16 --months -3 --before", ["--months -3"]),
        ("--from 2026-09-16 --working-days 9999999", ["--working-days", "2149"]),
        ("--from 0001-01-01 --calendar-days 1 --json", ["--from", "1950"]),
        ("--from 2026-09-16 --months 3 --calendar nowhere.csv", ["--calendar nowhere.csv"]),
        ("--batch nowhere.csv --from 2026-09-16", ["--from", "--batch nowhere.csv"]),
    ],
)
def test_a_wrong_argument_names_the_option_and_exits_with_2(arguments: str, named: list[str]) -> None:
    result = run(*arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert all(name in result.stderr for name in named)


BATCH = """no,from,amount,unit,note
1,2026-09-16,5,working_days,"a, b"
2,2026-10-15,-30,working_days,
3,2026-08-03,60,calendar_days,x

4,2025-11-30,3,months,
5,2026-10-01T10:00,24,hours,
6,2026-12-21,10,working_days,暂定
"""


def test_a_file_comes_back_with_due_and_provisional_added(tmp_path: Path) -> None:
    file = tmp_path / "limits.csv"
    file.write_text(BATCH, encoding="utf-8-sig")
    expected = """no,from,amount,unit,note,due,provisional
1,2026-09-16,5,working_days,"a, b",2026-09-22,false
2,2026-10-15,-30,working_days,,2026-08-28,false
3,2026-08-03,60,calendar_days,x,2026-10-08,false
4,2025-11-30,3,months,,2026-02-28,false
5,2026-10-01T10:00,24,hours,,2026-10-02T10:00,false
6,2026-12-21,10,working_days,暂定,2027-01-05,true
"""
    assert run("--batch", str(file)).stdout == expected
    assert run("--batch", "-", text=BATCH).stdout == expected


def test_a_large_file_says_the_same_as_single_questions() -> None:
    units = ("working_days", "calendar_days", "months", "hours")
    rows = [(str(date(2016, 1, 1) + timedelta(days=n)), n % 61 - 30, units[n % 4]) for n in range(4000)]
    text = "from,amount,unit\n" + "".join(f"{day},{amount},{unit}\n" for day, amount, unit in rows)
    answers = list(csv.DictReader(io.StringIO(run("--batch", "-", text=text).stdout)))
    for (day, amount, unit), answer in zip(rows, answers, strict=True):
        found = due(state_council(), date.fromisoformat(day), parse_limit(amount, unit))
        assert (answer["due"], answer["provisional"]) == (spelt(found), str(found.provisional).lower())


def test_every_bad_row_is_named_and_nothing_is_written() -> None:
    text = "from,amount,unit\n2026-09-16,5,working_days\n2026-13-01,x,days\n2026-01-01,5\n"
    result = run("--batch", "-", "--lang", "en", text=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        "line 3, column from: '2026-13-01' is not a date like 2026-09-16 or a moment like 2026-10-01T10:00",
        "line 3, column amount: 'x' is not a whole number of at most seven digits",
        "line 3, column unit: 'days' is not one of working_days, calendar_days, months, hours",
        "line 4, column from: the row has 2 cells, the first line 3",
    ]


def test_rows_beyond_the_tables_are_named_too() -> None:
    text = "from,amount,unit\n2026-09-16,5,months\n2149-12-01,500,months\n1800-01-01,1,hours\n"
    result = run("--batch", "-", "--lang", "en", text=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "line 3, column amount",
        "line 4, column from",
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ["column from", "column amount", "column unit"]),
        ("from,amount\n", ["column unit"]),
        ("from,amount,unit,due\n", ["column due"]),
    ],
)
def test_a_file_without_its_columns_says_which(text: str, named: list[str]) -> None:
    result = run("--batch", "-", "--lang", "en", text=text)
    assert result.exit_code == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [f"line 1, {name}" for name in named]


def test_a_file_of_headings_only_comes_back_so() -> None:
    assert run("--batch", "-", text="from,amount,unit\n").stdout == "from,amount,unit,due,provisional\n"


def test_a_single_date_does_not_wait_for_numpy() -> None:
    arguments = ["--from", "2026-09-16", "--working-days", "5", "--json"]
    script = f"""
import sys, typer
from qidi.commands.due import due
app = typer.Typer()
app.command()(due)
try:
    app({arguments!r})
except SystemExit as end:
    assert end.code == 0
assert not {{"numpy", "pandas"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["due"] == "2026-09-22"
