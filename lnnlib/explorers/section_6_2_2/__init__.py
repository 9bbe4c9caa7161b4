"""Escaping strict saddles (lecture 6.2.2)."""
from .saddle_escape import saddle_escape

__all__ = ["saddle_escape"]
