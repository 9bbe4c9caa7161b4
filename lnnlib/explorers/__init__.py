"""What the notebooks show: one module per lecture section, one small function per explorer."""
from .section_6_2_2 import saddle_escape

__all__ = ["saddle_escape"]
