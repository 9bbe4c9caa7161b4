"""6.2.1-c: one step of gradient descent, judged by what it does on several functions."""
from types import SimpleNamespace

import numpy as np

from lnnlib.landscapes import Quadratic, SaddleValley, Softplus

from ...answers.kinds import array, function, instance
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees


def _draw(rng):
    """Landscapes with points and step sizes.

    Bowls and saddles of several dimensions, a curve, and last a saddle and a minimum themselves.
    """
    cases = [(Quadratic, (rng.integers(-4, 9, d) + .5,),
              rng.integers(1, 9, d) / 2 * (-1.) ** np.arange(d))
             for d in (2, 5)]
    cases += [(SaddleValley, (), rng.integers(3, 6, 2) / 2),
              (Softplus, (), -rng.integers(1, 5, 1) / 2)]
    cases += [(SaddleValley, (), np.array([0., 0.])), (SaddleValley, (), np.array([0., 1.]))]
    return SimpleNamespace(cases=[(*case, float(rng.choice([.05, .1, .25]))) for case in cases])


def _cases(given):
    """(f, w, eta) in turn."""
    return [(landscape(*numbers), w, eta) for landscape, numbers, w, eta in given.cases]


def _step_function(value):
    """The kind "a function of (w, grad, eta)" whose value has w's shape; it sees if w changes."""
    if not callable(value):
        return function("w, grad, eta", returns=None)(value)

    def watching(w, grad, eta):
        before = w.copy()
        new = value(w, grad, eta)
        return new if new is None or new is ... else (before.shape, np.array_equal(w, before), new)

    def read(found):
        shape, kept, new = found
        return array(*shape)(new), kept

    return function("w, grad, eta", returns=read)(watching)


def _is(wrong):
    """Whether the step goes where `wrong(w, g, eta)` does, g the gradient, wherever g is not 0."""
    return lambda given, answers: all(agrees(answers["step"](w, f.grad, eta)[0],
                                             wrong(w, f.grad(w), eta))
                                      for f, w, eta in _cases(given) if f.grad(w).any())


def _goes_right(given, answers):
    return all(agrees(answers["step"](w, f.grad, eta)[0], w - eta * f.grad(w))
               for f, w, eta in _cases(given))


def _judge(given, answers):
    for f, w, eta in _cases(given):
        new, kept = answers["step"](w, f.grad, eta)
        case = f"On {type(f).__name__} with {instance(('w', 'eta'), (w, eta))}"
        if not agrees(new, w - eta * f.grad(w)):
            if f.grad(w).any():
                return "step", (f"{case} your step goes to ({', '.join(f'{x:.4g}' for x in new)}). "
                                "Gradient descent does not.")
            return "step", f"{case} the gradient is 0, so gradient descent stays. Your step moves."
        if not kept:
            return "step", f"{case} your step overwrites the array `w` that it is given."
    return None


def _in_place(w, grad, eta):
    w -= eta * grad(w)
    return w


EXERCISE = Exercise(
    id="6.2.1-c",
    title="One step of gradient descent",
    asks=(Ask("step", _step_function, variable="gd_step", hints=(
        "`grad` is a function: call it at `w`.",
        "Walk against the gradient, eta times as far as it is long. One line is enough.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "uphill", "Your step goes along the gradient, and f rises. Which sign leads down?",
            lambda given: {"step": lambda w, grad, eta: w + eta * grad(w)},
            _is(lambda w, g, eta: w + eta * g)),
        Mistake(
            "eta left out",
            "Your step goes against the gradient, but equally far for every eta. "
            "Where does the step size enter?",
            lambda given: {"step": lambda w, grad, eta: w - grad(w)}, _is(lambda w, g, eta: w - g)),
        Mistake(
            "unit length",
            "Your step has the same length wherever the gradient is not 0. "
            "In gradient descent a short gradient makes a short step.",
            lambda given: {
                "step": lambda w, grad, eta: w - eta * grad(w) / np.linalg.norm(grad(w))},
            _is(lambda w, g, eta: w - eta * g / np.linalg.norm(g))),
        Mistake(
            "move alone", "You return the move. The next point is where the move leads from `w`.",
            lambda given: {"step": lambda w, grad, eta: -eta * grad(w)},
            _is(lambda w, g, eta: -eta * g)),
        Mistake(
            "in place",
            "Your step goes to the right point but overwrites the array `w` that it is given, "
            "and with it what the caller still needs. "
            "`w -= ...` changes an array, `w - ...` makes a new one.",
            lambda given: {"step": _in_place}, _goes_right),
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
