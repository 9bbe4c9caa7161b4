"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .chapter_map import chapter_map
from .section_6_1 import collapse, two_zeros
from .section_6_2 import landscape_gallery
from .section_6_2_1 import descent_ledger, quadratic_sandwich, step_size_dial
from .section_6_2_2 import escape_probability, octopus, saddle_escape
from .section_6_2_3 import dimension_dial, pgd_debugger, second_order_map, sgd_noise
from .section_6_2_4 import landscape_slice, learning_dynamics
from .section_6_2_5 import gauge, hessian_microscope, taylor_orders
from .section_6_2_6 import bottleneck_trap, escape_hatch, kink_trap, svd_picture
from .section_6_2_7 import depth_dial, negative_direction, origin_escape, saddle_map

__all__ = [
    "bottleneck_trap", "chapter_map", "collapse", "depth_dial", "descent_ledger",
    "dimension_dial", "escape_hatch", "escape_probability", "gauge", "hessian_microscope",
    "kink_trap", "landscape_gallery", "landscape_slice", "learning_dynamics",
    "negative_direction", "octopus", "origin_escape", "pgd_debugger", "quadratic_sandwich",
    "saddle_escape", "saddle_map", "second_order_map", "sgd_noise", "step_size_dial",
    "svd_picture", "taylor_orders", "two_zeros",
]
