"""How an authority comes to its superior: invited once, let in for two things only, sent away again."""

import json
import shutil
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pika
import pika.exceptions
import pytest
from cryptography import x509
from pika.adapters.blocking_connection import BlockingChannel

from deploy import certificates
from deploy.enrolment import Token
from deploy.processes import LOOPBACK
from services.ledger.carrier.superior import Superior
from services.plumbing import topology
from tests.chain import BANNER, CITY, REGION, Chain, Level
from tests.levels.newcomer import Newcomer
from tests.levels.work import file_cases
from tests.stack import until


def connection_of(superior: Superior) -> pika.BlockingConnection:
    """As the lower authority connects; raises what pika raises."""
    parameters = pika.URLParameters(superior.url)
    assert superior.tls is not None
    parameters.ssl_options = pika.SSLOptions(superior.tls, superior.host)
    return pika.BlockingConnection(parameters)


def superior_of(chain: Chain) -> Superior:
    found = Superior.load(chain.banner.keys)
    assert found is not None
    return found


# --- what a lower authority may do at its superior's broker -----------------------------------------------------------

OTHER = "150422"


def _heard(*_: object) -> None:
    """Nobody gets that far."""


Attempt = Callable[[BlockingChannel], object]
FORBIDDEN: dict[str, Attempt] = {
    "declare a queue": lambda c: c.queue_declare("mine", durable=True),
    "declare an exchange": lambda c: c.exchange_declare("mine"),
    "bind its mailbox": lambda c: c.queue_bind(topology.down_queue(BANNER), topology.EVENTS, "#"),
    "delete its mailbox": lambda c: c.queue_delete(topology.down_queue(BANNER)),
    "delete the pages": lambda c: c.queue_delete(topology.PAGES),
    "read the pages": lambda c: c.basic_consume(topology.PAGES, _heard),
    "read another's mailbox": lambda c: c.basic_consume(topology.down_queue(OTHER), _heard),
    "read the ledger's events": lambda c: c.basic_consume(topology.events_queue("ledger"), _heard),
    "speak under another's name": lambda c: c.basic_publish(topology.UP, topology.up_key(OTHER), b"{}"),
    "speak as another user": lambda c: c.basic_publish(
        topology.UP, topology.up_key(BANNER), b"{}", pika.BasicProperties(user_id=topology.up_key(OTHER))
    ),
    "speak on the event bus": lambda c: c.basic_publish(topology.EVENTS, "qidi.case.received.v1", b"{}"),
    "give commands": lambda c: c.basic_publish(topology.COMMANDS, "intake", b"{}"),
    "write into a mailbox": lambda c: c.basic_publish("", topology.down_queue(OTHER), b"{}"),
}


