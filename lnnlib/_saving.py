"""The address of the save hook that a server's configuration file may hold: it stays importable.

A Jupyter server does not start where its `pre_save_hook` cannot be imported. New settings name
`lnnlib.jupyter.saving.keep_pictures`.
"""
from lnnlib.jupyter.saving import keep_pictures

__all__ = ["keep_pictures"]
