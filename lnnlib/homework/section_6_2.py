"""Homework of lecture 6.2: a start that ends at a saddle, and what first and second derivatives decide."""
from functools import partial
from types import SimpleNamespace

import numpy as np

from ..answers.kinds import WrongKind, array, function, show
from .exercise import Ask, Exercise, Mistake

ROUNDING = 1e-12                 # relative: a distance from the line v = 0 that is not larger counts as 0
DIRECTIONS = ((1, 2), (2, 1), (1, -2), (1, 3), (3, 1), (3, -1), (2, 3), (3, 2), (2, -3))


def _draw_valley(rng):
    """A turned and shifted saddle valley on which every known mistake is recognized as itself."""
    while True:
        up = DIRECTIONS[rng.integers(len(DIRECTIONS))]
        saddle = tuple(int(x) for x in rng.choice([-3, -2, -1, 1, 2, 3], 2))
        given = SimpleNamespace(saddle=saddle, up=up, down=(up[1], -up[0]), eta=round(.5 / (up[0] ** 2 + up[1] ** 2), 3))
        if all(_first_recognized(given, mistake) is mistake for mistake in VALLEY_MISTAKES):
            return given


def _first_recognized(given, mistake):
    answers = {name: np.array(value, float) for name, value in mistake.answers(given).items()}
    return _judge_start(given, answers) and next(one for one in VALLEY_MISTAKES if one.recognizes(given, answers))


def _offset(given, w0):
    """The products of w0 - saddle with `up` and `down`; what is only rounding counts as 0."""
    z = w0 - given.saddle
    rounding = ROUNDING * (np.abs(w0).sum() + np.abs(given.saddle).sum())
    parts = [z @ given.up, z @ given.down]
    return [0. if abs(part) <= rounding * np.linalg.norm(given.up) else float(part) for part in parts]


def _run(given, v):
    """What becomes of v = down . (w - saddle) under GD, v <- v (1 + eta |down|^2 (1 - v^2)): "saddle", "minimum", "diverges"."""
    rate = given.eta * np.dot(given.down, given.down)
    for _ in range(1000):
        before, v = v, v * (1 + rate * (1 - v * v))
        if abs(v) <= ROUNDING * abs(before):          # on the line v = 0, from the start or by one exact step
            return "saddle"
        if abs(v) > 1e6:
            return "diverges"
        if abs(abs(v) - 1) < 1e-3:
            break
    return "minimum"


def _judge_start(given, answers):
    w0 = answers["w0"]
    u, v = _offset(given, w0)
    place = f"`w0` = ({w0[0]:.6g}, {w0[1]:.6g})"
    if u == v == 0:
        return "w0", f"{place} is the saddle itself."
    end = _run(given, v)
    if end == "saddle":
        return None
    if end == "diverges":
        return "w0", f"From {place} GD diverges."
    return "w0", f"From {place} GD ends at a minimum: its distance from the saddle along `down` is not 0, and no step makes it 0."


def _is_close(given, answers):
    u, v = _offset(given, answers["w0"])
    return 0 < abs(v) <= .05 * min(abs(u), 1)


VALLEY_MISTAKES = (
    Mistake(
        "the saddle itself",
        "`w0` is the saddle, and there GD does not move at all. Find a start some way off from which it moves to the saddle.",
        lambda given: {"w0": given.saddle},
        lambda given, answers: _offset(given, answers["w0"]) == [0, 0]),
    Mistake(
        "downhill direction",
        "From the saddle to `w0` you went along `down`. In that direction f curves down: does GD come back from there?",
        lambda given: {"w0": np.add(given.saddle, .1 * np.array(given.down))},
        lambda given, answers: _offset(given, answers["w0"])[0] == 0),
    Mistake(
        "coordinate axis",
        "From the saddle to `w0` you went along a coordinate axis, as on the valley of this notebook. This valley is turned: "
        "which direction keeps `down` out of play?",
        lambda given: {"w0": np.add(given.saddle, (1, 0))},
        lambda given, answers: (answers["w0"] == given.saddle).any()),
    Mistake(
        "from the origin",
        "`w0` lies in the right direction from the origin. Where does this valley have its saddle?",
        lambda given: {"w0": given.up},
        lambda given, answers: abs(answers["w0"] @ given.down) <= 1e-9 * np.abs(answers["w0"]).sum()),
    Mistake(
        "only close",
        "`w0` is close to a right start. But being close does not help: the small distance along `down` is multiplied at every "
        "step, and at the end GD is at a minimum.",
        lambda given: {"w0": np.add(given.saddle, np.array(given.up) + .001 * np.array(given.down))},
        _is_close),
)

