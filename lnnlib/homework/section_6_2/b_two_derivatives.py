"""6.2-b: what first and second derivatives decide, as a function."""
from functools import partial
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import WrongKind, function, show
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

KINDS = ("not stationary", "strict saddle", "local minimum", "undecided")


def _one_of(*options):
    """The kind "one of these strings"."""
    def read(value):
        if isinstance(value, str) and value in options:
            return value
        raise WrongKind(f"{show(value)}, expected one of {', '.join(map(repr, options))}")

    return read


def _kind(gradient, hessian, tol=1e-9, spectrum=np.linalg.eigvalsh,
          top="strict saddle", flat="undecided"):
    """What gradient and Hessian decide. The other arguments make the known mistakes."""
    eigenvalues = np.sort(spectrum(hessian))
    if np.linalg.norm(gradient) > tol:
        return "not stationary"
    if eigenvalues[0] < -tol:
        return "strict saddle" if eigenvalues[-1] > tol else top
    return "local minimum" if eigenvalues[0] > tol else flat


def _draw(rng):
    """Points of R^1 to R^4 as (family, gradient, Hessian).

    Every known mistake is wrong on families of its own.
    """
    def turned(*eigenvalues):
        Q = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))[0]
        H = Q @ np.diag(eigenvalues) @ Q.T
        return (H + H.T) / 2

    a, b, c = (round(float(x), 1) for x in rng.uniform(.5, 3, 3))
    still = [("bowl", turned(a, b, c)), ("bowl", np.array([[c]])),
             ("saddle", turned(a, -b)), ("saddle", turned(a, 0, -b, c)),
             ("slanted", np.array([[a, a + b], [a + b, a]])),
             ("top", -np.diag([a, b])), ("top", turned(-a, -b, -c)),
             ("top", np.diag([-a, 0])), ("flat", np.diag([a, 0])),
             ("flat", np.zeros((3, 3))), ("rounded", turned(a, b, 0))]
    still += [("saddle", np.diag([a, -1e-8])), ("bowl", np.diag([1e-8, b])),
              ("rounded", np.diag([b, -5e-10]))]                      # on both sides of 10^-9
    points = [(family, np.zeros(len(H)), H) for family, H in still]
    return SimpleNamespace(points=[
        *points, ("rounded", 1e-13 * rng.normal(size=3), turned(a, b, c)),
        ("slope", np.array([a, -a]), turned(b, c)),
        ("slope", np.array([0, b, -b]), np.diag([a, -b, c])),
        ("slope", .001 * np.ones(2), np.zeros((2, 2))),
        ("slope", np.array([1e-8]), np.array([[a]])),
        ("rounded", np.array([3e-10, 4e-10]), np.diag([b, c]))])


def _judge(given, answers):
    for _, gradient, hessian in given.points:
        found = answers["kind"](gradient, hessian)
        if found != _kind(gradient, hessian):
            eigenvalues = ", ".join(f"{x:.3g}" for x in np.linalg.eigvalsh(hessian).round(12) + 0.)
            return "kind", (f"Where the gradient has norm {np.linalg.norm(gradient):.3g} "
                            f"and the Hessian has the eigenvalues {eigenvalues}, "
                            f"your function returns '{found}'.")
    return None


def _wrong_only_on(*families):
    """Recognizes a function that is wrong on the first of these families, and on none but these."""
    def shows(given, answers):
        wrong = {family for family, gradient, hessian in given.points
                 if answers["kind"](gradient, hessian) != _kind(gradient, hessian)}
        return families[0] in wrong and wrong <= set(families)

    return shows


def _mistaken(**how):
    return lambda given: {"kind": partial(_kind, **how)}


EXERCISE = Exercise(
    id="6.2-b",
    title="What two derivatives decide",
    asks=(Ask("kind", function("gradient, hessian", returns=_one_of(*KINDS)), hints=(
        "`np.linalg.eigvalsh(hessian)` gives the eigenvalues, the smallest first.",
        "Ask in this order: is the norm of the gradient zero? "
        "Is an eigenvalue below zero? Are all above zero?")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "a maximum is none",
            "Your function fails only where no eigenvalue is positive. Read the definition "
            "of a strict saddle again: what does it ask of the other eigenvalues?",
            _mistaken(top="undecided"), _wrong_only_on("top")),
        Mistake(
            "semidefinite is a minimum",
            "Your function fails where the smallest eigenvalue is 0. "
            "Compare x^3 with x^4 at 0: their first two derivatives agree. Are both minima?",
            _mistaken(flat="local minimum"), _wrong_only_on("flat", "rounded")),
        Mistake(
            "no tolerance",
            "Your function is right on exact numbers. "
            "But a computed zero is often a number like 1e-17. Where do you compare with 0 itself?",
            _mistaken(tol=0), _wrong_only_on("rounded")),
        Mistake(
            "gradient",
            "Your function fails only where the gradient is not zero. "
            "Which one number is zero if and only if every entry of the gradient is?",
            lambda given: {"kind": lambda gradient, hessian: _kind([gradient.sum()], hessian)},
            _wrong_only_on("slope")),
        Mistake(
            "diagonal",
            "You seem to read the curvatures off the diagonal. Those are the curvatures along "
            "the coordinate axes only. Is there a direction in between with another sign?",
            _mistaken(spectrum=np.diag),
            lambda given, answers: all(
                answers["kind"](gradient, hessian) == _kind(gradient, hessian, spectrum=np.diag)
                for _, gradient, hessian in given.points)),
    ),
    right="The two derivatives decide all but one case. Where the smallest eigenvalue is 0, "
          "a minimum and a non-strict saddle look alike. So the landscape approach "
          "has to exclude non-strict saddles. Next: section 6.2.7, where they appear.",
    solution=r"""
The gradient is zero if and only if its norm is. Then the eigenvalues of the Hessian decide,
the smallest one first:

- $\lambda_{\min}<0$: a strict saddle, whatever the other eigenvalues are.
  So a maximum with negative curvature counts.
- $\lambda_{\min}>0$: a local minimum.
- $\lambda_{\min}=0$: undecided. Both $x^4$ and $x^3$ have gradient and Hessian zero at 0;
  one has a minimum there.

Computed zeros are seldom exact, hence the tolerance.
""",
    code="""
import numpy as np

def kind(gradient, hessian, tol=1e-9):
    smallest = np.linalg.eigvalsh(hessian)[0]
    if np.linalg.norm(gradient) > tol:
        return "not stationary"
    if smallest < -tol:
        return "strict saddle"
    return "local minimum" if smallest > tol else "undecided"
""",
)
