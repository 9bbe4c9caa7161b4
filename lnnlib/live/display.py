"""What Jupyter shows of an explorer: the live view where somebody can show it, and its picture."""
import base64
import re
import sys

from lnnlib.jupyter.saving import MADE_BY, WIDGET_VIEW

from .explorer import STATIC_WIDTH

HINT = "Run this cell to bring the picture to life."
NOTEBOOK_CELL = re.compile(r"[a-zA-Z0-9_-]+")               # an id of nbformat's

# cell -> (execution, panels shown by it): re-running a cell replaces its explorers
_at_home = {}


def bundle(explorer):
    """Picture and readout of `explorer` as (data, metadata) by MIME type.

    In JupyterLab and Notebook 7 its live view comes before, as an output of its own: while it
    lives its style hides the picture, and where the kernel is gone the picture stays. Other front
    ends choose one of the two themselves. Where none is known, as under nbconvert, nobody could
    bring a view to life.
    """
    readout = explorer.readout
    data = {
        "text/plain": readout,
        "image/png": base64.b64encode(explorer.png(hint=HINT)).decode(),
    }
    metadata = {"image/png": {"alt": readout, "width": STATIC_WIDTH}}
    front_end = _front_end()
    if front_end == "notebook":
        from IPython.display import display
        display({WIDGET_VIEW: show(explorer)}, metadata={WIDGET_VIEW: MADE_BY}, raw=True)
    elif front_end == "other":
        data[WIDGET_VIEW] = show(explorer)
    return data, metadata


def show(explorer):
    """The widget view of `explorer`; those that the same cell showed before are closed."""
    from .panel import Panel  # widgets are made only for a front end

    panel = explorer._panel = explorer._panel or Panel(explorer)
    cell, execution = _where()
    if cell is None:                        # nobody runs it again
        return _view(panel)
    if _at_home.get(cell, (None,))[0] != execution:
        for old in _at_home.get(cell, (None, ()))[1]:
            old.cells.discard(cell)
            if not old.cells and old is not panel:
                old.explorer.close()
        _at_home[cell] = (execution, [])
    _at_home[cell][1].append(panel)
    panel.cells.add(cell)
    return _view(panel)


def _view(panel):
    return {"version_major": 2, "version_minor": 0, "model_id": panel.root.model_id}


def _where():
    """The cell that is running and its execution.

    Lab says the cell's id, for other front ends its text stands in.
    """
    request = _request()
    try:
        cell = request["metadata"].get("cellId") or request["content"]["code"]
        return cell, request["header"]["msg_id"]
    except KeyError:                        # no kernel, or one that says neither
        return None, object()


def _front_end():
    """Who asks: "notebook" (JupyterLab, Notebook 7), "other", or None where nobody is known.

    A front end names the cell: JupyterLab by its id in the notebook, VS Code by an address. Colab
    does not; and where a widget has spoken, somebody has moved it.
    """
    request = _request()
    cell = request.get("metadata", {}).get("cellId") or ""
    if NOTEBOOK_CELL.fullmatch(cell):
        return "notebook"
    spoken = request.get("header", {}).get("msg_type") == "comm_msg"
    return "other" if cell or spoken or "google.colab" in sys.modules else None


def _request():
    """The message that the kernel is answering, {} outside of a kernel."""
    try:
        from IPython import get_ipython
        return get_ipython().get_parent()
    except (AttributeError, ImportError):
        return {}
