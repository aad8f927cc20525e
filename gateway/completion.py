"""Completion of orders with what another service knows: the day on which a decision is due, whom we have joined."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from services.contracts.calendar_orders import DraftCalendar, ReleaseDraft
from services.contracts.commands import EnterCases, ReceiveCase, TakeStep
from services.contracts.vocabulary import StepKind

_NAMED: Final = "complete_by"
_DUE: Final = "due_on"
_SUPERIOR: Final = "superior"
#: From a superior come the State Council's notices; the ledger knows whether there is one, and the timer judges.
_OF_DAYS: Final = frozenset({(kind.service, kind.name) for kind in (DraftCalendar, ReleaseDraft)})
#: What is allowed only while the decision is not due yet.
_CHANGES_LIMIT: Final = frozenset({StepKind.EXTEND, StepKind.HANDLE_JOINTLY, StepKind.CHANGE_LIMIT})
_ONE: Final = frozenset({(kind.service, kind.name) for kind in (ReceiveCase, TakeStep)})


class Ask(Protocol):
    """A question to a service: its name, the question's, and what is asked."""

    async def __call__(self, service: str, question: str, /, **params: Any) -> Any: ...


async def completed(ask: Ask, service: str, command: str, data: Any) -> Any:
    """The order with what another service knows of it; whatever the sender says of that is left out."""
    if isinstance(data, Mapping) and (service, command) in _OF_DAYS:
        return {**data, _SUPERIOR: await superior(ask)}
    return await with_due(ask, service, command, data)


async def superior(ask: Ask) -> str | None:
    """The code of the authority that this one has joined."""
    links = (await ask("ledger", "links"))["items"]
    return next((str(one["code"]) for one in links if (one["relation"], one["state"]) == (_SUPERIOR, "joined")), None)


async def with_due(ask: Ask, service: str, command: str, data: Any) -> Any:
    """The order with the day on which its decision is due, where it names a day of completion or extends the limit.

    Only the timer counts (DOMAIN 4.9), so whatever the sender says of it is left out.
    """
    if not isinstance(data, Mapping):
        return data  # the service says what is wrong with it
    if (service, command) in _ONE:
        return (await _all_with_due(ask, [data]))[0]
    entries = data.get("entries")
    if (service, command) == (EnterCases.service, EnterCases.name) and isinstance(entries, list):
        return {**data, "entries": await _all_with_due(ask, entries)}
    return data


async def _all_with_due(ask: Ask, orders: Sequence[Any]) -> list[Any]:
    plain = [{**one} if isinstance(one, Mapping) else one for one in orders]
    for one in plain:
        if isinstance(one, dict):
            one.pop(_DUE, None)
    naming = [one for one in plain if isinstance(one, dict) and (one.get(_NAMED) or one.get("step") in _CHANGES_LIMIT)]
    if not naming:
        return plain
    promises = await ask("intake", "promises", items=naming)
    countable = [(one, promise) for one, promise in zip(naming, promises, strict=True) if promise is not None]
    if countable:
        days = await ask("timer", "decisions_due", items=[promise for _, promise in countable])
        for (one, _), day in zip(countable, days, strict=True):
            one[_DUE] = day
    return plain


async def decision_due(ask: Ask, case_no: str) -> str | None:
    """The day on which the decision of a case is due, as it goes with an order about it; None: no day is due now."""
    order = (await _all_with_due(ask, [{"case_no": case_no, "step": StepKind.EXTEND.value}]))[0]
    day: str | None = order.get(_DUE)
    return day
