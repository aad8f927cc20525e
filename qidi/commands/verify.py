"""`qidi verify`: a ledger's store, an export of it or a proof, checked offline to the first flaw.

Exit code 0: everything is as recorded. 1: something is not. 2: nothing could be checked.
"""

import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.runs import settings_of_running
from locales.ledger import say
from locales.texts import LANGUAGES, Language, chosen
from qidi.progress import progress
from services.ledger.audit.checks import Grounds, check_export, check_proof, check_store
from services.ledger.audit.store import CannotRead
from services.ledger.audit.verdict import SIGNED, LedgerVerdict
from services.ledger.audit.witnesses import Witness, read_witness, trusted
from services.ledger.link.keys import Verifier
from services.ledger.link.proofs import Examined


def verify(
    store: Annotated[str | None, typer.Option(help="Path or URL of a ledger's store")] = None,
    origin: Annotated[str | None, typer.Option(help="The ledger of this authority, kept in the store")] = None,
    export: Annotated[Path | None, typer.Option(help="An export, FILE.jsonl")] = None,
    proof: Annotated[Path | None, typer.Option(help="A proof of a case, FILE.json")] = None,
    kept_: Annotated[
        list[str] | None,
        typer.Option("--kept", help="SIZE:ROOT, a signed note, an export or a proof kept elsewhere"),
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="NAME+HASH+KEY that you know from elsewhere, repeatable")
    ] = None,
    authority: Annotated[str | None, typer.Option(help="Of a run with several, whose store")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
) -> None:
    """Check that a ledger is what was recorded; without options the store of this authority."""
    language = chosen(lang, os.environ.get("LANG", ""))
    wrong: list[tuple[str, dict[str, Any]]] = []
    if lang is not None and lang not in LANGUAGES:
        wrong.append(("--lang {text}: use zh or en", {"text": lang}))
    if sum(one is not None for one in (store or origin, export, proof)) > 1:
        wrong.append(("Give only one of --store (with --origin), --export and --proof.", {}))
    given = _given(kept_ or (), key or (), language, wrong)
    for message, facts in wrong:
        typer.echo(say(language, message, **facts), err=True)
    if wrong:
        raise typer.Exit(2)
    try:
        if proof is not None:
            ok = _tell_proof(check_proof(proof, given), language, as_json)
        elif export is not None:
            ok = _tell(check_export(export, given), language, as_json)
        else:
            place = store or settings_of_running(authority).store_url("ledger")
            ok = _tell(check_store(place, origin, given), language, as_json)
    except CannotRead as cannot:
        typer.echo(say(language, cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None
    raise typer.Exit(0 if ok else 1)


def _given(
    kept: Sequence[str], keys: Sequence[str], language: Language, wrong: list[tuple[str, dict[str, Any]]]
) -> Grounds:
    """What whoever checks knows; what of it cannot be read is added to `wrong`."""
    witnesses, known = list[Witness](), list[Verifier]()
    try:
        witnesses, known = [read_witness(text) for text in kept], trusted(keys)
    except CannotRead as cannot:
        wrong.append((cannot.message, cannot.facts))
    return Grounds(witnesses, known, partial(progress, say(language, "Checking")))


def _tell_proof(found: Examined, language: Language, as_json: bool) -> bool:
    """Whether it holds."""
    message = say(language, found.message, **found.params)
    answer = {"ok": found.ok, "params": dict(found.params), "message": message}
    typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else message)
    return found.ok


def _tell(verdict: LedgerVerdict, language: Language, as_json: bool) -> bool:
    """Whether all is well."""
    message = say(language, verdict.message, **verdict.params)
    if verdict.ok and verdict.statements:
        message += "\n" + say(language, SIGNED, statements=verdict.statements, signed=verdict.signed)
    typer.echo(_as_json(verdict, message) if as_json else message)
    return verdict.ok


def _as_json(verdict: LedgerVerdict, message: str) -> str:
    flaw = verdict.problem
    told = None if flaw is None else {"code": flaw.code.value, "index": flaw.index, "params": dict(flaw.params)}
    answer = {"ok": verdict.ok, "size": verdict.size, "root": verdict.root, "problem": told, "message": message}
    answer |= {"signed": verdict.signed, "statements": verdict.statements}
    return json.dumps(answer, ensure_ascii=False)


command = verify
