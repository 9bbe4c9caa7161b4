"""6.2.7-d: no negative eigenvalue, and yet no local minimum."""
from types import SimpleNamespace

import numpy as np

from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import balanced_critical_point

from ...answers.kinds import arrays
from ..exact import exact, phi, rounded
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

NEAR = .1          # the distance allowed
STATIONARY = 1e-8  # a gradient or an eigenvalue up to this counts as 0
THREE = arrays((2, 2), (2, 2), (2, 2))


def _draw(rng):
    """M = diag(m_1, m_2), the second mode larger."""
    return SimpleNamespace(M=[[round(float(rng.uniform(.5, 1.2)), 2), 0],
                              [0, round(float(rng.uniform(1.5, 3)), 2)]])


def _net(given):
    return LinearNetwork(SquaredLoss(given.M), hidden=(2, 2))


def _judge(given, answers):
    net = _net(given)
    w, lower = net.join(answers["saddle"]), net.join(answers["lower"])
    return _not_the_saddle(net, w) or _not_lower(net, w, lower)


@np.errstate(over="ignore", invalid="ignore")  # what overflows is not 0
def _slope(net, w):
    return float(np.nan_to_num(np.linalg.norm(net.grad(w)), nan=np.inf))


def _bend(net, w):
    """How far the least eigenvalue is below 0, without what may be rounding."""
    eigenvalues = np.linalg.eigvalsh(net.hess(w))
    return -eigenvalues[0] - 1e-14 * eigenvalues[-1]


def _not_the_saddle(net, w):
    slope = _slope(net, w)
    if slope > STATIONARY:
        size = f"{slope:.3g}" if np.isfinite(slope) else "larger than all floats"
        return "saddle", f"`saddle` is not stationary: the norm of its gradient is {size}."
    bend = _bend(net, w)
    if bend > STATIONARY:
        return "saddle", f"`saddle`: its Hessian has the eigenvalue {-bend:.3g}, which is negative."
    if np.linalg.norm(net.loss.grad(net.product(w))) <= 1e-6:
        return "saddle", "`saddle`: the product is M, up to rounding. So this is a global minimum."
    if np.abs(w).max() < 1e-3:
        return "saddle", "`saddle` is the origin, up to rounding. Find another point."
    return None


def fall(net, w, lower):
    """Phi(w) - Phi(lower), exactly: a small difference of rounded values says nothing."""
    before, after = (phi(exact(point).reshape(3, 2, 2), net.loss.target) for point in (w, lower))
    return before - after


def _not_lower(net, w, lower):
    step = lower - w
    distance = np.hypot.reduce(step)
    if distance > NEAR * (1 + 1e-9):
        return "lower", f"`lower` is {distance:.4g} away from `saddle`, further than {NEAR}."
    fallen = rounded(fall(net, w, lower))
    if fallen <= 0:
        return "lower", ("`lower`: the loss is not smaller there than at `saddle`. "
                         f"It changes by {0 - fallen:.3g}.")
    if fallen <= 2 * (-net.grad(w) @ step - net.hess_form(w, step, step) / 2):
        return "lower", (f"`lower`: the loss is smaller by {fallen:.3g} only. At least half of "
                         "it comes from a gradient or an eigenvalue at `saddle` that counts as 0.")
    return None


def _balanced(given, modes):
    """The three matrices that keep these modes, 0-based."""
    net = _net(given)
    return list(net.split(balanced_critical_point(net, modes)))


def _on_top(given):
    """The mode that a non-strict saddle keeps."""
    return int(np.argmax(np.diag(given.M)))


def _moved(given, *steps):
    """The saddle with the other mode turned on by one of `steps` in each matrix."""
    other = np.diag(np.arange(2) != _on_top(given))
    return {"lower": [W + step * other
                      for W, step in zip(_balanced(given, {_on_top(given)}), steps, strict=True)]}


def _lower_alone(condition):
    """Recognizes a mistake in `lower`, where `saddle` is right: condition(net, w, steps)."""
    def shows(given, answers):
        net = _net(given)
        w, lower = net.join(answers["saddle"]), net.join(answers["lower"])
        return _not_the_saddle(net, w) is None and bool(condition(net, w, lower - w))

    return shows


