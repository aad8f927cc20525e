"""The law of lights: whoever has heard the same of a clock shows the same light, at any moment (DOMAIN 5)."""

from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.contracts.clocks import ClockFact, ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.vocabulary import Light
from tests.builders import MORNING
from tests.laws import examples
from tests.unit.lights.readers import READERS, Happened, Reader, Vocabulary, reader

HOURS = st.integers(-72, 72)


@pytest.fixture(scope="module", params=READERS, ids=lambda kind: kind.__name__.lower())
def shows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return reader(request.param, tmp_path_factory.mktemp("reader"))


@st.composite
def stories(draw: st.DrawFn) -> list[Happened]:
    """A clock starts; its end moves to and fro, warnings are told, in any order; perhaps it stops, or starts anew."""
    story: list[Happened] = []
    following: list[type[ClockFact]] = [ClockMoved, LightChanged]
    for _ in range(draw(st.integers(1, 2))):
        kinds: list[type[ClockFact]] = [ClockStarted]
        for what in kinds + draw(st.lists(st.sampled_from(following), max_size=5)):
            due = draw(HOURS)
            yellow = due - draw(st.integers(0, 48))
            story.append(Happened(what, yellow, due, draw(st.sampled_from([Light.YELLOW, Light.RED]))))
        story.append(Happened(ClockStopped))
    return story if draw(st.booleans()) else story[:-1]


YELLOW_AND_MOVED_ON = [
    Happened(ClockStarted, -24, 24),
    Happened(LightChanged, told=Light.YELLOW),
    Happened(ClockMoved, 48, 72),
]
RED_BEFORE_ITS_TIME = [Happened(ClockStarted, 24, 48), Happened(LightChanged, told=Light.RED)]
MOVED_NEARER = [Happened(ClockStarted, 24, 48), Happened(LightChanged), Happened(ClockMoved, 6, 24)]


@settings(max_examples=examples(100), deadline=None)
@example(YELLOW_AND_MOVED_ON, 0)
@example(RED_BEFORE_ITS_TIME, 0)
@example(MOVED_NEARER, 0)
@example([Happened(ClockStarted, 0, 24)], 0)
@example([Happened(ClockStarted, -24, 0)], 0)
@given(stories(), HOURS)
def test_everybody_shows_the_light_that_the_vocabulary_derives(
    shows: Reader, story: list[Happened], hours: int
) -> None:
    now = MORNING + timedelta(hours=hours)
    assert shows.light(story, now) is Vocabulary().light(story, now)
