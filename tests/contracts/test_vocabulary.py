"""The vocabulary: every word has both languages, and the rules that belong to words."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.recorded import ENTRIES
from locales.texts import catalogue
from locales.words import RULES
from services.contracts import clock_kinds, vocabulary, word
from services.contracts.catalogue import all_events
from services.contracts.moments import Moments, told_after_move
from services.contracts.names import hidden_in, is_readable
from services.contracts.vocabulary import (
    AuthorityCode,
    CaseNo,
    CaseState,
    Level,
    Light,
    Word,
    case_state,
    light_of,
    worst,
)


def words() -> Iterator[Word]:
    """Every member of every closed set of codes."""
    for _, kind in inspect.getmembers(vocabulary, inspect.isclass):
        if issubclass(kind, Word) and kind is not Word:
            yield from kind


def untranslated(msgids: dict[str, str]) -> dict[str, str]:
    """Code -> msgid of what has no name, or none in Chinese."""
    known = catalogue("zh")
    return {code: one for code, one in msgids.items() if not one or not (found := known.get(one)) or not found.string}


def test_every_word_has_a_name_in_both_languages() -> None:
    assert untranslated({repr(word): word.msgid for word in words()}) == {}


def test_a_word_without_a_name_would_be_found() -> None:
    assert untranslated({"a": "", "b": "Nobody has translated this."}) == {"a": "", "b": "Nobody has translated this."}


def test_every_event_has_a_name_in_both_languages() -> None:
    ours = [stem for stem, kind in all_events().items() if kind.__module__.startswith("services.contracts.")]
    assert untranslated({stem: ENTRIES.get(stem, "") for stem in ours}) == {}


def test_every_rule_of_a_finding_has_a_name_in_both_languages() -> None:
    assert untranslated(dict(RULES)) == {}


def test_the_vocabulary_needs_nothing_but_the_standard_library() -> None:
    own = {"services.contracts.clock_kinds", "services.contracts.word"}
    for module in (vocabulary, clock_kinds, word):
        source = Path(str(module.__file__)).read_text(encoding="utf-8").splitlines()
        imported = {line.split()[1] for line in source if line.startswith(("import ", "from "))} - own
        assert {one.split(".")[0] for one in imported} <= sys.stdlib_module_names


# --- places and states ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "level"), [("150000", Level.REGION), ("150400", Level.CITY), ("150424", Level.BANNER)]
)
def test_a_code_says_its_level_and_a_case_number_its_authority(code: str, level: Level) -> None:
    assert AuthorityCode(code).level is level
    assert CaseNo(f"{code}-2026-000001").authority == code


def test_a_region_stands_above_a_city_above_a_banner() -> None:
    assert Level.REGION.height > Level.CITY.height > Level.BANNER.height == 0


def test_a_granted_permit_is_still_owed_and_a_refused_one_is_finished() -> None:
    assert not CaseState.GRANTED.is_finished
    assert CaseState.REFUSED.is_finished
    assert CaseState.REFUSED.blzt == 13


def test_a_state_or_light_of_a_newer_version_stops_nobody() -> None:
    assert case_state("parked-on-the-moon") is None
    assert case_state("granted") is CaseState.GRANTED
    assert light_of("violet") is Light.GREY
    assert light_of("red") is Light.RED


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u202e", "\ufeff", "\u2060", "\u00ad", "\u0007", "\n", "\u3164", "\u2028"]
)
def test_a_character_that_nobody_sees_is_found_in_a_name(hidden: str) -> None:
    assert hidden_in(f"张{hidden}三") == hidden


@pytest.mark.parametrize("name", ["张三", "斯琴·高娃", "O'Neil", "ᠪᠠᠶᠠᠷ\u180eᠠ", "欧阳 娜娜", "㐀𠀀"])
def test_names_as_people_have_them_are_plain(name: str) -> None:
    assert hidden_in(name) == ""
    assert is_readable(name)


@pytest.mark.parametrize("name", ["", " ", "\u3000", "-", "…", "\u2800", "\u115f"])
def test_a_name_without_a_letter_is_none(name: str) -> None:
    assert not is_readable(name)


# --- lights ---------------------------------------------------------------------------------------------------------

MOMENTS = st.floats(0, 100)


@given(yellow=MOMENTS, length=MOMENTS, now=MOMENTS)
def test_a_light_follows_from_its_moments(yellow: float, length: float, now: float) -> None:
    due = yellow + length
    shown = Moments(yellow, due).light(now)
    assert shown is (Light.RED if now >= due else Light.YELLOW if now >= yellow else Light.GREEN)


@given(yellow=MOMENTS, length=MOMENTS, now=MOMENTS, told=st.sampled_from([Light.YELLOW, Light.RED]))
def test_a_light_is_never_better_than_what_was_told(yellow: float, length: float, now: float, told: Light) -> None:
    assert Moments(yellow, yellow + length, told=told).light(now).severity <= told.severity


@given(yellow=MOMENTS, length=MOMENTS, now=MOMENTS)
def test_a_light_turns_next_when_it_says(yellow: float, length: float, now: float) -> None:
    clock = Moments(yellow, yellow + length)
    turn = clock.next_turn(now)
    if turn is None:
        assert clock.light(now) is Light.RED
    else:
        assert turn > now
        assert clock.light(turn).severity <= clock.light(now).severity


def test_a_stopped_clock_is_done_and_a_paused_one_grey() -> None:
    assert Moments(1.0, 2.0, stopped_at=1.5).light(9.0) is Light.DONE
    assert Moments(None, None, paused=True).light(9.0) is Light.GREY
    assert Moments(1.0, 2.0, told=Light.GREY).light(9.0) is Light.GREY


def test_what_was_told_of_the_old_end_says_nothing_about_a_later_one() -> None:
    assert told_after_move(Light.YELLOW, 5.0, 9.0) is None
    assert told_after_move(Light.YELLOW, 5.0, 4.0) is Light.YELLOW
    assert told_after_move(Light.YELLOW, None, 4.0) is None


@given(lights=st.lists(st.sampled_from(Light)), one=st.sampled_from(Light))
def test_the_worst_light_wins(lights: list[Light], one: Light) -> None:
    found = worst([*lights, one], Light.DONE)
    assert found.severity == min(light.severity for light in [*lights, one])
