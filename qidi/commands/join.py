"""`qidi join`: a lower authority joins its superior, once a person has confirmed who that is."""

import asyncio
import logging
from functools import partial
from typing import Annotated

import typer

from deploy import enrolment
from deploy.runs import settings_of_running
from locales.facts import trouble as why
from locales.texts import at_terminal, say
from services.plumbing.errors import Refused


def command(
    token: Annotated[str, typer.Argument(help="what the superior handed over")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    authority: Annotated[str | None, typer.Option(help="as which authority")] = None,
) -> None:
    """Join the superior with its token."""
    settings, speak = settings_of_running(authority), partial(say, at_terminal())
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # one sentence says why, not its traceback
    try:
        invitation = enrolment.Token.read(token)
        welcome = asyncio.run(enrolment.knock(settings, invitation))
        typer.echo(speak("superior: {name} {code}", name=welcome.name, code=welcome.code))
        typer.echo(speak("public key: {key}", key=welcome.public_key))
        if not yes and not typer.confirm(speak("Is this your superior?")):
            typer.echo(speak("the superior was not joined"))
            raise typer.Exit(1)
        enrolment.settle(settings, invitation, welcome)
    except (enrolment.BadToken, enrolment.NotJoined, Refused) as trouble:
        typer.echo(speak("cannot join: {trouble}", trouble=why(at_terminal(), trouble)), err=True)
        raise typer.Exit(1) from None
    typer.echo(speak("joined, the ledger goes up from now on"))
