"""A student's settings stay out of our pictures, and ours out of the student's plots.

matplotlib's settings belong to the whole process, while a picture of ours may be drawn in one
thread as a student's cell plots in another. So they are never changed: the object
`matplotlib.rcParams` gets a subclass of its class, which reads matplotlib's defaults within
`undisturbed`, in that thread or task alone. Writing, and reading anywhere else, is as ever.
"""
import copy
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

import matplotlib
import numpy as np

PROCESS = ("backend", "backend_fallback")      # how windows open: no picture of ours asks for it

_DEFAULTS = {
    key: copy.deepcopy(matplotlib.rcParamsDefault[key])
    for key in matplotlib.rcParamsDefault if key not in PROCESS}
_read_instead = ContextVar("_read_instead", default=MappingProxyType({}))


class RcParams(matplotlib.RcParams):
    """matplotlib's settings as the present thread or task is to see them."""

    def __getitem__(self, key):
        instead = _read_instead.get()
        return instead[key] if key in instead else super().__getitem__(key)

    def copy(self):
        """The settings as they are, as matplotlib's own class."""
        settings = super().copy()
        settings.__class__ = matplotlib.RcParams
        return settings

    def __reduce_ex__(self, protocol):
        """Pickled, too, they are of matplotlib's own class."""
        return matplotlib.RcParams, (), None, None, iter(self.items())


@contextmanager
def undisturbed():
    """Within, or as a decorator: matplotlib's defaults, and no float that raises or warns."""
    token = _read_instead.set(_DEFAULTS)
    try:
        with np.errstate(all="ignore"):
            yield
    finally:
        _read_instead.reset(token)


matplotlib.rcParams.__class__ = RcParams
