"""Notices: whom an entry tells, each once, in the inbox at once and outside from opening time, by every channel."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook

from deploy.processes import free_port
from locales.notices import told
from services.contracts.actors import Caller
from services.contracts.beginning import Beginning
from services.notices import channels, dispatch, follower
from services.notices.channels import Message, NotSent
from services.notices.domain import leaves_at, told_by
from services.notices.service import BOARD
from services.notices.store import Notices
from services.plumbing.clock import HandClock
from services.plumbing.db import reading
from services.plumbing.desk import Desk
from services.plumbing.settings import Settings
from tests.builders import MORNING, WANG, a_desk, done, refused

OFFICER = {"role": "handler", **WANG}
HEAD = {"role": "head", "name": "陈刚", "department": "发展改革委"}
LEADER = {"role": "supervisor", "name": "周正", "department": "督查室"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def staff() -> list[Caller]:
    """Who may act now."""
    return [Caller(**one) for one in (OFFICER, HEAD, LEADER)]


def light(color: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    case_no = f"150424-2026-{number:06d}"
    return {
        "clock_id": f"{case_no}/decision/1",
        "clock_kind": "decision",
        "about_kind": "case",
        "about": case_no,
        "department": "发展改革委",
        "light": color,
        "due_on": "2026-09-15",
        "responsible": "王芳",
        "crossing": 1,
    } | changes


def entry(index: int, stem: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"index": index, "entry": {"id": f"e{index}", "type": f"{stem}.v1", "data": data}}


def reds(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [entry(first + n, "qidi.clock.light-changed", light("red", n + 1)) for n in range(count)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = a_desk(BOARD, tmp_path)
    follower.begin(made.engine, 0)
    return made


def inbox(desk: Desk, **caller: str) -> dict[str, Any]:
    return dict(desk.answer("inbox", {}, Caller(token_id="t", **caller))["body"])


def wish(desk: Desk, **changes: Any) -> None:
    done(desk, "notices.set-notice-wishes", {"channels": ["file"]} | changes, **OFFICER)


# --- who is told ------------------------------------------------------------------------------------------------------


def test_yellow_is_told_to_the_handler_and_red_to_the_handler_and_the_head() -> None:
    heads = {"发展改革委": {"陈刚"}}
    assert [one.to for one in told_by("qidi.clock.light-changed", light("yellow"), heads)] == ["王芳@发展改革委"]
    red = told_by("qidi.clock.light-changed", light("red"), heads)
    assert [one.to for one in red] == ["王芳@发展改革委", "陈刚@发展改革委"]
    nobody = told_by("qidi.clock.light-changed", light("yellow", responsible=""), {})
    assert [one.to for one in nobody] == ["role:supervisor"], "no warning is told to nobody"
    green = [light("green"), light("red", crossing=None), light("red", clock_kind="correction")]
    assert [told_by("qidi.clock.light-changed", one, heads) for one in green] == [[], [], []]


def test_a_drafted_letter_is_told_to_whoever_seals_and_one_that_arrived_to_the_head() -> None:
    drafted = told_by("qidi.draft.made", {"draft_no": "d", "about": "a"}, {})
    assert [(one.to, one.about_kind) for one in drafted] == [("role:supervisor", "draft")]
    arrived = {"instruction_no": "i", "document_no": "赤峰市督函〔2026〕1号", "department": "发展改革委"}
    assert [one.to for one in told_by("qidi.instruction.received", arrived, {"发展改革委": {"陈刚"}})] == [
        "陈刚@发展改革委"
    ]


@pytest.mark.parametrize(
    ("now", "digest", "leaves"),
    [
        ("2026-09-16T00:00", False, "2026-09-16T08:30"),
        ("2026-09-16T10:00", False, "2026-09-16T10:00"),
        ("2026-09-16T17:30", False, "2026-09-17T08:30"),
        ("2026-09-16T10:00", True, "2026-09-17T08:30"),
        ("2026-09-16T08:29", True, "2026-09-16T08:30"),
    ],
)
def test_what_leaves_the_house_leaves_from_opening_time_and_a_digest_in_the_morning(
    now: str, digest: bool, leaves: str
) -> None:
    at = datetime.fromisoformat(f"{now}+08:00")
    assert leaves_at(at, digest=digest) == datetime.fromisoformat(f"{leaves}+08:00")


# --- the follower -----------------------------------------------------------------------------------------------------


def test_the_same_entries_once_more_tell_nobody_twice(desk: Desk) -> None:
    assert follower.take(desk.engine, reds(3), MORNING) == 3
    assert follower.take(desk.engine, reds(3), MORNING) == 0
    assert follower.take(desk.engine, reds(5), MORNING) == 2
    found = inbox(desk, **OFFICER)
    assert (found["unread"], [one["about"][-1] for one in found["items"]]) == (5, ["5", "4", "3", "2", "1"])


def test_a_head_is_told_from_the_day_on_which_he_was_named_until_he_is_none(desk: Desk) -> None:
    named = {"department": "发展改革委", "officer": "陈刚", "duties": ["head"]}
    dismissed = {"department": "发展改革委", "officer": "陈刚"}
    follower.take(desk.engine, [entry(0, "qidi.officer.appointed", named), *reds(1, 1)], MORNING)
    follower.take(desk.engine, [entry(2, "qidi.officer.dismissed", dismissed), *reds(1, 3)], MORNING)
    assert inbox(desk, **HEAD)["unread"] == 1
    assert inbox(desk, **OFFICER)["unread"] == 2


def test_a_ledger_that_is_there_already_is_told_to_nobody_and_its_heads_are_known(tmp_path: Path) -> None:
    desk = a_desk(BOARD, tmp_path)
    follower.begin(desk.engine, 2)
    named = {"department": "发展改革委", "officer": "陈刚", "duties": ["head"]}
    follower.take(desk.engine, [entry(0, "qidi.officer.appointed", named), *reds(2, 1)], MORNING)
    assert inbox(desk, **HEAD)["unread"] == 1


def test_in_a_trial_run_nobody_is_told(desk: Desk) -> None:
    trial = Beginning(counts_from=MORNING.date() + timedelta(days=30))
    assert follower.take(desk.engine, reds(2), MORNING, trial) == 0
    assert follower.take(desk.engine, reds(1, 2), MORNING) == 1


def test_what_was_read_is_new_no_more_and_everybody_reads_for_himself(desk: Desk) -> None:
    follower.take(desk.engine, [entry(0, "qidi.draft.made", {"draft_no": "d", "about": "a"})], MORNING)
    done(desk, "notices.read-notices", {"up_to": inbox(desk, **LEADER)["items"][0]["number"]}, **LEADER)
    assert inbox(desk, **LEADER)["unread"] == 0
    assert inbox(desk, role="supervisor", name="李四", department="督查室")["unread"] == 1
    assert inbox(desk, **OFFICER)["items"] == []


# --- wishes -----------------------------------------------------------------------------------------------------------


def test_a_channel_without_its_address_is_refused_with_everything_and_a_secret_is_never_shown(desk: Desk) -> None:
    wrong = refused(desk, "notices.set-notice-wishes", {"channels": ["email", "webhook"]}, **OFFICER)
    assert set(wrong) == {"email", "webhook_url", "webhook_secret"}
    url = "https://example.org/hook"
    told_back = done(
        desk,
        "notices.set-notice-wishes",
        {"channels": ["webhook"], "webhook_url": url, "webhook_secret": SECRET},
        **OFFICER,
    )
    assert SECRET not in json.dumps(told_back)
    assert told_back["has_secret"] is True
    again = done(desk, "notices.set-notice-wishes", {"channels": ["webhook"], "webhook_url": url}, **OFFICER)
    assert again["has_secret"] is True, "left out, it stays"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("webhook_secret", "whsec_" + "A" * 17),
        ("webhook_secret", "whsec_" + "=" * 20),
        ("webhook_url", "http://[x"),
        ("webhook_url", "http://h:99999/"),
        ("webhook_url", "http://h:0/"),
        ("webhook_url", "http://a..b/"),
        ("webhook_url", "http://h\x00/"),
        ("webhook_url", "http:///x"),
        ("email", "a@[b"),
        ("email", "a@b..c"),
        ("email", '"@b'),
    ],
)
def test_an_address_or_a_secret_that_nothing_can_be_sent_with_is_refused_when_it_is_set(
    desk: Desk, field: str, value: str
) -> None:
    good = {"email": "wang@example.org", "webhook_url": "https://推送.example.org:8443/hook", "webhook_secret": SECRET}
    channels = {"channels": ["email", "webhook"]}
    wrong = refused(desk, "notices.set-notice-wishes", channels | good | {field: value}, **OFFICER)
    assert set(wrong) == {field}
    done(desk, "notices.set-notice-wishes", channels | good, **OFFICER)


def test_only_the_kinds_that_somebody_wants_leave(desk: Desk) -> None:
    wish(desk, kinds=["yellow"])
    follower.take(desk.engine, reds(2), MORNING)
    sent: list[Message] = []
    assert dispatch.dispatch(desk.engine, {"file": sent.append}, told, staff, lambda: MORNING) == 0
    assert inbox(desk, **OFFICER)["unread"] == 2, "in the inbox it stands all the same"


# --- the dispatcher ---------------------------------------------------------------------------------------------------


def test_a_digest_is_one_message_with_everything_however_much_it_is(desk: Desk) -> None:
    wish(desk, digest=True)
    follower.take(desk.engine, reds(300), MORNING)
    sent: list[Message] = []
    assert dispatch.dispatch(desk.engine, {"file": sent.append}, told, staff, lambda: MORNING) == 0
    assert dispatch.dispatch(desk.engine, {"file": sent.append}, told, staff, lambda: MORNING + timedelta(days=1)) == 1
    assert (sent[0].subject, len(sent[0].facts)) == ("审批提醒300条", 300)
    assert dispatch.dispatch(desk.engine, {"file": sent.append}, told, staff, lambda: MORNING + timedelta(days=1)) == 0


def test_what_is_not_taken_is_tried_again_after_longer_and_longer_pauses_under_the_same_number(desk: Desk) -> None:
    wish(desk)
    follower.take(desk.engine, reds(1), MORNING)
    tries: list[str] = []

    def away(message: Message) -> None:
        tries.append(message.id)
        raise NotSent("away")

    clock = HandClock(MORNING)
    for _ in range(20):
        dispatch.dispatch(desk.engine, {"file": away}, told, staff, clock.now)
        clock.move(days=2)
    assert len(tries) == dispatch.MOST_TRIES
    assert len(set(tries)) == 1
    with reading(desk.engine) as connection:
        assert Notices(connection).counts() == {"given-up": 1}


def test_what_nobody_foresaw_in_one_persons_message_stops_nobody_elses(desk: Desk) -> None:
    wish(desk)
    done(desk, "notices.set-notice-wishes", {"channels": ["file"]}, **HEAD)
    appointed = entry(0, "qidi.officer.appointed", {"department": "发展改革委", "officer": "陈刚", "duties": ["head"]})
    follower.take(desk.engine, [appointed, *reds(1, 1)], MORNING)
    reached: list[str] = []

    def send(message: Message) -> None:
        if message.person.startswith("王芳"):
            raise ValueError("whsec_ that nobody may see")
        reached.append(message.person)

    assert dispatch.dispatch(desk.engine, {"file": send}, told, staff, lambda: MORNING) == 1
    assert reached == ["陈刚@发展改革委"]
    with reading(desk.engine) as connection:
        kept = Notices(connection)
        assert kept.counts() == {"sent": 1, "waiting": 1}
        [row] = kept.due((MORNING + timedelta(minutes=1)).timestamp(), 10, ["file"])
    assert (row["attempts"], row["error"]) == (1, "ValueError")


def test_who_does_not_answer_costs_one_wait_a_round_however_much_he_is_told(desk: Desk) -> None:
    wish(desk)
    done(desk, "notices.set-notice-wishes", {"channels": ["file"]}, **LEADER)
    drafts = [entry(n, "qidi.draft.made", {"draft_no": f"d{n}", "about": "a"}) for n in range(300, 310)]
    follower.take(desk.engine, [*reds(300), *drafts], MORNING)
    asked: list[str] = []

    def send(message: Message) -> None:
        asked.append(message.person)
        if message.person.startswith("王芳"):
            raise NotSent("away")

    clock = HandClock(MORNING)
    for _ in range(3):
        dispatch.dispatch(desk.engine, {"file": send}, told, staff, clock.now)
        clock.move(seconds=31)
    assert (asked.count("王芳@发展改革委"), asked.count("周正@督查室")) == (3, 10)
    with reading(desk.engine) as connection:
        rows = Notices(connection).due((MORNING + timedelta(days=1)).timestamp(), 400, ["file"])
    assert (len(rows), sum(row["attempts"] for row in rows)) == (300, 3), "what was not tried is not held against it"


def test_who_has_lost_his_post_is_told_nothing_outside_though_he_had_wished_it(desk: Desk) -> None:
    wish(desk, digest=True)
    done(desk, "notices.set-notice-wishes", {"channels": ["file"], "digest": True}, **LEADER)
    lone = entry(1, "qidi.clock.light-changed", light("red", 2, responsible="周正", department="督查室"))
    follower.take(desk.engine, [entry(0, "qidi.draft.made", {"draft_no": "d", "about": "a"}), lone], MORNING)
    follower.take(desk.engine, reds(1, 2), MORNING)
    sent: list[Message] = []
    # the leader is a handler now, and the officer is nobody any more
    left = [Caller(**LEADER | {"role": "handler"}), Caller(**HEAD)]
    tomorrow = HandClock(MORNING + timedelta(days=1))
    assert dispatch.dispatch(desk.engine, {"file": sent.append}, told, lambda: left, tomorrow.now) == 1
    assert [(one.person, [fact["kind"] for fact in one.facts]) for one in sent] == [("周正@督查室", ["red"])]
    with reading(desk.engine) as connection:
        assert Notices(connection).counts() == {"sent": 1, "withdrawn": 2}
    assert inbox(desk, **LEADER)["unread"] == 2, "the post's inbox has it"


def test_each_message_says_when_it_left_not_when_the_round_began(desk: Desk) -> None:
    wish(desk)
    follower.take(desk.engine, reds(3), MORNING)
    clock, sent = HandClock(MORNING), list[Message]()

    def slow(message: Message) -> None:
        sent.append(message)
        clock.move(minutes=6)

    dispatch.dispatch(desk.engine, {"file": slow}, told, staff, clock.now)
    assert [one.at - MORNING for one in sent] == [timedelta(minutes=n) for n in (0, 6, 12)]


def test_what_was_not_taken_before_the_office_closed_leaves_when_it_opens(desk: Desk) -> None:
    wish(desk)
    evening = MORNING.replace(hour=17, minute=29, second=50)
    follower.take(desk.engine, reds(2), evening)

    def away(message: Message) -> None:
        raise NotSent("away")

    dispatch.dispatch(desk.engine, {"file": away}, told, staff, lambda: evening)
    opening = evening.replace(hour=8, minute=30, second=0) + timedelta(days=1)
    with reading(desk.engine) as connection:
        rows = Notices(connection).due(opening.timestamp(), 10, ["file"])
    assert [row["due_at"] for row in rows] == [opening.timestamp()] * 2


@pytest.mark.parametrize("url", ["http://[x", "http://h:99999/", "http://a..b/"])
def test_a_wish_of_earlier_days_that_nobody_can_be_asked_at_is_not_sent(url: str) -> None:
    with pytest.raises(NotSent):
        channels.by_webhook(Settings())(a_message(webhook_url=url))


# --- channels ---------------------------------------------------------------------------------------------------------


def a_message(**changes: Any) -> Message:
    facts: dict[str, Any] = {
        "number": "王芳@发展改革委/email/1",
        "person": "王芳@发展改革委",
        "subject": "提醒",
        "text": "现已逾期。",
        "at": MORNING,
        "facts": ({"kind": "red"},),
        "email": "wang@example.org",
        "webhook_secret": SECRET,
    }
    return Message(**(facts | changes))


def test_an_email_has_its_number_as_message_id_and_says_the_notice_in_chinese() -> None:
    mails: list[Any] = []

    class Handler:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            mails.append(envelope)
            return "250 OK"

    port = free_port()
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        channels.by_email(Settings(smtp_host="127.0.0.1", smtp_port=port))(a_message())
    finally:
        controller.stop()
    [mail] = [message_from_bytes(one.content, policy=policy.default) for one in mails]
    assert (mail["Subject"], mail["To"]) == ("提醒", "wang@example.org")
    assert mail["Message-ID"].startswith(f"<{a_message().id}@")
    assert "现已逾期。" in mail.get_content()


class _Hook(BaseHTTPRequestHandler):
    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).got.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def hook() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    _Hook.got = []
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}/hook", _Hook.got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_signed_as_standard_webhooks_says(hook: Any) -> None:
    url, got = hook
    message = a_message(webhook_url=url)
    channels.by_webhook(Settings(webhook_private=True))(message)
    [(headers, body)] = got
    found = {name.lower(): value for name, value in headers.items()}
    assert found["webhook-signature"] == Webhook(SECRET).sign(message.id, MORNING, body.decode())
    assert (found["webhook-id"], found["webhook-timestamp"]) == (message.id, str(int(MORNING.timestamp())))
    assert json.loads(body)["text"] == "现已逾期。"


@pytest.mark.parametrize(
    "url", ["http://localhost:1/", "http://127.0.0.1/", "http://10.0.0.8/", "http://[::1]/", "ftp://x/"]
)
def test_no_webhook_leads_into_a_private_network_unless_that_is_set(url: str, hook: Any) -> None:
    with pytest.raises(NotSent, match=r"private network|no address"):
        channels.by_webhook(Settings())(a_message(webhook_url=url))
    with pytest.raises(NotSent, match="private network"):
        channels.by_webhook(Settings())(a_message(webhook_url=hook[0]))
    assert hook[1] == []


def test_a_file_for_the_message_gateway_is_complete_and_one_a_message(tmp_path: Path) -> None:
    send = channels.by_file(Settings(notice_folder=tmp_path / "drop"))
    send(a_message())
    send(a_message())
    [path] = (tmp_path / "drop").iterdir()
    assert json.loads(path.read_text(encoding="utf-8"))["text"] == "现已逾期。"
    with pytest.raises(NotSent):
        channels.by_file(Settings())(a_message())
