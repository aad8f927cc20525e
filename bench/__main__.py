"""The order of the measurements: `make bench`, or `python -m bench pipeline` for some of them."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module

from bench import Figure

PARTS = ("deadlines", "sweep", "million", "recount", "jobs", "pipeline", "gateway", "link", "start", "imports")


def main(chosen: list[str]) -> int:
    """Print one line per figure as it is measured."""
    unknown = set(chosen) - set(PARTS)
    if unknown:
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    print("name value unit reference ratio")
    for part in chosen or PARTS:
        figures: Callable[[], Iterator[Figure]] = import_module(f"bench.{part}").figures
        for figure in figures():
            print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
