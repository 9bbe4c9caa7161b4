"""6.2.6-d: a bad local minimum, found by hand."""
import math
from types import SimpleNamespace

import numpy as np

from lnnlib.traps import BottleneckTrap

from ...answers.kinds import array
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

FLAT = 1e-6                                    # a gradient or an eigenvalue up to this counts as 0


def _instance(a, m):
    return SimpleNamespace(a=a, m=m)


def _draw(rng):
    m = round(float(rng.uniform(.55, .75)), 2)  # where m/2 and m² differ
    return _instance(round(float(rng.uniform(1.3, 2) / m), 2), m)


def _at(given, answers):
    """The net, the weights (c W_1, W_2/c) with both norms equal, Phi and ||grad Phi|| there.

    Phi does not change along (c W_1, W_2/c):
    these are a local minimum if and only if those handed in are.
    """
    f, W_1, W_2 = BottleneckTrap(given.a, given.m), answers["W_1"], answers["W_2"]
    size_1, size_2 = (math.hypot(*(W / 2).flat) for W in (W_1, W_2))  # halves do not overflow
    c = math.sqrt(size_2) / math.sqrt(size_1) if size_1 and size_2 else 1
    with np.errstate(all="ignore"):  # weights of 1e200 are answers too
        w = f.join([c * W_1, W_2 / c])
        return f, w, float(f(w)), float(np.linalg.norm(f.grad(w)))


def _across(f, w):
    """The eigenvalues of the Hessian across (W_1, -W_2), along which Phi does not change."""
    W_1, W_2 = f.split(w)
    complement = np.linalg.svd(f.join([W_1, -W_2])[None])[2][1:]
    return np.linalg.eigvalsh(complement @ f.hess(w) @ complement.T)


def _judge(given, answers):
    f, w, value, slope = _at(given, answers)
    if not slope <= FLAT:
        size = f"{slope:.3g}" if math.isfinite(slope) else "larger than all floats"
        return "W_1", (f"The gradient is not 0: where it is judged, its norm is {size}. "
                       "A local minimum is stationary.")
    if (lowest := np.linalg.eigvalsh(f.hess(w))[0]) < -FLAT:
        return "W_1", (f"The gradient is 0, but the Hessian has the eigenvalue {lowest:.3g}: "
                       "there is a way down.")
    if (lowest := _across(f, w)[0]) <= FLAT:
        return "W_1", ("The gradient is 0, but across the direction (W₁, −W₂) the Hessian "
                       f"has the eigenvalue {lowest:.3g}: that certifies no minimum.")
    if value < f.minimum + 1e-9:
        return "W_1", "That is a local minimum, and a global one. You want a bad one."
    return None


def _weights(p, s):
    """Weights with u = v = (p, s), product u v^T."""
    return {"W_1": [[p, s]], "W_2": [[p], [s]]}


def _shows_global(given, answers):
    f, _, value, slope = _at(given, answers)
    return slope <= FLAT and value < f.minimum + 1e-9


def _shows_origin(given, answers):
    return not np.any(answers["W_1"]) and not np.any(answers["W_2"])


def _product(answers):
    with np.errstate(all="ignore"):
        return answers["W_2"] @ answers["W_1"]


def _shows_square(given, answers):
    """The product is diag(0, m^2): m stands in both layers."""
    return np.allclose(_product(answers), np.diag([0, given.m**2]), rtol=1e-6, atol=1e-9)


def _shows_both(given, answers):
    """The product fits both diagonal entries."""
    return np.allclose(np.diag(_product(answers)), [1, given.m], rtol=1e-6)


EXERCISE = Exercise(
    id="6.2.6-d",
    title="Disprove it: a bad local minimum",
    asks=(
        Ask("W_1", array(1, 2), hints=(
            "The product is a matrix of rank 1. "
            "It can fit one of the two diagonal entries of the target, 1 or m, but not both.",
            "The bad choice fits the smaller one. Which weights have the product diag(0, m)?")),
        Ask("W_2", array(2, 1))),
    lecture=_instance(3, .6),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "global minimum",
            "Your weights are a minimum, and no weights of this net are better. "
            "Which other entry of the target can one unit fit?",
            lambda given: _weights(1, 0), _shows_global),
        Mistake(
            "origin",
            "At the origin the gradient is 0. "
            "It is a saddle: compute the least eigenvalue of the Hessian.",
            lambda given: _weights(0, 0), _shows_origin),
        Mistake(
            "no root",
            "Your two layers multiply: the entry 22 of their product is m². What should it be?",
            lambda given: _weights(0, given.m), _shows_square),
        Mistake(
            "both entries",
            "Your product fits both entries of the diagonal. A matrix of rank 1 pays for that off "
            "the diagonal: is the gradient 0?",
            lambda given: _weights(1, math.sqrt(given.m)), _shows_both),
    ),
    right="One unit fits the smaller entry well and cannot change over to "
          "the larger one without paying for the entries off the diagonal. "
          "Next: section 6.2.7, on what stationary points other than minima look like.",
    solution=r"""
One hidden unit makes matrices of rank 1. The best one is $\mathrm{diag}(1,0)$.
The bad choice is $\mathrm{diag}(0,m)$ with $\Phi=1$, for instance $W_1=(0,\sqrt m)$ and
$W_2=(0,\sqrt m)^T$; rescaling the two layers by $c$ and $1/c$ gives the others.

Across $(W_1,-W_2)$ the Hessian has the eigenvalues $2am-2$, $2am+2$ and $4m$.
The number $am$ is larger than 1, so all are positive. Hence $\Phi$ has a strict minimum there among
the weights that differ by a vector of the complement. Every weight near by is $(cW_1',W_2'/c)$ with
such a $(W_1',W_2')$, and has the same $\Phi$: so it is a local minimum among all weights.
""",
    code="""
from lnnlib.homework import given

data = given("6.2.6-d")

root = data.m ** .5
W_1 = [[0, root]]
W_2 = [[0], [root]]
""",
)
