"""Questions as they come from the queue, and their answers: nobody's question troubles another one's."""

import json
from collections.abc import Sequence
from typing import Any

from services.contracts.actors import Caller
from services.contracts.envelope import NotReadable
from services.plumbing.batch import Ruling, Verdict
from services.plumbing.desk import Desk
from services.plumbing.errors import Unavailable
from services.plumbing.log import log


def answer_all(desk: Desk, bodies: Sequence[bytes]) -> list[Ruling]:
    """Answer questions one by one; a bad one is answered too, and never troubles the others."""
    return [_answer(desk, body) for body in bodies]


def _answer(desk: Desk, body: bytes) -> Ruling:
    try:
        asked = json.loads(body)
        reply = desk.answer(asked["question"], asked.get("params", {}), Caller(**asked.get("caller", {})))
        return Ruling(Verdict.HANDLED if reply["status"] == 200 else Verdict.REFUSED, reply=reply)
    except Unavailable as away:
        return Ruling(Verdict.HANDLED, reply=trouble(503, str(away)))
    except (NotReadable, ValueError, KeyError) as wrong:
        return Ruling(Verdict.REFUSED, f"no question: {wrong!r}")
    except Exception as failed:
        log.error("question.failed", service=desk.board.name, error=repr(failed), exc_info=True)
        return Ruling(Verdict.REFUSED, "The question could not be answered.")


def trouble(status: int, detail: str) -> dict[str, Any]:
    """An answer that says only that there is none."""
    return {"status": status, "problems": [{"field": "", "template": "{detail}", "params": {"detail": detail}}]}
