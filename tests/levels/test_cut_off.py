"""Decides whether being cut off from the other levels costs anybody anything."""

from tests.chain import Chain
from tests.faults.load import Load


def test_a_link_cut_in_the_middle_of_a_load_stops_nothing_and_loses_nothing(chain: Chain) -> None:
    since, load = chain.banner.entries(), Load(chain.banner, 300, "cut-link")
    load.run(chain.line.cut)
    # everything was answered and recorded while nobody above could hear it
    local = load.counts()
    assert load.unexpected == []
    assert (local["acknowledged"], local["recorded"], local["lost"], local["doubled"]) == (300, 300, 0, 0)
    waiting = chain.banner.held()
    assert waiting.receipted < chain.banner.entries()
    chain.line.resume()
    chain.in_step()
    found = chain.counts("cut-link above", 300, len(load.acknowledged), since)
    assert found["recorded"] >= 300
    assert (found["lost"], found["doubled"], found["unexpected"]) == (0, 0, 0)
