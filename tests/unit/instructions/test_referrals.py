"""A complaint that is handled below is checked, answered and closed, and its maker stays unnamed."""

import json
from typing import Any

import pytest

from services.complaints import domain
from services.complaints.domain import Custody, Progress
from services.complaints.referrals.seal import new_key, public_text, seal, unseal
from services.contracts.vocabulary import ComplaintState, ComplaintStepKind
from services.plumbing.errors import Unreadable
from tests.builders import MORNING, WANG, a_project_code, take
from tests.unit.instructions.levels import BANNER, CITY, OTHER, REGION, Levels, Node

pytestmark = pytest.mark.lengthy

REGISTER, STEP, SHOW = "complaints.register-complaint", "complaints.take-complaint-step", "complaints.show-person"
HOTLINE = {"role": "hotline", "name": "赵敏", "department": "12345热线"}
ZHOU = {"role": "supervisor", "name": "周正", "department": "督查室"}
#: Takes what has come from above and names no department yet.
OFFICER = {"role": "hotline", **WANG}
NAME, PHONE = "张三丰", "13812341234"


def a_complaint(node: Node, **changes: Any) -> str:
    facts = {
        "kind": "delay",
        "text": f"我是{NAME}，电话 138-1234-1234，材料交上去一个月没有答复。",
        "place": f"林西县政务服务中心，{NAME}",
        "matter": "企业投资项目核准",
        "project_code": a_project_code(1),
        "complainant_name": NAME,
        "complainant_phone": "138 1234 1234",
        "work_order_no": "CF-1",
    }
    return str(node.order(REGISTER, facts | changes, **HOTLINE)["complaint_no"])


def the_answering(node: Node, number: str) -> dict[str, str]:
    """Whoever answers here: of the department that has it, else whoever takes what comes from above."""
    department = shown(node, number)["department"]
    return {"role": "handler", "name": WANG["name"], "department": department} if department else OFFICER


