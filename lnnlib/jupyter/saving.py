"""What Jupyter's server does when a notebook is saved: the pictures stay, the dead widgets go."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def keep_pictures(model, path=None, contents_manager=None):
    """Drop every widget view that has a picture or a text beside it, and the stored widget state.

    A view is only a link to a model in a kernel that is gone when the notebook is opened again.
    JupyterLab prefers it to the picture all the same and shows "model not found" instead, so what
    is saved is the picture and its text. Jupyter calls this as its `pre_save_hook` with the
    contents model; a notebook of unknown form is left as it is.

    >>> view = {WIDGET_VIEW: {"model_id": "9f2c"}, "text/plain": "escapes at step 14"}
    >>> output = {"output_type": "display_data", "data": view, "metadata": {}}
    >>> notebook = {"cells": [{"cell_type": "code", "outputs": [output]}], "metadata": {}}
    >>> keep_pictures({"type": "notebook", "content": notebook})
    >>> output["data"]
    {'text/plain': 'escapes at step 14'}
    """
    try:
        if model["type"] == "notebook":
            _drop_views(model["content"])
    except (AttributeError, KeyError, TypeError):
        return  # not a notebook as we know it: a student's work is saved as it is


def _drop_views(notebook):
    notebook.get("metadata", {}).pop("widgets", None)
    for cell in notebook.get("cells", []):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if len(data) > 1 and data.pop(WIDGET_VIEW, None):
                output.get("metadata", {}).pop(WIDGET_VIEW, None)
