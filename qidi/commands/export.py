"""`qidi export`: the ledger as evidence (JSON lines), the list as offices know it (Excel), or what was lost below."""

import os
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from deploy.runs import gateway_of_running, settings_of_running
from locales.ledger import say
from locales.texts import Language, chosen
from qidi.progress import progress
from services.ledger.audit.export import ExportHeader, entry_line
from services.ledger.audit.store import CannotRead, Stored, hashing_of, last_fork, stored
from services.plumbing.settings import Settings

_PATIENCE = httpx.Timeout(300.0, connect=5.0)


def write_ledger(ledger: Stored, authority: str, file: Path, title: str = "Writing") -> None:
    """Write the evidence export; the file has its name only once it is whole. Raises OSError."""
    part = file.with_name(f"{file.name}.part")
    with part.open("wb") as out, progress(title, ledger.head.size) as shown:
        head, said = ledger.head, ledger.said
        out.write(ExportHeader(authority, head.size, head.root, hashing_of(ledger).name, len(said)).line())
        out.writelines(said.lines())
        for row in shown(ledger.rows):
            out.write(entry_line(row[0], bytes(row[1]), None if row[2] is None else bytes(row[2])))
    part.replace(file)


def fetch_lines(client: httpx.Client, file: Path, filters: dict[str, Any]) -> None:
    """Fetch the workbook from a running gateway. Raises httpx.HTTPError, OSError."""
    part = file.with_name(f"{file.name}.part")
    with client.stream("GET", "/v1/lines.xlsx", params=filters) as answer:
        if answer.is_error:
            answer.read()
            raise httpx.HTTPStatusError(_reason(answer), request=answer.request, response=answer)
        with part.open("wb") as out:
            for chunk in answer.iter_bytes():
                out.write(chunk)
    part.replace(file)


def _reason(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return str(answer.status_code)
    return f"{answer.status_code} {told.get('detail') or told.get('title') or ''}".strip()


def export(
    ledger: Annotated[Path | None, typer.Option(help="Write the ledger as evidence to FILE.jsonl")] = None,
    lines: Annotated[Path | None, typer.Option(help="Write the list to FILE.xlsx")] = None,
    lost_: Annotated[
        Path | None,
        typer.Option("--lost", help="With --origin: what it has lost, as FILE.xlsx or FILE.csv"),
    ] = None,
    since: Annotated[int | None, typer.Option(min=0, help="With --lost: from this entry on")] = None,
    store: Annotated[str | None, typer.Option(help="With --ledger, --lost: path or URL of the store")] = None,
    origin: Annotated[str | None, typer.Option(help="With --ledger, --lost: of this lower authority")] = None,
    authority: Annotated[str | None, typer.Option(help="With --ledger, --lost: whose store")] = None,
    department: Annotated[str | None, typer.Option(help="With --lines: only this department")] = None,
    matter: Annotated[str | None, typer.Option(help="With --lines: code or name of a matter")] = None,
    light: Annotated[str | None, typer.Option(help="With --lines: green, yellow, red, grey")] = None,
    handler: Annotated[str | None, typer.Option(help="With --lines: person responsible")] = None,
    state: Annotated[str | None, typer.Option(help="With --lines: open, closed, struck, all")] = None,
    url: Annotated[str | None, typer.Option(help="With --lines: address of the gateway")] = None,
    token: Annotated[str | None, typer.Option(help="With --lines: token", envvar="QIDI_TOKEN")] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
) -> None:
    """Write the ledger or the list to a file."""
    language = chosen(lang, os.environ.get("LANG", ""))
    try:
        if ledger is None and lines is None and lost_ is None:
            raise CannotRead("Say what to write: --ledger FILE.jsonl, --lines FILE.xlsx or --lost FILE.xlsx.")
        if ledger is not None:
            _export_ledger(ledger, settings_of_running(authority), store, origin, language)
        if lost_ is not None:
            _export_lost(lost_, settings_of_running(authority), store, origin, since, language)
        if lines is not None:
            filters = {"department": department, "matter": matter, "light": light, "handler": handler, "state": state}
            _export_lines(lines, filters, url, token, language)
    except CannotRead as cannot:
        typer.echo(say(language, cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None


def _export_ledger(file: Path, settings: Settings, store: str | None, origin: str | None, language: Language) -> None:
    with stored(store or settings.store_url("ledger"), origin) as ledger:
        try:
            write_ledger(ledger, ledger.authority or settings.authority, file, say(language, "Writing"))
        except OSError as wrong:
            raise CannotRead("{place} cannot be opened: {reason}", place=file, reason=wrong.strerror) from wrong
        count, root = ledger.head.size, ledger.head.root.hex()
    typer.echo(
        say(language, "{count} entries written to {file}; the root is {root}.", count=count, file=file, root=root)
    )


def _export_lost(
    file: Path, settings: Settings, store: str | None, origin: str | None, since: int | None, language: Language
) -> None:
    from documents.losses import lost, write  # brings the board's words, which nothing else here needs

    if origin is None:
        raise CannotRead("--lost: say whose ledger with --origin CODE.")
    place = store or settings.store_url("ledger")
    branch, index = last_fork(place, origin) or (None, None)
    since = index if since is None else since
    if since is None:
        raise CannotRead(
            "The ledger of {origin} was never contradicted: give --since to list from there.", origin=origin
        )
    with stored(place, origin, branch) as ledger:
        try:
            count = write(lost(ledger, since, language), file, language)
        except OSError as wrong:
            raise CannotRead("{place} cannot be opened: {reason}", place=file, reason=wrong.strerror) from wrong
    typer.echo(say(language, "{count} entries from {since} on written to {file}.", count=count, since=since, file=file))


def _export_lines(file: Path, filters: dict[str, Any], url: str | None, token: str | None, language: Language) -> None:
    found_url, found_token = ("", "") if url and token else gateway_of_running() or ("", "")
    url, token = url or found_url, token or found_token
    if not url or not token:
        raise CannotRead("No running authority was found: start one, or give --url and --token.")
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.Client(base_url=url, headers=headers, timeout=_PATIENCE, trust_env=False) as client:
            fetch_lines(client, file, {name: value for name, value in filters.items() if value})
    except httpx.HTTPError as wrong:
        raise CannotRead("{url} did not give the list: {reason}", url=url, reason=wrong) from wrong
    except OSError as wrong:
        raise CannotRead("{place} cannot be opened: {reason}", place=file, reason=wrong.strerror) from wrong
    typer.echo(say(language, "The list was written to {file}.", file=file))


command = export
