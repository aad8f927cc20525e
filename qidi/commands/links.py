"""The verb `qidi links`: links to other levels, who, since when, how far each ledger is and whether both agree."""

import json as json_
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from deploy.runs import settings_of_running
from locales.texts import say
from locales.troubles import said
from services.contracts.vocabulary import ZONE
from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.connection import Away, Connection
from services.ledger.carrier.measures import lag
from services.ledger.link import keys, store
from services.ledger.link.troubles import troubles_of
from services.plumbing.switchboard import Office

#: What stands in the way of a connection to the superior, and what to do about it.
AWAY: Mapping[Away, tuple[str, str]] = {
    Away.PASSWORD: (
        "口令不被接受（上级已更换口令或已移除本级）；请向上级索取新令牌，再执行 "
        ".venv/bin/qidi --authority {own} join 令牌（操作手册 key-rotation）",
        "the password is not taken (changed or removed there): ask for a new token, then "
        ".venv/bin/qidi --authority {own} join TOKEN (runbook key-rotation)",
    ),
    Away.SUSPENDED: (
        "已被上级暂停；请向上级询问原因（操作手册 join 中 Suspending and ending it 一节）",
        "suspended there: ask why (runbook join, Suspending and ending it)",
    ),
    Away.CERTIFICATE: (
        "上级消息服务的证书不可信；请索取新令牌（操作手册 cut-link 第 3 步）",
        "the certificate of its broker is not vouched for: ask for a new token (runbook cut-link, step 3)",
    ),
    Away.UNREACHABLE: (
        "无法到达上级的消息服务；内容留在本级，恢复后自动补送（操作手册 cut-link）",
        "its broker is not reached; everything waits here and goes by itself (runbook cut-link)",
    ),
}
_LANGUAGES = (partial(say, "zh"), partial(say, "en"))
_LINK = {
    "code": "代码 code",
    "relation": "关系 relation",
    "name": "名称 name",
    "state": "状态 state",
    "connection": "连接 connection",
    "joined_at": "加入 joined",
    "last_contact": "最近联系 last contact",
}
_LEDGER = {
    "origin": "台账 ledger",
    "via": "经由 via",
    "entries": "条数 entries",
    "receipted": "已签收 receipted",
    "lag_seconds": "滞后（秒） lag",
    "state": "状态 state",
}


def own(ledger: LedgerAccess) -> dict[str, str | None]:
    """This authority and the key that it publishes; none before its first start."""
    key = ledger.key.public_text if (ledger.folder / keys.FILE).exists() else None
    return {"code": ledger.authority, "public_key": key}


def links_and_ledgers(office: Office) -> dict[str, Any]:
    """Every link, and every ledger that is held or handed on here."""
    connection = office.connection
    has_superior = store.superior(connection) is not None
    return {
        "links": [
            {"code": one.code, "relation": one.relation, "name": one.name, "level": one.level, "state": one.state}
            | {"joined_at": _moment(one.joined_at), "last_contact": _moment(one.last_contact)}
            | {"public_key": next((key.text for _, key in store.keys_of(connection, one.code)), None)}
            for one in store.all_links(connection)
        ],
        "ledgers": [
            {"origin": one.origin, "via": one.via, "entries": one.size, "root": one.root.hex(), "state": one.state}
            | {"problem": one.problem, "verified_at": _moment(one.verified_at)}
            | {"troubles": [{"side": t.side, "kind": t.kind, "facts": t.facts} for t in troubles_of(office, one)]}
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


def with_connection(link: Mapping[str, Any], ledger: LedgerAccess) -> dict[str, Any]:
    """A link, and of the superior's whether there is a connection now, as the link's process knows it."""
    if link["relation"] != store.SUPERIOR or link["state"] != "joined":
        return {**link, "connection": None}
    known = Connection.load(ledger.folder.parent, link["code"], ledger.now)
    if known is None:
        return {**link, "connection": {"state": "unknown"}}
    state = {"state": "up"} if known.why is None else {"state": "away", "why": known.why.value}
    return {**link, "connection": {**state, "since": _moment(known.since)}}


def command(
    json: Annotated[bool, typer.Option("--json", help="as JSON / 输出JSON")] = False,
    authority: Annotated[str | None, typer.Option(help="of which authority / 哪个单位")] = None,
) -> None:
    """Show the links to other levels / 查看上下级."""
    with LedgerAccess(settings_of_running(authority)) as ledger:
        found = {"authority": own(ledger), **ledger.read(links_and_ledgers)}
        found["links"] = [with_connection(one, ledger) for one in found["links"]]
    if json:
        typer.echo(json_.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(found, Console(highlight=False, soft_wrap=False))


def show(found: Mapping[str, Any], console: Console) -> None:
    """For people: tables where they fit, else a block for each; below them what is wrong and what comes next."""
    own = found["authority"]
    console.print(f"{own['code']} 公钥 public key: {own['public_key'] or '—'}", soft_wrap=True)
    _tabled([{**one, "connection": _connected(one["connection"])} for one in found["links"]], _LINK, console)
    for one in found["links"]:
        if (one["connection"] or {}).get("state") == "away":
            zh, en = (text.format(own=own["code"]) for text in AWAY[Away(one["connection"]["why"])])
            _wrong(console, f"{one['name']} {one['code']}：{zh}", f"{one['code']}: {en}")
    _tabled([{**one, "state": _standing(one)} for one in found["ledgers"]], _LEDGER, console)
    for one in found["ledgers"]:
        both = [[f"{means}\n  → {follows}" for means, follows in said(one["troubles"], t)] for t in _LANGUAGES]
        for zh, en in zip(*both, strict=True):
            _wrong(console, zh, en)


def _wrong(console: Console, zh: str, en: str) -> None:
    console.print(f"✗ {zh}\n  {en}", soft_wrap=True, markup=False)


def _connected(connection: Mapping[str, Any] | None) -> str:
    if connection is None:
        return ""
    words = {"up": "已连接 up", "away": "无连接 none", "unknown": "未知 unknown"}
    return words[connection["state"]]


def _standing(one: Mapping[str, Any]) -> str:
    return str(one["state"] if one.get("up_state", "ok") == "ok" else f"{one['state']} / 上级 above: {one['up_state']}")


def _tabled(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str], console: Console) -> None:
    table = Table(*titles.values())
    for row in rows:
        table.add_row(*_cells(row, titles))
    if Measurement.get(console, console.options.update(max_width=1000), table).maximum <= console.width:
        console.print(table)
        return
    for row in rows:
        console.print()
        for title, cell in zip(titles.values(), _cells(row, titles), strict=True):
            if cell:
                console.print(f"{title}: {cell}", soft_wrap=True, markup=False)


def _cells(row: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return ["" if row.get(name) is None else str(row[name]) for name in names]
