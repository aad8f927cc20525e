"""`qidi enrol`: a lower authority is invited: a user at the broker, a mailbox, an invitation, one token."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from deploy import enrolment, guests
from deploy.local_broker import NotRunning, here
from deploy.runs import settings_of_running
from locales.facts import spoken
from locales.facts import trouble as why
from locales.texts import at_terminal
from services.contracts.divisions import level_of, name_of
from services.contracts.vocabulary import Level
from services.plumbing.errors import Refused, Unavailable


def command(
    code: Annotated[str, typer.Argument(help="the lower authority's code")],
    name: Annotated[str, typer.Option(help="its name")] = "",
    level: Annotated[str, typer.Option(help="city or banner")] = "",
    host: Annotated[str, typer.Option(help="where it reaches our broker")] = "",
    port: Annotated[int, typer.Option(help="and at which port")] = 0,
    ca: Annotated[Path | None, typer.Option(help="the office's own CA, PEM", exists=True)] = None,
    authority: Annotated[str | None, typer.Option(help="as which authority")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="print the token only")] = False,
) -> None:
    """Invite a lower authority and print its token."""
    speak = partial(spoken, at_terminal())
    if len(code) != 6 or not code.isdigit():
        raise typer.BadParameter(speak("six digits"), param_hint="CODE")
    settings = settings_of_running(authority)
    wanted = level or level_of(code)
    if wanted not in (Level.CITY, Level.BANNER):
        raise typer.BadParameter(speak("either city or banner"), param_hint="--level")
    try:
        place = here(settings)
        guest, password = guests.invite(code, place.vhost)
        place.declare(sorted({*enrolment.children_of(place.keys), code}))
        guests.put(place.keys, guest)  # remembered first: the link program starts at this, and a broker gets it back
        way = enrolment.way_here(place, host, port, ca)
        token = enrolment.enrol(settings, guest, password, way, name or name_of(code), level_of(code))
        place.admit(guest)
    except (NotRunning, Refused, Unavailable, enrolment.NoWay) as trouble:
        typer.echo(speak("cannot invite: {trouble}", trouble=why(at_terminal(), trouble)), err=True)
        raise typer.Exit(1) from None
    if place.broker is None:
        typer.echo(speak("run this at the broker:"), err=True)
        for line in guests.by_hand(guest, password):
            typer.echo(f"  {line}", err=True)
    if not quiet:
        typer.echo(speak("hand this token to {code}; it holds a password and is shown once:\n", code=code), err=True)
    typer.echo(token.text)
