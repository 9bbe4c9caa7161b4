"""6.2.5-c: the gradient for every shape and depth, as a function."""
import numpy as np

from ...answers.kinds import function
from ..exercise import Ask, Exercise
from ..mistakes import Mistake
from .networks import (
    drawn,
    matrices,
    named,
    near,
    on_every_network,
    product,
    random_matrix,
    random_weights,
)


def _draw(rng):
    """(weights, G); in small, a global minimum, where G = 0, and zero weights."""
    def point(*dims):
        return random_weights(rng, dims), random_matrix(rng, dims[-1], dims[0])

    weights, G = point(1, 1, 1)
    zero = np.zeros((1, 1))
    return drawn(point, point(1, 1), (weights, G), (weights, zero), ([zero, zero], G))


def _blocks(block, order=1):
    """The function of all blocks block(A, W_j, G, B), A = W_{j+1:N} and B = W_{1:j-1}.

    With order = -1 these products are multiplied the wrong way.
    """
    def gradient(weights, G):
        start, end = np.eye(G.shape[1]), np.eye(len(G))
        return [block(product([*weights[j + 1:], end][::order]), W, G,
                      product([start, *weights[:j]][::order]))
                for j, W in enumerate(weights)]

    return gradient


_gradient = _blocks(lambda A, W, G, B: A.T @ G @ B.T)


def _fault(blocks, weights, G):
    case = f"For {named(weights=weights, G=G)}"
    if len(blocks) != len(weights):
        return f"{case}, you return a list of {len(blocks)}: expected one matrix for each layer."
    for j, block, W, right in zip("₁₂₃₄₅", blocks, weights, _gradient(weights, G), strict=False):
        if block.shape != W.shape:
            return f"{case}, ∇{j} has shape {block.shape}, but W{j} has shape {W.shape}."
        if not near(block, right):
            return (f"{case}, ∇{j} is wrong: ⟨∇{j}, Δ⟩ is not the change of ⟨G, W_{{1:N}}⟩ "
                    f"when Δ is added to W{j} alone.")
    return None


# Name, hint, wrong function.
MISTAKEN = (
    ("no transposes",
     "On square layers your blocks are W_{j+1:N} G W_{1:j−1}, without transposes. "
     "For rectangular layers the shapes would not fit: "
     "bring the factors to the other side of ⟨G, W_{j+1:N} Δ W_{1:j−1}⟩.",
     _blocks(lambda A, W, G, B: A @ G @ B)),
    ("left factor not transposed",
     "On square layers your blocks are W_{j+1:N} G (W_{1:j−1})ᵀ. What happens to "
     "the factor on the left on its way to the other side of ⟨G, W_{j+1:N} Δ W_{1:j−1}⟩?",
     _blocks(lambda A, W, G, B: A @ G @ B.T)),
    ("right factor not transposed",
     "On square layers your blocks are (W_{j+1:N})ᵀ G W_{1:j−1}. What happens to "
     "the factor on the right on its way to the other side of ⟨G, W_{j+1:N} Δ W_{1:j−1}⟩?",
     _blocks(lambda A, W, G, B: A.T @ G @ B)),
    ("G transposed",
     "G enters as its transpose. ⟨G, Δ⟩ is the sum of all products of entries "
     "in the same place: no transpose in it.",
     _blocks(lambda A, W, G, B: A.T @ G.T @ B.T)),
    ("sides swapped",
     "The layers below j stand on the left of G and those above on the right. "
     "Which act first on the input?",
     _blocks(lambda A, W, G, B: B.T @ G @ A.T)),
    ("order of the product",
     "Your partial products run the wrong way: "
     "W_{1:3} is W₃W₂W₁, the first layer stands on the right.",
     _blocks(lambda A, W, G, B: A.T @ G @ B.T, order=-1)),
    ("order of the layers",
     "Your blocks are those of the product W₁W₂···. "
     "In a network W₁ acts first on the input: where does it stand?",
     lambda weights, G: _gradient(weights[::-1], G)[::-1]),
    ("W_j on the left",
     "Your factor on the left holds Wⱼ itself. "
     "With which layer does W_{j+1:N} begin, and which entry of the list is that?",
     _blocks(lambda A, W, G, B: (A @ W).T @ G @ B.T)),
    ("W_j on the right",
     "Your factor on the right holds Wⱼ itself. "
     "With which layer does W_{1:j−1} end, and which entry of the list is that?",
     _blocks(lambda A, W, G, B: A.T @ G @ (W @ B).T)),
    ("last block first",
     "Your list begins with the block of the last layer. The one of W₁ comes first.",
     lambda weights, G: _gradient(weights, G)[::-1]),
)

EXERCISE = Exercise(
    id="6.2.5-c",
    title="The gradient, for every shape and depth",
    asks=(Ask("gradient", function("weights, G", returns=matrices), hints=(
        "The block is ∇ⱼ = (W_{j+1:N})ᵀ G (W_{1:j−1})ᵀ. "
        "Write a small helper that multiplies the matrices of a list in the right order.",
        "A product of no matrices is the identity: "
        "of size d_{N} on the left for j = N, of size d₀ on the right for j = 1.",
        "With one pass from the first layer up you get all W_{1:j−1}, "
        "with one from the last layer down all W_{j+1:N}.")),),
    draw=_draw,
    judge=on_every_network("gradient", _fault),
    mistakes=tuple(Mistake(name, hint, {"gradient": wrong}) for name, hint, wrong in MISTAKEN),
    right="It holds on every shape and depth that was tried, at a minimum and at a saddle. "
          "Next: hand it to `taylor_orders` and see its remainder beside ours.",
    solution=r"""
If only $W_j$ moves, along $\Delta$, then $W_{1:N}$ changes by $W_{j+1:N}\,\Delta\,W_{1:j-1}$.
By the rule $\langle G,A\Delta B\rangle=\langle A^TGB^T,\Delta\rangle$ the block is
$W_{j+1:N}^T\,G\,W_{1:j-1}^T$.
Two passes make all products: from below up, and from above down.
""",
    code="""
import numpy as np

def gradient(weights, G):
    below = [np.eye(weights[0].shape[1])]
    for W in weights[:-1]:
        below.append(W @ below[-1])
    above, blocks = G, []
    for W, head in zip(reversed(weights), reversed(below)):
        blocks.append(above @ head.T)
        above = W.T @ above
    return blocks[::-1]
""",
)
