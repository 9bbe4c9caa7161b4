"""Homework of lecture 6.1: certificates that a training loss is not convex."""
from .average import AVERAGE
from .certificate import CERTIFICATE
from .midpoint import MIDPOINT

EXERCISES = (CERTIFICATE, AVERAGE, MIDPOINT)
