"""6.2.7-b: the kind of every point on the map of saddles."""
import re
from ast import literal_eval
from collections.abc import Mapping
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

SETS = [frozenset(modes) for size in range(4) for modes in combinations((1, 2, 3), size)]
WORDS = ("strict saddle", "non-strict saddle", "local minimum", "global minimum")
STRICT, NON_STRICT, LOCAL, GLOBAL = WORDS
OTHER_SADDLE = {STRICT: NON_STRICT, NON_STRICT: STRICT}


def word_for_every_set(value):
    """The kind "a dict from every set of modes to one of four words".

    A key may be a tuple, a frozenset, one number, or any of them, a list or a set as text.
    Of a word only the letters count.

    >>> word_for_every_set({1: "Strict saddle"})
    Traceback (most recent call last):
        ...
    lnnlib.answers.kinds.WrongKind: without (), expected a key for each of the 8 sets of modes
    """
    if not isinstance(value, Mapping):
        raise WrongKind(f"{show(value)}, "
                        "expected a dict with a key for each of the 8 sets of modes")
    words = {}
    for key, text in value.items():
        modes, word = _modes(key), _word(text)
        if modes is None:
            raise WrongKind(f"a dict with the key {show(key)}, "
                            "expected sets of the modes 1, 2, 3, such as (1, 3)")
        if word is None:
            raise WrongKind(f"{show(text)} at {name(modes)}, "
                            f"expected one of {', '.join(map(repr, WORDS))}")
        if words.setdefault(modes, word) != word:
            raise WrongKind(f"a dict with two words for {name(modes)}, expected one")
    for modes in SETS:
        if modes not in words:
            raise WrongKind(f"without {name(modes)}, "
                            "expected a key for each of the 8 sets of modes")
    return words


def _modes(key):
    """The set that a key stands for, or None."""
    try:
        key = literal_eval(key.strip()) if isinstance(key, str) else key
        modes = frozenset(key if np.iterable(key) else [key])
    except Exception:  # a text of something else
        return None
    return next((known for known in SETS if known == modes), None)


def _word(text):
    """The word of that text, or None."""
    return next((word for word in WORDS
                 if isinstance(text, str) and _letters(text) == _letters(word)), None)


def _letters(text):
    return re.sub(r"[\W_]", "", text.lower())


def name(modes):
    """A set of modes as a student writes it: (1, 3)."""
    return str(tuple(sorted(modes)))


def _draw(rng):
    """The modes are numbered by size neither way, and the first is never the largest."""
    while True:
        sizes = [rng.uniform(2, 3), rng.uniform(1.1, 1.8), rng.uniform(.3, .9)]
        sigma = [round(float(s), 1) for s in rng.permutation(sizes)]
        if sigma[0] < max(sigma) and sigma != sorted(sigma):
            return SimpleNamespace(sigma=sigma, N=int(rng.integers(3, 5)))


def true_kinds(sigma, N):
    """The kind of every set, by gradient and Hessian of the network at its point."""
    net = LinearNetwork(SquaredLoss(np.diag(sigma)), hidden=(3,) * (N - 1))
    points = {modes: balanced_critical_point(net, [m - 1 for m in modes]) for modes in SETS}
    return {modes: classify(net, w, grad_tol=1e-9, curvature_tol=1e-9).kind
            for modes, w in points.items()}


def _judge(given, answers):
    kinds, right = answers["kinds"], true_kinds(given.sigma, given.N)
    wrong = [modes for modes in SETS if kinds[modes] != right[modes]]
    if not wrong:
        return None
    return "kinds", (f"`kinds`: of the 8 sets you name {len(wrong)} wrongly. The first is "
                     f"{name(wrong[0])}, which you call a {kinds[wrong[0]]}.")


def _takes_for_a_minimum(given, answers):
    """Whether nothing is wrong but non-strict saddles called local minima."""
    kinds, right = answers["kinds"], true_kinds(given.sigma, given.N)
    return all((kinds[modes], right[modes]) == (LOCAL, NON_STRICT)
               for modes in SETS if kinds[modes] != right[modes])


def _reworded(change):
    """The right kinds, each replaced by what `change(modes, kind)` makes of it."""
    return lambda given: {"kinds": {modes: change(modes, kind) for modes, kind
                                    in true_kinds(given.sigma, given.N).items()}}


EXERCISE = Exercise(
    id="6.2.7-b",
    title="Read the map of saddles",
    asks=(Ask("kinds", word_for_every_set, hints=(
        "Start with the two ends of the map: the origin, and the set of all modes.",
        "For every other set ask: is a mode left out that is larger than a mode that is kept?",
        "A negative eigenvalue of the Hessian is σₖ^{1−2/N}(σₖ − σₘ), "
        "with k kept and m left out.")),),
    lecture=SimpleNamespace(sigma=[1.3, 2., .6], N=3),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "all strict",
            "`kinds`: you call every saddle strict. That is the rule of depth 2. "
            "What is the Hessian of a deeper network at the origin?",
            _reworded(lambda modes, kind: STRICT if kind == NON_STRICT else kind)),
        Mistake(
            "only the origin",
            "`kinds`: the origin is not the only saddle without a negative eigenvalue. "
            "Compare a mode that is kept with those left out, set by set.",
            _reworded(lambda modes, kind: STRICT if kind == NON_STRICT and modes else kind)),
        Mistake(
            "no negative eigenvalue, hence a minimum",
            "`kinds`: you take a point without negative eigenvalues for a local minimum. "
            "Theorem 6.10 says what every local minimum of this network is. Is your point that?",
            _reworded(lambda modes, kind: LOCAL if kind == NON_STRICT else kind),
            _takes_for_a_minimum),
        Mistake(
            "numbered by size",
            "`kinds`: that is the map where mode 1 is the largest and mode 3 the smallest. "
            "Which of your σᵢ is the largest?",
            lambda given: {"kinds": true_kinds(sorted(given.sigma, reverse=True), given.N)}),
        Mistake(
            "the smallest modes",
            "`kinds`: beside the origin, you call the sets of the smallest modes non-strict. "
            "When is σₖ − σₘ negative, with k kept and m left out?",
            lambda given: {"kinds": true_kinds(1 / np.array(given.sigma), given.N)}),
        Mistake(
            "words exchanged",
            "`kinds`: every saddle has the other word. "
            "Which of the two saddles has a negative eigenvalue, the strict or the non-strict one?",
            _reworded(lambda modes, kind: OTHER_SADDLE.get(kind, kind))),
        Mistake(
            "looser than asked",
            "`kinds`: the saddles are right. \"Local minimum\" is true where you write it, "
            "but you can say more. What is the loss there?",
            _reworded(lambda modes, kind: LOCAL if kind == GLOBAL else kind)),
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

data = given("6.2.7-b")
kinds = {}
for size in range(4):
    for S in combinations((1, 2, 3), size):
        kept = [data.sigma[i - 1] for i in S]
        left_out = [data.sigma[i - 1] for i in (1, 2, 3) if i not in S]
        if not left_out:
            kinds[S] = "global minimum"
        elif kept and min(kept) < max(left_out):
            kinds[S] = "strict saddle"
        else:
            kinds[S] = "non-strict saddle"
""",
)
