"""Relations: who sees what of whom, every route, role and relation between levels, through the real gateways."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import anyio
import httpx
import pytest

from services.contracts.vocabulary import Role
from tests.builders import a_credit_code
from tests.unit.gateway.test_permissions import CLOSED
from tests.unit.subtree.seats import BANNER, CITY, REGION, SIBLING, Seats

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]

#: Who looks at whose case -> how they stand to each other.
RELATIONS = {
    (BANNER, BANNER): "own", (CITY, CITY): "own", (REGION, REGION): "own", (SIBLING, SIBLING): "own",
    (CITY, BANNER): "child", (CITY, SIBLING): "child", (REGION, CITY): "child",
    (REGION, BANNER): "grandchild", (REGION, SIBLING): "grandchild",
    (BANNER, SIBLING): "sibling", (SIBLING, BANNER): "sibling",
    (BANNER, CITY): "parent", (SIBLING, CITY): "parent", (CITY, REGION): "parent",
    (BANNER, REGION): "grandparent", (SIBLING, REGION): "grandparent",
}  # fmt: skip
#: Where a superior sees a case of its subtree; everything else that a lower authority has is nowhere to be seen.
BELOW = {"lines.list", "lines.workbook", "subtree.case", "cases.proof", "board.lines", "board.subtree",
         "board.subtree-case"}  # fmt: skip
#: What asks for another authority, by code or by number.
ACROSS = {*BELOW, "lines.summary", "subtree.list", "links.list", "links.reconciliation", "links.troubles",
          "board.links", "cases.one", "cases.timeline", "cases.clocks", "board.case"}  # fmt: skip
#: Steps that a case of that name needs are others' tests; streams do not end.
NOT_ASKED = {"events", "session.begin", "session.end"}


@dataclass
class Owner:
    """What an authority has that the others may or may not see."""

    code: str
    case_no: str = ""
    complaint_no: str = ""

    @property
    def marker(self) -> str:
        """The name of its project."""
        return f"标记{self.code}号工程"

    @property
    def secrets(self) -> tuple[str, str, str]:
        """Who complained there, the telephone number, and the words."""
        return f"包德力格尔{self.code}", f"13900{self.code}", f"材料在{self.code}的窗口被扣了三个月"


@pytest.fixture(scope="module")
def owners(seats: Seats) -> dict[str, Owner]:
    """Each authority has a project with a name of its own, a case that it decides, and a complaint about it."""
    found = {code: Owner(code) for code in (BANNER, CITY, REGION, SIBLING)}

    async def fill() -> None:
        for n, (code, owner) in enumerate(found.items(), start=1):
            project = f"2509-{code}-89-01-00000{n}"
            client, person = await seats.people_of(code, "NM-001", Role.WINDOW)
            async with client as window:
                body = {"project_code": project, "project_name": owner.marker, "owner_name": "赤峰新能源有限公司"}
                good(await window.post("/v1/projects", json=body | {"credit_code": a_credit_code(n)}))
                case = {"project_code": project, "matter_code": "NM-001", "handler": person}
                owner.case_no = good(await window.post("/v1/cases", json=case))["case_no"]
                name, phone, text = owner.secrets
                complaint = {
                    "kind": "delay", "text": text, "place": "政务大厅", "complainant_name": name,
                    "complainant_phone": phone, "project_code": project, "matter": "NM-001",
                }  # fmt: skip
                owner.complaint_no = good(await window.post("/v1/complaints", json=complaint))["complaint_no"]

    anyio.run(fill)
    seats.pass_time(days=1)
    return found


def good(answer: httpx.Response) -> dict[str, str]:
    assert answer.is_success, answer.text
    return dict(answer.json())


def addresses(owner: Owner) -> Iterator[tuple[str, str, str]]:
    """(route, method, address) of everything that can be asked about what this authority has."""
    for name, method, path in CLOSED:
        if name in NOT_ASKED:
            continue
        filled = path.replace("{code}", owner.code)
        number = owner.complaint_no if "complaints/" in path else owner.case_no
        yield name, method, filled.replace("nothing", number)
        if "/lines" in path and method == "GET":
            yield name, method, f"{filled}?authority={owner.code}"
            yield name, method, f"{filled}?authority=all&state=all"


def said(answer: httpx.Response) -> str:
    """The text of an answer, of workbooks as well."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


async def seen(seats: Seats, viewer: str, role: Role, owner: Owner, only: set[str]) -> dict[str, str]:
    """Route -> everything that was answered there about what this authority has."""
    found: dict[str, str] = {}
    async with seats[viewer].client(role, accept="text/html, application/json") as client:
        for name, method, path in addresses(owner):
            if not only or name in only:
                answer = await client.request(method, path, json={} if method == "POST" else None)
                assert answer.status_code < 500, (name, path, answer.text)
                found[name] = found.get(name, "") + said(answer)
    return found


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("viewer", "owner"), RELATIONS)
async def test_each_relation_shows_what_it_may_and_nothing_else(
    seats: Seats, owners: dict[str, Owner], viewer: str, owner: str, role: Role
) -> None:
    relation = RELATIONS[viewer, owner]
    # a supervisor's token opens nearly everything: with it every route is asked
    only = set() if role is Role.SUPERVISOR and relation != "own" else ACROSS
    told = await seen(seats, viewer, role, owners[owner], only)
    where = {name for name, text in told.items() if owners[owner].marker in text}
    match relation:
        case "own":
            assert where >= {"lines.list", "lines.workbook", "cases.one"}
        case "child" | "grandchild":
            assert where == (set() if role is Role.PARTNER else BELOW)
        case _:
            assert where == set()
            # not even that there is such a case
            assert not any(re.search(rf'"{owners[owner].case_no}"', text) for text in told.values())
    if relation != "own":
        secrets = [(name, one) for name, text in told.items() for one in owners[owner].secrets if one in text]
        assert secrets == []


@pytest.mark.parametrize("code", [CITY, REGION, SIBLING])
def test_no_store_of_another_authority_holds_a_persons_name_number_or_words(
    seats: Seats, owners: dict[str, Owner], code: str
) -> None:
    secrets = owners[BANNER].secrets
    assert all(one in kept(seats, BANNER) for one in secrets)
    assert not any(one in kept(seats, code) for one in secrets)


def kept(seats: Seats, code: str) -> str:
    """Every byte of an authority's stores."""
    stores = sorted((seats.folder / code).glob("*.sqlite*"))
    return "".join(store.read_bytes().decode("utf-8", "replace") for store in stores)


async def test_a_token_of_one_level_opens_nothing_at_another(seats: Seats) -> None:
    token = seats[CITY].tokens[Role.SUPERVISOR]
    async with seats[REGION].client(None, Authorization=f"Bearer {token}") as client:
        assert (await client.get("/v1/subtree")).status_code == 401
