"""The command that builds the pages: python -m lnnlib.site [FOLDER] [--only NAME]"""
import argparse
import sys
import time
from pathlib import Path

NEEDS = "needs what the tests need: python -m pip install -r tests/requirements.txt"


def main(argv=None):
    """Build the pages that the command line asks for; 0, or a sentence of what went wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m lnnlib.site", description="Writes the course as web pages.")
    parser.add_argument("folder", nargs="?", default="site", type=Path,
                        help="where to (default: site); what stands there is replaced")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=None,
                        help="pages such as index or 6_2_2_strict_saddles (default: all)")
    options = parser.parse_args(argv)
    start = time.perf_counter()
    try:
        from .book import build

        for page in build(options.folder, options.only):
            print(page, flush=True)
    except ImportError as error:
        return f"python -m lnnlib.site: {error.name} is not installed. It {NEEDS}"
    except ValueError as error:
        return f"python -m lnnlib.site: {error}"
    size = sum(path.stat().st_size for path in options.folder.rglob("*") if path.is_file())
    print(f"{options.folder}: {size / 1e6:.1f} MB in {time.perf_counter() - start:.0f} s. "
          f"To look at it: python -m http.server --directory {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
