#!/bin/sh
# python-stdnum 2.2 refuses unified social credit codes (GB 32100-2015) that begin with a letter, and takes one that
# begins with 15.
#
# The first character names the registering department, the second the kind of body: N2 is a village's economic
# collective, registered by the agriculture departments; A1 is registered by the military's staffing office.
# No code begins with 15, but every identity number of Inner Mongolia does, so the two are told apart by it.
# Seen: InvalidFormat for well-formed codes under N2 and A1, and 15... accepted, all with a right check character.
# The numbers are made up; the check character follows the standard's annex. Fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-stdnum==2.2
"$folder/venv/bin/python" - <<'PY'
from stdnum.cn import uscc
from stdnum.exceptions import InvalidFormat

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def with_check(first: str) -> str:
    total = sum(LETTERS.index(one) * pow(3, place, 31) for place, one in enumerate(first))
    return first + LETTERS[-total % 31]


def verdict(number: str) -> str:
    try:
        return "taken" if uscc.validate(number) == number else "changed"
    except InvalidFormat:
        return "InvalidFormat"


seen = {start: verdict(with_check(f"{start}150424MF0000001")) for start in ("91", "N2", "A1", "15")}
print("python-stdnum 2.2:", seen)
assert seen == {"91": "taken", "N2": "InvalidFormat", "A1": "InvalidFormat", "15": "taken"}, "it judges otherwise now"
PY
