"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2_2 import saddle_escape
from .section_6_2_6 import bottleneck_trap, escape_hatch, kink_trap, svd_picture

__all__ = ["bottleneck_trap", "escape_hatch", "kink_trap", "saddle_escape", "svd_picture"]
