"""The repository as a whole: its root, its files, its pins."""
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(path):
    """The version specifiers of a requirements file by name, and its option lines such as `-e .`."""
    lines = [line.split("#")[0].strip() for line in (ROOT / path).read_text(encoding="utf-8").splitlines()]
    wanted = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {requirement.name: requirement.specifier for requirement in wanted}, [x for x in lines if x.startswith("-")]


def committed():
    """All files that git knows or would add, relative to the root; the test is skipped where there is no git."""
    listing = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(listing, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git repository")
    return [Path(line) for line in answer.stdout.splitlines() if (ROOT / line).exists()]
