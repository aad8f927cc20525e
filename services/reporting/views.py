"""What reporting shows: figures as of now, frozen ones with whether the picture has changed since, and findings."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from services.contracts.vocabulary import ZONE, FindingState
from services.plumbing.errors import NotFound, Problem, Refused
from services.plumbing.pages import Page
from services.plumbing.switchboard import Office
from services.reporting.detectors import RULES
from services.reporting.domain import Month, Span
from services.reporting.figures import picture
from services.reporting.rules import Detector, Rule
from services.reporting.sources import month_figures
from services.reporting.store import Findings, Snapshots


def figures(office: Office, month: str | None = None) -> dict[str, Any]:
    """A month's figures as the record shows them now; the running month when none is named. Problems on `month`."""
    span = Span.asked(office.problems, month or Month.at(office.now).name, office.now, office.beginning)
    if span is None:
        raise Refused(*office.problems.found)
    return {"authority": office.authority} | month_figures(office.connection, span)


def snapshot(office: Office, snapshot_no: str) -> dict[str, Any]:
    """Frozen figures as they were, for ever, and beside them whether later facts changed the picture. Raises NotFound.

    `digest` is the SHA-256 of `figures` in canonical JSON (RFC 8785). `changed_since`: today's figures of the same
    month differ. `changed_by_late_facts`: they differ even as of the moment of freezing, because facts were recorded
    later that had happened before; for a month that was over when it was frozen both mean the same.
    """
    row = Snapshots(office.connection).get(snapshot_no)
    if row is None:
        raise NotFound(Problem("snapshot_no", "There is no snapshot {snapshot_no}.", {"snapshot_no": snapshot_no}))
    frozen = json.loads(row["content"])
    month = Month.of(row["month"])
    then = Span(month, datetime.fromisoformat(row["as_of"]), office.beginning)
    today = Span(month, min(month.ends, office.now), office.beginning)
    late = _differs(office, frozen, then)
    return _shown(row) | {
        "changed_since": late if then == today else _differs(office, frozen, today),
        "changed_by_late_facts": late,
        "figures": frozen,
    }


def _differs(office: Office, frozen: dict[str, Any], span: Span) -> bool:
    now = {"authority": office.authority} | month_figures(office.connection, span)
    return picture(now) != picture(frozen)


def snapshots(office: Office) -> dict[str, Any]:
    """All snapshots without their figures, the newest month first."""
    return {"items": [_shown(row) for row in Snapshots(office.connection).listed()], "next": None}


def _shown(row: RowMapping) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("snapshot_no", "month", "as_of", "running", "frozen_by", "digest")},
        "frozen_at": _moment(row["frozen_at"]),
    }


def findings(
    office: Office,
    rule: str | None = None,
    department: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """The findings, newest first. Problems on `rule`, `state`, `cursor` and `limit`."""
    page = Page.asked(office.problems, cursor, limit)
    for field, value, known in (("rule", rule, tuple(RULES)), ("state", state, tuple(FindingState))):
        if value and value not in known:
            office.problems.add(field, "This must be one of: {expected}.", expected=", ".join(known))
    office.problems.refuse()
    given = {"rule": rule, "department": department, "state": state}
    rows = Findings(office.connection).listed(
        {name: value for name, value in given.items() if value}, page.after, page.limit + 1
    )
    return page.cut(rows, lambda row: str(row["finding_no"]), _finding)


def finding(office: Office, finding_no: str) -> dict[str, Any]:
    """One finding with its evidence and how it was settled. Raises NotFound."""
    row = Findings(office.connection).get(finding_no)
    if row is None:
        raise NotFound(Problem("finding_no", "There is no finding {finding_no}.", {"finding_no": finding_no}))
    return _finding(row)


def finding_rules(office: Office, *, detectors: Sequence[Detector], thresholds: Mapping[str, float]) -> dict[str, Any]:
    """What counts as a suspected breach here, by which law, from which value on, and what follows (P4-15)."""
    return {"items": [_rule(one.rule, thresholds.get(one.rule.name)) for one in detectors], "next": None}


def _rule(rule: Rule, threshold: float | None) -> dict[str, Any]:
    return {
        "rule": rule.name,
        "title": rule.title,
        "law": rule.law,
        "what": rule.what,
        "consequence": rule.consequence,
        "about_kind": rule.about_kind.value,
        "threshold": threshold,
        "unit": rule.threshold.unit if rule.threshold else "",
        "setting": f"QIDI_{rule.threshold.setting.upper()}" if rule.threshold else None,
    }


def _finding(row: RowMapping) -> dict[str, Any]:
    """`template` is a gettext msgid, `params` its facts: the sentence is put together where the language is known.

    `about_kind` says where a person looks into it. A finding of a rule that is no more stands with its name alone.
    """
    rule = RULES.get(row["rule"])
    return {
        **{name: row[name] for name in ("finding_no", "rule", "about", "round", "department", "state")},
        "about_kind": rule.about_kind.value if rule else "",
        "template": rule.template if rule else f"{row['rule']}: {{about}}",
        "params": json.loads(row["params"]),
        "evidence": json.loads(row["evidence"]),
        "raised_at": _moment(row["raised_at"]),
        "settled_at": _moment(row["settled_at"]),
        **{name: row[name] for name in ("settled_by", "reason", "statement", "stated_by", "review", "reviewed_by")},
        "stated_at": _moment(row["stated_at"]),
        "counts_from": _moment(row["counts_from"]),
        "reviewed_at": _moment(row["reviewed_at"]),
    }


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE).isoformat(timespec="seconds")
