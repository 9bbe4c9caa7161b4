"""6.1-d: a network of depth 3 with biases, its hidden units renumbered."""
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import arrays, function, number_text
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, agrees, on_every_case

PARTS = ("W1", "b1", "W2", "b2", "W3", "b3")
NETS = (  # widths d_0 .. d_3 and the new orders of both hidden layers, cycles among them
    ((1, 1, 1, 1), [0], [0]),
    ((1, 2, 2, 2), [0, 1], [1, 0]),
    ((1, 3, 3, 1), [1, 2, 0], [0, 2, 1]),
    ((3, 1, 3, 2), [0], [1, 2, 0]),
    ((2, 3, 1, 2), [1, 2, 0], [0]),
    ((2, 3, 4, 3), [2, 0, 1], [3, 0, 2, 1]),
)


def _draw(rng):
    """Networks with distinct whole numbers in each matrix, so that no two units are alike."""
    def matrix(rows, columns):
        return rng.choice(np.arange(-20., 21), (rows, columns), replace=False)

    cases = []
    for widths, order_1, order_2 in NETS:
        net = []
        for d, d_before in zip(widths[1:], widths[:-1], strict=True):
            net += [matrix(d, d_before), matrix(d, 1)]
        cases.append((*net, np.eye(widths[1])[order_1], np.eye(widths[2])[order_2]))
    return SimpleNamespace(cases=cases)


def _with(factors):
    """The function that returns (A W₁, a b₁, B W₂ Cᵀ, b b₂, W₃ Dᵀ, b₃).

    A, a, B, C, b, D = factors(P₁, P₂, I₁, I₂), with the identities I₁ and I₂ for what stays.
    """
    def renumbered(W1, b1, W2, b2, W3, b3, P1, P2):
        A, a, B, C, b, D = factors(P1, P2, np.eye(len(P1)), np.eye(len(P2)))
        return [A @ W1, a @ b1, B @ W2 @ C.T, b @ b2, W3 @ D.T, b3]

    return renumbered


RIGHT = _with(lambda P1, P2, I1, I2: (P1, P1, P2, P1, P2, P2))


def _fault(copy, *case):
    W1, _, _, _, W3, _, P1, P2 = case
    for name, found, wanted in zip(PARTS, copy, RIGHT(*case), strict=True):
        if not agrees(found, wanted):
            what = (f"has shape {found.shape}" if found.shape != wanted.shape
                    else "is not that of the copy with the hidden layers P₁h₁ and P₂h₂")
            return (f"For a network of widths {W1.shape[1]}-{len(P1)}-{len(P2)}-{len(W3)} with "
                    f"P1={number_text(P1)}, P2={number_text(P2)}: your {name} {what}.")
    return None


def _mistake(name, hint, *forms):
    """A mistake with several forms, each as in `_with`."""
    each = [Mistake(name, hint, {"renumbered": _with(form)}) for form in forms]
    return Mistake(name, hint, each[0].answers, lambda given, answers: any(
        one.recognizes(given, answers) for one in each))


def _outputs_too(*case):
    """b₃ in the new order of the second hidden layer, where the sizes allow it."""
    *copy, b3 = RIGHT(*case)
    P2 = case[-1]
    return [*copy, P2 @ b3 if len(P2) == len(b3) else b3]


def _shows_outputs_too(given, answers):
    fitting = [case for case in given.cases if len(RIGHT(*case)[-1]) == len(case[-1])]
    return Mistake("", "", {"renumbered": _outputs_too}).recognizes(
        SimpleNamespace(cases=fitting), answers)


