"""Promises that are counted before they are taken: what the timer needs to know to say when a case will be due."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.contracts.names import folded
from services.contracts.vocabulary import StepKind, Unit
from services.intake.catalogues.matter import Matter
from services.intake.catalogues.receipt import matter_at_receipt
from services.intake.catalogues.wire import list_of
from services.intake.corrections import effective
from services.intake.store import Records, moment
from services.plumbing.switchboard import Office

_ACCEPTS: Final = frozenset({StepKind.ACCEPT, StepKind.ACCEPT_WITH_DEFICIENCIES})


def promises(office: Office, *, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
    """For each receipt, entry or step (`case_no`): receipt, acceptance and promised limit, as far as it says them.

    None where there is nothing to count: what is wrong with it is said when it is ordered.
    """
    records = Records(office.connection)
    matters = list_of(records.matters().values())
    by_name = {folded(matter.name): matter for matter in matters.values()}
    return [
        _of_case(records, str(one["case_no"])) if one.get("case_no") else _of_receipt(one, matters, by_name, office)
        for one in items
    ]


def _of_case(records: Records, case_no: str) -> dict[str, Any] | None:
    case = records.case(case_no)
    if case is None:
        return None
    accepted = [one["occurred_at"] for one in effective(records.history([case_no])[case_no]) if one["step"] in _ACCEPTS]
    return {
        "case_no": case_no,
        "received_at": case.received_at.isoformat(),
        "accepted_at": moment(min(accepted)).isoformat() if accepted else None,
        "counted_from": matter_at_receipt(records, case).counted_from.value,
        "amount": case.limit.amount,
        "unit": case.limit.unit.value,
    }


def _of_receipt(
    one: Mapping[str, Any], matters: Mapping[str, Matter], by_name: Mapping[str, Matter], office: Office
) -> dict[str, Any] | None:
    wanted = str(one.get("matter_code") or one.get("matter") or "")
    matter = matters.get(wanted) or by_name.get(folded(wanted))
    if matter is None:
        return None
    limit = {"amount": matter.promised.amount, "unit": matter.promised.unit.value}
    if isinstance(own := one.get("promised"), Mapping):
        limit = {"amount": own.get("amount"), "unit": own.get("unit", Unit.WORKING_DAYS.value)}
    elif one.get("promised_days") is not None:
        in_days = matter.promised.unit is Unit.CALENDAR_DAYS
        limit = {
            "amount": one["promised_days"],
            "unit": (Unit.CALENDAR_DAYS if in_days else Unit.WORKING_DAYS).value,
        }
    return {
        "received_at": one.get("received_at") or office.now.isoformat(),
        "accepted_at": _accepted(one.get("steps")),
        "counted_from": matter.counted_from.value,
        "corrections": _corrections(one.get("steps")),
        **limit,
    }


def _accepted(steps: Any) -> str | None:
    return next((at for step, at in _told(steps) if step in _ACCEPTS), None)


def _corrections(steps: Any) -> list[tuple[str, str]]:
    """When the applicant was asked for corrections, and when he had made them."""
    found: list[tuple[str, str]] = []
    asked = None
    for step, at in _told(steps):
        if step == StepKind.REQUEST_CORRECTION:
            asked = asked or at
        elif step == StepKind.COMPLETE_CORRECTION and asked is not None:
            found.append((asked, at))
            asked = None
    return found


def _told(steps: Any) -> list[tuple[str, str]]:
    """The steps of an entry with their moments, as far as it gives them."""
    told = [one for one in steps or () if isinstance(one, Mapping)] if isinstance(steps, Sequence) else []
    return [(str(one.get("step")), str(one["occurred_at"])) for one in told if one.get("occurred_at")]
