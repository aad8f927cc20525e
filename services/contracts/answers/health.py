"""Health of the authority as it is told: whether the process lives, and which service answers."""

from typing import Literal

from services.contracts.answers.shape import Answer


class Alive(Answer):
    """The process lives."""

    status: Literal["alive"]


class Readiness(Answer):
    """Who answers and who does not."""

    status: Literal["ready", "not ready"]
    services: dict[str, bool]
