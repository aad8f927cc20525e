"""Orders about offices as tests give them: by the administrator unless they say otherwise."""

from typing import Any, Final

from services.plumbing.desk import Desk
from tests.builders import asked, done, refused

FGW: Final = "发展改革委"
ZJJ: Final = "住建局"
ADMIN: Final = {"role": "admin", "name": "王丽", "department": "政务服务局"}
HEAD: Final = {"role": "head", "name": "赵刚", "department": FGW}


def open_department(desk: Desk, name: str, **more: Any) -> dict[str, Any]:
    return done(desk, "intake.set-department", {"department": name, **more}, **ADMIN)


def close(desk: Desk, name: str, successor: str, **more: Any) -> dict[str, Any]:
    order = {"department": name, "successor": successor, "reason": "机构改革", **more}
    return done(desk, "intake.close-department", order, **ADMIN)


def not_closed(desk: Desk, name: str, successor: str, **more: Any) -> dict[str, str]:
    order = {"department": name, "successor": successor, "reason": "机构改革", **more}
    return refused(desk, "intake.close-department", order, **ADMIN)


def appoint(desk: Desk, name: str, department: str = FGW, *duties: str, **more: Any) -> dict[str, Any]:
    order = {"officer": name, "department": department, "duties": duties or ("handler",), **more}
    return done(desk, "intake.appoint-officer", order, **ADMIN)


def the_department(desk: Desk, name: str) -> dict[str, Any]:
    return next(dict(one) for one in asked(desk, "departments")["items"] if one["name"] == name)


def handlers(desk: Desk, *numbers: str) -> list[str]:
    """Who has each of these cases, as 张三@发展改革委."""
    found = [asked(desk, "case", case_no=number)["handler"] for number in numbers]
    return [f"{one['name']}@{one['department']}" for one in found]
