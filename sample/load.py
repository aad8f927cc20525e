"""The sample ledger on its way in: through the API like anybody's, in the order in which an office would.

A supervisor brings in the projects and the earlier ledger and strikes off, in his own name; a system brings in the
complaints, for the people of the departments.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from itertools import chain
from typing import Any, Final

import httpx

from documents.ledgers.delivery import CannotSend, Sender, client_for
from documents.ledgers.words import told
from sample import BANNER, Sample, generate
from services.contracts.vocabulary import ZONE

#: What was done and what there is to do.
Progressed = Callable[[int, int], None]
#: Seconds to wait until what was entered has reached the ledger; and how often to look.
SETTLING: Final = 60.0
LOOK_EVERY: Final = 0.2
BATCH: Final = 60
#: Answers that mean: this is on record already.
_KNOWN: Final = frozenset({409})


def load(
    base_url: str,
    token: str,
    system: str,
    progress: Progressed = lambda done, total: None,
    today: date | None = None,
    authority: str = BANNER,
) -> Sample:
    """Load its sample into a running authority; a second time changes nothing.

    `token`: of a supervisor who has a name; `system`: the token of a partner. Raises CannotSend when the authority does
    not take it.
    """
    with client_for(base_url, token) as client, client_for(base_url, system) as partner:
        return load_with(client, partner, progress, today or datetime.now(ZONE).date(), authority=authority)


def load_with(
    client: httpx.Client,
    system: httpx.Client,
    progress: Progressed,
    today: date,
    pause: Callable[[float], None] = time.sleep,
    *,
    authority: str = BANNER,
) -> Sample:
    """The same over clients of the API. Raises CannotSend."""
    sample, partner = generate(today, authority), Sender(system, pause)
    # the earlier ledger was kept day by day; what was keyed in afterwards is not vouched for
    sender, afterwards = Sender(client, pause, trusts_times=True), Sender(client, pause)
    total = len(sample.projects) + len(sample.cases) + len(sample.strikes) + len(sample.complaints)
    total += len(sample.removed)
    done = 0

    def advance(count: int = 1) -> None:
        nonlocal done
        done += count
        progress(done, total)

    for project in sample.projects:
        sender.post("/v1/projects", project, _KNOWN)
        advance()
    before = _lines(client)
    numbers, new = _enter_cases(sample, sender, afterwards, client, advance)
    _settle(client, before + new, pause)
    for code in sample.removed:
        sender.post(f"/v1/projects/{code}/move", sample.removal, _KNOWN)
        advance()
    for name, strike in sample.strikes.items():
        sender.post(f"/v1/lines/{numbers[name]}/strike-off", strike, _KNOWN)
        advance()
    for complaint in sample.complaints:
        answer = partner.post("/v1/complaints", complaint.body, _KNOWN)
        number = answer.get("complaint_no")
        for step in complaint.steps if number else ():
            partner.post(f"/v1/complaints/{number}/steps", step)
        advance()
    return sample


def _enter_cases(
    sample: Sample, sender: Sender, afterwards: Sender, client: httpx.Client, advance: Callable[[int], None]
) -> tuple[dict[str, str], int]:
    """The numbers that the cases got, by their names in the sample, and how many of them are new."""
    numbers: dict[str, str] = {}
    new = 0
    for start in range(0, len(sample.cases), BATCH):
        batch = sample.cases[start : start + BATCH]
        keyed_in = [one for one in batch if one["channel"] == "window"]
        kept = [one for one in batch if one["channel"] != "window"]
        answers = [sender.enter(kept, dry_run=False), afterwards.enter(keyed_in, dry_run=False)]
        for result in chain.from_iterable(answers):
            if result["outcome"] == "refused":
                reasons = "; ".join(told("zh", one) for one in result["problems"])
                raise CannotSend("{url} refuses: {reason}", url=client.base_url, reason=f"{result['row']} {reasons}")
            numbers[result["row"]] = result["case_no"]
            new += result["outcome"] == "new"
        advance(len(batch))
    return numbers, new


def _settle(client: httpx.Client, cases: int, pause: Callable[[float], None]) -> None:
    """Wait until so many cases are lines and the ledger grows no more: then everybody has heard of them."""
    sizes: list[int] = []
    for _ in range(int(SETTLING / LOOK_EVERY)):
        sizes.append(_asked(client, "/v1/head").get("size", 0))
        if _lines(client) >= cases and len(sizes) >= 3 and len(set(sizes[-3:])) == 1:
            return
        pause(LOOK_EVERY)
    raise CannotSend("{url} does not answer: {reason}", url=client.base_url, reason="the lines do not arrive")


def _lines(client: httpx.Client) -> int:
    summary = _asked(client, "/v1/lines/summary")
    return int(sum(summary.get(standing, 0) for standing in ("open", "closed", "struck")))


def _asked(client: httpx.Client, path: str) -> dict[str, Any]:
    try:
        answer = client.get(path)
    except httpx.TransportError:
        return {}
    told: dict[str, Any] = answer.json() if answer.is_success else {}
    return told