EXERCISE = Exercise(
    id="6.1-d",
    title="Renumber a deeper network with biases",
    asks=(Ask("renumbered", function(", ".join((*PARTS, "P1", "P2")), arrays(*6 * [(None, None)])),
              hints=(
        "Begin with the first layer. A permutation matrix passes through σ: "
        "P₁σ(z) = σ(P₁z). What is P₁(W₁x + b₁)?",
        "The second layer now gets P₁h₁. "
        "By which matrix must W₂ be multiplied on the right, so that it takes no notice of that?",
        "Then the second layer is put into its own order, in the same way as the first. "
        "The last layer has to undo this order, for the output keeps its own.")),),
    draw=_draw,
    judge=on_every_case("renumbered", _fault),
    mistakes=(
        _mistake(
            "biases left behind",
            "Your matrices are right, but a bias of a hidden layer still stands in the old order. "
            "To which unit does each entry of b₁ and of b₂ belong?",
            lambda P1, P2, I1, I2: (P1, I1, P2, P1, P2, P2),
            lambda P1, P2, I1, I2: (P1, P1, P2, P1, I2, P2),
            lambda P1, P2, I1, I2: (P1, I1, P2, P1, I2, P2)),
        _mistake(
            "W2 on one side",
            "All is right but your W₂: it is renumbered on one side only. "
            "Its rows are the units of one hidden layer, its columns those of another.",
            lambda P1, P2, I1, I2: (P1, P1, P2, I1, P2, P2),
            lambda P1, P2, I1, I2: (P1, P1, I2, P1, P2, P2)),
        _mistake(
            "P for its transpose",
            "Your rows and biases are right, but not all columns. A swap of two units is its own "
            "inverse, a cycle of three is not. Multiply your new matrix by the new hidden "
            "layer before it: does the permutation cancel?",
            lambda P1, P2, I1, I2: (P1, P1, P2, P1.T, P2, P2.T),
            lambda P1, P2, I1, I2: (P1, P1, P2, P1.T, P2, P2),
            lambda P1, P2, I1, I2: (P1, P1, P2, P1, P2, P2.T)),
        _mistake(
            "last layer left",
            "Only W₃ is wrong: it is still the old one. "
            "In which order do the units of the second hidden layer come in there?",
            lambda P1, P2, I1, I2: (P1, P1, P2, P1, P2, I2)),
        _mistake(
            "one layer only",
            "This network computes the same map: it is a copy, but only the units of one hidden "
            "layer have moved. Where is the other permutation?",
            lambda P1, P2, I1, I2: (P1, P1, I2, P1, I2, I2),
            lambda P1, P2, I1, I2: (I1, I1, P2, I1, P2, P2)),
        _mistake(
            "the inverse order",
            "This network computes the same map: it is a copy. But its hidden layers are P₁ᵀh₁ "
            "and P₂ᵀh₂. In which order does P₁h₁ have the units?",
            lambda P1, P2, I1, I2: (P1.T, P1.T, P2.T, P1.T, P2.T, P2.T)),
        Mistake(
            "outputs too",
            "You put b₃ into another order where it has as many entries as the second hidden "
            "layer. Does it belong to hidden units?",
            {"renumbered": _outputs_too}, _shows_outputs_too),
    ),
    right="Each hidden unit takes its row, its bias and its column along, at every depth. So all "
          "copies have the same loss, and the proof of Proposition 6.1 goes on as in Step 6. "
          "Next: average the copies of a small network over all P₁ and P₂, and compare the losses.",
    solution=r"""
Since $\sigma$ acts entry by entry, $P_1h_1=\sigma(P_1W_1x+P_1b_1)$. The second layer is
$P_2h_2=\sigma(P_2W_2P_1^T\,(P_1h_1)+P_2b_2)$, for $P_1^TP_1=I$. The output is
$y=W_3P_2^T\,(P_2h_2)+b_3$. So the copy is
$$(P_1W_1,\ P_1b_1,\ P_2W_2P_1^T,\ P_2b_2,\ W_3P_2^T,\ b_3).$$

With $Q_n=\frac1{d_n}\vec1\,\vec1^T$ the mean of all copies is
$(Q_1W_1,\ Q_1b_1,\ Q_2W_2Q_1,\ Q_2b_2,\ W_3Q_2,\ b_3)$.

An example to follow by hand: ReLU, $W_1=\binom11$, $b_1=\binom10$,
$W_2=\begin{pmatrix}1&-2\\1&-2\end{pmatrix}$, $b_2=0$, $W_3=(1\;\,0)$, $b_3=0$. At $x=-1,0,1$ it
puts out $0,1,0$. Take these as targets: then $L=0$ at the four copies, and $L=\frac16$ at their
mean. If $b_1$ is left behind when the two units of the first layer change places, the result is no
copy: its loss is $\frac16$ too. A ReLU network of width 1 is monotone in $x$, so its loss is at
least $\frac1{12}$: the hypothesis of Proposition 6.1 holds.
""",
    code="""
def renumbered(W1, b1, W2, b2, W3, b3, P1, P2):
    return P1 @ W1, P1 @ b1, P2 @ W2 @ P1.T, P2 @ b2, W3 @ P2.T, b3
""",
)
