"""Reasons that a program wrote down in English, in the language of whoever reads them."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from services.contracts.validation import SENTENCES
from services.plumbing.batch import EARLY
from services.plumbing.dead_letters import TOO_OFTEN
from services.plumbing.orders import NO_COMMAND, NOT_TAKEN, WRONG_ID

#: Why a message had no effect; what is in braces differs.
REASONS: Final = (
    "unreadable: no authority is named by the source {source}",
    "unreadable: {field}: {problem}",
    "failed: {error}",
    "spoofed: {key} published by {user}",
    "said by {authority}, which is neither below {own} nor above it",
    "said by {authority}, of which no {aggregate} is heard here",
    "said by {authority} with the reach {reach}, which does not come here",
    TOO_OFTEN,
    EARLY,
    "another message had this sequence number",
    "unknown type {type}",
    "{type} is newer than this reader's v{version}",
)
#: What is wrong with the part of it that is named.
PROBLEMS: Final = frozenset((*SENTENCES, NO_COMMAND, NOT_TAKEN, WRONG_ID))


def why_dead(reason: str, t: Callable[..., str]) -> str:
    """Why a message had no effect, in the language of `t`; what nobody here says is shown as it came."""
    return spoken(reason, REASONS, t)


def spoken(written: str, templates: Iterable[str], t: Callable[..., str]) -> str:
    """What was written from one of these templates, in the language of `t`; itself when it was written from none."""
    for template in templates:
        if found := _pattern(template).fullmatch(written):
            facts = found.groupdict()
            if "problem" in facts:
                facts["problem"] = spoken(facts["problem"], PROBLEMS, t)
            return t(template, **facts)
    return written


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )
