"""Health of the authority as it is told: whether the process lives, and which service answers."""

from typing import Literal

from pydantic import AwareDatetime

from services.contracts.ailments import Ailment
from services.contracts.answers.shape import Answer


class Alive(Answer):
    """The process lives."""

    status: Literal["alive"]
    #: By the authority's clock, as the gateway has it.
    now: AwareDatetime


class Cause(Answer):
    """One thing that is wrong, and the services (or `gateway`) of which it is true."""

    cause: Ailment
    message: str
    of: list[str]


class Readiness(Answer):
    """Who can do its work and who cannot: whether it answers, and whether its store takes what is written."""

    status: Literal["ready", "not ready"]
    services: dict[str, bool]
    causes: list[Cause]
