"""The networks of `collapse`: trained to put twelve points on a circle, and their averages."""
from functools import cache

import numpy as np

from ...descent import gradient_descent
from ...feedforward import FeedForward
from .with_biases import WithBiases

HIDDEN = 4                                              # units of each hidden layer
NETS = 6                                                # trained networks for each activation
STARTS, STEPS = 40, 300
START = {                                               # scale of the random weights, eta
    "tanh": (.9, .4), "linear": (.6, .2), "relu": (.9, .3), "sigmoid": (1.5, 1.), "sin": (.8, .3)}
ANGLE = 2 * np.pi * np.arange(12) / 12
INPUTS = np.array([np.cos(ANGLE), np.sin(ANGLE), np.cos(2 * ANGLE)])
TARGETS = INPUTS[:2]

# A network of hidden widths 1 computes W_N times a row: a matrix of rank 1. So its loss is at least
# sigma_2(TARGETS)^2/(2n), by Eckart and Young; for n points spread evenly on a circle that is 1/4.
# A bias b_N takes a vector off each column. The best one is the mean of the targets: here it is 0.
FLOOR = np.linalg.svd(TARGETS)[1][1] ** 2 / (2 * TARGETS.shape[1])


def network(hidden, activation, biases):
    """The network with two hidden layers of so many units."""
    return (WithBiases if biases else FeedForward)((3, hidden, hidden, 2), activation)


@cache
def trained(activation, biases=False):
    """The loss L and the weights (NETS, dim) of the first 3-4-4-2 networks below a fifth of FLOOR.

    Weights are rounded to three decimals, so that they are the same on every machine.
    """
    scale, eta = START[activation]
    net = network(HIDDEN, activation, biases)
    L = net.objective(net.samples(INPUTS) if biases else INPUTS, TARGETS)
    run = gradient_descent(L, net.random(2, scale, (STARTS,)), eta, STEPS, keep=STEPS)
    w = run.points[-1].round(3)
    return L, w[L(w) < FLOOR / 5][:NETS]


def merging(biases):
    """M and S of a hidden layer: M takes the mean of its units, S gives it to each of them.

    A unit that is always 1 stays what it is. The mean of the permutations is Q = SM.
    """
    one = np.eye(int(biases))
    M, S = np.full((1, HIDDEN), 1 / HIDDEN), np.ones((HIDDEN, 1))
    return tuple(np.pad(part, (0, len(one))) + np.pad(one, [(d, 0) for d in part.shape])
                 for part in (M, S))


def average(net, w, biases):
    """The mean of w over all orders of the units of both hidden layers, their biases with them."""
    M, S = merging(biases)
    Q, (W_1, W_2, W_3) = S @ M, net.split(w)
    return net.join([Q @ W_1, Q @ W_2 @ Q, W_3 @ Q])
