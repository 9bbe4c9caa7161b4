"""What Jupyter's server does when a notebook is saved: the pictures stay, the dead views go."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MADE_BY = {"by": "lnnlib"}                  # the metadata of an explorer's live view


def keep_pictures(model, path=None, contents_manager=None):
    """Drop every explorer's live view that has its picture beside it.

    A view is only a link to a model in a kernel that is gone when the notebook is opened again,
    and JupyterLab would show "model not found". Jupyter calls this as its `pre_save_hook` with the
    contents model. Other widgets' views stay; the stored widget state goes only with the last view.
    A notebook of unknown form is left as it is.

    >>> view = {"data": {WIDGET_VIEW: {"model_id": "9f2c"}}, "metadata": {WIDGET_VIEW: MADE_BY}}
    >>> picture = {"data": {"image/png": "iVBORw0KGgo=", "text/plain": "escapes at step 14"}}
    >>> cell = {"cell_type": "code", "outputs": [view, picture]}
    >>> keep_pictures({"type": "notebook", "content": {"cells": [cell], "metadata": {}}})
    >>> cell["outputs"] == [picture]
    True
    """
    try:
        if model["type"] == "notebook":
            _drop_views(model["content"])
    except (AttributeError, KeyError, TypeError):
        return  # not a notebook as we know it: a student's work is saved as it is


def _drop_views(notebook):
    dropped = left = 0
    for cell in notebook["cells"]:
        outputs = cell.get("outputs", [])
        for k in reversed(range(len(outputs))):
            if WIDGET_VIEW not in outputs[k].get("data", {}):
                continue
            if _is_live(outputs[k]) and _has_picture(outputs[k + 1:]):
                del outputs[k]
            elif _is_live_and_picture(outputs[k]):
                del outputs[k]["data"][WIDGET_VIEW]
                outputs[k]["metadata"].pop(WIDGET_VIEW, None)
            else:
                left += 1
                continue
            dropped += 1
    if dropped and not left:
        notebook["metadata"].pop("widgets", None)       # nothing that is left could need it


def _is_live(output):
    return output["metadata"].get(WIDGET_VIEW) == MADE_BY and list(output["data"]) == [WIDGET_VIEW]


def _is_live_and_picture(output):
    """Whether an explorer is one output: its picture's alternative text is the output's text."""
    picture = output["metadata"].get("image/png", {})
    return "alt" in picture and picture["alt"] == output["data"].get("text/plain")


def _has_picture(outputs):
    """Whether the first of `outputs`, if any, is a picture."""
    return any("image/png" in output.get("data", {}) for output in outputs[:1])
