"""Convergence to stationary points (lecture 6.2.1)."""
from .descent_ledger import descent_ledger
from .quadratic_sandwich import quadratic_sandwich
from .step_size_dial import step_size_dial

__all__ = ["descent_ledger", "quadratic_sandwich", "step_size_dial"]
