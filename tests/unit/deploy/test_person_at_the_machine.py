"""The person at this machine: the token of `qidi up` acts in a name, and stays until another person is named."""

from pathlib import Path
from typing import Any

from gateway.store import BOARD
from gateway.tokens import BadToken, Tokens
from qidi.commands.up import issue_token
from services.contracts.actors import Caller
from services.contracts.vocabulary import Role
from services.plumbing.clock import SystemClock
from services.plumbing.settings import Settings
from tests.builders import AUTHORITY, an_engine


def a_start(folder: Path, **named: Any) -> Settings:
    (folder / AUTHORITY).mkdir(exist_ok=True)
    an_engine(folder / AUTHORITY, BOARD).dispose()
    return Settings(var=folder, authority=AUTHORITY, authority_name="林西县", database_url="", **named)


def holder(settings: Settings, text: str) -> Caller | None:
    engine = an_engine(settings.var / AUTHORITY, BOARD)
    try:
        return Tokens(engine, SystemClock()).check(text).caller
    except BadToken:
        return None
    finally:
        engine.dispose()


def test_the_machines_user_is_the_person_unless_one_is_named(tmp_path: Path) -> None:
    settings = a_start(tmp_path)
    found = holder(settings, issue_token(settings, Role.SUPERVISOR))
    assert found is not None
    assert found.is_named
    assert (found.name, found.department) == settings.person
    assert found.department == "林西县"


def test_the_token_stays_until_another_person_is_named_and_then_is_none(tmp_path: Path) -> None:
    settings = a_start(tmp_path, person_name="赵敏", person_department="督查室")
    first = issue_token(settings, Role.SUPERVISOR)
    assert issue_token(settings, Role.SUPERVISOR) == first
    later = a_start(tmp_path, person_name="周明", person_department="督查室")
    found = holder(later, issue_token(later, Role.SUPERVISOR))
    assert found is not None
    assert found.label == "周明@督查室"
    assert holder(settings, first) is None


def test_a_system_has_a_token_of_its_own(tmp_path: Path) -> None:
    settings = a_start(tmp_path)
    text = issue_token(settings, Role.PARTNER, "示例对接系统")
    assert issue_token(settings, Role.PARTNER, "示例对接系统") == text
    found = holder(settings, text)
    assert found is not None
    assert (found.role, found.called) == ("partner", "示例对接系统")
