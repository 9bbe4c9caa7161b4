"""LNN Landscapes: the optimization landscape of linear neural networks, as code one can read and pictures one can drag."""
import importlib

__version__ = "0.1.0"
_SUBMODULES = ("balance", "descent", "explorers", "homework", "landscapes", "live", "losses", "networks", "perturbed", "proofs",
               "saddles")


def __getattr__(name):
    """Import a submodule when it is first asked for: `import lnnlib` itself costs no more than numpy."""
    if name in _SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_SUBMODULES])
