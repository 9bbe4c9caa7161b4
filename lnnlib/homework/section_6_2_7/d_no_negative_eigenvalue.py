"""6.2.7-d: no negative eigenvalue, and yet no local minimum."""
from types import SimpleNamespace

import numpy as np

from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import balanced_critical_point

from ...answers.kinds import arrays
from ..exact import exact, phi, rounded
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees

# the distance allowed; a gradient or an eigenvalue up to this counts as 0
NEAR, STATIONARY = .1, 1e-8
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


def _slope_and_curvature(net, w):
    """||grad Phi|| and how far the least eigenvalue of the Hessian is below 0."""
    return float(np.linalg.norm(net.grad(w))), max(0., -float(np.linalg.eigvalsh(net.hess(w))[0]))


def _not_the_saddle(net, w):
    slope, bend = _slope_and_curvature(net, w)
    if slope > STATIONARY:
        return "saddle", f"`saddle` is not stationary: its gradient has norm {slope:.3g}."
    if bend > STATIONARY:
        return "saddle", f"`saddle`: its Hessian has the eigenvalue {-bend:.4g}, which is negative."
    if np.linalg.norm(net.loss.grad(net.product(w))) <= 1e-6:
        return "saddle", "`saddle` is a global minimum, so nothing lower lies near it."
    if np.abs(w).max() < 1e-3:
        return "saddle", "`saddle` is the origin. Find another point."
    return None


def fall(net, w, lower):
    """Phi(w) - Phi(lower), exactly: a small difference of rounded values says nothing."""
    before, after = (phi(exact(point).reshape(3, 2, 2), net.loss.target) for point in (w, lower))
    return before - after


def _not_lower(net, w, lower):
    distance, fallen = np.linalg.norm(lower - w), rounded(fall(net, w, lower))
    if not distance <= NEAR:
        return "lower", f"`lower` is {distance:.4g} away from `saddle`, further than {NEAR}."
    if fallen <= 0:
        return "lower", ("`lower`: the loss is not smaller there than at `saddle`. "
                         f"It changes by {-fallen:.3g}.")
    slope, bend = _slope_and_curvature(net, w)
    if fallen <= slope * distance + bend * distance**2 / 2:
        return "lower", (f"`lower`: the loss is smaller by {fallen:.3g} only. "
                         "That is no more than rounding in `saddle` makes, "
                         f"where the gradient is {slope:.3g} and not quite 0.")
    return None


def _balanced(given, modes):
    net = _net(given)
    return [W.copy() for W in net.split(balanced_critical_point(net, modes))]


def _on_top(given):
    """The mode, 0-based, that a non-strict saddle keeps."""
    return int(np.argmax(np.diag(given.M)))


def _moved(given, layers):
    """The saddle with the other mode turned on by .05 in some layers."""
    kept = _on_top(given)
    weights = _balanced(given, {kept})
    for n in layers:
        weights[n][1 - kept, 1 - kept] = .05
    return weights


def _is(modes):
    """Recognizes the balanced point of these modes, `modes` a function of the instance."""
    return lambda given, answers: agrees(np.array(answers["saddle"]),
                                         np.array(_balanced(given, modes(given))))


def _leaves_a_layer(given, answers):
    """A layer stands still, and the loss does."""
    net, pairs = _net(given), zip(answers["saddle"], answers["lower"], strict=True)
    still = any(np.allclose(before, after, rtol=0, atol=1e-12) for before, after in pairs)
    return still and abs(fall(net, net.join(answers["saddle"]), net.join(answers["lower"]))) < 1e-12


EXERCISE = Exercise(
    id="6.2.7-d",
    title="No negative eigenvalue, and no minimum",
    asks=(
        Ask("saddle", THREE, hints=(
            "Look at the map of saddles. "
            "Which points have no negative eigenvalue, beside the origin and the global minimum?",
            "Keep one mode, in all three matrices alike. Which of the two must it be?",
            "The three diagonal entries of that mode are equal, "
            "and their product is the entry of M. The gradient has to be 0 to eight digits.")),
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
            lambda given: {"saddle": _balanced(given, set())}, _is(lambda given: set())),
        Mistake(
            "the smaller mode",
            "`saddle`: you keep the smaller mode and leave the larger one out. "
            "Does the Hessian then have a negative eigenvalue?",
            lambda given: {"saddle": _balanced(given, {1 - _on_top(given)})},
            _is(lambda given: {1 - _on_top(given)})),
        Mistake(
            "the global minimum",
            "`saddle`: the loss is 0 there, so it is the global minimum. Leave a mode out.",
            lambda given: {"saddle": _balanced(given, {0, 1})}, _is(lambda given: {0, 1})),
        Mistake(
            "not every layer",
            "`lower`: the loss did not change. "
            "One of the three matrices stands still, and there the entry of the missing mode is 0. "
            "What is the product of three numbers, one of them 0?",
            lambda given: {"lower": _moved(given, (0, 1))}, _leaves_a_layer),
    ),
    right="The Hessian sees nothing of the fall: along this way it is of third order. "
          "No second derivative can tell such a point from a minimum. "
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

m = np.diag(given("6.2.7-d").M)
saddle = [np.diag(np.where(m == m.max(), np.cbrt(m), 0))] * 3
lower = [np.diag(np.where(m == m.max(), np.cbrt(m), .05))] * 3
""",
)
