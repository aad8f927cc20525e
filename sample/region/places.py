"""The authorities of a simulated region: those of Inner Mongolia, or fewer of them with all three levels."""

from collections.abc import Sequence
from functools import cache
from itertools import zip_longest
from typing import Final

from services.contracts.divisions import Division as Place
from services.contracts.divisions import divisions
from services.contracts.vocabulary import Level

__all__ = ["Place", "inner_mongolia", "places", "shares"]

#: Region, a city and one of its banners are the least that has two links.
FEWEST: Final = 3
#: How much busier a level is than a banner: it decides what banners hand up.
WEIGHTS: Final = {"region": 4.0, "city": 2.5, "banner": 1.0}


@cache
def inner_mongolia() -> tuple[Place, ...]:
    """Region, 12 leagues and cities, 103 banners and counties (GB/T 2260), the upper levels first."""
    order = ("region", "city", "banner")
    return tuple(sorted(divisions().values(), key=lambda place: (order.index(place.level), place.code)))


def places(count: int) -> list[Place]:
    """The region, then cities, then banners: so many, with as many banners a city as there really are.

    Raises ValueError outside FEWEST and the number of the real ones.
    """
    everybody = inner_mongolia()
    if not FEWEST <= count <= len(everybody):
        raise ValueError(f"between {FEWEST} and {len(everybody)}")
    region = everybody[0]
    cities = [place for place in everybody if place.level is Level.CITY]
    chosen = cities[: max(1, round(len(cities) * (count - 1) / (len(everybody) - 1)))]
    while len(banners := _banners_of([region, *chosen])) < count - 1 - len(chosen):
        chosen = cities[: len(chosen) + 1]
    return [region, *chosen, *banners[: count - 1 - len(chosen)]]


def _banners_of(superiors: Sequence[Place]) -> list[Place]:
    """All banners below these, in turns, so that the first few are spread over them."""
    everybody = [place for place in inner_mongolia() if place.level is Level.BANNER]
    rows = [[one for one in everybody if one.superior == above.code] for above in superiors]
    turns = zip_longest(*rows[1:], rows[0])
    return [one for turn in turns for one in turn if one is not None]


def shares(entries: int, chosen: Sequence[Place]) -> dict[str, int]:
    """How many of so many entries each authority has: by the weight of its level, nothing lost in rounding."""
    whole = sum(WEIGHTS[place.level] for place in chosen)
    given: dict[str, int] = {}
    sum_of_weights, told = 0.0, 0
    for place in chosen:
        sum_of_weights += WEIGHTS[place.level]
        upto = round(entries * sum_of_weights / whole)
        given[place.code], told = upto - told, upto
    return given
