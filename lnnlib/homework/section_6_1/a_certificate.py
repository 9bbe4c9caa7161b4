"""6.1-a: two weight vectors that prove a loss non-convex."""
from functools import partial
from itertools import permutations
from types import SimpleNamespace

import numpy as np

from lnnlib.descent import gradient_descent
from lnnlib.feedforward import FeedForward
from lnnlib.proofs import two_zeros

from ...answers.kinds import array
from ..exact import exact, rounded
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees

NET = FeedForward((2, 3, 1), "relu")


def exact_loss(given, w):
    """L(w) = 1/(2n) ‖W₂ max(W₁X, 0) − Y‖² of rational weights w, exactly."""
    W1, W2, X, Y = w[:6].reshape(3, 2), w[6:].reshape(1, 3), exact(given.X), exact(given.Y)
    return ((W2 @ np.maximum(W1 @ X, 0) - Y) ** 2).sum() / (2 * X.shape[1])


def _midpoint(given, U, V):
    """L at the midpoint, and the mean of L(U) and L(V), exactly: which is larger decides."""
    U, V = exact(U), exact(V)
    return exact_loss(given, (U + V) / 2), (exact_loss(given, U) + exact_loss(given, V)) / 2


def _certifies(given, U, V):
    middle, mean = _midpoint(given, U, V)
    return middle > mean


def _mirrored(given):
    return given.w, -given.w


def _zeros(given):
    return two_zeros(given.net, given.w)


def _small_zeros(given):
    A, B = two_zeros(given.net, given.w)
    return A / 2, B / 2


def _renumbered(given):
    """Weights (6, 6, 9) with the rows of W₁ and the columns of W₂ in every order.

    Only on the diagonal is it a copy of w.
    """
    W1, W2 = given.net.split(given.w)
    orders = list(permutations(range(3)))
    return given.net.join([W1[orders, :][:, None], W2[:, orders].swapaxes(0, 1)[None]])


def _no_copies(given):
    """w, and W₂P in the place of W₂Pᵀ for a cycle P."""
    return given.w, _renumbered(given)[3, 4]


def _draw(rng):
    """A trained net with L(W) < L(0) < L(-W) on which no known mistake certifies anything."""
    while True:
        X = rng.uniform(-2, 2, (2, 8)).round(1) + 0.          # no -0.0
        Y = (np.maximum(X[:1], 0) - np.maximum(X[1:], 0) + .5).round(1)
        L = NET.objective(X, Y)
        trained = gradient_descent(L, NET.random(rng, size=(20,)), .1, 200, keep=200).points[-1]
        for w in trained.round(2):
            given = SimpleNamespace(net=NET, X=X, Y=Y, w=w)
            low, zero, high = L(np.array([w, NET.zeros(), -w]))
            pairs = [example(given) for example in (_mirrored, _zeros, _no_copies)]
            distinct = len({*np.abs(w), 0}) == NET.dim + 1
            telling = distinct and low < .5 * zero and high > 1.2 * zero
            if telling and not any(_certifies(given, *pair) for pair in pairs):
                return given


def _judge(given, answers):
    if _certifies(given, answers["U"], answers["V"]):
        return None
    middle, mean = (f"{rounded(value):.4g}".replace("inf", "more than 10³⁰⁸")
                    for value in _midpoint(given, answers["U"], answers["V"]))
    return "U", (f"L at the midpoint of `U` and `V` is {middle}, "
                 f"and the mean of L(U) and L(V) is {mean}. "
                 "A convex function may do that: the midpoint has to lie above the mean.")


def _hands_in(example, given, answers):
    """Whether the answers are the pair `example(given)`, in either order."""
    U, V = answers["U"], answers["V"]
    one, other = example(given)
    return agrees(U, one) and agrees(V, other) or agrees(U, other) and agrees(V, one)


def _hands_in_no_copies(given, answers):
    """Whether both answers are w renumbered, and one of them wrongly."""
    found = [np.isclose(_renumbered(given), answers[name], rtol=1e-6).all(-1) for name in "UV"]
    copies = [np.diag(places) for places in found]
    return all(places.any() for places in found) and not all(places.any() for places in copies)


def _mistake(name, hint, example, shows=None):
    return Mistake(name, hint, lambda given: dict(zip("UV", example(given), strict=True)),
                   shows or partial(_hands_in, example))


EXERCISE = Exercise(
    id="6.1-a",
    title="A certificate that anyone can check",
    asks=(
        Ask("U", array(NET.dim), hints=(
            "`data.net.split(data.w)` gives the matrices W₁ and W₂, "
            "and `data.net.join([W1, W2])` makes one vector of two matrices.",
            "Two points of equal loss are handy: any midpoint above that loss is enough. "
            "Which weights compute the zero function?",
            "Proposition 6.2 needs three cases, according to which of L(W), L(−W) and L(0) "
            "is larger. Which case is yours?")),
        Ask("V", array(NET.dim)),
    ),
    draw=_draw,
    judge=_judge,
    classics=False,
    mistakes=(
        _mistake(
            "W and -W",
            "The midpoint of W and −W is 0. So you need L(0) above the mean of L(W) and L(−W). "
            "Compute L(−W): is it small enough for that? "
            "If not, −W itself is a point that lies high.",
            _mirrored),
        _mistake(
            "A and B",
            "Both points compute zero and their midpoint is W: well found. "
            "But this net is trained, L(W) < L(0), and a convex function may dip "
            "between two equal values. Which other net of the same kind lies above L(0)?",
            _zeros),
        _mistake(
            "A and B not doubled",
            "Both points compute zero: well found. But their midpoint is W with every weight "
            "halved. Is that the net you had in mind, and does it lie above L(0)?",
            _small_zeros),
        _mistake(
            "no copies",
            "Not both of your vectors are copies of this net: compare L(U) and L(V) with L(W). "
            "If the rows of W₁ become PW₁, the columns of W₂ must become W₂Pᵀ, "
            "and for a cycle of three Pᵀ is not P.",
            _no_copies, _hands_in_no_copies),
        _mistake(
            "one point",
            "`U` and `V` are the same point. Then their midpoint is this point too, "
            "and both sides of the inequality are equal.",
            lambda given: (given.w, given.w),
            lambda given, answers: np.array_equal(answers["U"], answers["V"])),
    ),
    right="Two vectors and three values of L: that is a whole proof, and it used no derivative. "
          "Next: drag W in `two_zeros` and watch which of the three pairs certifies.",
    solution=r"""
Write $L(0)=z$. The weights $A=(2W_1,0)$ and $B=(0,2W_2)$ compute the zero function, so do $-A$ and
$-B$, and all four have loss $z$. Their midpoints are $W$ and $-W$. There are three cases:

- $L(W)>z$: take $A$, $B$.
- $L(-W)>z$: take $-A$, $-B$.
- Else $L(W)\le z$ and $L(-W)\le z$. If one of them is smaller than $z$, take $W$, $-W$,
  whose midpoint is 0.

A trained net has $L(W)<z$. Here $L(-W)>z$, so it is the second case.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.1-a")
L = data.net.objective(data.X, data.Y)
W = data.w
W1, W2 = data.net.split(W)
A = data.net.join([2 * W1, 0 * W2])
B = data.net.join([0 * W1, 2 * W2])
z = L(0 * W)
U, V = (A, B) if L(W) > z else (-A, -B) if L(-W) > z else (W, -W)
""",
)
