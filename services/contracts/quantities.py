"""Decides how limits, lights and persons are written on the wire."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class Unit(StrEnum):
    """The unit of a limit; every matter carries one (DOMAIN 3.4)."""

    WORKING_DAYS = "working_days"
    HALF_WORKING_DAYS = "half_working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    HOURS = "hours"


class Light(StrEnum):
    """What a clock shows. Grey while lawfully paused, done once it has stopped."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"
    DONE = "done"


class Wire(BaseModel):
    """A frozen value on the wire; optional additions of a newer sender are ignored, never refused."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WireLimit(Wire):
    """A limit with its unit, for example five working days."""

    amount: int = Field(ge=0, le=3650)
    unit: Unit = Unit.WORKING_DAYS


class Person(Wire):
    """The named person who acts and the department he acts for: no anonymous transition (DOMAIN 3, rule 10)."""

    name: str = Field(min_length=1, max_length=60)
    department: str = Field(min_length=1, max_length=80)


#: Marks a field that identifies a private person; such a field may only stand in contracts of reach `own`.
PRIVATE: dict[str, Any] = {"x-private": True}
PrivateText = Annotated[str, Field(json_schema_extra=PRIVATE)]
