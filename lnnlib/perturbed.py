"""Perturbed gradient descent (Jin et al. 2017, 6.2.3): the corrected listing, step by step."""
from dataclasses import dataclass
from itertools import count as count_up
from math import ceil, log, sqrt

import numpy as np

from lnnlib._arguments import array, count, number


@dataclass(frozen=True)
class PGDConstants:
    """Step size eta, radius r of the noise, and the thresholds of perturbed gradient descent."""

    chi: float
    eta: float
    r: float
    g_thresh: float
    f_thresh: float
    t_thresh: int


def pgd_constants(dim, beta, rho, eps, c, delta, gap, *, ceiling=True):
    """The constants of PGD(w_0, beta, rho, eps, c, delta, Delta_f), gap = Delta_f >= f(w_0) - f*.

    chi = 3 max{log(d beta gap/(c eps^2 delta)), 4}, eta = c/beta, r = sqrt(c)/chi^2 eps/beta,
    g_thresh = beta r, f_thresh = c/chi^3 sqrt(eps^3/rho),
    t_thresh = ceil(chi/c^2 beta/sqrt(rho eps)).
    ceiling=False leaves t_thresh as printed: unless it happens to be whole,
    `t - t_noise == t_thresh` is never true. Theorem 6.9 asks for 0 < delta <= 1, eps <= beta^2/rho
    and c <= c_max, whose value is not known.

    >>> constants = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=0.1, c=0.5, delta=0.1, gap=1)
    >>> round(constants.chi, 3), constants.t_thresh
    (28.553, 458)
    """
    dim, delta = count("dim", dim, at_least=1), number("delta", delta, above=0, at_most=1)
    for name, value in {"beta": beta, "rho": rho, "eps": eps, "c": c, "gap": gap}.items():
        number(name, value, above=0)
    chi = 3 * max(log(dim * beta * gap / (c * delta)) - 2 * log(eps), 4)
    t_thresh = chi / c**2 * beta / sqrt(rho * eps)
    return PGDConstants(
        chi=chi,
        eta=c / beta,
        r=sqrt(c) / chi**2 * eps / beta,
        g_thresh=sqrt(c) / chi**2 * eps,
        f_thresh=c / chi**3 * sqrt(eps**3 / rho),
        t_thresh=ceil(t_thresh) if ceiling else t_thresh,
    )


@dataclass(frozen=True, eq=False)
class PGDStep:
    """Pass t of the listing: its point w_t (after the noise), f(w_t), and what happened.

    grad_norm: ||grad f|| before the noise, as line 4.1 sees it; w_tilde: the point before the
    latest noise (after it with overwrite=True), or None.
    """

    t: int
    w: np.ndarray
    value: float
    grad_norm: float
    perturbed: bool
    t_noise: float
    w_tilde: np.ndarray | None
    returned: bool


@dataclass(frozen=True, eq=False)
class PGDRun:
    """What a run of PGD comes to.

    point: w~ where returned, else the last w_t; steps: the last t; perturbations: the t of
    line 4.1; values: f(w_t) for every t.
    """

    point: np.ndarray
    steps: int
    perturbations: tuple
    values: np.ndarray
    returned: bool


def uniform_in_ball(rng, dim, r):
    """xi uniform in the ball of radius r around 0 of R^dim.

    xi = r U^{1/dim} z/||z||, z normal, drawn before U.

    >>> bool(np.linalg.norm(uniform_in_ball(np.random.default_rng(0), 3, 0.1)) <= 0.1)
    True
    """
    z, u = rng.normal(size=dim), rng.random()
    return r * u ** (1 / dim) * z / np.linalg.norm(z)


