"""Staff: whoever tells people something outside learns from the gateway's store who may act at that moment."""

import pytest

from deploy.staff import present
from services.contracts.vocabulary import Role
from tests.builders import AUTHORITY
from tests.unit.gateway.people import ask, make
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
ZHOU = "周正@督查室"


async def test_who_is_locked_or_in_no_post_any_more_is_none_of_the_staff(authority: Authority) -> None:
    folder = authority.gateway.settings.var
    (folder / AUTHORITY).symlink_to(folder)
    asked = present(authority.gateway.settings, authority.clock.now)

    def roles(label: str = ZHOU) -> list[str]:
        return [one.role for one in asked() if one.label == label]

    post = {"role": "supervisor", "department": "督查室"}
    id, _ = await make(authority, "zhou.zheng", "周正", **post, until_day="2026-09-18")
    assert roles() == ["supervisor"]
    await ask(authority, "POST", f"/v1/accounts/{id}/lock")
    assert roles() == []
    await ask(authority, "POST", f"/v1/accounts/{id}/unlock")
    assert roles() == ["supervisor"]
    authority.clock.move(days=3)
    assert roles() == [], "the last day of the post is over"
    await ask(authority, "POST", f"/v1/accounts/{id}/posts", post | {"role": "steward"})
    assert roles() == ["steward"]
    token = authority.gateway.tokens.check(authority.tokens[Role.SUPERVISOR])
    assert roles(token.caller.label) == ["supervisor"]
    authority.gateway.tokens.revoke(token.id)
    assert roles(token.caller.label) == []
