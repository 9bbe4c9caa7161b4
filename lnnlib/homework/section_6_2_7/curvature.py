"""The Hessian form of a network of depth 2 with the loss l(W) = 1/2 ||W - M||^2."""
import math

from ..exact import exact, rounded


def hessian_form(W1, W2, G, D1, D2):
    """nabla^2 Phi(W_1, W_2)[(D_1, D_2), (D_1, D_2)], G = W_2 W_1 - M.

    In rationals, so that large entries neither overflow nor cancel.

    >>> hessian_form([[1]], [[0]], [[-1]], [[2]], [[1]])
    -3.0
    """
    W1, W2, G, D1, D2 = map(exact, (W1, W2, G, D1, D2))
    F = W2 @ D1 + D2 @ W1
    return rounded((F**2).sum() + 2 * (G * (D2 @ D1)).sum())


def close(form, value):
    """To the nine decimals of the prompts.

    >>> close(-1 + 1e-10, -1), close(-1 + 1e-8, -1)
    (True, False)
    """
    return abs(form - value) <= 1e-9


def not_minus_one(form):
    """The end of a sentence, with more digits where four say -1.

    >>> not_minus_one(-4 / 3)
    'the Hessian form along your direction is −1.333, not −1.'
    """
    if math.isinf(form):
        return "the Hessian form along your direction is beyond all floats, not −1."
    text = f"{form:.4g}"
    text = f"{form:.12g}" if text == "-1" else text
    return f"the Hessian form along your direction is {text}, not -1.".replace("-", "−")
