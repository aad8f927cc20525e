"""Imports as the API tells them, in the caller's language."""

from collections.abc import Mapping
from typing import Any

from documents.ledgers.words import say
from gateway.imports.register import Import
from gateway.imports.report import refusal
from gateway.imports.shelf import Shelf
from locales.texts import Language
from services.contracts.answers.imports import ImportState

Told = dict[str, Any]
#: In these nothing was found yet, or what was found is being found anew.
_WITHOUT_REPORT: Told = {
    "sheets": [], "told": [], "struck": 0, "first": [], "reasons": {"zh": [], "en": []},
    "remarks": {"zh": [], "en": []},
}  # fmt: skip


def import_told(one: Import, language: Language) -> Told:
    """A file and how far its import is."""
    return {
        "no": one.no, "file": one.file, "bytes": one.bytes, "sha256": one.sha256,
        "uploaded_at": one.uploaded_at.isoformat(timespec="seconds"), "uploaded_by": one.uploaded_by,
        "confirmed_by": one.confirmed_by or None, "state": one.state.value, "done": one.done, "rows": one.rows,
        "tried": one.tried, "entered": one.entered, "left": one.left, "replaces": one.replaces,
        "replaced_by": one.replaced_by, "is_kept": one.is_kept,
        "trouble": sentence(language, *one.trouble) if one.trouble is not None else None,
    }  # fmt: skip


def understood_told(one: Import, shelf: Shelf, language: Language) -> Told:
    """A file with everything that was found in it. Raises OSError."""
    report = report_of(one, shelf)
    late = shelf.read(one.no, "late") or [] if one.state is ImportState.ENTERED else []
    return import_told(one, language) | {
        "sheets": [{name: sheet[name] for name in ("name", "header_row", "columns")} for sheet in report["sheets"]],
        "told": [sentence(language, template, facts) for template, facts in report["told"]],
        "remarks": report["remarks"][language],
        "reasons": report["reasons"][language],
        "struck": report["struck"],
        "first": report["first"],
        "late": [refusal(report, name, wrong) for name, wrong in late],
    }


def refusals_told(one: Import, shelf: Shelf, language: Language, start: int, limit: int) -> Told:
    """Some of its refused rows, and where the next ones begin. Raises OSError."""
    report = report_of(one, shelf)
    if one.tried is None or not report["sheets"]:
        return {"items": [], "next": None}
    found = list(shelf.refused(one.no, language, start, limit + 1))
    following = str(start + limit) if len(found) > limit else None
    return {"items": [refusal(report, name, wrong) for name, wrong in found[:limit]], "next": following}


def report_of(one: Import, shelf: Shelf) -> Mapping[str, Any]:
    """What was found in the file; empty before the end of its dry run."""
    report: Mapping[str, Any] | None = shelf.read(one.no, "report") if one.tried is not None else None
    return report or _WITHOUT_REPORT


def sentence(language: Language, template: str, params: Mapping[str, Any]) -> Told:
    """Something that is told of a file, in the words of an import."""
    return {"template": template, "params": dict(params), "message": say(language, template, **params)}
