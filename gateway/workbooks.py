"""Workbooks as they are handed out; what they look like is the word of ledger and reporting."""

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from documents.days import workbook as days_workbook
from documents.lines import write
from documents.lists import write as lists_workbook
from documents.month import workbook as snapshot_workbook
from documents.titles import told
from gateway.shapes import WORKBOOK
from services.contracts.vocabulary import Unit

__all__ = ["attachment", "days_workbook", "lines_workbook", "lists_workbook", "live_workbook", "snapshot_workbook"]


async def attachment(make: Callable[..., bytes], name: str, *facts: Any) -> Response:
    """A workbook to be saved under a name. Made in a thread, because a long list takes seconds."""
    content = await run_in_threadpool(make, *facts)
    disposition = f"attachment; filename=\"qidi.xlsx\"; filename*=UTF-8''{quote(name)}"
    return Response(
        content, media_type=WORKBOOK, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )


def lines_workbook(
    rows: Iterable[Mapping[str, Any]], left: Mapping[Unit, Mapping[str, int]], title: str, as_of: date
) -> bytes:
    """The list in the export's columns. `left`, by unit, is due day -> days left, negative when it is past."""
    held = io.BytesIO()
    counted = ({**row, "remaining": left.get(row["due_unit"], {}).get(row["due_on"])} for row in rows)
    write(counted, held, title=title, as_of=as_of)
    return held.getvalue()


def live_workbook(figures: Mapping[str, Any], left: Mapping[str, int], now: datetime) -> bytes:
    """A month's figures as they are now, in the form of a frozen one. `left` as above, for what is still overdue."""
    overdue = [
        {**line, "overdue_working_days": -left[line["due_on"]]} if line["due_on"] in left else line
        for line in figures["overdue"]
    ]
    unfrozen = {"snapshot_no": told("not frozen"), "digest": "", "frozen_at": now.isoformat(timespec="seconds")}
    return snapshot_workbook({**unfrozen, "figures": {**figures, "overdue": overdue}})
