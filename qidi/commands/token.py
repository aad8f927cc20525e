"""`qidi token`: tokens are issued, listed and revoked; a secret is shown once and kept nowhere."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway.store import BOARD
from gateway.tokens import Tokens
from locales.texts import at_terminal, say, say_in
from services.contracts.actors import OWN_NAME_ONLY
from services.contracts.vocabulary import Role
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)


def tokens() -> Tokens:
    """The gateway's store of tokens, migrated."""
    settings = Settings()
    engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
    upgrade(BOARD, engine)
    return Tokens(engine, settings.clock())


@app.command()
def issue(
    role: Annotated[Role, typer.Option(help="what it may do")],
    name: Annotated[str, typer.Option(help="who holds it")] = "",
    department: Annotated[str, typer.Option(help="for which department")] = "",
    note: Annotated[str, typer.Option(help="what it is for")] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="valid for so many days")] = 365,
    quiet: Annotated[bool, typer.Option("--quiet", help="print the token only")] = False,
) -> None:
    """Issue a token."""
    if role in OWN_NAME_ONLY and not (name and department):
        raise typer.BadParameter(_say("--name and --department are needed: nothing happens anonymously"))
    token, text = tokens().issue(role, name, department, note, timedelta(days=days))
    if quiet:
        typer.echo(text)
        return
    typer.echo(_say("token (shown this once):\n\n  {text}\n", text=text))
    until = token.expires_at.date().isoformat() if token.expires_at else "—"
    typer.echo(_say("id: {id}   role: {role}   until: {until}", id=token.id, role=token.role, until=until))


@app.command(name="list")
def list_() -> None:
    """List tokens without their secrets."""
    titles = ("id", "role", "name", "department", "issued", "expires", "revoked", "note")
    table = Table(*(say_in("tokens", at_terminal(), title) for title in titles))
    for one in tokens().list():
        days = [f"{at:%Y-%m-%d}" if at else "" for at in (one.created_at, one.expires_at, one.revoked_at)]
        table.add_row(one.id, one.role.value, one.name, one.department, *days, one.note)
    Console().print(table)


@app.command()
def revoke(id: Annotated[str, typer.Argument(help="the token's id")]) -> None:
    """Revoke a token; it is none from now on."""
    if not tokens().revoke(id):
        typer.echo(_say("there is no good token with the id {id}", id=id), err=True)
        raise typer.Exit(1)
    typer.echo(_say("revoked: {id}", id=id))


def _say(message: str, **facts: object) -> str:
    return say(at_terminal(), message, **facts)
