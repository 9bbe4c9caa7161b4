"""Homework of lecture 6.2.2: how many steps gradient descent needs to escape a strict saddle."""
import math
from types import SimpleNamespace

import numpy as np

from lnnlib.saddles import QuadraticSaddle

from ..answers.kinds import function, instance, whole_number
from .exercise import Ask, Exercise, Mistake


def _saddle_and_tie(growth, k, theta, **saddle):
    """Two instances; in the second 1 + eta alpha = growth and B = k exactly."""
    alpha = growth - 1
    tie = {"eigenvalues": (-alpha,), "theta0": (theta,), "eta": 1, "eps": alpha * theta * growth**k}
    return SimpleNamespace(saddle=saddle, tie=tie)


def _draw_saddle_and_tie(rng):
    """Two instances where no known mistake hits a right number or another mistake's."""
    while True:
        alpha, steep, eta, eps = (round(float(x), 2) for x in rng.uniform((.2, .6, .3, .05), (.6, 1.5, .6, .2)))
        start = (round(float(rng.uniform(.002, .02)), 3), 1.)
        growth, k, theta = (int(n) for n in rng.integers((2, 1, 1), (4, 4, 4)))
        given = _saddle_and_tie(growth, k, theta, eigenvalues=(-alpha, steep), theta0=start, eta=eta, eps=eps)
        saddle = QuadraticSaddle(**given.saddle)
        answers = [("bound", saddle.bound()), ("first_escape", saddle.first_escape())]
        answers += [answer for mistake in SADDLE_MISTAKES for answer in mistake.answers(given).items()]
        if len(set(answers)) == len(answers):
            return given


def _judge_saddle(given, answers):
    saddle, tie = QuadraticSaddle(**given.saddle), QuadraticSaddle(**given.tie)
    if answers["bound"] != saddle.bound():
        return "bound", _not_the_bound("bound", answers["bound"], "saddle", saddle)
    if answers["first_escape"] != saddle.first_escape():
        return "first_escape", _not_the_first(answers["first_escape"], saddle)
    if answers.get("tie", tie.bound()) != tie.bound():
        return "tie", _not_the_bound("tie", answers["tie"], "tie", tie)
    return None


def _not_the_bound(name, t, which, saddle):
    short = f"the inequality t > B does not hold at t = {t} yet."
    long = f"both conditions are guaranteed from step {t} on, but from an earlier step on too."
    return f"`{name}` = {t}: on the instance `{which}` {short if t < saddle.bound() else long}"


def _not_the_first(t, saddle):
    if t > saddle.first_escape():
        return f"`first_escape` = {t}: on the instance `saddle` an earlier step meets both conditions already."
    failing = "condition 2, a gradient larger than eps," if saddle.below_saddle(t) else "condition 1, a value below the saddle,"
    return f"`first_escape` = {t}: on the instance `saddle` {failing} does not hold at step {t}."


def _first(condition, given):
    """The first step of `saddle` at which one condition alone holds."""
    saddle = QuadraticSaddle(**given.saddle)
    return int(np.argmax(condition(saddle, np.arange(saddle.bound() + 1))))


SADDLE_MISTAKES = (
    Mistake(
        "floor",
        "`bound` is one of the numbers next to B, but the guarantee needs t > B, strictly. Which is the first whole number "
        "beyond B?",
        lambda given: {"bound": QuadraticSaddle(**given.saddle).bound() - 1}),
    Mistake(
        "lost half",
        "`bound`: a step multiplies theta_1 by 1 + eta alpha, and both conditions compare squares. Where did the factor 1/2 "
        "in front of the logarithm go?",
        lambda given: {"bound": math.floor(2 * QuadraticSaddle(**given.saddle).B) + 1}),
    Mistake(
        "only condition 1",
        "`first_escape`: at your step f~ is below the saddle for the first time. Is the gradient larger than eps there?",
        lambda given: {"first_escape": _first(QuadraticSaddle.below_saddle, given)}),
    Mistake(
        "only condition 2",
        "`first_escape`: at your step the gradient is larger than eps. Is f~ below the saddle there?",
        lambda given: {"first_escape": _first(QuadraticSaddle.gradient_large, given)}),
    Mistake(
        "ceil",
        "`tie`: here B is a whole number, and at t = B the two sides are equal. Is the gradient larger than eps at that step?",
        lambda given: {"tie": int(QuadraticSaddle(**given.tie).printed_bound())}),
)

