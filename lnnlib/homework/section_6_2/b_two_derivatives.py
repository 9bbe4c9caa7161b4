"""6.2-b: what first and second derivatives decide, as a function."""
from functools import partial
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import WrongKind, function, show
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, on_every_case

KINDS = ("not stationary", "strict saddle", "local minimum", "undecided")
TOL = 1e-9  # what is not larger counts as zero


def _one_of(*options):
    """The kind "one of these strings"."""
    def read(value):
        if isinstance(value, str) and value in options:
            return value
        raise WrongKind(f"{show(value)}, expected one of {', '.join(map(repr, options))}")

    return read


def _kind(gradient, hessian, tol=TOL, spectrum=np.linalg.eigvalsh,
          top="strict saddle", flat="undecided"):
    """What gradient and Hessian decide. The other arguments make the known mistakes."""
    eigenvalues = np.sort(spectrum(hessian))
    if np.linalg.norm(gradient) > tol:
        return "not stationary"
    if eigenvalues[0] < -tol:
        return "strict saddle" if eigenvalues[-1] > tol else top
    return "local minimum" if eigenvalues[0] > tol else flat


def _draw(rng):
    """Points of R^1 to R^4 as (gradient, Hessian)."""
    def turned(*eigenvalues):
        Q = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))[0]
        H = Q @ np.diag(eigenvalues) @ Q.T
        return (H + H.T) / 2

    a, b, c = (round(float(x), 1) for x in rng.uniform(.5, 3, 3))
    still = [np.diag(eigenvalues) for eigenvalues in (
        [c], [-a], [0], [a, 0], [-a, -b], [-a, 0], [0, 0, 0],
        [a, -1e-8], [1e-8, b], [b, -5e-10])]                         # on both sides of 10^-9
    still += [np.array([[a, a + b], [a + b, a]]), turned(a, -b), turned(a, b, c),
              turned(-a, -b, -c), turned(a, b, 0), turned(a, 0, -b, c)]
    slopes = [([1e-8], [[a]]), ([-b], [[c]]), ([a, -a], turned(b, c)),
              ([.001, .001], np.zeros((2, 2))), ([0, b, -b], np.diag([a, -b, c]))]
    rounded = [([3e-10, 4e-10], np.diag([b, c])), (1e-13 * rng.normal(size=3), turned(a, b, c))]
    cases = [(np.zeros(len(H)), H) for H in still] + [
        (np.array(g), np.array(H)) for g, H in slopes + rounded]
    return SimpleNamespace(cases=sorted(cases, key=lambda case: len(case[0])))


def _fault(found, gradient, hessian):
    if found == _kind(gradient, hessian):
        return None
    eigenvalues = ", ".join(f"{x:.3g}" for x in np.linalg.eigvalsh(hessian).round(12) + 0.)
    return (f"Where the gradient has norm {np.linalg.norm(gradient):.3g} and the Hessian has "
            f"the eigenvalues {eigenvalues}, your function returns '{found}'.")


def _has_an_inexact_zero(gradient, hessian):
    numbers = [np.linalg.norm(gradient), *np.linalg.eigvalsh(hessian)]
    return any(0 < abs(x) <= TOL for x in numbers)


def _like_kind(name, hint, **how):
    """The mistake of `_kind` with these arguments; how inexact zeros are decided is left open."""
    wrong = partial(_kind, **how)

    def shows(given, answers):
        return all(answers["kind"](*case) == wrong(*case)
                   for case in given.cases if not _has_an_inexact_zero(*case))

    return Mistake(name, hint, {"kind": wrong}, shows)


def _fails_on_slopes_only(given, answers):
    return all(np.linalg.norm(gradient) > TOL for gradient, hessian in given.cases
               if answers["kind"](gradient, hessian) != _kind(gradient, hessian))


EXERCISE = Exercise(
    id="6.2-b",
    title="What two derivatives decide",
    asks=(Ask("kind", function("gradient, hessian", returns=_one_of(*KINDS)), hints=(
        "`np.linalg.eigvalsh(hessian)` gives the eigenvalues, the smallest first.",
        "Ask in this order: is the norm of the gradient zero? "
        "Is an eigenvalue below zero? Are all above zero?")),),
    draw=_draw,
    judge=on_every_case("kind", _fault),
    mistakes=(
        _like_kind(
            "no tolerance",
            "Your function is right where the numbers are exact. But a computed zero is often "
            "a number like 1e-17. Which numbers does your function take for zero?",
            tol=0),
        _like_kind(
            "a maximum is none",
            "Your function fails at points with a negative eigenvalue and no positive one. Read "
            "the definition of a strict saddle again: what does it ask of the other eigenvalues?",
            top="undecided"),
        _like_kind(
            "semidefinite is a minimum",
            "Your function says minimum where the smallest eigenvalue is 0. "
            "Compare x³ with x⁴ at 0: their first two derivatives agree. Are both minima?",
            flat="local minimum"),
        _like_kind(
            "semidefinite is a saddle",
            "Your function says strict saddle where the smallest eigenvalue is 0. "
            "Which sign does the definition of a strict saddle ask for?",
            flat="strict saddle"),
        _like_kind(
            "diagonal",
            "Your function decides as if the eigenvalues stood on the diagonal of the Hessian. "
            "There stand the curvatures along the coordinate axes only. "
            "Is there a direction in between with another sign?",
            spectrum=np.diag),
        Mistake(
            "gradient",
            "Your function fails only where the gradient is not zero. Does it ask first "
            "whether the norm of the gradient is? "
            "A sum of entries, or the square of the norm, is another number.",
            {"kind": lambda gradient, hessian: _kind([gradient.sum()], hessian)},
            _fails_on_slopes_only),
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
