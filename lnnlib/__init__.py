"""LNN Landscapes: the optimization landscape of linear neural networks.

Code one can read, and pictures one can drag.
"""
import importlib
import pkgutil

__version__ = "0.1.0"
_MODULES = {name for _, name, _ in pkgutil.iter_modules(__path__) if not name.startswith("_")}


def __getattr__(name):
    """Import a module when it is first asked for: `import lnnlib` itself costs less than numpy."""
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *_MODULES})
