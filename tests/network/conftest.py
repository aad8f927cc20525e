"""Banner and city stand on two machines here: each in its namespace, a line between them."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import pytest

from tests.chain import CITY, REGION, Beside, Chain, Level
from tests.faults.load import PROJECT_CODE
from tests.network.namespaces import FAR, FAR_ADDRESS, LINE, inside, whole_checksums
from tests.stack import PROJECT

SEED = 20261125


class Distant(Level):
    """An authority in the far namespace: its files can be read, its ports cannot be reached."""

    prefix = tuple(inside(FAR))

    def answers(self, path: str) -> bool:
        return "gateway" in self.state()  # written when its own supervisor has found everything ready


class BadLine:
    """The program between the two; every order is answered with the frames counted so far."""

    def __init__(self) -> None:
        order = [sys.executable, "-m", "tests.network.line", "line0", "line1", str(SEED)]
        self._program = subprocess.Popen(
            inside(LINE, *order), cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def becomes(self, order: str) -> Mapping[str, int]:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(f"{order}\n")
        self._program.stdin.flush()
        words = self._program.stdout.readline().split()
        assert words, "the line has ended"
        return {name: int(count) for name, count in zip(words[::2], words[1::2], strict=True)}

    def end(self) -> None:
        self._program.kill()
        self._program.communicate()


class Apart(Chain):
    """Three levels on two machines."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        environ = {"QIDI_AUTHORITY_NAME": "赤峰市", "QIDI_LEVEL": "city", "QIDI_LINK_HOST": FAR_ADDRESS}
        self.city = Distant(folder / "city", CITY, **environ)
        self.region = Beside(self.city, REGION)
        self.wire = BadLine()

    def invitation(self, code: str, *more: str) -> str:
        return self.city.does("enrol", code, "--quiet", *more).strip()

    def __enter__(self) -> Self:
        try:
            with ThreadPoolExecutor(2) as both:
                upper = both.submit(self.city.start, "--no-sample", "--levels", "2", seconds=150)
                both.submit(self.banner.start, seconds=150).result()
                upper.result()
            self.join()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.banner.kill()
        self.city.kill()
        self.wire.end()


@pytest.fixture(scope="session")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    whole_checksums("near0")
    far = "from tests.network.namespaces import whole_checksums; whole_checksums('far0')"
    subprocess.run(inside(FAR, sys.executable, "-c", far), cwd=PROJECT, check=True, timeout=60)
    folder: Path = tmp_path_factory.mktemp("network")
    with Apart(folder) as apart:
        apart.banner.name(
            *({"name": name, "department": one} for name in ("张三", "李四") for one in ("发展改革委", "自然资源局"))
        )
        with apart.banner.client() as client:
            project = {
                "project_code": PROJECT_CODE,
                "project_name": "林西县供水管网改造",
                "owner_name": "林西水务有限公司",
            }
            answer = client.post("/v1/projects", json=project | {"actor": {"name": "张三", "department": "发展改革委"}})
            assert answer.is_success, answer.text
        yield apart
