"""The saddle valley f = x^2/2 - y^2/2 + y^4/4 in plain floats: what the explorers of 6.2.3 say of it, within a slider's move."""
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ...live import linear_grid, log_grid

BETA, RHO = 3.4, 7.2             # f is BETA-smooth and its Hessian RHO-Lipschitz where |y| <= 1.2
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
    """||grad f||, arrays.

    >>> float(grad_norm(np.array(3.), np.array(1.)))
    3.0
    """
    return np.hypot(x, y**3 - y)


def lambda_min(y):
    """The least eigenvalue of the Hessian diag(1, 3 y^2 - 1).

    >>> lambda_min(0), lambda_min(2)
    (-1, 1)
    """
    return min(1, 3 * y * y - 1)


def draw_levels(ax, look):
    """Level curves of f as part of a stage."""
    x, y = np.meshgrid(np.linspace(-WIDE, WIDE, 81), np.linspace(-WIDE, WIDE, 81))
    ax.contour(x, y, value(x, y), LEVELS, colors=[look.faint], linewidths=.8, linestyles="solid")
    ax.set(xlim=(-WIDE, WIDE), ylim=(-WIDE, WIDE), xlabel="x", ylabel="y")


@dataclass(frozen=True, eq=False)
class Run:
    """What `follow` did: x[t], y[t] after the noise of pass t; for every noise its pass, the point before it, and w~."""

    x: np.ndarray
    y: np.ndarray
    noise: tuple
    before: tuple
    tilde: tuple
    returned: bool


def follow(start, constants, noise, last, overwrite=False):
    """The listing of `lnnlib.perturbed.pgd_steps` on the valley, 40 times as fast: passes t = 0 .. last, or until it returns.

    `noise(x, y, r)` gives the point after the noise. `overwrite` is line 4.1.1 as printed.

    >>> from lnnlib.perturbed import pgd_constants
    >>> run = follow((1, 0), pgd_constants(2, BETA, RHO, .1, .5, .1, 1), lambda x, y, r: (x, y + r), last=10_000)
    >>> run.noise, run.returned, len(run.y) - 1, round(float(run.y[-1]), 6)
    ((59, 518), True, 976, 1.0)
    """
    x, y = map(float, start)
    eta, r, t_thresh, steep = constants.eta, constants.r, constants.t_thresh, constants.g_thresh**2
    xs, ys, passes, before, tilde = [], [], [], [], []
    t_noise, returned = -t_thresh - 1, False
    for t in range(last + 1):
        slope = y * y * y - y
        if t - t_noise > t_thresh and x * x + slope * slope <= steep:
            before.append((x, y))
            x, y = noise(x, y, r)
            slope, t_noise = y * y * y - y, t
            tilde.append((x, y) if overwrite else before[-1])
            passes.append(t)
        xs.append(x)
        ys.append(y)
        if t - t_noise == t_thresh and value(x, y) - value(*tilde[-1]) > -constants.f_thresh:
            returned = True
            break
        x -= eta * x
        y -= eta * slope
    return Run(np.array(xs), np.array(ys), tuple(passes), tuple(before), tuple(tilde), returned)
