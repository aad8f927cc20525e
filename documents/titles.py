"""Titles and words in our own workbooks: English msgids, told in Chinese, for offices read them so and file them so."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from locales.texts import say_in

#: What stands in a workbook: `told(template, **facts)`.
told = partial(say_in, "workbook", "zh")

#: Column of the list -> its title.
OF_THE_LIST: Final[Mapping[str, str]] = {
    name: told(title)
    for name, title in {
        "seq": "Serial number",
        "project_code": "Project code",
        "project_name": "Name of the project",
        "owner_name": "Owner",
        "matter": "Matter",
        "department": "Approving department",
        "handler": "Responsible",
        "received": "Received on",
        "accepted": "Accepted on",
        "limit": "Promised limit",
        "due": "Due on",
        "complete_by": "Planned completion on",
        "remaining": "Working days left",
        "light": "Light",
        "state": "State",
        "struck": "Struck off on",
        "counting": "Counts",
    }.items()
}

#: Column of a list of projects -> its title.
OF_PROJECTS: Final[Mapping[str, str]] = {
    **{name: OF_THE_LIST[name] for name in ("project_code", "project_name", "owner_name")},
    "initiated": told("Initiated on"),
    "started": told("Started on"),
    "library": told("Library"),
    "cases": told("Applications"),
    "open": told("Not finished"),
}

#: Column of a draft of the calendar -> its title.
OF_A_DRAFT: Final[Mapping[str, str]] = {
    **{name: OF_THE_LIST[name] for name in ("project_name", "matter", "department")},
    "day": told("Day"),
    "kind": told("Kind of day"),
    "festival": told("Festival"),
    "about": told("Case, complaint or letter"),
    "clock": told("Clock"),
    "responsible": told("Responsible"),
    "from": told("Due so far"),
    "to": told("Due then"),
    "light": told("Light so far"),
    "light_after": told("Light then"),
    "authority": told("Authority below"),
}

#: What a report of bad rows adds: such a report, corrected, is imported again.
PROBLEM: Final = told("Problem")
ROW: Final = told("Row in the file")
