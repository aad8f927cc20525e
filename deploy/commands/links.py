"""Decides how the links to other levels are shown: who, since when, how far each ledger is and whether both agree."""

import json as json_
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.linking.bureau import Bureau
from deploy.linking.measuring import lag
from deploy.running import settings_of_running
from services.ledger.link import store
from services.plumbing.clock import ZONE
from services.plumbing.switchboard import Office


def links_and_ledgers(office: Office) -> dict[str, Any]:
    """Every link, and every ledger that is held or handed on here."""
    connection = office.connection
    has_superior = store.superior(connection) is not None
    return {
        "links": [
            {"code": one.code, "relation": one.relation, "name": one.name, "level": one.level, "state": one.state}
            | {"joined_at": _moment(one.joined_at), "last_contact": _moment(one.last_contact)}
            for one in store.all_links(connection)
        ],
        "ledgers": [
            {"origin": one.origin, "via": one.via, "entries": one.size, "root": one.root.hex(), "state": one.state}
            | {"problem": one.problem, "verified_at": _moment(one.verified_at)}
            | (
                {"receipted": one.receipted, "up_state": one.up_state, "up_problem": one.up_problem}
                if has_superior
                else {}
            )
            | ({"lag_seconds": round(lag(office, one), 1)} if has_superior else {})
            for one in store.all_origins(connection)
        ],
    }


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, ZONE).isoformat(timespec="seconds")


def command(
    json: Annotated[bool, typer.Option("--json", help="as JSON / 输出JSON")] = False,
    authority: Annotated[str | None, typer.Option(help="of which authority / 哪个单位")] = None,
) -> None:
    """Show the links to other levels / 查看上下级."""
    with Bureau(settings_of_running(authority)) as bureau:
        found = bureau.read(links_and_ledgers)
    if json:
        typer.echo(json_.dumps(found, ensure_ascii=False, indent=2))
        return
    console = Console()
    neighbours = Table("代码 code", "关系 relation", "名称 name", "状态 state", "加入 joined", "最近联系 last contact")
    for one in found["links"]:
        cells = (one[name] or "" for name in ("code", "relation", "name", "state", "joined_at", "last_contact"))
        neighbours.add_row(*cells)
    ledgers = Table(
        "台账 ledger", "经由 via", "条数 entries", "已签收 receipted", "滞后（秒） lag", "状态 state", "问题 problem"
    )
    for one in found["ledgers"]:
        state = one["state"] if one.get("up_state", "ok") == "ok" else f"{one['state']} / 上级 above: {one['up_state']}"
        receipted, late = str(one.get("receipted", "")), str(one.get("lag_seconds", ""))
        problem = one["problem"] or one.get("up_problem", "")
        ledgers.add_row(one["origin"], one["via"], str(one["entries"]), receipted, late, state, problem)
    console.print(neighbours, ledgers)
