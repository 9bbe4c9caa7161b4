"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2 import landscape_gallery
from .section_6_2_2 import escape_probability, octopus, saddle_escape

__all__ = ["landscape_gallery", "escape_probability", "octopus", "saddle_escape"]
