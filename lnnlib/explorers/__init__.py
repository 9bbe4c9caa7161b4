"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_1 import collapse, two_zeros
from .section_6_2_2 import saddle_escape

__all__ = ["collapse", "saddle_escape", "two_zeros"]
