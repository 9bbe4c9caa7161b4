"""6.1-c: the two weight settings of Proposition 6.2's proof, as a function."""
from types import SimpleNamespace

import numpy as np

from lnnlib.feedforward import FeedForward

from ...answers.kinds import WrongKind, arrays, function, show
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

ACTIVATIONS = ("tanh", "relu", "linear")
SHAPES = ((2, 3, 1), (3, 2, 2), (1, 1, 1), (4, 6, 3))


def _settings(value):
    """The kind "two weight settings, each two matrices"."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise WrongKind(f"{show(value)}, expected two weight settings, (A1, A2), (B1, B2)")
    return [arrays((None, None), (None, None))(setting) for setting in value]


def _draw(rng):
    """Nets (W1, W2, X) of several shapes, with inputs to try the points on."""
    return SimpleNamespace(nets=[(rng.normal(size=(d_1, d_0)).round(2),
                                  rng.normal(size=(d_2, d_1)).round(2),
                                  rng.normal(size=(d_0, 5)).round(2)) for d_0, d_1, d_2 in SHAPES])


def _computes_zero(setting, X):
    """Whether every output is 0 for all activations, up to 1e-9 of the sum of its |terms|."""
    W1, W2 = setting
    for sigma in ACTIVATIONS:
        layer = FeedForward((len(X), len(W1), len(W1)), sigma)
        with np.errstate(all="ignore"):
            h = layer.forward(layer.join([W1, np.eye(len(W1))]), X)
            zero = np.abs(W2 @ h) <= 1e-9 * (np.abs(W2) @ np.abs(h))
        if not zero.all():
            return False
    return True


def _judge(given, answers):
    for W1, W2, X in given.nets:
        case = f"For matrices of shapes {W1.shape} and {W2.shape}:"
        settings = answers["points"](W1, W2)
        for name, setting in zip("AB", settings, strict=True):
            if [W.shape for W in setting] != [W1.shape, W2.shape]:
                return "points", (f"{case} your {name}1, {name}2 have shapes "
                                  f"{setting[0].shape}, {setting[1].shape}.")
        for n, (A, B, W) in enumerate(zip(*settings, (W1, W2), strict=True), start=1):
            if not np.allclose(A / 2 + B / 2, W, rtol=1e-9, atol=1e-9):
                return "points", f"{case} the midpoint of your A{n} and B{n} is not W{n}."
        for name, setting in zip("AB", settings, strict=True):
            if not _computes_zero(setting, X):
                return "points", (f"{case} your {name} does not compute the zero "
                                  "function for every activation with sigma(0) = 0.")
    return None


def _shown(test):
    """Recognizes a mistake that `test(A, B, W)`, with lists of two matrices, shows on every net."""
    def shows(given, answers):
        return all(test(*answers["points"](W1, W2), [W1, W2]) for W1, W2, _ in given.nets)

    return shows


def _same(setting, wanted):
    return all(found.shape == W.shape and np.allclose(found, W, rtol=1e-9, atol=1e-9)
               for found, W in zip(setting, wanted, strict=True))


def _is_zero(W):
    return np.abs(W).max(initial=0) < 1e-12


def _half(A, B, W):
    sums = [X + Y for X, Y in zip(A, B, strict=True) if X.shape == Y.shape]
    return len(sums) == 2 and _same(sums, W)


def _same_layer(A, B, W):
    return any(_is_zero(X) and _is_zero(Y) for X, Y in zip(A, B, strict=True))


def _one_layer_split(A, B, W):
    """One layer is (2W, 0) or (0, 2W), the other is W in both points."""
    return any(_same([A[n], B[n]], [W[n], W[n]]) and _same([A[1 - n] + B[1 - n]], [2 * W[1 - n]])
               for n in (0, 1)
               if A[1 - n].shape == B[1 - n].shape)


def _opposite(A, B, W):
    return _same(A, [-X for X in B])


EXERCISE = Exercise(
    id="6.1-c",
    title="Prove Proposition 6.2 by code",
    asks=(Ask("points", function("W1, W2", returns=_settings), hints=(
        "When does a network compute zero whatever its other weights are? "
        "There are two ways, and one of them needs sigma(0) = 0.",
        "Let A be zero in one layer and B in the other.",
        "If A is zero in a layer, the midpoint there is half of B's.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "factor 2",
            "Your points add up to the network. The midpoint is half the sum.",
            lambda given: {"points": lambda W1, W2: ((W1, 0 * W2), (0 * W1, W2))},
            _shown(_half)),
        Mistake(
            "same layer",
            "A and B are zero in the same layer, so their midpoint is zero there too. "
            "You need two different ways to compute zero.",
            lambda given: {"points": lambda W1, W2: ((2 * W1, 0 * W2), (W1, 0 * W2))},
            _shown(_same_layer)),
        Mistake(
            "one layer split",
            "The midpoint is right, but one layer is the same in both points, "
            "and only one of the points computes zero. What must the other point lose?",
            lambda given: {"points": lambda W1, W2: ((2 * W1, W2), (0 * W1, W2))},
            _shown(_one_layer_split)),
        Mistake(
            "W and -W",
            "Your points are opposite, so their midpoint is 0. That pair belongs to the "
            "last line of the proof. Here the midpoint has to be the network itself.",
            lambda given: {"points": lambda W1, W2: ((W1, W2), (-W1, -W2))},
            _shown(_opposite)),
    ),
    right="Every network is the midpoint of two networks that compute zero. "
          "So a loss of the map that is convex in the weights is at most L(0) everywhere, "
          "and with -W it is L(0) everywhere. Next: write down the points for depth N.",
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
