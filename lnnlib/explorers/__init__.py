"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2_1 import descent_ledger, quadratic_sandwich, step_size_dial
from .section_6_2_2 import saddle_escape

__all__ = ["descent_ledger", "quadratic_sandwich", "saddle_escape", "step_size_dial"]
