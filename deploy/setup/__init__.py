"""Set-up of a machine: what it lacks for running, checking or testing qidi, and exactly that is installed.

It runs before the virtual environment exists: standard library only, for every module of this package. The Python
that runs it is the machine's own, whatever its age, so that is the first thing looked at.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this very line is what an older Python has to reach
    sys.exit(
        "[qidi] 需要 Python 3.11 或更新版本，请安装后重试。 "
        "Python 3.11 or newer is needed; install it, then: make PYTHON=/path/to/python3.11 run"
    )
