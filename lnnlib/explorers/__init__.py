"""What the notebooks show: one folder per lecture section, one file per explorer."""
from .section_6_2_2 import saddle_escape
from .section_6_2_5 import gauge, hessian_microscope, taylor_orders

__all__ = ["gauge", "hessian_microscope", "saddle_escape", "taylor_orders"]
