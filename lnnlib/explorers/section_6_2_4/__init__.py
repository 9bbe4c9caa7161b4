"""Linear neural networks (lecture 6.2.4)."""
from .landscape_slice import landscape_slice
from .learning_dynamics import learning_dynamics

__all__ = ["landscape_slice", "learning_dynamics"]
