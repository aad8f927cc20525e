#!/bin/sh
# Beyond the State Council's yearly notice, three calendar packages for China behave in three ways; one invents days off.
#
# In November 2026 no notice for 2027 exists, so nobody knows which working days of 2027 are days off in exchange for
# weekends at work. Seen:
#   holidays 0.109        answers: 8 and 9 February 2027 are days off "(observed)", and names no weekend at work for 2027
#                         although it names some for 2026; nothing marks the year as a guess
#   chinesecalendar 1.11  raises NotImplementedError for 2027 and names the years that it knows
#   workalendar 17.0      raises for 2024 and later; for a single day it answers from 2018 to 2023 only
# Fails when any of them answers otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet holidays==0.109 chinesecalendar==1.11.0 workalendar==17.0.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import datetime

import chinese_calendar
import holidays
from workalendar.asia import China

guess = holidays.China(years=2027)
invented = [str(day) for day, name in sorted(guess.items()) if "observed" in name]
# of each year its own: the set for one year also holds six days between 2001 and 2011
at_work = {
    year: sum(day.year == year for day in holidays.China(years=year).weekend_workdays) for year in (2026, 2027)
}
print("holidays 0.109, 2027 observed:", invented, "weekends at work:", at_work)
assert "2027-02-09" in invented and at_work[2026] > 0 == at_work[2027], "holidays answers otherwise now"

try:
    chinese_calendar.is_workday(datetime.date(2027, 1, 4))
    raise SystemExit("chinesecalendar knows 2027 now")
except NotImplementedError as unknown:
    print("chinesecalendar 1.11:", unknown)

try:
    China().holidays(2026)
    raise SystemExit("workalendar knows 2026 now")
except Exception as unknown:
    print("workalendar 17.0:", type(unknown).__name__, unknown)
PY
