"""Homework of lecture 6.2.4: products of layers, a Phi that is not convex, the time of a mode."""
