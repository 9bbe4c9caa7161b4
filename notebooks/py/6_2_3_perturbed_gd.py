# %% [markdown]
# # 6.2.3 Perturbed gradient descent
#
# **What does a little noise buy?**
#
# Gradient descent (GD) reaches points where the gradient vanishes. Such a point may be a saddle, and GD may stay there for ever.
# Perturbed gradient descent (PGD) adds a little noise now and then. That small change turns two separate principles into one
# guarantee.
#
# After this section you will be able to
#
# - read the listing of PGD, run it by hand, and find the slips in its print,
# - say which points it may return, and for which $\epsilon$ this excludes a saddle,
# - explain why the noise is uniform in a *ball*, and what the dimension costs,
# - tell what Theorem 6.9 promises from what a run can show.
#
# Time: about 75 minutes of reading and playing, 50 of homework.
# You need section 6.2.2 and a little probability.
#
# [Index](index.ipynb) · previous: [6.2.2 Escaping strict saddles](6_2_2_strict_saddles.ipynb) · next:
# [6.2.4 Linear networks](6_2_4_linear_networks.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_3_perturbed_gd.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
from itertools import count, islice, pairwise

import numpy as np

from lnnlib import explorers
from lnnlib.homework import check, given, own, progress, solution
from lnnlib.landscapes import Quadratic, SaddleValley
from lnnlib.perturbed import (is_second_order_stationary, perturbed_gradient_descent,
                              pgd_constants, pgd_steps, uniform_in_ball)

# %% [markdown]
# ## Predict
#
# Our landscape is a valley with a saddle in it,
#
# $$f(x,y)=\tfrac12x^2-\tfrac12y^2+\tfrac14y^4 .$$
#
# The saddle is at $(0,0)$, the two minima are at $(0,\pm1)$. Start at $(1,0)$. There $-\nabla f$ points along the $x$-axis,
# straight at the saddle. GD converges to the saddle, and its $y$ stays 0 for ever.
#
# PGD does the same, with one more idea. Where the gradient is small, it moves the point by a tiny random vector, the **noise**.
# Then it takes $t_{\text{thresh}}$ gradient steps and looks at $f$ again. ($t_{\text{thresh}}$, $f_{\text{thresh}}$ and
# $g_{\text{thresh}}$, the limit of a small gradient, are numbers. *State* says which.)
#
# - If $f$ fell by $f_{\text{thresh}}$ or more, the point was no good. Go on.
# - If it did not, return the point from before the noise.
#
# The picture shows the landscape and the run. Beside it, or below, stands the algorithm as a listing. One turn of its loop is a
# *pass*. The arrow marks what the present pass does, and the numbers beside the conditions are what it compares. Where there is
# room, you also see all passes so far, and the noise, magnified. The run has walked up to the saddle and stops just before its
# first noise.
#
# Answer the question first. Then drag the pass $t$ to the right, or press play.

# %%
explorers.pgd_debugger(predict=True, show=("step",), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# Noise comes twice. The first comes in pass 59, near the saddle. In the next 458 passes $f$ falls by 0.25: the run walks into the
# minimum $(0,-1)$. There the gradient is small again, so the second noise comes in pass 518. PGD cannot know that this point is a
# minimum. Now $f$ does not fall by $f_{\text{thresh}}$, and PGD returns the point from before the second noise, in pass 976.
#
# </details>

# %% [markdown]
# ## State
#
# Section 6.2.1 says that GD soon reaches a point with a small gradient. Section 6.2.2 says that GD on the Taylor polynomial soon
# leaves a strict saddle, if the start has a part along a direction of negative curvature. Both together should lead to a point with
# a small gradient *and* hardly any negative curvature. Here is what such a point is called.
#
# **Definition 6.8.** Let $f:\mathbb R^d\to\mathbb R$ be twice differentiable and $\rho>0$. Then $f$ is *$\rho$-Hessian-Lipschitz*
# if for all $w_1,w_2$
#
# $$\|\nabla^2f(w_1)-\nabla^2f(w_2)\|_{\text{spectral}}\le\rho\,\|w_1-w_2\| .$$
#
# The spectral norm of a symmetric matrix is the largest $|\lambda|$ among its eigenvalues $\lambda$. Its least eigenvalue is called
# $\lambda_{\min}$.
#
# For such $f$ and $\epsilon>0$ a point $w$ is *$\epsilon$-second-order stationary* if
#
# $$\|\nabla f(w)\|\le\epsilon\qquad\text{and}\qquad\lambda_{\min}\bigl(\nabla^2f(w)\bigr)\ge-\sqrt{\rho\epsilon}.$$
#
# A little negative curvature is allowed, $\sqrt{\rho\epsilon}$ of it. This is weaker than a positive semidefinite Hessian, and it
# comes closer to it as $\epsilon$ falls.
#
# On the valley take $\rho=7.2$. This holds for $|y|\le1.2$, since the Hessian is $\mathrm{diag}(1,3y^2-1)$ and its entry $3y^2-1$
# has slope at most $6\cdot1.2$. Take $\epsilon=0.1$. Ask for the saddle, a minimum, and a point on the slope beside that minimum:

# %%
f, points = SaddleValley(), np.array([[0, 0], [0, 1], [1, 1]])
small = np.linalg.norm(f.grad(points), axis=1) <= 0.1
curved = np.linalg.eigvalsh(f.hess(points))[:, 0] >= -np.sqrt(7.2 * 0.1)
print("both conditions hold:", (small & curved).tolist())

# %% [markdown]
# **Algorithm: perturbed gradient descent**, $\mathrm{PGD}(w_0,\beta,\rho,\epsilon,c,\delta,\Delta_f)$. Here $d$ is the dimension,
# $\beta$ the smoothness of $f$, $\delta$ the probability with which it may fail, and $\Delta_f\ge f(w_0)-f^*$ with a lower bound
# $f^*$ of $f$. The constant $c>0$ is yours to choose. The point $w_t$ is written `w`.
#
# ```
# 1       χ ← 3 max{ log(d β Δ_f / (c ε² δ)), 4 }
#         η ← c/β
#         r ← √c/χ² · ε/β
# 2       g_thresh ← √c/χ² · ε
#         f_thresh ← c/χ³ · √(ε³/ρ)
#         t_thresh ← ⌈ χ/c² · β/√(ρε) ⌉
# 3       t_noise ← - t_thresh - 1
# 4       for t = 0, 1, 2, ...:
# 4.1         if ‖∇f(w)‖ ≤ g_thresh
#                     and t - t_noise > t_thresh:
# 4.1.1           w̃ ← w
#                 t_noise ← t
# 4.1.2           w ← w̃ + ξ
#                     with ξ uniform in the ball of radius r
# 4.2         if t - t_noise = t_thresh
#                     and f(w) - f(w̃) > - f_thresh:
# 4.2.1           return w̃
# 4.3         w ← w - η ∇f(w)
# ```
#
# **Note.** The noise in 4.1.2 is there to put the point far enough from the saddle in the direction of negative curvature. Nobody
# needs to know that direction.
#
# Compute the constants for our run. On $|y|\le1.2$ the valley is $3.4$-smooth ($3\cdot1.2^2-1=3.32$), and
# $f(1,0)-f^*\le1$. In the code $\Delta_f$ is called `gap`.
#
# On the whole plane no $\beta$ and no $\rho$ hold. But from our start PGD with $c\le1$ stays where $|y|\le1.2$: there
# $y-\eta(y^3-y)$ grows with $y$, and at $y=1.2$ it is below 1.2. (A noise comes only near $y=0,\pm1$, and is tiny.) So continue
# $f$ by parabolas beyond $|y|=1.2$, with equal value, slope and curvature there. Then $\beta=3.4$ and $\rho=7.2$ hold everywhere,
# $f^*$ is the same, and no run sees a difference.

# %%
k = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=0.1, c=0.5, delta=0.1, gap=1)
print(f"chi = {k.chi:.2f}, eta = {k.eta:.3f}, r = {k.r:.3g}")
print(f"g_thresh = {k.g_thresh:.3g}, f_thresh = {k.f_thresh:.3g}, t_thresh = {k.t_thresh}")


# %% [markdown]
# The noise is tiny. The wait of $t_{\text{thresh}}$ passes is what makes it count. Here are lines 3 and 4 in Python, word by word:

