"""6.2.7-a: one direction of curvature -1, by hand."""
from types import SimpleNamespace

import numpy as np

from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

from ...answers.kinds import array
from ..exercise import Ask, Exercise
from ..mistakes import Mistake


def _instance(p, r, t):
    """W_1 = diag(p, 0), W_2 = diag(r, 0), M = diag(p r, t): stationary, grad l = diag(0, -t)."""
    return SimpleNamespace(W1=[[p, 0], [0, 0]], W2=[[r, 0], [0, 0]], M=[[p * r, 0], [0, t]])


def _draw(rng):
    return _instance(*(int(n) for n in rng.integers((1, 1, 3), (5, 5, 12))))


def _form(given, answers):
    """nabla^2 Phi(W_1, W_2)[(D_1, D_2), (D_1, D_2)]."""
    net = LinearNetwork(SquaredLoss(given.M), hidden=(2,))
    w, D = net.join([given.W1, given.W2]), net.join([answers["D1"], answers["D2"]])
    return float(net.hess_form(w, D, D))


def _judge(given, answers):
    form = _form(given, answers)
    if abs(form + 1) <= 1e-9:
        return None
    return "D1", f"`D1`, `D2`: the Hessian form along your direction is {form:.6g}, not -1."


def _built(given, factor):
    """The theorem's direction with its alpha multiplied by `factor`."""
    D1, D2 = np.zeros((2, 2)), np.zeros((2, 2))
    D1[1, 1], D2[1, 1] = factor / (2 * given.M[1][1]), 1
    return {"D1": D1, "D2": D2}


def _one_alone(given, answers):
    return not (np.any(answers["D1"]) and np.any(answers["D2"]))


EXERCISE = Exercise(
    id="6.2.7-a",
    title="A direction that curves down",
    asks=(
        Ask("D1", array(2, 2), hints=(
            "Find v with W_2 v = 0, "
            "and an entry c of grad l(W_2 W_1) that is not 0, in row i and column j.",
            "D_1 is alpha v e_j^T and D_2 is e_i v^T. "
            "Then the form is q + 2 alpha c with q = ||D_2 W_1||^2.",
            "Compute q for this point first. Then solve q + 2 alpha c = -1 for alpha.")),
        Ask("D2", array(2, 2), hints=("D_2 is e_i v^T: row i holds v, the other row is 0.",)),
    ),
    lecture=_instance(1, 1, 2),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "sign",
            "`D1`, `D2`: the form is +1, so your direction curves up as much as it "
            "should curve down. Which sign has c, and which sign must alpha have?",
            lambda given: _built(given, -1),
            lambda given, answers: abs(_form(given, answers) - 1) <= 1e-9),
        Mistake(
            "factor 2",
            "`D1`, `D2`: the form is -2. The part with D_2 D_1 counts twice in the Hessian form: "
            "where did that 2 go when you solved for alpha?",
            lambda given: _built(given, 2),
            lambda given, answers: abs(_form(given, answers) + 2) <= 1e-9),
        Mistake(
            "one matrix alone",
            "`D1`, `D2`: only the product D_2 D_1 can make the form negative. "
            "With one of the two matrices 0 the form is a square. Move both layers.",
            lambda given: _built(given, 1) | {"D2": np.zeros((2, 2))}, _one_alone),
    ),
    right="The form is -1, so this is a strict saddle. "
          "Turn the sign of D1 alone: the form changes its sign too, so it is no local maximum. "
          "Next: 6.2.7-c asks for a function that does this for any shape.",
    solution=r"""
$\nabla l(W_2W_1)=W_2W_1-M$ has one entry other than 0: $c$ in row 2 and column 2, so $i=j=2$.
Both $W_2$ and $W_1^T$ send $v=(0,1)^T$ to 0. With $D_1=\alpha\,v\,e_2^T$ and $D_2=e_2v^T$ the
matrix $D_2W_1$ is 0, so $q=0$, and the form is $2\alpha c$. It is $-1$ for $\alpha=-1/(2c)$.
Every pair $xE_{22}$, $yE_{22}$ with $xy=\alpha$ does it as well.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.2.7-a")
G = np.array(data.W2) @ np.array(data.W1) - np.array(data.M)
D1 = [[0, 0], [0, -1 / (2 * G[1, 1])]]
D2 = [[0, 0], [0, 1]]
""",
)
