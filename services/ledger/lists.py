"""Saved lists of lines: which lines stand on each, and the years of receipt and initiation that a list is asked for."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_

from services.contracts.lists import SINCE, SavedList
from services.contracts.vocabulary import CaseState, Light
from services.ledger.domain import LineStanding
from services.ledger.library import projects
from services.ledger.store import lines
from services.plumbing.switchboard import Office

OF_LINES: Final = tuple(one.value for one in SavedList if not one.is_of_projects)
#: Of a project whose year nobody can tell; it stands on every list, for nothing is dropped in silence.
UNKNOWN_YEAR: Final = 0
_FIRST, _LAST = 1949, 2100
_GRANTED: Final = tuple(one.value for one in CaseState if one.is_granted)


def conditions(saved: str) -> list[ColumnElement[bool]]:
    """What a line has to be to stand on this list of lines; a line may stand on both."""
    is_open = lines.c.standing == LineStanding.OPEN.value
    if saved == SavedList.OVERDUE:
        return [is_open, lines.c.light == Light.RED.value]
    # granted is decided: what is still owed is the delivery
    return [is_open, lines.c.accepted_on.is_not(None), lines.c.state.not_in(_GRANTED)]


@dataclass(frozen=True)
class Years:
    """The years that a list is asked for; None: any."""

    since: int | None = None
    received_in: int | None = None
    initiated_in: int | None = None

    @classmethod
    def asked(
        cls,
        office: Office,
        since: int | None,
        received_in: int | None,
        initiated_in: int | None,
        saved: str | None = None,
    ) -> "Years":
        """The years of a question; a saved list begins with the plan's year where none is given."""
        for field, year in (("since", since), ("received_in", received_in), ("initiated_in", initiated_in)):
            if year is not None and not _FIRST <= year <= _LAST:
                template = "This must be a year between {first} and {last}."
                office.problems.add(field, template, first=_FIRST, last=_LAST)
        return cls(SINCE if since is None and saved is not None else since, received_in, initiated_in)

    def of_lines(self) -> list[ColumnElement[bool]]:
        """Lines that were received in these years, of projects that were initiated then."""
        found = [] if self.since is None else [lines.c.received_on >= f"{self.since:04d}"]
        if self.received_in is not None:
            found += [
                lines.c.received_on >= f"{self.received_in:04d}",
                lines.c.received_on < f"{self.received_in + 1:04d}",
            ]
        if self.initiated_in is not None:
            found.append(exists().where(_its_project(), projects.c.initiated_in == self.initiated_in))
        return found

    def of_projects(self) -> list[ColumnElement[bool]]:
        """Projects that were initiated in these years."""
        found: list[ColumnElement[bool]] = []
        if self.since is not None:
            found.append(or_(projects.c.initiated_in >= self.since, projects.c.initiated_in == UNKNOWN_YEAR))
        if self.initiated_in is not None:
            found.append(projects.c.initiated_in == self.initiated_in)
        return found


def _its_project() -> ColumnElement[bool]:
    return and_(projects.c.project_code == lines.c.project_code, projects.c.authority == lines.c.authority)
