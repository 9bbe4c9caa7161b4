"""Oracles for functions of matrices: the complex step, exact polynomials of rational matrices, scalar loops."""
from fractions import Fraction
from math import exp, log1p

import numpy as np

STEP = 1e-30


def complex_derivative(g, x, direction):
    """The derivative of g at x along `direction`, by a complex step."""
    return g(x + 1j * STEP * direction).imag / STEP


def relative_error(found, expected):
    """Largest entry of |found - expected| over the largest of |expected| (over 1 where that is 0)."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    return np.abs(found - expected).max(initial=0) / (np.abs(expected).max(initial=0) or 1)


def fractions(matrix):
    """The matrix as an object array of Fractions, each float at its exact value."""
    return np.vectorize(Fraction, otypes=[object])(np.asarray(matrix))


def exact_rank(matrix):
    """The rank by elimination in rational arithmetic."""
    rows, rank = [list(row) for row in fractions(matrix)], 0
    for column in range(len(rows[0])):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] / rows[rank][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def product_along(weights, deltas):
    """[C_0, C_1, ..] with (W_N + t D_N) .. (W_1 + t D_1) = sum_k C_k t^k, exactly, by multiplying polynomials in t."""
    coefficients = [fractions(np.eye(weights[0].shape[1], dtype=int))]
    for W, D in zip(weights, deltas, strict=True):
        W, D = fractions(W), fractions(D)
        zero = 0 * W.dot(coefficients[0])
        head, moved = [W.dot(C) for C in coefficients] + [zero], [zero] + [D.dot(C) for C in coefficients]
        coefficients = [a + b for a, b in zip(head, moved, strict=True)]
    return coefficients


def squared_loss_along(weights, deltas, target):
    """[c_0, c_1, c_2] with 1/2 ||W_{1:N} - target||^2 = c_0 + c_1 t + c_2 t^2 + .. along the same line, exactly."""
    C = product_along(weights, deltas)
    C = [*C, 0 * C[0], 0 * C[0]]
    residual = C[0] - fractions(target)
    return (residual**2).sum() / 2, (residual * C[1]).sum(), (residual * C[2]).sum() + (C[1] ** 2).sum() / 2


def scalar_softplus(z):
    """log(1 + e^z) of one float."""
    return max(z, 0.0) + log1p(exp(-abs(z)))
