"""6.2.4-a: products of layers, the empty one included."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import array
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees


def _layers_and_widths(W, widths):
    chain = {f"W_{n}": np.asarray(W_n).tolist() for n, W_n in enumerate(W, start=1)}
    return SimpleNamespace(chain=chain, widths=tuple(widths))


def _draw(rng):
    """Three matrices, four widths; no known mistake hits a right answer or another mistake's."""
    while True:
        widths = (int(d) for d in rng.permutation([2, 3, 4, 5]))
        given = _layers_and_widths(rng.integers(-3, 4, (3, 2, 2)), widths)
        answers = [_right(given), *(mistake.made(given) for mistake in MISTAKES)]
        named = {(name, np.shape(matrix), np.array(matrix, float).tobytes())
                 for one in answers for name, matrix in one.items()}
        if len(named) == sum(map(len, answers)):
            return given


def _chain(given):
    return [np.array(W_n) for W_n in given.chain.values()]


def _right(given):
    W_1, W_2, W_3 = _chain(given)
    return {"product": W_3 @ W_2 @ W_1, "part": W_3 @ W_2,
            "empty": np.eye(given.widths[2], dtype=int)}


def _judge(given, answers):
    said = {
        "product": "a vector that goes through W_1, then W_2, then W_3 comes out otherwise.",
        "part": "a vector that goes through W_2, then W_3 comes out otherwise.",
        "empty": "with it W_{3:3} W_{3:2} W_{1:2} is not W_{1:3}."}
    return next(((name, f"`{name}` is not the matrix asked for: {said[name]}")
                 for name, right in _right(given).items()
                 if not agrees(answers[name], right)), None)


MISTAKES = (
    Mistake(
        "reversed",
        "`product`: you multiply in the order in which the layers are numbered. "
        "A vector x meets W_1 first: on which side of x does W_1 stand, and where does W_2 go?",
        lambda given: {"product": np.linalg.multi_dot(_chain(given))}),
    Mistake(
        "entrywise",
        "`product`: you multiply entry by entry. "
        "In numpy `*` does that; which sign composes two linear maps?",
        lambda given: {"product": np.prod(_chain(given), axis=0)}),
    Mistake(
        "one layer short",
        "`product`: one layer is missing. "
        "In W_{j:k} both ends count: j is the first layer and k is the last.",
        lambda given: {"product": _chain(given)[1] @ _chain(given)[0]}),
    Mistake(
        "part reversed",
        "`part`: the right layers, in the wrong order. Which of the two does a vector meet first?",
        lambda given: {"part": _chain(given)[1] @ _chain(given)[2]}),
    Mistake(
        "empty sum",
        "`empty`: a sum without terms is 0. "
        "A product without factors must leave a matrix as it is: which matrix does that?",
        lambda given: {"empty": np.zeros((given.widths[2],) * 2)}),
    Mistake(
        "size of the other side",
        "`empty`: the right kind of matrix, in the wrong size. "
        "W_{3:2} stands between W_3 and W_{1:2}: how many columns has W_3?",
        lambda given: {"empty": np.eye(given.widths[3])}),
)

EXERCISE = Exercise(
    id="6.2.4-a",
    title="Products of layers",
    asks=(
        Ask("product", array(2, 2), hints=(
            "Follow a vector x through the layers: "
            "W_1 x, then W_2 (W_1 x), then W_3 (W_2 (W_1 x)).",
            "With numpy arrays the sign of the matrix product is `@`.")),
        Ask("part", array(2, 2), hints=(
            "W_{j:k} begins with layer j and ends with layer k: the last layer stands on the left.",
        )),
        Ask("empty", array(None, None), hints=(
            "W_{3:3} W_{3:2} W_{1:2} has the factors of W_{1:3} already without W_{3:2}.",
            "W_{3:3} = W_3 maps R^{d_2} to R^{d_3}. "
            "So what stands to the right of it has as many rows as that has columns.")),
    ),
    lecture=_layers_and_widths([[[1, 2], [0, 1]], [[0, 1], [1, 1]], [[1, 0], [1, -1]]],
                               (3, 2, 4, 5)),
    draw=_draw,
    judge=_judge,
    mistakes=MISTAKES,
    right="The first layer stands on the right, "
          "and an empty product is the identity of the width where it stands. "
          "With both, formulas such as grad_j = W_{j+1:N}^T grad l(W_{1:N}) W_{1:j-1}^T hold "
          "for the first and the last layer too. Next: section 6.2.5, which derives this one.",
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
W_1, W_2, W_3 = (np.array(W) for W in data.chain.values())
product = W_3 @ W_2 @ W_1
part = W_3 @ W_2
empty = np.eye(data.widths[2])
""",
)
