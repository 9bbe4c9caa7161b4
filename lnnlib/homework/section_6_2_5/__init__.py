"""Homework of lecture 6.2.5: the gradient and the Hessian of a product, first by hand, then for every shape and depth."""
from .every_form import FORM
from .every_gradient import GRADIENT
from .one_form import VALUE
from .one_gradient import GRAD_2

EXERCISES = (GRAD_2, VALUE, GRADIENT, FORM)
