"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2_2 import saddle_escape
from .section_6_2_7 import depth_dial, negative_direction, saddle_map

__all__ = ["saddle_escape", "depth_dial", "negative_direction", "saddle_map"]