# %%
def pgd(f, w, k, rng):
    t_noise = -k.t_thresh - 1
    for t in count():
        if np.linalg.norm(f.grad(w)) <= k.g_thresh and t - t_noise > k.t_thresh:
            w_tilde, t_noise = w, t
            w = w_tilde + uniform_in_ball(rng, f.dim, k.r)
        if t - t_noise == k.t_thresh and f(w) - f(w_tilde) > -k.f_thresh:
            return w_tilde, t
        w = w - k.eta * f.grad(w)


# %% [markdown]
# Run it, and beside it the library's version, which keeps a record:

# %%
point, t = pgd(f, np.array([1.0, 0.0]), k, np.random.default_rng(0))
run = perturbed_gradient_descent(f, [1, 0], k, rng=0, max_steps=10_000)
print(f"the listing returns {point.round(3) + 0.0} in pass {t}")
print(f"the library returns {run.point.round(3) + 0.0} in pass {run.steps}")
print("noise in passes", run.perturbations)
print("second-order stationary:", is_second_order_stationary(f, point, eps=0.1, rho=7.2))

# %% [markdown]
# **Theorem 6.9 (Jin et al. 2017).** Let $f$ be $\beta$-smooth, $\rho$-Hessian-Lipschitz and bounded below, $f\ge f^*$. There is
# an absolute constant $c_{\max}>0$ such that for all $0<\delta\le1$, $0<\epsilon\le\beta^2/\rho$, $\Delta_f\ge f(w_0)-f^*$ with
# $\Delta_f>0$, and $0<c\le c_{\max}$: with probability at least $1-\delta$, PGD returns an $\epsilon$-second-order stationary
# point, after
#
# $$\mathcal O\,\Bigl(\frac{\beta\,\Delta_f}{\epsilon^2}\,\chi^4+t_{\text{thresh}}\Bigr)\quad\text{passes.}$$
#
# The factor hidden in $\mathcal O$ depends on $c$. The dimension $d$ and the allowed failure $\delta$ enter through $\chi$ alone,
# that is only through logarithms.
#
# | claim | can a notebook check it? |
# |---|---|
# | the listing ends, after how many passes at the latest | yes, and you prove it below (for $c\le1$) |
# | the returned point has $\Vert\nabla f\Vert\le\epsilon$ | yes, and you prove it below |
# | the returned point satisfies the second condition with probability $\ge1-\delta$ | you see why, and you can count failures; the proof is in the paper |
# | the value of $c_{\max}$ | no: the theorem says that it exists and names no number. Our runs use $c=\frac12$ and less, the network in Beyond $c=1$. Nothing here shows that these are small enough |

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | escaping *non-strict* saddle point | escaping *strict* saddle points | State |
# | stationary point with PSD Hessian | $\lambda_{\min}\ge-\sqrt{\rho\epsilon}$ only | Break 7 |
# | Definition 6.8 for any $\rho$, $\epsilon$ | $\rho>0$, $\epsilon>0$; from $\epsilon=\beta^2/\rho$ on the second condition is empty | Break 7 |
# | $x\leftarrow3\max\{\dots\}$ | $\chi\leftarrow3\max\{\dots\}$, and $d$ is the dimension | State |
# | $t_{\text{thresh}}$ without rounding | $\lceil\cdot\rceil$: else $t-t_{\text{noise}}=t_{\text{thresh}}$ holds only for a whole $t_{\text{thresh}}$ | Break 1 |
# | $w_t\leftarrow w_t$ in 4.1.1, and $w_{t_{\text{noise}}}$ in 4.2 | $\tilde w\leftarrow w_t$ keeps the point before the noise; 4.2 tests and returns $\tilde w$ | Break 2 |
# | for $t=0,1,\dots,d_0$ | for $t=0,1,2,\dots$ | Break 3 |
# | $c\le c_{\max}$, any $\delta>0$, probability $1-\delta$ | $0<c\le c_{\max}$, $0<\delta\le1$, probability at least $1-\delta$, $\Delta_f>0$ | State |
# | a global minimum $f^*$ | any lower bound is enough | State |
# | $\mathcal O\bigl(\frac{\beta(f(w_0)-f^*)}{\epsilon^2}\log^4(\cdot)\bigr)$ steps | $\chi^4$ for $\log^4$, and $t_{\text{thresh}}$ on top | Break 8 |
#
# </details>

# %% [markdown]
# ## Play
#
# **What does the listing see, pass by pass?** Press *First noise* and look at the two conditions of line 4.1. Step on by one: which
# of them is false now, and for how long? Press *Return* and look at line 4.2. Why does it return now?
#
# **What do $\epsilon$ and $c$ cost?** Note the six constants and press *Pin*. Then halve $\epsilon$ and drag $t$ to the end. Which
# constants change? How many more passes does the run need than the pinned one? Set $\epsilon$ back to 0.1, and do the
# same with $c$.
#
# **Is there bad luck?** Drag the seed. It decides which of the two minima is found. Does it ever decide the number of passes?

