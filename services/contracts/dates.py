"""Moments and days as bodies give them: days of the calendar as everybody writes them, in Asia/Shanghai.

A number, a week date, a day of the year or `true` is no day and no moment: what was read as one by accident would start
a clock in another year, and nobody would see it.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from services.contracts.vocabulary import ZONE

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def _day(value: Any) -> Any:
    """A day such as 2026-09-16."""
    if isinstance(value, str) and _DAY.fullmatch(text := value.strip()):
        return text  # pydantic will say when there is no such day
    if type(value) is date:
        return value
    raise PydanticCustomError("date_parsing", "no day")


def _moment(value: Any) -> Any:
    """A moment such as 2026-09-16T10:00+08:00; without a zone it is Asia/Shanghai's, as every office means it."""
    if isinstance(value, str) and _MOMENT.fullmatch(text := value.strip().upper()):
        try:
            value = datetime.fromisoformat(text)
        except ValueError:  # a thirtieth of February
            value = None
    if not isinstance(value, datetime):
        raise PydanticCustomError("datetime_parsing", "no moment")
    return value.replace(tzinfo=ZONE) if value.tzinfo is None else value


def _entered(value: Any) -> Any:
    """A moment, or a day that stands for its midnight."""
    if isinstance(value, str) and _DAY.fullmatch(text := value.strip()):
        return _moment(f"{text}T00:00")
    return _moment(value)


Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
#: In the ledgers of offices a day is all that is known of most moments.
EnteredMoment = Annotated[datetime, BeforeValidator(_entered)]
