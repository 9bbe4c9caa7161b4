"""6.2.2-a: how many steps the bound guarantees, and how many gradient descent needs."""
import math
from types import SimpleNamespace

import numpy as np

from lnnlib.saddles import QuadraticSaddle

from ...answers.kinds import show, whole_number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake


def _saddle_and_tie(growth, k, theta, **saddle):
    """Two instances; in the second 1 + eta alpha = growth and B = k exactly."""
    alpha = growth - 1
    tie = {"eigenvalues": [-alpha], "theta0": [theta], "eta": 1, "eps": alpha * theta * growth**k}
    return SimpleNamespace(saddle=saddle, tie=tie)


def _draw(rng):
    """Two instances where no known mistake hits a right number or another mistake's."""
    while True:
        alpha, steep, eta, eps = (round(float(x), 2)
                                  for x in rng.uniform((.2, .6, .3, .05), (.6, 1.5, .6, .2)))
        start = [round(float(rng.uniform(.002, .02)), 3), 1.]
        growth, k, theta = (int(n) for n in rng.integers((2, 1, 1), (4, 4, 4)))
        given = _saddle_and_tie(
            growth, k, theta, eigenvalues=[-alpha, steep], theta0=start, eta=eta, eps=eps)
        saddle = QuadraticSaddle(**given.saddle)
        answers = [("bound", saddle.bound()), ("first_escape", saddle.first_escape())]
        answers += [answer for mistake in MISTAKES for answer in mistake.made(given).items()]
        if len(set(answers)) == len(answers):
            return given


def _judge(given, answers):
    saddle, tie = QuadraticSaddle(**given.saddle), QuadraticSaddle(**given.tie)
    if answers["bound"] != saddle.bound():
        return "bound", _not_the_bound("bound", answers["bound"], "saddle", saddle)
    if answers["first_escape"] != saddle.first_escape():
        return "first_escape", _not_the_first(answers["first_escape"], saddle)
    if answers.get("tie", tie.bound()) != tie.bound():
        return "tie", _not_the_bound("tie", answers["tie"], "tie", tie)
    return None


def _not_the_bound(name, t, which, saddle):
    short = f"the inequality t > B does not hold at t = {show(t)} yet."
    long = "both conditions are guaranteed from that step on, but from an earlier step on too."
    said = short if t < saddle.bound() else long
    return f"`{name}` = {show(t)}: on the instance `{which}` {said}"


def _not_the_first(t, saddle):
    if t > saddle.first_escape():
        return (f"`first_escape` = {show(t)}: on the instance `saddle` "
                "an earlier step meets both conditions already.")
    failing = ("condition 2, a gradient larger than ε," if saddle.below_saddle(t)
               else "condition 1, a value below the saddle,")
    return f"`first_escape` = {t}: on the instance `saddle` {failing} does not hold at step {t}."


def _first(condition, given):
    """The first step of `saddle` at which one condition alone holds."""
    saddle = QuadraticSaddle(**given.saddle)
    return int(np.argmax(condition(saddle, np.arange(saddle.bound() + 1))))


