"""Services without a broker: asking them keeps the promises that asking them over it makes."""

import pytest

from services.contracts.actors import Caller
from services.contracts.vocabulary import Role
from services.plumbing import outbox
from services.plumbing.db import reading
from services.plumbing.errors import Unavailable
from tests.builders import a_project, a_project_code
from tests.unit.gateway.running import Authority

pytestmark = pytest.mark.anyio
WINDOW = Caller(role=Role.WINDOW.value, name="王芳", department="发展改革委")


async def test_the_same_id_is_one_effect_and_one_answer(authority: Authority) -> None:
    first = await authority.services.command("intake", "register-project", "one", a_project(), WINDOW)
    again = await authority.services.command("intake", "register-project", "one", a_project(), WINDOW)
    other = await authority.services.command("intake", "register-project", "one", a_project(2), WINDOW)
    assert first == again == {"status": 200, "body": {"project_code": a_project_code()}}
    assert other["status"] == 422


async def test_what_is_said_reaches_everyone_who_hears_it_and_then_all_is_quiet(authority: Authority) -> None:
    await authority.services.command("intake", "register-project", "one", a_project(), WINDOW)
    assert authority.services.deliver() == 0
    for desk in authority.services.desks.values():
        with reading(desk.engine) as connection:
            assert outbox.waiting(connection, 10) == []
    told = await authority.services.ask("ledger", "timeline", {"case_no": a_project_code()})
    assert [item["type"] for item in told["body"]["items"]] == ["qidi.project.registered.v1"]


async def test_an_unknown_question_and_an_unknown_command_are_answered_not_raised(authority: Authority) -> None:
    assert (await authority.services.ask("intake", "no-such-question", {}))["status"] == 422
    assert (await authority.services.command("intake", "no-such-command", "one", {}, WINDOW))["status"] == 500


async def test_every_service_says_that_it_is_ready(authority: Authority) -> None:
    for name in authority.services.desks:
        assert (await authority.services.ask(name, "ready", {}))["status"] == 200


async def test_a_service_that_is_away_does_not_answer(authority: Authority) -> None:
    authority.services.away = {"timer"}
    with pytest.raises(Unavailable):
        await authority.services.ask("timer", "lights", {})
    with pytest.raises(Unavailable):
        await authority.services.command("timer", "release-calendar", "one", {}, WINDOW)
