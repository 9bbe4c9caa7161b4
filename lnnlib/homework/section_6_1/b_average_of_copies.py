"""6.1-b: the average of all permuted copies of a network."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import arrays
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees

SHAPE = (3, 3)  # of both matrices, so that an average over the wrong index has the right shape


def _draw(rng):
    """Whole numbers whose averages are whole too: of the rows of W_1 and of the columns of W_2."""
    while True:
        W_1, W_2 = rng.integers(-6, 7, (2, *SHAPE))
        W_1[2] += -W_1.sum(0) % 3
        W_2[:, 2] += -W_2.sum(1) % 3
        if all(len(set(average)) == 3
               for average in (W_1.mean(0), W_1.mean(1), W_2.mean(0), W_2.mean(1))):
            return SimpleNamespace(W1=W_1.tolist(), W2=W_2.tolist())


def _over(given, axis_1, axis_2, factor=1):
    """Each matrix with the mean over one of its indices in every place, None for as it is."""
    return [W if axis is None else factor * W.mean(axis, keepdims=True) * np.ones(SHAPE)
            for W, axis in ((np.array(given.W1, float), axis_1),
                            (np.array(given.W2, float), axis_2))]


def _judge(given, answers):
    pairs = zip(answers["averaged"], _over(given, 0, 1), strict=True)
    for n, (found, wanted) in enumerate(pairs, start=1):
        if not agrees(found, wanted):
            equal = np.ptp(found, axis=n - 1).max() < 1e-9
            what = ("are equal, as they should be, but they are not the mean over the six copies."
                    if equal else "differ. In the mean over all six copies every hidden unit "
                                  "plays every part equally often.")
            return "averaged", f"The {('rows', 'columns')[n - 1]} of your matrix number {n} {what}"
    return None


def _first_over_columns(given, answers):
    return agrees(answers["averaged"][0], _over(given, 1, None)[0])


EXERCISE = Exercise(
    id="6.1-b",
    title="The average of all copies",
    asks=(Ask("averaged", arrays(SHAPE, SHAPE), hints=(
        "Averaging is linear: the mean of the P W_1 is Q W_1, "
        "where Q is the mean of the six matrices P.",
        "How many of the six permutations send unit i to place j? "
        "That number over 6 is the entry of Q.",
        "Q W_1 replaces every row by one and the same row. Which one?")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "printed 1/d!",
            "You put 1/d_1! into every entry of Q, as the lecture prints it. Add up a row of Q: "
            "a mean of permutation matrices has row sums 1, as each of them has.",
            lambda given: {"averaged": _over(given, 0, 1, factor=1 / 2)}),
        Mistake(
            "only W1",
            "W_1 is right, but W_2 is still the old one. "
            "Each copy permutes both: the rows of W_1 and the columns of W_2.",
            lambda given: {"averaged": _over(given, 0, None)}),
        Mistake(
            "columns of W1",
            "In W_1 you averaged within each row, over the inputs. "
            "A hidden unit is a row of W_1: the permutations exchange rows.",
            lambda given: {"averaged": _over(given, 1, 0)},
            _first_over_columns),
    ),
    right="All hidden units are now the same, so one would do: "
          "the average computes what a network of width 1 computes. Next: put your "
          "own weights through `width_one_equivalent`, and slide λ to 1 in `collapse`.",
    solution=r"""
The mean of the six matrices $P$ is $Q$ with $Q_{ij}=\frac{(d_1-1)!}{d_1!}=\frac1{d_1}=\frac13$,
since $(d_1-1)!$ permutations have $P_{ij}=1$. The printed factor $\frac1{d_1!}$ forgets to count
them. So the average is $(QW_1,\ W_2Q)$: every row of the first matrix is the mean row of $W_1$,
every column of the second the mean column of $W_2$.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.1-b")
Q = np.ones((3, 3)) / 3
averaged = [Q @ data.W1, data.W2 @ Q]
""",
)
