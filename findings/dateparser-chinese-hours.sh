#!/bin/sh
# dateparser 1.5.0 reads 9点30分 and 下午3:30, but not 下午3点30分; a month without a day gets the day of today.
#
# Seen (languages=["zh"]): "2026年9月1日9点30分" and "2026年9月1日下午3:30" are read, "2026年9月1日下午3点30分", "…上午9点"
# and "…晚上8点", the usual spellings in office ledgers, give None; so does 二〇二六年九月一日. "2026年9月" gives the 29th when
# today is the 29th, unless told otherwise by a setting.
# Fails as soon as any of these is read otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet dateparser==1.5.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import datetime

import dateparser

BASE = datetime.datetime(2026, 11, 29, 10)
TEXTS = [
    "2026年9月1日9点30分",
    "2026年9月1日下午3:30",
    "2026年9月1日下午3点30分",
    "2026年9月1日上午9点",
    "2026年9月1日晚上8点",
    "二〇二六年九月一日",
    "2026年9月",
]
seen = [dateparser.parse(text, languages=["zh"], settings={"RELATIVE_BASE": BASE}) for text in TEXTS]
for text, moment in zip(TEXTS, seen, strict=True):
    print(text, "->", moment)
morning, afternoon = datetime.datetime(2026, 9, 1, 9, 30), datetime.datetime(2026, 9, 1, 15, 30)
month = datetime.datetime(2026, 9, 29)
assert seen == [morning, afternoon, None, None, None, None, month], "dateparser 1.5.0 reads these otherwise now"
PY
