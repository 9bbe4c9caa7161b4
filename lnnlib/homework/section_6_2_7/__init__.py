"""Homework of lecture 6.2.7: which saddles of a linear network are strict."""
from .construction import CONSTRUCTION
from .counterexample import COUNTEREXAMPLE
from .curving_down import CURVING_DOWN
from .kinds_of_saddles import KINDS_OF_SADDLES

EXERCISES = (CURVING_DOWN, KINDS_OF_SADDLES, CONSTRUCTION, COUNTEREXAMPLE)
