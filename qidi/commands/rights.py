"""`qidi rights`: the page of who may do what to what, from the table of rights; tests hold the API against it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer
from fastapi.routing import APIRoute, iter_route_contexts

from gateway.app import create_app
from locales.texts import say
from locales.words import COMPLAINT_STEPS, INSTRUCTION_STEPS, STEPS
from services.contracts import rights, step_rights
from services.contracts.scopes import Row, Scope
from services.contracts.vocabulary import Role

WHERE: Final = Path(__file__).parents[2] / "docs" / "security.md"
MARKS: Final[Mapping[Scope | None, str]] = {Scope.EVERY: "●", Scope.DEPARTMENT: "◐", Scope.OWN: "○", None: ""}
_BOARD: Final = "board."
_OPENING: Final = """# Who may do what to what

Written by `qidi rights` from `services/contracts/rights.py`, the one table that gateway and services ask; do not edit.
The API is held against this page by `tests/unit/gateway/test_security.py`, and against tables of their own by
`tests/unit/gateway/test_whose_word.py`.

● with everything of this authority · ◐ with what the own department has · ○ with what one brought in oneself (a system)
or has in one's own hands (a person) · empty: not at all, 403

- **Nobody acts as somebody else.** Only a system (`partner`) names another person, who has to be one whom the
  department that holds the thing has named; with complaints, one of it, and where the word is not the department's,
  one of the system's own department (without one, its owner) or the system itself. Whoever else names another than
  himself is refused: `tests/unit/intake/test_whose.py`.
- **Departments and people are the authority's own** (`/v1/departments`, `/v1/officers`): a name that is not in the
  register is refused with near names; a head names people and hands over within his own department. Who reviews a
  matter may note, and nothing else: `tests/unit/offices/`.
- **The matter's department holds the case**: receipt, handler, new handler and imported lines of another department are
  refused. A window of a comprehensive window serves every department. Where the matter says `accepted_by: department`,
  windows leave the word on acceptance to it.
- **A right is asked first.** Who may not is told so with 403, in one sentence that says who he is, how far he may go
  and who has it, and nothing of what else is wrong. A missing case is 404. A complaint that a system did not bring in
  is 404 as well, because its numbers count up: `tests/unit/complaints/test_steps.py`.
- **An import tells of what imports brought in**: no line changes a case that came in otherwise, or by another system:
  `tests/unit/intake/test_whose_lines.py`.
- **Who really asked** stands on every entry that a command caused (`caller`: role, token or account, name) and is shown
  wherever it is not the actor himself.
- **Other authorities' cases** are stepped there and nowhere else; what is below is read by the office's own people:
  `tests/unit/subtree/test_whose_level.py`.
"""


def text() -> str:
    """The page as it is committed."""
    addresses = dict(_addresses())
    api = {name: row for name, row in rights.MAY.items() if row and not name.startswith(_BOARD)}
    board = {name: row for name, row in rights.MAY.items() if row and name.startswith(_BOARD)}
    public = [f"`{addresses[name]}`" for name, row in rights.MAY.items() if not row and name in addresses]
    parts = [
        _OPENING,
        _table(
            "Steps of a case",
            ((f"{word} {say('zh', STEPS[word], place='…')}", row) for word, row in _steps("case-step")),
        ),
        _table(
            "Steps of a complaint",
            ((f"{word} {say('zh', COMPLAINT_STEPS[word])}", row) for word, row in _steps("complaint-step")),
        ),
        _table(
            "Steps of a letter or task",
            ((f"{word} {say('zh', INSTRUCTION_STEPS[word])}", row) for word, row in _steps("instruction-step")),
        ),
        _table("The API", ((f"{name} `{addresses[name]}`", row) for name, row in api.items())),
        _table("The board", ((f"{name} `{addresses[name]}`", row) for name, row in board.items())),
        f"## Open to everybody who can reach the port\n\n{', '.join(public)}\n",
    ]
    return "\n".join(parts)


def _steps(kind: str) -> Iterator[tuple[str, Row]]:
    for operation, row in step_rights.STEPS.items():
        if operation.startswith(f"{kind}."):
            yield operation.partition(".")[2], row


def _table(title: str, rows: Iterable[tuple[str, Row]]) -> str:
    roles = " | ".join(f"{role.value} {say('zh', role.msgid)}" for role in Role)
    lines = [f"| | {roles} |", "|---" * (len(Role) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(MARKS[row.get(role)] for role in Role)} |" for name, row in rows]
    return f"## {title}\n\n" + "\n".join(lines) + "\n"


def _addresses() -> Iterator[tuple[str, str]]:
    """Name -> method and path, of every route."""
    for route in iter_route_contexts(create_app(None).routes):
        if isinstance(route.original_route, APIRoute):
            yield str(route.name), f"{' '.join(sorted(route.methods or ()))} {route.path}"


def command(to: Annotated[Path, typer.Option(help="the file")] = WHERE) -> None:
    """Write the page of who may do what to what."""
    to.write_text(text(), encoding="utf-8")
    typer.echo(str(to))
