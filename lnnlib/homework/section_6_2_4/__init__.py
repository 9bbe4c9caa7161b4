"""Homework of lecture 6.2.4: products of layers, the non-convexity of Phi, and the time to learn a mode."""
