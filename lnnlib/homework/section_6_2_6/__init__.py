"""Homework of lecture 6.2.6: the perturbation that keeps the product, and bad local minima beyond the theorem."""
from .bottleneck import BOTTLENECK
from .null_vector import NULL_VECTOR
from .perturbation import PERTURBATION
from .trap import TRAP

EXERCISES = (PERTURBATION, BOTTLENECK, NULL_VECTOR, TRAP)