def _lengths(net, step):
    """How far each matrix moves."""
    return np.array([np.hypot.reduce(D, axis=None) for D in net.split(step)])


def _a_layer_stands_still(net, w, step):
    still = _lengths(net, step) < 1e-12
    return still.any() and not still.all()


def _each_is_near(net, w, step):
    lengths = _lengths(net, step)
    return lengths.max() <= NEAR * (1 + 1e-9) < np.hypot.reduce(lengths)


def _beyond_the_saddle(net, w, step):
    return _not_lower(net, w, w - step) is None


EXERCISE = Exercise(
    id="6.2.7-d",
    title="No negative eigenvalue, and no minimum",
    asks=(
        Ask("saddle", THREE, hints=(
            "Look at the map of saddles. "
            "Which points have no negative eigenvalue, beside the origin and the global minimum?",
            "Keep one mode, in all three matrices alike. Which of the two must it be?",
            "The three diagonal entries of that mode are equal, "
            "and their product is the entry of M. The gradient has to be 0 to eight decimals.")),
        Ask("lower", THREE, hints=(
            "The mode that is left out needs an entry in every matrix: "
            "one 0 among them keeps the product 0.",
            "Add the same small number to the entry of that mode in all three matrices. "
            "How large may it be?")),
    ),
    lecture=SimpleNamespace(M=[[2, 0], [0, 1]]),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "the origin",
            "`saddle`: the origin has all the properties, but the question is about another point. "
            "Where else on the map of saddles is there no negative eigenvalue?",
            lambda given: {"saddle": _balanced(given, set())}),
        Mistake(
            "the smaller mode",
            "`saddle`: you keep the smaller mode and leave the larger one out. "
            "Does the Hessian then have a negative eigenvalue?",
            lambda given: {"saddle": _balanced(given, {1 - _on_top(given)})}),
        Mistake(
            "the global minimum",
            "`saddle`: the loss is 0 there, so it is the global minimum. Leave a mode out.",
            lambda given: {"saddle": _balanced(given, {0, 1})}),
        Mistake(
            "no root",
            "`saddle`: the larger entry of M stands in each of the three matrices. "
            "What stands in their product then?",
            lambda given: {"saddle": [np.diag(np.where(np.eye(2)[_on_top(given)],
                                                       np.diag(given.M), 0.))] * 3}),
        Mistake(
            "not every layer",
            "`lower`: not all three matrices move, and where one stands still the mode that is "
            "left out is 0. What is the product of three numbers, one of them 0?",
            lambda given: _moved(given, .05, .05, 0), _lower_alone(_a_layer_stands_still)),
        Mistake(
            "each matrix alone",
            "`lower`: each of the three matrices is near enough, but not the three together. "
            "The distance is the root of the sum of all squared differences.",
            lambda given: _moved(given, .09, .09, .09), _lower_alone(_each_is_near)),
        Mistake(
            "the other side",
            "`lower` lies on the wrong side of `saddle`. "
            "What does the sign of a step do to an odd power of it?",
            lambda given: _moved(given, -.05, -.05, -.05), _lower_alone(_beyond_the_saddle)),
    ),
    right="No eigenvalue is negative at `saddle`, so no second derivative shows the way down. "
          "The fall is of higher order, and all three matrices have to move for it. "
          "Step 8 of the proof shows the same at the origin.",
    solution=r"""
Keep the larger mode: $W_1=W_2=W_3=\mathrm{diag}(m^{1/3},0)$ if the larger entry $m$ of $M$
comes first. No mode that is left out is larger than the one kept, so no eigenvalue is negative.
To go down, put a small number $t$ into the empty place of all three matrices.
The product gets $t^3$ there, and the loss changes by $-m't^3+\frac12t^6<0$,
where $m'$ is the smaller entry of $M$. The distance is $\sqrt3\,t$.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.2.7-d")
m = np.diag(data.M)
saddle = [np.diag(np.where(m == m.max(), np.cbrt(m), 0))] * 3
lower = [np.diag(np.where(m == m.max(), np.cbrt(m), .05))] * 3
""",
)
