"""6.1-c: the two weight settings of Proposition 6.2's proof, as a function."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import WrongKind, arrays, function, show
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees, on_every_case

WIDTHS = ((1, 1, 1), (2, 3, 1), (2, 1, 3), (3, 2, 2), (4, 6, 3))


def _settings(value):
    """The kind "two weight settings, each two matrices"."""
    sized = isinstance(value, list | tuple) or isinstance(value, np.ndarray) and value.ndim
    try:
        A, B = value if sized else ()
        return [arrays((None, None), (None, None))(setting) for setting in (A, B)]
    except (ValueError, WrongKind):
        raise WrongKind(f"{show(value)}, expected (A1, A2), (B1, B2), "
                        "four matrices of finite numbers") from None


def _draw(rng):
    """Networks (W1, W2) of several shapes."""
    return SimpleNamespace(cases=[(rng.normal(size=(d_1, d_0)).round(2),
                                   rng.normal(size=(d_2, d_1)).round(2))
                                  for d_0, d_1, d_2 in WIDTHS])


def _shapes(setting):
    return [W.shape for W in setting]


def _middle(A, B):
    """The midpoint; halves first, so that no sum overflows."""
    return [A_n / 2 + B_n / 2 for A_n, B_n in zip(A, B, strict=True)]


def _scaled(W):
    return W / (np.abs(W).max() or 1)


def _computes_zero(W1, W2):
    """Whether every output is 0 for all activations, up to 1e-9 of the sum of its |terms|.

    One activation decides: σ(z) = eᶻ − 1, for exponentials of different rates are linearly
    independent. Where it gives 0, the terms of equal rows cancel, and they do for every σ.
    A positive factor of a matrix changes nothing about that: it makes another activation with
    σ(0) = 0 out of one, or another multiple of the output.
    """
    W1, W2 = _scaled(W1), _scaled(W2)
    X = np.random.default_rng(0).normal(size=(W1.shape[1], 20))
    h = np.expm1(W1 @ X)
    return (np.abs(W2 @ h) <= 1e-9 * (np.abs(W2) @ np.abs(h))).all()


def _fault(settings, *W):
    A, B = settings
    case = f"For W1={show(W[0])}, W2={show(W[1])}:"
    for name, setting in zip("AB", settings, strict=True):
        if _shapes(setting) != _shapes(W):
            has = " and ".join(map(str, _shapes(setting)))
            return f"{case} your {name}1 and {name}2 have shapes {has}, unlike W1 and W2."
    for n, (M_n, W_n) in enumerate(zip(_middle(A, B), W, strict=True), start=1):
        if not np.allclose(M_n, W_n, rtol=1e-9, atol=1e-9):
            return f"{case} the midpoint of your A{n} and B{n} is not W{n}."
    for name, setting in zip("AB", settings, strict=True):
        if not _computes_zero(*setting):
            return (f"{case} your {name} does not compute the zero function "
                    "for every activation with σ(0) = 0.")
    return None


def _shown(test):
    """Recognizes a mistake that `test(A, B, W)`, with lists of two matrices, shows on every net."""
    def shows(given, answers):
        for W in given.cases:
            A, B = answers["points"](*W)
            if not (_shapes(A) == _shapes(B) == _shapes(W) and test(A, B, W)):
                return False
        return True

    return shows


def _add_up(A, B, W):
    return agrees(_middle(A, B), [W_n / 2 for W_n in W])


def _zero_in_one_layer(A, B, W):
    return any(not A_n.any() and not B_n.any() for A_n, B_n in zip(A, B, strict=True))


def _one_layer_split(A, B, W):
    return agrees(_middle(A, B), W) and any(map(agrees, A, W))


def _opposite(A, B, W):
    return agrees(_middle(A, B), [0 * W_n for W_n in W])


EXERCISE = Exercise(
    id="6.1-c",
    title="Prove Proposition 6.2 by code",
    asks=(Ask("points", function("W1, W2", returns=_settings), hints=(
        "When does a network compute zero whatever its other weights are? "
        "There are two ways, and one of them needs σ(0) = 0.",
        "Let A be zero in one layer and B in the other.",
        "If A is zero in a layer, the midpoint there is half of B's.")),),
    draw=_draw,
    judge=on_every_case("points", _fault),
    mistakes=(
        Mistake(
            "factor 2",
            "Your points add up to the network. The midpoint is half the sum.",
            {"points": lambda W1, W2: ((W1, 0 * W2), (0 * W1, W2))},
            _shown(_add_up)),
        Mistake(
            "same layer",
            "A and B are zero in the same layer, so their midpoint is zero there too. "
            "You need two different ways to compute zero.",
            {"points": lambda W1, W2: ((2 * W1, 0 * W2), (W1, 0 * W2))},
            _shown(_zero_in_one_layer)),
        Mistake(
            "one layer split",
            "The midpoint is right, but one layer is the same in both points, "
            "and they do not both compute zero. Which one does not? What must it lose?",
            {"points": lambda W1, W2: ((2 * W1, W2), (0 * W1, W2))},
            _shown(_one_layer_split)),
        Mistake(
            "W and -W",
            "Your points are opposite, so their midpoint is 0. That pair belongs to the "
            "last line of the proof. Here the midpoint has to be the network itself.",
            {"points": lambda W1, W2: ((W1, W2), (-W1, -W2))},
            _shown(_opposite)),
    ),
    right="Every network is the midpoint of two networks that compute zero. "
          "So a loss of the map that is convex in the weights is at most L(0) everywhere, "
          "and with −W it is L(0) everywhere. Next: write down the points for depth N.",
    solution=r"""
A network computes zero if its last layer is zero.
It also does if its first layer is zero and $\sigma(0)=0$: then the hidden layer is $\sigma(0)=0$.
So take $A=(2W_1,0)$ and $B=(0,2W_2)$. The 2 makes up for the half of the midpoint.

The rest of the proof: let $L$ be convex and $z=L(0)$. Then $L(W)\le\frac12(L(A)+L(B))=z$ for every
$W$, so also $L(-W)\le z$. And 0 is the midpoint of $W$ and $-W$: $z\le\frac12(L(W)+L(-W))\le z$.
Hence $L(W)=z$: a loss of the map that is convex in the weights is constant.
""",
    code="""
def points(W1, W2):
    return (2 * W1, 0 * W2), (0 * W1, 2 * W2)
""",
)
