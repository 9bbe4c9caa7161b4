"""6.2.5-d: the Hessian form of the square loss for every shape and depth, as a function."""
import numpy as np

from ...answers.kinds import function, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .forms import MISTAKEN, hess_form
from .networks import drawn, named, near, on_every_network, product, random_matrix, random_weights


def _draw(rng):
    """(weights, D, target); in small, zero weights, a global minimum, one layer moving alone.

    At zero weights the form is -2 <target, D_2 D_1>, negative where the target is that product.
    """
    def point(*dims):
        target = random_matrix(rng, dims[-1], dims[0])
        return random_weights(rng, dims), random_weights(rng, dims), target

    weights, D, target = point(1, 1, 1)
    zero = np.zeros((1, 1))
    return drawn(point, point(1, 1), (weights, D, target),
                 ([zero] * 2, D, product(D)), ([zero] * 3, [*D, D[0]], target),
                 (weights, D, product(weights)), (weights, [D[0], zero], target))


def _fault(value, *case):
    if near(value, hess_form(*case)):
        return None
    weights, D, target = case
    return (f"For {named(weights=weights, D=D, target=target)}, you return {value:.4g}: "
            "Φ(W + hΔ) − Φ(W) minus its first-order term is not ½h² times that, "
            "apart from terms in h³ and higher.")


EXERCISE = Exercise(
    id="6.2.5-d",
    title="The Hessian form, for every shape and depth",
    asks=(Ask("hess_form", function("weights, D, target", returns=number()), hints=(
        "For the square loss the form is the sum of the squares of the entries of F, "
        "plus 2⟨W_{1:N} − M, S⟩.",
        "Let P, F, S belong to the first n layers. One more layer W, moved along Δ, "
        "makes the product (W + Δ)(P + F + S): which parts of it have no Δ, one, two?",
        "P, F, S become W·P, W·F + Δ·P and W·S + Δ·F. "
        "Begin with the identity and two zero matrices.")),),
    draw=_draw,
    judge=on_every_network("hess_form", _fault),
    mistakes=tuple(Mistake(name, hint, {"hess_form": wrong}) for name, hint, wrong in MISTAKEN),
    right="It holds on every shape and depth that was tried, at a minimum and at a saddle. "
          "Next: hand it to `taylor_orders`, and look how the printed sum loses an order.",
    solution=r"""
Follow the product of the moved layers, sorted by how many of the $\Delta_j$ it holds:
none ($P$), one ($F$), two ($S$).
A further layer makes $(W+\Delta)(P+F+S+\dots)=WP+(WF+\Delta P)+(WS+\Delta F)+\dots$.
At the end $P=W_{1:N}$, and for the square loss $\nabla^2l[F,F]=\|F\|_F^2$ and $\nabla l=P-M$.
""",
    code="""
import numpy as np

def hess_form(weights, D, target):
    P = np.eye(weights[0].shape[1])
    F, S = 0 * P, 0 * P
    for W, D_n in zip(weights, D):
        P, F, S = W @ P, W @ F + D_n @ P, W @ S + D_n @ F
    return (F * F).sum() + 2 * ((P - target) * S).sum()
""",
)
