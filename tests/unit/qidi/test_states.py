"""The drawn states of a case are those of the tables that judge."""

from qidi.commands.states import WHERE, text
from services.contracts.vocabulary import CaseState, StepKind


def test_the_committed_page_is_current() -> None:
    assert WHERE.read_text(encoding="utf-8") == text(), "run `qidi states`"


def test_every_state_is_drawn_once_and_every_step_has_a_line() -> None:
    drawing, table = text().split("```mermaid")[1].split("```")
    for state in CaseState:
        name = state.value.replace("-", "_")
        assert sum(line.strip().startswith((f"{name}[", f"{name}([")) for line in drawing.splitlines()) == 1, state
    assert [line for step in StepKind for line in table.splitlines() if f"`{step.value}`" in line]
    assert all(f"`{step.value}` |" in table for step in StepKind)
