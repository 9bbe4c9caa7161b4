"""6.2.4-a: products of layers, the empty one included."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import array
from ..classics import CLASSICS
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees


def _draw(rng):
    """Three matrices, four widths; right, known and classic mistakes are all different."""
    while True:
        W1, W2, W3 = rng.integers(-3, 4, (3, 2, 2)).tolist()
        widths = tuple(rng.permutation([2, 3, 4, 5]).tolist())
        given = SimpleNamespace(W1=W1, W2=W2, W3=W3, widths=widths)
        if all(_tells_apart(given, name) for name in ("product", "part")):
            return given


def _tells_apart(given, name):
    right = _right(given)[name]
    answers = [right, *(mistake.made(given)[name] for mistake in MISTAKES
                        if mistake.about(given) == name)]
    answers += [repair(right) for classic in CLASSICS for repair in classic.repairs
                if repair(right) is not None]
    return len({tuple(np.ravel(one)) for one in answers}) == len(answers)


def _matrices(given):
    return [np.array(W, dtype=float) for W in (given.W1, given.W2, given.W3)]


def _right(given):
    W1, W2, W3 = _matrices(given)
    return {"product": W3 @ W2 @ W1, "part": W3 @ W2, "empty": np.eye(given.widths[2])}


SAID = {
    "product": "A vector that goes through W₁, then W₂, then W₃ comes out otherwise.",
    "part": "A vector that goes through W₂, then W₃ comes out otherwise.",
    "empty": "There are weights with which W_{3:3} W_{3:2} W_{1:2} is not W_{1:3}."}


def _judge(given, answers):
    for name, right in _right(given).items():
        if answers[name].shape != right.shape:
            rows, columns = answers[name].shape
            return name, (f"`{name}` has the shape {rows} × {columns}. "
                          "W_{3:3} W_{3:2} W_{1:2} does not exist then: the sizes do not fit.")
        if not agrees(answers[name], right):
            return name, f"`{name}` is not the matrix asked for. {SAID[name]}"
    return None


def _is_another_identity(given, answers):
    rows, columns = answers["empty"].shape
    return rows == columns != given.widths[2] and agrees(answers["empty"], np.eye(rows))


MISTAKES = (
    Mistake(
        "reversed",
        "`product`: you multiply in the order in which the layers are numbered. "
        "A vector x meets W₁ first: on which side of x does W₁ stand, and where does W₂ go?",
        lambda given: {"product": np.linalg.multi_dot(_matrices(given))}),
    Mistake(
        "entrywise",
        "`product`: you multiply entry by entry. "
        "In numpy `*` does that; which sign composes two linear maps?",
        lambda given: {"product": np.prod(_matrices(given), axis=0)}),
    Mistake(
        "one layer short",
        "`product`: one layer is missing. "
        "In W_{j:k} both ends count: j is the first layer and k is the last.",
        lambda given: {"product": _matrices(given)[1] @ _matrices(given)[0]}),
    Mistake(
        "part reversed",
        "`part`: the right layers, in the wrong order. Which of the two does a vector meet first?",
        lambda given: {"part": _matrices(given)[1] @ _matrices(given)[2]}),
    Mistake(
        "one layer alone",
        "`part`: this is a single layer. "
        "In W_{j:k} both ends count: j is the first layer and k is the last.",
        lambda given: {"part": _matrices(given)[1]}),
    Mistake(
        "other layers",
        "`part`: this is a product of two layers, and one of them does not belong to W_{2:3}. "
        "In W_{j:k} the first index is the layer that a vector meets first.",
        lambda given: {"part": _matrices(given)[1] @ _matrices(given)[0]}),
    Mistake(
        "empty sum",
        "`empty`: a sum without terms is 0. "
        "A product without factors must leave a matrix as it is: which matrix does that?",
        lambda given: {"empty": np.zeros((given.widths[2],) * 2)}),
    Mistake(
        "size of the other side",
        "`empty`: the right kind of matrix, in the wrong size. "
        "W_{3:2} stands between W₃ and W_{1:2}: how many columns has W₃?",
        lambda given: {"empty": np.eye(given.widths[3])},
        _is_another_identity),
)

EXERCISE = Exercise(
    id="6.2.4-a",
    title="Products of layers",
    asks=(
        Ask("product", array(2, 2), hints=(
            "Follow a vector x through the layers: W₁ x, then W₂ (W₁ x), then W₃ (W₂ (W₁ x)).",
            "With numpy arrays the sign of the matrix product is `@`.")),
        Ask("part", array(2, 2), hints=(
            "W_{j:k} begins with layer j and ends with layer k: the last layer stands on the left.",
        )),
        Ask("empty", array(None, None), hints=(
            "W_{3:3} W_{3:2} W_{1:2} has the factors of W_{1:3} already without W_{3:2}.",
            "W_{3:3} = W₃ has d₃ rows and d₂ columns. "
            "What stands to the right of a matrix has as many rows as that has columns.")),
    ),
    lecture=SimpleNamespace(W1=[[1, 2], [0, 1]], W2=[[0, 1], [1, 1]], W3=[[2, 0], [1, -1]],
                            widths=(3, 2, 4, 5)),
    draw=_draw,
    formerly={"chain": ("W1", "W2", "W3")},
    judge=_judge,
    mistakes=MISTAKES,
    right="The first layer stands on the right, "
          "and an empty product is the identity of the width where it stands. "
          "With both, a formula such as W_{n+1:N}ᵀ ∇l(W_{1:N}) W_{1:n−1}ᵀ for the gradient in "
          "layer n holds for the first and the last layer too. "
          "Next: section 6.2.5, which derives this one.",
    solution=r"""
A vector meets $W_1$ first, so $W_1$ stands on the right: $W_{1:3}=W_3W_2W_1$ and $W_{2:3}=W_3W_2$.

$W_{3:2}$ has no factors, since $3>2$. It must leave $W_{1:2}$ as it is, so it is an identity.
$W_{1:2}$ has $d_2$ rows, so its size is $d_2$.
In general $W_{j:j-1}$ is the identity of size $d_{j-1}$.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.2.4-a")
product = data.W3 @ data.W2 @ data.W1
part = data.W3 @ data.W2
empty = np.eye(data.widths[2])
""",
)
