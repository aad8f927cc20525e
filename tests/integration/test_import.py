"""A large ledger is taken in by the real command without holding it in memory (promise: 512 MB)."""

from pathlib import Path

from bench.imports import PROMISE, WRONG_EVERY, a_ledger, a_stub, imported

ROWS = 10_000


def test_ten_thousand_rows_go_through_with_progress_and_a_report_in_half_the_promised_memory(tmp_path: Path) -> None:
    ledger = a_ledger(tmp_path / "ledger.xlsx", ROWS)
    with a_stub() as url:
        seconds, most = imported(ledger, url)
    print(f"\nimport: {ROWS} rows in {seconds:.0f} s, at most {most:.0f} MB")
    said = (tmp_path / "import.log").read_text()
    wrong = ROWS // WRONG_EVERY
    assert f"{ROWS}/{ROWS}" in said, "the progress bar ends at the last row"
    assert f"新增 {ROWS - wrong}" in said
    assert (tmp_path / "bad.xlsx").stat().st_size > 0
    assert most < PROMISE / 2
