"""The log of troubles: one between levels is written down once for each change, however long it lasts."""

from services.ledger.carrier.trouble_log import TroubleLog
from services.ledger.link.messages import Became
from tests.unit.forwarding.levels import BANNER, CITY

FORK, REFUSED, TAKEN, GAP = Became.FORK, Became.REFUSED, Became.TAKEN, Became.GAP


def test_a_fork_that_lasts_is_news_once_though_the_numbers_in_it_change() -> None:
    news = TroubleLog()
    reasons = [f"the superior has signed for 3594 entries, here are {n}" for n in range(3000, 3080)]
    assert [news.is_news(BANNER, FORK, why) for why in reasons].count(True) == 1


def test_each_change_is_news() -> None:
    news = TroubleLog()
    said = [
        (BANNER, REFUSED, "suspended"), (BANNER, REFUSED, "suspended"), (BANNER, REFUSED, "a former key"),
        (BANNER, FORK, "x"), (BANNER, FORK, "y"), (CITY, FORK, "x"),
    ]  # fmt: skip
    assert [news.is_news(*one) for one in said] == [True, False, True, True, False, True]


def test_what_came_back_after_it_was_over_is_news_again() -> None:
    news = TroubleLog()
    assert news.is_news(BANNER, FORK, "x")
    assert not news.is_news(CITY, TAKEN, "")  # another one's
    assert not news.is_news(BANNER, FORK, "x")
    assert not news.is_news(BANNER, GAP, "")
    assert news.is_news(BANNER, FORK, "x")
