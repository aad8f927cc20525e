"""Unified sign-in: a real provider says who somebody is, its lies are found, and only who has an account comes in."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gateway.accounts import provider as ours
from gateway.accounts.provider import Misconfigured
from gateway.accounts.throttle import BY_ADDRESS, SETTING_OUT
from services.plumbing.settings import Settings
from tests.unit.gateway.people import COOKIE, a_browser, ask, make
from tests.unit.gateway.provider import CLIENT, SECRET, Provider, running
from tests.unit.gateway.running import Authority

pytestmark = [pytest.mark.anyio, pytest.mark.lengthy]
REFUSED = "/board/login?failed=provider"


@pytest.fixture
def provider(authority: Authority, tmp_path: Path) -> Iterator[Provider]:
    """The provider, and the authority that has it in its settings."""
    there = Provider(authority.clock)
    there.rotate("one")
    with running(there):
        set_up(authority, there, tmp_path)
        yield there


def set_up(authority: Authority, there: Provider, folder: Path, **more: Any) -> None:
    secret = folder / "oidc.secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    known = {"oidc_issuer": there.issuer, "oidc_client_id": CLIENT, "oidc_secret_file": secret} | more
    gateway = authority.gateway
    gateway.settings = gateway.settings.model_copy(update=known)
    gateway.provider = ours.Provider(gateway.settings, gateway.tokens.engine, gateway.clock)


async def back_from(browser: httpx.AsyncClient) -> str:
    """The address to which the provider sends the browser back."""
    away = await browser.get("/board/provider")
    assert away.status_code == 303, away.text
    async with httpx.AsyncClient() as outside:
        there = await outside.get(away.headers["location"])
    assert there.status_code == 302, there.text
    return str(there.headers["location"])


async def sign_in(browser: httpx.AsyncClient) -> httpx.Response:
    return await browser.get(await back_from(browser))


async def last(authority: Authority) -> tuple[str, str, str]:
    entry = (await ask(authority, "GET", "/v1/audit?limit=1")).json()["items"][0]
    return entry["occasion"], entry["cause"], entry["about"]


async def test_who_signs_in_there_and_has_an_account_here_is_in(authority: Authority, provider: Provider) -> None:
    await make(authority)
    async with a_browser(authority) as browser:
        page = (await browser.get("/board/login")).text
        assert "统一身份认证" in page
        arrived = await sign_in(browser)
        assert arrived.status_code == 200
        assert 'content="0; url=/board"' in arrived.text
        told = [one.lower() for one in arrived.headers.get_list("set-cookie")]
        assert any(one.startswith(f"{COOKIE}=") and "samesite=strict" in one and "httponly" in one for one in told)
        mine = (await browser.get("/v1/me")).json()
        # the initial password that nobody used stands in nobody's way
        assert (mine["name"], mine["department"], mine["must_change"]) == ("张三", "住建局", True)
        assert (await browser.get("/v1/matters")).status_code == 200
    assert await last(authority) == ("signed-in", "provider", "")


async def test_an_account_without_a_password_comes_in_by_the_provider_alone(
    authority: Authority, provider: Provider
) -> None:
    post = {"role": "handler", "department": "住建局"}
    body = {"login": "zhang.san", "name": "张三", "post": post, "with_password": False}
    assert (await ask(authority, "POST", "/v1/accounts", body)).json()["initial_password"] == ""
    async with a_browser(authority) as browser:
        for password in ("", "x", "None"):
            by_password = await browser.post("/board/session", json={"login": "zhang.san", "password": password})
            assert by_password.status_code == 401
        assert (await sign_in(browser)).status_code == 200


async def unknown(authority: Authority, provider: Provider) -> None:
    provider.login = "somebody.else"


async def locked(authority: Authority, provider: Provider) -> None:
    (account,) = (await ask(authority, "GET", "/v1/accounts")).json()["items"]
    await ask(authority, "POST", f"/v1/accounts/{account['id']}/lock")


async def without_a_post(authority: Authority, provider: Provider) -> None:
    (account,) = (await ask(authority, "GET", "/v1/accounts")).json()["items"]
    await ask(authority, "POST", f"/v1/accounts/{account['id']}/posts/{account['posts'][0]['id']}/end", {})


@pytest.mark.parametrize(
    ("who", "why"), [(unknown, "unknown-account"), (locked, "account-locked"), (without_a_post, "no-post")]
)
async def test_whom_nobody_here_knows_does_not_come_in_however_well_he_is_known_there(
    authority: Authority, provider: Provider, who: Any, why: str
) -> None:
    await make(authority)
    await who(authority, provider)
    async with a_browser(authority) as browser:
        refused = await sign_in(browser)
        assert refused.status_code == 303
        assert refused.headers["location"].startswith("/board/login?failed=")
        assert (await browser.get("/v1/matters")).status_code == 401
    assert (await last(authority))[:2] == ("turned-away", why)


def claims(**lies: Any) -> Callable[[Provider], None]:
    return lambda provider: provider.lies.update(lies)


def late(**delta: float) -> Callable[[Provider], None]:
    def lie(provider: Provider) -> None:
        at = (provider.clock.now() + timedelta(**delta)).timestamp()
        provider.lies |= {"iat": at, "exp": at + 300}

    return lie


def signed_by_another(provider: Provider) -> None:
    provider.foreign = rsa.generate_private_key(65537, 2048)


def with_another_kind_of_key(provider: Provider) -> None:
    provider.algorithm, provider.foreign = "ES256", ec.generate_private_key(ec.SECP256R1())


def algorithm(name: str) -> Callable[[Provider], None]:
    def lie(provider: Provider) -> None:
        provider.algorithm = name

    return lie


LIES: dict[str, Callable[[Provider], None]] = {
    "another nonce": claims(nonce="another"),
    "no nonce": claims(nonce=None),
    "a nonce of another kind": claims(nonce=["x"]),
    "for another client": claims(aud="somebody-else"),
    "for nobody": claims(aud=None),
    "for another client among several": claims(aud=["somebody-else", "a-third"]),
    "for several without saying for whom": claims(aud=[CLIENT, "somebody-else"]),
    "authorized for another party": claims(aud=[CLIENT, "somebody-else"], azp="somebody-else"),
    "one party and authorized for another": claims(azp="somebody-else"),
    "of another issuer": claims(iss="https://evil.example"),
    "of nobody": claims(iss=None),
    "of nearly this issuer": lambda provider: provider.lies.update(iss=provider.issuer + "/"),
    "expired": late(minutes=-7),
    "expired long ago": late(days=-1),
    "from tomorrow": late(days=1),
    "not yet": lambda provider: provider.lies.update(nbf=(provider.clock.now() + timedelta(hours=1)).timestamp()),
    "without an end": claims(exp=None),
    "without a beginning": claims(iat=None),
    "an end that is no time": claims(exp="soon"),
    "an end that is true": claims(exp=True),
    "without a subject": claims(sub=None),
    "unsigned": algorithm("none"),
    "signed with the public key as a secret": algorithm("HS256"),
    "signed by another": signed_by_another,
    "signed with another kind of key": with_another_kind_of_key,
    "without the login name": claims(preferred_username=None),
    "a login name that is none": claims(preferred_username=["zhang.san"]),
    "an empty login name": claims(preferred_username=" "),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_lies_opens_nothing(authority: Authority, provider: Provider, lie: str) -> None:
    await make(authority)
    LIES[lie](provider)
    async with a_browser(authority) as browser:
        refused = await sign_in(browser)
        assert (refused.status_code, refused.headers["location"]) == (303, "/board/login?failed=provider")
        assert (await browser.get("/v1/matters")).status_code == 401
    assert (await last(authority))[:2] == ("turned-away", "provider-refused")


async def test_a_way_back_is_gone_once_however_it_ended(authority: Authority, provider: Provider) -> None:
    await make(authority)
    async with a_browser(authority) as browser:
        address = await back_from(browser)
        held = browser.cookies["qidi_sign_in_150424"]
        assert (await browser.get(address)).status_code == 200
        async with a_browser(authority) as again:
            again.cookies.set("qidi_sign_in_150424", held)
            replayed = await again.get(address)
            assert (replayed.status_code, "qidi_session" in str(replayed.headers)) == (303, False)
    assert provider.asked["token"] == 1
    assert await last(authority) == ("turned-away", "provider-refused", "no such sign-in is under way")


async def test_a_way_back_is_the_browsers_own_that_began(authority: Authority, provider: Provider) -> None:
    await make(authority)
    async with a_browser(authority) as attacker, a_browser(authority) as victim:
        sent = await back_from(attacker)
        assert (await victim.get(sent)).status_code == 303
        await back_from(victim)
        assert (await victim.get(sent)).status_code == 303  # also while one of his own is under way
        assert COOKIE not in victim.cookies
        assert provider.asked.get("token") is None
    # any page can send a browser there, so nothing is written down for it
    assert (await last(authority))[0] != "turned-away"


async def test_pages_that_send_browsers_to_the_way_back_lock_no_office_out(
    authority: Authority, provider: Provider
) -> None:
    _, initial = await make(authority)
    async with a_browser(authority, "10.1.1.1") as anybody, a_browser(authority, "10.1.1.1") as colleague:
        for query in ("", "?state=x&code=y"):
            for _ in range(BY_ADDRESS.free + 1):
                assert (await anybody.get(f"/board/provider/back{query}")).headers["location"] == REFUSED
        for _ in range(SETTING_OUT.free + 1):
            picture = await anybody.get("/board/provider", headers={"Sec-Fetch-Dest": "image"})
            assert picture.headers["location"] == REFUSED
        assert (await sign_in(colleague)).status_code == 200
        by_password = await colleague.post("/board/session", json={"login": "zhang.san", "password": initial})
        assert by_password.status_code == 200


async def test_who_sets_out_without_end_takes_nobody_elses_sign_in_away(
    authority: Authority, provider: Provider
) -> None:
    _, initial = await make(authority)
    async with a_browser(authority, "10.1.1.1") as slow, a_browser(authority, "10.9.9.9") as busy:
        address = await back_from(slow)
        ways = [(await busy.get("/board/provider")).headers["location"] for _ in range(SETTING_OUT.free + 20)]
        assert [way.startswith(provider.issuer) for way in ways].count(True) <= SETTING_OUT.free + 1
        assert ways[-1] == "/board/login?failed=often"
        assert (await slow.get(address)).status_code == 200
        # whoever sits behind the same address still comes in by a password
        by_password = await busy.post("/board/session", json={"login": "zhang.san", "password": initial})
        assert by_password.status_code == 200


async def test_who_takes_longer_than_ten_minutes_begins_again(authority: Authority, provider: Provider) -> None:
    await make(authority)
    async with a_browser(authority) as browser:
        address = await back_from(browser)
        authority.clock.move(minutes=10, seconds=1)
        assert (await browser.get(address)).status_code == 303


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?error=access_denied&state=x", "?state=&code="])
async def test_a_way_back_that_brings_nothing_leads_to_the_sign_in(
    authority: Authority, provider: Provider, query: str
) -> None:
    async with a_browser(authority) as browser:
        refused = await browser.get(f"/board/provider/back{query}")
        assert (refused.status_code, refused.headers["location"]) == (303, "/board/login?failed=provider")


async def test_what_leaves_the_house_is_no_more_than_the_sign_in_needs(
    authority: Authority, provider: Provider
) -> None:
    async with a_browser(authority) as browser:
        away = await browser.get("/board/provider")
        query = parse_qs(urlsplit(away.headers["location"]).query)
        assert set(query) == {
            "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
            "code_challenge_method",
        }  # fmt: skip
        assert query["redirect_uri"] == ["http://authority.test/board/provider/back"]
        said = away.headers["set-cookie"].lower()
        assert "samesite=lax" in said
        assert "httponly" in said
        assert "path=/board/provider" in said


@pytest.mark.parametrize("kind", ["RS256", "ES256"])
async def test_a_new_key_of_the_provider_is_fetched_and_the_old_one_is_none_any_more(
    authority: Authority, provider: Provider, kind: str
) -> None:
    await make(authority)
    provider.algorithm = kind
    provider.rotate("first")
    async with a_browser(authority) as browser:
        assert (await sign_in(browser)).status_code == 200
        assert (await sign_in(browser)).status_code == 200
        assert provider.asked["keys"] == 1
        old = provider.keys["first"]
        provider.rotate("second")
        authority.clock.move(minutes=1)
        assert (await sign_in(browser)).status_code == 200
        assert provider.asked["keys"] == 2
        provider.kid, provider.foreign = "first", old
        assert (await sign_in(browser)).status_code == 303
        for _ in range(5):
            await sign_in(browser)
        assert provider.asked["keys"] == 2  # whoever sends unknown keys makes nobody fetch again and again


async def test_a_key_without_a_name_is_taken_where_there_is_only_one(authority: Authority, provider: Provider) -> None:
    await make(authority)
    provider.keys[""] = provider.keys.pop("one")
    provider.kid = ""
    async with a_browser(authority) as browser:
        assert (await sign_in(browser)).status_code == 200
        provider.keys["two"] = rsa.generate_private_key(65537, 2048)
        set_up(authority, provider, authority.gateway.settings.var)
        assert (await sign_in(browser)).status_code == 303


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": ""},
    ],
)
async def test_a_provider_that_describes_itself_badly_is_not_gone_to(
    authority: Authority, provider: Provider, described: dict[str, Any]
) -> None:
    provider.described = described
    async with a_browser(authority) as browser:
        refused = await browser.get("/board/provider")
    assert (refused.status_code, refused.headers["location"]) == (303, "/board/login?failed=provider")


async def test_while_the_provider_is_away_people_come_in_by_their_passwords(
    authority: Authority, provider: Provider, tmp_path: Path
) -> None:
    _, initial = await make(authority)
    gone = Provider(authority.clock, issuer="http://127.0.0.1:1")
    set_up(authority, gone, tmp_path)
    async with a_browser(authority) as browser:
        away = await browser.get("/board/provider")
        assert (away.status_code, away.headers["location"]) == (303, "/board/login?failed=provider")
        assert "统一身份认证未通过" in (await browser.get(away.headers["location"])).text
        by_password = await browser.post("/board/session", json={"login": "zhang.san", "password": initial})
        assert by_password.status_code == 200


@pytest.mark.parametrize("verified", [True, False, None, "true"])
async def test_an_address_is_a_login_name_only_where_the_provider_has_verified_it(
    authority: Authority, provider: Provider, tmp_path: Path, verified: Any
) -> None:
    await make(authority, "zhang.san@linxi.gov.cn")
    set_up(authority, provider, tmp_path, oidc_login_claim="email")
    provider.lies = {"email": "Zhang.San@linxi.gov.cn", "email_verified": verified}
    async with a_browser(authority) as browser:
        assert (await sign_in(browser)).status_code == (200 if verified is True else 303)


async def test_without_a_provider_there_is_no_way_to_one(authority: Authority) -> None:
    async with authority.client(None) as client:
        assert (await client.get("/board/provider")).status_code == 404
        for _ in range(BY_ADDRESS.free + 1):
            assert (await client.get("/board/provider/back?state=x&code=y")).status_code == 404
        assert "统一身份认证" not in (await client.get("/board/login")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_client_id": ""},
        {"oidc_issuer": "http://sso.linxi.gov.cn"},
        {"oidc_secret_file": Path("nowhere")},
    ],
)
def test_settings_that_cannot_work_are_an_error_at_the_start(authority: Authority, wrong: dict[str, Any]) -> None:
    good = {"oidc_issuer": "https://sso.linxi.gov.cn", "oidc_client_id": CLIENT}
    settings = authority.gateway.settings.model_copy(update=good | wrong)
    with pytest.raises(Misconfigured):
        ours.Provider(settings, authority.gateway.tokens.engine, authority.clock)


def test_a_secret_that_others_can_read_is_an_error_at_the_start(authority: Authority, tmp_path: Path) -> None:
    secret = tmp_path / "oidc.secret"
    secret.write_text(SECRET)
    secret.chmod(0o644)
    settings = Settings(oidc_issuer="https://sso.linxi.gov.cn", oidc_client_id=CLIENT, oidc_secret_file=secret)
    with pytest.raises(Misconfigured, match="600"):
        ours.Provider(settings, authority.gateway.tokens.engine, authority.clock)
    secret.chmod(0o600)
    ours.Provider(settings, authority.gateway.tokens.engine, authority.clock)
