"""Before a grading run: `python -m lnnlib.homework --check FOLDER` finds what would stop it."""
import argparse
from pathlib import Path

from .cells import faults


def main(argv=None):
    """Print a line for each fault; the exit code is 1 where there is one."""
    parser = argparse.ArgumentParser(prog="python -m lnnlib.homework", description=__doc__)
    parser.add_argument("--check", metavar="FOLDER", required=True,
                        help="the folder of notebooks, such as submitted/")
    folder = Path(parser.parse_args(argv).check)
    if not any(folder.rglob("*.ipynb")):
        parser.error(f"{folder} holds no notebook, expected a folder such as submitted/")
    found = list(faults(folder))
    print("\n".join(found) or "No cell is there twice, and none is missing.")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