SADDLE = Exercise(
    id="6.2.2-a",
    title="Count the steps out of a saddle",
    prompt=r"""
Gradient descent with step size $\eta$ runs on $\tilde f(\theta)=\frac12\sum_i\lambda_i\theta_i^2$ and starts at
$\theta^{(0)}$. It has escaped at step $t$ if both conditions hold:

1. $\tilde f(\theta^{(t)})<0$,
2. $\|\nabla\tilde f(\theta^{(t)})\|>\epsilon$.

The next cell shows the numbers of two instances, `saddle` and `tie`. Hand in three whole numbers:

- `bound`: the number of steps that this section guarantees for `saddle`, that is the smallest whole number $t\ge 0$ with $t>B$;
- `first_escape`: the first step $t=0,1,2,\dots$ at which gradient descent really has escaped from `saddle`;
- `tie`: the number of steps that this section guarantees for `tie`.
""",
    cell="""
bound = ...
first_escape = ...
tie = ...
""",
    asks=(
        Ask("bound", whole_number(), hints=(
            "With alpha = -lambda_1, S+ the sum of lambda_i theta_i^2 over the positive lambda_i and "
            "r = max(S+, eps^2/alpha) / (alpha theta_1^2), t > B says (1 + eta alpha)^(2t) > r.",
            "You need no logarithm: try t = 0, 1, 2, .. in turn.")),
        Ask("first_escape", whole_number(), hints=(
            "Follow every coordinate: theta_i at step t is (1 - eta lambda_i)^t theta_i(0).",
            "Go through t = 0, 1, 2, .. and test both conditions at each step.")),
        Ask("tie", whole_number(), optional=True, hints=(
            "All numbers of `tie` are whole: compare (1 + eta alpha)^(2t) with r by hand, without a logarithm.",)),
    ),
    lecture=_saddle_and_tie(2, 1, 1, eigenvalues=(-.5, 1.), theta0=(.01, 1.), eta=.5, eps=.1),
    draw=_draw_saddle_and_tie,
    judge=_judge_saddle,
    mistakes=SADDLE_MISTAKES,
    right="The guarantee is the first whole number beyond B, also where B itself is whole. The real escape is earlier: the bound "
          "lets the positive direction stand still. Next: drag the start in `saddle_escape` and find a setting where both agree.",
    solution=r"""
Both conditions are guaranteed as soon as $(1+\eta\alpha)^{2t}>r$ with $\alpha=-\lambda_1$ and
$r=\dfrac{\max\{S_+,\ \epsilon^2/\alpha\}}{\alpha\,(\theta_1^{(0)})^2}$, $S_+=\sum_{\lambda_i>0}\lambda_i(\theta_i^{(0)})^2$.
Trying $t=0,1,2,\dots$ in turn needs no logarithm. So a tie, $(1+\eta\alpha)^{2t}=r$, cannot be decided the wrong way: the
inequality is strict and the next step counts. Rounding $B$ up, as printed in the lecture, is one step short exactly there.

The first real escape is found by following both coordinates. It comes earlier than the bound, which neglects that the
positive direction shrinks.
""",
    code="""
from itertools import count
from lnnlib.homework import given

def guaranteed(eigenvalues, theta0, eta, eps):
    alpha = -eigenvalues[0]
    S = sum(lam * x**2 for lam, x in zip(eigenvalues, theta0) if lam > 0)
    r = max(S, eps**2 / alpha) / (alpha * theta0[0] ** 2)
    return next(t for t in count() if (1 + eta * alpha) ** (2 * t) > r)

def escaped(t, eigenvalues, theta0, eta, eps):
    theta = [(1 - eta * lam) ** t * x for lam, x in zip(eigenvalues, theta0)]
    below = sum(lam * x**2 for lam, x in zip(eigenvalues, theta)) < 0
    steep = sum((lam * x) ** 2 for lam, x in zip(eigenvalues, theta)) > eps**2
    return below and steep

data = given("6.2.2-a")
bound = guaranteed(**data.saddle)
first_escape = next(t for t in count() if escaped(t, **data.saddle))
tie = guaranteed(**data.tie)
""",
)


PARAMETERS = ("sigma", "delta", "eigenvalues", "eta", "eps")


def _draw_starts(rng):
    """Starts (sigma, delta, eigenvalues, eta, eps): a local maximum, saddles of many dimensions, a start that is far out."""
    def start(negative, zeros, sigma):
        eigenvalues = np.concatenate([-rng.uniform(.2, 1, negative).round(2), np.zeros(zeros)])
        delta, eta, eps = (float(rng.choice(values)) for values in ((.1, .05, .02), (.1, .2, .5), (.1, .2, .5)))
        return sigma, delta, rng.permutation(eigenvalues), eta, eps

    return SimpleNamespace(starts=[start(1, 0, .01), start(1, 3, .001), start(1, 29, .002), start(2, 2, .001), start(1, 2, 100.)])


def _one_coordinate(sigma, delta, eigenvalues, eta, eps):
    """T0 = max(0, floor(B) + 1), B = log(eps / (alpha sigma delta (pi/2)^(1/2))) / log(1 + eta alpha); a tie counts up."""
    alpha = -min(eigenvalues)
    B = math.log(eps / (alpha * sigma * delta * math.sqrt(math.pi / 2))) / math.log1p(eta * alpha)
    return max(0, math.floor(B + 1e-9) + 1)


