"""6.2.2-b: a number of steps that is enough with high probability, from a random start."""
import math
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import function, instance, whole_number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

PARAMETERS = ("sigma", "delta", "eigenvalues", "eta", "eps")


def _draw(rng):
    """Starts (sigma, delta, eigenvalues, eta, eps).

    A local maximum, saddles of many dimensions, a start that is far out.
    """
    def start(negative, zeros, sigma):
        eigenvalues = np.concatenate([-rng.uniform(.2, 1, negative).round(2), np.zeros(zeros)])
        delta, eta, eps = (float(rng.choice(values))
                           for values in ((.1, .05, .02), (.1, .2, .5), (.1, .2, .5)))
        return sigma, delta, rng.permutation(eigenvalues), eta, eps

    return SimpleNamespace(starts=[start(1, 0, .01), start(1, 3, .001), start(1, 29, .002),
                                   start(2, 2, .001), start(1, 2, 100.)])


def _one_coordinate(sigma, delta, eigenvalues, eta, eps):
    """T0 = max(0, floor(B) + 1); a tie counts up.

    B = log(eps / (alpha sigma delta (pi/2)^(1/2))) / log(1 + eta alpha).
    """
    alpha = -min(eigenvalues)
    B = math.log(eps / (alpha * sigma * delta * math.sqrt(math.pi / 2))) / math.log1p(eta * alpha)
    return max(0, math.floor(B + 1e-9) + 1)


def _still_inside(t, sigma, eigenvalues, eta, eps):
    """The exact probability that t steps are not enough, P(sum_i (a_i Z_i)^2 <= 1).

    The sum is over the negative directions, one or two, with
    a_i = |lambda_i| (1 + eta |lambda_i|)^t sigma / eps.
    For two, the mean of 1 - exp(-1/(2 q)), q the sum on the unit circle.
    """
    a = [-lam * (1 - eta * lam) ** t * sigma / eps for lam in eigenvalues if lam < 0]
    if len(a) == 1:
        return math.erf(1 / (a[0] * math.sqrt(2)))
    angle = 2 * math.pi * np.arange(4000) / 4000
    q = (a[0] * np.cos(angle)) ** 2 + (a[1] * np.sin(angle)) ** 2
    return float(np.mean(-np.expm1(-.5 / q)))


def _judge(given, answers):
    for sigma, delta, eigenvalues, eta, eps in given.starts:
        t = answers["steps"](sigma, delta, eigenvalues, eta, eps)
        case = f"For {instance(PARAMETERS, (sigma, delta, eigenvalues, eta, eps))} you return {t}."
        if t > _one_coordinate(sigma, delta, eigenvalues, eta, eps):
            return "steps", (f"{case} That keeps the promise, "
                             "but the argument with one coordinate needs fewer steps.")
        inside = _still_inside(t, sigma, eigenvalues, eta, eps)
        if inside > delta * (1 + 1e-9):
            return "steps", (f"{case} By then it has not escaped with probability {inside:.4g}, "
                             f"and only {delta:g} is allowed.")
    return None


def _shows_union(given, answers):
    """d coordinates cost as much as one coordinate with delta / d, and more than one with delta."""
    steps, all_d, shared, alone = answers["steps"], [], [], []
    for sigma, delta, eigenvalues, eta, eps in given.starts:
        one = eigenvalues[[eigenvalues.argmin()]]
        all_d.append(steps(sigma, delta, eigenvalues, eta, eps))
        shared.append(steps(sigma, delta / len(eigenvalues), one, eta, eps))
        alone.append(steps(sigma, delta, one, eta, eps))
    return all_d == shared != alone


def _shows_inverse(given, answers):
    """Half the delta, twice the steps."""
    for sigma, _, *rest in given.starts[:3]:
        few, more, most = (answers["steps"](sigma, 2.0**-k, *rest) for k in (8, 9, 10))
        if few < 20 or max(abs(more / few - 2), abs(most / more - 2)) > .2:
            return False
    return True


def _shows_independence(given, answers):
    """Every delta costs the same."""
    return all(len({answers["steps"](sigma, delta, *rest) for delta in (.5, .1, .01, .001)}) == 1
               for sigma, _, *rest in given.starts)


EXERCISE = Exercise(
    id="6.2.2-b",
    title="Escape with high probability",
    asks=(Ask("steps", function(", ".join(PARAMETERS), returns=whole_number()), hints=(
        "No eigenvalue is positive, so condition 1 holds as soon as theta_1 is not 0. "
        "Condition 2 holds where alpha (1 + eta alpha)^T |theta_1| > eps.",
        "Find the x with x sqrt(2/pi) = delta: "
        "then |theta_1| > sigma x with probability at least 1 - delta.",
        "Put |theta_1| = sigma x into condition 2 and solve for T. "
        "The inequality is strict, and T is never negative.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "union bound",
            "Your number of steps grows with the dimension d, "
            "as if all d coordinates had to be large. How many coordinates does an escape need?",
            lambda given: {"steps": lambda sigma, delta, lams, *rest: _one_coordinate(
                sigma, delta / len(lams), lams, *rest)},
            _shows_union),
        Mistake(
            "inverse delta",
            "Halve delta and your number of steps doubles. Each step multiplies |theta_1| "
            "by 1 + eta alpha: how many more steps does half the start really cost?",
            lambda given: {"steps": lambda sigma, delta, lams, eta, eps: math.ceil(
                eps / (sigma * delta * eta * min(lams) ** 2))},
            _shows_inverse),
        Mistake(
            "independent of delta",
            "Your number of steps is the same for every delta. A promise that fails less "
            "often must wait for starts closer to the saddle: where does delta enter?",
            lambda given: {"steps": lambda sigma, delta, *rest: _one_coordinate(
                sigma, math.sqrt(2 / math.pi), *rest)},
            _shows_independence),
    ),
    right="One coordinate is enough, so the dimension does not enter, "
          "and half the delta costs only log 2 / log(1 + eta alpha) more steps. "
          "Next: section 6.2.3, where noise makes such a start.",
    solution=r"""
No eigenvalue is positive, so $S_+=0$ and condition 1 holds whenever $\theta_1^{(0)}\ne 0$,
that is with probability 1. Condition 2 follows from the first coordinate alone:
$\alpha(1+\eta\alpha)^T|\theta_1^{(0)}|>\epsilon$.

With $x=\delta\sqrt{\pi/2}$ the inequality gives $P(|\theta_1^{(0)}|\le\sigma x)\le\delta$.
So with probability at least $1-\delta$ the start is
$|\theta_1^{(0)}|>\sigma\delta\sqrt{\pi/2}$, and every whole $T\ge 0$ with
$T>B=\log\dfrac{\epsilon}{\alpha\sigma\delta\sqrt{\pi/2}}\Big/\log(1+\eta\alpha)$ is enough:
$T=\max\{0,\lfloor B\rfloor+1\}$.

The exact quantile of $|Z|$ in the place of $x$ gives a $T$ that is at most as large.
""",
    code="""
import math

def steps(sigma, delta, eigenvalues, eta, eps):
    alpha = -min(eigenvalues)
    theta_1 = sigma * delta * math.sqrt(math.pi / 2)
    B = math.log(eps / (alpha * theta_1)) / math.log(1 + eta * alpha)
    return max(0, math.floor(B) + 1)
""",
)
