"""Homework of lecture 6.2: a start that ends at a saddle, and what two derivatives decide."""
