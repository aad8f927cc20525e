"""`qidi templates`: the templates of letters, put where a clerk can change them in Word or WPS."""

from typing import Annotated

import typer

from documents.letters.paper import FOLDER, write_templates
from locales.texts import at_terminal, say
from services.plumbing.settings import Settings


def command(
    authority: Annotated[str, typer.Option(help="the authority's code; by default the one that is set")] = "",
) -> None:
    """Write the templates of letters that are not there yet; what was changed stays as it is."""
    settings = Settings(authority=authority) if authority else Settings()
    folder = settings.var.absolute() / settings.authority / FOLDER
    for path in write_templates(folder):
        typer.echo(str(path))
    typer.echo(
        say(at_terminal(), "Templates of letters are in {folder}; taken away, ours are used.", folder=str(folder))
    )
