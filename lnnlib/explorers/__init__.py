"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2_2 import saddle_escape
from .section_6_2_4 import landscape_slice, learning_dynamics

__all__ = ["landscape_slice", "learning_dynamics", "saddle_escape"]
