"""Rights: the one table of who may do what, and how far: with everything, with the own department's, or with his own.

A row is an operation of the API or the board (its route's name), or a step of a case, complaint or official message
(`case-step.grant`, `instruction-step.sign`). What is not in it nobody may. The gateway asks by route before a body is
read; the service that decides asks how far the right goes, as only it knows whose the thing is (DOMAIN 3, rule 13).

Reasons for the less obvious rows: partners (integrated systems) bring things in and see the record of this authority,
but neither the people's list of complaints nor findings, which are inner matters. Who complained is shown to
supervisors only, for a stated purpose, on the record. Supervisors judge and strike off; they take no case steps, as
those belong to the department's own people. Operations and the administrator keep the house: they take no step and
judge nobody. `/metrics` carries only counts under closed labels, without names or case numbers, so that a Prometheus
can scrape it without a secret.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.actors import ACTS_FOR_OTHERS, Caller, Objection, is_oneself
from services.contracts.names import folded
from services.contracts.quantities import RecordedPerson
from services.contracts.scopes import Row, Scope, department, every, own
from services.contracts.step_rights import STEPS
from services.contracts.vocabulary import DUTIES, Role

PARTNER, HOTLINE, WINDOW, HANDLER, HEAD, SUPERVISOR, STEWARD, ADMIN, OPS = Role


#: Needs no sign-in at all.
PUBLIC: Final[Row] = {}
ALL: Final[Row] = every(*Role)
STAFF: Final[Row] = {role: scope for role, scope in ALL.items() if role is not PARTNER}
#: Whoever has a case in hand: the counter and the department.
_DESK: Final = (WINDOW, HANDLER, HEAD)

#: What is done with drafts of the calendar, over the API as on the board.
_OF_DRAFTS: Final = ("text", "file", "withdrawal", "count", "release", "give-up")

MAY: Final[Mapping[str, Row]] = {
    # open to everybody who can reach the port
    **dict.fromkeys(
        ("health", "ready", "metrics", "docs", "docs.start", "openapi", "problem", "static", "home"), PUBLIC
    ),
    "session.begin": PUBLIC,
    "session.end": PUBLIC,
    # everybody's own account and sessions
    "me": ALL,
    "me.password": ALL,
    "me.post": ALL,
    "sessions.mine": ALL,
    "sessions.end-mine": ALL,
    "sessions.end-one-of-mine": ALL,
    # people and machines: the administrator's alone
    **dict.fromkeys(
        (
            *("accounts.list", "accounts.one", "accounts.create", "accounts.reset", "accounts.lock", "accounts.unlock"),
            *("accounts.post-given", "accounts.post-ended", "accounts.sessions-ended", "sessions.list", "sessions.end"),
            *("tokens.list", "tokens.issue", "tokens.revoke", "audit.list", "audit.workbook", "audit.file"),
        ),
        every(ADMIN),
    ),
    # projects and matters
    "projects.list": ALL,
    "projects.one": ALL,
    "projects.days": ALL,
    "projects.register": every(PARTNER, WINDOW, STEWARD, SUPERVISOR, ADMIN),
    "projects.move": every(SUPERVISOR),
    "matters.list": ALL,
    "matters.one": ALL,
    "matters.adopt": every(SUPERVISOR, ADMIN),
    # departments and people: the administrator's; a head names his own people and hands over within his department
    "departments.list": STAFF,
    "departments.set": every(ADMIN),
    "departments.close": every(ADMIN),
    "officers.list": STAFF,
    "officers.appoint": every(ADMIN) | department(HEAD),
    "officers.dismiss": every(ADMIN) | department(HEAD),
    "officers.hand-over": every(ADMIN) | department(HEAD),
    # lists from level to level
    "catalogue.publications": STAFF,
    "catalogue.publish": every(SUPERVISOR),
    "catalogue.differences": STAFF,
    "catalogue.adoptions": STAFF,
    "catalogue.adopt": every(SUPERVISOR, ADMIN),
    # cases
    "cases.list": ALL,
    "cases.one": ALL,
    "cases.steps": ALL,
    "cases.clocks": ALL,
    "cases.timeline": ALL,
    "cases.explain": ALL,
    # made to be handed out: what stays inside is in it as a hash only
    "cases.proof": ALL,
    "cases.receive": every(PARTNER) | department(*_DESK),
    "cases.paper": STAFF,
    "cases.step": own(PARTNER) | department(*_DESK),
    "late-entries.judge": department(HEAD) | every(SUPERVISOR),
    # a mistake on record is the head's to correct, with the reason
    "corrections.record": department(HEAD),
    "imports.cases": every(PARTNER, SUPERVISOR, ADMIN),
    # a file is entered row by row as by the line above, in the name of whoever confirms it
    "imports.upload": every(PARTNER, SUPERVISOR, ADMIN),
    "imports.list": own(PARTNER) | every(SUPERVISOR, ADMIN),
    "imports.one": own(PARTNER) | every(SUPERVISOR, ADMIN),
    "imports.refused": own(PARTNER) | every(SUPERVISOR, ADMIN),
    "imports.marked": own(PARTNER) | every(SUPERVISOR, ADMIN),
    "imports.enter": own(PARTNER) | every(SUPERVISOR, ADMIN),
    "imports.stop": own(PARTNER) | every(SUPERVISOR, ADMIN),
    "imports.resume": own(PARTNER) | every(SUPERVISOR, ADMIN),
    # the list people read, and the log behind it
    "lines.list": ALL,
    "lines.summary": ALL,
    "lines.workbook": ALL,
    # the head signs for what an import brought in; who may not sign sees what waits
    "confirmations.list": STAFF,
    "confirmations.confirm": department(HEAD),
    "lists.counts": ALL,
    "lists.projects": ALL,
    "lists.workbook": ALL,
    "lines.strike-off": department(HANDLER, HEAD) | every(SUPERVISOR),
    "entries.list": STAFF,
    "entries.head": ALL,
    "events": ALL,
    # other levels: the office's own business, as is everything of the subtree on the routes above
    "links.list": STAFF,
    "links.reconciliation": STAFF,
    "links.troubles": STAFF,
    "subtree.list": STAFF,
    "subtree.case": STAFF,
    # complaints
    "complaints.list": STAFF,
    "complaints.counts": ALL,
    "complaints.one": STAFF | own(PARTNER),
    "complaints.register": every(PARTNER, HOTLINE, WINDOW, HANDLER, HEAD, SUPERVISOR),
    "complaints.step": own(PARTNER) | department(*_DESK) | every(HOTLINE, SUPERVISOR),
    "complaints.person": every(SUPERVISOR),
    # time
    "deadlines.count": ALL,
    "calendar.year": ALL,
    "calendar.releases": ALL,
    # these two only try
    "calendar.release": every(SUPERVISOR, ADMIN),
    "calendar.withdraw": every(SUPERVISOR, ADMIN),
    # drafted by one person, released by another of the same rights
    "calendar.drafts": STAFF,
    "calendar.draft": STAFF,
    **dict.fromkeys(("calendar.draft-moves", "calendar.draft-below", "calendar.draft-workbook"), STAFF),
    **{f"calendar.draft-{one}": every(SUPERVISOR, ADMIN) for one in ("days", *_OF_DRAFTS)},
    "rules.list": ALL,
    "rules.set": every(SUPERVISOR, ADMIN),
    # official messages to those below: issued by whoever supervises, signed for and answered by the department
    "instructions.list": STAFF,
    "instructions.one": STAFF,
    "instructions.addressees": STAFF,
    "instructions.issue": every(SUPERVISOR),
    "instructions.document": STAFF,
    # what is drafted is the leading office's own paper until it is sealed
    **{f"letter-drafts.{one}": every(SUPERVISOR) for one in ("list", "one", "make", "seal", "drop", "document")},
    **dict.fromkeys(("listings.list", "ladder"), STAFF),
    **{f"notices.{one}": STAFF for one in ("list", "read", "wishes", "set-wishes")},
    "instructions.step": department(*_DESK) | every(SUPERVISOR),
    # figures and findings
    "findings.list": STAFF,
    "findings.one": STAFF,
    "findings.rules": STAFF,
    "findings.settle": every(SUPERVISOR),
    "findings.settle-many": every(SUPERVISOR),
    # whose department is concerned has a word; a review is another body's, which the service sees to
    "findings.state": department(HANDLER, HEAD),
    "findings.review": every(SUPERVISOR),
    "figures.month": STAFF,
    "figures.workbook": STAFF,
    "figures.days": STAFF,
    "figures.days-workbook": STAFF,
    "snapshots.list": STAFF,
    "snapshots.one": STAFF,
    "snapshots.workbook": STAFF,
    "snapshots.freeze": every(SUPERVISOR),
    "stats": ALL,
    # the board, which is for the authority's own people
    "board.login": PUBLIC,
    "board.enter": PUBLIC,
    "board.provider": PUBLIC,
    "board.provider-back": PUBLIC,
    "board.language": PUBLIC,
    "board.front": STAFF,
    "board.lines": STAFF,
    "board.lists": STAFF,
    "board.links": STAFF,
    "board.subtree": STAFF,
    "board.subtree-case": STAFF,
    "board.case": STAFF,
    "board.why": STAFF,
    "board.strike-off": department(HANDLER, HEAD) | every(SUPERVISOR),
    # a form may what the API lets the same role do
    "board.step": department(*_DESK),
    "board.late-entry": department(HEAD) | every(SUPERVISOR),
    "board.correction": department(HEAD),
    "board.case-new": department(*_DESK),
    "board.case-receive": department(*_DESK),
    "board.confirmations": STAFF,
    "board.confirm": department(HEAD),
    "board.complaints": STAFF,
    "board.complaint": STAFF,
    "board.complaint-send": department(*_DESK) | every(HOTLINE, SUPERVISOR),
    "board.instructions": STAFF,
    "board.instruction": STAFF,
    "board.instruction-new": every(SUPERVISOR),
    "board.instruction-issue": every(SUPERVISOR),
    **{f"board.letter-draft{one}": every(SUPERVISOR) for one in ("s", "", "-make", "-seal", "-drop")},
    **{f"board.notices{one}": STAFF for one in ("", "-count", "-read", "-wishes")},
    "board.listings": STAFF,
    "board.instruction-step": department(*_DESK) | every(SUPERVISOR),
    "board.findings": STAFF,
    "board.finding": STAFF,
    "board.finding-rules": STAFF,
    "board.findings-settle": every(SUPERVISOR),
    "board.finding-settle": every(SUPERVISOR),
    "board.finding-state": department(HANDLER, HEAD),
    "board.finding-review": every(SUPERVISOR),
    "board.departments": every(ADMIN) | department(HEAD),
    "board.department-set": every(ADMIN),
    "board.department-close": every(ADMIN),
    "board.officer-appoint": every(ADMIN) | department(HEAD),
    "board.officer-dismiss": every(ADMIN) | department(HEAD),
    "board.hand-over": every(ADMIN) | department(HEAD),
    "board.catalogue": STAFF,
    "board.matter": STAFF,
    "board.catalogue-adopt": every(SUPERVISOR, ADMIN),
    "board.catalogue-publish": every(SUPERVISOR),
    "board.imports": every(SUPERVISOR, ADMIN),
    "board.import": every(SUPERVISOR, ADMIN),
    **{f"board.import-{one}": every(SUPERVISOR, ADMIN) for one in ("upload", "confirm", "enter", "stop", "resume")},
    "board.figures": STAFF,
    "board.calendar": STAFF,
    "board.drafts": STAFF,
    "board.draft": STAFF,
    **{f"board.draft-{one}": every(SUPERVISOR, ADMIN) for one in _OF_DRAFTS},
    "board.snapshot": STAFF,
    "board.me": STAFF,
    "board.my-post": STAFF,
    "board.my-sessions-end": STAFF,
    "board.password": STAFF,
    "board.password-set": STAFF,
    **dict.fromkeys(
        (
            *("board.accounts", "board.account", "board.account-new", "board.account-change", "board.tokens"),
            *("board.token-issue", "board.token-revoke", "board.sign-ins"),
        ),
        every(ADMIN),
    ),
}


def scope_of(operation: str, role: str) -> Scope | None:
    """How far a role's right to an operation goes (a route's name, or `case-step.<step>`); None: it has none."""
    return _row(operation).get(Role(role)) if role in set(Role) else None


def holders(operation: str) -> Collection[Role]:
    """The roles that may it at all, in their own order."""
    return [role for role in Role if role in _row(operation)]


def duties_for(operation: str) -> Collection[Role]:
    """The duties of a department's people that may it: in the name of one of them a system may it as well."""
    return [duty for duty in DUTIES if duty in _row(operation)]


