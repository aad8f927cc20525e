"""Reports of an import: what became of each line, with so much of what is wrong as somebody can read."""

from collections.abc import Sequence
from typing import Any

from services.contracts.vocabulary import MORE, MOST_PROBLEMS
from services.plumbing.errors import Problem

Report = dict[str, Any]
#: So many problems are told of one import, ten lines' worth of the worst ones.
MOST_REPORTED = 10 * MOST_PROBLEMS


def bounded(results: list[Report]) -> list[Report]:
    """The same with MOST_REPORTED problems in all: a bad line after that is refused with their number alone."""
    left = MOST_REPORTED
    for one in results:
        told = one["problems"][: max(left, 0)]
        left -= len(told)
        if number := len(one["problems"]) - len(told):
            one["problems"] = [*told, {"field": "", "template": MORE, "params": {"number": number}}]
    return results


def told_of(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as an answer tells them."""
    return [{"field": one.field, "template": one.template, "params": one.params} for one in problems]
