"""Questions that the gateway asks of the services, as read from its source, each with its parameters."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import Parameter, signature
from itertools import pairwise

from services.plumbing.switchboard import Switchboard
from tests.architecture.tree import Files, dotted, parsed

_ASKING = ("ask", "answer", "_asked")
#: What every desk answers, whatever its board says.
_ALWAYS = frozenset(("ready",))


@dataclass(frozen=True)
class Asked:
    """One place where a service is asked, with the parameters that are named there."""

    place: str
    service: str
    question: str
    params: frozenset[str]


def questions(files: Files, services: frozenset[str]) -> Iterator[Asked]:
    """Every call that names a service and a question as literals."""
    for path, text in files.items():
        for node in ast.walk(parsed(text)):
            if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in _ASKING:
                words = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
                for service, question in pairwise(words):
                    if service in services and isinstance(question, str):
                        params = frozenset(one.arg for one in node.keywords if one.arg and one.arg != "timeout")
                        yield Asked(f"{path}:{node.lineno}", str(service), question, params)


def unanswerable(asked: Asked, boards: Mapping[str, Switchboard]) -> Iterator[str]:
    """Why this question would not be answered."""
    if asked.question in _ALWAYS:
        return
    answer = boards[asked.service].questions.get(asked.question)
    if answer is None:
        yield f"{asked.place}: {asked.service} has no question {asked.question}"
        return
    known = signature(answer).parameters
    if any(one.kind is Parameter.VAR_KEYWORD for one in known.values()):
        return
    for name in sorted(asked.params - set(known)):
        yield f"{asked.place}: {asked.service}'s {asked.question} takes no {name}"


def names_used(files: Files) -> frozenset[str]:
    """Every name that occurs in the code of these files."""
    return frozenset(
        node.id for text in files.values() for node in ast.walk(parsed(text)) if isinstance(node, ast.Name)
    )
