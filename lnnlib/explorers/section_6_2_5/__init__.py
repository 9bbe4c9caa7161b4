"""Gradient and Hessian of a linear network (lecture 6.2.5)."""
from .gauge import gauge
from .hessian_microscope import hessian_microscope
from .taylor_orders import taylor_orders

__all__ = ["gauge", "hessian_microscope", "taylor_orders"]
