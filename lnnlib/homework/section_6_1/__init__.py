"""Homework of lecture 6.1: certificates that a training loss is not convex."""
