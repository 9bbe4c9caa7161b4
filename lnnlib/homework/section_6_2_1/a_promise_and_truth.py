"""6.2.1-a: the bound of Theorem 6.7 and the true number of steps, on a bowl."""
import math
from types import SimpleNamespace

import numpy as np

from lnnlib.descent import gradient_descent, stationarity_bound
from lnnlib.landscapes import Quadratic

from ...answers.kinds import number, whole_number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees


def _bowl(curvatures, w0, eta, eps):
    return SimpleNamespace(bowl={"curvatures": curvatures, "w0": w0, "eta": eta, "eps": eps})


def _draw(rng):
    """An instance where no known mistake hits a right number or another mistake's.

    No norm is close to eps.
    """
    while True:
        steep, eps = int(rng.integers(4, 20)), float(rng.choice([.01, .02, .05]))
        given = _bowl((1, steep), tuple(round(float(x), 1) for x in rng.uniform(1, 3, 2)),
                      1 / steep, eps)
        right = _guarantee(given), _run(given).first_stationary(eps)
        answers = [("bound", right[0]), ("first", right[1])]
        answers += [answer for mistake in MISTAKES
                    for answer in mistake.made(given).items()]
        apart = np.abs(_run(given).grad_norms / eps - 1).min() > 1e-6  # rounding cannot move T*
        if len(set(answers)) == len(answers) and right[1] > 5 and apart:
            return given


def _run(given):
    data = given.bowl
    return gradient_descent(Quadratic(data["curvatures"]), data["w0"],
                            data["eta"], 10**4, stop_grad=data["eps"] / 10)


def _guarantee(given):
    return stationarity_bound(float(_run(given).values[0]), given.bowl["eta"], given.bowl["eps"])


def _judge(given, answers):
    bound, norms, eps = _guarantee(given), _run(given).grad_norms, given.bowl["eps"]
    if not (agrees(answers["bound"], bound) or answers["bound"] == math.floor(bound)):
        side = "smaller" if answers["bound"] < bound else "larger"
        return "bound", (f"`bound` = {answers['bound']:g} is {side} "
                         "than what the theorem gives for these numbers.")
    t, first = answers["first"], _run(given).first_stationary(eps)
    if t < first:
        return "first", (f"`first` = {t}: at step {t} the gradient's norm is {norms[t]:.4g}, "
                         "still larger than eps.")
    if t > first:
        return "first", (f"`first` = {t}: "
                         "an earlier step has a gradient of norm at most eps already.")
    return None


MISTAKES = (
    Mistake(
        "eps not squared",
        "`bound`: a step with a gradient longer than eps lowers f in proportion "
        "to the *square* of the gradient's norm. Where did the square of eps go?",
        lambda given: {"bound": _guarantee(given) * given.bowl["eps"]}),
    Mistake(
        "lost 2",
        "`bound`: the descent lemma guarantees half of eta times the squared gradient. "
        "Where did the factor 2 go?",
        lambda given: {"bound": _guarantee(given) / 2}),
    Mistake(
        "first as bound",
        "`bound` is what the theorem promises before you run anything. "
        "You have handed in the step that the run shows.",
        lambda given: {"bound": float(_run(given).first_stationary(given.bowl["eps"]))}),
    Mistake(
        "value for gradient",
        "`first`: at your step the *value* of f is at most eps for the first time. "
        "What does Definition 6.6 compare with eps?",
        lambda given: {"first": int(np.argmax(_run(given).values <= given.bowl["eps"]))}),
)

EXERCISE = Exercise(
    id="6.2.1-a",
    title="Promise and truth",
    asks=(
        Ask("bound", number(), hints=(
            "You need f(w_0), the least value of f, eta and eps, and nothing else.",
            "The theorem divides twice the budget f(w_0) - f* by eta times the square of eps.")),
        Ask("first", whole_number(), hints=(
            "Every coordinate goes its own way: "
            "w_i at step t is (1 - eta c_i)^t w_i(0), and the gradient has the entries c_i w_i.",
            "With eta = 1/beta the steepest coordinate is 0 after one step. "
            "Follow the other one.")),
    ),
    lecture=_bowl((1, 10), (1., 1.), .1, .01),
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="The promise holds for every landscape with this beta and this budget, "
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

bowl = given("6.2.1-a").bowl
c, w, eta, eps = np.array(bowl["curvatures"]), np.array(bowl["w0"]), bowl["eta"], bowl["eps"]
bound = 2 * (c * w**2).sum() / 2 / (eta * eps**2)
first = next(t for t in count() if np.linalg.norm(c * (1 - eta * c) ** t * w) <= eps)
""",
)
