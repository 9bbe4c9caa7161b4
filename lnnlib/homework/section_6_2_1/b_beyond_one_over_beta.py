"""6.2.1-b: a counterexample to Theorem 6.7 beyond 1/beta, and the bound that holds up to 2/beta."""
from fractions import Fraction
from types import SimpleNamespace

from lnnlib.descent import stationarity_bound

from ...answers.kinds import function, instance, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees

PARAMETERS = ("gap", "eta", "beta", "eps")


def _draw(rng):
    """Four step sizes: two below 1/beta, two between 1/beta and 2/beta."""
    def case(share):
        gap, beta, eps = (float(rng.choice(values))
                          for values in ((.5, 2, 7), (.2, 3, 8), (.03, .1, .4)))
        return gap, share / beta, beta, eps

    return SimpleNamespace(cases=[case(float(rng.choice(shares)))
                                  for shares in ((.2, .4), (.6, .8), (1.2, 1.4), (1.7, 1.9))])


def _corrected(gap, eta, beta, eps):
    return gap / (eta * (1 - eta * beta / 2) * eps**2)


def _steps_needed(beta, x0, eps):
    """T* at eta = 1.5/beta, decided exactly: each step halves |x| and turns it round."""
    slope, eps, t = abs(Fraction(beta) * Fraction(x0)), Fraction(eps), 0
    while slope > eps:
        slope, t = slope / 2, t + 1
    return t


def _printed(beta, x0, eps):
    """2 gap/(eta eps^2) at eta = 1.5/beta, exactly: (beta x0/eps)^2/1.5."""
    return (Fraction(beta) * Fraction(x0) / Fraction(eps)) ** 2 * Fraction(2, 3)


def _judge(given, answers):
    beta, x0, eps = (answers[name] for name in ("beta", "x0", "eps"))
    for name, value in (("beta", beta), ("eps", eps)):
        if value <= 0:
            return name, f"`{name}` = {value:g} is not positive."
    if _steps_needed(beta, x0, eps) <= _printed(beta, x0, eps):
        needed, printed = _steps_needed(beta, x0, eps), float(_printed(beta, x0, eps))
        return "x0", (f"With your numbers GD needs T* = {needed}, "
                      f"and the printed bound {printed:.4g} holds.")
    for case in given.cases:
        value, right = answers["constant"](*case), _corrected(*case)
        if not agrees(value, right):
            side = "below" if value < right else "above"
            return "constant", (f"For {instance(PARAMETERS, case)} you return {value:.6g}, "
                                f"{side} what the descent lemma gives.")
    return None


def _shows(wrong):
    """Whether the function handed in agrees with `wrong` on all instances."""
    return lambda given, answers: all(agrees(answers["constant"](*case), wrong(*case))
                                      for case in given.cases)


def _half_lost(gap, eta, beta, eps):
    return gap / (eta * (1 - eta * beta) * eps**2)


def _as_printed(gap, eta, beta, eps):
    return 2 * gap / (eta * eps**2)


def _two_pieces(gap, eta, beta, eps):
    return stationarity_bound(gap, eta, eps, beta)


EXERCISE = Exercise(
    id="6.2.1-b",
    title="Beyond 1/β",
    asks=(
        Ask("beta", number(), variable="my_beta",
            hints=("Any positive beta will do. Choose a simple one.",)),
        Ask("x0", number(), variable="my_x0", hints=(
            "A step maps x to (1 - eta beta) x. What is |f'| after one step?",
            "Write the printed bound as a multiple of s = (beta x0/eps)^2. "
            "For which s does GD need a step at all? For which is the bound below 1?")),
        Ask("eps", number(), variable="my_eps",
            hints=("Choose eps last: it has to lie just below beta times |x0|.",)),
        Ask("constant", function(", ".join(PARAMETERS), returns=number()), hints=(
            "Put w_{t+1} - w_t = -eta grad f(w_t) into Lemma 6.5. By how much does "
            "f go down at least, as a multiple of the squared norm of the gradient?",
            "Divide the budget by the least decrease of "
            "a step whose gradient is longer than eps.")),
    ),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "no step needed",
            "With your numbers the start is eps-stationary already, so GD needs no step at all, "
            "and 0 is within every bound. Start a little farther out.",
            lambda given: {"x0": 0.},
            lambda given, answers: (
                answers["beta"] > 0 < answers["eps"]
                and abs(answers["beta"] * answers["x0"]) <= answers["eps"])),
        Mistake(
            "half lost",
            "`constant`: your formula fails at eta = 1/beta already, where it divides by 0. "
            "In Lemma 6.5 half of beta stands in front of the square.",
            lambda given: {"constant": _half_lost}, _shows(_half_lost)),
        Mistake(
            "as printed",
            "`constant`: that is the bound of the theorem, which you have just refuted for eta "
            "above 1/beta. What does the descent lemma give if you do not estimate eta beta by 1?",
            lambda given: {"constant": _as_printed}, _shows(_as_printed)),
        Mistake(
            "two pieces",
            "`constant`: every number that you return is a valid bound. Below eta = 1/beta "
            "the descent lemma gives a smaller one: use the same formula on both sides.",
            lambda given: {"constant": _two_pieces}, _shows(_two_pieces)),
    ),
    right="A step is needed, and the printed bound is below 1. "
          "The corrected bound holds for every step size on which the descent lemma says anything. "
          "Next: turn `step_size_dial` beyond 1/β and see both.",
    solution=r"""
One step maps $x$ to $(1-\eta\beta)x=-\frac12x$.
With $s=(\beta x_0/\epsilon)^2$ the printed bound is $s/(\eta\beta)=s/1.5$.
GD needs at least one step if $s>1$. So the bound is false for every $1<s<1.5$.

Lemma 6.5 with $w_{t+1}-w_t=-\eta\nabla f(w_t)$ gives
$f(w_{t+1})\le f(w_t)-\eta(1-\eta\beta/2)\|\nabla f(w_t)\|^2$. For $\eta<2/\beta$ the factor is
positive. While $\|\nabla f\|>\epsilon$ a step costs more than $\eta(1-\eta\beta/2)\epsilon^2$ of
the budget $\Delta$, so there are at most $\Delta/(\eta(1-\eta\beta/2)\epsilon^2)$ of them.
""",
    code="""
my_beta, my_x0, my_eps = 1, 1.1, 1

def constant(gap, eta, beta, eps):
    return gap / (eta * (1 - eta * beta / 2) * eps**2)
""",
)
