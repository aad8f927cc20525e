"""`qidi doctor`: what a running authority lacks, one line for each thing looked at, in Chinese and English."""

import json
import os
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from deploy.authority import BOARDS
from deploy.checkup import Found, Mark, Patient, told
from deploy.examination import examine, named_outside, not_in_this_run, nothing_runs
from deploy.runs import one_of, running, settings_of_running
from gateway.store import BOARD as GATEWAY
from services.contracts.vocabulary import ZONE
from services.plumbing.settings import Settings

#: Sign and colour; a word in both languages stands beside them: never the colour alone.
_MARKS = {Mark.OK: ("✓", "green"), Mark.WARN: ("!", "yellow"), Mark.BAD: ("✗", "red")}


def command(
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
) -> None:
    """Check a running authority and say what to do about each finding; ends with 1 when something is bad."""
    found = report(Settings())
    if as_json:
        print(json.dumps([one.as_data() for one in found], ensure_ascii=False, indent=1))
    else:
        show(found, Console(highlight=False, soft_wrap=True))
    if any(one.mark is Mark.BAD for one in found):
        raise typer.Exit(1)


def report(settings: Settings) -> list[Found]:
    """Everything that was found, of the run of this folder or of the authority that the environment names."""
    run, named = running(settings), os.environ.get("QIDI_AUTHORITY")
    if run is None and not named_outside():
        return [nothing_runs(settings)]
    own = one_of(run, named)
    if run is not None and own is None:
        return [not_in_this_run(settings, named or "", run)]
    # The processes are those of the whole run; address and node are this authority's.
    told = None if run is None else {**run, **(own or {})}
    patient = settings_of_running()
    suffix = f"-{patient.authority}" if run is not None and patient.authority != run.get("authority") else ""
    return examine(Patient(patient, told, BOARDS, (*BOARDS, GATEWAY), datetime.now(ZONE), suffix))


def show(found: list[Found], console: Console) -> None:
    """For people: the mark, what was looked at, what was found; below it what to do."""
    for one in found:
        sign, colour = _MARKS[one.mark]
        line = Text(f"{sign} {told('zh', one.mark)} {one.mark:<4} ", style=colour)
        line.append(f"{told('zh', one.check)} {one.check}: ", style="bold")
        line.append(f"{one.said('zh')} / {one.said('en')}", style="default")
        console.print(line)
        if one.remedy:
            console.print(f"     → {one.advised('zh')}", markup=False)
            console.print(f"     → {one.advised('en')}", markup=False)
    number = {mark: sum(one.mark is mark for one in found) for mark in Mark}
    counts = (f"{told('zh', f'{{count}} {mark}', count=count)} {mark}" for mark, count in number.items())
    console.print(f"\n{' · '.join(counts)}")
