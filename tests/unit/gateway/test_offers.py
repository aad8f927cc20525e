"""Steps of a case by API and board: what can be done now, by whom, and why not the rest, in the reader's words."""

import pytest

from services.contracts.vocabulary import Role, StepKind
from tests.unit.gateway.running import Authority
from tests.unit.gateway.test_board_steps import PAGE, a_case

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]


async def test_the_api_tells_each_step_with_the_reason_in_the_reader_s_language(authority: Authority) -> None:
    case_no = await a_case(authority)
    async with authority.client(Role.WINDOW, **{"Accept-Language": "zh"}) as client:
        answer = await client.get(f"/v1/cases/{case_no}/steps")
    assert answer.status_code == 200, answer.text
    found = {one["step"]: one for one in answer.json()["items"]}
    assert list(found) == [step.value for step in StepKind]
    assert found["accept"]["may"]
    assert found["accept"]["why"] is None
    assert not found["grant"]["may"]
    assert "{" not in found["grant"]["why"]["message"]
    assert "window" not in found["grant"]["why"]["message"]
    async with authority.client(Role.WINDOW) as client:
        assert (await client.get("/v1/cases/150424-2026-009999/steps")).status_code == 404


async def test_the_command_refuses_with_the_very_words_of_the_offer(authority: Authority) -> None:
    case_no = await a_case(authority)
    async with authority.client(Role.HANDLER) as client:
        offers = (await client.get(f"/v1/cases/{case_no}/steps")).json()["items"]
        for offer in (one for one in offers if not one["may"]):
            answer = await client.post(f"/v1/cases/{case_no}/steps", json={"step": offer["step"]})
            assert answer.status_code in (403, 409, 422)
            assert offer["why"]["message"] in [one["message"] for one in answer.json()["problems"]]


async def test_the_page_has_forms_for_what_can_be_done_and_folds_what_cannot(authority: Authority) -> None:
    case_no = await a_case(authority)
    async with authority.client(Role.HANDLER, **PAGE) as client:
        text = (await client.get(f"/board/cases/{case_no}")).text
    shown, _, folded = text.partition('id="not-now"')
    assert 'id="step-accept"' in shown
    assert 'id="step-grant"' not in text
    assert "目前不能办理的环节及原因" in folded
    assert "准予许可" in folded
    assert "延长" in folded
