"""`qidi sample`: the sample ledger is loaded into a running authority."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.runs import gateway_of_running, settings_of_running
from documents.ledgers.delivery import CannotSend, address
from documents.ledgers.words import say
from locales.texts import at_terminal
from sample.load import load


def command(
    url: Annotated[str | None, typer.Option(help="Address of the gateway")] = None,
    token: Annotated[str | None, typer.Option(help="Token", envvar="QIDI_TOKEN")] = None,
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
                lambda done, total: bar.update(task, completed=done, total=total),
                authority=authority,
            )
    except CannotSend as cannot:
        typer.echo(say(language, cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None
    counts = {"projects": len(sample.projects), "cases": len(sample.cases), "complaints": len(sample.complaints)}
    console.print(say(language, "Loaded: {projects} projects, {cases} cases, {complaints} complaints.", **counts))
