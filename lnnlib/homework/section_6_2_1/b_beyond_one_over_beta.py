"""6.2.1-b: a counterexample to Theorem 6.7 beyond 1/beta, and the bound that holds up to 2/beta."""
import math
from fractions import Fraction
from types import SimpleNamespace

from lnnlib.descent import stationarity_bound

from ...answers.kinds import function, instance, number, number_text
from ..exact import rounded
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, on_every_case
from .promised import is_bound

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


def _counterexample(answers):
    return tuple(answers[name] for name in ("beta", "x0", "eps"))


def _judge(given, answers):
    beta, x0, eps = _counterexample(answers)
    for name, symbol, value in (("beta", "β", beta), ("eps", "ε", eps)):
        if value <= 0:
            return name, f"{symbol} = {number_text(value)} is not positive."
    needed, printed = _steps_needed(beta, x0, eps), _printed(beta, x0, eps)
    if needed <= printed:
        bound = rounded(printed)
        size = f"{bound:.4g}" if bound < math.inf else "of more than 10³⁰⁸"
        return "x0", (f"With your numbers GD needs T* = {needed}, "
                      f"and the printed bound {size} holds.")
    return _judge_constant(given, answers)


def _constant_fault(value, *case):
    if is_bound(value, _corrected(*case)):
        return None
    side = "below" if value < _corrected(*case) else "above"
    return (f"For {instance(PARAMETERS, case)} you return {value:.7g}, "
            f"{side} what the descent lemma gives.")


_judge_constant = on_every_case("constant", _constant_fault)


def _starts_stationary(given, answers):
    beta, x0, eps = _counterexample(answers)
    return beta > 0 < eps and _steps_needed(beta, x0, eps) == 0


EXERCISE = Exercise(
    id="6.2.1-b",
    title="Beyond 1/β",
    asks=(
        Ask("beta", number(), variable="my_beta",
            hints=("Any positive β will do. Choose a simple one.",)),
        Ask("x0", number(), variable="my_x0", hints=(
            "A step maps x to (1 − ηβ)x. What is |f′| after one step?",
            "Write the printed bound as a multiple of s = (βx₀/ε)². "
            "For which s does GD need a step at all? For which is the bound below 1?")),
        Ask("eps", number(), variable="my_eps",
            hints=("Choose ε last: it has to lie just below β|x₀|.",)),
        Ask("constant", function(", ".join(PARAMETERS), returns=number()), hints=(
            "Put w₂ − w₁ = −η∇f(w₁) into Lemma 6.5. By how much does f go down at least, "
            "as a multiple of ‖∇f(w₁)‖²?",
            "Divide the budget by the least decrease of "
            "a step whose gradient is longer than ε.")),
    ),
    draw=_draw,
    judge=_judge,
    classics=False,
    mistakes=(
        Mistake(
            "no step needed",
            "With your numbers the start is ε-stationary already, so GD needs no step at all, "
            "and 0 is within every bound. Start a little farther out.",
            {"x0": 0.}, _starts_stationary),
        Mistake(
            "half lost",
            "`constant`: put η = 1/β into your formula. It divides by 0, where Theorem 6.7 still "
            "holds. Which factor stands in front of the square in Lemma 6.5?",
            {"constant": lambda gap, eta, beta, eps: gap / (eta * (1 - eta * beta) * eps**2)}),
        Mistake(
            "plus for minus",
            "`constant`: your bound is finite at η = 2/β too. There GD on the bowl jumps to and "
            "fro for ever. On which side of Lemma 6.5 does the square stand?",
            {"constant": lambda gap, eta, beta, eps: gap / (eta * (1 + eta * beta / 2) * eps**2)}),
        Mistake(
            "eps not squared",
            "`constant`: a step with a gradient longer than ε lowers f in proportion to the "
            "square of the gradient's norm. Where did the square of ε go?",
            {"constant": lambda *case: _corrected(*case) * case[-1]}),
        Mistake(
            "lost 2",
            "`constant`: at η = 1/β your bound is half of the theorem's. "
            "Where did a factor 2 go?",
            {"constant": lambda *case: _corrected(*case) / 2}),
        Mistake(
            "2 too many",
            "`constant`: at η = 1/β your bound is twice the theorem's. "
            "Is the 2 of the printed bound still needed beside 1 − ηβ/2?",
            {"constant": lambda *case: _corrected(*case) * 2}),
        Mistake(
            "as printed",
            "`constant`: that is the bound of the theorem, and the first part of this exercise "
            "refutes it for η > 1/β. What does the descent lemma give if you do not "
            "estimate ηβ by 1?",
            {"constant": lambda gap, eta, beta, eps: 2 * gap / (eta * eps**2)}),
        Mistake(
            "two pieces",
            "`constant`: every number that you return is a valid bound. For η < 1/β "
            "the descent lemma gives a smaller one: use the same formula on both sides.",
            {"constant": lambda gap, eta, beta, eps: stationarity_bound(gap, eta, eps, beta)}),
        Mistake(
            "rounded up",
            "`constant`: rounded up, it allows one step more than the descent lemma does. "
            "Which whole numbers are at most the bound?",
            {"constant": lambda *case: math.ceil(_corrected(*case))}),
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