# %%
explorers.pgd_debugger(step=976, show=("step", "eps", "c", "seed"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **Pass by pass.** In pass 59 both conditions of line 4.1 hold, and noise comes. One pass later the gradient is still small, but
# $t-t_{\text{noise}}=1$ is not above $t_{\text{thresh}}=458$. This second condition is false in the passes 60 to 517. (In the
# passes 82 to 177 the first one is false too: the run is on its way down.) In pass 976 line 4.2 returns: now
# $t-t_{\text{noise}}=458$, and $f$ is not lower by $f_{\text{thresh}}$ than before the second noise.
#
# **The costs.** Halve $\epsilon$: $\chi$ and $t_{\text{thresh}}$ grow, $r$, $g_{\text{thresh}}$ and $f_{\text{thresh}}$ fall,
# $\eta=c/\beta$ stays. The run returns in pass 1550, which is 574 later. Halve $c$: all six change, $\chi$ by little. The run
# returns in pass 4058, which is 3082 later, mostly since $t_{\text{thresh}}$ has the factor $1/c^2$.
#
# **Luck.** At $\epsilon=0.1$, $c=\frac12$ the seed decides which minimum is found, but not how long it takes: each of the 12 seeds
# below needs the same number of passes. Step 6 says why.
#
# </details>

# %%
for eps, factor in ((0.1, 0.5), (0.05, 0.5), (0.1, 0.25)):
    one = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=eps, c=factor, delta=0.1, gap=1)
    ends = {perturbed_gradient_descent(f, [1, 0], one, seed, 9999).steps for seed in range(12)}
    print(f"eps = {eps}, c = {factor}: t_thresh {one.t_thresh},",
          "12 seeds return in pass", *ends)

# %% [markdown]
# **Who is certified?** In the next picture the conditions of Definition 6.8 both hold in the filled regions “both hold”: their
# points are *certified*, all others *refused*. Inside a dashed line the gradient is at most $\epsilon$. In the dotted band the
# curvature is too negative. Drag $\epsilon$ to the right. When is the saddle certified? When does the band vanish? Drag your own
# point to see its two numbers.

# %%
explorers.second_order_map(y=.8, show=("eps",))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# The saddle is certified from $\epsilon=1/\rho=0.1389$ on, and there the band vanishes. The reason follows.
#
# The point $(0,0.8)$ has $\|\nabla f\|=0.288$ and $\lambda_{\min}=0.92$. So at $\epsilon=0.1$ its gradient is too large, and from
# $\epsilon=0.288$ on it is certified. Its curvature is no obstacle at any $\epsilon$, since $\lambda_{\min}>0$.
#
# </details>

# %% [markdown]
# The saddle has $\lambda_{\min}=-1$, so it is certified from $\sqrt{\rho\epsilon}=1$ on, that is from $\epsilon=1/\rho$ on. There
# the band vanishes too, since no curvature of the valley is below $-1$. No curvature of *any* $\beta$-smooth function is below
# $-\beta$ (Lemma 6.4), so from $\sqrt{\rho\epsilon}=\beta$ on the second condition holds at every point. With $\rho=7.2$ and
# $\beta=3.4$:

# %%
print(f"1/rho = {1 / 7.2:.4f},  beta^2/rho = {3.4**2 / 7.2:.4f}")

# %% [markdown]
# **What does the dimension cost?** Now the saddle of section 6.2.2 in $d$ dimensions: one eigenvalue is $-1$, all others are $1$.
# The start is $\theta^{(0)}\sim\mathcal N(0,I)$. On the left, the steps until the real escape and until the guaranteed one, for
# 2000 starts. On the right, the medians over $d$. Multiply $d$ by 10, three times. What happens to the left picture?

# %%
explorers.dimension_dial(d=10, show=("d",))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# It moves to the right by about the same amount each time. The theorem guarantees half of the escapes by step 4, 7, 10, 13: three
# more each time. Half of the starts have really escaped by step 2, 3, 4, 5: one more each time. In the other picture, whose axis
# for $d$ is logarithmic, the medians of $B$ lie close to a straight line. The dotted line, a cost that grows like $d$, soon leaves
# the picture.
#
# </details>

# %% [markdown]
# Why does each factor of 10 *add* about the same number of steps to $B$, $\log\sqrt{10}/\log(1+\eta)=2.84$ with
# $\eta=\frac12$? With $d$ coordinates the positive part $S_+$ of the start is about $d$, while $\theta_1^{(0)}$ stays about 1. So
# $B\approx\log\bigl(\sqrt d/|\theta_1^{(0)}|\bigr)/\log(1+\eta)$, and its median is about that for $|\theta_1^{(0)}|=0.674$, the
# median of $|Z|$ for a standard normal $Z$. (The real escape needs less. The theorem counts the positive part as if it stood still,
# and at each step GD halves these coordinates.)

# %%
rng = np.random.default_rng(0)
for d in (10, 100, 1000, 10_000):
    theta, S = rng.normal(size=20_000), rng.chisquare(d - 1, size=20_000)
    B = np.log(np.maximum(S, 0.1**2) / theta**2) / (2 * np.log(1.5))
    formula = np.log(np.sqrt(d) / 0.6745) / np.log(1.5)
    print(f"d = {d}: median of B {np.median(B):.1f}, formula {formula:.1f}")


# %% [markdown]
# ## Prove
#
# The lecture leaves the proof of Theorem 6.9 to the paper: most of it treats the gap between $f$ and its Taylor polynomial. But
# much of the theorem is elementary. You prove now that the listing ends, when, and what it returns. You see where chance comes
# in, and why the noise looks as it does.
#
# **Step 1. The constants fit together.** By definition $\chi\ge12$ and $r=g_{\text{thresh}}/\beta$. Since $\chi^2\ge144$, also
# $g_{\text{thresh}}\le\sqrt c\,\epsilon/144$. PGD returns only a point $\tilde w$ that has passed line 4.1. So for $c\le1$ **the
# first condition of Definition 6.8 holds for certain**, and with room to spare.
#
# The proof speaks of all constants with $\epsilon\le\beta^2/\rho$ and $c\le1$. Draw 1000 of them. About half have
# $\epsilon=\beta^2/\rho$, about half have $c=1$.

# %%
def any_constants(seed):
    rng = np.random.default_rng(seed)
    beta, rho, gap, c, delta = 10**rng.uniform([-2, -2, -4, -1, -3], [2, 2, 4, 1, 0])
    c, eps = min(c, 1), beta**2 / rho * min(1, 10**rng.uniform(-4, 4))
    dim = int(rng.integers(1, 1000))
    return beta, rho, eps, c, pgd_constants(dim, beta, rho, eps, c, delta, gap)

many, near = [any_constants(seed) for seed in range(1000)], 1 + 1e-12

# %%
fit = [abs(one.r * beta / one.g_thresh - 1) < 1e-12
       and one.g_thresh <= np.sqrt(c) * eps / 144 * near for beta, rho, eps, c, one in many]
print("Step 1 holds for", sum(fit), "of 1000 constants.")

# %% [markdown]
# Keep every pass of our run as well. A `step` holds the pass `t`, the point `w` after the noise, `value` $=f(w)$, the gradient's
# norm before the noise, and whether there was noise.

# %%
steps = list(pgd_steps(f, [1, 0], k, rng=0))
print(len(steps), "passes, noise in", [step.t for step in steps if step.perturbed])


# %% [markdown]
# **Step 2. Gradient steps go down.** Let $c\le1$, so $\eta\le1/\beta$. Then, as in section 6.2.1, Lemma 6.5 gives
#
# $$f(w-\eta\nabla f(w))\le f(w)-\tfrac\eta2\|\nabla f(w)\|^2 .$$
#
# Line 4.3 never raises $f$. Compare every pass without noise with the pass before it. The last two digits of a float are allowed
# to err.

# %%
def excess(one, two):
    return one.value - two.value - k.eta / 2 * np.linalg.norm(f.grad(one.w))**2

falls = [excess(one, two) for one, two in pairwise(steps) if not two.perturbed]
print(f"f falls by eta/2 ||grad f||^2 at least in {len(falls)} steps:", min(falls) > -1e-14)


# %% [markdown]
# **Step 3. The noise hardly raises $f$.** At $\tilde w$ the gradient is at most $g=g_{\text{thresh}}$ and $\|\xi\|\le r$. So by
# Lemma 6.5
#
# $$f(\tilde w+\xi)-f(\tilde w)\ \le\ g\,r+\tfrac\beta2r^2\ =\ \tfrac32\beta r^2\ =\ \frac{3c\,\epsilon^2}{2\chi^4\beta}\ \le\ \tfrac18f_{\text{thresh}} .$$
#
# The equalities put in $g=\beta r$ and then $r=\sqrt c\,\epsilon/(\chi^2\beta)$. For the last inequality divide its left side by
# its right side:
#
# $$\frac{3c\,\epsilon^2}{2\chi^4\beta}\cdot\frac{8\chi^3}{c}\sqrt{\frac{\rho}{\epsilon^3}}\ =\ \frac{12}{\chi}\cdot\frac{\sqrt{\rho\epsilon}}\beta .$$
#
# Here $\frac{12}\chi\le1$, since $\chi\ge12$. And $\sqrt{\rho\epsilon}\le\beta$, since $\epsilon\le\beta^2/\rho$. So the quotient
# is at most 1.
#
# The first inequality is attained: on the bowl $\frac\beta2x^2$, at $\tilde w=r$, with $\xi=r$.

# %%
def attained(beta, rho, eps, c, one):
    bowl, most = Quadratic([beta]), 3 * c * eps**2 / (2 * one.chi**4 * beta)
    rise = bowl([one.r + one.r]) - bowl([one.r])
    return abs(rise / most - 1) < 1e-12 and most <= one.f_thresh / 8 * near

found = sum(attained(*case) for case in many)
print("attained, and at most f_thresh/8, for", found, "of 1000 constants")

# %% [markdown]
# **Step 4. Rounds.** Write $T=t_{\text{thresh}}$. A noise opens a *round* of $T+1$ passes: the condition $t-t_{\text{noise}}>T$
# forbids another noise before it ends. In its last pass, line 4.2 either returns, or $f$ has fallen by at least
# $f_{\text{thresh}}$ since $\tilde w$. Outside the rounds every pass has $\|\nabla f\|>g_{\text{thresh}}$, else line 4.1 would
# open one.

# %%
rounds = sum(step.perturbed for step in steps)
outside = [step for step in steps if step.t - step.t_noise > k.t_thresh]
print(f"{rounds} rounds of T + 1 passes and {len(outside)} outside, together all:",
      rounds * (k.t_thresh + 1) + len(outside) == len(steps))
print("outside the gradient is large:", all(step.grad_norm > k.g_thresh for step in outside))
kept = [f(step.w_tilde) - step.value for step in steps if step.t - step.t_noise == k.t_thresh]
print(f"in the rounds f falls by {kept[0]:.3f}, {abs(kept[1]):.3f}, f_thresh {k.f_thresh:.2g}")


# %% [markdown]
# **Step 5. The listing ends, for certain.** Suppose there are $n$ rounds and $m$ passes outside them. All rounds but the last
# lower $f$ by at least $f_{\text{thresh}}$. Each outside pass lowers it by at least $\frac\eta2g^2$ (step 2). And $f$ can fall by
# at most $f(w_0)-f^*\le\Delta_f$ in all:
#
# $$(n-1)\,f_{\text{thresh}}+m\,\tfrac\eta2\,g^2\le\Delta_f .$$
#
# The number of passes is at most $n(T+1)+m$. So it is at most
#
# $$(T+1)+\Delta_f\,\max\Bigl\{\frac{T+1}{f_{\text{thresh}}},\ \frac{2}{\eta\,g^2}\Bigr\}.$$
#
# Put in the constants. Let $\tau$ be $t_{\text{thresh}}$ before it is rounded up. Since $\chi\ge12$, $c\le1$ and
# $\epsilon\le\beta^2/\rho$, we have $\tau\ge12$, so $T+1<\tau+2\le\frac76\tau$. Both fractions are multiples of
# $\beta\chi^4/\epsilon^2$: the first is at most $\frac7{6c^3}$ times it, the second is $\frac2{c^2}$ times it. So the listing
# ends after at most
#
# $$\max\Bigl\{\frac7{6c^3},\frac2{c^2}\Bigr\}\,\frac{\beta\,\Delta_f}{\epsilon^2}\,\chi^4+t_{\text{thresh}}+1\quad\text{passes.}$$
#
# **This is the number of passes in Theorem 6.9**, with a factor for its $\mathcal O$. No chance is involved, and no Hessian of
# $f$: $\beta$-smoothness and a lower bound are enough.

# %%
def factors_hold(beta, rho, eps, c, one):
    unit = beta * one.chi**4 / eps**2
    first, second = (one.t_thresh + 1) / one.f_thresh, 2 / (one.eta * one.g_thresh**2)
    return (first <= 7 / (6 * c**3) * unit * near
            and abs(second / (2 / c**2 * unit) - 1) < 1e-12)

print("Step 5 holds for", sum(factors_hold(*each) for each in many), "of 1000 constants.")
most = max(7 / (6 * 0.5**3), 2 / 0.5**2) * 3.4 * 1 / 0.1**2 * k.chi**4 + k.t_thresh + 1
print(f"at most {most:.2g} passes for every such f, and {len(steps)} for ours")


# %% [markdown]
# A guarantee for the worst function is no forecast for yours. How does the number of passes *really* grow with $d$ and
# $1/\epsilon$ on one example? Take, in $\mathbb R^d$,
#
# $$f(x,y)=\tfrac12\|x\|^2+1+\cos y .$$
#
# Its Hessian is diagonal, with the entries 1 and $-\cos y$. So $\beta=1$ and $\rho=1$ hold everywhere. The point 0 is a saddle with
# $\lambda_{\min}=-1$, and $f(0)-f^*=2$. Start PGD on the saddle itself:

# %%
class Ripple:
    def __init__(self, d):
        self.dim = d

    def __call__(self, w):
        return w[:-1] @ w[:-1] / 2 + 1 + np.cos(w[-1])

    def grad(self, w):
        return np.append(w[:-1], -np.sin(w[-1]))


# %%
for d, eps in ((10, 0.1), (1000, 0.1), (10, 0.001), (1000, 0.001)):
    one = pgd_constants(d, beta=1, rho=1, eps=eps, c=0.5, delta=0.1, gap=2)
    real = perturbed_gradient_descent(Ripple(d), np.zeros(d), one, rng=0, max_steps=20_000)
    left, allowed = np.argmax(real.values < 2 - one.f_thresh), 2 * one.chi**4 / eps**2
    print(f"d = {d}, eps = {eps}: t_thresh {one.t_thresh}, f has fallen in pass {left},",
          f"returned in pass {real.steps}, beta gap chi^4/eps^2 = {allowed:.1e}")


# %% [markdown]
# Each of these four runs returns in pass $2\,t_{\text{thresh}}+1$. In the first round, passes 0 to $t_{\text{thresh}}$, PGD
# leaves the saddle and comes to rest in a minimum. In the second it finds nothing better and returns. So here **you count PGD's
# own patience, not the landscape**: $f$ has fallen by $f_{\text{thresh}}$ after 23 passes at most. The patience
# $\chi\beta/(c^2\sqrt{\rho\epsilon})$ grows like $\log d$, and like $\epsilon^{-1/2}\log(1/\epsilon)$. Theorem 6.9 allows
# $\chi^4/\epsilon^2$, that is $\log^4d$ and $\epsilon^{-2}\log^4(1/\epsilon)$.
#
# The count of step 5 holds whatever the noise does. The probability in Theorem 6.9 is about something else: about *what* is
# returned.
#
# **Step 6. Where chance comes in.** Only the second condition needs luck. At a saddle with $\lambda_{\min}<-\sqrt{\rho\epsilon}$
# the noise must land far enough out along the negative direction. The noises that do *not* get away in time form a thin slab
# around the *stable directions*, those without negative curvature.
#
# At the saddle of the valley each pass multiplies a small $y$ by $1+\eta$, about, and $x$ dies out. Call the noise
# $\xi=(\xi_1,\xi_2)$. So after $t$ passes $f$ has, about, not yet fallen by $f_{\text{thresh}}$ where
# $\frac12(1+\eta)^{2t}\xi_2^2<f_{\text{thresh}}$, that is for $|\xi_2|<rz$ with
# $z=\sqrt{2f_{\text{thresh}}}\,/\,\bigl(r(1+\eta)^t\bigr)$. As long as $z>1$, no noise has got away. Once $z\le1$, this strip is
# a share of the disc:
#
# $$\frac1\pi\int_{-z}^{z}2\sqrt{1-s^2}\,ds=\frac2\pi\bigl(\arcsin z+z\sqrt{1-z^2}\bigr).$$
#
# Each pass makes the strip thinner by the factor $1+\eta$.

# %%
def share(t):
    z = np.sqrt(2 * k.f_thresh) / (k.r * (1 + k.eta)**t)
    return 2 / np.pi * (np.arcsin(z) + z * np.sqrt(1 - z**2))

print(f"after t_thresh = {k.t_thresh} passes: {share(k.t_thresh):.1e}")

# %% [markdown]
# By this formula PGD waits long enough, and bad luck is very rare here. A noise that gets away a little earlier or later changes
# nothing: PGD waits $t_{\text{thresh}}$ passes all the same. Take 10 000 noises, and count those that are not yet away:

# %%
rng = np.random.default_rng(0)
w = np.array([uniform_in_ball(rng, 2, k.r) for _ in range(10_000)])
for t in range(1, 61):
    w = w - k.eta * f.grad(w)
    if t in (40, 50, 60):
        stay = np.mean(f(w) > -k.f_thresh)
        print(f"after {t} passes a share of {stay:.4f} is still there, formula {share(t):.4f}")

# %% [markdown]
# Here the slab is straight, by symmetry. In general it is curved, since $f$ is not its Taylor polynomial, and the paper's work is
# to show that it stays thin.
#
# **Step 7. Uniform in the ball.** The noise should have no favourite direction and should not waste its length. The volume of a
# ball grows like $s^d$, so a uniform $\xi$ has
#
# $$P(\|\xi\|\le s)=(s/r)^d\qquad(0\le s\le r).$$
#
# So its length has the law of $r\,U^{1/d}$ with $U$ uniform in $[0,1]$, and the mean
# $E\|\xi\|=r\int_0^1u^{1/d}\,du=\frac{r\,d}{d+1}$. The direction is $z/\|z\|$ with a standard normal $z$, since its law is the same
# in every direction. With $r\,U$ in the place of $r\,U^{1/d}$ the points crowd around the centre.

# %%
for d in (2, 10, 100):
    xi = np.array([uniform_in_ball(rng, d, 1) for _ in range(4000)])
    length = np.linalg.norm(xi, axis=1).mean()
    print(f"d = {d}: mean length {length:.3f}, formula {d / (d + 1):.3f}")

# %% [markdown]
# **Step 8. The price of the dimension.** All coordinates have the same law, and
# $E\|\xi\|^2=r^2\int_0^1u^{2/d}\,du=\frac{r^2d}{d+2}$. So $E\xi_1^2=\frac{r^2}{d+2}$: the first coordinate is about $r/\sqrt d$.

# %%
for d in (10, 100, 1000):
    first = np.std([uniform_in_ball(rng, d, 1)[0] for _ in range(10_000)])
    print(f"d = {d}: sqrt(E xi_1^2)/r is {first:.3f}, formula {1 / np.sqrt(d + 2):.3f}")


# %% [markdown]
# So the noise lands about $\sqrt d$ times closer to the stable directions, and near the saddle every pass multiplies this
# distance by $1+\eta|\lambda_{\min}|$, about. Making up for it costs about $\log\sqrt d\,/\log(1+\eta|\lambda_{\min}|)$ passes.
# The factor $\sqrt d$ becomes a summand: this is what $\log d$ in $\chi$ pays for.
#
# Now the claims of steps 1 to 4 in 40 runs from random starts, every second one on the $x$-axis, so that it meets the saddle.

# %%
def holds(seed):
    start = np.random.default_rng(seed).uniform(-1.2, 1.2, 2) * [1, seed % 2]
    steps = list(pgd_steps(f, start, k, rng=seed))
    noises, end = [step for step in steps if step.perturbed], steps[-1].w_tilde
    apart = all(two.t - one.t > k.t_thresh for one, two in pairwise(noises))
    small = all(step.value - f(step.w_tilde) <= k.f_thresh / 8 for step in noises)
    falls = all(excess(*two) > -1e-14 for two in pairwise(steps) if not two[1].perturbed)
    return apart and small and falls and np.linalg.norm(f.grad(end)) <= k.g_thresh

print("Steps 1 to 4 hold in", sum(holds(seed) for seed in range(40)), "of 40 runs.")

# %% [markdown]
# ## Break
#
# Here the slips of the print are taken at their word, and parts of the algorithm are left out or exaggerated. Each time ask: does
# the theorem fail, or only this proof? In 4 and 8 you guess first.
#
# **1. No $\lceil\ \rceil$ around $t_{\text{thresh}}$. The theorem fails.** If $t_{\text{thresh}}$ is no whole number,
# $t-t_{\text{noise}}$ never equals it. Then PGD never returns, for any $f$ and however small $c$ is. In our run it adds noise again
# and again:

# %%
printed = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=0.1, c=0.5, delta=0.1, gap=1,
                        ceiling=False)
