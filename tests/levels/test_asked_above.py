"""Whether what a superior asks of the applicant reaches the window below over the real link, and comes up again."""

from typing import Any

from tests.chain import Chain
from tests.levels.test_seen import got
from tests.levels.work import FORWARDED, case_of, file_cases, opened_from, step
from tests.stack import until


def above(chain: Chain, case_no: str) -> dict[str, Any]:
    """What the banner knows of where its case stands at the city; empty before it has heard."""
    return dict(case_of(chain.banner, case_no)["above"] or {})


def test_a_correction_asked_for_by_the_city_is_handed_in_at_the_banners_window(chain: Chain) -> None:
    case_no = file_cases(chain, 1, FORWARDED)[0]
    assert step(chain.banner, case_no, "forward") == 200
    [city_no] = until("the case at the city", lambda: opened_from(chain.city, case_no))
    until("the city's word on where it stands", lambda: above(chain, case_no))

    asked = {"defects": [{"material": "勘测定界图", "problem": "缺少", "advice": "补交甲级资质单位编制的图件"}]}
    assert step(chain.city, city_no, "request-correction", **asked, given={"amount": 10}) == 200
    until("the notice at the window", lambda: case_of(chain.banner, case_no)["state"] == "asked-above")
    case = case_of(chain.banner, case_no)
    assert case["steps"][-1]["defects"][0]["material"] == "勘测定界图"
    assert above(chain, case_no)["handler"] == "李四"

    def the_applicants_clock() -> object:
        clocks = got(chain.banner, f"/v1/cases/{case_no}/clocks")["items"]
        return next((one for one in clocks if one["clock_kind"] == "correction"), None)

    until("the applicant's clock at the window", the_applicants_clock)
    assert step(chain.banner, case_no, "complete-correction") == 200
    until("what was handed in at the city", lambda: case_of(chain.city, city_no)["state"] == "correction-completed")
    until(
        "the banner to hear of it", lambda: case_of(chain.banner, case_no)["above"]["state"] == "correction-completed"
    )
    assert step(chain.city, city_no, "accept") == 200
    until("the acceptance below", lambda: case_of(chain.banner, case_no)["above"]["accepted_on"])
    until("the due day below", lambda: case_of(chain.banner, case_no)["above"]["due_on"])
