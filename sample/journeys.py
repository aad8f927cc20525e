"""The sample's cases that travel between levels, and how far each has come when it is loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Final

from sample.days import OfficeHours, after
from sample.names import Home
from services.contracts.vocabulary import Level

CITY_MATTER, REGION_MATTERS = "NM-007", ("NM-021", "NM-023")
#: Who acts at the levels above, each in his own name; the departments are those of the catalogue there.
PEOPLE: Final[Mapping[tuple[Level, str], str]] = {
    (Level.CITY, "自然资源局"): "示例市级经办人",
    (Level.CITY, "林草局"): "示例市级转报人",
    (Level.REGION, "自治区林草局"): "示例自治区经办人",
}


@dataclass(frozen=True)
class Move:
    """One step, at one level, of the application's case there."""

    level: Level
    body: dict[str, Any]
    #: Whose person takes it; empty: the system that brought the application in, for the person whom it names.
    department: str = ""


@dataclass(frozen=True)
class Journey:
    """One application: the body of `POST /v1/cases` at the banner, then what happened with it, in order."""

    name: str
    body: dict[str, Any]
    moves: tuple[Move, ...]


def journeys_of(
    today: date, home: Home, projects: Sequence[Mapping[str, Any]], handlers: Mapping[str, Sequence[str]], levels: int
) -> list[Journey]:
    """Cases at every station: still here, at the city, given back, decided, at the region. `levels` are there."""
    told = _Teller(Random(int(home.code)), today, home, projects, handlers)
    found = [
        told(CITY_MATTER, 2),
        told(CITY_MATTER, 4, told.up()),
        told(CITY_MATTER, 5, told.up(), told.at(Level.CITY, "accept")),
        told(
            CITY_MATTER,
            6,
            told.up(),
            told.at(Level.CITY, "return", reason="用地红线与勘测定界图不一致，请核对后重新转报"),
        ),
        told(CITY_MATTER, 8, told.up(), *told.decided(Level.CITY, "赤自然资审〔2026〕18号")),
        told(REGION_MATTERS[0], 3, told.up()),
    ]
    if levels > 2:
        onward = told.at(Level.CITY, "forward", department="林草局")
        found += [
            told(REGION_MATTERS[0], 5, told.up(), onward),
            told(REGION_MATTERS[1], 6, told.up(), onward, told.at(Level.REGION, "accept", department="自治区林草局")),
            told(
                REGION_MATTERS[1],
                9,
                told.up(),
                onward,
                *told.decided(Level.REGION, "内林草许〔2026〕7号", "自治区林草局"),
            ),
        ]
    return found


class _Teller:
    def __init__(
        self,
        chance: Random,
        today: date,
        home: Home,
        projects: Sequence[Mapping[str, Any]],
        handlers: Mapping[str, Sequence[str]],
    ) -> None:
        self._chance, self._today, self._home, self._handlers = chance, today, home, handlers
        self._projects, self._told = list(projects), 0

    def __call__(self, matter: str, days_ago: int, *moves: Move) -> Journey:
        """Received so many working days ago. What is done above is done now: it cannot be before it came there."""
        self._told += 1
        department = self._home.matters[matter].department
        person = {"name": self._chance.choice(list(self._handlers[department])), "department": department}
        hours = OfficeHours(self._chance)
        body = {
            "project_code": self._projects[self._told % len(self._projects)]["project_code"],
            "matter_code": matter,
            "handler": person,
            "actor": person,
            "received_at": hours.at(after(self._today, -days_ago)),
            "channel": "window",
        }
        first = {"actor": person, "occurred_at": hours.at(after(self._today, -1))}
        own = [Move(move.level, move.body | first) if move.level is Level.BANNER else move for move in moves]
        return Journey(f"sample-{self._home.code}-{self._told}", body, tuple(own))

    def up(self) -> Move:
        """Forwarded by the banner."""
        return Move(Level.BANNER, {"step": "forward"})

    def at(self, level: Level, step: str, department: str = "自然资源局", **facts: Any) -> Move:
        """A step above, by its named person."""
        return Move(level, {"step": step, **facts}, department)

    def decided(self, level: Level, document_no: str, department: str = "自然资源局") -> tuple[Move, ...]:
        """Accepted and granted there."""
        grant = self.at(level, "grant", department, document_no=document_no)
        return self.at(level, "accept", department), grant
