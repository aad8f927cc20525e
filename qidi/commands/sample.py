"""`qidi sample`: the sample ledger is loaded into a running authority."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.runs import gateway_of_running, settings_of_running
from documents.ledgers.delivery import CannotSend, address
from documents.ledgers.words import say
from locales.texts import at_terminal
from sample.complaints import HOTLINE
from sample.levels import SYSTEM
from sample.load import load
from services.contracts.vocabulary import Role


def command(
    url: Annotated[str | None, typer.Option(help="Address of the gateway")] = None,
    token: Annotated[str | None, typer.Option(help="Token", envvar="QIDI_TOKEN")] = None,
    system: Annotated[str | None, typer.Option(help="Token of a system (role partner)", envvar="QIDI_SYSTEM")] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
) -> None:
    """Load the sample ledger into a running authority."""
    language = at_terminal(lang)
    console = Console(highlight=False)
    try:
        found_url, found_token = address(url, token, gateway_of_running())
        authority = settings_of_running().authority
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(say(language, "Loading the sample ledger"), total=None)
            sample = load(
                found_url,
                found_token,
                system or _token_of_a_system(),
                lambda done, total: bar.update(task, completed=done, total=total),
                authority=authority,
            )
    except CannotSend as cannot:
        typer.echo(say(language, cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None
    counts = {"projects": len(sample.projects), "cases": len(sample.cases), "complaints": len(sample.complaints)}
    console.print(say(language, "Loaded: {projects} projects, {cases} cases, {complaints} complaints.", **counts))


def _token_of_a_system() -> str:
    """The token through which the sample's complaints come in, at the authority that runs from this folder."""
    from qidi.commands.up import issue_token

    return issue_token(settings_of_running(), Role.PARTNER, SYSTEM, HOTLINE)
