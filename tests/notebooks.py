"""Maintainers' command: run the notebooks and keep each equal to its text.

    python -m tests.notebooks [names]                text -> inputs -> run -> clean -> write both
    python -m tests.notebooks --from-ipynb [names]   inputs of the notebook -> text, then the same
    python -m tests.notebooks --check [names]        only say what would change, run nothing

The direction is explicit and never decided by time stamps. Running twice changes nothing. Homework cells get the metadata
by which nbgrader knows them (see `lnnlib.homework.cells`).
"""
import argparse
import base64
import copy
import hashlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path

import jupytext
import nbformat
import numpy as np
from jupytext.combine import combine_inputs_with_outputs
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

from lnnlib.homework.cells import stamp

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
PERCENT = {"extension": ".py", "format_name": "percent"}
KEPT = ("tags", "nbgrader", "jupyter", "deletable", "editable")  # cell metadata that both files hold
CELL_FILTER = ",".join([*KEPT, "-all"])
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def text_of(nb):
    """The inputs of a notebook as py:percent text; nothing in it depends on a version or a machine."""
    nb = copy.deepcopy(nb)
    stamp(nb.cells)
    cells = [nbformat.from_dict({**cell, "metadata": _kept(cell.metadata)}) for cell in nb.cells]
    filters = {"notebook_metadata_filter": "-all", "cell_metadata_filter": CELL_FILTER}
    inputs = nbformat.v4.new_notebook(cells=cells, metadata={"jupytext": filters})
    return jupytext.writes(inputs, fmt=PERCENT)


def notebook_of(text, old=None):
    """The notebook of a text; cells that `old` has too keep their ids and outputs."""
    inputs = jupytext.reads(text, fmt=PERCENT)
    stamp(inputs.cells)
    nb = combine_inputs_with_outputs(copy.deepcopy(inputs), copy.deepcopy(old), fmt=PERCENT) if old else inputs
    known = {cell.id for cell in old.cells} if old else set()
    for position, (cell, new) in enumerate(zip(nb.cells, inputs.cells, strict=True)):
        cell.metadata = new.metadata
        if cell.id not in known:
            cell.id = hashlib.sha256(f"{position}\n{cell.source}".encode()).hexdigest()[:8]
    return clean(nb)


def clean(nb):
    """The notebook as it is committed: no version, no dead view, nothing that another run would change."""
    count = 0
    for cell in nb.cells:
        cell.metadata = _kept(cell.metadata)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = _clean_outputs(cell.outputs, count)
    return nbformat.from_dict({"cells": nb.cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5})


def _kept(metadata):
    kept = {key: metadata[key] for key in KEPT if key in metadata and metadata[key] != []}
    return json.loads(json.dumps(kept, sort_keys=True))


def _clean_outputs(outputs, count):
    cleaned = []
    for output in outputs:
        if output.output_type == "stream" and cleaned and cleaned[-1].get("name") == output.name:
            cleaned[-1].text += output.text
            continue
        if "data" in output:
            output.data.pop(WIDGET_VIEW, None)
            output.metadata = {mime: output.metadata[mime] for mime in output.data if mime in output.metadata}
            if not output.data:
                continue
        if output.output_type == "execute_result":
            output.execution_count = count
        cleaned.append(output)
    return cleaned


def run(nb):
    """Execute the notebook in place, in a fresh kernel, in the notebooks' folder."""
    place = {"metadata": {"path": str(NOTEBOOKS)}}
    client = NotebookClient(nb, timeout=300, record_timing=False, coalesce_streams=True, resources=place)
    with tempfile.TemporaryDirectory() as folder:  # a maintainer's run is nobody's progress
        client.execute(env={**os.environ, "LNN_PROGRESS": str(Path(folder, "progress.json"))})
    return clean(nb)


def keep_equal_pictures(nb, old):
    """Take over the old bytes of every picture that shows the same: a PNG's bytes depend on the machine."""
    before = {cell.id: cell.get("outputs", []) for cell in old.cells}
    for cell in nb.cells:
        for new, known in zip(cell.get("outputs", []), before.get(cell.id, []), strict=False):
            picture, known = (output.get("data", {}).get("image/png") for output in (new, known))
            if picture and known and same_picture(picture, known):
                new.data["image/png"] = known


def same_picture(a, b, tolerance=16):
    """Whether no pixel of two base64 PNGs differs by more than `tolerance` of 255."""
    a, b = (np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"), dtype=int) for png in (a, b))
    return a.shape == b.shape and np.abs(a - b).max() <= tolerance


def paths(name):
    """A notebook and its text."""
    return NOTEBOOKS / f"{name}.ipynb", NOTEBOOKS / "py" / f"{name}.py"


def read(path):
    """A stored notebook, or None where there is none."""
    return nbformat.read(path, as_version=4) if path.exists() else None


def serialized(nb):
    """The notebook as its file holds it."""
    return nbformat.writes(nb) + "\n"


def write(nb, name):
    """Write the notebook and its text, both with Unix line ends on every system."""
    for path, content in zip(paths(name), (serialized(nb), text_of(nb)), strict=True):
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


def stale(name):
    """The files of the pair that are not what this command would write, found without running anything."""
    notebook, text = paths(name)
    missing = [path.name for path in (notebook, text) if not path.exists()]
    if missing:
        return missing
    expected = notebook_of(text.read_text(encoding="utf-8"), read(notebook))
    contents = {notebook: serialized(expected), text: text_of(expected)}
    return [path.name for path, content in contents.items() if path.read_bytes() != content.encode()]


def update(name, from_ipynb=False):
    """Run one notebook and write its pair."""
    notebook, text = paths(name)
    old = read(notebook)
    nb = notebook_of(text_of(old) if from_ipynb else text.read_text(encoding="utf-8"), old)
    nb = run(nb)
    if old:
        keep_equal_pictures(nb, old)
    write(nb, name)


def names(from_ipynb=False):
    """All notebooks, by the files that the direction starts from."""
    return sorted(path.stem for path in (NOTEBOOKS.glob("*.ipynb") if from_ipynb else NOTEBOOKS.glob("py/*.py")))


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m tests.notebooks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="notebooks without ending, such as index (default: all)")
    parser.add_argument("--from-ipynb", action="store_true", help="take the inputs from the notebooks")
    parser.add_argument("--check", action="store_true", help="say what would change and run nothing")
    options = parser.parse_args(argv)
    failed = False
    for name in options.names or names(options.from_ipynb):
        if options.check:
            changes = stale(name)
            failed |= bool(changes)
            print(f"{name}: {'would change ' + ', '.join(changes) if changes else 'up to date'}")
            continue
        try:
            update(name, options.from_ipynb)
            print(f"{name}: written")
        except CellExecutionError as error:
            failed = True
            print(f"{name}: not written, a cell failed\n{error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
