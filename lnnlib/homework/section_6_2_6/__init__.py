"""Homework of lecture 6.2.6: the perturbation that keeps the product, and bad local minima."""
