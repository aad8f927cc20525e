"""Sentences about a trouble with a ledger between levels: what it means, and what comes next."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from locales.reasons import spoken
from services.contracts.divisions import name_of

#: Side and kind of a trouble (`services/ledger/link/troubles.py`) -> what it means, and what is to be done: msgids.
SENTENCES: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("below", "lost"): (
        "{place} has lost {count} entries that it had signed, from entry #{index} on (a backup was restored); nothing "
        "more of its ledger is taken until a person here decides.",
        "Runbook restored-child, step 3. What was lost is still here: "
        ".venv/bin/qidi --authority {own} export --lost lost.xlsx --origin {origin}",
    ),
    ("below", "differs"): (
        "What {place} sends contradicts what it signed before, from entry #{index} on; nothing more of its ledger is "
        "taken until a person here decides.",
        "Runbook restored-child, step 3: accept nothing before you know why. Both signatures: "
        ".venv/bin/qidi --authority {own} verify --origin {origin}",
    ),
    ("below", "refused"): (
        "What {place} sends is not taken ({why}); it is sent again by itself.",
        "If it stays so, ask {place}; a key that was lost is replaced by a new invitation (runbook key-rotation).",
    ),
    ("below", "missing"): (
        "Entry #{index} of {place} has not come yet; it was asked for.",
        "Nothing is to be done; if it stays so, runbook cut-link.",
    ),
    ("above", "lost"): (
        "{superior_name} has signed for {size} entries, here were only {own_size} when this was noticed: what is "
        "here is older, as from a backup. Work goes on here; nothing more goes up until a person at {superior_name} "
        "decides.",
        "Call {superior_name}: runbook restored-child, step 3; it is decided there with "
        ".venv/bin/qidi --authority {superior} link accept-fork {origin} --person NAME --reason WHY",
    ),
    ("above", "differs"): (
        "{superior_name} holds another history of this ledger than we do. Work goes on here; nothing more goes up "
        "until a person at {superior_name} decides.",
        "Call {superior_name}: runbook restored-child, step 3; it is decided there with "
        ".venv/bin/qidi --authority {superior} link accept-fork {origin} --person NAME --reason WHY",
    ),
    ("above", "refused"): (
        "{superior_name} does not take what is sent ({why}); it waits here and is sent again by itself.",
        "Ask {superior_name} why (suspended: runbook join, Suspending and ending it).",
    ),
    ("further-below", "lost"): (
        "The way is interrupted further below: {via_name} takes nothing of {place}, which has lost entries. What is "
        "here is what {via_name} handed on before.",
        "{via_name} decides first; when it has, this page asks for a decision here too (runbook restored-child, "
        "step 7).",
    ),
    ("further-below", "differs"): (
        "The way is interrupted further below: {via_name} takes nothing of {place}, which contradicts what it signed "
        "before. What is here is what {via_name} handed on before.",
        "{via_name} decides first; when it has, this page asks for a decision here too (runbook restored-child, "
        "step 7).",
    ),
    ("further-below", "refused"): (
        "The way is interrupted further below: {via_name} does not take what {place} sends. What is here is what "
        "{via_name} handed on before.",
        "{via_name} sees the reason on its own page; nothing is to be done here.",
    ),
}

#: Why a page was not taken, in the words of whoever found it; what is in braces differs. Others are shown as they came.
REASONS: Final = (
    "the sender has not joined or is suspended",
    "this ledger was not announced by the sender",
    "signed by a key that is no longer in use",
    "the checkpoint is not signed by a known key of this ledger",
    "not a signed note",
    "not the text of a checkpoint",
    "a signature is no base64",
    "a signature is not written as it was signed",
    "the checkpoint is of {origin}",
    "the checkpoint has size {size}",
    "entry {index} stands where {expected} belongs",
    "entry {index} is no event",
    "entry {index} was changed",
    "entry {index} was said by {authority}",
    "entry {index} may not travel up",
)


def said(troubles: Sequence[Mapping[str, Any]], t: Callable[..., str]) -> list[tuple[str, str]]:
    """For each trouble what it means and what comes next, in the language of `t`."""
    found = []
    for one in troubles:
        meaning, following = SENTENCES[one["side"], one["kind"]]
        facts = dict(one["facts"])
        if "why" in facts:
            facts["why"] = reason(facts["why"], t)
        found.append((t(meaning, **facts), t(following, **facts)))
    return found


def reason(why: str, t: Callable[..., str]) -> str:
    """Why a page was not taken, in the language of `t`."""

    def named(template: str, **facts: str) -> str:
        return t(template, **{name: name_of(fact) for name, fact in facts.items()})

    return spoken(why.removeprefix("checkpoint: "), REASONS, named)
