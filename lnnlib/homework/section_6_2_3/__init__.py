"""Homework of lecture 6.2.3: the constants of PGD, what it may return, and its noise."""
