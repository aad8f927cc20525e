"""Decides how ``qidi due`` speaks: English messages as written in the code, and their Chinese."""

from typing import Final

CHINESE: Final = {
    # problems with the arguments
    "--from is missing: give the day of the event, such as --from 2026-09-16": (
        "缺少 --from：请给出起算之日，例如 --from 2026-09-16"
    ),
    "--from {text}: not a date like 2026-09-16 or a moment like 2026-10-01T10:00": (
        "--from {text}：应为日期（如 2026-09-16）或时刻（如 2026-10-01T10:00）"
    ),
    "no limit: give one of --working-days, --calendar-days, --months, --hours": (
        "缺少期限：请给出 --working-days、--calendar-days、--months、--hours 之一"
    ),
    "{options}: only one limit can be counted at a time; leave out the others": (
        "{options}：一次只能计算一个期限，请只保留一个"
    ),
    "{option} {text}: not a whole number of at most seven digits, such as 5": (
        "{option} {text}：应为不超过七位的整数，例如 5"
    ),
    "{option} {text}: a negative amount already counts backwards; leave out --before or the sign": (
        "{option} {text}：负数即为倒推，请去掉 --before 或负号"
    ),
    "--pause {text}: not two dates like 2026-09-18..2026-09-20": (
        "--pause {text}：应为起止两个日期，如 2026-09-18..2026-09-20"
    ),
    "--pause {text}: ends before it begins; swap the two dates": "--pause {text}：止日早于起日，请对调两个日期",
    "--pause: a limit counted backwards cannot be paused; leave out --pause or --before": (
        "--pause：倒推期限不存在扣除，请去掉 --pause 或 --before"
    ),
    "--calendar {text}: cannot be read ({reason}); give a CSV file with the columns date,kind": (
        "--calendar {text}：无法读取（{reason}），请给出含 date,kind 两列的 CSV 文件"
    ),
    "--calendar {text}: line {line}, column {column}: {reason}": (
        "--calendar {text}：第 {line} 行 {column} 列：{reason}"
    ),
    "the first line must name this column: date,kind": "首行应含 date,kind 两列",
    "the file is not UTF-8 text": "文件不是 UTF-8 文本",
    "{text!r} is not a date like 2026-10-01": "{text!r} 应为日期，如 2026-10-01",
    "{text} is outside {first} to {last}": "{text} 不在 {first} 至 {last} 之间",
    "{text!r} is neither holiday nor workday": "{text!r} 应为 holiday 或 workday",
    "{text} is called {before} further up and {now} here": "{text} 前面写作 {before}，此处写作 {now}",
    "--lang {text}: use zh or en": "--lang {text}：请用 zh 或 en",
    "--batch: takes its limits from the file; leave out {options}": "--batch：期限取自文件，请去掉 {options}",
    "--batch {text}: cannot be read ({reason}); give a CSV file with the columns from,amount,unit": (
        "--batch {text}：无法读取（{reason}），请给出含 from,amount,unit 列的 CSV 文件"
    ),
    "--from, {option}: the count leaves the years that can be calculated, {first} to {last}": (
        "--from、{option}：超出可计算的年份（{first} 至 {last}）"
    ),
    # bad rows of a batch
    "line {line}, column {column}: {reason}": "第 {line} 行 {column} 列：{reason}",
    "the column is missing from the first line": "首行缺少此列",
    "the column is there already, and would be written twice; rename it": "此列已存在，会重复写出，请改名",
    "the row has {found} cells, the first line {wanted}": "本行有 {found} 格，首行有 {wanted} 格",
    "{text!r} is not a date like 2026-09-16 or a moment like 2026-10-01T10:00": (
        "{text!r} 应为日期（如 2026-09-16）或时刻（如 2026-10-01T10:00）"
    ),
    "{text!r} is not a whole number of at most seven digits": "{text!r} 应为不超过七位的整数",
    "{text!r} is not one of {units}": "{text!r} 应为 {units} 之一",
    "not readable as CSV: {reason}": "不是可读的 CSV：{reason}",
    "{text} leaves the years that can be calculated, {first} to {last}": "{text} 超出可计算的年份（{first} 至 {last}）",
    # the answer
    "Due": "到期日",
    "Overdue from": "逾期自",
    "Limit": "期限",
    "From": "起算",
    "Calendar": "日历",
    "provisional: the holiday notice for this year is not out, or this calendar does not reach it": (
        "暂定：该年度放假通知尚未发布，或本日历未涵盖该年度"
    ),
    "{count} working days": "{count} 个工作日",
    "{count} calendar days": "{count} 个自然日",
    "{count} months": "{count} 个月",
    "{count} hours": "{count} 小时",
    "{limit}, counted backwards": "倒推 {limit}",
    "Date": "日期",
    "Weekday": "星期",
    "Count": "计数",
    "Reason": "理由",
    "Festival": "节日",
    "Notice": "依据",
    "day of the event": "起算当日不计入",
    "working day": "工作日",
    "weekend": "周末",
    "holiday": "节假日",
    "make-up working day": "调休上班",
    "lawful pause": "依法扣除",
    "rolled": "顺延至此",
    "unannounced": "未发布",
    "Mon": "一",
    "Tue": "二",
    "Wed": "三",
    "Thu": "四",
    "Fri": "五",
    "Sat": "六",
    "Sun": "日",
}
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LANGUAGES: Final = ("zh", "en")


def chosen(asked: str | None, environment: str) -> str:
    """The language asked for, or English where the environment's LANG says so, or Chinese."""
    if asked in LANGUAGES:
        return asked
    return "en" if environment.startswith("en") else "zh"


def say(language: str, message: str, **facts: object) -> str:
    """The message in this language with its facts filled in."""
    template = CHINESE.get(message, message) if language == "zh" else message
    return template.format(**facts)
