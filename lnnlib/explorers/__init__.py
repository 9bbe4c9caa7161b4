"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .chapter_map import chapter_map
from .section_6_2_1 import descent_ledger, quadratic_sandwich, step_size_dial
from .section_6_2_2 import saddle_escape

__all__ = [
    "chapter_map", "descent_ledger", "quadratic_sandwich", "saddle_escape", "step_size_dial",
]
