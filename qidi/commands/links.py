"""`qidi links`: the links to other levels: who, since when, how far each ledger is and whether both agree."""

import json as json_
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.runs import settings_of_running
from locales.texts import at_terminal, say, say_in
from locales.troubles import said
from locales.words import word
from qidi import tables
from services.contracts.vocabulary import ZONE
from services.ledger.carrier.access import LedgerAccess
from services.ledger.carrier.connection import Away, Connection
from services.ledger.carrier.measures import lag
from services.ledger.link import keys, store
from services.ledger.link.troubles import troubles_of
from services.ledger.service import BOARD as LEDGER_BOARD
from services.plumbing.switchboard import Office

#: What stands in the way of a connection to the superior, and what to do about it.
AWAY: Mapping[Away, str] = {
    Away.PASSWORD: "the password is not taken (changed or removed there): ask for a new token, then "
    ".venv/bin/qidi --authority {own} join TOKEN (runbook key-rotation)",
    Away.SUSPENDED: "suspended there: ask why (runbook join, Suspending and ending it)",
    Away.CERTIFICATE: "the certificate of its broker is not vouched for: ask for a new token "
    "(runbook cut-link, step 3)",
    Away.UNREACHABLE: "its broker is not reached; everything waits here and goes by itself (runbook cut-link)",
}
#: Nothing was ever started from this folder.
NO_STORES = "{folder} has no stores yet: start the authority (make run), or set QIDI_VAR to its folder."
_LANGUAGES = (partial(say, "zh"), partial(say, "en"))
_LINK = {
    "code": "code",
    "relation": "relation",
    "name": "name",
    "state": "state",
    "connection": "connection",
    "joined_at": "joined",
    "last_contact": "last contact",
}
_LEDGER = {
    "origin": "ledger",
    "via": "via",
    "entries": "entries",
    "receipted": "receipted",
    "lag_seconds": "lag",
    "state": "state",
}


def _both(word: str) -> str:
    """A word in both languages, Chinese first."""
    return f"{say_in('links', 'zh', word)} {word}"


def own(ledger: LedgerAccess) -> dict[str, str | None]:
    """This authority and the key that it publishes; none before its first start."""
    try:
        key = ledger.key.public_text if (ledger.folder / keys.FILE).exists() else None
    except keys.BadKey:
        key = None
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
    json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
    authority: Annotated[str | None, typer.Option(help="of which authority")] = None,
) -> None:
    """Show the links to other levels."""
    settings = settings_of_running(authority)
    url = settings.store_url(LEDGER_BOARD.name)
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
        folder = settings.var / settings.authority
        typer.echo(say(at_terminal(), NO_STORES, folder=folder), err=True)
        raise typer.Exit(1)
    with LedgerAccess(settings) as ledger:
        found = {"authority": own(ledger), **ledger.read(links_and_ledgers)}
        found["links"] = [with_connection(one, ledger) for one in found["links"]]
    if json:
        typer.echo(json_.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(found, Console(highlight=False, soft_wrap=False))


def show(found: Mapping[str, Any], console: Console) -> None:
    """For people: tables where they fit, else a block for each; below them what is wrong and what comes next."""
    own = found["authority"]
    console.print(f"{own['code']} {_both('public key')}: {own['public_key'] or '—'}", soft_wrap=True)
    links = [{**one, **_worded(one), "connection": _connected(one["connection"])} for one in found["links"]]
    _tabled(links, _LINK, console)
    for one in found["links"]:
        if (one["connection"] or {}).get("state") == "away":
            zh, en = (t(AWAY[Away(one["connection"]["why"])], own=own["code"]) for t in _LANGUAGES)
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
    words = {"up": "up", "away": "none", "unknown": "unknown"}
    return _both(words[connection["state"]])


def _worded(link: Mapping[str, Any]) -> dict[str, str]:
    """Relation and state by their Chinese names, with the codes that machines have."""
    books = {"relation": "relation", "state": "link_state"}
    return {name: f"{say('zh', word(book, link[name]))} {link[name]}" for name, book in books.items()}


def _standing(one: Mapping[str, Any]) -> str:
    if one.get("up_state", "ok") == "ok":
        return str(one["state"])
    return f"{one['state']} / {_both('above')}: {one['up_state']}"


def _tabled(rows: Sequence[Mapping[str, Any]], words: Mapping[str, str], console: Console) -> None:
    tables.show(console, [_both(word) for word in words.values()], [_cells(row, words) for row in rows])


def _cells(row: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return ["" if row.get(name) is None else str(row[name]) for name in names]
