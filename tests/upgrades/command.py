"""The `qidi` command of a build, as a person types it: found where that build's project says that it is."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.stack import PROJECT


@dataclass(frozen=True)
class Build:
    """A checkout, the Python that has its packages, and what its commands find in their environment."""

    project: Path
    python: Path
    environ: Mapping[str, str] = field(default_factory=dict)

    def order(self, *arguments: object) -> list[str]:
        """What is run for `qidi ARGUMENTS`."""
        entry = tomllib.loads((self.project / "pyproject.toml").read_text())["project"]["scripts"]["qidi"]
        module, _, function = entry.partition(":")
        program = f"from {module} import {function}; {function}()"
        return [str(self.python), "-c", program, *map(str, arguments)]

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of its commands."""
        return {**os.environ, **self.environ}

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Runs a command to its end."""
        order, environ = self.order(*arguments), self.surroundings
        return subprocess.run(
            order, cwd=self.project, env=environ, capture_output=True, text=True, timeout=300, check=False
        )

    def does(self, *arguments: object) -> str:
        """A command that must succeed; what it prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


PRESENT = Build(PROJECT, Path(sys.executable))
run, qidi = PRESENT.run, PRESENT.does
