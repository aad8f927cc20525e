"""Whether a list of matters reaches the banner over two real links, binds there, and is told adopted above."""

from typing import Any

import httpx

from tests.chain import BANNER, CITY, REGION, Chain, Level
from tests.stack import until

WHO = ("supervisor", "周明", "政务服务局")
#: The whole process, which no other test asks for.
MATTER = "NM-039"


def post(level: Level, path: str, **body: Any) -> httpx.Response:
    with level.client(*WHO) as client:
        return client.post(path, json=body)


def get(level: Level, path: str) -> dict[str, Any]:
    with level.client(*WHO) as client:
        answer = client.get(path)
        assert answer.is_success, answer.text
        return dict(answer.json())


def change(level: Level, amount: int) -> httpx.Response:
    """The promise of one matter of a list, in the list's own words."""
    one = next(dict(one) for one in get(level, "/v1/matters")["items"] if one["code"] == MATTER)
    one["matter_name"] = one.pop("name")
    return post(level, "/v1/matters", **one | {"promised": {"amount": amount, "unit": "working_days"}})


def waits_for(level: Level) -> list[str]:
    return [one["by"] for one in get(level, "/v1/catalogue/differences")["waiting"]]


def adopted(level: Level) -> dict[str, int | None]:
    """Which version city and banner have adopted, as far as they stand below this level."""
    found = {one["authority"]: one["version"] for one in get(level, "/v1/catalogue/adoptions")["items"]}
    return {code: found[code] for code in (CITY, BANNER) if code in found}


def test_a_list_of_the_region_reaches_the_banner_after_a_cut_binds_it_and_its_adoption_comes_back(
    chain: Chain,
) -> None:
    assert change(chain.region, 80).is_success
    chain.line.cut()
    assert post(chain.region, "/v1/catalogue/publications", note="2026年版").json()["number"] == 1
    until("the city to hear of the list", lambda: waits_for(chain.city) == [REGION], 60)
    assert waits_for(chain.banner) == []
    chain.line.resume()
    until("the banner to hear of the list", lambda: waits_for(chain.banner) == [REGION], 60)

    longer = [{"code": MATTER, "promised": {"amount": 81, "unit": "working_days"}}]
    refused = post(chain.banner, "/v1/catalogue/adoptions", matters=longer)
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, f"matters.{MATTER}.promised")
    shorter = [{"code": MATTER, "promised": {"amount": 70, "unit": "working_days"}}]
    assert post(chain.banner, "/v1/catalogue/adoptions", matters=shorter).is_success
    assert change(chain.banner, 81).status_code == 422

    until("the region to hear of the adoption", lambda: adopted(chain.region).get(BANNER) == 1, 60)
    assert adopted(chain.region)[CITY] is None
    assert post(chain.city, "/v1/catalogue/adoptions").is_success
    until("the region to hear of both", lambda: adopted(chain.region) == {BANNER: 1, CITY: 1}, 60)
    rows = {one["authority"]: one for one in get(chain.region, "/v1/catalogue/adoptions")["items"]}
    assert (rows[BANNER]["name"], rows[BANNER]["via"], rows[BANNER]["shorter"], rows[BANNER]["beyond"]) == (
        "林西县",
        CITY,
        1,
        0,
    )

    # the city's own list, shorter still, goes to its banner alone
    assert change(chain.city, 60).is_success
    assert post(chain.city, "/v1/catalogue/publications").is_success
    until("the banner to hear of the city's list", lambda: waits_for(chain.banner) == [CITY], 60)
    refused = post(chain.banner, "/v1/catalogue/adoptions")
    assert refused.status_code == 422, "its own seventy days are longer than the city's sixty"
    assert post(chain.banner, "/v1/catalogue/adoptions", align=True).is_success
    until("the city to hear of it", lambda: adopted(chain.city) == {BANNER: 1}, 60)
    assert waits_for(chain.region) == []
    chain.in_step()
