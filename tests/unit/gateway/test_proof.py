"""A case's proof is handed out through the API and from its page, to every role, without what stays inside."""

import json

import pytest

from services.contracts.vocabulary import Role
from services.ledger.canonical import canonical_bytes
from services.ledger.link import keys, pages
from services.ledger.link.proofs import examine
from services.ledger.merkle import SHA256
from services.plumbing.db import transaction
from services.plumbing.switchboard import Office
from tests.builders import AUTHORITY
from tests.unit.gateway.running import Authority
from tests.unit.gateway.test_journeys import a_filed_case, step

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
KEY = keys.SigningKey.from_seed(AUTHORITY, b"k" * 32)


def sign(authority: Authority) -> None:
    """What the link does every few seconds."""
    with transaction(authority.services.desks["ledger"].engine) as connection:
        pages.cut(Office(connection, authority.clock.at, AUTHORITY), KEY)


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_gets_a_proof_to_keep_that_holds_and_keeps_notes_inside(
    authority: Authority, role: Role
) -> None:
    case_no = await a_filed_case(authority)
    await step(authority, case_no, "note")
    await step(authority, case_no, "accept")
    sign(authority)
    async with authority.client(role) as client:
        answer = await client.get(f"/v1/cases/{case_no}/proof")
    assert answer.status_code == 200, answer.text
    assert f"{case_no}-proof.json" in answer.headers["content-disposition"]
    document = json.loads(answer.content)
    found = examine(document, [KEY.verifier])
    assert found.ok, found
    assert (document["pending"], found.params["count"]) == (0, len(document["entries"]))
    assert "已电话联系" not in answer.text
    assert [one["entry"] is None for one in document["entries"]].count(True) == 1


async def test_entries_are_told_as_they_were_recorded_whatever_the_language(authority: Authority) -> None:
    case_no = await a_filed_case(authority)
    await step(authority, case_no, "accept")
    async with authority.client(Role.SUPERVISOR, **{"Accept-Language": "zh"}) as client:
        entries = (await client.get("/v1/entries", params={"after": -1, "limit": 200})).json()["items"]
    assert any("why" in one["entry"]["data"] for one in entries)
    for one in entries:
        assert SHA256.leaf(canonical_bytes(one["entry"])).hex() == one["leaf"]


async def test_a_case_that_is_not_there_has_no_proof(authority: Authority) -> None:
    async with authority.client() as client:
        answer = await client.get("/v1/cases/150424-2026-999999/proof")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("language", "name"), [("zh", "存证证明"), ("en", "Proof of these entries")])
async def test_the_page_of_a_case_links_to_its_proof(authority: Authority, language: str, name: str) -> None:
    case_no = await a_filed_case(authority)
    async with authority.client(Role.HANDLER, Accept="text/html") as client:
        client.cookies.set("qidi_lang", language)
        page = await client.get(f"/board/cases/{case_no}")
    assert f'href="/v1/cases/{case_no}/proof" download>{name}</a>' in page.text
