"""6.2.6-b: from which weight on the bottleneck has a bad local minimum."""
import math
from types import SimpleNamespace

from ...answers.kinds import function, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake


def _draw(rng):
    return SimpleNamespace(ms=[.8, *(round(float(m), 2)
                                     for m in rng.uniform((.1, .35, .6), (.3, .55, .75)))])


def _judge(given, answers):
    for m in given.ms:
        a = answers["threshold"](m)
        if math.isclose(a, 1 / m, rel_tol=1e-9):
            continue
        if a < 1 / m:
            return "threshold", (f"For m = {m} some a above your number still leave "
                                 "a way down from diag(0, m).")
        return "threshold", (f"For m = {m} an a below your number makes diag(0, m) "
                             "a local minimum already.")
    return None


def _everywhere(wrong):
    """Whether the function handed in is `wrong`, for every m."""
    return lambda given, answers: all(answers["threshold"](m) == wrong(m) for m in given.ms)


def _mistake(name, hint, wrong):
    return Mistake(name, hint, lambda given: {"threshold": wrong}, _everywhere(wrong))


EXERCISE = Exercise(
    id="6.2.6-b",
    title="Where the bottleneck becomes a trap",
    asks=(Ask("threshold", function("m", returns=number(infinite=True)), hints=(
        "Write out l for u = v = (s, p): it is a polynomial in s and p. "
        "At the trap s = 0 and p^2 = m.",
        "Keep p^2 = m and collect the terms with s^2. Their sign decides for small s.")),),
    draw=_draw,
    judge=_judge,
    mistakes=(
        _mistake(
            "m",
            "Your number is m itself. From there on the global minimum is at diag(1, 0). "
            "But is diag(0, m) a local minimum already? Look at the curvature there.",
            lambda m: m),
        _mistake(
            "one",
            "At a = 1 the loss is the plain square loss. "
            "Is diag(0, m) a local minimum of the net then? Compute the curvature towards W_11.",
            lambda m: 1.),
        _mistake(
            "the picture's number",
            "That is what the picture shows for m = 0.8. How does it depend on m?",
            lambda m: 1.25),
        _mistake(
            "never",
            "Theorem 6.10 would say so. Which of its hypotheses does a hidden width of 1 break?",
            lambda m: math.inf),
    ),
    right="A large enough price on the entries off the diagonal closes the way down. "
          "At the threshold itself the point is still no local minimum: a term of order "
          "4 leads down. Next: the same net with hidden width 2, in `bottleneck_trap`.",
    solution=r"""
With $u=v=(s,p)$ the loss is $(s^2-1)^2+(p^2-m)^2+2a\,s^2p^2$. At $p^2=m$ it is
$1+(2am-2)\,s^2+s^4$. So for $a<1/m$ it falls, and $\mathrm{diag}(0,m)$ is no local minimum.

For $a>1/m$ look at the Hessian at $u=v=(0,\sqrt m)$. Its eigenvalues are $2am-2$, $2am+2$, $4m$
and $0$. The zero belongs to $(cu,v/c)$, along which $\Phi$ is constant; the others are positive.
So it is a local minimum, and the infimum is $1/m$.

At $a=1/m$ take $p^2=m-s^2/m$: then $\Phi-1=s^4(1-1/m^2)<0$. The infimum is not attained.
""",
    code="""
def threshold(m):
    return 1 / m
""",
)
