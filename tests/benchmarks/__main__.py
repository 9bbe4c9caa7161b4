"""Run the benchmarks named on the command line, or all of them, and print one table."""
import sys
from importlib import import_module

from . import table

NAMES = ("live", "explorers", "notebooks", "memory", "site", "gd")


def main(arguments):
    quick = "--quick" in arguments
    names = [argument for argument in arguments if argument != "--quick"] or NAMES
    for name in names:
        if name not in NAMES:
            return f"unknown benchmark {name!r}, expected {', '.join(NAMES)} or none for all, and --quick"
    print(table([row for name in names for row in import_module(f"{__package__}.{name}").measure(quick)]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