lost = perturbed_gradient_descent(f, [1, 0], printed, rng=0, max_steps=20_000)
print(f"t_thresh = {printed.t_thresh:.3f}: returned in 20000 passes: {lost.returned},",
      "passes between two noises:", *set(np.diff(lost.perturbations).tolist()))
explorers.pgd_debugger(listing="no ceiling", step=15_000, show=("step",), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# The noises come every 458 passes, 33 of them in 15 000 passes. The run has long been in the minimum. Line 4.2 waits for
# $t-t_{\text{noise}}=457.648$ and never sees it.
#
# </details>

# %% [markdown]
# **2. $\tilde w$ overwritten.** As printed, 4.1.1 says $w_t\leftarrow w_t$, which does nothing. Then 4.2 compares with the point
# *after* the noise and returns that one. **The proof fails; whether the theorem does is not decided here**: the point that is
# returned has not passed line 4.1. On the bowl $\frac12x^2$ start with the gradient $g_{\text{thresh}}$:

# %%
bowl = Quadratic([1.0])
k_bowl = pgd_constants(dim=1, beta=1, rho=1, eps=0.1, c=0.5, delta=0.1, gap=1)
for name, overwrite in (("kept", False), ("overwritten", True)):
    end = perturbed_gradient_descent(bowl, [k_bowl.g_thresh], k_bowl, rng=1, max_steps=2000,
                                     overwrite=overwrite)
    print(f"w~ {name}: gradient {bowl.grad(end.point)[0] / k_bowl.g_thresh:.2f} g_thresh")

# %% [markdown]
# The harm is small: the point moves by at most $r$, so its gradient moves by at most $\beta r=g_{\text{thresh}}$. It is at most
# $2g_{\text{thresh}}$, and the first condition still holds. $\lambda_{\min}$ moves by at most $\rho r$.
#
# **3. `for t = 0, 1, ..., d_0`. The theorem fails**, since no pass before $t_{\text{thresh}}$ returns (the print most likely lost
# an $\infty$); here with $d_0=2$:

# %%
short = perturbed_gradient_descent(f, [1, 0], k, rng=0, max_steps=2)
print(f"returned {short.returned}, noise {short.perturbations}, point {short.point.round(3)}")

# %% [markdown]
# **4. No noise.** Leave out $\xi$ in line 4.1.2, and start at $(1,0)$ again. Which do you expect: does the loop go on for ever,
# does it return a minimum, or does it return a point beside the saddle? Guess before you drag $t$ to the right.

# %%
explorers.pgd_debugger(listing="no noise", step=58, show=("step",), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# It returns a point beside the saddle, $(8.4\cdot10^{-5},0)$, in pass 517. **The theorem fails**, for every $c\le1$ and
# $\epsilon<1/\rho=1/7.2$. The run stays on the $x$-axis, where $f=\frac12x^2\ge0$. At $\tilde w$ this is
# $\frac12\|\nabla f\|^2\le\frac12g_{\text{thresh}}^2$. And
#
# $$\frac{\frac12g_{\text{thresh}}^2}{f_{\text{thresh}}}=\frac{\sqrt{\rho\epsilon}}{2\chi}<\frac1{24},$$
#
# since $\rho\epsilon<1$ and $\chi\ge12$. So $f$ cannot fall by $f_{\text{thresh}}$, and line 4.2 returns $\tilde w$. It has $y=0$
# and $\lambda_{\min}=-1<-\sqrt{\rho\epsilon}$: Definition 6.8 refuses it.
#
# </details>

# %% [markdown]
# **5. A cube instead of the ball.** Draw every coordinate from $[-r,r]$. In two dimensions you hardly see a difference. In $d$
# dimensions the corners are $\sqrt d\,r$ away, and $E\|\xi\|^2=d\,r^2/3$. Take the bowl $f=\frac12\|w\|^2$ with $d=1000$,
# $\epsilon$ at its limit $\beta^2/\rho=1$, and add the noise at its minimum. Step 3 promised a rise of at most
# $f_{\text{thresh}}/8$:

# %%
flat = pgd_constants(dim=1000, beta=1, rho=1, eps=1, c=0.5, delta=0.1, gap=1)
in_ball = np.array([uniform_in_ball(rng, 1000, flat.r) for _ in range(100)])
in_cube = rng.uniform(-flat.r, flat.r, (100, 1000))
for name, xi in (("ball", in_ball), ("cube", in_cube)):
    rise = (xi**2).sum(axis=1) / 2 / flat.f_thresh
    inside = np.linalg.norm(xi, axis=1) <= flat.r
    print(f"{name}: rise up to {rise.max():.3f} f_thresh, {inside.sum()} of 100 in the ball")

# %% [markdown]
# **The proof fails; whether the theorem does is not decided here**: the noise alone may raise $f$ by several $f_{\text{thresh}}$.
# Step 5 survives, since it compares with $f(\tilde w)$ alone. A cube has favourite directions too: its corners.
#
# **6 and 7. Constants beyond their limits.** Each has a limit in the theorem. What happens beyond it differs:
#
# | | limit | beyond it |
# |---|---|---|
# | **6.** $c$ too large | $c_{\max}$, which the theorem does not name | **the theorem fails for every $c\ge2$**: then $\eta\ge2/\beta$, and on the bowl $\frac12x^2$ the gradient never gets smaller (section 6.2.1). So $c_{\max}<2$ |
# | **7.** $\epsilon$ too large | $\beta^2/\rho$ | **what the theorem says of the point stays true, but its second half is empty**, and the count of step 5 loses its proof. PGD may return a saddle, and be right |
#
# First 6, with $c=3$:

# %%
wild = pgd_constants(dim=1, beta=1, rho=1, eps=0.1, c=3, delta=0.1, gap=1)
away = perturbed_gradient_descent(Quadratic([1.0]), [1.0], wild, rng=0, max_steps=40)
grown, formula = away.values[-1] / away.values[0], (1 - 3)**(2 * 40)
print(f"returned in 40 passes: {away.returned}, f has grown by {grown:.3g} = {formula:.3g}")

# %% [markdown]
# Now 7. On the valley a saddle is certified for $\epsilon\ge1/\rho$ already. What else is certified at $\epsilon=1$? Try points
# that are not stationary at all:

# %%
certified = [is_second_order_stationary(f, [0, 0], eps, rho=7.2) for eps in (0.13, 0.14)]
print("saddle certified at eps = 0.13, 0.14:", certified)
explorers.second_order_map(eps=1, x=.5, y=.5, show=("eps",))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# At $\epsilon=1$ every point is certified whose gradient is at most 1, for $\sqrt{\rho\epsilon}=2.68$ is more than any negative
# curvature of the valley. So $(\frac12,\frac12)$ is certified, with $\|\nabla f\|=0.625$, and so are both minima and all that lies
# between them and the saddle on the $y$-axis.
#
# </details>

# %% [markdown]
# **8. The printed number of steps.** The print allows a multiple of $f(w_0)-f^*$, and no $t_{\text{thresh}}$ on top. Start in a
# global minimum, where $f(w_0)-f^*=0$. Which do you expect: does PGD return in pass 0, after one round, or after two? Guess before
# you read on.

# %%
still = perturbed_gradient_descent(f, [0, 1], k, rng=0, max_steps=2000)
gap = f(np.array([0.0, 1.0])) - f.minimum
print(f"f(w_0) - f* = {gap:.0f}, returned in pass {still.steps}, t_thresh = {k.t_thresh}")

# %% [markdown]
# After one round: noise in pass 0, the wait, the return in pass $t_{\text{thresh}}$. **The theorem as printed fails**,
# whatever the factor in $\mathcal O$: any multiple of 0 is 0, and PGD never returns before pass $t_{\text{thresh}}$.

# %% [markdown]
# ## Beyond (optional)
#
# **A network.** Take $\Phi(W_1,W_2)=\frac12\|W_2W_1-M\|_F^2$ with $M=\mathrm{diag}(1,2)$, and start with all weights 0. This is a
# strict saddle with $\lambda_{\min}=-2$ (section 6.2.7), and GD stays there for ever. Which $\beta$ and $\rho$ may PGD take? On
# all of $\mathbb R^d$ there are none. On a ball $\|w\|\le R$ there are. Along a $\Delta$ of length 1,
#
# $$\nabla^2\Phi[\Delta,\Delta]=\|F\|_F^2+2\langle W_2W_1-M,\,\Delta_2\Delta_1\rangle,\qquad F=W_2\Delta_1+\Delta_2W_1 .$$
#
# By Cauchy-Schwarz $\|F\|_F\le\|w\|$. The second term is at most
#
# $$\|W_2W_1-M\|_{\text{spectral}}\le\tfrac12\|w\|^2+2 .$$
#
# So $\beta=\frac32R^2+2$. When $w$ moves with speed 1, the first term changes at a rate of at most $2R$, the second of at most $R$.
# So $\rho=3R$. Both are attained:

# %%
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

net, R = LinearNetwork(SquaredLoss(np.diag([1.0, 2.0])), hidden=(2,)), 3
E = np.diag([0.0, 1.0]) / np.sqrt(2)
same, opposite = net.join([E, E]), net.join([E, -E])
curvature = np.linalg.norm(net.hess(R * opposite), 2)
change = np.linalg.norm(net.hess(R * same) - net.hess((R - 1e-6) * same), 2) / 1e-6
print(f"beta {curvature:.4f} = {1.5 * R**2 + 2:.4f},  rho {change:.4f} = {3 * R:.4f}")

# %%
k_net = pgd_constants(net.dim, beta=15.5, rho=9, eps=0.1, c=1, delta=0.1, gap=2.5)
passes = list(pgd_steps(net, net.zeros(), k_net, rng=0))
end, farthest = passes[-1].w_tilde, max(np.linalg.norm(step.w) for step in passes)
print(f"{len(passes)} passes, the farthest point has ||w|| = {farthest:.3f}")
print("W_2 W_1 =", (net.product(end).round(2) + 0.0).tolist(), "at the end")
certified = [is_second_order_stationary(net, w, eps=0.1, rho=9) for w in (net.zeros(), end)]
print("start and end second-order stationary:", certified)

# %% [markdown]
# The run stays in the ball, and so do the straight ways between its points. Lemma 6.5 is needed nowhere else, so steps 1 to 5
# hold for it. But **Theorem 6.9 as it stands says nothing of $\Phi$**, since it asks for one $\beta$ and one $\rho$ on all of
# $\mathbb R^d$. That the end is second-order stationary was seen, not promised.
#
# Can the theorem be carried over? The [Theorem (bounded descent)](6_2_5_gradient_hessian.ipynb) of section 6.2.5 does this for
# Theorem 6.7: plain GD with a small step stays in a bounded region. There a $\beta$ exists, and a $\rho$ too, since the third
# derivative is bounded on a bounded set. Its proof watches the imbalance $W_2^TW_2-W_1W_1^T$, which a small step hardly moves.
# The noise moves it too, so that theorem does not cover PGD as it stands. In the ball one noise moves the imbalance by at most
# $2Rr+r^2$, and there are at most $\Delta_f/f_{\text{thresh}}+1$ rounds. All noises together move it by at most

# %%
for beta in (15.5, 1e5, 1e9):
    one = pgd_constants(net.dim, beta, rho=9, eps=0.1, c=1, delta=0.1, gap=2.5)
    most = (2.5 / one.f_thresh + 1) * (2 * R * one.r + one.r**2)
    print(f"beta = {beta:g}: {most:.2g}")

# %% [markdown]
# For our run this bound is worthless. A larger $\beta$ in the listing mends it: $r$ falls like $1/\beta$, up to logarithms, and
# $f_{\text{thresh}}$ by logarithms alone. Then the noise cannot matter, $\Phi$ stays below $\Phi(w_0)+\frac18f_{\text{thresh}}$
# (steps 2 to 4), and the weights stay in a bounded region for certain. Outside it you may change $\Phi$, so that one $\beta$ and
# one $\rho$ hold everywhere. Theorem 6.9 then speaks of the changed function, hence of $\Phi$. How large this $\beta$ must be we
# do not compute, nor is $c_{\max}$ known. What you saw is a run.
#
# **What is “(or SGD)” worth?** The chapter says “GD (or SGD)” and then speaks of GD alone. *Stochastic gradient descent* (SGD) is
# for an objective that is a mean over $n$ samples, $\Phi=\frac1n\sum_i\Phi_i$. Each step draws a *batch* of $B$ samples, with
# replacement, and takes the mean of their gradients $\nabla\Phi_i$. So each step follows $\nabla\Phi$ plus a noise of mean 0. PGD
# has to add its noise, and SGD brings one along. Does this noise help at a saddle?
#
# Take Fisher's irises: $n=150$ flowers, four measurements $x_i$, one of three species as $y_i$. The measurements are centred, and
# $X$ is multiplied by $(XX^T/n)^{-1/2}$. Then $XX^T/n=I$. The column $y_i$ has 1 in the row of its species and 0 else, minus
# $\frac13$. So
#
# $$\begin{aligned}\Phi(W_1,W_2)&=\frac1{2n}\|W_2W_1X-Y\|_F^2=\tfrac12\|W_2W_1-M\|_F^2+\text{const},\\
# M&=\tfrac1nYX^T=s_1u_1v_1^T+s_2u_2v_2^T .\end{aligned}$$
#
# The entries of each $y_i$ sum to 0, so $(1,1,1)\,M=0$, and $M$ has rank 2 at most. The last form is its singular value
# decomposition: $s_1>s_2>0$, with orthonormal $u_1,u_2$ and orthonormal $v_1,v_2$. Call the pair $u_i,v_i$ *mode* $i$. A hidden
# unit *keeps* mode $i$ if the weights into it are $\sqrt{s_i}\,v_i^T$ and those out of it $\sqrt{s_i}\,u_i$. A network with one
# unit that keeps the weaker mode 2 is at a saddle:

# %%
from lnnlib.data import iris
from lnnlib.losses import LinearRegression

X, species = iris()
X = X - X.mean(axis=1, keepdims=True)
size, V = np.linalg.eigh(X @ X.T / 150)
data = LinearRegression(V / np.sqrt(size) @ V.T @ X, np.eye(3)[species].T - 1 / 3)
U, s, Vt = np.linalg.svd(-data.grad(np.zeros((3, 4))))
one_unit = LinearNetwork(data, hidden=(1,))

# %%
kept = one_unit.join([np.sqrt(s[1]) * Vt[1:2], np.sqrt(s[1]) * U[:, 1:2]])
eigenvalues, vectors = np.linalg.eigh(one_unit.hess(kept))
alpha, v = -eigenvalues[0], vectors[:, 0]
print(f"s_1 = {s[0]:.4f}, s_2 = {s[1]:.4f}, largest |entry of the gradient|",
      f"{np.abs(one_unit.grad(kept)).max():.6f}")
print(f"least eigenvalue {-alpha:.4f}, s_2 - s_1 = {s[1] - s[0]:.4f}")

# %% [markdown]
# Now let $w_s$ be any saddle of $\Phi$ with $\nabla^2\Phi(w_s)\,v=-\alpha v$, $\alpha>0$ and $\|v\|=1$, and put
# $\theta_t=\langle v,w_t-w_s\rangle$. The samples' gradients at $w_s$ have the covariance
#
# $$C=\frac1n\sum_i(\nabla\Phi_i-\nabla\Phi)(\nabla\Phi_i-\nabla\Phi)^T .$$
#
# The $B$ draws of a batch are independent, so the noise has the covariance $C/B$. Let $\xi_t$ be its part along $v$ in step $t$, of
# variance $\nu/B$ with $\nu=v^TCv$. Make two simplifications: the gradient is that of the Taylor polynomial, as in section 6.2.2,
# and the noise stays as it is at $w_s$. Then $\theta_{t+1}=q\,\theta_t-\eta\xi_t$ with $q=1+\eta\alpha$. The $\xi_t$ are
# independent, so from $\theta_0=0$
#
# $$E\theta_t^2=\frac{\eta^2\nu}B\bigl(1+q^2+\dots+q^{2(t-1)}\bigr)=A^2\,(q^{2t}-1),\qquad A^2=\frac{\eta\,\nu}{B\,\alpha\,(2+\eta\alpha)},$$
#
# a geometric sum with $q^2-1=\eta\alpha(2+\eta\alpha)$. GD from a random $\theta_0$ with $E\theta_0^2=A^2$ has
# $E\theta_t^2=A^2q^{2t}$. Once $q^{2t}$ is large, the $-1$ does not count. So, with these simplifications, **SGD soon moves away as
# GD does from a random start of spread $A$.** (By the *spread* we mean $\sqrt{E\theta_0^2}$.) The noise of PGD has the spread
# $r/\sqrt{d+2}$ (step 8). Along the same direction the run with the larger spread should leave first. Run SGD itself, without the
# simplifications:

# %%
from lnnlib.sgd import (median_exit, noise_covariance, noise_spread, sample_gradients,
                        sgd_steps)

nu = v @ noise_covariance(one_unit, kept) @ v
A = noise_spread(alpha, nu, eta=0.1, batch=10)
runs = sgd_steps(one_unit, np.tile(kept, (4000, 1)), eta=0.1, batch=10, rng=0)
theta = (next(islice(runs, 20, None)) - kept) @ v
print(f"nu = {nu:.4f}, A = {A:.4f}, E theta_20^2: measured {np.mean(theta**2):.2e},",
      f"formula {A**2 * ((1 + 0.1 * alpha)**40 - 1):.2e}")

# %% [markdown]
# The two are close. When is there no noise, $\nu=0$? Let unit $h$ be *dead*: row $h$ of $W_1$ and column $h$ of $W_2$ are 0. With
# the loss $\ell_i$ of sample $i$ and $P_i=\nabla\ell_i(W_2W_1)$,
#
# $$\nabla_{W_1}\Phi_i=W_2^TP_i,\qquad\nabla_{W_2}\Phi_i=P_i\,W_1^T .$$
#
# Row $h$ of the first and column $h$ of the second are 0, for *every* sample. So **a dead unit stays dead under SGD, for any
# differentiable loss, any batch and any $\eta$**, and along a direction $v$ in the weights of dead units alone $\nu=0$. At the
# origin all units are dead: there the gradient of every sample is 0, and SGD never moves.

# %%
two_units = one_unit.with_hidden((2,))
W_1, W_2 = np.sqrt(s[0]) * Vt[:1], np.sqrt(s[0]) * U[:, :1]
dead = two_units.join([np.vstack([W_1, 0 * W_1]), np.hstack([W_2, 0 * W_2])])
for name, w in (("origin", two_units.zeros()), ("mode 1 kept, a dead unit", dead)):
    W_1, W_2 = two_units.split(np.abs(sample_gradients(two_units, w)).max(axis=0))
    print(f"{name}: largest |entry| over all samples,",
          f"unit 1 {max(W_1[0].max(), W_2[:, 0].max()):.2f},",
          f"unit 2 {max(W_1[1].max(), W_2[:, 1].max()):.2f}")

# %% [markdown]
# In the picture 200 runs of SGD start on the stationary point itself. Beside them, 200 runs of GD start from one noise of PGD
# around it, uniform in the ball of radius $r=10^{-3}$. (Here $r$ is free. On the valley the listing took $r=2.55\cdot10^{-5}$.) A
# run has *left* when its distance along the negative directions is more than 0.1, at the dotted line. One panel shows the median of
# the distances, and a band with eight of ten runs. The other shows the share of the runs that have left.
#
# An upright line, solid or dashed as its curve, stands where a formula puts the median. Along the steepest negative direction
# that has noise, it takes $\theta_t$ for $q^tZ$ with a normal $Z$ of spread $S$, which is $A$ or $r/\sqrt{d+2}$. Half of all
# $|Z|$ are above $0.6745\,S$, so half of the runs should have left by the $t$ with $0.6745\,S\,q^t=0.1$. (For SGD this leaves out
# the $-1$. Where $A$ is not small against 0.1, it names a step that is too early.) Curves end where 95 of 100 runs have left, or
# at step $40/\eta$.
#
# **How much does a larger batch cost?** Take $B$ from 10 to 100. How many steps later have half of the runs left? What does a
# larger $\eta$ do?
#
# **Where does SGD get no help?** Set both back and go through the four starts. At which does SGD leave first, at which never? Does
# PGD's noise need longer where SGD never leaves?
#
# **How large must PGD's noise be**, to leave first where SGD leaves too? Press *A large ball*. Who leaves first now?

# %%
explorers.sgd_noise()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **The batch.** With $B=10$ half of the runs have left by step 63, with $B=100$ by step 95. By the formula it is 58 and 97: $A$ is
# divided by $\sqrt{10}$, which costs $\log\sqrt{10}/\log q=39.4$ steps. (Even $B=150$ has noise, since the draws are with
# replacement.) A larger $\eta$ shortens it all, since $q$ and $A$ both grow: at $B=10$ and $\eta=0.2$ half have left by step 24.
#
# **The starts.** These are the steps by which half of the runs have left:
#
# | start | $\lambda_{\min}$ | SGD | PGD's noise |
# |---|---|---|---|
# | mode 2 kept, one unit | $s_2-s_1=-0.2965$ | 63 | 205 |
# | mode 2 kept, a dead unit | $-s_1=-0.5686$ | 63 | 118 |
# | mode 1 kept, a dead unit | $-s_2=-0.2720$ | never | 240 |
# | the origin | $-s_1=-0.5686$ | never | 109 |
#
# In the second row SGD leaves through the unit that lives, along $-0.2965$, and PGD's noise through the dead one, along $-0.5686$.
# In the last two rows $\nu=0$ along every negative direction. PGD's noise does not need longer for that reason: its steps follow
# $\lambda_{\min}$.
#
# **The ball.** By the formula PGD's noise leaves first if $r/\sqrt{d+2}>A$. Here $d=7$ and $A=0.0275$, so $r$ must be above 0.0826.
# With $r=0.1$ half of its runs have left by step 47, before SGD's 63.
#
# </details>

# %%
for batch in (10, 100):
    A = noise_spread(alpha, nu, eta=0.1, batch=batch)
    half = median_exit(A, alpha, eta=0.1, level=0.1)
    print(f"B = {batch}: A = {A:.4f}, by the formula half have left by step {half:.1f},",
          f"sqrt(d + 2) A = {3 * A:.4f}")

# %% [markdown]
# So “(or SGD)” is worth something at some saddles and nothing at others. Proved here are the zeros: at the origin, and in dead
# units. Proved too is the formula for $E\theta_t^2$, with the two simplifications. That runs on $\Phi$ nearly follow it was
# measured, on one data set. None of this is a theorem like 6.9 for SGD.
#
# **Many saddles.** Du and others (2017, arXiv 1705.10412) build an octopus on which GD from a random start in a cube needs a
# number of steps exponential in $d$: at each saddle it arrives closer to the stable directions than at the one before. PGD makes
# a fresh start at each saddle, and they prove that a number of steps polynomial in $d$ is enough.
#
# **The source.** Theorem 6.9 is from Jin, Ge, Netrapalli, Kakade and Jordan (2017, *How to escape saddle points efficiently*,
# arXiv 1703.00887). Its pseudo-code has the unrounded $t_{\text{thresh}}$ too.

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.3-a: The six constants
#
# The answer cell prints the arguments of PGD. You reach each by its name: the dimension $d$ is `data.dim`,
# $\beta,\rho,\epsilon,c,\delta$ are `data.beta`, `data.rho`, `data.eps`, `data.c`, `data.delta`, and $\Delta_f$ is `data.gap`.
# All are numbers.
#
# Compute the constants of lines 1 and 2 of the listing. Hand in six numbers, `chi`, `eta`, `r`, `g_thresh`, `f_thresh` and
# `t_thresh`. Four correct digits are enough for the first five: each may be off by one part in 1000. `t_thresh` must be the exact
# number of passes that the algorithm waits, so compute it with a `chi` that you have not rounded.

# %% nbgrader={"grade": false, "grade_id": "6_2_3-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.3-a")
print(data)

chi = ...
eta = ...
r = ...
g_thresh = ...
f_thresh = ...
t_thresh = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.3-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-a")


# %% [markdown]
# ### 6.2.3-b: When a saddle is good enough
#
# The valley $f(x,y)=\frac12x^2-\frac12y^2+\frac14y^4$ has a saddle at $(0,0)$. For which $\epsilon$
# is this saddle *itself* $\epsilon$-second-order stationary in the sense of Definition 6.8?
#
# Write a function `threshold(rho)`. It gets the $\rho>0$ of the definition and returns the smallest
# such $\epsilon$: a number, `math.inf` if there is none, 0 if every $\epsilon>0$
# does it. The check forgives a relative error of $10^{-8}$.

# %% nbgrader={"grade": false, "grade_id": "6_2_3-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
def threshold(rho):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.3-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-b")


# %% [markdown]
# ### 6.2.3-c: Write the noise
#
# Write line 4.1.2: a function `perturb(w, r, rng)` that returns the point $w+\xi$ with $\xi$
# uniform in the ball of radius $r$.
#
# It gets an array `w` of shape $(d,)$, for any $d$, a number `r > 0` and a numpy Generator `rng`. Take all randomness from `rng`
# (`rng.normal(size=...)`, `rng.random()`), and leave `w` as it is. Your function is judged by what it does on 300 draws each in
# dimension 1, 2, 6 and 30. Do they stay in the ball? Do their lengths and directions have the right law, as far as so many draws
# can tell? One call may use `rng` at most 500 times.

# %% nbgrader={"grade": false, "grade_id": "6_2_3-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def perturb(w, r, rng):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.3-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-c")

# %% [markdown] tags=["notebook-only"]
# Here is your noise at work: the listing runs with your `perturb`, beside the reference run (dashed). The points in its own panel
# are 200 draws of yours, and the curve is the share of them within $s$ of the centre. As long as the cell above is untouched, you
# see the reference run alone.

# %% tags=["notebook-only"]
explorers.pgd_debugger(perturb=own("perturb"), step=976)

# %% [markdown]
# ### 6.2.3-d: Find a counterexample
#
# “Where a point is $\epsilon$-second-order stationary, there is a minimum near by.” Disprove it, in
# one dimension, with
#
# $$f(x)=a\,x+b\,x^2+c\,x^3 .$$
#
# The answer cell prints $\epsilon$ and $\rho$, two numbers: `data.eps` and `data.rho`. Hand in three numbers `a`, `b`, `c` such
# that
#
# 1. $f$ is $\rho$-Hessian-Lipschitz, that is $|f''(u)-f''(v)|\le\rho|u-v|$,
# 2. the point 0 is $\epsilon$-second-order stationary for $f$,
# 3. the curvature at 0 is negative, $f''(0)<0$,
# 4. and yet $f$ has no stationary point at all: $f'(x)\ne0$ for every $x$.
#
# In 1 and 2 rounding is forgiven, up to a relative error of $10^{-9}$. 3 and 4 must hold as they stand.

# %% nbgrader={"grade": false, "grade_id": "6_2_3-d", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.3-d")
print(data)

a = ...
b = ...
c = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-d-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.3-d")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-d")


# %% [markdown]
# ### 6.2.3-e: The loop, line by line
#
# Write lines 3 and 4 of the listing yourself, with a record of every pass. Work from the listing in *State*, not from the Python
# below it.
#
# Write a function `pgd_points(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes)`. It gets
#
# - a landscape `f`, where `f(w)` is a number and `f.grad(w)` an array, and the start `w`, an array of shape $(d,)$ for any $d$,
# - `xi`, the noise $\xi$ of line 4.1.2. It is the same array every time, so that your run can be repeated,
# - the constants `eta`, `g_thresh`, `f_thresh`, `t_thresh`. Here they are just numbers, chosen so that a run is short,
# - `passes`: the loop makes the passes $t=0,1,\dots$ up to `passes - 1` at most.
#
# Return a list of points. Row $t$ is the point `w` of pass $t$ when line 4.2 makes its test, so after the noise if there is one.
# Where line 4.2.1 returns, one more row comes last: the point that is returned. If no pass returns, the list has `passes` rows.
#
# Your rows are compared with the listing's one by one, with a relative error of at most $10^{-9}$. If one is wrong, the check
# names the call in which it happened. You can make such a call yourself, for instance
# `pgd_points(Quadratic([2]), np.array([1.0]), np.array([0.1]), 0.25, 0.5, 0.125, 3, 20)`.

# %% nbgrader={"grade": false, "grade_id": "6_2_3-e", "locked": false, "schema_version": 3, "solution": true, "task": false}
def pgd_points(f, w, xi, eta, g_thresh, f_thresh, t_thresh, passes):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-e-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.3-e")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-e")


