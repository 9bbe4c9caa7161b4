"""Homework of lecture 6.2.2: how many steps gradient descent needs to escape a strict saddle."""
