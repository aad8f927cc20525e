"""The laws of the link: any changed bit is found or changes nothing, and any lossy link converges."""

import json
import string
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.contracts import cases
from services.ledger.audit.checks import Grounds, check_export
from services.ledger.audit.content import verify_export
from services.ledger.link import child
from services.ledger.link.messages import Became, Outgoing
from services.ledger.link.notes import BadNote, Checkpoint, sign, signer
from tests.laws import examples
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import LI, a_step, number, received, started
from tests.unit.link.chain import Seat, Way, a_key, join
from tests.unit.link.test_mail import acknowledged
from tests.unit.link.test_tampering import exported

pytestmark = pytest.mark.lengthy

NO_FIXTURE_TROUBLE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def flipped(body: bytes, at: int) -> bytes:
    """One bit of it is another."""
    spoilt = bytearray(body)
    spoilt[at // 8] ^= 1 << at % 8
    return bytes(spoilt)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> tuple[Way, Outgoing]:
    """A page on its way, of public and private entries."""
    folder = tmp_path_factory.mktemp("page")
    banner, city = Seat(BANNER, folder), Seat(CITY, folder)
    join(banner, city)
    Way(banner, city).carry()
    banner.clock.move(minutes=1)
    banner.record(received(1), cases.CaseNoted(case_no=number(1), handler=LI, note="内部备注"), started(1))
    (waiting,) = banner.pages()
    return Way(banner, city), waiting


def what_counts(page: bytes) -> Any:
    """What a page says beside the counts of lights, which nobody signs and which are compared with our own."""
    told = json.loads(page)
    return [told[name] for name in ("origin", "from_index", "checkpoint", "entries")]


@settings(max_examples=examples(200), suppress_health_check=NO_FIXTURE_TROUBLE)
@given(data=st.data())
def test_a_page_with_one_bit_changed_is_refused_or_says_the_same(
    page: tuple[Way, Outgoing], data: st.DataObject
) -> None:
    way, waiting = page
    spoilt = flipped(waiting.body, data.draw(st.integers(0, len(waiting.body) * 8 - 1)))
    before = way.upper.held(BANNER)
    if before["verified"] > 1:  # a harmless bit of an earlier example: the page is known, and must not be contradicted
        taken = way.upper.take(spoilt, BANNER)
        assert taken.became is not Became.TAKEN
        return
    taken = way.upper.take(spoilt, BANNER)
    if taken.became is Became.TAKEN:
        assert what_counts(spoilt) == what_counts(waiting.body)
        assert way.upper.held(BANNER)["root"] == way.lower.root()
    else:
        assert way.upper.held(BANNER)["verified"] == before["verified"]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An export with keys, checkpoints, receipts, and entries."""
    folder = tmp_path_factory.mktemp("export")
    banner, city = Seat(BANNER, folder), Seat(CITY, folder)
    join(banner, city)
    for n in (1, 2):
        banner.record(received(n), a_step(cases.CaseAccepted, n))
        Way(banner, city).carry()
    content = exported(banner, folder).read_bytes()
    assert content.count(b'{"key"') == 2
    assert content.count(b'{"checkpoint"') == content.count(b'{"receipt"') == 2
    return content


@settings(max_examples=examples(300), suppress_health_check=NO_FIXTURE_TROUBLE)
@given(data=st.data())
def test_an_export_with_one_bit_changed_is_found(
    export: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    spoilt = flipped(export, data.draw(st.integers(0, len(export) * 8 - 1)))
    file = tmp_path_factory.getbasetemp() / "spoilt.jsonl"
    file.write_bytes(spoilt)
    assert not check_export(file, Grounds(trusted=[a_key(BANNER).verifier])).ok
    assert not check_export(file).ok


def test_an_export_as_it_was_written_is_found_sound(export: bytes, tmp_path: Path) -> None:
    (tmp_path / "sound.jsonl").write_bytes(export)
    assert check_export(tmp_path / "sound.jsonl", Grounds(trusted=[a_key(BANNER).verifier])).ok
    with (tmp_path / "sound.jsonl").open("rb") as stream:
        assert verify_export(stream, envelopes=True).ok  # also without looking at signatures


def test_a_signature_that_is_written_otherwise_is_not_the_same_note() -> None:
    note = sign(Checkpoint(BANNER, 7, b"\1" * 32), a_key(BANNER))
    assert signer(note, [a_key(BANNER).verifier]) is not None
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    body, last = note.removesuffix("=\n")[:-1], letters.index(note[-3])
    # two bits of the last letter say nothing about the bytes
    for bit in (1, 2):
        with pytest.raises(BadNote):
            signer(f"{body}{letters[last ^ bit]}=\n", [a_key(BANNER).verifier])


class LossyLink(RuleBasedStateMachine):
    """Everything between two levels may be lost, doubled, or come in another order; at last the line works."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="qidi-lossy-")
        folder = Path(self._folder.name)
        self.lower, self.upper = Seat(BANNER, folder), Seat(CITY, folder)
        join(self.lower, self.upper)
        self.lower.pages()
        self.up: list[bytes] = []
        self.down: list[bytes] = []
        self.cases = self.said = 0

    @rule()
    def something_is_recorded_below(self) -> None:
        self.cases += 1
        self.lower.record(received(self.cases), a_step(cases.CaseAccepted, self.cases))

    @rule()
    def something_is_said_to_the_child(self) -> None:
        self.said += 1
        self.upper.record(acknowledged(self.said))

    @rule(window=st.integers(1, 3))
    def pages_and_letters_are_sent(self, window: int) -> None:
        self.up += [page.body for page in self.lower.pages(window)]
        self.down += [letter.body for letter in self.upper.letters(BANNER, window)]

    @rule()
    def the_child_asks(self) -> None:
        self.up += [question.body for question in self.lower.act(child.asks)]

    @precondition(lambda self: self.up)
    @rule(data=st.data(), again=st.booleans())
    def something_arrives_above(self, data: st.DataObject, again: bool) -> None:
        at = data.draw(st.integers(0, len(self.up) - 1))
        taken = self.upper.take(self.up[at] if again else self.up.pop(at), BANNER)
        assert taken.became in (Became.TAKEN, Became.REPEATED, Became.GAP), taken
        if taken.answer is not None:
            self.down.append(taken.answer)

    @precondition(lambda self: self.down)
    @rule(data=st.data(), again=st.booleans())
    def something_arrives_below(self, data: st.DataObject, again: bool) -> None:
        at = data.draw(st.integers(0, len(self.down) - 1))
        heard = self.lower.hear(self.down[at] if again else self.down.pop(at))
        assert heard.became in (Became.TAKEN, Became.REPEATED, Became.GAP), heard

    @precondition(lambda self: self.up or self.down)
    @rule()
    def the_line_is_cut(self) -> None:
        self.up.clear()
        self.down.clear()

    @invariant()
    def the_superior_holds_a_beginning_of_what_the_child_recorded(self) -> None:
        held, mine = self.upper.held(BANNER), self.lower.held(BANNER)["up"]
        assert held["state"] in ("ok", "gap")
        assert mine["receipted"] <= held["verified"] <= self.lower.size()
        assert mine["state"] == "ok"

    def teardown(self) -> None:
        """Whatever happened, a line that works brings both into step: everything once, in order."""
        way = Way(self.lower, self.upper)
        way.ask()
        way.carry()
        assert self.upper.held(BANNER)["root"] == self.lower.root()
        below = [envelope for _, envelope in self.upper.bus("below.qidi.case")]
        assert [one.subject for one in below] == [number(n) for n in range(1, self.cases + 1) for _ in range(2)]
        assert [one.sequence for one in below] == [1, 2] * self.cases
        above = [envelope.subject for _, envelope in self.lower.bus("above.")]
        assert above == [f"forward/{number(n)}" for n in range(1, self.said + 1)]
        assert self.upper.letters(BANNER) == []
        for seat in (self.lower, self.upper):
            seat.desk.engine.dispose()
        self._folder.cleanup()


def test_a_link_that_loses_doubles_and_mixes_up_comes_to_equal_roots() -> None:
    bounded = settings(max_examples=examples(12), stateful_step_count=25, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(LossyLink, settings=bounded)
