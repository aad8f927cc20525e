"""Who may import whom is checked: the real tree passes, and each contract rejects a planted import."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PROJECT

ROOTS = ("services", "gateway", "documents", "locales", "sample", "deploy", "qidi")
#: contract -> (where, what is planted there, how the report names it)
PLANTED = {
    "rules need nothing but the standard library": (
        "services/timer/deadlines.py", "import sqlalchemy", "services.timer.domain is not allowed to import sqlalchemy"
    ),
    "contracts and plumbing know no service": (
        "services/plumbing/planted.py", "import services.intake.store",
        "services.plumbing is not allowed to import services.intake",
    ),
    "contracts know no plumbing": (
        "services/contracts/planted.py", "import services.plumbing.db",
        "services.contracts is not allowed to import services.plumbing",
    ),
    "no service imports another": (
        "services/ledger/planted.py", "import services.timer.rules",
        "services.ledger is not allowed to import services.timer",
    ),
    "services know nothing above them": (
        "services/reporting/planted.py", "import gateway.app", "services is not allowed to import gateway"
    ),
    "each floor imports only those below it": (
        "documents/planted.py", "import gateway.app", "documents is not allowed to import gateway"
    ),
    "only the edge imports nameko and eventlet": (
        "deploy/planted.py", "import eventlet", "deploy is not allowed to import eventlet"
    ),
    "only the gateway imports FastAPI": (
        "deploy/planted_too.py", "import fastapi", "deploy is not allowed to import fastapi"
    ),
}  # fmt: skip
#: Where the same contracts were slipped past before: below a folder, beside a domain, by way of another module.
ALSO_PLANTED = (
    (
        "services/reporting/instructions/domain.py", "import sqlalchemy",
        "services.reporting.instructions.domain is not allowed to import sqlalchemy",
    ),
    ("services/ledger/merkle.py", "import sqlalchemy", "services.ledger.merkle is not allowed to import sqlalchemy"),
    (
        "services/contracts/vocabulary.py", "import pydantic",
        "services.contracts.vocabulary is not allowed to import pydantic",
    ),
    ("qidi/commands/export.py", "import gateway.problems", "qidi.commands.export is not allowed to import fastapi"),
)  # fmt: skip


def lint(folder: Path) -> tuple[int, str]:
    """What import-linter says of the tree in a folder."""
    order = [str(Path(sys.executable).with_name("lint-imports")), "--config", "pyproject.toml", "--no-cache"]
    environ = {**os.environ, "COLUMNS": "200", "PYTHONPATH": str(folder)}
    done = subprocess.run(order, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def a_copy(folder: Path) -> Path:
    """The Python files of the project, where they may be spoilt."""
    for root in ROOTS:
        for file in (PROJECT / root).rglob("*.py"):
            if "node_modules" not in file.parts:
                copy = folder / file.relative_to(PROJECT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
    shutil.copyfile(PROJECT / "pyproject.toml", folder / "pyproject.toml")
    return folder


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str]:
    """What is said of a tree in which everything is planted at once."""
    folder = a_copy(tmp_path_factory.mktemp("spoilt"))
    for path, planted, _ in (*PLANTED.values(), *ALSO_PLANTED):
        with (folder / path).open("a") as file:
            file.write(f"\n{planted}\n")
    return lint(folder)


def test_the_tree_keeps_every_contract() -> None:
    code, said = lint(PROJECT)
    assert code == 0, said
    assert f"Contracts: {len(PLANTED)} kept, 0 broken." in said


@pytest.mark.parametrize("contract", PLANTED)
def test_a_contract_rejects_what_is_planted(spoilt: tuple[int, str], contract: str) -> None:
    code, said = spoilt
    assert code == 1
    assert f"{contract} BROKEN" in said
    assert PLANTED[contract][2] in said


@pytest.mark.parametrize("named", [row[2] for row in ALSO_PLANTED])
def test_a_contract_holds_in_folders_beside_domains_and_by_way_of_others(spoilt: tuple[int, str], named: str) -> None:
    assert named in spoilt[1]
