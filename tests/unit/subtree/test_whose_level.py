"""Other authorities' cases, above, below and beside: nobody steps them here, whatever his role, in whosever name."""

from typing import Any

import pytest

from services.contracts.vocabulary import Role
from tests.builders import a_project, a_project_code, name_people, said
from tests.unit.subtree.seats import BANNER, CITY, REGION, SIBLING, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]

#: Who steps cases at all, and so is told that there is no such case here; all others that they may not.
STEPPERS = {Role.PARTNER, Role.WINDOW, Role.HANDLER, Role.HEAD}
STRIKERS = {Role.HANDLER, Role.HEAD, Role.SUPERVISOR}


async def cases_everywhere(seats: Seats) -> dict[str, str]:
    """Authority -> the number of a case of its own, known to whoever is above."""
    numbers = {}
    for code, seat in seats.all.items():
        departments = {CITY: "发展改革委", REGION: "自治区发展改革委"}
        person = {"name": "王芳", "department": departments.get(code, "发展改革委")}
        name_people(seat.services.desks["intake"], person)
        async with seat.client(Role.PARTNER) as partner:
            assert (await partner.post("/v1/projects", json=a_project())).status_code == 201
            body = {"project_code": a_project_code(1), "matter_code": "NM-001", "handler": person, "actor": person}
            body |= {"again_because": "分期建设，另行申请"}
            answer = await partner.post("/v1/cases", json=body)
            assert answer.status_code == 201, answer.text
            numbers[code] = str(answer.json()["case_no"])
    seats.carry()
    return numbers


@pytest.mark.parametrize("role", list(Role))
async def test_no_role_steps_or_strikes_off_another_authoritys_case(seats: Seats, role: Role) -> None:
    numbers = await cases_everywhere(seats)
    own = {"name": "王芳", "department": "发展改革委"} if role is Role.PARTNER else None
    for here in (CITY, BANNER):
        before = sum(len(said(desk)) for desk in seats[here].services.desks.values())
        async with seats[here].client(role) as client:
            for there, number in numbers.items():
                if there == here:
                    continue
                for order in ({"step": "accept"}, {"blzt": 11}, {"step": "note", "note": "已电话联系"}):
                    body: dict[str, Any] = order | ({"actor": own} if own else {})
                    answer = await client.post(f"/v1/cases/{number}/steps", json=body)
                    assert answer.status_code == (404 if role in STEPPERS else 403), (here, there, order)
                answer = await client.post(f"/v1/lines/{number}/strike-off", json={"evidence": "送达回证〔2026〕1号"})
                assert answer.status_code == (404 if role in STRIKERS else 403), (here, there)
        assert sum(len(said(desk)) for desk in seats[here].services.desks.values()) == before


@pytest.mark.parametrize("role", list(Role))
async def test_what_is_below_is_read_by_the_offices_own_people_and_what_is_beside_or_above_by_nobody(
    seats: Seats, role: Role
) -> None:
    numbers = await cases_everywhere(seats)
    async with seats[CITY].client(role) as client:
        for there in (BANNER, SIBLING):
            seen = (await client.get(f"/v1/subtree/cases/{numbers[there]}")).status_code
            assert seen == (403 if role is Role.PARTNER else 200)
            assert (await client.get(f"/v1/cases/{numbers[there]}")).status_code == 404
        proof = await client.get(f"/v1/cases/{numbers[BANNER]}/proof")
        assert proof.status_code == (403 if role is Role.PARTNER else 200)
    async with seats[BANNER].client(role) as client:
        for there in (CITY, REGION, SIBLING):
            for path in ("/v1/subtree/cases/{}", "/v1/cases/{}", "/v1/cases/{}/timeline", "/v1/cases/{}/proof"):
                status = (await client.get(path.format(numbers[there]))).status_code
                assert status in (403, 404), (there, path, status)