def _still_inside(t, sigma, eigenvalues, eta, eps):
    """The exact probability that t steps are not enough: P(sum_i (a_i Z_i)^2 <= 1) over one or two negative directions.

    a_i = |lambda_i| (1 + eta |lambda_i|)^t sigma / eps. For two, the mean of 1 - exp(-1/(2 q)), q the sum on the unit circle.
    """
    a = [-lam * (1 - eta * lam) ** t * sigma / eps for lam in eigenvalues if lam < 0]
    if len(a) == 1:
        return math.erf(1 / (a[0] * math.sqrt(2)))
    angle = 2 * math.pi * np.arange(4000) / 4000
    return float(np.mean(-np.expm1(-.5 / ((a[0] * np.cos(angle)) ** 2 + (a[1] * np.sin(angle)) ** 2))))


def _judge_steps(given, answers):
    for sigma, delta, eigenvalues, eta, eps in given.starts:
        t = answers["steps"](sigma, delta, eigenvalues, eta, eps)
        case = f"For {instance(PARAMETERS, (sigma, delta, eigenvalues, eta, eps))} you return {t}."
        if t > _one_coordinate(sigma, delta, eigenvalues, eta, eps):
            return "steps", f"{case} That keeps the promise, but the argument with one coordinate needs fewer steps."
        inside = _still_inside(t, sigma, eigenvalues, eta, eps)
        if inside > delta * (1 + 1e-9):
            return "steps", f"{case} By then it has not escaped with probability {inside:.4g}, and only {delta:g} is allowed."
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


STARTS = Exercise(
    id="6.2.2-b",
    title="Escape with high probability",
    prompt=r"""
Now the start is random: $\theta^{(0)}\sim\mathcal N(0,\sigma^2 I)$ in $\mathbb R^d$. The saddle has eigenvalues
$\lambda_1,\dots,\lambda_d$ in any order, at least one of them negative and **none positive**. Let $\alpha=|\lambda_{\min}|$.

Write a function `steps(sigma, delta, eigenvalues, eta, eps)`. It returns a whole number $T$ such that with probability at
least $1-\delta$ gradient descent has escaped by step $T$. It gets an array of eigenvalues, and numbers for the rest.

Only one coordinate of $\theta^{(0)}$ has to be large enough. The density of a standard normal $Z$ is at most $1/\sqrt{2\pi}$,
so $P(|Z|\le x)\le x\sqrt{2/\pi}$. Any $T$ that keeps the promise is right, as long as it is no larger than what this
inequality gives.
""",
    cell="""
def steps(sigma, delta, eigenvalues, eta, eps):
    return ...
""",
    asks=(Ask("steps", function(", ".join(PARAMETERS), returns=whole_number()), hints=(
        "No eigenvalue is positive, so condition 1 holds as soon as theta_1 is not 0. Condition 2 holds where "
        "alpha (1 + eta alpha)^T |theta_1| > eps.",
        "Find the x with x sqrt(2/pi) = delta: then |theta_1| > sigma x with probability at least 1 - delta.",
        "Put |theta_1| = sigma x into condition 2 and solve for T. The inequality is strict, and T is never negative.")),),
    shows_given=False,
    draw=_draw_starts,
    judge=_judge_steps,
    mistakes=(
        Mistake(
            "union bound",
            "Your number of steps grows with the dimension d, as if all d coordinates had to be large. How many coordinates "
            "does an escape need?",
            lambda given: {"steps": lambda sigma, delta, lams, *rest: _one_coordinate(sigma, delta / len(lams), lams, *rest)},
            _shows_union),
        Mistake(
            "inverse delta",
            "Halve delta and your number of steps doubles. Each step multiplies |theta_1| by 1 + eta alpha: how many more "
            "steps does half the start really cost?",
            lambda given: {"steps": lambda sigma, delta, lams, eta, eps: math.ceil(eps / (sigma * delta * eta * min(lams) ** 2))},
            _shows_inverse),
        Mistake(
            "independent of delta",
            "Your number of steps is the same for every delta. A promise that fails less often must wait for starts closer "
            "to the saddle: where does delta enter?",
            lambda given: {"steps": lambda sigma, delta, *rest: _one_coordinate(sigma, math.sqrt(2 / math.pi), *rest)},
            _shows_independence),
    ),
    right="One coordinate is enough, so the dimension does not enter, and half the delta costs only log 2 / log(1 + eta alpha) "
          "more steps. Next: section 6.2.3, where noise makes such a start.",
    solution=r"""
No eigenvalue is positive, so $S_+=0$ and condition 1 holds whenever $\theta_1^{(0)}\ne 0$, that is with probability 1.
Condition 2 follows from the first coordinate alone: $\alpha(1+\eta\alpha)^T|\theta_1^{(0)}|>\epsilon$.

With $x=\delta\sqrt{\pi/2}$ the inequality gives $P(|\theta_1^{(0)}|\le\sigma x)\le\delta$. So with probability at least
$1-\delta$ the start is $|\theta_1^{(0)}|>\sigma\delta\sqrt{\pi/2}$, and every whole $T\ge 0$ with
$T>B=\log\dfrac{\epsilon}{\alpha\sigma\delta\sqrt{\pi/2}}\Big/\log(1+\eta\alpha)$ is enough: $T=\max\{0,\lfloor B\rfloor+1\}$.

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

EXERCISES = (SADDLE, STARTS)
