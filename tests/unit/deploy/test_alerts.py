"""Alert rules: each asks for metrics that are there, speaks both languages and names a first step that exists."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from qidi.cli import COMMANDS
from tests.architecture.tree import PROJECT, python

ALERTS = PROJECT / "deploy" / "prometheus" / "alerts.yml"
_METRIC = re.compile(r"\bqidi_[a-z_]+")


def rules() -> list[dict[str, Any]]:
    """Every alert rule."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def declared() -> set[str]:
    """Names of metrics that stand in the code; a counter is scraped with `_total` behind its name."""
    names = {name for text in python("services", "gateway").values() for name in re.findall(r'"(qidi_[a-z_]+)"', text)}
    return names | {f"{name}_total" for name in names}


def wrong_with(rule: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one rule."""
    asked = set(_METRIC.findall(rule["expr"]))
    if not asked or asked - declared():
        yield f"asks for {sorted(asked - declared()) or 'no metric'}"
    english, _, chinese = rule["annotations"]["summary"].partition(" / ")
    if not english or not re.search(r"[\u4e00-\u9fff]", chinese):
        yield "speaks one language"
    action = rule["annotations"]["action"]
    command = re.match(r"qidi ([a-z]+)", action)
    page = re.match(r"docs/\S+", action)
    if (command and command[1] not in COMMANDS) or (page and not (PROJECT / page[0]).exists()):
        yield f"says to do what is not there: {action}"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_there_and_says_what_to_do(rule: dict[str, Any]) -> None:
    assert list(wrong_with(rule)) == []


def test_an_alert_on_nothing_in_one_language_with_an_unknown_step_is_found() -> None:
    planted = {"expr": "qidi_moon > 1", "annotations": {"summary": "Moon", "action": "qidi howl"}}
    assert len(list(wrong_with(planted))) == 3
