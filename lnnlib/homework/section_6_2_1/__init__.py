"""Homework of lecture 6.2.1: how many steps gradient descent needs to an eps-stationary point."""
from .beyond import COUNTEREXAMPLE
from .one_step import STEP
from .promise import BOWL

EXERCISES = (BOWL, COUNTEREXAMPLE, STEP)
