"""Perturbed gradient descent (lecture 6.2.3)."""
from .dimension_dial import dimension_dial
from .pgd_debugger import pgd_debugger
from .second_order_map import second_order_map
from .sgd_noise import sgd_noise

__all__ = ["dimension_dial", "pgd_debugger", "second_order_map", "sgd_noise"]
