"""Days of a project: both its official times, from its initiation to the last delivery, over all its cases here."""

from typing import Any

from gateway.completion import Ask

#: As many cases as one page of them holds.
_AT_ONCE = 200


async def project_days(ask: Ask, project_code: str) -> dict[str, Any]:
    """What timer counts for the cases that intake knows of the project. Raises Trouble 404 for an unknown project."""
    project = await ask("intake", "project", project_code=project_code)
    case_nos: list[str] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        found = await ask("intake", "cases", project_code=project_code, limit=_AT_ONCE, **more)
        case_nos += [one["case_no"] for one in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    initiated = {"initiated_on": project["initiated_on"]} if project["initiated_on"] else {}
    counted = await ask("timer", "project_days", abouts=case_nos, **initiated)
    return {"project_code": project_code, "cases": len(case_nos), **counted}
