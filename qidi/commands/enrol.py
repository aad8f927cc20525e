"""Decides how a superior invites a lower authority: a user at the broker, a mailbox, an invitation, one token."""

from pathlib import Path
from typing import Annotated

import typer

from deploy import enrolment, guests
from deploy.local_broker import NotRunning, here
from deploy.runs import settings_of_running
from services.contracts.divisions import level_of, name_of
from services.contracts.vocabulary import Level
from services.plumbing.errors import Refused, Unavailable


def command(
    code: Annotated[str, typer.Argument(help="the lower authority's code / 下级行政区划代码")],
    name: Annotated[str, typer.Option(help="its name / 名称")] = "",
    level: Annotated[str, typer.Option(help="city or banner / 层级")] = "",
    host: Annotated[str, typer.Option(help="where it reaches our broker / 消息服务地址")] = "",
    port: Annotated[int, typer.Option(help="and at which port / 端口")] = 0,
    ca: Annotated[Path | None, typer.Option(help="the office's own CA, PEM / 本单位CA证书", exists=True)] = None,
    authority: Annotated[str | None, typer.Option(help="as which authority / 以哪个单位的身份")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="print the token only / 只输出令牌")] = False,
) -> None:
    """Invite a lower authority and print its token / 邀请下级."""
    if len(code) != 6 or not code.isdigit():
        raise typer.BadParameter("six digits / 六位数字", param_hint="CODE")
    settings = settings_of_running(authority)
    wanted = level or level_of(code)
    if wanted not in (Level.CITY, Level.BANNER):
        raise typer.BadParameter("city or banner / 只能是 city 或 banner", param_hint="--level")
    try:
        place = here(settings)
        guest, password = guests.invite(code, place.vhost)
        place.declare(sorted({*enrolment.children_of(place.keys), code}))
        guests.put(place.keys, guest)  # remembered first: the link program starts at this, and a broker gets it back
        way = enrolment.way_here(place, host, port, ca)
        token = enrolment.enrol(settings, guest, password, way, name or name_of(code), level_of(code))
        place.admit(guest)
    except (NotRunning, Refused, Unavailable, enrolment.NoWay) as trouble:
        typer.echo(f"无法邀请 / cannot invite: {trouble}", err=True)
        raise typer.Exit(1) from None
    if place.broker is None:
        typer.echo("请在消息服务器上执行 / run this at the broker:", err=True)
        for line in guests.by_hand(guest, password):
            typer.echo(f"  {line}", err=True)
    if not quiet:
        typer.echo(
            f"把这个令牌交给 {code}（只显示这一次，内含密码）/ hand this token over; it is shown once:\n", err=True
        )
    typer.echo(token.text)
