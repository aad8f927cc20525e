"""Audience of events: for each kind of fact the operation that shows it, so that who may not ask is not told either.

Beside the table of rights: a follower of the ledger is told exactly what the table lets him ask for (`hears`). Where
his right goes as far as his own only, he is told what he brought in himself, and what happens to it while he follows.
A kind without a row is for whoever may read the ledger itself.
"""

from collections.abc import Mapping
from typing import Any, Final

from services.contracts.actors import Caller
from services.contracts.rights import scope_of
from services.contracts.scopes import Scope
from services.contracts.vocabulary import SubjectKind

#: What has no row: unknown kinds, a newer version's.
THE_LEDGER: Final = "entries.list"

#: Beginning of an event's stem -> the operation that shows such facts. The longest one that fits counts.
SHOWN_BY: Final[Mapping[str, str]] = {
    "qidi.authority.": "links.list",
    "qidi.calendar.": "calendar.releases",
    "qidi.case.": "cases.one",
    # remarks of the office to itself
    "qidi.case.noted": THE_LEDGER,
    "qidi.catalogue.": "catalogue.publications",
    "qidi.catalogue.adopted": "matters.list",
    "qidi.catalogue.publication-adopted": "catalogue.adoptions",
    "qidi.catalogue.found-beyond": "catalogue.adoptions",
    "qidi.clock.": "cases.clocks",
    "qidi.complaint.": "complaints.one",
    "qidi.complaint.person-disclosed": "complaints.list",
    "qidi.confidant.": "links.list",
    "qidi.department.": "departments.list",
    "qidi.draft.": "letter-drafts.one",
    "qidi.finding.": "findings.one",
    "qidi.forward.": "links.list",
    "qidi.instruction.": "instructions.one",
    "qidi.ledger.extended": "entries.head",
    "qidi.letter.": "links.list",
    "qidi.line.": "lines.list",
    "qidi.link.": "links.list",
    "qidi.listing.": "listings.list",
    "qidi.loss.": "links.list",
    "qidi.officer.": "officers.list",
    "qidi.project.": "projects.one",
    "qidi.referral.": "complaints.list",
    "qidi.rules.": "rules.list",
    "qidi.snapshot.": "snapshots.one",
    "qidi.subtree.": "subtree.list",
    "qidi.superior.": "links.list",
    "qidi.unclaimed.": "links.list",
}

#: A clock belongs to what it is about.
CLOCKS_OF: Final[Mapping[str, str]] = {
    SubjectKind.CASE: "cases.clocks",
    SubjectKind.COMPLAINT: "complaints.one",
    SubjectKind.INSTRUCTION: "instructions.one",
    SubjectKind.CATALOGUE: "catalogue.publications",
    SubjectKind.PROJECT: "projects.one",
}


def shown_by(stem: str, data: Mapping[str, Any]) -> str:
    """The operation that shows a fact of this kind."""
    if stem.startswith("qidi.clock."):
        return CLOCKS_OF.get(str(data.get("about_kind")), THE_LEDGER)
    fitting = [beginning for beginning in SHOWN_BY if stem.startswith(beginning)]
    return SHOWN_BY[max(fitting, key=len)] if fitting else THE_LEDGER


def subject_of(envelope: Mapping[str, Any]) -> str:
    """What a fact is about: a clock's is what it runs against."""
    return str(envelope.get("data", {}).get("about") or envelope.get("subject", ""))


def hears(caller: Caller, envelope: Mapping[str, Any], own: frozenset[str] | set[str] = frozenset()) -> bool:
    """Whether a caller is told of a fact. `own`: the subjects that are known to be his."""
    stem, data = str(envelope.get("type", "")).rsplit(".v", 1)[0], envelope.get("data", {})
    match scope_of(shown_by(stem, data), caller.role):
        case Scope.EVERY:
            return True
        case Scope.OWN:
            return is_own(caller, envelope) or subject_of(envelope) in own
    return False


def is_own(caller: Caller, envelope: Mapping[str, Any]) -> bool:
    """Whether it was this caller himself who brought the fact in: by the same token, or another one of its owner."""
    stamp = str(envelope.get("caller") or "").split("/", 3)
    mine = (caller.stamp or "").split("/", 3)
    if len(mine) < 3 or stamp[:1] != mine[:1]:
        return False
    return stamp[:3] == mine[:3] or (caller.bearer == caller.owner != "" and stamp[3:] == [caller.stamped])