@pytest.fixture(scope="session")
def other(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> tuple[Newcomer, str]:
    """A second lower authority of the city, and its invitation."""
    return Newcomer(tmp_path_factory.mktemp("other"), OTHER), chain.invitation(OTHER, "--name", "巴林左旗")


def test_a_lower_authority_speaks_under_its_name_reads_its_mailbox_and_can_do_nothing_else(
    chain: Chain, other: tuple[Newcomer, str]
) -> None:
    superior = superior_of(chain)
    with connection_of(superior) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        as_itself = pika.BasicProperties(user_id=topology.up_key(BANNER))
        channel.basic_publish(topology.UP, topology.up_key(BANNER), b"no page", as_itself, mandatory=True)
        assert channel.basic_consume(topology.down_queue(BANNER), _heard)
        for what, attempt in FORBIDDEN.items():
            tried = connection.channel()
            tried.confirm_delivery()
            with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
                attempt(tried)
            assert refused.value.reply_code in (403, 406), f"{what}: {refused.value}"
            assert "refused" in refused.value.reply_text or "user_id" in refused.value.reply_text, what
    with pytest.raises(pika.exceptions.ProbableAccessDeniedError) as closed:
        connection_of(replace(superior, vhost=REGION))
    assert "access to vhost" in str(closed.value)
    # what was no page is a dead letter with its reason, and the link goes on
    until(
        "the dead letter",
        lambda: chain.city.rows(
            "ledger", "SELECT 1 FROM dead_letters WHERE queue = 'qidi.link.pages' AND reason LIKE '%JSON%'"
        ),
    )


def test_what_cannot_be_read_of_another_level_is_kept_with_its_reason_on_both_sides(chain: Chain) -> None:
    own = pika.BlockingConnection(pika.URLParameters(chain.city.settings.amqp_url))
    bodies = {topology.PAGES: b"[" * 50_000, topology.dead_queue(topology.PAGES): b"given up by the broker itself",
              topology.down_queue(BANNER): b"no mail"}  # fmt: skip
    for queue, body in bodies.items():
        own.channel().basic_publish("", queue, body)
    own.close()

    def kept(level: Level, queue: str) -> list[tuple[str, str]]:
        listed = json.loads(level.does("replay", "list", "--json"))
        return sorted((one["reason"], one["id"]) for one in listed if one["queue"] == queue)

    until("the superior's letters", lambda: len(kept(chain.city, topology.PAGES)) >= 2, every=1)
    until("the lower authority's letter", lambda: kept(chain.banner, topology.down_queue(BANNER)), every=1)
    at_city = {reason for reason, _ in kept(chain.city, topology.PAGES)}
    assert any(reason.startswith("spoofed: qidi.link.pages published by") for reason in at_city)
    assert any(reason.startswith("delivered too often") for reason in at_city)
    [(reason, id)] = kept(chain.banner, topology.down_queue(BANNER))
    assert reason == "unreadable: body: This is not JSON (line 1, column 1)."
    assert "qidi_dead_letters" in httpx.get(f"{chain.banner.base}/metrics", timeout=10).text

    # whoever sent it sends it again; here it can only be given up
    refused = chain.banner.qidi("replay", "resend", id)
    assert refused.returncode == 1
    assert "对方在收到答复前会自动重发" in refused.stdout
    for level in (chain.city, chain.banner):
        level.does("replay", "give-up", "dead:", "--by", "张三@发展改革委", "--reason", "试验用的消息")
        assert json.loads(level.does("replay", "list", "--json")) == []
    file_cases(chain, 3)  # and the link goes on
    until("the link to go on", lambda: chain.city.held(BANNER).size == chain.banner.entries())


# --- coming -----------------------------------------------------------------------------------------------------------


def test_a_person_sees_the_superior_and_may_say_no_and_a_token_lets_nobody_else_in(
    chain: Chain, other: tuple[Newcomer, str], tmp_path: Path
) -> None:
    newcomer, token = other
    declined = newcomer.qidi("join", token, told="n\n")
    assert declined.returncode == 1
    assert f"赤峰市 {CITY}" in declined.stdout
    assert not newcomer.has_joined()
    joined = newcomer.qidi("join", token, told="y\n")
    assert joined.returncode == 0, joined.stdout + joined.stderr
    assert newcomer.has_joined()
    # somebody who has copied the token has another key
    thief = Newcomer(tmp_path / "thief", OTHER)
    again = thief.qidi("join", token, "--yes")
    assert again.returncode == 1
    assert "does not take the token" in again.stderr
    assert not thief.has_joined()
    # and whoever it is not for does not even knock
    stranger = Newcomer(tmp_path / "stranger", "150423").qidi("join", token, "--yes")
    assert (stranger.returncode, f"the token is for {OTHER}" in stranger.stderr) == (1, True)


def test_a_broker_that_the_token_does_not_vouch_for_is_not_trusted(chain: Chain, tmp_path: Path) -> None:
    code = "150425"
    newcomer = Newcomer(tmp_path / code, code)
    certificates.ensure(tmp_path / "foreign", "somebody", ("127.0.0.1",), datetime.now(UTC))
    foreign = chain.invitation(code, "--ca", str(tmp_path / "foreign" / "ca.pem"))
    refused = newcomer.qidi("join", foreign, "--yes")
    assert (refused.returncode, "is not vouched for" in refused.stderr) == (1, True), refused.stderr
    assert not newcomer.has_joined()
    # the same invitation with the certificates that the broker shows
    token = Token.read(foreign)
    own = (Path(chain.city.state()["broker_folder"]) / "tls" / "ca.pem").read_text()
    newcomer.does("join", replace(token, superior=replace(token.superior, ca=own)).text, "--yes")
    assert newcomer.has_joined()


def test_manzhouli_joins_the_region_directly(chain: Chain, tmp_path: Path) -> None:
    code = "150781"
    newcomer = Newcomer(tmp_path / code, code)
    token = chain.region.does("enrol", code, "--quiet").strip()
    assert (Token.read(token).superior.code, Token.read(token).level) == (REGION, "banner")
    joined = newcomer.qidi("join", token, told="y\n")
    assert f"内蒙古自治区 {REGION}" in joined.stdout, joined.stdout + joined.stderr
    newcomer.does("link", "renew-key")  # something to tell
    with newcomer:
        until("its ledger at the region", lambda: chain.region.held(code).size == newcomer.entries() > 0)
        until("its receipt", lambda: newcomer.held().receipted == newcomer.entries())
    assert (newcomer.held().root, newcomer.held().up_state) == (chain.region.held(code).root, "ok")
    assert chain.city.held(code).size == 0


# --- staying ----------------------------------------------------------------------------------------------------------


def test_a_suspended_authority_works_on_and_is_heard_again_when_it_is_resumed(chain: Chain) -> None:
    since = chain.banner.entries()
    chain.city.does("link", "suspend", BANNER, "--person", "王五", "--reason", "核查")
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        connection_of(superior_of(chain))
    held = chain.city.held(BANNER).size
    cases = file_cases(chain, 20)
    chain.banner.quiet()
    assert chain.city.held(BANNER).size == held
    chain.city.does("link", "resume", BANNER, "--person", "王五", "--reason", "核查完毕")
    chain.in_step()
    found = chain.counts("suspended and resumed", 20, len(cases), since)
    assert (found["lost"], found["doubled"], found["unexpected"]) == (0, 0, 0)
    standings = chain.city.told("qidi.authority.standing-changed", code=BANNER)
    assert [one["standing"] for one in standings] == ["suspended", "joined"]


def test_a_new_password_ends_the_old_one_and_a_new_key_is_learnt_by_both_sides(chain: Chain) -> None:
    former = superior_of(chain)
    token = chain.city.does("link", "rotate", BANNER, "--port", str(chain.line.port)).strip()
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        connection_of(former)

    def connection() -> dict[str, str]:
        found: dict[str, str] = json.loads(chain.banner.does("links", "--json"))["links"][0]["connection"]
        return found

    joined_at = json.loads(chain.banner.does("links", "--json"))["links"][0]["joined_at"]
    until("the banner to say that its password is not taken", lambda: connection().get("why") == "password")
    chain.banner.does("join", token, "--yes")
    until("the banner to be connected again", lambda: connection()["state"] == "up")
    assert json.loads(chain.banner.does("links", "--json"))["links"][0]["joined_at"] == joined_at
    assert superior_of(chain).password != former.password
    chain.banner.does("link", "renew-key")
    chain.city.does("link", "renew-key")
    file_cases(chain, 3)
    chain.in_step()

    def keys(of: str, at: Chain) -> tuple[int, int, int]:
        levels = (at.banner, at.city, at.region)
        found = [one.rows("ledger", "SELECT COUNT(*) FROM known_keys WHERE authority = :a", a=of) for one in levels]
        return found[0][0][0], found[1][0][0], found[2][0][0]

    until("everybody to know two keys of the banner", lambda: keys(BANNER, chain) == (2, 2, 2))
    until("everybody to know two keys of the city", lambda: keys(CITY, chain)[:2] == (2, 2))


def shown_to(chain: Chain) -> x509.Certificate:
    """What the city's broker shows to whoever comes over the line."""
    return x509.load_pem_x509_certificate(ssl.get_server_certificate((LOOPBACK, chain.line.port)).encode())


def test_the_brokers_certificate_is_renewed_at_a_start_and_the_offices_own_is_taken_as_it_lies_there(
    chain: Chain, tmp_path: Path
) -> None:
    """As `docs/runbooks/key-rotation.md` says; nothing is told to the banner, because who vouches has not changed."""
    tls, hosts = Path(chain.city.state()["broker_folder"]) / "tls", (LOOPBACK, "localhost")
    made = datetime.now(UTC) - certificates.VALID + certificates.RENEW_BEFORE - timedelta(days=1)
    # by itself: 59 days are left at the start
    assert chain.city.stop() == 0
    (tls / "server.pem").unlink()
    certificates.ensure(tls, CITY, hosts, made)
    chain.start_city()
    assert shown_to(chain).not_valid_before_utc > made + timedelta(days=300)
    file_cases(chain, 1)
    chain.in_step()
    # the office's own: its CA's key is not here, so nobody touches what the office has put there
    (tmp_path / "ca.pem").write_bytes((tls / "ca.pem").read_bytes())
    shutil.move(tls / "ca.key", tmp_path / "ca.key")
    certificates.ensure(tmp_path, "office", hosts, made)
    assert chain.city.stop() == 0
    for name in ("server.pem", "server.key"):
        shutil.copyfile(tmp_path / name, tls / name)
    chain.start_city()
    assert shown_to(chain) == x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
    file_cases(chain, 1)
    chain.in_step()
    shutil.move(tmp_path / "ca.key", tls / "ca.key")


# --- going ------------------------------------------------------------------------------------------------------------


def test_a_removed_authority_has_neither_user_nor_mailbox_and_what_it_said_stays(
    chain: Chain, other: tuple[Newcomer, str]
) -> None:
    superior = Token.read(other[1]).superior
    connection_of(superior).close()
    chain.city.does("link", "remove", OTHER, "--person", "王五", "--reason", "撤销")
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        connection_of(superior)
    with pika.BlockingConnection(pika.URLParameters(chain.city.state()["amqp_url"])) as connection:
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as gone:
            connection.channel().queue_declare(topology.down_queue(OTHER), passive=True)
        assert gone.value.reply_code == 404
    shown = chain.city.does("links", "--json")
    assert '"state": "removed"' in shown
    assert [one["standing"] for one in chain.city.told("qidi.authority.standing-changed", code=OTHER)] == ["removed"]
