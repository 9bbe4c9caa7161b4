"""6.2.6-b: from which weight on the bottleneck has a bad local minimum."""
import math
from types import SimpleNamespace

from ...answers.kinds import function, number
from ..exercise import Ask, Exercise
from ..mistakes import Mistake, on_every_case


def _draw(rng):
    drawn = rng.uniform((.1, .35, .6), (.3, .55, .75))
    return SimpleNamespace(cases=[(.8,), *((round(float(m), 2),) for m in drawn)])


def _fault(a, m):
    if math.isclose(a, 1 / m, rel_tol=5e-9):  # nine digits, whichever the first is
        return None
    if a < 1 / m:
        return f"For m = {m:g} some a above your number still leave a way down from diag(0, m)."
    return f"For m = {m:g} an a below your number makes diag(0, m) a local minimum already."


EXERCISE = Exercise(
    id="6.2.6-b",
    title="Where the bottleneck becomes a trap",
    asks=(Ask("threshold", function("m", returns=number(infinite=True)), hints=(
        "Write out l for u = v = (s, p): it is a polynomial in s and p. "
        "At the trap s = 0 and p² = m.",
        "Keep p² = m and collect the terms with s². Their sign decides for small s.")),),
    draw=_draw,
    judge=on_every_case("threshold", _fault),
    mistakes=(
        Mistake(
            "m",
            "Your number is m itself. From there on the global minimum is at diag(1, 0). "
            "But is diag(0, m) a local minimum already? Look at the curvature there.",
            {"threshold": lambda m: m}),
        Mistake(
            "one",
            "At a = 1 the loss is the plain square loss. "
            "Is diag(0, m) a local minimum of the net then? Compute the curvature towards W₁₁.",
            {"threshold": lambda m: 1.}),
        Mistake(
            "the picture's number",
            "That is what the picture shows for m = 0.8. How does it depend on m?",
            {"threshold": lambda m: 1.25}),
        Mistake(
            "never",
            "Theorem 6.10 would say so. Which of its hypotheses does a hidden width of 1 break?",
            {"threshold": lambda m: math.inf}),
        Mistake(
            "no square",
            "With p = m the terms with s² change their sign at your number. What is p at the trap?",
            {"threshold": lambda m: 1 / m**2}),
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
