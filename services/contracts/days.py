"""Days of a case on the wire and in stores: whose they are, between levels and between services."""

import json
from collections.abc import Iterable
from typing import Any

from services.contracts.attribution import Span
from services.contracts.quantities import DaysHeld
from services.contracts.vocabulary import Holder


def span_of(told: DaysHeld) -> Span:
    """What another level says; a holder that only a newer version knows is another department."""
    holder = Holder(told.holder) if told.holder in set(Holder) else Holder.OTHER_DEPARTMENT
    return Span(holder, told.since, told.until, told.authority, told.department)


def told(spans: Iterable[Span]) -> tuple[DaysHeld, ...] | None:
    """As they are said; None for none."""
    return tuple(DaysHeld.model_validate(_data(one)) for one in spans) or None


def written(spans: Iterable[Span]) -> str:
    """As they are kept."""
    data = [DaysHeld.model_validate(_data(one)).model_dump(mode="json") for one in spans]
    return json.dumps(data, ensure_ascii=False) if data else ""


def read(kept: str) -> tuple[Span, ...]:
    """As they were kept."""
    return tuple(span_of(DaysHeld.model_validate(one)) for one in json.loads(kept)) if kept else ()


def _data(one: Span) -> dict[str, Any]:
    names = ("since", "until", "authority", "department")
    return {"holder": one.holder.value, **{name: getattr(one, name) for name in names}}
