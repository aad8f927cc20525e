"""Trees of authorities: this one and those below it, who has joined, and whose lines add up to what.

A total never mixes silently: `own` are an authority's own lines, `whole` those of itself and of all below it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.contracts import divisions
from services.contracts.answers.lines import StandingCounts

#: What is counted of every authority.
COUNTS: Final = tuple(StandingCounts.model_fields)


@dataclass
class Branch:
    """One authority with those that report to it. Not joined: it may well have cases, but nothing is known of them."""

    authority: str
    name: str
    level: str
    superior: str | None
    joined: bool = False
    own: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    #: State of its ledger here: ok, gap, fork or stopped.
    state: str | None = None
    verified_at: str | None = None
    last_contact: str | None = None
    below: list["Branch"] = field(default_factory=list)

    @property
    def whole(self) -> dict[str, int]:
        """Its own lines and those of all below it. A forwarded case is a line of whoever has had it."""
        parts = [self.own, *(branch.whole for branch in self.below)]
        return {name: sum(part[name] for part in parts) for name in COUNTS}

    @property
    def joined_below(self) -> int:
        """How many of those that report to it directly have joined."""
        return sum(branch.joined for branch in self.below)

    def told(self) -> dict[str, Any]:
        """As the API tells it."""
        names = ("authority", "name", "level", "superior", "joined", "own", "whole", "state", "verified_at")
        counted = {"below": len(self.below), "joined_below": self.joined_below}
        return {name: getattr(self, name) for name in (*names, "last_contact")} | counted


def tree(own: str, name: str, held: Iterable[Mapping[str, Any]]) -> list[Branch]:
    """This authority, then everybody below it in the order of codes; `held` as the ledger's question `subtree`."""
    known = {str(one["authority"]): one for one in held}
    listed = [code for code in divisions.divisions() if divisions.is_within(code, own)]
    codes = [own, *sorted({*listed, *known} - {own})]
    branches = {code: _branch(code, own, known.get(code)) for code in codes}
    branches[own].name = name
    for branch in branches.values():
        if branch.superior is not None and branch.superior in branches:
            branches[branch.superior].below.append(branch)
    return list(branches.values())


def _branch(code: str, own: str, held: Mapping[str, Any] | None) -> Branch:
    listed = divisions.divisions().get(code)
    made = Branch(code, divisions.name_of(code), divisions.level_of(code), None)
    if code != own:
        # one that is in no list stands below whoever its ledger comes through
        through = str(held["via"]) if held is not None and held["via"] not in (None, code) else own
        made.superior = listed.superior if listed else through
    if held is not None:
        made.joined = True
        made.name = made.name if listed else held["name"] or code
        made.level = held["level"] or made.level
        made.own = {count: int(held[count]) for count in COUNTS}
        made.state, made.verified_at, made.last_contact = held["state"], held["verified_at"], held["last_contact"]
    return made


def find(branches: Sequence[Branch], code: str) -> Branch | None:
    """The branch of that code."""
    return next((branch for branch in branches if branch.authority == code), None)
