"""Ladder of warnings: the rungs that a clock climbs, by its light or by working days past its due day (DOMAIN 5).

One table. What a rung does (whom it tells, which letter it asks for) stands in `services/contracts/ladder.py`; the
timer only says that it was crossed: once per clock, rung and crossing, in this order, also after downtime. A clock that
is moved into the future can cross again, and then says the rung with the number of that crossing.
"""

from dataclasses import dataclass
from typing import Final

from services.contracts.ladder import Rung
from services.contracts.vocabulary import Light


@dataclass(frozen=True, slots=True)
class Crossing:
    """When a rung is crossed: with the turn of a light, or so many working days after the due day."""

    rung: Rung
    light: Light | None = None
    working_days: int = 0


#: DOMAIN 5, rule 4: a notice, the red light, then the reminder letter, the supervision letter, listed supervision.
LADDER: Final = (
    Crossing(Rung.YELLOW, Light.YELLOW),
    Crossing(Rung.RED, Light.RED),
    Crossing(Rung.REMIND, working_days=3),
    Crossing(Rung.SUPERVISE, working_days=5),
    Crossing(Rung.LIST, working_days=10),
)
#: The same by rung.
CROSSINGS: Final = {one.rung: one for one in LADDER}
