"""Submission of forms: a command, given once however often it is sent, and what is wrong with it in words."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4, uuid5

from fastapi import Request

from gateway.auth import caller_of
from gateway.board.frame import ask, language_of
from gateway.calls import gateway_of
from gateway.completion import completed
from gateway.problems import Trouble
from locales.facts import spoken
from locales.texts import say
from services.plumbing.errors import Refused

#: Ours alone, so that a form's key can never be the id of anything else.
_NAMESPACE = UUID("6f0d2a52-4b0e-5a8e-9d3c-716964690002")
#: (field, template, params)
Wrong = Sequence[tuple[str, str, Mapping[str, Any]]]
NOTHING_WRONG: Wrong = ()


async def order(
    request: Request, service: str, command: str, data: Mapping[str, Any], key: str
) -> tuple[Mapping[str, Any] | None, Wrong]:
    """What the service answers; None with everything that it finds wrong. `key` is the form's own.

    Raises Trouble, also where the reader may not do it at all: no correction of the form would help him.
    """
    caller = await caller_of(request)
    id = str(uuid5(_NAMESPACE, f"{caller.token_id or caller.account_id}\n{service}.{command}\n{key or uuid4()}"))
    known = await completed(partial(ask, request), service, command, dict(data))
    reply = await gateway_of(request).services.command(service, command, id, known, caller)
    if reply["status"] == 200:
        body: Mapping[str, Any] = reply["body"]
        return body, NOTHING_WRONG
    trouble = Trouble.of(reply)
    if not trouble.wrong or trouble.kind == "forbidden":
        raise trouble
    return None, trouble.wrong


def wrong_of(refused: Refused) -> Wrong:
    """What the gateway itself refused, as a service's refusal is told."""
    return [(one.field, one.template, one.params) for one in refused.problems]


def told(request: Request, wrong: Wrong, labels: Mapping[str, str] | None = None) -> list[str]:
    """What is wrong in the reader's language, each with the label (a msgid) of the field that it stands in.

    A form's fields are called as in the command (`handler.name`); a number in it (`defects.0.advice`) is said as well.
    """
    language = language_of(request)
    colon = "：" if language == "zh" else ": "
    lines = []
    for field, template, params in wrong:
        parts = field.split(".")
        label = (labels or {}).get(".".join(part for part in parts if not part.isdecimal()), "")
        number = "".join(say(language, "No. {n}", n=int(part) + 1) + " " for part in parts if part.isdecimal())
        where = f"{number}{say(language, label)}{colon}" if label else ""
        lines.append(where + spoken(language, template, **params))
    return list(dict.fromkeys(lines))


def in_words(request: Request, sentence: Mapping[str, Any]) -> str:
    """A service's sentence (`template`, `params`) in the reader's language."""
    return spoken(language_of(request), sentence["template"], **sentence["params"])


def typed(fields: Mapping[str, str], *names: str) -> dict[str, Any]:
    """What was typed into these fields, as the command wants it: no blanks, `handler.name` as an object's member."""
    data: dict[str, Any] = {}
    for name in names:
        value = fields.get(name, "").strip()
        owner, dot, member = name.partition(".")
        if value and dot:
            data.setdefault(owner, {})[member] = value
        elif value:
            data[name] = value
    return data
