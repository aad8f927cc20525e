"""Facts that raise findings, and what was raised: shared by the tests of the detectors."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.contracts.cases import CorrectionRequested
from services.contracts.complaints import ComplaintRegistered
from services.contracts.vocabulary import ComplaintKind, Urgency
from services.reporting.detectors import RULES
from tests.builders import asked
from tests.unit.complaints.facts import CASE, WANG, Teller, a_defect_told


def a_notice(round: int, *old: bool) -> CorrectionRequested:
    """The notice of that round; one defect for each argument, old or new."""
    defects = tuple(a_defect_told(one) for one in old)
    return CorrectionRequested(case_no=CASE, handler=WANG, round=round, defects=defects)


def a_complaint(check: str = "no-case-exists") -> ComplaintRegistered:
    facts: dict[str, Any] = {"kind": ComplaintKind.BLOCKED, "urgency": Urgency.GENERAL, "check": check}
    number = "150424-T2026-000001"
    return ComplaintRegistered(complaint_no=number, channel="12345", place="林西镇", department="住建局", **facts)


def raised(teller: Teller) -> list[tuple[str, str]]:
    """Rule and subject of every finding, the oldest first; nothing in their evidence goes without a declared name."""
    found = asked(teller.desk, "findings")["items"]
    for one in found:
        assert set(_names(one["evidence"])) <= set(RULES[one["rule"]].evidence), one
        assert one["about_kind"] == RULES[one["rule"]].about_kind.value
    return [(one["rule"], one["about"]) for one in reversed(found)]


def _names(evidence: Any) -> Iterator[str]:
    """Every name in the evidence, also further inside; `old` says nothing that the list of old defects does not say."""
    if isinstance(evidence, Mapping):
        yield from (name for name in evidence if name != "old")
        evidence = list(evidence.values())
    if isinstance(evidence, list):
        for one in evidence:
            yield from _names(one)
