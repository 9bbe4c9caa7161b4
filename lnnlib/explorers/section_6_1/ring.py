"""Networks of widths 3-4-4-2 that were trained to put twelve points on a circle: what `collapse` averages."""
from functools import cache

import numpy as np

from ...descent import gradient_descent
from ...feedforward import FeedForward

NETS = 6                                        # trained networks for each activation
STARTS, STEPS = 40, 300
START = {"tanh": (.9, .4), "linear": (.6, .2), "relu": (.9, .3), "sigmoid": (1.5, 1.), "sin": (.8, .3)}    # scale, eta
ANGLE = 2 * np.pi * np.arange(12) / 12
INPUTS = np.array([np.cos(ANGLE), np.sin(ANGLE), np.cos(2 * ANGLE)])
TARGETS = INPUTS[:2]

# The outputs of a network of hidden widths 1 are W_N (a row): a matrix of rank 1. So its loss is at least this one, by
# Eckart and Young; for points spread evenly on a circle it is 1/4.
FLOOR = np.linalg.svd(TARGETS)[1][1] ** 2 / (2 * TARGETS.shape[1])


@cache
def trained(activation):
    """The loss L and the weights (NETS, dim) of the first networks whose loss comes below a fifth of FLOOR.

    Weights are rounded to three decimals, so that they are the same on every machine.
    """
    scale, eta = START[activation]
    net = FeedForward((3, 4, 4, 2), activation)
    L = net.objective(INPUTS, TARGETS)
    run = gradient_descent(L, net.random(2, scale, (STARTS,)), eta, STEPS, keep=STEPS)
    w = run.points[-1].round(3)
    return L, w[L(w) < FLOOR / 5][:NETS]
