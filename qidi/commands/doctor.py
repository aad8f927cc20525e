"""Decides how `qidi doctor` reports: one line for each thing, with a mark and a word, in Chinese and English."""

import json
import os
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from deploy.authority import BOARDS
from deploy.checkup import Found, Mark, Patient
from deploy.examination import examine, named_outside, not_in_this_run, nothing_runs
from deploy.examination_words import say
from deploy.runs import one_of, running, settings_of_running
from gateway.store import BOARD as GATEWAY
from services.contracts.vocabulary import ZONE
from services.plumbing.settings import Settings

#: sign, Chinese word, English word, colour: never the colour alone.
_MARKS = {
    Mark.OK: ("✓", "正常", "ok", "green"),
    Mark.WARN: ("!", "注意", "warn", "yellow"),
    Mark.BAD: ("✗", "异常", "bad", "red"),
}


def command(
    as_json: Annotated[bool, typer.Option("--json", help="机器可读 / machine-readable")] = False,
) -> None:
    """Check a running authority and say what to do about each finding; ends with 1 when something is bad.

    检查正在运行的实例，并对每项问题给出办法；有异常时以 1 结束。
    """
    found = report(Settings())
    if as_json:
        print(json.dumps([as_data(one) for one in found], ensure_ascii=False, indent=1))
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


def as_data(found: Found) -> dict[str, object]:
    """One line for machines: `mark` is ok, warn or bad; texts in both languages."""
    return {
        "check": found.check,
        "mark": found.mark.value,
        **{f"text_{language}": say(language, found.text, found.facts) for language in ("zh", "en")},
        **{
            f"remedy_{language}": say(language, found.remedy, found.facts) if found.remedy else ""
            for language in ("zh", "en")
        },
    }


def show(found: list[Found], console: Console) -> None:
    """For people: the mark, what was looked at, what was found; below it what to do."""
    for one in found:
        sign, zh, en, colour = _MARKS[one.mark]
        line = Text(f"{sign} {zh} {en:<4} ", style=colour)
        line.append(f"{say('zh', one.check, {})} {one.check}: ", style="bold")
        line.append(f"{say('zh', one.text, one.facts)} / {say('en', one.text, one.facts)}", style="default")
        console.print(line)
        if one.remedy:
            console.print(f"     → {say('zh', one.remedy, one.facts)}", markup=False)
            console.print(f"     → {say('en', one.remedy, one.facts)}", markup=False)
    number = {mark: sum(one.mark is mark for one in found) for mark in Mark}
    console.print(f"\n{number[Mark.OK]} 项正常 ok · {number[Mark.WARN]} 项注意 warn · {number[Mark.BAD]} 项异常 bad")
