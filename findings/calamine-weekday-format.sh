#!/bin/sh
# python-calamine 0.9.1 knows a date by its number format, but not the East Asian weekday format `aaaa`: bare number.
#
# Seen: the same serial 46000 (9 December 2025) is a date under yyyy/m/d, under the era year e"年"m"月"d"日" and under the
# Buddhist year bbbb/mm/dd, and the number 46000.0 under `aaaa` and `[$-804]aaaa`, which Excel in Chinese offers as
# "星期三". Serial 60, which Excel shows as 29 February 1900, and 59 are both 28 February 1900.
# Fails as soon as any of these is read otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1 XlsxWriter==3.2.0
"$folder/venv/bin/python" - "$folder/dates.xlsx" <<'PY'
import datetime
import sys

import python_calamine
import xlsxwriter

CELLS = [
    (46000, "yyyy/m/d"),
    (46000, 'e"年"m"月"d"日"'),
    (46000, "bbbb/mm/dd"),
    (46000, "aaaa"),
    (46000, "[$-804]aaaa"),
    (59, "yyyy/m/d"),
    (60, "yyyy/m/d"),
]
book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet("dates")
for column, (serial, form) in enumerate(CELLS):
    sheet.write_number(0, column, serial, book.add_format({"num_format": form}))
book.close()

read = python_calamine.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()[0]
for (serial, form), value in zip(CELLS, read, strict=True):
    print(f"{serial:>6} {form:<16} -> {value!r}")
day, february = datetime.date(2025, 12, 9), datetime.date(1900, 2, 28)
assert read == [day, day, day, 46000.0, 46000.0, february, february], "python-calamine 0.9.1 reads these otherwise now"
PY
