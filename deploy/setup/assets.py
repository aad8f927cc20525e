"""Decides which files of the npm packages the browser gets, and copies them to where the gateway serves them."""

import os
import shutil
from pathlib import Path

from deploy.setup.environment import clean, is_stamped, put_stamp, stamp_of
from deploy.setup.messages import SetupFailed, run, step

SERVED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx-ext-sse.js": "htmx-ext-sse/sse.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
}
"""Name under gateway/board/static/vendor/ -> file below node_modules."""

MACHINE_SETTINGS = Path("/etc/npmrc")

ADVICE = "请检查网络或 npm 的软件源后重试。 Check the network and npm's registry, then try again."


def install(project: Path) -> None:
    """Installs the locked npm packages with the Node that .venv brings, and copies what is served.

    Raises SetupFailed when npm fails or a package no longer holds a file that we serve.
    """
    folder = project / "deploy" / "npm"
    served = project / "gateway" / "board" / "static" / "vendor"
    lock = (folder / "package-lock.json").read_bytes()
    stamp = stamp_of(lock, repr(sorted(SERVED.items())).encode())
    if is_stamped(project / ".venv", "assets", stamp) and all((served / name).is_file() for name in SERVED):
        return
    step("安装网页组件", "installing browser assets")
    programs = project / ".venv" / "bin"
    environ = clean(os.environ.copy())
    environ["PATH"] = f"{programs}{os.pathsep}{environ.get('PATH', os.defpath)}"
    # as pip does: the certificates that this machine trusts (offices look into TLS), and its own npm settings
    environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    if MACHINE_SETTINGS.is_file():
        environ.setdefault("NPM_CONFIG_GLOBALCONFIG", str(MACHINE_SETTINGS))
    npm = [str(programs / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(npm, ADVICE, env=environ, cwd=folder)
    served.mkdir(parents=True, exist_ok=True)
    for name, source in SERVED.items():
        try:
            shutil.copyfile(folder / "node_modules" / source, served / name)
        except FileNotFoundError as error:
            raise SetupFailed(f"{source} is not in the installed npm packages. {ADVICE}") from error
    shutil.rmtree(folder / "node_modules")
    put_stamp(project / ".venv", "assets", stamp)
