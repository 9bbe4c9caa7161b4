"""Homework of lecture 6.2.1: how many steps gradient descent needs to an eps-stationary point."""
