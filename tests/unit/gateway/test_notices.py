"""Notices over the API and on the board: one's own inbox, the badge, and by which way one is told beside it."""

from typing import Any

import pytest

from services.contracts.vocabulary import Role
from services.notices import follower
from tests.builders import MORNING
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
PAGE = {"Accept": "text/html"}


async def told(authority: Authority) -> None:
    """A case of Wang Fang's has turned red, and a letter waits for a seal."""
    clock: dict[str, Any] = {
        "clock_id": "150424-2026-000001/decision/1",
        "clock_kind": "decision",
        "about_kind": "case",
        "about": "150424-2026-000001",
        "department": "发展改革委",
        "light": "red",
        "due_on": "2026-09-15",
        "responsible": "王芳",
        "crossing": 1,
    }
    draft = {"draft_no": "150424-ND2026-000001", "about": "150424-2026-000001"}
    facts = [("qidi.clock.light-changed.v1", clock), ("qidi.draft.made.v1", draft)]
    engine = authority.services.desks["notices"].engine
    follower.begin(engine, 0)
    items = [{"index": n, "entry": {"id": f"e{n}", "type": kind, "data": data}} for n, (kind, data) in enumerate(facts)]
    follower.take(engine, items, MORNING)


async def test_an_inbox_is_ones_own_and_is_read_by_oneself(authority: Authority) -> None:
    await told(authority)
    async with authority.client(Role.HANDLER) as handler, authority.client(Role.SUPERVISOR) as leader:
        mine = (await handler.get("/v1/notices")).json()
        assert (mine["unread"], mine["items"][0]["message"]) == (
            1, "150424-2026-000001的承诺时限内作出决定应于2026-09-15完成，现已逾期。",
        )  # fmt: skip
        theirs = (await leader.get("/v1/notices")).json()
        assert [one["kind"] for one in theirs["items"]] == ["draft"]
        newest = {"up_to": mine["items"][0]["number"]}
        assert (await handler.post("/v1/notices/read", json=newest)).json()["unread"] == 0
        assert (await leader.get("/v1/notices")).json()["unread"] == 1
        assert (await leader.get("/v1/notices", params={"cursor": "eA=="})).status_code == 422
        wish = {"channels": ["email"], "email": "wang@example.org", "digest": True}
        assert (await handler.post("/v1/notices/wishes", json=wish)).json()["channels"] == ["email"]
        assert (await handler.get("/v1/notices/wishes")).json()["email"] == "wang@example.org"
        assert (await leader.get("/v1/notices/wishes")).json()["email"] == "", "nobody else's"
    async with authority.client(Role.PARTNER) as partner:
        assert (await partner.get("/v1/notices")).status_code == 403


async def test_the_board_shows_what_is_new_with_a_way_to_it_and_takes_wishes(authority: Authority) -> None:
    await told(authority)
    async with authority.client(Role.HANDLER, **PAGE) as handler:
        text = (await handler.get("/board/notices")).text
        for shown in ("逾期", 'href="/board/cases/150424-2026-000001"', "1条未读", "全部标为已读"):
            assert shown in text, shown
        assert (await handler.get("/board/notices/count")).text == "1"
        assert "/board/notices/count" in (await handler.get("/board")).text, "the badge stands on every page"
        assert (await handler.post("/board/notices/read", data={"up_to": "1", "key": "1"})).status_code == 303
        assert (await handler.get("/board/notices/count")).text == ""
        wrong = await handler.post("/board/notices/wishes", data={"channel-email": "1", "key": "2"})
        assert wrong.status_code == 422
        assert "请填写接收邮件的地址。" in wrong.text
        fields = {"channel-email": "1", "kind-red": "1", "email": "w@example.org", "digest": "1", "key": "3"}
        assert (await handler.post("/board/notices/wishes", data=fields)).status_code == 303
        assert 'value="w@example.org"' in (await handler.get("/board/notices")).text
