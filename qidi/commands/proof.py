"""`qidi proof`: what is recorded about a case, handed out so that anybody can check it later."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.runs import settings_of_running
from locales.ledger import say
from locales.texts import chosen
from services.ledger.audit.store import CannotRead
from services.ledger.carrier.access import LedgerAccess
from services.ledger.link import pages
from services.ledger.link.keys import BadKey
from services.ledger.link.proofs import examine, prove
from services.plumbing.errors import Unavailable
from services.plumbing.settings import Settings


def proof_of(settings: Settings, case_no: str) -> dict[str, Any]:
    """The proof of a case, with everything signed that is recorded by now. Raises CannotRead."""
    place = settings.store_url("ledger")
    if place.startswith("sqlite:///") and not Path(place.removeprefix("sqlite:///")).is_file():
        raise CannotRead("{place} cannot be opened: {reason}", place=place, reason="no such file")
    try:
        with LedgerAccess(settings) as ledger:
            key, size = ledger.key, -1
            while size < (size := ledger.write(lambda office: pages.cut(office, key)).size):
                continue
            found = ledger.read(lambda office: prove(office, case_no))
    except (Unavailable, BadKey) as wrong:
        raise CannotRead("{place} cannot be opened: {reason}", place=place, reason=wrong) from wrong
    if found is None:
        raise CannotRead("There is no case {case_no} in the ledger.", case_no=case_no)
    return found


def command(
    case_no: Annotated[str, typer.Argument(help="number of the case")],
    out: Annotated[Path | None, typer.Option(help="write it to FILE.json")] = None,
    authority: Annotated[str | None, typer.Option(help="of which authority")] = None,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
) -> None:
    """Write the proof of a case, to be checked with `qidi verify --proof`."""
    language = chosen(lang, os.environ.get("LANG", ""))
    try:
        found = proof_of(settings_of_running(authority), case_no)
        text = json.dumps(found, ensure_ascii=False, indent=1)
        if out is None:
            typer.echo(text)
            return
        try:
            out.write_text(text + "\n")
        except OSError as wrong:
            raise CannotRead("{place} cannot be opened: {reason}", place=out, reason=wrong.strerror) from wrong
    except CannotRead as cannot:
        typer.echo(say(language, cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None
    checked = examine(found)
    typer.echo(say(language, "The proof was written to {file}.", file=out))
    typer.echo(say(language, checked.message, **checked.params))
