"""Escaping strict saddles (lecture 6.2.2)."""
from .escape_probability import escape_probability
from .octopus import octopus
from .saddle_escape import saddle_escape

__all__ = ["escape_probability", "octopus", "saddle_escape"]