# %% [markdown]
# ### 6.2.3-f: Which ε for a wanted curvature
#
# Exercise 6.2.3-b was about one saddle. Now let $f$ be any $\rho$-Hessian-Lipschitz function, and take a strict saddle of $f$
# with $\lambda_{\min}=-\gamma$, $\gamma>0$. Say that $\epsilon$ *excludes* the saddle if it is **not** $\epsilon$-second-order
# stationary. Then PGD, under the assumptions of Theorem 6.9, returns another point, with probability at least $1-\delta$.
#
# Write two functions.
#
# - `excluded(gamma, rho, eps)` returns `True` if $\epsilon$ excludes the saddle, else `False`. It is asked at equality too, with
#   numbers whose products and roots a computer finds without rounding.
# - `eps_limit(gamma, rho)` returns the number $\epsilon^*$ such that every positive $\epsilon<\epsilon^*$ excludes the saddle,
#   and no $\epsilon>\epsilon^*$ does. A relative error of $10^{-9}$ is forgiven.

# %% nbgrader={"grade": false, "grade_id": "6_2_3-f", "locked": false, "schema_version": 3, "solution": true, "task": false}
def excluded(gamma, rho, eps):
    return ...


def eps_limit(gamma, rho):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-f-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.3-f")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-f")

# %% tags=["nbval-ignore-output"]
progress("6.2.3")

# %% [markdown]
# ## Summary
#
# - PGD is GD with a little noise where the gradient is small, a wait, and a test whether $f$ has fallen.
# - For $c\le1$ it ends for certain, and the returned point has a small gradient for certain. For $c\le c_{\max}$ the curvature
#   there is at least $-\sqrt{\rho\epsilon}$ with high probability.
# - That excludes a saddle only if its least curvature is below $-\sqrt{\rho\epsilon}$: choose $\epsilon$ small enough.
# - Noise uniform in a ball costs next to nothing in $f$, needs no knowledge of directions, and the dimension costs only logarithms.
#
# Next: [6.2.4 Linear networks](6_2_4_linear_networks.ipynb), the landscapes on which we want to use all this. [Index](index.ipynb)