def step(node: Node, number: str, word: str, caller: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return node.order(STEP, {"complaint_no": number, "step": word} | more, **(caller or the_answering(node, number)))


def shown(node: Node, number: str) -> dict[str, Any]:
    return dict(node.ask("complaints", "complaint", complaint_no=number))


def below(node: Node) -> dict[str, Any]:
    """The one complaint that came down to this authority."""
    [one] = node.ask("complaints", "complaints")["items"]
    return shown(node, one["complaint_no"])


def send_down(node: Node, to: str = BANNER, **more: Any) -> str:
    number = a_complaint(node)
    step(node, number, "dispatch", ZHOU, authority=to, **more)
    return number


def words(node: Node, number: str) -> list[str]:
    return [one["step"] for one in shown(node, number)["steps"]]


# --- there and back ---------------------------------------------------------------------------------------------------


def test_a_complaint_goes_down_is_checked_there_answered_and_closed_above(levels: Levels) -> None:
    case_no = levels.a_case_at(BANNER)
    number = send_down(levels.city, text="请核实办理")
    assert shown(levels.city, number)["check"] == "no-case-exists"
    assert shown(levels.city, number)["held_by"] == BANNER
    levels.wait(hours=1)
    levels.carry()

    there = below(levels.banner)
    assert there["complaint_no"].startswith(f"{BANNER}-T2026-")
    assert (there["from_above"], there["number_above"], there["state"]) == (CITY, number, "dispatched")
    # the banner's own record knows the case, whatever the city's shows
    assert (there["check"], there["evidence"][0]["case_no"], there["department"]) == (
        "case-found", case_no, "发展改革委",
    )  # fmt: skip
    [way] = shown(levels.city, number)["referrals"]
    assert (way["to_name"], way["number_below"], way["check"]) == ("林西县", there["complaint_no"], "case-found")
    assert way["arrived_at"] == "2026-09-16T11:00:00+08:00"
    assert set(there["allowed_steps"]) == {"sign", "dispatch", "give-back"}
    hotline = {"complaint_no": there["complaint_no"], "step": "sign"}
    assert take(levels.banner.desks["complaints"], STEP, hotline, **HOTLINE).reply["status"] == 403  # type: ignore[index]
    assert shown(levels.city, number)["allowed_steps"] == []

    # clocks on both sides: signing and answering below from the arrival, above from its own receipt
    assert {name: one["due_on"] for name, one in levels.banner.clocks(there["complaint_no"]).items()} == {
        "complaint_sign/1": "2026-09-17",
        "complaint_answer/1": "2026-09-22",
    }
    above = levels.city.clocks(number)
    assert set(above) == {"complaint_dispatch/1", "complaint_sign/1", "complaint_answer/1"}
    assert above["complaint_sign/1"]["department"] == "林西县"

    step(levels.banner, there["complaint_no"], "sign")
    levels.wait(hours=1)
    step(levels.banner, there["complaint_no"], "answer", upheld=True, text="已督促受理。")
    levels.carry()
    assert (shown(levels.city, number)["state"], shown(levels.city, number)["upheld"]) == ("answered", True)
    assert shown(levels.city, number)["steps"][-1]["text"] == "已督促受理。"
    assert shown(levels.city, number)["steps"][-1]["person"]["name"] == WANG["name"]
    assert levels.city.clocks(number)["complaint_answer/1"]["on_time"] is True
    assert below(levels.banner)["allowed_steps"] == [], "whoever took the complaint revisits and closes it"
    assert "complaint_revisit/1" not in levels.banner.clocks(there["complaint_no"])

    step(levels.city, number, "revisit", HOTLINE, satisfied=True)
    step(levels.city, number, "close", HOTLINE)
    levels.carry()
    assert words(levels.city, number) == ["dispatch", "sign", "answer", "revisit", "close"]
    assert (below(levels.banner)["state"], below(levels.banner)["satisfied"]) == ("closed", True)
    for node, one in ((levels.city, number), (levels.banner, there["complaint_no"])):
        assert all(clock["stopped_at"] for clock in node.clocks(one).values())


def test_no_case_below_either_is_the_telling_answer_and_a_finding_there(levels: Levels) -> None:
    number = send_down(levels.city)
    levels.carry()
    assert shown(levels.city, number)["referrals"][0]["check"] == "no-case-exists"
    [finding] = levels.banner.ask("reporting", "findings")["items"]
    assert (finding["rule"], finding["about"]) == ("complaint-without-case", below(levels.banner)["complaint_no"])


def test_a_complaint_of_the_region_reaches_the_banner_through_the_city_that_keeps_nothing_of_it(levels: Levels) -> None:
    number = send_down(levels.region)
    levels.carry()
    own = below(levels.banner)["complaint_no"]
    step(levels.banner, own, "sign")
    step(levels.banner, own, "answer", upheld=False, text="不属实")
    levels.carry()
    assert (shown(levels.region, number)["state"], shown(levels.region, number)["upheld"]) == ("answered", False)
    step(levels.region, number, "revisit", HOTLINE, satisfied=True)
    step(levels.region, number, "close", HOTLINE)
    levels.carry()
    assert below(levels.banner)["state"] == "closed"
    for node in (levels.city, levels.other):
        assert node.ask("complaints", "complaints")["items"] == []


def test_what_the_region_sends_to_the_city_the_city_may_send_on_and_the_answer_climbs_back(levels: Levels) -> None:
    number = send_down(levels.region, CITY)
    levels.carry()
    middle = below(levels.city)["complaint_no"]
    step(levels.city, middle, "dispatch", authority=BANNER)
    levels.carry()
    assert (below(levels.city)["held_by"], below(levels.city)["allowed_steps"]) == (BANNER, [])
    own = below(levels.banner)["complaint_no"]
    step(levels.banner, own, "sign")
    step(levels.banner, own, "answer", upheld=True, text="已办理")
    levels.carry()
    assert {shown(levels.region, number)["state"], below(levels.city)["state"]} == {"answered"}
    assert shown(levels.region, number)["steps"][-1]["text"] == "已办理"
    step(levels.region, number, "revisit", HOTLINE, satisfied=True)
    step(levels.region, number, "close", HOTLINE)
    levels.carry()
    assert {below(levels.city)["state"], below(levels.banner)["state"]} == {"closed"}


def test_an_answer_that_does_not_satisfy_goes_down_once_more_with_clocks_of_its_own(levels: Levels) -> None:
    number = send_down(levels.city)
    levels.carry()
    own = below(levels.banner)["complaint_no"]
    step(levels.banner, own, "sign")
    step(levels.banner, own, "answer", upheld=False, text="不属实")
    levels.carry()
    step(levels.city, number, "revisit", HOTLINE, satisfied=False)
    assert shown(levels.city, number)["allowed_steps"] == ["dispatch", "close"]
    levels.wait(days=1)
    step(levels.city, number, "dispatch", ZHOU, authority=BANNER)
    levels.carry()
    assert (below(levels.banner)["complaint_no"], below(levels.banner)["state"]) == (own, "dispatched")
    assert {"complaint_sign/2", "complaint_answer/2"} <= set(levels.banner.clocks(own))
    assert {"complaint_sign/2", "complaint_answer/2"} <= set(levels.city.clocks(number))
    step(levels.banner, own, "sign")
    step(levels.banner, own, "answer", upheld=True, text="重新核实，属实")
    levels.carry()
    assert (shown(levels.city, number)["state"], shown(levels.city, number)["upheld"]) == ("answered", True)


def test_sent_elsewhere_the_second_time_the_first_one_is_told_that_it_is_over(levels: Levels) -> None:
    number = send_down(levels.city)
    levels.carry()
    own = below(levels.banner)["complaint_no"]
    step(levels.banner, own, "sign")
    step(levels.banner, own, "answer", upheld=False, text="不属实")
    levels.carry()
    step(levels.city, number, "revisit", HOTLINE, satisfied=False)
    step(levels.city, number, "dispatch", ZHOU, authority=OTHER)
    levels.carry()
    assert (below(levels.banner)["state"], below(levels.banner)["satisfied"]) == ("closed", False)
    assert below(levels.other)["state"] == "dispatched"
    step(levels.other, below(levels.other)["complaint_no"], "sign")
    levels.carry()
    assert shown(levels.city, number)["state"] == "signed"


# --- given back -------------------------------------------------------------------------------------------------------


def test_what_is_not_theirs_comes_back_with_the_reason_and_goes_elsewhere(levels: Levels) -> None:
    number = send_down(levels.city)
    levels.carry()
    own = below(levels.banner)["complaint_no"]
    assert levels.banner.refused(STEP, {"complaint_no": own, "step": "give-back"}, **OFFICER) == {
        "text": "Say why it is given back."
    }
    step(levels.banner, own, "give-back", text="项目在巴林左旗，不属本县管辖")
    levels.carry()
    assert (below(levels.banner)["state"], below(levels.banner)["allowed_steps"]) == ("given-back", [])
    assert all(one["stopped_at"] for one in levels.banner.clocks(own).values())
    above = shown(levels.city, number)
    assert (above["state"], above["held_by"], above["allowed_steps"]) == ("registered", None, ["dispatch"])
    assert above["referrals"][0]["reason"] == "项目在巴林左旗，不属本县管辖"
    assert levels.city.clocks(number)["complaint_dispatch/2"]["stopped_at"] is None, "it is to be dispatched once more"
    step(levels.city, number, "dispatch", ZHOU, authority=OTHER)
    levels.carry()
    assert below(levels.other)["number_above"] == number


def test_after_its_working_day_it_can_no_longer_be_given_back(levels: Levels) -> None:
    send_down(levels.city)
    levels.carry()
    own = below(levels.banner)["complaint_no"]
    levels.until("2026-09-18T09:00")
    assert levels.banner.refused(STEP, {"complaint_no": own, "step": "give-back", "text": "不属本县"}, **OFFICER) == {
        "step": "The time for giving it back ended at 2026-09-18T00:00+08:00: sign for it and answer."
    }
    step(levels.banner, own, "sign")
    assert below(levels.banner)["allowed_steps"] == ["answer"]


def test_a_sibling_cannot_answer_what_it_does_not_have(levels: Levels) -> None:
    number = send_down(levels.city)
    levels.carry()
    step(levels.banner, below(levels.banner)["complaint_no"], "sign")
    forged = [json.loads(body) for body in levels.banner.up if b"qidi.referral." in body]
    for body in forged:
        body |= {"source": f"/authorities/{OTHER}/complaints", "id": f"x{body['id'][1:]}"}
    levels.city.put([json.dumps(body, ensure_ascii=False).encode() for body in forged], "below:")
    assert shown(levels.city, number)["state"] == "dispatched"


def test_letters_that_come_twice_register_once(levels: Levels) -> None:
    send_down(levels.city)
    levels.carry()
    before = below(levels.banner)
    levels.banner.put(levels.letters[BANNER], "above:")
    levels.city.put(levels.banner.up, "below:")
    assert below(levels.banner) == before


# --- who complained ---------------------------------------------------------------------------------------------------


def everything_that_left(levels: Levels) -> list[str]:
    """All that was said on any bus, went up, or lay in any letter box; without spaces, so that no spelling hides."""
    bodies = [body for node in levels.nodes.values() for body in (*node.bus, *node.up, *node.down)]
    bodies += [body for letters in levels.letters.values() for body in letters]
    return ["".join(json.dumps(json.loads(body), ensure_ascii=False).split()) for body in bodies]


def careless_life(levels: Levels, **dispatch: Any) -> tuple[str, str]:
    """A whole life of a complaint in which everybody who knows the person writes the name everywhere."""
    careless = f"已联系{NAME} {PHONE}"
    number = a_complaint(levels.region)
    step(levels.region, number, "dispatch", ZHOU, authority=BANNER, text=careless, **dispatch)
    levels.carry()
    own = below(levels.banner)["complaint_no"]
    step(levels.banner, own, "sign")
    knows = bool(dispatch)
    step(levels.banner, own, "answer", upheld=True, text=careless if knows else "已办理")
    levels.carry()
    step(levels.region, number, "revisit", HOTLINE, satisfied=True, text=careless)
    step(levels.region, number, "close", HOTLINE, text=careless)
    levels.carry()
    return number, own


def test_nothing_that_travels_names_the_complainant_when_that_is_not_needed(levels: Levels) -> None:
    number, own = careless_life(levels)
    left = everything_that_left(levels)
    assert any("qidi.referral.sent" in body for body in left)
    assert any("qidi.referral.answered" in body for body in left)
    for body in left:
        for secret in (NAME, PHONE, "12341234", "138-1234-1234"):
            assert secret not in body
        assert "sealed_person" not in body
    for node, one in ((levels.banner, own), (levels.region, number)):
        page = json.dumps(shown(node, one), ensure_ascii=False)
        assert NAME not in page
        assert PHONE not in page.replace("-", "").replace(" ", "")
    assert (below(levels.banner)["complainant_name"], below(levels.banner)["complainant_phone"]) == (None, None)
    shown_to = take(levels.banner.desks["complaints"], SHOW, {"complaint_no": own, "purpose": "电话核实"}, **ZHOU)
    assert shown_to.reply is not None
    assert shown_to.reply["status"] == 404, "the banner has nobody to show"
    assert shown(levels.region, number)["disclosures"] == []


def test_the_words_of_the_complaint_travel_without_the_person(levels: Levels) -> None:
    send_down(levels.city)
    levels.carry()
    there = below(levels.banner)
    assert "材料交上去一个月没有答复" in there["text"]
    assert "张*" in there["text"]


def test_where_it_is_needed_the_addressee_alone_can_read_who_complained_and_that_is_on_record(levels: Levels) -> None:
    number, own = careless_life(levels, person_needed_because=f"需当面向{NAME}核实材料")
    for body in everything_that_left(levels):
        assert NAME not in body, "also sealed letters, ledgers and the city in between name nobody"
        assert PHONE not in body
    [disclosure] = shown(levels.region, number)["disclosures"]
    assert (disclosure["shown_to"], disclosure["purpose"]) == ("林西县 150424", "需当面向张*核实材料")
    told = [json.loads(body) for body in levels.region.bus if b"qidi.complaint.person-disclosed" in body]
    assert [(one["reach"], one["data"]["shown_to"]) for one in told] == [("own", "林西县 150424")]
    assert below(levels.banner)["complainant_name"] == "张*"
    person = levels.banner.order(SHOW, {"complaint_no": own, "purpose": "当面核实"}, **ZHOU)
    assert (person["complainant_name"], person["complainant_phone"]) == (NAME, "138 1234 1234")


def test_only_a_supervisor_may_let_another_authority_know_who_complained(levels: Levels) -> None:
    number = a_complaint(levels.city)
    order = {"complaint_no": number, "step": "dispatch", "authority": BANNER, "person_needed_because": "需当面核实"}
    ruling = take(levels.city.desks["complaints"], STEP, order, **HOTLINE)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 403
    levels.carry()
    assert levels.banner.ask("complaints", "complaints")["items"] == []


def test_what_cannot_be_sent_is_refused_with_the_reason(levels: Levels) -> None:
    anonymous = a_complaint(levels.city, complainant_name=None, complainant_phone=None)
    order = {"complaint_no": anonymous, "step": "dispatch", "authority": BANNER}
    why = {"person_needed_because": "需当面核实"}
    assert levels.city.refused(STEP, order | why, **ZHOU) == {
        "person_needed_because": "Nobody gave a name or a telephone with this complaint."
    }
    assert levels.city.refused(STEP, order | {"authority": REGION}, **ZHOU) == {
        "authority": "150000 is no authority below 150400."
    }
    assert levels.city.refused(STEP, order | why | {"authority": None, "department": "住建局"}, **ZHOU) == {
        "authority": "Say which authority has to know who complained."
    }
    assert levels.city.refused(STEP, order | {"authority": None}, **ZHOU) == {
        "department": "Say which department or authority it is dispatched to."
    }
    levels.stands(BANNER, "removed")
    assert levels.city.refused(STEP, order, **ZHOU) == {
        "authority": "150424 is not joined at present; nothing reaches it."
    }


# --- rules ------------------------------------------------------------------------------------------------------------


def test_a_seal_opens_for_the_addressee_and_for_that_complaint_only() -> None:
    private = new_key()
    sealed = seal(public_text(private), NAME, PHONE, "150400-T2026-000001", BANNER)
    assert unseal(private, sealed, "150400-T2026-000001", BANNER) == (NAME, PHONE)
    for key, bound in ((private, ("150400-T2026-000002", BANNER)), (new_key(), ("150400-T2026-000001", BANNER))):
        with pytest.raises(Unreadable):
            unseal(key, sealed, *bound)
    for damaged in ("", "AAAA", sealed[:-8] + "AAAAAAA=", "no base64!"):
        with pytest.raises(Unreadable):
            unseal(private, damaged, "150400-T2026-000001", BANNER)
    assert seal(public_text(private), NAME, PHONE, "1", BANNER) != seal(public_text(private), NAME, PHONE, "1", BANNER)


def allowed(state: ComplaintState, custody: Custody, satisfied: bool | None = None) -> list[ComplaintStepKind]:
    return domain.allowed_steps(Progress(state, satisfied, custody, MORNING))


def test_at_every_moment_at_most_one_level_has_the_next_step() -> None:
    for state in ComplaintState:
        above = allowed(state, Custody.BELOW)
        there = allowed(state, Custody.FROM_ABOVE)
        assert not (above and there), state
        assert allowed(state, Custody.PASSED_ON) == []


def test_a_satisfied_complainant_leaves_only_the_closing() -> None:
    for custody in (Custody.OURS, Custody.BELOW):
        assert allowed(ComplaintState.REVISITED, custody, satisfied=True) == [ComplaintStepKind.CLOSE]


def test_a_complaint_about_conduct_goes_down_without_a_project_and_nobody_is_suspected(levels: Levels) -> None:
    number = a_complaint(levels.city, kind="attitude", project_code=None, matter=None)
    step(levels.city, number, "dispatch", ZHOU, authority=BANNER, department="住建局")
    levels.carry()
    assert shown(levels.city, number)["check"] == below(levels.banner)["check"] == "not-checked"
    levels.carry()
    [way] = shown(levels.city, number)["referrals"]
    assert (way["check"], way["cases_found"]) == ("not-checked", 0)
    for node in (levels.city, levels.banner):
        assert node.ask("reporting", "findings")["items"] == []
