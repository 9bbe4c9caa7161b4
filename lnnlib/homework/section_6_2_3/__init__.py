"""Homework of lecture 6.2.3: the constants of perturbed gradient descent, what it may return, and its noise."""
