"""6.2.1-c: one step of gradient descent, judged by what it does on several functions."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from lnnlib.landscapes import Quadratic, SaddleValley, Softplus

from ...answers.kinds import array, function, instance
from ..exercise import Ask, Exercise
from ..mistakes import Fault, Mistake, agrees


@dataclass(frozen=True)
class Gradient:
    """The function `grad` of a landscape, of the same text in every run."""

    landscape: type
    numbers: tuple = ()

    def __call__(self, w):
        return self.landscape(*self.numbers).grad(w)


def _draw(rng):
    """Steps (w, grad, eta) on bowls, saddles and a curve, then at stationary points."""
    def case(grad, w):
        return w, grad, float(rng.choice([.05, .1, .25]))

    cases = [case(Gradient(Quadratic, (rng.integers(-4, 9, d) + .5,)),
                  rng.integers(1, 9, d) / 2 * (-1.) ** np.arange(d)) for d in (1, 2, 5)]
    cases += [case(Gradient(SaddleValley), rng.integers(3, 6, 2) / 2),
              case(Gradient(Softplus), -rng.integers(1, 5, 1) / 2)]
    still = [case(Gradient(SaddleValley), np.array(w)) for w in ([0., 0.], [0., 1.])]
    return SimpleNamespace(cases=cases, still=still)


class _Overwriting(np.ndarray):
    """The next point of a step that has overwritten its `w`."""


def _step_function(value):
    """The kind "a function of (w, grad, eta)" whose value has w's shape; it sees if w changes."""
    function("w, grad, eta", returns=None)(value)  # refuses what is no function

    def watching(w, grad, eta):
        before = w.copy()
        new = value(w, grad, eta)
        return new if new is None or new is ... else (new, w, before)

    def read(found):
        new, w, before = found
        new = array(*before.shape)(new)
        return new if np.array_equal(w, before) else new.view(_Overwriting)

    return function("w, grad, eta", returns=read)(watching)


def _judge(given, answers):
    overwrites = False
    for w, grad, eta in given.cases + given.still:
        new = answers["step"](w, grad, eta)
        overwrites |= isinstance(new, _Overwriting)
        if not agrees(new, w - eta * grad(w)):
            case = instance(("w", "grad(w)", "eta"), (w, grad(w), eta))
            where = (f"goes to ({', '.join(f'{x:.4g}' for x in new)}). Gradient descent does not"
                     if grad(w).any() else "moves. Gradient descent stays where the gradient is 0")
            return "step", f"For {case} your step {where}."
    if overwrites:
        return Fault("step", "Your step goes to the right point but overwrites the array `w` that "
                             "it is given, and with it what the caller still needs. "
                             "`w -= ...` changes an array, `w - ...` makes a new one.", "in place")
    return None


EXERCISE = Exercise(
    id="6.2.1-c",
    title="One step of gradient descent",
    asks=(Ask("step", _step_function, variable="gd_step", hints=(
        "`grad` is a function: call it at `w`.",
        "Walk against the gradient, η times as far as it is long. One line is enough.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "uphill", "Your step goes along the gradient, and a short one raises f. "
                      "Which sign leads down?",
            {"step": lambda w, grad, eta: w + eta * grad(w)}),
        Mistake(
            "eta left out",
            "Your step goes against the gradient, but equally far for every η. "
            "Where does the step size enter?",
            {"step": lambda w, grad, eta: w - grad(w)}),
        Mistake(
            "unit length",
            "Your step has the length η wherever the gradient is not 0. "
            "In gradient descent a short gradient makes a short step.",
            {"step": lambda w, grad, eta: w - eta * grad(w) / np.linalg.norm(grad(w))}),
        Mistake(
            "move alone", "You return the move. The next point is where the move leads from `w`.",
            {"step": lambda w, grad, eta: -eta * grad(w)}),
    ),
    right="That is all of gradient descent, and it moves nothing at a stationary point. "
          "Next: the picture below runs your step beside the reference, with every η.",
    solution=r"""
$w_{t+1}=w_t-\eta\,\nabla f(w_t)$, and `w - eta * grad(w)` makes a new array.
`w -= eta * grad(w)` would overwrite the old one:
whoever keeps a list of the points would then hold the same array many times.
""",
    code="""
def gd_step(w, grad, eta):
    return w - eta * grad(w)
""",
)