MISTAKES = (
    Mistake(
        "floor",
        "`bound` is one of the numbers next to B, but the guarantee needs t > B, strictly. "
        "Which is the first whole number beyond B?",
        lambda given: {"bound": QuadraticSaddle(**given.saddle).bound() - 1}),
    Mistake(
        "lost half",
        "`bound`: a step multiplies θ₁ by 1 + ηα, and both conditions compare squares. "
        "Is the factor ½ still in front of your logarithm?",
        lambda given: {"bound": math.floor(2 * QuadraticSaddle(**given.saddle).B) + 1}),
    Mistake(
        "S₊ forgotten",
        "`bound` is what ε²/α gives. B takes the larger one of S₊ and ε²/α: which is it here?",
        lambda given: {"bound": QuadraticSaddle(
            given.saddle["eigenvalues"][:1], given.saddle["theta0"][:1],
            given.saddle["eta"], given.saddle["eps"]).bound()}),
    Mistake(
        "only condition 1",
        "`first_escape`: at your step f̃ is below the saddle for the first time. "
        "Is the gradient larger than ε there?",
        lambda given: {"first_escape": _first(QuadraticSaddle.below_saddle, given)}),
    Mistake(
        "only condition 2",
        "`first_escape`: at your step the gradient is larger than ε. "
        "Is f̃ below the saddle there?",
        lambda given: {"first_escape": _first(QuadraticSaddle.gradient_large, given)}),
    Mistake(
        "ceil",
        "`tie`: here B is a whole number, and at t = B the two sides are equal. "
        "Is the gradient larger than ε at that step?",
        lambda given: {"tie": int(QuadraticSaddle(**given.tie).printed_bound())}),
)

EXERCISE = Exercise(
    id="6.2.2-a",
    title="Count the steps out of a saddle",
    asks=(
        Ask("bound", whole_number(), hints=(
            "Put α = −λ₁ and S₊ = the sum of λᵢ θᵢ² over the positive λᵢ. "
            "With r = max(S₊, ε²/α) / (α θ₁²) the inequality t > B says (1 + ηα)²ᵗ > r.",
            "You need no logarithm: try t = 0, 1, 2, .. in turn.")),
        Ask("first_escape", whole_number(), hints=(
            "Follow every coordinate: θᵢ at step t is (1 − ηλᵢ)ᵗ times its start.",
            "Go through t = 0, 1, 2, .. and test both conditions at each step.")),
        Ask("tie", whole_number(), optional=True, hints=(
            "All numbers of `tie` are whole: "
            "compare (1 + ηα)²ᵗ with r by hand, without a logarithm.",)),
    ),
    lecture=_saddle_and_tie(2, 1, 1, eigenvalues=[-.5, 1.], theta0=[.01, 1.], eta=.5, eps=.1),
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="The guarantee is the first whole number beyond B, also where B itself is whole. "
          "The real escape is earlier: the bound lets the positive direction stand still. "
          "Next: drag the start in `saddle_escape` and look for a setting where both agree.",
    solution=r"""
Both conditions are guaranteed as soon as $(1+\eta\alpha)^{2t}>r$ with $\alpha=-\lambda_1$
and $r=\dfrac{\max\{S_+,\ \epsilon^2/\alpha\}}{\alpha\,(\theta_1^{(0)})^2}$,
$S_+=\sum_{\lambda_i>0}\lambda_i(\theta_i^{(0)})^2$.
Trying $t=0,1,2,\dots$ in turn needs no logarithm. So a tie, $(1+\eta\alpha)^{2t}=r$,
cannot be decided the wrong way: the inequality is strict and the next step counts.
Rounding $B$ up, as printed in the lecture, is one step short exactly there.

The first real escape is found by following both coordinates.
It comes earlier than the bound, which neglects that the positive direction shrinks.
""",
    code="""
from itertools import count
import numpy as np
from lnnlib.homework import given

data = given("6.2.2-a")

def guaranteed(eigenvalues, theta0, eta, eps):
    alpha = -eigenvalues[0]
    S = sum(lam * x**2 for lam, x in zip(eigenvalues, theta0) if lam > 0)
    r = max(S, eps**2 / alpha) / (alpha * theta0[0] ** 2)
    return next(t for t in count() if (1 + eta * alpha) ** (2 * t) > r)

def escaped(t, eigenvalues, theta0, eta, eps):
    theta = (1 - eta * eigenvalues) ** t * theta0
    below = np.sum(eigenvalues * theta**2) < 0
    steep = np.linalg.norm(eigenvalues * theta) > eps
    return below and steep

bound = guaranteed(**data.saddle)
first_escape = next(t for t in count() if escaped(t, **data.saddle))
tie = guaranteed(**data.tie)
""",
)
