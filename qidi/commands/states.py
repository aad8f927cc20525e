"""`qidi states`: the page of a case's states, drawn and as a table, from the tables of steps, rights and clocks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer

from locales.texts import say
from services.contracts import rights
from services.contracts.vocabulary import CaseState, StepKind
from services.intake.steps import OPEN_BEFORE_ACCEPTANCE, RULES
from services.timer.rules import EXTENDED, PROCEDURE_BEGUN, PROCEDURE_ENDED
from services.timer.rules import RULES as CLOCKS

WHERE: Final = Path(__file__).parents[2] / "docs" / "states.md"
_OPENING: Final = """# The states of a case

Written by `qidi states` (`make docs`) from the tables that judge: steps (`services/intake/steps.py`), rights
(`services/contracts/rights.py`) and clocks (`services/timer/rules.py`); do not edit. What can be done with one case
now, and why not the rest, says `GET /v1/cases/{case_no}/steps`.

An arrow from a frame leaves from every state in it. Steps that change no state stand in the table alone.
"""
#: States that are drawn in one frame, because most steps leave from all of them.
_FRAMES: Final = {
    "before": ("before acceptance", OPEN_BEFORE_ACCEPTANCE),
    "deciding": ("to be decided", RULES[StepKind.GRANT].allowed_from),
}


_HEADS: Final = (
    "Step of the case",
    "Taken from",
    "Leads to",
    "Who may",
    "Clocks started",
    "Clocks held or extended",
    "Clocks ended",
)
#: What some steps do to the clocks that may be held at all.
_HELD: Final = {PROCEDURE_BEGUN: "stands still", PROCEDURE_ENDED: "goes on", EXTENDED: "is extended"}


def text() -> str:
    """The page as it is committed."""
    drawing = "\n".join(["```mermaid", "flowchart LR", *_nodes(), *sorted(set(_arrows())), "```"])
    return "\n".join([_OPENING, drawing, "", *_table(), ""])


def _both(msgid: str) -> str:
    english = msgid.replace("{place}", "...")
    return f"{say('zh', msgid).replace('{place}', '……')} / {english}"


def _node(state: CaseState) -> str:
    number = f" ({state.blzt})" if state.blzt else ""
    shape = ("([", "])") if state.is_finished else ("[", "]")
    return f'{_id(state)}{shape[0]}"{_both(state.msgid)}{number}"{shape[1]}'


def _id(state: CaseState) -> str:
    return state.value.replace("-", "_")


def _nodes() -> Iterator[str]:
    framed: set[CaseState] = set()
    for name, (title, states) in _FRAMES.items():
        yield f'  subgraph {name} ["{_both(title)}"]'
        yield from (f"    {_node(state)}" for state in CaseState if state in states - framed)
        yield "  end"
        framed |= states
    yield from (f"  {_node(state)}" for state in CaseState if state not in framed)


def _arrows() -> Iterator[str]:
    for step, rule in RULES.items():
        if rule.after is None:
            continue
        left = set(rule.allowed_from)
        for name, (_, states) in _FRAMES.items():
            if states <= left and rule.after not in states:
                yield f'  {name} -->|"{_short(step)}"| {_id(rule.after)}'
                left -= states
        yield from (f'  {_id(one)} -->|"{_short(step)}"| {_id(rule.after)}' for one in left)


def _short(step: StepKind) -> str:
    return say("zh", step.msgid).replace("{place}", "...")


def _table() -> Iterator[str]:
    yield f"| {' | '.join(map(_both, _HEADS))} |"
    yield "|---|---|---|---|---|---|---|"
    for step in StepKind:
        rule = RULES[step]
        stem = rule.event.removeprefix("qidi.")
        cells = (
            f"{_both(step.msgid)} `{step.value}`",
            " · ".join(say("zh", state.msgid) for state in CaseState if state in rule.allowed_from),
            _both(rule.after.msgid) if rule.after else "-",
            " · ".join(say("zh", role.msgid) for role in rights.holders(f"case-step.{step.value}")),
            " · ".join(say("zh", clock.kind.msgid) for clock in CLOCKS if stem in clock.starts) or "-",
            _holds(stem),
            " · ".join(say("zh", clock.kind.msgid) for clock in CLOCKS if stem in clock.stops) or "-",
        )
        yield f"| {' | '.join(cells)} |"


def _holds(stem: str) -> str:
    if stem not in _HELD:
        return "-"
    return " · ".join(f"{say('zh', one.kind.msgid)} ({_both(_HELD[stem])})" for one in CLOCKS if one.pausable)


def command() -> None:
    """Write the page of the states of a case."""
    WHERE.write_text(text(), encoding="utf-8")
    typer.echo(WHERE)
