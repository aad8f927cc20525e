"""`qidi replay`: messages that had no effect, listed, shown, sent again after the cause is mended, or given up."""

import getpass
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from deploy import enrolment
from deploy.authority import BOARDS
from deploy.dead_letters import Letter, Letters, NothingKept, OldStore, Outcome, at_broker
from deploy.runs import running, settings_of_running
from locales.reasons import why_dead
from locales.texts import at_terminal, say, say_in
from qidi import tables
from services.contracts.names import is_readable
from services.contracts.quantities import Person
from services.contracts.vocabulary import ZONE
from services.plumbing.dead_letters import Decision, LetterState
from services.plumbing.errors import Unavailable

app = typer.Typer(add_completion=False, no_args_is_help=True, help="dead and parked messages")
Ids = Annotated[list[str], typer.Argument(help="ids or their beginnings")]
By = Annotated[str, typer.Option("--by", help="who decides this: NAME@DEPARTMENT")]
Why = Annotated[str, typer.Option("--reason", help="why")]
T = TypeVar("T")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False,
    everything: Annotated[bool, typer.Option("--all", help="also those that were sent again or given up")] = False,
) -> None:
    """List dead and parked messages with their reasons."""
    states = tuple(LetterState) if everything else (LetterState.WAITING,)
    found = _with_letters(lambda letters: list(letters.all(states)))
    elsewhere = _at_broker()
    if as_json:
        print(json.dumps([_row(letter) for letter in found], ensure_ascii=False, indent=1))
        return
    if not found and not elsewhere:
        print(_say("No dead letters, nothing parked."))
        return
    if found:
        tables.show(Console(), *_table(found))
        print(_say("resend: qidi replay resend ID ...   (the beginning of an ID will do; `dead:` = all dead ones)"))
        print(_say("give up: qidi replay give-up ID ... --by NAME@DEPARTMENT --reason WHY"))
    for queue, count in elsewhere.items():
        print(_say("{count} of {queue} still lie with the broker; its service takes them in when it runs.",
                   count=count, queue=queue))  # fmt: skip


@app.command()
def show(id: Annotated[str, typer.Argument(help="id or its beginning")]) -> None:
    """Show one message whole, and what was decided about it."""
    letter = _with_letters(lambda letters: letters.find(id))
    if letter is None:
        _stop("No message {id}; see qidi replay list.", id=id)
    print(f"{letter.id}  {letter.queue}  {_reason(letter)}")
    for line in _history(letter):
        print(line)
    print(_readable(letter))


@app.command()
def resend(ids: Ids, by: By = "", reason: Why = "") -> None:
    """Deliver once more, after the cause is mended."""
    person = _person(by) if by else getpass.getuser()
    outcome = _with_letters(lambda letters: letters.resend(ids, _decision(person, reason)))
    if outcome.done:
        print(_say("{count} sent again.", count=outcome.done))
    if outcome.not_resent:
        print(_say("{count} came from another level, which repeats them by itself until they are answered.",
                   count=outcome.not_resent))  # fmt: skip
        raise typer.Exit(0 if outcome.done else 1)
    if not outcome.done:
        _stop("No such message; nothing was sent.")


@app.command("give-up")
def give_up(ids: Ids, by: By, reason: Why) -> None:
    """Decide that messages will have no effect; they are kept, with your name and your reason."""
    person = _person(by)
    if not is_readable(reason):
        _stop("Say why, in words.")
    outcome: Outcome = _with_letters(lambda letters: letters.give_up(ids, _decision(person, reason)))
    if not outcome.done:
        _stop("No such message; nothing was given up.")
    print(_say("{count} given up by {person}: {reason}. They are kept: qidi replay list --all",
               count=outcome.done, person=person, reason=reason))  # fmt: skip
    if outcome.stuck:
        print(_say("{count} later messages of the same subjects wait for them and stay parked.", count=outcome.stuck))


# --- words and rows ---------------------------------------------------------------------------------------------------


def _table(found: list[Letter]) -> tuple[list[str], list[tuple[str, ...]]]:
    columns = ("id", "state", "service", "type", "subject", "reason", "times", "since")
    rows: list[tuple[str, ...]] = [
        (
            *(one.id, say_in("replay", at_terminal(), one.state), one.service, one.type, one.subject),
            *(_reason(one), str(one.deaths or ""), _moment(one.first_at)),
        )
        for one in found
    ]
    return [say_in("replay", at_terminal(), name) for name in columns], rows


def _row(letter: Letter) -> Mapping[str, Any]:
    row = {name: value for name, value in vars(letter).items() if name not in ("body", "kept")}
    row["acts"] = [{**vars(act), "at": _moment(act.at)} for act in letter.acts]
    return {**row, "first_at": _moment(letter.first_at), "at": _moment(letter.at), "said": _reason(letter)}


def _history(letter: Letter) -> list[str]:
    lines = [_say("first {first}, last {last}, sent in vain {count} times",
                  first=_moment(letter.first_at), last=_moment(letter.at), count=letter.deaths)]  # fmt: skip
    for act in letter.acts:
        done = say_in("replay", at_terminal(), act.state.value)
        lines.append(f"{_moment(act.at)}  {done}  {act.person}  {act.why}".rstrip())
    return lines


def _reason(letter: Letter) -> str:
    return why_dead(letter.reason, _say)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, ZONE).isoformat(" ", "seconds")


def _readable(letter: Letter) -> str:
    try:
        return json.dumps(json.loads(letter.body), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return repr(letter.body[:4000])


# --- stores and people ------------------------------------------------------------------------------------------------


def _with_letters(work: Callable[[Letters], T]) -> T:
    """Work on the stores of the authority; what stands in the way is one sentence."""
    settings = settings_of_running()
    try:
        return work(Letters(settings, BOARDS))
    except NothingKept as folder:
        _stop("{folder} has no stores yet: start the authority (make run), or set QIDI_VAR to its folder.",
              folder=folder)  # fmt: skip
    except OldStore as store:
        _stop("The store of {service} is of an earlier version: start the authority once.", service=store)
    except Unavailable as away:
        _stop("The stores cannot be read now: {error}", error=away)


def _at_broker() -> Mapping[str, int]:
    settings = settings_of_running()
    if running(settings) is None and "QIDI_AMQP_URL" not in os.environ:
        return {}
    return at_broker(settings, BOARDS, enrolment.children_of(settings.var / settings.authority / "keys"))


def _decision(person: str, reason: str) -> Decision:
    return Decision(person, reason, settings_of_running().clock().now().timestamp())


def _person(by: str) -> str:
    name, _, department = by.partition("@")
    try:
        return Person(name=name, department=department).label
    except ValidationError:
        _stop("--by {by}: a name and a department are needed, as NAME@DEPARTMENT.", by=by)


def _stop(message: str, **facts: object) -> NoReturn:
    print(_say(message, **facts), file=sys.stderr)
    raise typer.Exit(1)


def _say(message: str, **facts: object) -> str:
    return say(at_terminal(), message, **facts)
