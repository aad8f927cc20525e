"""Complaints of the sample's people: with a case on record and without, at every step since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Final

from sample.days import OfficeHours, after
from sample.names import Home, a_person
from services.contracts.vocabulary import ComplaintKind

#: For whom the sample's system speaks.
HOTLINE: Final = "12345热线办理中心"
_TEXTS: Final[Mapping[ComplaintKind, str]] = {
    ComplaintKind.DELAY: "申请交上去很久了，一直没有结果，每次询问都说在走流程。",
    ComplaintKind.BLOCKED: "材料带齐了，窗口不给收件，让过一段时间再来。",
    ComplaintKind.EXTRA_MATERIALS: "要求提供办事指南上没有的证明材料。",
    ComplaintKind.REPEATED_CORRECTIONS: "补正了一次又一次，每次提的问题都不一样。",
    ComplaintKind.HIDDEN_REVIEW: "要求先找股室预审，预审通过了才让在系统里提交。",
    ComplaintKind.OFF_SYSTEM: "纸质材料收走了，系统里查不到我们的申请。",
    ComplaintKind.ATTITUDE: "电话打了几次没人接，到窗口咨询态度生硬。",
    ComplaintKind.OTHER: "想了解项目审批的办理进度和所需时间。",
}
#: These are about what never came onto the record.
_WITHOUT_CASE: Final = (ComplaintKind.BLOCKED, ComplaintKind.OFF_SYSTEM, ComplaintKind.HIDDEN_REVIEW)


@dataclass(frozen=True)
class Grievance:
    """One complaint: body of `POST /v1/complaints`, then bodies of its steps."""

    body: dict[str, Any]
    steps: list[dict[str, Any]]


def complaints_of(
    chance: Random,
    today: date,
    projects: Sequence[Mapping[str, Any]],
    cases: Sequence[Mapping[str, Any]],
    home: Home,
    count: int,
) -> list[Grievance]:
    """About every kind; each fourth has no case. The later ones are still open, at every step."""
    kinds = list(ComplaintKind)
    found: list[Grievance] = []
    for at in range(count):
        without = at % 4 == 3
        kind = _WITHOUT_CASE[at // 4 % 3] if without else kinds[at % len(kinds)]
        steps = 5 if at < count * 3 // 5 else (count - 1 - at) % 5
        # closed ones lie back some weeks, open ones a few days; some of those are late
        day = after(today, -chance.randint(15, 120) if steps == 5 else -chance.randint(1, 4) - steps)
        hours = OfficeHours(chance)
        about, department = _about(chance, projects, cases, home, without)
        urgency = chance.choice(("general", "general", "general", "complex"))
        body = {
            "kind": kind.value,
            "text": _TEXTS[kind],
            "place": f"{home.name}政务服务中心",
            "urgency": urgency,
            "channel": "12345",
            "work_order_no": f"示例{day:%Y%m%d}{at + 1:04d}",
            "complainant_name": a_person(chance),
            "complainant_phone": f"1380000{chance.randrange(10_000):04d}",
            "received_at": hours.at(day),
            "actor": {"name": "示例话务员", "department": HOTLINE},
            **about,
        }
        found.append(Grievance(body, _steps(chance, hours, day, today, steps, department)))
    return found


def _about(
    chance: Random,
    projects: Sequence[Mapping[str, Any]],
    cases: Sequence[Mapping[str, Any]],
    home: Home,
    without: bool,
) -> tuple[dict[str, str], str]:
    if not without:
        case = chance.choice(cases)
        return {"project_code": case["project_code"], "matter": case["matter"]}, case["department"]
    project = chance.choice(projects)
    had = {case["matter"] for case in cases if case["project_code"] == project["project_code"]}
    matter = home.matters[chance.choice([code for code in home.matters if code not in had])]
    about = {"project_code": project["project_code"], "matter": matter.name, "department": matter.department}
    return about, matter.department


def _steps(
    chance: Random, hours: OfficeHours, day: date, today: date, count: int, department: str
) -> list[dict[str, Any]]:
    hotline = {"name": "示例话务员", "department": HOTLINE}
    office = {"name": a_person(chance), "department": department}
    upheld = chance.random() < 0.6
    dispatched = day
    signed = after(dispatched, 1)
    answered = after(signed, chance.choice((1, 2, 3, 3, 7)))
    revisited = after(answered, chance.randint(1, 2))
    told = [
        {"step": "dispatch", "department": department, "at": dispatched, "actor": hotline},
        {"step": "sign", "at": signed, "actor": office},
        {"step": "answer", "text": "已核实情况并电话答复。", "upheld": upheld, "at": answered, "actor": office},
        {"step": "revisit", "satisfied": chance.random() < 0.8, "at": revisited, "actor": hotline},
        {"step": "close", "at": after(revisited, 1), "actor": hotline},
    ][:count]
    steps = []
    for one in told:
        at: Any = one.pop("at")
        if at >= today:
            break
        steps.append(one | {"occurred_at": hours.at(at)})
    return steps
