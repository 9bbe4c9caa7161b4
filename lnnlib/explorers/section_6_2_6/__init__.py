"""No bad local minima (lecture 6.2.6): Theorem 6.10's proof, and what its hypotheses are for."""
from .bottleneck_trap import bottleneck_trap
from .escape_hatch import escape_hatch
from .kink_trap import kink_trap
from .svd_picture import svd_picture

__all__ = ["bottleneck_trap", "escape_hatch", "kink_trap", "svd_picture"]
