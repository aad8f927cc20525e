"""Decides how a lower authority joins: it shows its key, and a person confirms who the superior is."""

import asyncio
import logging
from typing import Annotated

import typer

from deploy import enrolment
from deploy.runs import settings_of_running
from services.plumbing.errors import Refused


def command(
    token: Annotated[str, typer.Argument(help="what the superior handed over / 上级给的令牌")],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask / 不再确认")] = False,
    authority: Annotated[str | None, typer.Option(help="as which authority / 以哪个单位的身份")] = None,
) -> None:
    """Join the superior with its token / 加入上级."""
    settings = settings_of_running(authority)
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # one sentence says why, not its traceback
    try:
        invitation = enrolment.Token.read(token)
        welcome = asyncio.run(enrolment.knock(settings, invitation))
        typer.echo(f"上级 superior: {welcome.name} {welcome.code}\n公钥 key: {welcome.public_key}")
        if not yes and not typer.confirm("确认加入该上级？ / Is this your superior?"):
            typer.echo("未加入 / not joined")
            raise typer.Exit(1)
        enrolment.settle(settings, invitation, welcome)
    except (enrolment.BadToken, enrolment.NotJoined, Refused) as trouble:
        typer.echo(f"无法加入 / cannot join: {trouble}", err=True)
        raise typer.Exit(1) from None
    typer.echo("已加入，台账开始上报 / joined, the ledger goes up from now on")
