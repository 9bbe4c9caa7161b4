"""The saddle valley f = x^2/2 - y^2/2 + y^4/4 in plain floats, fast enough for a slider's move."""
from fractions import Fraction

import numpy as np

from ...live import linear_grid, log_grid

SMOOTH, LIPSCHITZ = Fraction("3.4"), Fraction("7.2")     # of f and of its Hessian, for |y| <= 1.2
BETA, RHO = float(SMOOTH), float(LIPSCHITZ)
WIDE = 1.4                       # what pictures show of each axis
PLACES = linear_grid("-1.2", "1.2", "0.02")
EPSILONS = (*(v for v in log_grid(-2, 1, 60) if Fraction(1, 50) <= v < 4), Fraction(4))
LEVELS = (-.23, -.17, -.1, -.03, .05, .2, .4, .65, .9)


def value(x, y):
    """f, floats or arrays.

    >>> value(0, 1)
    -0.25
    """
    return x * x / 2 - y * y / 2 + y**4 / 4


def grad_norm(x, y):
    """||grad f||, floats or arrays.

    >>> float(grad_norm(3, 1))
    3.0
    """
    return np.hypot(x, y * y * y - y)


def lambda_min(y):
    """The least eigenvalue of the Hessian diag(1, 3 y^2 - 1).

    >>> lambda_min(0), lambda_min(2)
    (-1, 1)
    """
    return min(1, 3 * y * y - 1)


def draw_levels(ax, look):
    """Level curves of f, standing still."""
    x, y = np.meshgrid(np.linspace(-WIDE, WIDE, 81), np.linspace(-WIDE, WIDE, 81))
    ax.contour(x, y, value(x, y), LEVELS, colors=[look.faint], linewidths=.8, linestyles="solid")
    ax.set(xlim=(-WIDE, WIDE), ylim=(-WIDE, WIDE), xlabel="x", ylabel="y")
