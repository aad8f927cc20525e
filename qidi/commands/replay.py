"""`qidi replay`: messages that had no effect, listed, shown, and sent again after the cause is mended."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from deploy.authority import BOARDS
from deploy.dead_letters import Letter, Letters
from deploy.runs import settings_of_running
from locales.texts import at_terminal, say, say_in
from locales.troubles import why_dead
from qidi import tables

app = typer.Typer(add_completion=False, no_args_is_help=True, help="dead and parked messages")


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False) -> None:
    """List dead and parked messages with their reasons."""
    letters = _letters()
    found = list(letters.all())
    letters.close()
    if as_json:
        rows = [{k: v for k, v in vars(letter).items() if k != "body"} for letter in found]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not found:
        print(_say("No dead letters, nothing parked."))
        return
    titles = [say_in("replay", at_terminal(), name) for name in ("id", "service", "type", "subject", "reason")]
    tables.show(
        Console(), titles, [(one.id, one.service, one.type, one.subject, why_dead(one.reason, _say)) for one in found]
    )
    print(_say("resend: qidi replay resend ID ...   (the beginning of an ID will do; `dead:` = all dead ones)"))


@app.command()
def show(id: Annotated[str, typer.Argument(help="id or its beginning")]) -> None:
    """Show one message whole."""
    letters = _letters()
    letter = letters.find(id)
    letters.close()
    if letter is None:
        print(_say("No message {id}; see qidi replay list.", id=id), file=sys.stderr)
        raise typer.Exit(1)
    print(f"{letter.id}  {letter.queue}  {why_dead(letter.reason, _say)} ({letter.reason})")
    print(_readable(letter))


@app.command()
def resend(ids: Annotated[list[str], typer.Argument(help="ids or their beginnings")]) -> None:
    """Deliver once more, after the cause is mended."""
    letters = _letters()
    sent = letters.resend(ids)
    letters.close()
    if not sent:
        print(_say("No such message; nothing was sent."), file=sys.stderr)
        raise typer.Exit(1)
    print(_say("{count} sent again.", count=sent))


def _letters() -> Letters:
    return Letters(settings_of_running(), BOARDS)


def _readable(letter: Letter) -> str:
    try:
        return json.dumps(json.loads(letter.body), ensure_ascii=False, indent=1)
    except ValueError:
        return repr(letter.body[:4000])


def _say(message: str, **facts: object) -> str:
    return say(at_terminal(), message, **facts)
