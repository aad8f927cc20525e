"""Decides what `qidi verify` checks and says: a ledger's store, or an export of it, offline, to the first bad entry.

Exit code 0: everything is as recorded. 1: something is not. 2: nothing could be checked.
"""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.due_words import LANGUAGES, chosen
from deploy.commands.ledger_store import CannotRead, Stored, progress, stored
from deploy.commands.ledger_words import say
from services.ledger.evidence import Head, verify_rows
from services.ledger.evidence import verify as verify_lines
from services.ledger.filing import filed
from services.ledger.jsonl import lines_of
from services.ledger.merkle import Frontier
from services.ledger.verdict import Damage, Damaged, Verdict
from services.plumbing.settings import Settings

_KEPT = re.compile(r"([0-9]{1,18}):([0-9a-fA-F]{64})")


def check_store(ledger: Stored, kept: Sequence[Head] = (), title: str = "Checking") -> Verdict:
    """Check all that a store keeps of its ledger: content, order, head, labels, and what the next entry builds on."""
    frontier = ledger.growing or Frontier()
    with progress(title, ledger.head.size) as shown:
        rows = shown(filed(ledger.rows))
        verdict = verify_rows(rows, ledger.head, witnessed=kept, envelopes=True, hashing=frontier.hashing)
    if verdict.ok and (frontier.size, frontier.root) != (ledger.head.size, ledger.head.root):
        found, expected = frontier.root.hex(), ledger.head.root.hex()
        return Verdict(verdict.size, verdict.root, Damaged(Damage.BAD_FRONTIER, found=found, expected=expected).problem)
    return verdict


def check_export(path: Path, kept: Sequence[Head] = (), title: str = "Checking") -> Verdict:
    """Check an export. Raises CannotRead."""
    try:
        with path.open("rb") as stream:
            lines = lines_of(stream)
            header = next(lines, b"")
            told = re.search(rb'"size":([0-9]{1,18})', header)
            with progress(title, int(told[1]) if told else 0) as shown:
                return verify_lines(header, shown(lines), witnessed=kept, envelopes=True)
    except OSError as wrong:
        raise CannotRead("{place} cannot be opened: {reason}", place=path, reason=wrong.strerror) from wrong


def verify(
    store: Annotated[str | None, typer.Option(help="Path or URL of a ledger's store / 台账数据库")] = None,
    export: Annotated[Path | None, typer.Option(help="An export, FILE.jsonl / 导出文件")] = None,
    kept: Annotated[
        list[str] | None, typer.Option(help="SIZE:ROOT that was kept elsewhere, repeatable / 另行留存的检查点")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON / 以 JSON 回答")] = False,
    lang: Annotated[str | None, typer.Option(help="zh or en")] = None,
) -> None:
    """Check that a ledger is what was recorded; without options the store of this authority / 校验台账。"""
    language = chosen(lang, os.environ.get("LANG", ""))
    wrong = [("--lang {text}: use zh or en", {"text": lang})] if lang is not None and lang not in LANGUAGES else []
    if store is not None and export is not None:
        wrong.append(("Give either --store or --export, not both.", {}))
    forms = [(text, _KEPT.fullmatch(text)) for text in kept or ()]
    wrong += [
        ("--kept {text}: not a size and a root such as 1200:9f86d081...", {"text": text})
        for text, form in forms
        if form is None
    ]
    for message, facts in wrong:
        typer.echo(say(language, message, **facts), err=True)
    if wrong:
        raise typer.Exit(2)
    heads = [Head(int(form[1]), bytes.fromhex(form[2])) for _, form in forms if form is not None]
    title = say(language, "Checking")
    try:
        if export is not None:
            verdict = check_export(export, heads, title)
        else:
            with stored(store or Settings().store_url("ledger")) as ledger:
                verdict = check_store(ledger, heads, title)
    except CannotRead as cannot:
        typer.echo(say(language, cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None
    message = say(language, verdict.message, **verdict.params)
    typer.echo(_as_json(verdict, message) if as_json else message)
    raise typer.Exit(0 if verdict.ok else 1)


def _as_json(verdict: Verdict, message: str) -> str:
    problem = verdict.problem
    told = None if problem is None else {"code": problem.code.value, "index": problem.index, **_rest(problem.params)}
    answer = {"ok": verdict.ok, "size": verdict.size, "root": verdict.root, "problem": told, "message": message}
    return json.dumps(answer, ensure_ascii=False)


def _rest(params: object) -> dict[str, object]:
    return {"params": dict(params)} if isinstance(params, dict) else {}


command = verify
