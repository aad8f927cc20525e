"""What an earlier version left is evidence under this one: ledger, export, note, receipt and proof, checked offline."""

import json
from pathlib import Path

import pytest

from tests.unit.subtree.seats import BANNER, CITY
from tests.upgrades.command import qidi, run
from tests.upgrades.kept import Sample, from_text, unpacked

pytestmark = pytest.mark.lengthy


def test_the_checker_finds_the_ledger_sound_in_the_store_in_the_export_and_at_the_superior(
    sample: Sample, up_to_date: Path, tmp_path: Path
) -> None:
    for code in sample.codes:
        store, key = up_to_date / code / "ledger.sqlite", ("--key", sample.key(code))
        note, export = sample.of(code, "note.txt"), tmp_path / f"{code}.jsonl"
        export.write_bytes(unpacked(sample.of(code, "ledger.jsonl.gz")))
        size = int(note.read_text().splitlines()[1])
        for place in (("--store", store), ("--export", export)):
            told = json.loads(qidi("verify", *place, "--kept", note, "--kept", export, *key, "--json"))
            assert told["ok"]
            assert told["size"] == told["signed"] == size
    above = json.loads(qidi("verify", "--store", up_to_date / CITY / "ledger.sqlite", "--origin", BANNER, "--json"))
    receipt = sample.of(BANNER, "receipt.txt").read_text()
    assert above["ok"]
    assert above["size"] == int(receipt.splitlines()[1])


def test_a_proof_that_somebody_was_given_then_still_proves_it(sample: Sample, tmp_path: Path) -> None:
    for code in sample.codes:
        proof = next(one.answer["body"] for one in sample.answers(code) if one.question == "proof")
        (tmp_path / "proof.json").write_text(json.dumps(proof))
        qidi("verify", "--proof", tmp_path / "proof.json", "--key", sample.key(code))


def test_one_word_changed_in_what_was_left_is_found(sample: Sample, tmp_path: Path) -> None:
    store = tmp_path / "ledger.sqlite"
    from_text(sample.of(BANNER, "ledger.sql.gz"), store)
    left = unpacked(sample.of(BANNER, "ledger.jsonl.gz")).decode()
    forged = left.replace("准予许可", "不予许可", 1)
    assert forged != left
    (tmp_path / "forged.jsonl").write_text(forged)
    found = run("verify", "--export", tmp_path / "forged.jsonl", "--json")
    assert (found.returncode, json.loads(found.stdout)["problem"]["code"]) == (1, "changed")
    assert run("verify", "--store", store, "--kept", tmp_path / "forged.jsonl").returncode == 0, "its notes are genuine"
    other = run("verify", "--store", store, "--kept", f"{10}:{'00' * 32}", "--json")
    assert (other.returncode, json.loads(other.stdout)["problem"]["code"]) == (1, "two_histories")
