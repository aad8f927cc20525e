"""Letters and tasks that the sample's levels have sent down: one answered, one signed for, one that waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.vocabulary import Level

#: Who acts at each level.
PEOPLE: Final[Mapping[Level, dict[str, str]]] = {
    Level.REGION: {"name": "示例自治区督查员", "department": "政务服务局"},
    Level.CITY: {"name": "示例市级督查员", "department": "政务服务局"},
    Level.BANNER: {"name": "示例旗县督查员", "department": "政务服务局"},
}
#: Stands for the number of the travelling case that still lies at the banner.
THE_CASE: Final = "{case_no}"


@dataclass(frozen=True)
class Letter:
    """The body of `POST /v1/instructions` at `issuer`, then the steps that the addressee has taken."""

    name: str
    issuer: Level
    to: Level
    body: dict[str, Any]
    steps: tuple[dict[str, str], ...] = ()


LETTERS: Final = (
    Letter(
        "answered",
        Level.REGION,
        Level.CITY,
        {
            "kind": "supervision-letter",
            "department": "政务服务局",
            "title": "关于核实重点项目前期手续办理进度的函",
            "text": "请核实本市在办重点项目前期手续的办理进度，将超期件的原因和办结时间书面回复。",
        },
        ({"step": "sign"}, {"step": "answer", "text": "已逐件核实，超期件均已明确责任人，五个工作日内办结。"}),
    ),
    Letter(
        "signed",
        Level.CITY,
        Level.BANNER,
        {
            "kind": "task-slip",
            "department": "自然资源局",
            "title": "核对用地红线与勘测定界图",
            "text": "请会同测绘单位核对退回件的用地红线，核对一致后重新转报。",
            "reply_working_days": 10,
        },
        ({"step": "sign"},),
    ),
    Letter(
        "due-soon",
        Level.CITY,
        Level.BANNER,
        {
            "kind": "reminder-letter",
            "department": "自然资源局",
            "title": "关于尽快转报用地手续的提醒",
            "text": "该件由市级决定，收件后尚未转报，请于一个工作日内转报或说明原因。",
            "about": [THE_CASE],
            "reply_working_days": 1,
        },
    ),
)
