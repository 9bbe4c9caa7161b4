"""6.1-b: the average of all permuted copies of a network."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import arrays
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees

Q = np.ones((3, 3)) / 3  # both matrices are 3 x 3: a mean over the wrong index has the right shape


def _draw(rng):
    """Whole numbers whose averages are whole too: of the rows of W₁ and of the columns of W₂."""
    while True:
        W1, W2 = rng.integers(-6, 7, (2, 3, 3))
        W1[2] += -W1.sum(0) % 3
        W2[:, 2] += -W2.sum(1) % 3
        if all(len(set(average)) == 3
               for average in (W1.mean(0), W1.mean(1), W2.mean(0), W2.mean(1))):
            return SimpleNamespace(W1=W1.astype(float), W2=W2.astype(float))


def _judge(given, answers):
    first, second = answers["averaged"]
    return (_fault(first, Q @ given.W1, "rows of your first matrix")
            or _fault(second.T, Q @ given.W2.T, "columns of your second matrix"))


def _fault(found, wanted, name):
    if agrees(found, wanted):
        return None
    if agrees(found / 2, found[[0, 0, 0]] / 2, 1e-9):  # halves, so that no difference overflows
        return "averaged", (f"The {name} are equal, as they should be, "
                            "but they are not the mean over the six copies.")
    return "averaged", (f"The {name} differ. In the mean over all six copies "
                        "every hidden unit plays every part equally often.")


def _mistake(name, hint, averaged):
    return Mistake(name, hint, lambda given: {"averaged": averaged(given.W1, given.W2)})


EXERCISE = Exercise(
    id="6.1-b",
    title="The average of all copies",
    asks=(Ask("averaged", arrays((3, 3), (3, 3)), hints=(
        "Averaging is linear: the mean of the six PW₁ is QW₁, "
        "where Q is the mean of the six matrices P.",
        "How many of the six permutations send unit i to place j? "
        "That number over 6 is the entry of Q.",
        "QW₁ replaces every row by one and the same row. Which one?")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _mistake(
            "printed 1/d!",
            "These are QW₁ and W₂Q with 1/d₁! in every entry of Q, as the lecture prints it. "
            "Add up a row of that Q: "
            "a mean of permutation matrices has row sums 1, as each of them has.",
            lambda W1, W2: [Q @ W1 / 2, W2 @ Q / 2]),
        _mistake(
            "sum",
            "That is the sum of the six copies. What is still missing for their mean?",
            lambda W1, W2: [6 * Q @ W1, W2 @ Q * 6]),
        _mistake(
            "only W1",
            "Your first matrix is right, but the second is still the old one. "
            "Each copy permutes both: the rows of W₁ and the columns of W₂.",
            lambda W1, W2: [Q @ W1, W2]),
        _mistake(
            "columns of W1",
            "In W₁ you averaged within each row, over the inputs. "
            "A hidden unit is a row of W₁: the permutations exchange rows.",
            lambda W1, W2: [W1 @ Q, W2 @ Q]),
        _mistake(
            "inputs and outputs",
            "You averaged over the index of the inputs in W₁, over that of the outputs in W₂. "
            "Which index of each matrix counts the hidden units?",
            lambda W1, W2: [W1 @ Q, Q @ W2]),
        _mistake(
            "both sides",
            "All entries of each of your matrices are equal. "
            "Only hidden units are renumbered in a copy. Do inputs and outputs change places too?",
            lambda W1, W2: [Q @ W1 @ Q, Q @ W2 @ Q]),
        _mistake(
            "order",
            "These are the two matrices, in the other order. Which one acts on x first?",
            lambda W1, W2: [W2 @ Q, Q @ W1]),
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