def pgd_steps(f, w0, constants, rng, *, overwrite=False):
    """The listing as a generator: one PGDStep per pass of the loop, the last one returns w~.

    overwrite=True is line 4.1.1 as printed, `w_t <- w_t`: nothing keeps the point before the noise,
    so that line 4.2 tests and returns the point after it. The loop as printed, for t = 0, .., d_0,
    is the first d_0 + 1 passes. Line 4.2 compares f(w_t) - f(w~) with -f_thresh in floating point:
    where f_thresh is below some 1e-16 |f|, rounding of f decides it, and a decrease may pass
    unseen.

    >>> from lnnlib.landscapes import SaddleValley
    >>> constants = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=0.1, c=0.5, delta=0.1, gap=1)
    >>> passes = pgd_steps(SaddleValley(), [1.0, 0.0], constants, rng=0)
    >>> next(step.t for step in passes if step.perturbed)
    59
    """
    rng, w = np.random.default_rng(rng), array("w0", w0, (f.dim,))
    t_noise, w_tilde = -constants.t_thresh - 1, None
    for t in count_up():
        grad = f.grad(w)
        grad_norm = sqrt(grad @ grad)
        perturbed = grad_norm <= constants.g_thresh and t - t_noise > constants.t_thresh
        if perturbed:
            w_tilde, t_noise = w, t
            w = w_tilde + uniform_in_ball(rng, f.dim, constants.r)
            grad = f.grad(w)
            if overwrite:
                w_tilde = w
        value = f(w)
        returned = bool(t - t_noise == constants.t_thresh
                        and value - f(w_tilde) > -constants.f_thresh)
        yield PGDStep(t, w, float(value), grad_norm, perturbed, t_noise, w_tilde, returned)
        if returned:
            return
        w = w - constants.eta * grad


def perturbed_gradient_descent(f, w0, constants, rng, max_steps, *, overwrite=False):
    """Run `pgd_steps` for t = 0, .., max_steps, or until it returns: a PGDRun.

    w0 (dim,), rng a Generator or a seed. Theorem 6.9: for c small enough, arguments as
    `pgd_constants` says, and f beta-smooth, rho-Hessian-Lipschitz and bounded below, the point
    returned is eps-second-order stationary with probability >= 1 - delta.

    >>> from lnnlib.landscapes import SaddleValley
    >>> constants = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=0.1, c=0.5, delta=0.1, gap=1)
    >>> run = perturbed_gradient_descent(SaddleValley(), [1, 0], constants, rng=0, max_steps=10_000)
    >>> run.returned, run.steps, run.perturbations, (run.point.round(3) + 0.0).tolist()
    (True, 976, (59, 518), [0.0, -1.0])
    """
    max_steps = count("max_steps", max_steps)
    values, perturbations = [], []
    # A run that diverges ends as one that did not return.
    with np.errstate(over="ignore", invalid="ignore"):
        for step in pgd_steps(f, w0, constants, rng, overwrite=overwrite):
            values.append(step.value)
            if step.perturbed:
                perturbations.append(step.t)
            if step.returned or step.t == max_steps:
                break
    point = step.w_tilde if step.returned else step.w
    return PGDRun(point, step.t, tuple(perturbations), np.array(values), step.returned)


def is_second_order_stationary(f, w, eps, rho, tol=1e-12):
    """||grad f(w)|| <= eps and lambda_min(nabla^2 f(w)) >= -sqrt(rho eps) (Definition 6.8).

    w (..., dim). Both comparisons allow a relative error tol, so that the boundary belongs to the
    set in spite of rounding: what lies outside by less counts as inside. lambda_min is good to some
    1e-16 ||nabla^2 f(w)||: a smaller sqrt(rho eps) is not seen.

    >>> from lnnlib.landscapes import SaddleValley
    >>> is_second_order_stationary(SaddleValley(), [0, 0], eps=0.5, rho=1)
    False
    """
    eps, rho = number("eps", eps, above=0), number("rho", rho, above=0)
    w = array("w", w, (..., f.dim))
    grad_norm = np.linalg.norm(f.grad(w), axis=-1)
    lambda_min = np.linalg.eigvalsh(f.hess(w))[..., 0]
    verdict = (grad_norm <= eps * (1 + tol)) & (lambda_min >= -sqrt(rho * eps) * (1 + tol))
    return verdict if verdict.ndim else bool(verdict)
