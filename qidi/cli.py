"""The command `qidi`: its subcommands by name, each loaded from its module only when it is called."""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from services.plumbing import ownership

COMMANDS = {
    "up": "start one authority here and print its addresses",
    "doctor": "check a running authority and say what to do",
    "due": "count a deadline and explain it day by day",
    "calendar": "draft and release a year's holidays, by two persons",
    "import": "take in an office's ledger or an event log",
    "sample": "load the sample ledger",
    "templates": "write the templates of letters, to be changed in Word or WPS",
    "verify": "check a ledger or an export offline",
    "proof": "write what is recorded about a case so that anybody can check it",
    "export": "write the ledger or the list of lines to a file",
    "replay": "list, show, resend or give up dead or parked messages",
    "account": "create accounts, list, lock and reset them",
    "token": "issue, list and revoke tokens",
    "enrol": "invite a lower authority and print its token",
    "join": "join the superior with its token",
    "links": "show the links to other levels",
    "link": "suspend, resume, remove, rotate a link",
    "simulate": "play one year of a whole region and measure it",
    "openapi": "write the API description",
    "rights": "write the page of who may do what",
    "states": "write the page of the states of a case",
    "contracts": "write the schemas of all events",
}
"""Command -> one line for `qidi --help`. `qidi/commands/NAME.py` (`import` -> `import_.py`) holds a Typer `app`
or a function `command`."""
#: The context of the catalogue in which the words of `--help` stand.
HELP = "help"
_ASKS_FOR_HELP = ["-h", "--help"]


def module_of(name: str) -> str:
    """The module that answers a command: its name, with an underscore where Python keeps the word for itself."""
    return f"qidi.commands.{name}_" if name == "import" else f"qidi.commands.{name}"


def is_there(name: str) -> bool:
    """Whether the command's module is part of this installation."""
    return find_spec(module_of(name)) is not None


class Subcommands(typer.core.TyperGroup):
    """The `qidi` command: knows its subcommands by name and loads the module of the one that is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands of this installation, in the order of COMMANDS."""
        return [name for name in COMMANDS if is_there(name)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command as `qidi --help` lists it: by its one line, not loaded."""
        if cmd_name not in COMMANDS or not is_there(cmd_name):
            return None
        return in_both_languages(typer.core.TyperCommand(cmd_name, help=COMMANDS[cmd_name]))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, loaded; an error with suggestions when there is none of this name."""
        name, *rest = args
        if name not in COMMANDS or not is_there(name):
            return super().resolve_command(ctx, args)
        return name, loaded(name, with_help=not rest or any(one in _ASKS_FOR_HELP for one in rest)), rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """What `qidi --help` says."""
        in_both_languages(self)
        super().format_help(ctx, formatter)


def loaded(name: str, *, with_help: bool) -> Any:
    """A command from its module; its help needs the catalogue, and who does not ask for it need not wait for that."""
    module = import_module(module_of(name))
    group = getattr(module, "app", None)
    if group is None:
        group = typer.Typer(add_completion=False)
        group.command()(module.command)
    found = typer.main.get_command(group)
    found.name = name
    return in_both_languages(found) if with_help else found


def in_both_languages(command: Any) -> Any:
    """The command with English and Chinese in every line of its help."""
    from locales.texts import both

    for one in (command, *command.params):
        if getattr(one, "help", None) and " / " not in one.help:
            one.help = both(HELP, one.help)
    for below in getattr(command, "commands", {}).values():
        in_both_languages(below)
    return command


app = typer.Typer(
    cls=Subcommands,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": _ASKS_FOR_HELP},
    help="qidi: approvals of one authority, from the filed case to the light on the board.",
)


@app.callback()
def qidi(
    authority: Annotated[
        str | None, typer.Option(help="which authority of a run with several levels, by its code")
    ] = None,
) -> None:
    """The authority for which a command speaks; the one that the run is about when none is named."""
    if authority is not None:
        os.environ["QIDI_AUTHORITY"] = authority


def main() -> None:
    """Entry point of `.venv/bin/qidi`; what it writes is for this user alone."""
    ownership.close()
    app()
