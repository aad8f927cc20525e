"""`qidi verify`: a ledger's store, an export of it or a proof, checked offline to the first flaw.

Exit code 0: everything is as recorded. 1: something is not. 2: nothing could be checked.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from deploy.runs import settings_of_running
from locales.ledger import say
from locales.texts import LANGUAGES, chosen
from services.ledger.audit.evidence import Head, statements_in, verify_rows
from services.ledger.audit.evidence import verify as verify_lines
from services.ledger.audit.filing import COLUMNS, filed
from services.ledger.audit.jsonl import Header, Malformed, lines_of
from services.ledger.audit.kept import Kept, kept, keys_of, trusted, witnesses
from services.ledger.audit.store import ORIGIN_COLUMNS, CannotRead, Stored, progress, stored
from services.ledger.audit.verdict import SIGNED, Damage, Damaged, Problem, Verdict
from services.ledger.link.keys import Verifier
from services.ledger.link.notes import read
from services.ledger.link.proofs import examine
from services.ledger.link.statements import Statements, Vouched, vouched
from services.ledger.merkle import Frontier


@dataclass(frozen=True)
class Given:
    """What whoever checks knows from elsewhere, and what the progress bar is called."""

    kept: Sequence[Kept] = ()
    trusted: Sequence[Verifier] = ()
    title: str = "Checking"


@dataclass(frozen=True)
class _Known:
    """What is checked against, once the statements of the ledger have been believed."""

    vouched: Vouched
    kept: list[Head] = field(default_factory=list)

    @property
    def heads(self) -> list[Head]:
        return [*self.vouched.heads, *self.kept]


def _known(authority: str, said: Statements, given: Given) -> _Known:
    signed = vouched(authority, said, given.trusted) if said.notes or given.trusted else Vouched()
    keys = [*keys_of(said.keys), *given.trusted]
    return _Known(signed, witnesses(authority, given.kept, keys))


def _credited(verdict: Verdict, known: _Known, said: Statements) -> Verdict:
    """With how much of it was signed; and whether two histories were signed rather than one rewritten."""
    return replace(verdict, signed=min(known.vouched.signed, verdict.size), statements=len(said.notes))


def _judged(check: Callable[[Sequence[Head]], Verdict], known: _Known) -> Verdict:
    """A history that contradicts what was kept but agrees with what was signed is a second one, signed as well."""
    verdict = check(known.heads)
    if not known.kept or verdict.problem is None or verdict.problem.code is not Damage.REWRITTEN:
        return verdict
    alone = check(known.vouched.heads)
    until = int(verdict.problem.params["until"])
    if not alone.ok:
        return alone
    if known.vouched.signed < until:
        return verdict
    # The two agree as far as what was kept agrees.
    since = max((head.size for head in known.kept if head.size < until), default=0)
    return replace(verdict, problem=Problem(Damage.TWO_HISTORIES, None, {**verdict.problem.params, "since": since}))


def check_store(place: str, origin: str | None = None, given: Given | None = None) -> Verdict:
    """Check all that a store keeps of a ledger: content, order, head, labels, what was signed, what comes next.

    Of another authority's ledger also the histories that were given up when a fork was accepted, and whether it is
    contradicted now. Raises CannotRead.
    """
    given = given or Given()
    with stored(place, origin) as ledger:
        branch, verdict = ledger.branch, Verdict(0, None)
        try:
            _check_filing(ledger)
            known = _known(ledger.authority, ledger.said, given)
        except Damaged as damaged:
            return Verdict(0, None, damaged.problem)
        said, contradiction = ledger.said, ledger.contradiction
    verdict = _judged(lambda heads: _check_rows(place, origin, None, heads, given.title), known)
    for former in range(branch):
        if verdict.ok:
            problem = _check_former(place, str(origin), former, given.title)
            verdict = replace(verdict, problem=problem.problem, size=problem.size if problem.problem else verdict.size)
    if verdict.ok and contradiction is not None:
        since, held, sent = contradiction
        params: dict[str, str | int] = {"name": str(origin), "since": since, "known": held, "told": sent}
        verdict = replace(verdict, problem=Problem(Damage.CONTRADICTED, since, params))
    return _credited(verdict, known, said)


def _check_former(place: str, origin: str, branch: int, title: str) -> Verdict:
    with stored(place, origin, branch) as ledger:
        try:
            _check_filing(ledger)
            heads = vouched(origin, ledger.said).heads
        except Damaged as damaged:
            return Verdict(0, None, damaged.problem)
    return _check_rows(place, origin, branch, heads, title)


def _check_filing(ledger: Stored) -> None:
    """The notes are kept under the size and root that they state. Raises Damaged."""
    for number, (note, under) in enumerate(zip(ledger.said.notes, ledger.filed_notes, strict=True), start=1):
        try:
            told = read(note)
        except ValueError as wrong:
            raise Damaged(Damage.BAD_STATEMENT, number=number, reason=str(wrong)) from wrong
        if (told.size, told.root) != under:
            raise Damaged(Damage.BAD_STATEMENT, number=number, reason=f"kept under size {under[0]}")


def _check_rows(place: str, origin: str | None, branch: int | None, heads: Sequence[Head], title: str) -> Verdict:
    with stored(place, origin, branch) as ledger:
        growing = ledger.growing
        frontier = growing or Frontier()
        columns = ORIGIN_COLUMNS if ledger.is_origin else COLUMNS
        with progress(title, ledger.head.size) as shown:
            rows = shown(filed(ledger.rows, columns, withheld=ledger.is_origin))
            verdict = verify_rows(
                rows,
                ledger.head,
                witnessed=heads,
                envelopes=True,
                gapless=ledger.is_origin,
                hashing=frontier.hashing,
            )
        ends = ledger.frontier is None or (frontier.size, frontier.root) == (ledger.head.size, ledger.head.root)
    if verdict.ok and not ends:
        found, expected = frontier.root.hex(), ledger.head.root.hex()
        return Verdict(verdict.size, verdict.root, Damaged(Damage.BAD_FRONTIER, found=found, expected=expected).problem)
    return verdict


def check_export(path: Path, given: Given | None = None) -> Verdict:
    """Check an export, with what was signed where it carries that. Raises CannotRead."""
    given = given or Given()
    try:
        with path.open("rb") as stream:
            lines = lines_of(stream)
            told = Header.read(next(lines, b""))
            said = Statements.read(islice(lines, told.statements))
        if len(said) != told.statements:
            raise Damaged(Damage.TRUNCATED, 0, expected=told.size)
        known = _known(told.authority, said, given)
        return _credited(_judged(lambda heads: _check_lines(path, heads, given.title), known), known, said)
    except Malformed:
        return Verdict(0, None, Damaged(Damage.BAD_HEADER).problem)
    except Damaged as damaged:
        return Verdict(0, None, damaged.problem)
    except OSError as wrong:
        raise CannotRead("{place} cannot be opened: {reason}", place=path, reason=wrong.strerror) from wrong


def _check_lines(path: Path, heads: Sequence[Head], title: str) -> Verdict:
    with path.open("rb") as stream:
        lines = lines_of(stream)
        header = next(lines, b"")
        entries = islice(lines, statements_in(header), None)
        with progress(title, Header.read(header).size) as shown:
            return verify_lines(header, shown(entries), witnessed=heads, envelopes=True)


def check_proof(path: Path, given: Given) -> tuple[bool, str, dict[str, object]]:
    """Whether a proof holds, the template of the sentence that says it, and its facts. Raises CannotRead."""
    try:
        found = examine(json.loads(path.read_bytes()), given.trusted)
    except OSError as wrong:
        raise CannotRead("{place} cannot be opened: {reason}", place=path, reason=wrong.strerror) from wrong
    except (ValueError, RecursionError) as wrong:
        raise CannotRead("{place} is not a proof: {reason}", place=path, reason=wrong) from wrong
    return found.ok, found.message, dict(found.params)


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
    wrong: list[tuple[str, dict[str, object]]] = []
    if lang is not None and lang not in LANGUAGES:
        wrong.append(("--lang {text}: use zh or en", {"text": lang}))
    if sum(one is not None for one in (store or origin, export, proof)) > 1:
        wrong.append(("Give only one of --store (with --origin), --export and --proof.", {}))
    held, keys = list[Kept](), list[Verifier]()
    try:
        held, keys = [kept(text) for text in kept_ or ()], trusted(key or ())
    except CannotRead as cannot:
        wrong.append((cannot.message, cannot.facts))
    for message, facts in wrong:
        typer.echo(say(language, message, **facts), err=True)
    if wrong:
        raise typer.Exit(2)
    given = Given(held, keys, say(language, "Checking"))
    try:
        if proof is not None:
            ok, template, params = check_proof(proof, given)
            message = say(language, template, **params)
            answer = {"ok": ok, "params": params, "message": message}
            typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else message)
            raise typer.Exit(0 if ok else 1)
        if export is not None:
            verdict = check_export(export, given)
        else:
            verdict = check_store(store or settings_of_running(authority).store_url("ledger"), origin, given)
    except CannotRead as cannot:
        typer.echo(say(language, cannot.message, **cannot.facts), err=True)
        raise typer.Exit(2) from None
    message = say(language, verdict.message, **verdict.params)
    if verdict.ok and verdict.statements:
        message += "\n" + say(language, SIGNED, statements=verdict.statements, signed=verdict.signed)
    typer.echo(_as_json(verdict, message) if as_json else message)
    raise typer.Exit(0 if verdict.ok else 1)


def _as_json(verdict: Verdict, message: str) -> str:
    problem = verdict.problem
    told = None if problem is None else {"code": problem.code.value, "index": problem.index, **_rest(problem.params)}
    answer = {"ok": verdict.ok, "size": verdict.size, "root": verdict.root, "problem": told, "message": message}
    answer |= {"signed": verdict.signed, "statements": verdict.statements}
    return json.dumps(answer, ensure_ascii=False)


def _rest(params: object) -> dict[str, object]:
    return {"params": dict(params)} if isinstance(params, dict) else {}


command = verify
