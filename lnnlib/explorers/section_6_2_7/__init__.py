"""Strict and non-strict saddles of linear networks (lecture 6.2.7)."""
from .depth_dial import depth_dial
from .negative_direction import negative_direction
from .origin_escape import origin_escape
from .saddle_map import saddle_map

__all__ = ["depth_dial", "negative_direction", "origin_escape", "saddle_map"]
