"""Notices as they leave the house: subject and text in office Chinese."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from locales.facts import spoken
from locales.texts import Language, say


def sentence(template: str, params: Mapping[str, Any], language: Language = "zh") -> str:
    """What one notice says."""
    return spoken(language, template, **params)


def told(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Subject and text of a message: of one notice its own words, of several how many they are."""
    lines = [sentence(row["template"], json.loads(row["params"])) for row in rows]
    if len(lines) == 1:
        return lines[0][:120], lines[0]
    return say("zh", "{n} notices of approvals", n=len(lines)), "\n".join(lines)
