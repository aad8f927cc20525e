"""Audience of events: a follower is told what the table of rights lets him ask for, and nothing else."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from gateway.events import ARRIVED, event
from services.contracts import catalogue
from services.contracts.actors import Caller
from services.contracts.audience import CLOCKS_OF, SHOWN_BY, THE_LEDGER, shown_by
from services.contracts.envelope import Reach
from services.contracts.rights import MAY, PUBLIC, scope_of
from services.contracts.scopes import Scope
from services.contracts.vocabulary import Role, SubjectKind
from tests.builders import AUTHORITY, WANG, a_project, a_project_code
from tests.unit.gateway.running import Authority, Follow

pytestmark = pytest.mark.anyio

EVENTS = catalogue.all_events()
#: What a partner's system is told of whoever brought it in, spelt out: the record of cases, projects and time.
PARTNER_HEARS = {
    "qidi.calendar.published", "qidi.calendar.released", "qidi.calendar.withdrawn", "qidi.catalogue.adopted",
    "qidi.line.struck-off", "qidi.project.changed", "qidi.project.moved", "qidi.project.registered", "qidi.rules.set",
    "qidi.clock.light-changed", "qidi.clock.moved", "qidi.clock.started", "qidi.clock.stopped",
    "qidi.clock.rung-crossed",
    *(stem for stem in EVENTS if stem.startswith("qidi.case.") and stem != "qidi.case.noted"),
}  # fmt: skip
PARTNERS_OWN = {
    stem for stem in EVENTS if stem.startswith("qidi.complaint.") and stem != "qidi.complaint.person-disclosed"
}
PARTNER = Caller(token_id="a1", role=Role.PARTNER)


def told(asks: Caller, stem: str, own: set[str] | None = None, **envelope: Any) -> bool:
    entry = {"type": f"{stem}.v1", "subject": "x", "data": {"about_kind": "case", "about": "x"}, **envelope}
    return event({"index": 1, "entry": json.dumps(entry)}, asks, (), own) is not None


def test_every_operation_that_shows_events_is_one_of_the_table() -> None:
    assert set(SHOWN_BY.values()) | set(CLOCKS_OF.values()) <= set(MAY)
    assert all(MAY[operation] is not PUBLIC for operation in SHOWN_BY.values())
    assert set(CLOCKS_OF) == set(SubjectKind)


def test_every_kind_of_event_has_its_row_and_every_row_its_kind() -> None:
    kinds = {*EVENTS, ARRIVED}
    assert [stem for stem in kinds if not any(stem.startswith(row) for row in SHOWN_BY)] == []
    assert [row for row in SHOWN_BY if not any(stem.startswith(row) for stem in kinds)] == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("stem", sorted(EVENTS))
def test_each_role_is_told_of_each_kind_exactly_as_far_as_it_may_ask(stem: str, role: Role) -> None:
    caller = Caller(token_id="a1", role=role, name="王芳", department="发展改革委")
    scope = scope_of(shown_by(stem, {"about_kind": "case"}), role)
    inside = role is Role.PARTNER and EVENTS[stem].reach is Reach.OWN
    assert told(caller, stem) is (scope is Scope.EVERY and not inside)
    assert told(caller, stem, caller=f"{role}/token/a1") is (scope in (Scope.EVERY, Scope.OWN) and not inside)


@pytest.mark.parametrize("stem", sorted(EVENTS))
def test_a_partner_is_told_exactly_this(stem: str) -> None:
    assert told(PARTNER, stem) is (stem in PARTNER_HEARS)
    assert told(PARTNER, stem, caller="partner/token/a1") is (stem in PARTNER_HEARS | PARTNERS_OWN)
    assert not (stem in PARTNERS_OWN and told(PARTNER, stem, caller="partner/token/b2"))
    assert not (stem in PARTNERS_OWN and told(PARTNER, stem, caller=None))


def test_what_an_owner_brought_in_by_one_token_it_hears_by_its_next_one_whatever_name_they_carry() -> None:
    stem, owner = "qidi.complaint.registered", "12345热线平台"
    named = {"name": "孙七", "department": "12345热线"}
    first = Caller("a1", Role.PARTNER, **named, owner=owner)
    for following in (Caller("b2", Role.PARTNER, owner=owner), Caller("b2", Role.PARTNER, **named, owner=owner)):
        assert told(following, stem, caller=first.stamp)
        assert told(first, stem, caller=following.stamp)
    assert not told(Caller("c3", Role.PARTNER, **named, owner="另一平台"), stem, caller=first.stamp)
    assert not told(Caller("c3", Role.PARTNER, **named), stem, caller=first.stamp)


@pytest.mark.parametrize("stem", ["qidi.secret.told", "qidi", "", "qidi.clock", "other.case.received", "qidi.caseX.y"])
def test_what_nobody_knows_is_for_those_who_read_the_ledger(stem: str) -> None:
    assert shown_by(stem, {}) == THE_LEDGER
    assert not told(PARTNER, stem)
    assert not told(PARTNER, stem, caller="partner/token/a1")
    assert told(Caller(role=Role.HANDLER), stem)


@pytest.mark.parametrize("kind", [*SubjectKind, "something-new", None])
def test_a_clock_is_for_whoever_may_see_what_it_runs_against(kind: str | None) -> None:
    data = {"about_kind": kind, "about": "150424-T2026-000001"}
    assert told(PARTNER, "qidi.clock.started", data=data) is (kind in (SubjectKind.CASE, SubjectKind.PROJECT))
    own = {"150424-T2026-000001"}
    assert told(PARTNER, "qidi.clock.started", own, data=data) is (
        kind in (SubjectKind.CASE, SubjectKind.COMPLAINT, SubjectKind.PROJECT)
    )


def a_complaint(**more: Any) -> dict[str, Any]:
    return {"kind": "delay", "text": "一直没有答复", "place": "大厅", "project_code": a_project_code(), **more}


async def made(authority: Authority, role: Role, path: str, body: Mapping[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token or authority.tokens[role]}"}
    async with authority.client(None, **headers) as client:
        answer = await client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_partner_follows_what_it_may_ask_for_and_of_complaints_its_own(
    authority: Authority, follow: Follow
) -> None:
    await made(authority, Role.WINDOW, "/v1/projects", a_project())
    sun = {"department": "发展改革委", "actor": WANG}
    other = authority.gateway.tokens.issue(Role.PARTNER)[1]
    foreign = await made(authority, Role.PARTNER, "/v1/complaints", a_complaint(**sun), other)
    inner = await made(authority, Role.HANDLER, "/v1/complaints", a_complaint())
    own = await made(authority, Role.PARTNER, "/v1/complaints", a_complaint(**sun))
    numbers = [one["complaint_no"] for one in (foreign, inner, own)]
    for number in numbers:
        step = {"step": "dispatch", "department": "发展改革委"}
        await made(authority, Role.SUPERVISOR, f"/v1/complaints/{number}/steps", step)
    body = {"project_code": a_project_code(), "matter_code": "NM-001", "handler": WANG}
    await made(authority, Role.WINDOW, "/v1/cases", body)

    async def heard(role: Role) -> list[tuple[str, str]]:
        stream = await follow(role, "after=-1")
        seen = []
        while True:
            one = await stream.next()
            envelope = json.loads(one["data"])
            about = envelope["data"].get("about") or envelope["subject"]
            seen.append((envelope["type"].rsplit(".v", 1)[0], about))
            if one["event"] == "qidi.clock.started.v1" and about.startswith(f"{AUTHORITY}-2026"):
                return seen

    everything, partners = await heard(Role.HANDLER), await heard(Role.PARTNER)
    assert {about for stem, about in everything if stem.startswith("qidi.complaint.")} == set(numbers)
    assert {about for stem, about in partners if about in numbers} == {own["complaint_no"]}
    assert ("qidi.complaint.dispatched", own["complaint_no"]) in partners
    assert [stem for stem, _ in partners if stem.startswith(("qidi.finding.", "qidi.instruction.", "qidi.link."))] == []
