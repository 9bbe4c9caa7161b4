"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2_2 import saddle_escape
from .section_6_2_3 import dimension_dial, pgd_debugger, second_order_map

__all__ = ["dimension_dial", "pgd_debugger", "saddle_escape", "second_order_map"]
