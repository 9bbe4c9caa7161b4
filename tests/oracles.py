"""Independent oracles: what the library computes, found another way, by rules that are slow or exact."""
from fractions import Fraction

import numpy as np


def complex_step(f, w, h=1e-30):
    """The derivative of an analytic f at the point w, shape (d,): an axis of length d is added at the end.

    f takes points (d, dim_in) and gives arrays (d, ...): no subtraction, hence no cancellation.
    """
    w = np.asarray(w, dtype=float)
    derivative = np.asarray(f(w + 1j * h * np.eye(len(w)))).imag / h
    return np.moveaxis(derivative, 0, -1)


def rational_gradient(f, w, h=Fraction(1, 10**40)):
    """The gradient of f at w by central differences in exact rationals; f takes a list of Fractions."""
    w = [Fraction(x) for x in w]

    def shifted(k, step):
        return [x + step * (j == k) for j, x in enumerate(w)]
    return [(f(shifted(k, h)) - f(shifted(k, -h))) / (2 * h) for k in range(len(w))]


def saddle_conditions(eigenvalues, theta0, eta, eps, steps):
    """The two conditions of 6.2.2 at 0, 1, .., steps, by running gradient descent on 1/2 sum lambda theta^2 in rationals."""
    eigenvalues, theta = [Fraction(a) for a in eigenvalues], [Fraction(x) for x in theta0]
    eta, eps = Fraction(eta), Fraction(eps)
    conditions = []
    for _ in range(steps + 1):
        gradient = [a * x for a, x in zip(eigenvalues, theta, strict=True)]
        below = sum(g * x for g, x in zip(gradient, theta, strict=True)) < 0
        large = sum(g * g for g in gradient) > eps**2
        conditions.append((below, large))
        theta = [x - eta * g for x, g in zip(theta, gradient, strict=True)]
    return conditions


def first_true(flags):
    """The position of the first true flag, None without one."""
    return next((i for i, flag in enumerate(flags) if flag), None)


def smallest_step(eigenvalues, theta0, eta, eps, i):
    """The smallest t >= 0 with (1 + eta alpha)^(2t) > r in direction i, by trying t = 0, 1, 2, .. in rationals."""
    eigenvalues, theta0 = [Fraction(a) for a in eigenvalues], [Fraction(x) for x in theta0]
    alpha, eps = -eigenvalues[i], Fraction(eps)
    positive = sum(a * x**2 for a, x in zip(eigenvalues, theta0, strict=True) if a > 0)
    r = max(positive, eps**2 / alpha) / (alpha * theta0[i] ** 2)
    t, power = 0, Fraction(1)
    while power <= r:
        t, power = t + 1, power * (1 + Fraction(eta) * alpha) ** 2
    return t


def ceiling_of_B(eigenvalues, theta0, eta, eps, i):
    """The smallest integer t, negative ones included, with (1 + eta alpha)^(2t) >= r in direction i."""
    eigenvalues, theta0 = [Fraction(a) for a in eigenvalues], [Fraction(x) for x in theta0]
    alpha, eps = -eigenvalues[i], Fraction(eps)
    positive = sum(a * x**2 for a, x in zip(eigenvalues, theta0, strict=True) if a > 0)
    r = max(positive, eps**2 / alpha) / (alpha * theta0[i] ** 2)
    growth = (1 + Fraction(eta) * alpha) ** 2
    t = 0
    while growth**t >= r:
        t -= 1
    while growth**t < r:
        t += 1
    return t
