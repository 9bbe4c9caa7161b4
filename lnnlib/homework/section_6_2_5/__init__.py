"""Homework of lecture 6.2.5: the gradient and the Hessian of a product.

First by hand, then for every shape and depth.
"""