def _row(operation: str) -> Row:
    return MAY.get(operation) or STEPS.get(operation) or {}


# --- how far a right goes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Whose:
    """Whose a thing is, as a right asks: the department that holds it, in whose hands, and which partner brought it."""

    department: str = ""
    hands: RecordedPerson | None = None
    #: `Caller.bearer` of the partner; empty: no partner did.
    brought_by: str = ""
    #: The departments whose windows serve all the others (comprehensive windows).
    front_offices: Collection[str] = ()

    def is_held_by(self, department: str) -> bool:
        """Whether this department holds it, however its name is spelt."""
        return bool(folded(department)) and folded(department) == folded(self.department)

    def is_served_by(self, caller: Caller) -> bool:
        """Whether the caller's department holds it, or he sits at a window that serves all."""
        at_front = caller.role == Role.WINDOW and folded(caller.department) in map(folded, self.front_offices)
        return self.is_held_by(caller.department) or at_front

    def is_own_of(self, caller: Caller) -> bool:
        """Whether the caller brought it in, where he is a system, or has it in his own hands."""
        if caller.role in ACTS_FOR_OTHERS:
            return bool(caller.bearer) and caller.bearer == self.brought_by
        return self.hands is not None and is_oneself(caller, self.hands)


def barred(operation: str, caller: Caller, whose: Whose) -> Objection | None:
    """Why the caller may not do this with what is so held; None when he may.

    Who has no role is no caller: time itself, and facts that were heard.
    """
    if not caller.role:
        return None
    facts: dict[str, Any] = {"caller": caller.called, "role": caller.role}
    match scope_of(operation, caller.role):
        case Scope.DEPARTMENT if not whose.is_served_by(caller):
            template = "{caller} ({role}) may do this only with what the own department has; this is with {department}."
            if not whose.department:
                template = "{caller} ({role}) may do this only with what the own department has; this is with none yet."
            return Objection(template, facts | {"department": whose.department})
        case Scope.OWN if not whose.is_own_of(caller):
            if caller.role in ACTS_FOR_OTHERS:
                return Objection("{caller} ({role}) may do this only with what it brought in itself.", facts)
            template = "{caller} ({role}) may do this only with what is in the own hands; this is in those of {holder}."
            return Objection(template, facts | {"holder": whose.hands.label if whose.hands else whose.department})
        case None:
            return without_right(operation, caller)
    return None


def without_right(operation: str, caller: Caller) -> Objection:
    """That the caller may not do this at all, and who may."""
    return Objection(
        "{caller} ({role}) may not do this; it is for: {roles}.",
        {"caller": caller.called, "role": caller.role, "roles": ", ".join(holders(operation))},
    )


def barred_from_name(caller: Caller, named: RecordedPerson, whose: Whose, or_of: str = "") -> Objection | None:
    """Why a system may not act in this person's name with what is so held: it has to be one of the department, or of
    this other one (`or_of`)."""
    is_of_the_other = bool(folded(or_of)) and folded(named.department) == folded(or_of)
    if caller.role not in ACTS_FOR_OTHERS or whose.is_held_by(named.department) or is_of_the_other:
        return None
    departments = ", ".join(dict.fromkeys(filter(None, (whose.department, or_of))))
    facts = {"caller": caller.called, "role": caller.role, "name": named.label, "department": departments}
    template = "{caller} ({role}) may do this only in the name of a person of {department}, which {name} is not."
    return Objection(template, facts)
