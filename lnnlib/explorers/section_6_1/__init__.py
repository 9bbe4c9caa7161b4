"""Optimization in deep learning is non-convex (lecture 6.1)."""
from .collapse import collapse
from .two_zeros import two_zeros

__all__ = ["collapse", "two_zeros"]
