"""The page of who may do what: it is the table's own, and the API does what it says, route by role."""

import re
from typing import Final

import pytest

from qidi.commands.rights import WHERE, text
from services.contracts.vocabulary import Role
from tests.unit.gateway.running import Authority
from tests.unit.gateway.test_permissions import ROUTES
from tests.unit.gateway.test_whose_word import LETTERS, STEPS, cells

EVERYTHING, DEPARTMENTS, OWN, NOTHING = "●", "◐", "○", ""
#: Who of the tables stands for a role: in his own hands, of the department, of another one.
_STANDING: Final[dict[Role, tuple[str, str, str]]] = {
    Role.PARTNER: ("system", "system'", "system'"),
    Role.WINDOW: ("window", "window", "window'"),
    Role.HANDLER: ("holder", "clerk", "clerk'"),
    Role.HEAD: ("head", "head", "head'"),
}


def page() -> dict[str, dict[str, dict[Role, str]]]:
    """Heading -> operation -> role -> mark, as the page says it to its readers."""
    found: dict[str, dict[str, dict[Role, str]]] = {}
    heading = ""
    for line in WHERE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        if line.startswith("| ") and not line.startswith("| |"):
            name, *marks = (cell.strip() for cell in line.strip("|").split("|"))
            found.setdefault(heading, {})[name.split()[0]] = dict(zip(Role, marks, strict=True))
    return found


def test_the_committed_page_is_current() -> None:
    assert WHERE.read_text(encoding="utf-8") == text(), "run: .venv/bin/qidi rights"


def test_the_pages_columns_are_the_roles_in_their_order() -> None:
    heads = [line for line in WHERE.read_text(encoding="utf-8").splitlines() if line.startswith("| |")]
    assert len(heads) == 5
    for head in heads:
        assert re.findall(r"\| ([a-z]+) ", head) == [role.value for role in Role]


@pytest.mark.parametrize(("heading", "table"), [("Steps of a case", STEPS), ("Steps of a letter or task", LETTERS)])
def test_the_page_says_of_steps_what_the_tables_say_that_the_api_is_held_against(heading: str, table: str) -> None:
    said = cells(table)
    for step, marks in page()[heading].items():
        for role, mark in marks.items():
            alone = {Role.HOTLINE: "hotline", Role.SUPERVISOR: "leader", Role.STEWARD: "steward"}.get(role, role.value)
            own, department, elsewhere = _STANDING.get(role, (alone, alone, alone))
            seen = "".join(said[step, who] for who in (own, department, elsewhere))
            # of those with one person in the tables nobody can be of another department
            expected = {EVERYTHING: "xxx", DEPARTMENTS: "xx.", OWN: "x..", NOTHING: "..."}[mark]
            assert seen == expected, (step, role)


@pytest.mark.anyio
@pytest.mark.lengthy
@pytest.mark.parametrize("role", list(Role))
async def test_a_role_gets_in_exactly_where_the_page_says(authority: Authority, role: Role) -> None:
    authority.gateway.feed.closing = True  # a stream of events would not end
    said = page()["The API"] | page()["The board"]
    wrong = []
    async with authority.client(role) as client:
        for name, method, path in ROUTES:
            if name in said:
                answer = await client.request(method, path, json={} if method == "POST" else None)
                if (answer.status_code == 403) is not (said[name][role] == NOTHING):
                    wrong.append((name, method, answer.status_code))
    assert not wrong
