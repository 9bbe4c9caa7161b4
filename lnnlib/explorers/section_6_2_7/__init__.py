"""Strict and non-strict saddles of linear networks (lecture 6.2.7)."""
from .depth_dial import depth_dial
from .negative_direction import negative_direction
from .saddle_map import saddle_map

__all__ = ["depth_dial", "negative_direction", "saddle_map"]