VALLEY = Exercise(
    id="6.2-a",
    title="A start that ends at the saddle",
    prompt=r"""
Here is a saddle valley that is turned and moved. With $u=\langle\text{up},w-s\rangle$ and $v=\langle\text{down},w-s\rangle$,

$$f(w)=\tfrac12u^2-\tfrac12v^2+\tfrac14v^4 .$$

The vectors `up` and `down` are orthogonal, and $s$ is the saddle. GD runs with step size `eta`. The next cell shows the numbers.

Hand in a start `w0`, two numbers, from which GD converges to the saddle. It must not be the saddle itself. Rounding is
forgiven: what is 0 to 12 digits counts as 0.
""",
    cell="""
w0 = ...
""",
    asks=(Ask("w0", array(2), hints=(
        "Write the gradient as a multiple of `up` plus a multiple of `down`. Each step then changes u and v separately.",
        "A step multiplies v by 1 + eta |down|^2 (1 - v^2). For which v does it stay away from the minima for ever?")),),
    lecture=SimpleNamespace(saddle=(2, 1), up=(1, 2), down=(2, -1), eta=.1),
    draw=_draw_valley,
    judge=_judge_start,
    mistakes=VALLEY_MISTAKES,
    right="From this start GD never learns that f curves down anywhere, and it ends at the saddle. All such starts together have "
          "area 0. Next: press “On the ridge” in `landscape_gallery`, then move the start by one notch.",
    solution=r"""
The gradient is $\nabla f(w)=u\,\text{up}+(v^3-v)\,\text{down}$. The two vectors are orthogonal, so a step does two separate things:

$$u\leftarrow(1-\eta\,\|\text{up}\|^2)\,u,\qquad v\leftarrow\bigl(1+\eta\,\|\text{down}\|^2(1-v^2)\bigr)\,v .$$

With $v=0$ it stays $0$, and $u$ shrinks to $0$. So every start $s+c\cdot\text{up}$ with $c\ne0$ is right. (A start that one exact
step brings to $v=0$ is right too.)
""",
    code="""
import numpy as np
from lnnlib.homework import given

valley = given("6.2-a")
w0 = np.add(valley.saddle, valley.up)
""",
)


KINDS = ("not stationary", "strict saddle", "local minimum", "undecided")


def _one_of(*options):
    """The kind "one of these strings"."""
    def read(value):
        if isinstance(value, str) and value in options:
            return value
        raise WrongKind(f"{show(value)}, expected one of {', '.join(map(repr, options))}")

    return read


def _kind(gradient, hessian, tol=1e-9, spectrum=np.linalg.eigvalsh, top="strict saddle", flat="undecided"):
    """What gradient and Hessian decide. The other arguments make the known mistakes."""
    eigenvalues = np.sort(spectrum(hessian))
    if np.linalg.norm(gradient) > tol:
        return "not stationary"
    if eigenvalues[0] < -tol:
        return "strict saddle" if eigenvalues[-1] > tol else top
    return "local minimum" if eigenvalues[0] > tol else flat


def _draw_points(rng):
    """Points of R^1 to R^4 as (family, gradient, Hessian); every known mistake is wrong on families of its own."""
    def turned(*eigenvalues):
        Q = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))[0]
        H = Q @ np.diag(eigenvalues) @ Q.T
        return (H + H.T) / 2

    a, b, c = (round(float(x), 1) for x in rng.uniform(.5, 3, 3))
    still = [("bowl", turned(a, b, c)), ("bowl", np.array([[c]])), ("saddle", turned(a, -b)), ("saddle", turned(a, 0, -b, c)),
             ("slanted", np.array([[a, a + b], [a + b, a]])), ("top", -np.diag([a, b])), ("top", turned(-a, -b, -c)),
             ("top", np.diag([-a, 0])), ("flat", np.diag([a, 0])), ("flat", np.zeros((3, 3))), ("rounded", turned(a, b, 0))]
    still += [("saddle", np.diag([a, -1e-8])), ("bowl", np.diag([1e-8, b])),      # on both sides of 10^-9
              ("rounded", np.diag([b, -5e-10]))]
    points = [(family, np.zeros(len(H)), H) for family, H in still]
    return SimpleNamespace(points=[
        *points, ("rounded", 1e-13 * rng.normal(size=3), turned(a, b, c)), ("slope", np.array([a, -a]), turned(b, c)),
        ("slope", np.array([0, b, -b]), np.diag([a, -b, c])), ("slope", .001 * np.ones(2), np.zeros((2, 2))),
        ("slope", np.array([1e-8]), np.array([[a]])), ("rounded", np.array([3e-10, 4e-10]), np.diag([b, c]))])


