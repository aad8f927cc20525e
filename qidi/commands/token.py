"""Decides how tokens are issued, listed and revoked from the command line; a secret is shown once and kept nowhere."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from gateway.store import BOARD
from gateway.tokens import Tokens
from services.contracts.vocabulary import Role
from services.plumbing.db import open_engine
from services.plumbing.migrate import upgrade
from services.plumbing.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False)
#: People act under their name: no step of a case or complaint is anonymous.
NAMED = (Role.WINDOW, Role.HANDLER)


def tokens() -> Tokens:
    """The gateway's store of tokens, migrated."""
    settings = Settings()
    engine = open_engine(settings.store_url(BOARD.name), BOARD.name)
    upgrade(BOARD, engine)
    return Tokens(engine, settings.clock())


@app.command()
def issue(
    role: Annotated[Role, typer.Option(help="what it may do / 角色")],
    name: Annotated[str, typer.Option(help="who holds it / 姓名")] = "",
    department: Annotated[str, typer.Option(help="for which department / 部门")] = "",
    note: Annotated[str, typer.Option(help="what it is for / 用途")] = "",
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="valid for so many days / 有效天数")] = 365,
    quiet: Annotated[bool, typer.Option("--quiet", help="print the token only / 只输出令牌")] = False,
) -> None:
    """Issue a token / 签发令牌."""
    if role in NAMED and not (name and department):
        raise typer.BadParameter("--name and --department are needed: nothing happens anonymously / 须填写姓名和部门")
    token, text = tokens().issue(role, name, department, note, timedelta(days=days) if days is not None else None)
    if quiet:
        typer.echo(text)
        return
    typer.echo(f"令牌（只显示这一次） / token (shown this once):\n\n  {text}\n")
    until = token.expires_at.date().isoformat() if token.expires_at else "—"
    typer.echo(f"编号 id: {token.id}   角色 role: {token.role}   有效期至 until: {until}")


@app.command(name="list")
def list_() -> None:
    """List tokens without their secrets / 列出令牌."""
    table = Table(
        "编号 id",
        "角色 role",
        "姓名 name",
        "部门 department",
        "签发 issued",
        "到期 expires",
        "吊销 revoked",
        "备注 note",
    )
    for one in tokens().list():
        days = [f"{at:%Y-%m-%d}" if at else "" for at in (one.created_at, one.expires_at, one.revoked_at)]
        table.add_row(one.id, one.role.value, one.name, one.department, *days, one.note)
    Console().print(table)


@app.command()
def revoke(id: Annotated[str, typer.Argument(help="the token's id / 令牌编号")]) -> None:
    """Revoke a token; it is none from now on / 吊销令牌."""
    if not tokens().revoke(id):
        typer.echo(f"没有编号为 {id} 的有效令牌 / there is no good token with the id {id}", err=True)
        raise typer.Exit(1)
    typer.echo(f"已吊销 / revoked: {id}")
