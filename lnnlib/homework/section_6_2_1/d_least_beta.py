"""6.2.1-d: the least beta of a quadratic function, of a softplus and of one with a kinked slope."""
import math
from types import SimpleNamespace

import numpy as np

from ...answers.kinds import number
from ..exercise import Ask, Exercise
from ..mistakes import Fault, Mistake, agrees


def _draw(rng):
    """H bends down more than up, a has a length that is whole, the slopes have different sizes."""
    k = int(rng.integers(1, 3))
    up = int(rng.integers(2, (5 * k + 1) // 2))
    H = up * np.eye(2) - k * np.outer([1, -2], [1, -2])    # eigenvalues up and up - 5k
    vectors = ([3, 4], [5, 12], [1, 2, 2], [2, 3, 6])
    a = rng.permutation(vectors[rng.integers(4)])
    right, left = rng.permutation(np.arange(2, 10))[:2]
    return SimpleNamespace(H=H.tolist(), a=(a * rng.choice([-1, 1], len(a))).tolist(),
                           slopes=[int(right), -int(left)])


def _least(given):
    return {"beta_1": np.abs(_bends(given)).max(), "beta_2": _length(given)**2 / 4,
            "beta_3": np.abs(given.slopes).max()}


def _bends(given):
    return np.linalg.eigvalsh(given.H)


def _length(given):
    return np.linalg.norm(given.a)


def _judge(given, answers):
    for name, least in _least(given).items():
        beta, said = answers[name], f"`{name}` = {answers[name]:.7g}"
        if agrees(beta, float(least)):
            continue
        if beta <= 0:
            return name, f"{said} is not positive."
        if beta == math.inf:
            return name, f"`{name}`: a finite β is large enough for this function."
        if beta < least:
            return name, (f"{said} is too small: there are two points whose gradients differ "
                          "by more than that many times their distance.")
        return Fault(name, f"{said} is large enough, but so is some smaller number.",
                     "looser than asked")
    return None


EXERCISE = Exercise(
    id="6.2.1-d",
    title="The least β",
    asks=(
        Ask("beta_1", number(infinite=True), hints=(
            "∇f₁(w) = Hw. By how much can H stretch a vector at most?",
            "Write a vector as a sum of eigenvectors of H. Each part is stretched by the "
            "modulus of its eigenvalue.",
            "`np.linalg.eigvalsh(data.H)` computes the eigenvalues.")),
        Ask("beta_2", number(infinite=True), hints=(
            "∇f₂(w) = σ(⟨a, w⟩)·a with σ(z) = eᶻ/(1 + eᶻ).",
            "How steep is σ at most? Use σ′ = σ·(1 − σ).",
            "By how much does ⟨a, w⟩ change at most when w moves by a distance of 1?")),
        Ask("beta_3", number(infinite=True), hints=(
            "Sketch f₃′. It has a kink at 0, but no jump.",
            "Take two points on the same side of 0, then two on different sides. "
            "How large can |f₃′(u) − f₃′(v)|/|u − v| become?")),
    ),
    lecture=SimpleNamespace(H=[[1, 2], [2, -2]], a=[3, 4], slopes=[5, -3]),
    draw=_draw,
    judge=_judge,
    mistakes=(
        Mistake(
            "only upward",
            "`beta_1`: along some direction f₁ bends down by more than that. "
            "Lemma 6.4 bounds |∇²f(w)[v, v]|, so both signs count.",
            lambda given: {"beta_1": _bends(given).max()}),
        Mistake(
            "spread",
            "`beta_1`: that is the distance between the two eigenvalues of H. "
            "By how much is any one vector stretched at most?",
            lambda given: {"beta_1": np.ptp(_bends(given))}),
        Mistake(
            "Frobenius norm",
            "`beta_1`: the root of the sum of the squares of all entries bounds every stretch by "
            "H, but no vector is stretched that much. Which ones are stretched most?",
            lambda given: {"beta_1": np.linalg.norm(given.H)}),
        Mistake(
            "quarter lost",
            "`beta_2`: two gradients of f₂ always differ by less than that many times their "
            "distance. How steep is σ(z) = eᶻ/(1 + eᶻ) at most?",
            lambda given: {"beta_2": _length(given)**2}),
        Mistake(
            "a once",
            "`beta_2`: a comes in twice, as a factor of ∇f₂ and in ⟨a, w⟩. "
            "Your number has its length only once.",
            lambda given: {"beta_2": _length(given) / 4}),
        Mistake(
            "length of the gradient",
            "`beta_2`: that bounds how long ∇f₂ is. Definition 6.3 asks how fast it changes.",
            lambda given: {"beta_2": _length(given)}),
        Mistake(
            "a left out",
            "`beta_2`: that is the least β of log(1 + eˣ) with one number x. "
            "What becomes of the gradient when a is doubled?",
            lambda given: {"beta_2": 1 / 4}),
        Mistake(
            "along an axis",
            "`beta_2`: along an axis f₂ bends no more than that. "
            "Along which direction does ⟨a, w⟩ change fastest?",
            lambda given: {"beta_2": np.max(np.square(given.a)) / 4}),
        Mistake(
            "jump",
            "`beta_3`: by that much f₃″ jumps at 0. But f₃′ does not jump. "
            "How fast does f₃′ change between two points?",
            lambda given: {"beta_3": float(np.ptp(given.slopes))}),
        Mistake(
            "mean",
            "`beta_3`: that is the mean of what the two sides need. "
            "Definition 6.3 speaks of all pairs of points, so of two on the same side too.",
            lambda given: {"beta_3": np.mean(np.abs(given.slopes))}),
        Mistake(
            "other side",
            "`beta_3`: that is large enough for points on one side of 0. "
            "Take two points on the other side.",
            lambda given: {"beta_3": float(np.abs(given.slopes).min())}),
        Mistake(
            "no beta",
            "`beta_3`: f₃ has no second derivative at 0, but Definition 6.3 asks for none. "
            "It compares first derivatives, and Break 6 has such a function.",
            {"beta_3": math.inf}),
    ),
    right="Definition 6.3 asks how fast the gradient changes. Bends up and down count alike, and "
          "a second derivative is not needed. "
          "Next: choose Huber in `quadratic_sandwich` and look for the least β there.",
    solution=r"""
**$f_1$.** $\nabla f_1(w_1)-\nabla f_1(w_2)=H(w_1-w_2)$. So the least $\beta$ is the most that $H$
stretches a vector. $H$ is symmetric: this is the largest modulus of an eigenvalue.

**$f_2$.** $\nabla f_2(w)=\sigma(\langle a,w\rangle)\,a$ with $\sigma(z)=\frac{e^z}{1+e^z}$, and
$\sigma'=\sigma(1-\sigma)\le\frac14$. With $h=w_1-w_2$ this gives

$$\|\nabla f_2(w_1)-\nabla f_2(w_2)\|\le\tfrac14|\langle a,h\rangle|\,\|a\|
\le\tfrac14\|a\|^2\|h\|.$$

No smaller number does (Lemma 6.4): at $w=0$ the curvature along $a/\|a\|$ is $\frac14\|a\|^2$.

**$f_3$.** $f_3'(x)$ is $s_1x$ for $x\ge0$ and $s_2x$ for $x<0$. On one side the ratio of
Definition 6.3 is $|s_1|$ or $|s_2|$. For $u\ge0>-v$ it is

$$\frac{|s_1u+s_2v|}{u+v}\le\max(|s_1|,|s_2|).$$

So the least $\beta$ is $\max(|s_1|,|s_2|)$.
""",
    code="""
import numpy as np
from lnnlib.homework import given

data = given("6.2.1-d")
beta_1 = np.abs(np.linalg.eigvalsh(data.H)).max()
beta_2 = data.a @ data.a / 4
beta_3 = np.abs(data.slopes).max()
""",
)
