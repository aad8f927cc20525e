"""Whether letters and complaints go down over two real links and come back, and where the name is not."""

from typing import Any

from tests.chain import BANNER, CITY, REGION, Chain, Level
from tests.stack import until

#: Whoever supervises, at each level.
ZHOU = ("supervisor", "周正", "督查室")
WANG = ("handler", "王芳", "发展改革委")
NAME, PHONE = "欧阳明月", "13912345678"


def post(level: Level, path: str, who: tuple[str, str, str] = ZHOU, **body: Any) -> dict[str, Any]:
    with level.client(*who) as client:
        answer = client.post(path, json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())


def get(level: Level, path: str) -> dict[str, Any]:
    with level.client(*ZHOU) as client:
        answer = client.get(path)
        return dict(answer.json()) if answer.status_code == 200 else {}


def a_letter(level: Level, to: str) -> str:
    letter: dict[str, Any] = {
        "kind": "supervision-letter",
        "to": to,
        "department": "发展改革委",
        "title": "督办",
        "text": "请答复。",
    }
    return str(post(level, "/v1/instructions", **letter)["instruction_no"])


def test_a_letter_of_the_region_is_signed_answered_and_closed_across_a_cut(chain: Chain) -> None:
    until("the region to know the banner", lambda: BANNER in str(get(chain.region, "/v1/instructions/addressees")), 60)
    chain.line.cut()
    number = a_letter(chain.region, BANNER)
    path = f"/v1/instructions/{number}"
    assert get(chain.region, path)["light"] == "grey", "on its way: nobody is late yet"
    chain.line.resume()
    until("the letter to arrive", lambda: get(chain.banner, path), 60)
    post(chain.banner, f"{path}/steps", WANG, step="sign")
    post(chain.banner, f"{path}/steps", WANG, step="answer", text="已办结")
    until("the answer to arrive", lambda: get(chain.region, path)["state"] == "answered", 60)
    clocks = {level.code: get(level, path)["steps"] for level in (chain.region, chain.banner)}
    assert [one["occurred_at"] for one in clocks[REGION]] == [one["occurred_at"] for one in clocks[BANNER]]
    assert get(chain.city, path) == {}, "the city only handed it on"
    post(chain.region, f"{path}/steps", step="close")
    until("the closing to arrive", lambda: get(chain.banner, path)["state"] == "closed", 60)
    until("the clocks to stop", lambda: get(chain.region, path)["light"] == "done", 30)
    chain.in_step()


def a_complaint(level: Level) -> str:
    facts: dict[str, Any] = {
        "kind": "delay",
        "text": f"我是{NAME}，电话{PHONE}，材料交上去一个月没有答复。",
        "place": "林西县政务服务中心",
        "project_name": "供水管网改造",
        "complainant_name": NAME,
        "complainant_phone": PHONE,
    }
    return str(post(level, "/v1/complaints", **facts)["complaint_no"])


def at_the_banner(chain: Chain, number: str) -> dict[str, Any]:
    items = get(chain.banner, "/v1/complaints")["items"]
    return next((dict(one) for one in items if one["number_above"] == number), {})


def bytes_of(level: Level) -> bytes:
    """Everything that this authority has written anywhere: stores, their logs, exports."""
    return b"".join(path.read_bytes() for path in sorted((level.folder / level.code).rglob("*")) if path.is_file())


def test_a_complaint_is_handled_below_and_neither_level_in_between_nor_below_holds_the_name(chain: Chain) -> None:
    number = a_complaint(chain.region)
    steps = f"/v1/complaints/{number}/steps"
    post(chain.region, steps, step="dispatch", authority=BANNER)
    until("the complaint to arrive", lambda: at_the_banner(chain, number), 60)
    there = at_the_banner(chain, number)
    assert (there["from_above"], there["check"]) == (REGION, "case-found" if there["cases_found"] else "no-case-exists")
    for level in (chain.city, chain.banner):
        written = bytes_of(level)
        assert number.encode() in written
        assert NAME.encode() not in written
        assert PHONE.encode() not in written

    own = f"/v1/complaints/{there['complaint_no']}/steps"
    post(chain.banner, own, step="sign")
    post(chain.banner, own, step="answer", upheld=True, text="已受理")
    until("the answer to arrive", lambda: get(chain.region, f"/v1/complaints/{number}")["state"] == "answered", 60)
    post(chain.region, steps, step="revisit", satisfied=True)
    post(chain.region, steps, step="close")
    until("the closing to arrive", lambda: at_the_banner(chain, number)["state"] == "closed", 60)
    chain.in_step()


def test_where_the_name_is_needed_the_banner_can_read_it_and_the_city_on_the_way_cannot(chain: Chain) -> None:
    number = a_complaint(chain.region)
    why = "需当面核实材料"
    steps = f"/v1/complaints/{number}/steps"
    post(chain.region, steps, step="dispatch", authority=BANNER, person_needed_because=why)
    until("the complaint to arrive", lambda: at_the_banner(chain, number), 60)
    there = at_the_banner(chain, number)
    assert there["complainant_name"] == "欧*"
    person = post(chain.banner, f"/v1/complaints/{there['complaint_no']}/person", purpose="当面核实")
    assert (person["complainant_name"], person["complainant_phone"]) == (NAME, PHONE)
    written = bytes_of(chain.city)
    assert number.encode() in written, "the city has handed the letter on"
    assert NAME.encode() not in written
    assert PHONE.encode() not in written
    assert get(chain.region, f"/v1/complaints/{number}")["disclosures"][0]["shown_to"].endswith(BANNER)


def test_what_is_not_theirs_comes_back_to_the_city(chain: Chain) -> None:
    number = a_complaint(chain.city)
    assert number.startswith(CITY)
    post(chain.city, f"/v1/complaints/{number}/steps", step="dispatch", authority=BANNER)
    until("the complaint to arrive", lambda: at_the_banner(chain, number), 60)
    own = at_the_banner(chain, number)["complaint_no"]
    post(chain.banner, f"/v1/complaints/{own}/steps", step="give-back", text="不属本县管辖")
    until("it to come back", lambda: get(chain.city, f"/v1/complaints/{number}")["state"] == "registered", 60)
    assert get(chain.city, f"/v1/complaints/{number}")["referrals"][0]["reason"] == "不属本县管辖"
