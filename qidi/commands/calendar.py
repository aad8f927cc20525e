"""`qidi calendar`: a year's days are drafted by one person, looked at, and released or given up by another.

Exit codes: 0 done, 1 refused, 2 no authority or an unreadable file.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console

from deploy.runs import gateway_of_running
from documents.ledgers.delivery import CannotSend, address, client_for
from locales.texts import at_terminal, say
from locales.words import word
from qidi import tables
from services.contracts.vocabulary import light_of

app = typer.Typer(no_args_is_help=True, add_completion=False)
_DRAFTS = "/v1/calendar/drafts"
_SHOWN = 50
Url = Annotated[str | None, typer.Option(help="Address of the gateway")]
Token = Annotated[str | None, typer.Option(help="Token", envvar="QIDI_TOKEN")]
Number = Annotated[int, typer.Argument(min=1, help="number of the draft")]


@dataclass
class Desk:
    """The authority's API, and the language in which it is spoken of."""

    client: httpx.Client

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._told(self.client.get(path, params=params))

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._told(self.client.post(path, json=dict(body)))

    def send(self, path: str, content: bytes, **params: Any) -> dict[str, Any]:
        headers = {"Content-Type": "application/octet-stream"}
        given = {name: value for name, value in params.items() if value}
        return self._told(self.client.post(path, params=given, content=content, headers=headers))

    def _told(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_success:
            return dict(answer.json())
        wrong = answer.json()
        for line in [one["message"] for one in wrong.get("problems") or ()] or [wrong.get("detail") or wrong["title"]]:
            typer.echo(line, err=True)
        raise typer.Exit(1)


@contextmanager
def _desk(url: str | None, token: str | None) -> Iterator[Desk]:
    try:
        with client_for(*address(url, token, gateway_of_running()), at_terminal()) as client:
            yield Desk(client)
    except CannotSend as cannot:
        typer.echo(_say(cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None
    except httpx.TransportError as away:
        typer.echo(_say("the authority does not answer: {reason}", reason=str(away)), err=True)
        raise typer.Exit(2) from None


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="the notice as text, a table, or holiday-cn data")],
    notice: Annotated[str, typer.Option(help="title and number, where the file does not say")] = "",
    year: Annotated[int | None, typer.Option(help="the year, where the file does not say")] = None,
    own: Annotated[
        bool, typer.Option("--own", help="days of the own authority, no notice of the State Council")
    ] = False,
    url: Url = None,
    token: Token = None,
) -> None:
    """Draft the days of a file; nothing moves before somebody else releases them."""
    try:
        content = file.read_bytes()
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        typer.echo(_say("{file} cannot be opened: {reason}", file=str(file), reason=reason), err=True)
        raise typer.Exit(2) from None
    with _desk(url, token) as desk:
        made = desk.send(
            f"{_DRAFTS}/file", content, name=file.name, notice=notice, year=year, own="true" if own else ""
        )
        _shown(desk, made)


@app.command(name="drafts")
def drafts(url: Url = None, token: Token = None) -> None:
    """List the drafts, the newest first."""
    with _desk(url, token) as desk:
        titles = [
            _say(one) for one in ("No.", "Notice", "State", "Drafted by", "Clocks that move", "Lights that change")
        ]
        rows = [
            (str(one["draft_no"]), one["notice"], _say(word("draft_state", one["state"])), one["drafted_by"],
             str(one["count"]), str(one["lights"]))
            for one in desk.get(_DRAFTS)["items"]
        ]  # fmt: skip
        tables.show(Console(), titles, rows)


@app.command()
def show(no: Number, url: Url = None, token: Token = None) -> None:
    """Show a draft with the clocks that it moves."""
    with _desk(url, token) as desk:
        _shown(desk, desk.get(f"{_DRAFTS}/{no}"))


@app.command()
def count(no: Number, url: Url = None, token: Token = None) -> None:
    """Count again what a draft moves."""
    with _desk(url, token) as desk:
        _shown(desk, desk.post(f"{_DRAFTS}/{no}/count", {}))


@app.command()
def release(
    no: Number,
    fewer: Annotated[
        bool, typer.Option("--fewer-holidays", help="the year is meant so, with fewer than by law")
    ] = False,
    url: Url = None,
    token: Token = None,
) -> None:
    """Release a draft that somebody else has made; it counts from now on, here and below."""
    with _desk(url, token) as desk:
        _shown(desk, desk.post(f"{_DRAFTS}/{no}/release", {"confirm": ["festivals"]} if fewer else {}))


@app.command(name="give-up")
def give_up(no: Number, reason: Annotated[str, typer.Option(help="why")], url: Url = None, token: Token = None) -> None:
    """Give a draft up; it stays on record."""
    with _desk(url, token) as desk:
        _shown(desk, desk.post(f"{_DRAFTS}/{no}/give-up", {"reason": reason}))


def _shown(desk: Desk, found: Mapping[str, Any]) -> None:
    """A draft at the terminal: its state, its figures, what it lacks, and the first clocks that it moves."""
    state = _say(word("draft_state", found["state"]))
    typer.echo(f"{_say('Draft {number}', number=found['draft_no'])} · {found['notice']} · {state}")
    for kind in ("holiday", "workday"):
        days = [day for day, its in found["days"].items() if its == kind]
        if days:
            typer.echo(f"{_say(word('day_kind', kind))}: {' '.join(days)}")
    figures = ("clocks that move", found["count"]), ("of them change their light", found["lights"])
    for name, number in (*figures, ("provisional dates become firm", found["confirmed"])):
        typer.echo(f"{number} {_say(name)}")
    for year, festivals in found["missing"].items():
        template = "{year} would have fewer holidays than the law gives: {festivals}. Was the text cut off?"
        typer.echo(_say(template, year=year, festivals="、".join(festivals)))
    if found.get("unused"):
        template = (
            "These sentences name days, but neither give them off nor have them worked, and were not used: {words}"
        )
        typer.echo(_say(template, words="; ".join(found["unused"])))
    moves = desk.get(f"{_DRAFTS}/{found['draft_no']}/moves", limit=_SHOWN)
    titles = [_say(one) for one in ("Case, complaint or letter", "Clock", "Due so far", "Due then", "Light")]
    rows = [
        (one["about"], _say(word("clock", one["clock_kind"])), (one["from"] or "")[:16], (one["to"] or "")[:16],
         _lights(one))
        for one in moves["items"]
    ]  # fmt: skip
    if rows:
        tables.show(Console(), titles, rows)


def _lights(move: Mapping[str, Any]) -> str:
    before, after = (_say(light_of(move[name]).msgid) if move[name] else "" for name in ("light", "light_after"))
    return after if before in ("", after) else f"{before} → {after}"


def _say(template: str, **facts: Any) -> str:
    return partial(say, at_terminal())(template, **facts)
