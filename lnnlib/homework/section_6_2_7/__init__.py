"""Homework of lecture 6.2.7: which saddles of a linear network are strict."""
