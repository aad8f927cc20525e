"""Versions of matters: each says the number of the list since which it stands as it does (front database: SPSXBBH)."""

from dataclasses import replace

from services.intake.catalogues.matter import List, Matter
from services.intake.catalogues.parts import both


def same(one: Matter, other: Matter) -> bool:
    """Whether two say the same, whatever their numbers are."""
    return replace(one, version=0) == replace(other, version=0)


def same_list(first: List, second: List) -> bool:
    """Whether two lists say the same in the same order."""
    return list(first) == list(second) and all(same(one, second[code]) for code, one in first.items())


def numbered(before: List, after: List, number: int) -> dict[str, Matter]:
    """The list under its new number: what has not changed keeps the one that it has had. Of a special step that a
    matter has no more, no way is kept either."""
    found = {
        code: replace(one, special_processes=both(one.special_processes, one.special_steps))
        for code, one in after.items()
    }
    return {
        code: replace(one, version=before[code].version if code in before and same(before[code], one) else number)
        for code, one in found.items()
    }
