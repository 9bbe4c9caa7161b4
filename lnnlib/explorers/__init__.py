"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2 import landscape_gallery
from .section_6_2_2 import saddle_escape

__all__ = ["landscape_gallery", "saddle_escape"]
