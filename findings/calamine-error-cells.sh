#!/bin/sh
# python-calamine 0.9.1 gives a cell with an Excel error (#N/A, #DIV/0!) as '', exactly as it gives an empty cell.
#
# Seen: [ '', '', '' ] for #N/A, #DIV/0! and a cell with nothing in it. A damaged date of a ledger is therefore read as
# "no date was entered", and nothing tells the reader. Whoever needs the difference has to look at the cell types
# (t="e") in the sheet's XML. openpyxl 3.1.5 gives the errors as the texts '#N/A' and '#DIV/0!'.
# Fails as soon as either library answers otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1 openpyxl==3.1.5 XlsxWriter==3.2.0
"$folder/venv/bin/python" - "$folder/ledger.xlsx" <<'PY'
import sys

import openpyxl
import python_calamine
import xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet("ledger")
sheet.write_formula(0, 0, "=NA()", None, "#N/A")
sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
sheet.write_string(0, 3, "end")
book.close()

calamine = python_calamine.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()[0]
other = [cell.value for cell in openpyxl.load_workbook(sys.argv[1], data_only=True).active[1]]
print("python-calamine 0.9.1:", calamine)
print("openpyxl 3.1.5:       ", other)
assert calamine == ["", "", "", "end"], "python-calamine tells errors from empty cells now"
assert other == ["#N/A", "#DIV/0!", None, "end"], "openpyxl reads them otherwise now"
PY
