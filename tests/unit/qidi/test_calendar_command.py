"""`qidi calendar`: the days of a file are drafted at a terminal, and another person releases them there."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from qidi.commands import calendar
from qidi.commands.calendar import Desk

DRAFT = {
    "draft_no": 3, "notice": "国办发明电〔2026〕8号", "state": "counted", "drafted_by": "吴强@政务服务局",
    "days": {"2027-01-01": "holiday", "2027-02-06": "workday"}, "count": 1, "lights": 1, "confirmed": 2,
    "missing": {"2027": ["春节"]},
}  # fmt: skip
MOVE = {
    "about": "150424-2026-000001", "clock_kind": "decision", "from": "2027-01-04", "to": "2027-01-05", "light": "red",
    "light_after": "yellow",
}  # fmt: skip


def the_authority(asked: list[httpx.Request]) -> Desk:
    """An authority that answers as the real one does, and keeps what it was asked."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.path.endswith("/release"):
            wrong: dict[str, Any] = {"title": "x", "problems": [{"field": "actor", "message": "须由第二人发布。"}]}
            return httpx.Response(422, json=wrong)
        return httpx.Response(200, json={"items": [MOVE]} if request.url.path.endswith("/moves") else DRAFT)

    return Desk(httpx.Client(base_url="http://authority.test", transport=httpx.MockTransport(answer)))


def test_a_draft_is_shown_with_its_days_its_figures_what_it_lacks_and_what_moves(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[httpx.Request] = []
    desk = the_authority(asked)
    calendar._shown(desk, desk.send("/v1/calendar/drafts/file", b"x", name="2027.txt", notice="", own="true"))
    said = capsys.readouterr().out
    for words in ("国办发明电〔2026〕8号", "2027-01-01", "2027-02-06", "春节", "150424-2026-000001", "2027-01-05"):
        assert words in said
    assert dict(asked[0].url.params) == {"name": "2027.txt", "own": "true"}


def test_what_is_refused_is_said_and_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[httpx.Request] = []
    with pytest.raises(typer.Exit) as ended:
        the_authority(asked).post("/v1/calendar/drafts/3/release", {"confirm": ["festivals"]})
    assert ended.value.exit_code == 1
    assert "须由第二人发布。" in capsys.readouterr().err
    assert json.loads(asked[0].content) == {"confirm": ["festivals"]}


def test_without_an_authority_or_a_readable_file_it_ends_with_two(tmp_path: Path) -> None:
    elsewhere = {"QIDI_VAR": str(tmp_path), "LANG": "zh_CN.UTF-8"}
    assert CliRunner().invoke(calendar.app, ["drafts"], env=elsewhere).exit_code == 2
    missing = CliRunner().invoke(calendar.app, ["draft", str(tmp_path / "none.txt")], env=elsewhere)
    assert missing.exit_code == 2
