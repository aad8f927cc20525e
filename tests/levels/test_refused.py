"""Three running levels when one entry is refused, or a signing key is gone: nothing grows, and there is a way back."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pika

from services.plumbing import topology
from tests.chain import BANNER, Chain, Level
from tests.levels.test_cut_off import clean
from tests.levels.work import file_cases
from tests.stack import until
from tests.unit.link.refusals import altered

ABOUT_LINKS = "SELECT COUNT(*) FROM entries WHERE stem IN ('qidi.link.troubled', 'qidi.link.settled')"


def written_over(level: Level, body: Callable[[bytes], bytes], at: int | None = None) -> tuple[int, bytes]:
    """As with sqlite3 by hand: the triggers go, one body is another, the triggers come back. Where and what was there;
    where nobody says where, the newest case that was received."""
    path = level.folder / level.code / "ledger.sqlite"
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'"
        triggers = store.execute(query).fetchall()
        for name, _ in triggers:
            store.execute(f"DROP TRIGGER {name}")
        newest = "SELECT MAX(idx) FROM entries WHERE stem = 'qidi.case.received'"
        idx = store.execute(newest).fetchone()[0] if at is None else at
        (former,) = store.execute("SELECT body FROM entries WHERE idx = ?", (idx,)).fetchone()
        store.execute("UPDATE entries SET body = ? WHERE idx = ?", (body(former), idx))
        for _, sql in triggers:
            store.execute(sql)
        store.execute("COMMIT")
    return int(idx), bytes(former)


def heard_again(chain: Chain) -> None:
    """The banner's link has asked the city once more, and has its answer."""
    contact = "SELECT up_contact FROM origins WHERE via = ''"
    before = chain.banner.rows("ledger", contact)[0][0]
    until("another answer of the city", lambda: chain.banner.rows("ledger", contact)[0][0] > before, 60)


def waiting_pages(chain: Chain) -> int:
    with pika.BlockingConnection(pika.URLParameters(chain.city.state()["amqp_url"])) as connection:
        return int(connection.channel().queue_declare(topology.PAGES, passive=True).method.message_count)


def troubles(level: Level) -> list[str]:
    found = [one for one in json.loads(level.does("links", "--json"))["ledgers"] if one["origin"] == BANNER]
    return [f"{one['side']}/{one['kind']}" for one in found[0]["troubles"]]


def test_one_altered_entry_stops_the_link_and_two_ledgers_do_not_grow_by_it(chain: Chain) -> None:
    since, about = chain.banner.entries(), [one.number("ledger", ABOUT_LINKS) for one in (chain.banner, chain.city)]
    chain.line.cut()
    cases = file_cases(chain, 5)
    chain.banner.quiet()
    at, sound = written_over(chain.banner, lambda body: altered(json.loads(body)))
    chain.line.resume()
    until("the banner to know that it is refused", lambda: chain.banner.held().up_state == "refused")
    assert troubles(chain.banner) == ["above/refused"]
    assert troubles(chain.city) == ["below/refused"]
    chain.banner.quiet()
    sizes = (chain.banner.entries(), chain.city.entries(), chain.region.entries())
    # work goes on; neither a new connection nor a new process nor the city's answers start it again
    cases += file_cases(chain, 3)
    chain.banner.quiet()
    grown = chain.banner.entries()
    chain.line.cut()
    chain.line.resume()
    heard_again(chain)
    with chain.banner.down("link"):
        pass
    heard_again(chain)
    assert (chain.banner.entries(), chain.city.entries(), chain.region.entries()) == (grown, *sizes[1:])
    assert waiting_pages(chain) == 0
    assert chain.banner.held().up_state == "refused"
    looked = chain.banner.qidi("doctor").stdout
    assert f"link resume {BANNER}" in looked
    assert chain.banner.metric("qidi_link_stopped", origin=BANNER) == 1
    # the runbook refused-link: the cause is put right, and a person lets it go on
    written_over(chain.banner, lambda _: sound, at)
    chain.banner.does("link", "resume", BANNER, "--person", "王五", "--reason", "记录已从备份恢复")
    chain.in_step()
    counts = chain.counts("refused", 8, len(cases), since)
    assert clean(counts)
    said = [one.number("ledger", ABOUT_LINKS) for one in (chain.banner, chain.city)]
    assert [now - before for now, before in zip(said, about, strict=True)] == [2, 2]
    assert chain.banner.told("qidi.link.settled")[-1]["person"] == "王五"


def test_a_signing_key_that_is_gone_is_never_replaced_in_silence_and_goes_on_when_it_is_back(chain: Chain) -> None:
    since, file = chain.banner.entries(), chain.banner.keys / "authority.key"
    aside = chain.banner.keys.parent / "authority.key.aside"
    shutil.move(file, aside)
    cases = file_cases(chain, 2)
    chain.banner.quiet()
    assert not file.exists()
    assert "renew-key --lost" in chain.banner.qidi("doctor").stdout
    assert chain.banner.held().receipted <= since
    shutil.move(aside, file)
    chain.in_step()
    assert clean(chain.counts("key gone and back", 2, len(cases), since))
    # and a start without it is refused, with the remedy
    assert chain.banner.stop() == 0
    shutil.move(file, aside)
    refused = chain.banner.qidi("up", "--no-sample")
    assert refused.returncode == 1
    assert "renew-key --lost" in "".join(refused.stdout.split("\n"))
    assert not file.exists()
    shutil.move(aside, file)
    chain.banner.start(seconds=150)
    file_cases(chain, 1)
    chain.in_step()


def test_a_key_that_is_lost_for_good_is_replaced_as_the_runbook_says(chain: Chain) -> None:
    since = chain.banner.entries()
    (chain.banner.keys / "authority.key").unlink()
    chain.banner.does("link", "renew-key", "--lost", "--person", "王五", "--reason", "磁盘损坏，无备份")
    cases = file_cases(chain, 2)
    key = json.loads(chain.banner.does("links", "--json"))["authority"]["public_key"]
    until("the city to say no", lambda: chain.banner.held().up_state == "refused")
    chain.city.does("link", "set-key", BANNER, key)
    chain.banner.does("link", "resume", BANNER, "--person", "王五", "--reason", "上级已登记新密钥")
    chain.in_step()
    assert clean(chain.counts("key lost for good", 2, len(cases), since))
    assert chain.city.held(BANNER).state == chain.region.held(BANNER).state == "ok"
