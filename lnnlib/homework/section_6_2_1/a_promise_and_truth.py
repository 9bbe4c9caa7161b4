"""6.2.1-a: the bound of Theorem 6.7 and the true number of steps, on a bowl."""
import math
from itertools import combinations
from types import SimpleNamespace

import numpy as np

from lnnlib.descent import gradient_descent, sharp_stationarity_bound, stationarity_bound
from lnnlib.landscapes import Quadratic

from ...answers.kinds import number, show, whole_number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees
from .promised import is_bound


def _draw(rng):
    """An instance where every known mistake has a number of its own, and no norm is near eps."""
    while True:
        steep = int(rng.integers(8, 21))
        given = SimpleNamespace(
            curvatures=[int(rng.integers(2, 5)), steep],
            w0=[round(float(x), 1) for x in rng.uniform(1, 4, 2)],
            eta=1 / steep, eps=float(rng.choice([.07, .15, .3])))
        numbers = {"bound": [_theorem(given)], "first": [_first(given)]}
        for mistake in MISTAKES:
            for name, wrong in mistake.made(given).items():
                numbers[name].append(wrong)
        pairs = [pair for several in numbers.values() for pair in combinations(several, 2)]
        near = np.abs(_run(given).grad_norms / given.eps - 1).min() < 1e-6
        if not near and not any(agrees(*pair) for pair in pairs):
            return given


def _run(given):
    return gradient_descent(Quadratic(given.curvatures), given.w0, given.eta, 10**4,
                            stop_grad=given.eps / 20)


def _first(given):
    return _run(given).first_stationary(given.eps)


def _gap(given):
    return float(_run(given).values[0])


def _theorem(given):
    return stationarity_bound(_gap(given), given.eta, given.eps)


def _first_small(measure):
    """The wrong answers where `measure(run)` stands for the norm of the gradient."""
    return lambda given: {"first": int(np.argmax(measure(_run(given)) <= given.eps))}


def _judge(given, answers):
    bound, t, first = answers["bound"], answers["first"], _first(given)
    if not is_bound(bound, _theorem(given)):
        side = "smaller" if bound < _theorem(given) else "larger"
        return "bound", (f"`bound` = {bound:.7g} is {side} "
                         "than what the theorem gives for these numbers.")
    if t < first:
        return "first", (f"`first` = {t}: at step {t} the gradient's norm is "
                         f"{_run(given).grad_norms[t]:.4g}, still larger than ε.")
    if t > first:
        return "first", (f"`first` = {show(t)}: "
                         "an earlier step has a gradient of norm at most ε already.")
    return None


MISTAKES = (
    Mistake(
        "eps not squared",
        "`bound`: a step with a gradient longer than ε lowers f in proportion "
        "to the square of the gradient's norm. Where did the square of ε go?",
        lambda given: {"bound": _theorem(given) * given.eps}),
    Mistake(
        "eta multiplied",
        "`bound`: by your formula, half the step size would halve the number of steps. "
        "What does a smaller η do to the decrease in each step?",
        lambda given: {"bound": _theorem(given) * given.eta**2}),
    Mistake(
        "lost 2",
        "`bound`: the descent lemma guarantees ½η‖∇f‖² in each step. "
        "Where did its factor ½ go?",
        lambda given: {"bound": _theorem(given) / 2}),
    Mistake(
        "sharp form",
        "`bound`: no more steps than that are needed, by the sharp form of Break 9. "
        "The question asks what Theorem 6.7 itself allows.",
        lambda given: {"bound": sharp_stationarity_bound(
            _gap(given), given.eta, given.eps, 1 / given.eta)}),
    Mistake(
        "rounded up",
        "`bound`: rounded up, it allows one step more than the theorem does. "
        "Which whole numbers are at most the bound?",
        lambda given: {"bound": float(math.ceil(_theorem(given)))}),
    Mistake(
        "first as bound",
        "`bound` is what the theorem promises before you run anything. "
        "You have handed in the step that the run shows.",
        lambda given: {"bound": float(_first(given))}),
    Mistake(
        "value for gradient",
        "`first`: at your step the value of f is at most ε for the first time. "
        "What does Definition 6.6 compare with ε?",
        _first_small(lambda run: run.values)),
    Mistake(
        "point for gradient",
        "`first`: at your step ‖w‖ is at most ε for the first time. "
        "What does Definition 6.6 compare with ε?",
        _first_small(lambda run: np.linalg.norm(run.points, axis=1))),
    Mistake(
        "norm squared",
        "`first`: at your step ‖∇f‖² is at most ε for the first time. A norm has a root.",
        _first_small(lambda run: run.grad_norms**2)),
)

EXERCISE = Exercise(
    id="6.2.1-a",
    title="Promise and truth",
    asks=(
        Ask("bound", number(), hints=(
            "You need f(w₀), the least value f* of f, η and ε, and nothing else.",
            "The theorem divides twice the budget f(w₀) − f* by ηε².")),
        Ask("first", whole_number(), hints=(
            "Every coordinate goes its own way: a step multiplies wᵢ by 1 − ηcᵢ, "
            "and the gradient has the entries cᵢwᵢ.",
            "With η = 1/β the steepest coordinate is 0 after one step. Follow the other one.")),
    ),
    lecture=SimpleNamespace(curvatures=[2, 8], w0=[3, 2], eta=.125, eps=.15),
    formerly={"bowl": ("curvatures", "w0", "eta", "eps")},
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="The promise holds for every landscape with this β and this budget, "
          "so on a bowl it is far too careful. "
          "Next: find the landscape in `descent_ledger` that needs two thirds of it.",
    solution=r"""
The least value of $f$ is 0, so the budget is $f(w_0)$ and the theorem allows
$2f(w_0)/(\eta\epsilon^2)$ steps.

For the true number follow the coordinates: $w_i^{(t)}=(1-\eta c_i)^tw_i^{(0)}$.
The steep one is 0 after the first step. The other one shrinks by the factor $1-\eta c_1$ in each
step, so the number of steps grows with $\log(1/\epsilon)$ only.
""",
    code="""
from itertools import count
import numpy as np
from lnnlib.homework import given

data = given("6.2.1-a")
c, w0, eta, eps = data.curvatures, data.w0, data.eta, data.eps
bound = 2 * (c * w0**2).sum() / 2 / (eta * eps**2)
first = next(t for t in count() if np.linalg.norm(c * (1 - eta * c) ** t * w0) <= eps)
""",
)
