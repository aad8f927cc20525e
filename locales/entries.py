"""A ledger entry as people read it: its facts by name, how late it was entered, and why a due date moved."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from locales.recorded import FACTS
from services.contracts.vocabulary import ZONE


def told(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with the facts that people read, and by how many days it was entered later than it happened."""
    occurred, recorded = (
        datetime.fromisoformat(entry[name]).astimezone(ZONE) for name in ("occurred_at", "recorded_at")
    )
    data = entry["data"]
    return {
        **entry,
        "late_days": (recorded.date() - occurred.date()).days,
        # what a finding rests on has a page of its own
        "facts": [(name, data[name]) for name in FACTS if is_told(data.get(name))],
        "who": entry["actor"] or "",
        "moved": moved_because(entry),
        # What only some entries have.
        **{name: data.get(name) for name in ("clock_kind", "light")},
        # Why what another system said has no effect.
        "objection": data.get("objection"),
        "objection_facts": data.get("params") or {},
        "defects_told": len(data.get("defects") or ()),
    }


def moved_because(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Why a due date moved: a msgid with its facts."""
    data = entry["data"]
    if not entry["type"].startswith("qidi.clock.moved"):
        return None
    return data.get("template") or data["why"], data.get("params") or {}


def is_told(value: Any) -> bool:
    """Whether a fact is worth a word: something, and no list of further facts."""
    return value not in (None, "", 0) and not isinstance(value, dict | list)
