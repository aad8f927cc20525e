"""`qidi token`: tokens are issued, listed and revoked; a secret is shown once and kept nowhere."""

import json
from dataclasses import fields
from datetime import datetime, timedelta
from getpass import getuser
from typing import Annotated

import typer
from rich.console import Console

from gateway.accounts.audit import Audit, Visitor
from gateway.accounts.entrance import COMMAND_LINE
from gateway.store import BOARD
from gateway.tokens import Token, Tokens
from locales.facts import choice
from locales.texts import at_terminal, say, say_in
from qidi import tables
from services.contracts.accounts import MACHINES
from services.contracts.actors import is_own_import
from services.contracts.entrances import Occasion
from services.contracts.vocabulary import Role
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
#: A shorter beginning of an id is a slip of the hand.
_SHORTEST = 4


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
    owner: Annotated[str, typer.Option(help="the person or system that has it and answers for it")] = "",
    days: Annotated[int, typer.Option(min=1, max=3650, help="valid for so many days")] = 365,
    read_only: Annotated[bool, typer.Option("--read-only", help="for reading only")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="print the token only")] = False,
) -> None:
    """Issue a token."""
    if role not in MACHINES and not (name and department):
        raise typer.BadParameter(_say("--name and --department are needed: nothing happens anonymously"))
    # whoever issues it answers for it where nobody else is named
    owner = owner or (f"{name}@{department}" if name and department else name or getuser())
    if is_own_import(owner):
        template = "--owner {owner}: cases of earlier ledgers stand under this name; call the owner something else"
        raise typer.BadParameter(_say(template, owner=owner))
    store = tokens()
    valid = timedelta(days=days)
    token, text = store.issue(role, name, department, note, valid, owner=owner, read_only=read_only)
    _record(store, Occasion.TOKEN_ISSUED, f"{token.id} {owner}", role)
    if quiet:
        typer.echo(text)
        return
    typer.echo(_say("token (shown this once):\n\n  {text}\n", text=text))
    until = token.expires_at.date().isoformat() if token.expires_at else "—"
    typer.echo(
        _say(
            "id: {id}   role: {role}   until: {until}",
            id=token.id,
            role=choice(at_terminal(), token.role.value),
            until=until,
        )
    )


@app.command(name="list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="machine-readable")] = False) -> None:
    """List tokens without their secrets."""
    found = tokens().list()
    if as_json:
        typer.echo(json.dumps([_as_data(one) for one in found], ensure_ascii=False, indent=1))
        return
    titles = ("id", "role", "owner", "name", "department", "issued", "expires", "revoked", "note")
    rows = [
        (one.id, _role(one), one.owner, one.name, one.department, *map(_day, _days(one)), one.note) for one in found
    ]
    tables.show(Console(), [say_in("tokens", at_terminal(), title) for title in titles], rows)


@app.command()
def revoke(id: Annotated[str, typer.Argument(help="the token's id or its beginning")]) -> None:
    """Revoke a token; it is none from now on."""
    store = tokens()
    meant = [one for one in store.list() if one.revoked_at is None and one.id.startswith(id)]
    whole = [one for one in meant if one.id == id]
    if len(meant) > 1 and not whole:
        ids = ", ".join(one.id for one in meant)
        typer.echo(_say("{id} is the beginning of several: {ids}; nothing was revoked", id=id, ids=ids), err=True)
        raise typer.Exit(1)
    if not meant or len(id) < _SHORTEST or not store.revoke((whole or meant)[0].id):
        typer.echo(_say("there is no good token with the id {id}", id=id), err=True)
        raise typer.Exit(1)
    _record(store, Occasion.TOKEN_REVOKED, (whole or meant)[0].id)
    typer.echo(_say("revoked: {id}", id=(whole or meant)[0].id))


def _record(store: Tokens, occasion: Occasion, about: str, why: Role | None = None) -> None:
    """Write down that it was done at this machine."""
    here = Visitor(agent="qidi token")
    Audit(store.engine, Settings().clock()).note(occasion, here, COMMAND_LINE, why=why, about=about)


def _days(one: Token) -> tuple[datetime | None, ...]:
    return one.created_at, one.expires_at, one.revoked_at


def _role(one: Token) -> str:
    role = choice(at_terminal(), one.role.value)
    return f"{role} ({_say('for reading only')})" if one.read_only else role


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def _as_data(one: Token) -> dict[str, object]:
    """Everything that is kept of a token but its hash."""
    kept = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "hash"}
    return {name: at.isoformat(timespec="seconds") if isinstance(at, datetime) else at for name, at in kept.items()}


def _say(message: str, **facts: object) -> str:
    return say(at_terminal(), message, **facts)
