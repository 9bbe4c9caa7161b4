"""6.2-a: a start from which gradient descent ends at a saddle."""
from fractions import Fraction
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import array
from ..exact import exact, rounded
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

ROUNDING = 1e-12  # relative: a distance from the line v = 0 that is not larger counts as 0
DIRECTIONS = ((1, 2), (2, 1), (1, -2), (1, 3), (3, 1), (3, -1), (2, 3), (3, 2), (2, -3))


def _draw(rng):
    """A turned and shifted saddle valley on which every known mistake is recognized as itself."""
    while True:
        up = list(DIRECTIONS[rng.integers(len(DIRECTIONS))])
        saddle = [int(x) for x in rng.choice([-3, -2, -1, 1, 2, 3], 2)]
        given = SimpleNamespace(saddle=saddle, up=up, down=[up[1], -up[0]],
                                eta=round(.5 / (up[0] ** 2 + up[1] ** 2), 3))
        if all(_first_recognized(given, mistake) is mistake for mistake in MISTAKES):
            return given


def _first_recognized(given, mistake):
    answers = {name: np.array(value, float) for name, value in mistake.made(given).items()}
    if _judge(given, answers) is None:
        return None
    return next(one for one in MISTAKES if one.recognizes(given, answers))


def _parts(given, w0, origin):
    """<up, w0 - origin> and <down, w0 - origin>; what is only rounding counts as 0."""
    w0, origin = exact(w0), exact(origin)
    rounding = Fraction(ROUNDING * np.linalg.norm(given.up)) * (abs(w0) + abs(origin)).sum()
    products = [(w0 - origin) @ exact(direction) for direction in (given.up, given.down)]
    return [0. if abs(product) <= rounding else rounded(product) for product in products]


def _u_and_v(given, answers):
    return _parts(given, answers["w0"], given.saddle)


def _run(given, v):
    """Where GD ends, by v = <down, w - saddle>: "saddle", "minimum" or "diverges".

    A step makes v (1 + eta |down|^2 (1 - v^2)) of v.
    """
    rate = given.eta * sum(x * x for x in given.down)
    for _ in range(1000):
        if abs(v) > 1e6:
            return "diverges"
        before, v = v, v * (1 + rate * (1 - v * v))
        if abs(v) <= ROUNDING * abs(before):  # on the line v = 0, maybe by one exact step
            return "saddle"
        if abs(abs(v) - 1) < 1e-3:
            break
    return "minimum"


def _judge(given, answers):
    u, v = _u_and_v(given, answers)
    place = "`w0` = ({:.6g}, {:.6g})".format(*answers["w0"])
    if u == v == 0:
        return "w0", f"{place} is the saddle itself."
    end = _run(given, v)
    if end == "saddle":
        return None
    if end == "diverges":
        return "w0", f"From {place} GD diverges."
    return "w0", f"From {place} GD ends at a minimum: v is not 0 there, and no step makes it 0."


def _is_close(given, answers):
    u, v = _u_and_v(given, answers)
    return 0 < abs(v) <= .05 * min(abs(u), 1)


def _is_up_from_the_origin(given, answers):
    u, v = _parts(given, answers["w0"], (0, 0))
    return v == 0 != u


MISTAKES = (
    Mistake(
        "the saddle itself",
        "`w0` is the saddle, and there GD does not move at all. "
        "Find a start some way off from which it moves to the saddle.",
        lambda given: {"w0": given.saddle},
        lambda given, answers: _u_and_v(given, answers) == [0, 0]),
    Mistake(
        "downhill direction",
        "From the saddle to `w0` you went along `down`. "
        "At the saddle f curves down in that direction: does GD come back from there?",
        lambda given: {"w0": np.add(given.saddle, .1 * np.array(given.down))},
        lambda given, answers: _u_and_v(given, answers)[0] == 0),
    Mistake(
        "coordinate axis",
        "From the saddle to `w0` you went along a coordinate axis, as on the valley of "
        "this notebook. This valley is turned: which direction keeps `down` out of play?",
        lambda given: {"w0": np.add(given.saddle, (1, 0))},
        lambda given, answers: (answers["w0"] == given.saddle).any()),
    Mistake(
        "from the origin",
        "`w0` lies in the right direction from the origin. Where does this valley have its saddle?",
        lambda given: {"w0": given.up},
        _is_up_from_the_origin),
    Mistake(
        "only close",
        "`w0` is close to a right start. But being close does not help: v is small, "
        "every step multiplies it, and at the end GD is at a minimum.",
        lambda given: {"w0": np.add(given.saddle,
                                    np.array(given.up) + .001 * np.array(given.down))},
        _is_close),
)

EXERCISE = Exercise(
    id="6.2-a",
    title="A start that ends at the saddle",
    asks=(Ask("w0", array(2), hints=(
        "Write the gradient as a multiple of `up` plus a multiple of `down`. "
        "Each step then changes u and v separately.",
        "A step multiplies v by 1 + η ‖`down`‖² (1 − v²). "
        "For which v does it stay away from the minima for ever?")),),
    lecture=SimpleNamespace(saddle=[2, 1], up=[1, 2], down=[2, -1], eta=.1),
    draw=_draw,
    judge=_judge,
    classics=False,
    mistakes=MISTAKES,
    right="From this start GD never learns that f curves down anywhere, and it ends at the saddle. "
          "All such starts together have area 0. "
          "Next: press “On the ridge” in `landscape_gallery`, then move the start by one notch.",
    solution=r"""
The gradient is $\nabla f(w)=u\,\text{up}+(v^3-v)\,\text{down}$.
The two vectors are orthogonal, so a step does two separate things:

$$u\leftarrow(1-\eta\,\|\text{up}\|^2)\,u,\qquad
v\leftarrow\bigl(1+\eta\,\|\text{down}\|^2(1-v^2)\bigr)\,v .$$

With $v=0$ it stays $0$, and $u$ shrinks to $0$. So every start $s+c\cdot\text{up}$ with $c\ne0$ is
right. (A start that one exact step brings to $v=0$ is right too.)
""",
    code="""
from lnnlib.homework import given

data = given("6.2-a")
w0 = data.saddle + data.up
""",
)
