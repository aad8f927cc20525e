"""Delivery of batches to the authority: whole ones, again after a failure on the way, each with one effect."""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import httpx
from pydantic_core import from_json, to_json

#: Entries of one batch; the contract allows 500. Smaller ones keep a window officer's command from waiting.
BATCH = 200
#: How long each try may take, and how often a batch is sent again when nobody answers.
PATIENCE = httpx.Timeout(60.0, connect=5.0)
TRIES = 6
_AGAIN = frozenset({409, 429, 502, 503, 504})


class CannotSend(ConnectionError):
    """The authority does not take the batch. `message` is a template over `facts`."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message.format(**facts))
        self.message, self.facts = message, facts


def client_for(url: str, token: str, language: str = "zh") -> httpx.Client:
    """A client of one authority's API, which answers in this language."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
    return httpx.Client(base_url=url, headers=headers, timeout=PATIENCE, trust_env=False)


def address(url: str | None, token: str | None, running: tuple[str, str] | None) -> tuple[str, str]:
    """Where to send and with which token: what was named, else those of the running authority. Raises CannotSend."""
    if not (url and token) and running is None:
        raise CannotSend("No running authority was found: start one, or give --url and --token.")
    found_url, found_token = running or ("", "")
    return url or found_url, token or found_token


class Sender:
    """Sends batches and other orders. A repeat of the same order within one run is known by its key."""

    def __init__(
        self, client: httpx.Client, pause: Callable[[float], None] = time.sleep, *, trusts_times: bool = False
    ) -> None:
        """`trusts_times`: whoever sends vouches that the source recorded each step when it happened."""
        self._client, self._pause = client, pause
        self._trust = {"trusts_times": True} if trusts_times else {}
        # One run's keys are its own: the next run must hear what is true then, not what this one heard.
        self._run = uuid4().hex

    def enter(self, entries: Sequence[dict[str, Any]], *, dry_run: bool) -> list[dict[str, Any]]:
        """One batch; its results in order. Raises CannotSend."""
        answer = self.post("/v1/imports/cases", {"entries": list(entries), "dry_run": dry_run, **self._trust})
        results: list[dict[str, Any]] = answer["results"]
        return results

    def post(self, path: str, body: dict[str, Any], accept: frozenset[int] = frozenset()) -> dict[str, Any]:
        """Send an order; its answer, also that of an error status in `accept`. Raises CannotSend."""
        content = to_json(body)
        key = hashlib.sha256(f"{self._run}\n{path}\n".encode() + content).hexdigest()
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                self._pause(min(8.0, 0.5 * 2**attempt))
            try:
                answer = self._client.post(path, content=content, headers=headers)
            except httpx.TransportError as wrong:
                reason = str(wrong) or type(wrong).__name__
                continue
            if answer.status_code in _AGAIN and answer.status_code not in accept:
                reason = _reason(answer)
                continue
            if answer.is_error and answer.status_code not in accept:
                raise CannotSend("{url} refuses: {reason}", url=self._client.base_url, reason=_reason(answer))
            told: dict[str, Any] = from_json(answer.content)
            return told
        raise CannotSend("{url} does not answer: {reason}", url=self._client.base_url, reason=reason)


def _reason(answer: httpx.Response) -> str:
    try:
        told = answer.json()
    except ValueError:
        return str(answer.status_code)
    if not isinstance(told, dict):
        return str(answer.status_code)
    wrong = "; ".join(f"{one.get('field')}: {one.get('message')}" for one in told.get("problems", ()) or ())
    return f"{answer.status_code} {told.get('detail') or told.get('title') or ''} {wrong}".strip()
