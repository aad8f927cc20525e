#!/bin/sh
# workalendar 17.0.0 answers for weekends of years that it does not know, and keeps the notice of 2020 that was replaced.
#
# Seen: China is configured to 2023. A weekday of 2026 raises CalendarError ("Need configure 2026 for China."), but a
# Saturday or Sunday is answered without looking: 14 and 28 February 2026, which the State Council's notice for 2026 makes
# working days, are False, and no error says that nothing is known of the year. In 2020, 31 January and 1 February count as
# working days, as under the notice of 2019; the notice of 26 January 2020 had made them days off.
# Five working days from 22 January 2020 so end on 4 February; with the replaced days they end on 6 February.
# Fails as soon as any of these is answered otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet workalendar==17.0.0 setuptools==65.5.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import datetime

from workalendar.asia import China
from workalendar.exceptions import CalendarError

calendar = China()


def answer(year, month, day):
    try:
        return calendar.is_working_day(datetime.date(year, month, day))
    except CalendarError as error:
        return str(error)


DAYS = [(2026, 2, 14), (2026, 2, 28), (2026, 2, 16), (2020, 1, 31), (2020, 2, 1)]
seen = [answer(*day) for day in DAYS]
for day, said in zip(DAYS, seen, strict=True):
    print(datetime.date(*day).strftime("%Y-%m-%d %a"), "working day:", said)
fifth = China().add_working_days(datetime.date(2020, 1, 22), 5)
print("five working days from 2020-01-22 end on", fifth)
unknown = "Need configure 2026 for China."
assert seen == [False, False, unknown, True, True], "workalendar 17.0.0 answers otherwise now"
assert fifth == datetime.date(2020, 2, 4), "workalendar 17.0.0 counts 2020 otherwise now"
PY
