"""Homework of lecture 6.2.3: the constants of perturbed gradient descent, what it may return, and its noise."""
from .constants import CONSTANTS
from .counterexample import COUNTEREXAMPLE
from .perturbation import PERTURBATION
from .threshold import THRESHOLD

EXERCISES = (CONSTANTS, THRESHOLD, PERTURBATION, COUNTEREXAMPLE)