def _judge_kind(given, answers):
    for _, gradient, hessian in given.points:
        found = answers["kind"](gradient, hessian)
        if found != _kind(gradient, hessian):
            eigenvalues = ", ".join(f"{x:.3g}" for x in np.linalg.eigvalsh(hessian).round(12) + 0.)
            return "kind", (f"Where the gradient has norm {np.linalg.norm(gradient):.3g} and the Hessian has the eigenvalues "
                            f"{eigenvalues}, your function returns '{found}'.")
    return None


def _wrong_only_on(*families):
    """Recognizes a function that is wrong on some point of the first of these families, and on none but these."""
    def shows(given, answers):
        wrong = {family for family, gradient, hessian in given.points
                 if answers["kind"](gradient, hessian) != _kind(gradient, hessian)}
        return families[0] in wrong and wrong <= set(families)

    return shows


def _mistaken(**how):
    return lambda given: {"kind": partial(_kind, **how)}


KIND = Exercise(
    id="6.2-b",
    title="What two derivatives decide",
    prompt=r"""
Write a function `kind(gradient, hessian)`. It gets $\nabla f(w)$ and $\nabla^2f(w)$ at one point $w$, as arrays of shape
$(d,)$ and $(d,d)$. It returns one of these strings:

- `"not stationary"`, where the gradient is not zero;
- `"strict saddle"`, by the definition of this section;
- `"local minimum"`, where the two arrays *prove* that $w$ is a local minimum;
- `"undecided"`, where it could be a local minimum or not.

A norm or an eigenvalue of size at most $10^{-9}$ counts as zero.
""",
    cell="""
def kind(gradient, hessian):
    return ...
""",
    asks=(Ask("kind", function("gradient, hessian", returns=_one_of(*KINDS)), hints=(
        "`np.linalg.eigvalsh(hessian)` gives the eigenvalues, the smallest first.",
        "Ask in this order: is the norm of the gradient zero? Is an eigenvalue below zero? Are all above zero?")),),
    shows_given=False,
    draw=_draw_points,
    judge=_judge_kind,
    mistakes=(
        Mistake(
            "a maximum is none",
            "Your function fails only where no eigenvalue is positive. Read the definition of a strict saddle again: what does it "
            "ask of the other eigenvalues?",
            _mistaken(top="undecided"), _wrong_only_on("top")),
        Mistake(
            "semidefinite is a minimum",
            "Your function fails where the smallest eigenvalue is 0. Compare x^3 with x^4 at 0: their first two derivatives agree. "
            "Are both minima?",
            _mistaken(flat="local minimum"), _wrong_only_on("flat", "rounded")),
        Mistake(
            "no tolerance",
            "Your function is right on exact numbers. But a computed zero is often a number like 1e-17. Where do you compare with "
            "0 itself?",
            _mistaken(tol=0), _wrong_only_on("rounded")),
        Mistake(
            "gradient",
            "Your function fails only where the gradient is not zero. Which one number is zero if and only if every entry of the "
            "gradient is?",
            lambda given: {"kind": lambda gradient, hessian: _kind([gradient.sum()], hessian)}, _wrong_only_on("slope")),
        Mistake(
            "diagonal",
            "You seem to read the curvatures off the diagonal. Those are the curvatures along the coordinate axes only. Is there a "
            "direction in between with another sign?",
            _mistaken(spectrum=np.diag),
            lambda given, answers: all(answers["kind"](gradient, hessian) == _kind(gradient, hessian, spectrum=np.diag)
                                       for _, gradient, hessian in given.points)),
    ),
    right="The two derivatives decide all but one case. Where the smallest eigenvalue is 0, a minimum and a non-strict saddle look "
          "alike. So the landscape approach has to exclude non-strict saddles. Next: section 6.2.7, where they appear.",
    solution=r"""
The gradient is zero if and only if its norm is. Then the eigenvalues of the Hessian decide, the smallest one first:

- $\lambda_{\min}<0$: a strict saddle, whatever the other eigenvalues are. So a maximum with negative curvature counts.
- $\lambda_{\min}>0$: a local minimum.
- $\lambda_{\min}=0$: undecided. Both $x^4$ and $x^3$ have gradient and Hessian zero at 0; one has a minimum there.

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

EXERCISES = (VALLEY, KIND)
