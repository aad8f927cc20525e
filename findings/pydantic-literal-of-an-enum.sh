#!/bin/sh
# pydantic 2.14.3 names the choices of a Literal of enum members by Python's repr, though it takes and gives plain values.
#
# Seen: the field takes "window"; a wrong value is told "Input should be <Role.WINDOW: 'window'> or <Role.HEAD: 'head'>",
# in `msg` and in ctx["expected"]. The same choices as an enum, or as a Literal of strings, are told as 'window' or 'head'.
# So who shows `expected` to people, or builds a remedy from it, shows Python. Fails when the three agree.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pydantic==2.14.3
"$folder/venv/bin/python" - <<'PY'
from enum import StrEnum
from typing import Literal

from pydantic import TypeAdapter, ValidationError


class Role(StrEnum):
    WINDOW = "window"
    HEAD = "head"


def expected(kind: object) -> str:
    assert TypeAdapter(kind).validate_python("window") == "window"
    try:
        TypeAdapter(kind).validate_python("clerk")
    except ValidationError as wrong:
        return str(wrong.errors()[0]["ctx"]["expected"])
    raise SystemExit("it took a wrong value")


told = {
    "Literal of members": expected(Literal[Role.WINDOW, Role.HEAD]),
    "enum": expected(Role),
    "Literal of strings": expected(Literal["window", "head"]),
}
for kind, words in told.items():
    print(f"{kind:<19} {words}")
assert told["Literal of members"] == "<Role.WINDOW: 'window'> or <Role.HEAD: 'head'>", "the members are told otherwise now"
assert told["enum"] == told["Literal of strings"] == "'window' or 'head'"
PY
