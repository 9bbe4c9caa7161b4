"""6.2.7-b: the kind of every point on the map of saddles."""
from itertools import combinations
from types import SimpleNamespace

import numpy as np

from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import balanced_critical_point
from lnnlib.saddles import classify

from ...answers.kinds import WrongKind, show
from ..exercise import Ask, Exercise
from ..mistakes import Mistake

MODES = (1, 2, 3)
SETS = [frozenset(modes) for size in range(4) for modes in combinations(MODES, size)]
WORDS = ("strict saddle", "non-strict saddle", "local minimum", "global minimum")
STRICT, NON_STRICT, LOCAL, GLOBAL = WORDS


def word_for_every_set(value):
    """The kind "a dict from every set of modes to one of four words".

    A key may be a frozenset, a tuple or one number.

    >>> word_for_every_set({1: "strict saddle"})
    Traceback (most recent call last):
        ...
    lnnlib.answers.kinds.WrongKind: without (), expected a key for each of the 8 sets of modes
    """
    if not isinstance(value, dict):
        raise WrongKind(f"{show(value)}, "
                        "expected a dict with a key for each of the 8 sets of modes")
    words = {}
    for key, word in value.items():
        modes = frozenset(key if isinstance(key, frozenset | tuple) else [key])
        if modes not in SETS:
            raise WrongKind(f"a dict with the key {show(key)}, "
                            "expected sets of the modes 1, 2, 3, such as (1, 3)")
        if not isinstance(word, str) or word not in WORDS:
            raise WrongKind(f"{show(word)} at {name(modes)}, "
                            f"expected one of {', '.join(map(repr, WORDS))}")
        words[modes] = word
    for modes in SETS:
        if modes not in words:
            raise WrongKind(f"without {name(modes)}, "
                            "expected a key for each of the 8 sets of modes")
    return words


def name(modes):
    """A set of modes as a student writes it: (1, 3)."""
    return str(tuple(sorted(modes)))


def _draw(rng):
    """The largest mode is never the first: the modes are not numbered by size."""
    while True:
        sizes = [rng.uniform(2, 3), rng.uniform(1.1, 1.8), rng.uniform(.3, .9)]
        sigma = [round(float(s), 1) for s in rng.permutation(sizes)]
        if sigma[0] < max(sigma):
            return SimpleNamespace(sigma=tuple(sigma), N=int(rng.integers(3, 5)))


def true_kinds(given):
    """The kind of every set, by gradient and Hessian of the network at its point."""
    net = LinearNetwork(SquaredLoss(np.diag(given.sigma)), hidden=(3,) * (given.N - 1))
    points = {modes: balanced_critical_point(net, [m - 1 for m in modes]) for modes in SETS}
    return {modes: classify(net, w, grad_tol=1e-9, curvature_tol=1e-9).kind
            for modes, w in points.items()}


def _judge(given, answers):
    right = true_kinds(given)
    wrong = [modes for modes in SETS if answers["kinds"][modes] != right[modes]]
    if not wrong:
        return None
    return "kinds", (f"`kinds`: {len(wrong)} of the 8 sets have another kind. "
                     f"The first of them is {name(wrong[0])}.")


def _renamed(change):
    """A mistake: what `change(modes, kind)` makes of the right kinds."""
    return lambda given: {"kinds": {modes: change(modes, kind)
                                    for modes, kind in true_kinds(given).items()}}


def _same(wrong):
    """Recognizes exactly that dict."""
    return lambda given, answers: answers["kinds"] == wrong(given)["kinds"]


def _mistake(title, hint, change):
    return Mistake(title, hint, _renamed(change), _same(_renamed(change)))


EXERCISE = Exercise(
    id="6.2.7-b",
    title="Read the map of saddles",
    asks=(Ask("kinds", word_for_every_set, hints=(
        "Start with the two ends of the map: the origin, and the set of all modes.",
        "For every other set ask: is a mode left out that is larger than a mode that is kept?",
        "A negative eigenvalue of the Hessian is sigma_k^(1 - 2/N) (sigma_k - sigma_m), "
        "with k kept and m left out.")),),
    lecture=SimpleNamespace(sigma=(2.0, 1.3, 0.6), N=3),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _mistake(
            "all strict",
            "`kinds`: you call every saddle strict. That is the rule of depth 2. "
            "What is the Hessian of a deeper network at the origin?",
            lambda modes, kind: STRICT if kind == NON_STRICT else kind),
        _mistake(
            "only the origin",
            "`kinds`: the origin is not the only saddle without a negative eigenvalue. "
            "Compare a mode that is kept with those left out, set by set.",
            lambda modes, kind: STRICT if kind == NON_STRICT and modes else kind),
        _mistake(
            "no negative eigenvalue, hence a minimum",
            "`kinds`: you take a point without negative eigenvalues for a local minimum. "
            "Theorem 6.10 says what every local minimum of this network is. Is your point that?",
            lambda modes, kind: LOCAL if kind == NON_STRICT else kind),
    ),
    right="The non-strict saddles are the sets of the largest modes, one of each size. "
          "They are the points that gradient descent comes near from a small start: "
          "follow it in `saddle_map`.",
    solution=r"""
The set of all modes reaches loss 0: the global minimum.
By Theorem 6.10 there is no other local minimum. For the others the only eigenvalues that
can be negative are $\sigma_k^{1-2/N}(\sigma_k-\sigma_m)$ with $k$ in $S$ and $m$ not in $S$.
So $S$ is a strict saddle exactly if a larger mode is left out while a smaller one is kept.
What remains are the sets of the largest modes: none, one, two. They are non-strict saddles.
""",
    code="""
from itertools import combinations
from lnnlib.homework import given

sigma = given("6.2.7-b").sigma
kinds = {}
for size in range(4):
    for S in combinations((1, 2, 3), size):
        kept = [sigma[i - 1] for i in S]
        left_out = [sigma[i - 1] for i in (1, 2, 3) if i not in S]
        if not left_out:
            kinds[S] = "global minimum"
        elif kept and min(kept) < max(left_out):
            kinds[S] = "strict saddle"
        else:
            kinds[S] = "non-strict saddle"
""",
)
