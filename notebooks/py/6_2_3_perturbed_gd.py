# %% [markdown]
# # 6.2.3 Perturbed gradient descent
#
# **What does a little noise buy?**
#
# Gradient descent (GD) reaches points where the gradient vanishes. Such a point may be a saddle, and GD may stay there for ever.
# Perturbed gradient descent (PGD) adds a little noise now and then. That small change turns two separate principles into one guarantee.
#
# After this notebook you will be able to
#
# - read the listing of PGD, run it by hand, and find the slips in its print,
# - say which points it may return, and for which $\epsilon$ this excludes a saddle,
# - explain why the noise is uniform in a *ball*, and what the dimension costs,
# - tell what Theorem 6.9 promises from what a run can show.
#
# Time: about 50 minutes, homework included. You need section 6.2.2 and a little probability.
#
# [Index](index.ipynb) · previous: [6.2.2 Escaping strict saddles](6_2_2_strict_saddles.ipynb) · next: [6.2.4 Linear networks](6_2_4_linear_networks.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_3_perturbed_gd.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
from fractions import Fraction
from itertools import pairwise

import numpy as np

from lnnlib import explorers
from lnnlib.homework import check, given, own, progress, solution
from lnnlib.landscapes import Quadratic, SaddleValley
from lnnlib.perturbed import is_second_order_stationary, perturbed_gradient_descent, pgd_constants, pgd_steps, uniform_in_ball

# %% [markdown]
# ## Predict
#
# Our landscape is a valley with a saddle in it,
#
# $$f(x,y)=\tfrac12x^2-\tfrac12y^2+\tfrac14y^4 .$$
#
# The saddle is at $(0,0)$, the two minima are at $(0,\pm1)$. Start at $(1,0)$. There the gradient points along the $x$-axis,
# straight at the saddle. GD walks into the saddle and never leaves.
#
# PGD does the same, with one more idea. Where the gradient is small, it moves the point by a tiny random vector, the **noise**.
# Then it takes $t_{\text{thresh}}$ gradient steps and looks at $f$ again.
#
# - Did $f$ fall by more than $f_{\text{thresh}}$? Then the point was no good. Go on.
# - Did it not? Then return the point from before the noise.
#
# In the picture, the left side shows the landscape and the run; below it, the noise, magnified. The right side shows the listing.
# The arrow marks what the present pass does, and the numbers beside the conditions are what it compares.
# The run has walked up to the saddle and stops just before its first noise.
#
# Answer the question first. Then drag the pass $t$ to the right, or press play.

# %%
explorers.pgd_debugger(predict=True)

# %% [markdown]
# ## State
#
# Section 6.2.1 says that GD soon reaches a point with a small gradient. Section 6.2.2 says that it soon leaves a strict saddle, if it starts
# beside it. Both together should lead to a point with a small gradient *and* hardly any negative curvature. Here is what such a point is called.
#
# **Definition 6.8.** Let $f:\mathbb R^d\to\mathbb R$ be twice differentiable and $\rho>0$. Then $f$ is *$\rho$-Hessian-Lipschitz* if for all $w_1,w_2$
#
# $$\|\nabla^2f(w_1)-\nabla^2f(w_2)\|_{\text{spectral}}\le\rho\,\|w_1-w_2\| .$$
#
# For such $f$ and $\epsilon>0$ a point $w$ is *$\epsilon$-second-order stationary* if
#
# $$\|\nabla f(w)\|\le\epsilon\qquad\text{and}\qquad\lambda_{\min}\bigl(\nabla^2f(w)\bigr)\ge-\sqrt{\rho\epsilon}.$$
#
# A little negative curvature is allowed, $\sqrt{\rho\epsilon}$ of it. This is weaker than a positive semidefinite Hessian, and it comes closer to it as $\epsilon$ falls.
#
# On the valley take $\rho=7.2$. This holds for $|y|\le1.2$, since the Hessian is $\mathrm{diag}(1,3y^2-1)$ and its entry $3y^2-1$ has slope at most $6\cdot1.2$.
# Ask for the saddle, a minimum, and the start of our run:

# %%
f = SaddleValley()
print(is_second_order_stationary(f, [[0, 0], [0, 1], [1, 0]], eps=0.1, rho=7.2))

# %% [markdown]
# **Algorithm: perturbed gradient descent**, $\mathrm{PGD}(w_0,\beta,\rho,\epsilon,c,\delta,\Delta_f)$. Here $d$ is the dimension, $\beta$ the smoothness of $f$,
# $\delta$ the probability with which it may fail, and $\Delta_f\ge f(w_0)-f^*$. The constant $c>0$ is yours to choose.
#
# ```
# 1       χ ← 3 max{ log(d β Δ_f / (c ε² δ)), 4 }      η ← c/β      r ← √c/χ² · ε/β
# 2       g_thresh ← √c/χ² · ε      f_thresh ← c/χ³ · √(ε³/ρ)      t_thresh ← ⌈ χ/c² · β/√(ρε) ⌉
# 3       t_noise ← - t_thresh - 1
# 4       for t = 0, 1, 2, ...:
# 4.1         if ‖∇f(w)‖ ≤ g_thresh and t - t_noise > t_thresh:
# 4.1.1           w̃ ← w      t_noise ← t
# 4.1.2           w ← w̃ + ξ      with ξ uniform in the ball of radius r
# 4.2         if t - t_noise = t_thresh and f(w) - f(w̃) > - f_thresh:
# 4.2.1           return w̃
# 4.3         w ← w - η ∇f(w)
# ```
#
# **Note.** The noise in 4.1.2 is there to put the point far enough from the saddle in the direction of negative curvature. Nobody needs to know that direction.
#
# One turn of the loop is a *pass*. Compute the constants for our run. On $|y|\le1.2$ the valley is $3.4$-smooth, and $f(1,0)-f^*\le1$.
# In the code $\Delta_f$ is called `gap`.

# %%
k = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=0.1, c=0.5, delta=0.1, gap=1)
print(f"chi = {k.chi:.2f}, eta = {k.eta:.3f}, r = {k.r:.3g}")
print(f"g_thresh = {k.g_thresh:.3g}, f_thresh = {k.f_thresh:.3g}, t_thresh = {k.t_thresh}")

# %% [markdown]
# The noise is tiny. The wait of $t_{\text{thresh}}$ passes is what makes it count. Now run the listing:

# %%
run = perturbed_gradient_descent(f, [1, 0], k, rng=0, max_steps=10_000)
print(f"returned {run.returned} in pass {run.steps}, noise in passes {run.perturbations}, point {run.point.round(3) + 0.0}")
print("second-order stationary:", is_second_order_stationary(f, run.point, eps=0.1, rho=7.2))

# %% [markdown]
# The first noise frees the run from the saddle. But PGD cannot know that it sits in a minimum now. It adds noise once more,
# waits, finds that $f$ did not fall by $f_{\text{thresh}}$, and only then returns.
#
# **Theorem 6.9 (Jin et al. 2017).** Let $f$ be $\beta$-smooth, $\rho$-Hessian-Lipschitz and bounded below, $f\ge f^*$. There is an absolute constant $c_{\max}>0$ such that for all
# $0<\delta\le1$, $0<\epsilon\le\beta^2/\rho$, $\Delta_f\ge f(w_0)-f^*$ with $\Delta_f>0$, and $0<c\le c_{\max}$: with probability at least $1-\delta$,
# PGD returns an $\epsilon$-second-order stationary point, after
#
# $$\mathcal O\!\left(\frac{\beta\,\Delta_f}{\epsilon^2}\,\chi^4+t_{\text{thresh}}\right)\quad\text{passes.}$$
#
# The factor hidden in $\mathcal O$ depends on $c$. The dimension $d$ and the allowed failure $\delta$ enter through $\chi$ alone, that is only through logarithms.
#
# | claim | can a notebook check it? |
# |---|---|
# | the listing ends, after how many passes at the latest | yes, and you prove it below (for $c\le1$) |
# | the returned point has $\Vert\nabla f\Vert\le\epsilon$ | yes, and you prove it below |
# | the returned point satisfies the second condition with probability $\ge1-\delta$ | you see why, and you can count failures; the proof is in the paper |
# | the value of $c_{\max}$ | no: the theorem says that it exists and names no number. Our runs use $c=\frac12$. Nothing here shows that this is small enough |

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | escaping *non-strict* saddle point | escaping *strict* saddle points | State |
# | stationary point with PSD Hessian | $\lambda_{\min}\ge-\sqrt{\rho\epsilon}$ only | Break 7 |
# | Definition 6.8 for any $\rho$, $\epsilon$ | $\rho>0$, $\epsilon>0$; from $\epsilon=\beta^2/\rho$ on the second condition is empty | Break 7 |
# | $x\leftarrow3\max\{\dots\}$ | $\chi\leftarrow3\max\{\dots\}$, and $d$ is the dimension | State |
# | $t_{\text{thresh}}$ without rounding | $\lceil\cdot\rceil$: else $t-t_{\text{noise}}=t_{\text{thresh}}$ never holds | Break 1 |
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
# **What does the listing see, pass by pass?** Press *First noise* and look at the two conditions of line 4.1. Step on by one: which of them is false now, and for how long?
# Press *Return* and look at line 4.2.
#
# **What do $\epsilon$ and $c$ cost?** Pin the run, then halve $\epsilon$. Which of the constants change? Do the same with $c$.
#
# **Is there bad luck?** Drag the seed. It decides which of the two minima is found. Does it ever decide the number of passes?

# %%
explorers.pgd_debugger(step=976)

# %% [markdown]
# **Who is certified?** In the next picture a point is green where both conditions of Definition 6.8 hold. Inside a dashed line the gradient is at most $\epsilon$.
# In the dotted band the curvature is too negative. Drag $\epsilon$ to the right. When does the saddle turn green? When does the band vanish? Drag your own point to see its two numbers.

# %%
explorers.second_order_map(y=Fraction(4, 5))

# %% [markdown]
# The saddle has $\lambda_{\min}=-1$, so it turns green at $\sqrt{\rho\epsilon}=1$, that is at $\epsilon=1/\rho$. No curvature of a $\beta$-smooth function is below $-\beta$
# (Lemma 6.4), so from $\sqrt{\rho\epsilon}=\beta$ on the second condition holds for everything. With $\rho=7.2$ and $\beta=3.4$:

# %%
print(f"1/rho = {1 / 7.2:.4f},  beta^2/rho = {3.4**2 / 7.2:.4f}")

# %% [markdown]
# **What does the dimension cost?** Now the saddle of section 6.2.2 in $d$ dimensions: one eigenvalue is $-1$, all others are $1$. The start is
# $\theta^{(0)}\sim\mathcal N(0,I)$. On the left, the steps until the real escape and until the guaranteed one, for 2000 starts. On the right, the medians over $d$.
# Multiply $d$ by 10, three times. What happens to the left picture?

# %%
explorers.dimension_dial(d=10)

# %% [markdown]
# Each factor of 10 *adds* the same number of steps. With $d$ coordinates the positive part $S_+$ of the start is about $d$, while $\theta_1^{(0)}$ stays about 1.
# So $B\approx\log\bigl(\sqrt d/|\theta_1^{(0)}|\bigr)/\log(1+\eta)$, and its median is that for $|\theta_1^{(0)}|=0.674$, the median of $|Z|$.

# %%
print([round(float(np.log(np.sqrt(d) / 0.6745) / np.log(1.5)), 1) for d in (10, 100, 1000, 10_000)])

# %% [markdown]
# ## Prove
#
# The lecture leaves the proof of Theorem 6.9 to the paper: most of it treats the gap between $f$ and its Taylor polynomial. But much of the theorem is elementary.
# You prove now that the listing ends, when, and what it returns. You see where chance comes in, and why the noise looks as it does.
#
# **Step 1. The constants fit together.** By definition $\chi\ge12$ and $r=g_{\text{thresh}}/\beta$. Since $\chi^2\ge144$, also $g_{\text{thresh}}\le\sqrt c\,\epsilon/144$.
# PGD returns only a point $\tilde w$ that has passed line 4.1. So for $c\le1$ **the first condition of Definition 6.8 holds for certain**, and with room to spare.

# %%
print("chi >= 12:", k.chi >= 12, " r = g_thresh/beta:", np.isclose(k.r, k.g_thresh / 3.4))
print("g_thresh <= sqrt(c) eps/144:", k.g_thresh <= np.sqrt(0.5) * 0.1 / 144)

# %% [markdown]
# For the next steps we keep every pass of our run. A `step` holds the pass `t`, the point `w` after the noise, `value` $=f(w)$, the gradient's norm before the noise, and whether there was noise.

# %%
steps = list(pgd_steps(f, [1, 0], k, rng=0))
print(len(steps), "passes, noise in", [step.t for step in steps if step.perturbed])

# %% [markdown]
# **Step 2. Gradient steps go down.** Let $c\le1$, so $\eta\le1/\beta$. Then, as in section 6.2.1, Lemma 6.5 gives
#
# $$f(w-\eta\nabla f(w))\le f(w)-\tfrac\eta2\|\nabla f(w)\|^2 .$$
#
# Line 4.3 never raises $f$. Compare every pass without noise with the pass before it. The last two digits of a float are allowed to err.

# %%
fall = [one.value - next_.value - k.eta / 2 * np.linalg.norm(f.grad(one.w))**2 for one, next_ in pairwise(steps) if not next_.perturbed]
print("f falls by at least eta/2 ||grad f||^2 in all", len(fall), "steps:", min(fall) > -1e-14)

# %% [markdown]
# **Step 3. The noise hardly raises $f$.** At $\tilde w$ the gradient is at most $g=g_{\text{thresh}}$ and $\|\xi\|\le r$. So by Lemma 6.5
#
# $$f(\tilde w+\xi)-f(\tilde w)\ \le\ g\,r+\tfrac\beta2r^2\ =\ \frac{3c\,\epsilon^2}{2\chi^4\beta}\ \le\ \tfrac18f_{\text{thresh}} .$$
#
# The last inequality uses $\epsilon\le\beta^2/\rho$ and $\chi\ge12$.

# %%
rise = [step.value - f(step.w_tilde) for step in steps if step.perturbed]
most = k.g_thresh * k.r + 3.4 / 2 * k.r**2
print(f"formula {1.5 * 0.5 * 0.1**2 / (k.chi**4 * 3.4):.4g} = {most:.4g},  f_thresh/8 = {k.f_thresh / 8:.4g}")
print("every noise rises by less:", max(rise) <= most <= k.f_thresh / 8)

# %% [markdown]
# **Step 4. Rounds.** Write $T=t_{\text{thresh}}$. A noise opens a *round* of $T+1$ passes: the condition $t-t_{\text{noise}}>T$ forbids another noise before it ends. In its last pass, line 4.2
# either returns, or $f$ has fallen by at least $f_{\text{thresh}}$ since $\tilde w$. Outside the rounds every pass has $\|\nabla f\|>g_{\text{thresh}}$, else line 4.1 would open one.

# %%
for step in steps:
    since = step.t - step.t_noise
    assert step.perturbed or since <= k.t_thresh or step.grad_norm > k.g_thresh
    if since == k.t_thresh and not step.returned:
        print(f"a round ends in pass {step.t}: f has fallen by {f(step.w_tilde) - step.value:.3f}, f_thresh is {k.f_thresh:.2g}")

# %% [markdown]
# **Step 5. The listing ends, for certain.** Suppose there are $n$ rounds and $m$ passes outside them. All rounds but the last lower $f$ by at least $f_{\text{thresh}}$. Each outside pass lowers it by at least
# $\frac\eta2g^2$ (step 2). And $f$ can fall by at most $f(w_0)-f^*\le\Delta_f$ in all:
#
# $$(n-1)\,f_{\text{thresh}}+m\,\tfrac\eta2\,g^2\le\Delta_f .$$
#
# The number of passes is at most $n(T+1)+m$. So it is at most
#
# $$(T+1)+\Delta_f\,\max\Bigl\{\frac{T+1}{f_{\text{thresh}}},\ \frac{2}{\eta\,g^2}\Bigr\}.$$
#
# Put in the constants. Up to rounding $T$, the two fractions are $\dfrac{1}{c^3}\cdot\dfrac{\beta\chi^4}{\epsilon^2}$ and $\dfrac{2}{c^2}\cdot\dfrac{\beta\chi^4}{\epsilon^2}$. **This is the number of passes in Theorem 6.9**, with its factor.
# No chance is involved.

# %%
unit = 3.4 * k.chi**4 / 0.1**2
print(f"{(k.t_thresh + 1) / k.f_thresh / unit:.2f} against 1/c^3 = {1 / 0.5**3:.2f} (T is rounded up)")
print(f"{2 / (k.eta * k.g_thresh**2) / unit:.2f} against 2/c^2 = {2 / 0.5**2:.2f}")
bound = (k.t_thresh + 1) + 1 * max((k.t_thresh + 1) / k.f_thresh, 2 / (k.eta * k.g_thresh**2))
print(f"at most {bound:.2g} passes for every such f, and {len(steps)} for ours")

# %% [markdown]
# A guarantee for the worst function is no forecast for yours.
#
# **Step 6. Where chance comes in.** Only the second condition needs luck. At a saddle with $\lambda_{\min}<-\sqrt{\rho\epsilon}$ the noise must land far enough out along the negative direction.
# The noises that do *not* get away in time form a thin slab around the stable directions. Each further pass makes the slab thinner by a factor $1+\eta|\lambda_{\min}|$, about.
# Take 10 000 noises at the saddle of the valley, and count after how many passes $f$ has not yet fallen by $f_{\text{thresh}}$:

# %%
rng = np.random.default_rng(0)
w = np.array([uniform_in_ball(rng, 2, k.r) for _ in range(10_000)])
for t in range(1, 61):
    w = w - k.eta * f.grad(w)
    if t in (40, 50, 60):
        print(f"after {t} passes a share of {np.mean(f(w) > -k.f_thresh):.4f} is still at the saddle")
print(f"ten passes are a factor of {(1 + k.eta)**10:.1f}")

# %% [markdown]
# PGD waits 458 passes, so bad luck is very rare here. In $f$, and not in its Taylor polynomial, the slab is curved, and the paper's work is to show that it stays thin.
#
# **Step 7. Uniform in the ball.** The noise should have no favourite direction and should not waste its length. The volume of a ball grows like $s^d$, so a uniform $\xi$ has
#
# $$P(\|\xi\|\le s)=(s/r)^d .$$
#
# So its length has the law of $r\,U^{1/d}$ with $U$ uniform in $[0,1]$, and the mean $E\|\xi\|=\frac{r\,d}{d+1}$.
# The direction is $z/\|z\|$ with a standard normal $z$, since its law is the same in every direction. With $r\,U$ in the place of $r\,U^{1/d}$ the points crowd around the centre.

# %%
for d in (2, 10, 100):
    xi = np.array([uniform_in_ball(rng, d, 1) for _ in range(4000)])
    print(f"d = {d}: mean length {np.linalg.norm(xi, axis=1).mean():.2f}, formula {d / (d + 1):.2f}")

# %% [markdown]
# **Step 8. The price of the dimension.** In $d$ dimensions a vector of length about $r$ has a first coordinate of about $r/\sqrt d$:

# %%
for d in (10, 100, 1000):
    first = [abs(uniform_in_ball(rng, d, 1)[0]) for _ in range(4000)]
    print(f"d = {d}: median of |xi_1|/r is {np.median(first):.3f} = {np.median(first) * np.sqrt(d):.2f}/sqrt(d)")


# %% [markdown]
# So the noise lands $\sqrt d$ times closer to the stable directions, and escape multiplies this distance in every pass. Making up for it costs $\log\sqrt d\,/\log(1+\eta|\lambda_{\min}|)$ passes.
# A factor becomes a summand: this is where $\log d$ in $\chi$ comes from.
#
# Now all steps in one: 40 runs from random starts, and in each of them every claim of steps 1 to 5.

# %%
def holds(seed):
    steps = list(pgd_steps(f, np.random.default_rng(seed).uniform(-1.2, 1.2, 2), k, rng=seed))
    noises = [step for step in steps if step.perturbed]
    apart = all(two.t - one.t > k.t_thresh for one, two in pairwise(noises))
    small = all(step.value - f(step.w_tilde) <= k.f_thresh / 8 for step in noises)
    falls = all(two.value <= one.value + 1e-14 for one, two in pairwise(steps) if not two.perturbed)
    return apart and small and falls and np.linalg.norm(f.grad(steps[-1].w_tilde)) <= k.g_thresh and len(steps) <= bound

print("Steps 1 to 5 hold in", sum(holds(seed) for seed in range(40)), "of 40 runs.")

# %% [markdown]
# ## Break
#
# Each slip of the print, and each part of the algorithm left out or exaggerated, has a small counterexample.
#
# **1. No $\lceil\ \rceil$ around $t_{\text{thresh}}$.** Then $t-t_{\text{noise}}$, a whole number, never equals it. PGD adds noise for ever and never returns:

# %%
printed = pgd_constants(dim=2, beta=3.4, rho=7.2, eps=0.1, c=0.5, delta=0.1, gap=1, ceiling=False)
lost = perturbed_gradient_descent(f, [1, 0], printed, rng=0, max_steps=20_000)
print(f"t_thresh = {printed.t_thresh:.3f}: returned {lost.returned}, noise in {len(lost.perturbations)} passes of 20000")
explorers.pgd_debugger(listing="no ceiling", step=15_000)

# %% [markdown]
# **2. $\tilde w$ overwritten.** As printed, 4.1.1 says $w_t\leftarrow w_t$, which does nothing. Then 4.2 compares with the point *after* the noise and returns that one.
# The harm is small, at most $r$ in the point. But it undoes what step 1 proved: only $\tilde w$ has passed line 4.1.

# %%
noised = perturbed_gradient_descent(f, [1, 0], k, rng=0, max_steps=2000, overwrite=True)
print(f"||grad f|| at the returned point: {np.linalg.norm(f.grad(noised.point)):.2g}")
print("with w~ kept it is below 1e-12:", np.linalg.norm(f.grad(run.point)) < 1e-12)

# %% [markdown]
# **3. `for t = 0, 1, ..., d_0`.** The print most likely lost an $\infty$. Read as the input dimension $d_0=2$, the loop ends before anything has happened:

# %%
short = perturbed_gradient_descent(f, [1, 0], k, rng=0, max_steps=2)
print(f"returned {short.returned}, noise {short.perturbations}, point {short.point.round(3)}")

# %% [markdown]
# **4. No noise.** The rest of the listing stays. The run waits at the saddle, sees that $f$ does not fall, and returns the saddle, which Definition 6.8 refuses:

# %%
explorers.pgd_debugger(listing="no noise", step=15_000)

# %% [markdown]
# **5. A cube instead of the ball.** Draw every coordinate from $[-r,r]$. In two dimensions you hardly see a difference. In $d$ dimensions the corners are $\sqrt d\,r$ away,
# and $E\|\xi\|^2=d\,r^2/3$. On the bowl $f=\frac12\|w\|^2$ with $d=1000$ and $\epsilon$ at its limit $\beta^2/\rho=1$, compare the rise with $f_{\text{thresh}}/8$, which step 3 promised:

# %%
bowl, many = Quadratic(np.ones(1000)), pgd_constants(dim=1000, beta=1, rho=1, eps=1, c=0.5, delta=0.1, gap=1)
in_ball = np.array([uniform_in_ball(rng, 1000, many.r) for _ in range(100)])
in_cube = rng.uniform(-many.r, many.r, (100, 1000))
print(f"rise / f_thresh: ball at most {bowl(in_ball).max() / many.f_thresh:.3f}, cube at least {bowl(in_cube).min() / many.f_thresh:.1f}")

# %% [markdown]
# The noise alone raises $f$ by several $f_{\text{thresh}}$, and none of the 100 draws lies in the ball. A cube has favourite directions too: its corners.
#
# **6. $c$ too large.** From $c=2$ on the step size is $2/\beta$ or more, and GD itself may diverge (section 6.2.1):

# %%
wild = pgd_constants(dim=1, beta=1, rho=1, eps=0.1, c=3, delta=0.1, gap=1)
away = perturbed_gradient_descent(Quadratic([1.0]), [1.0], wild, rng=0, max_steps=40)
print(f"eta = {wild.eta:.0f}: returned {away.returned}, f has grown by a factor {away.values[-1] / away.values[0]:.1g}")

# %% [markdown]
# **7. $\epsilon$ too large.** The theorem asks $\epsilon\le\beta^2/\rho$. Beyond it the second condition says nothing, and a saddle may be returned with full right. On the valley this happens
# for $\epsilon\ge1/\rho$ already. At $\epsilon=1$ even a point half-way down the slope is certified:

# %%
print("saddle certified at eps = 0.13, 0.14:", [is_second_order_stationary(f, [0, 0], eps, rho=7.2) for eps in (0.13, 0.14)])
explorers.second_order_map(eps=1, x=Fraction(1, 2), y=Fraction(1, 2))

# %% [markdown]
# **8. The printed number of steps.** It is a multiple of $f(w_0)-f^*$. Start in a minimum, and it is 0. The listing still needs one full round:

# %%
still = perturbed_gradient_descent(f, [0, 1], k, rng=0, max_steps=2000)
print(f"f(w_0) - f* = {f(np.array([0.0, 1.0])) - f.minimum:.0f}, and yet it returns in pass {still.steps} = t_thresh")

# %% [markdown]
# ## Beyond (optional)
#
# **A network.** Take $\Phi(W_1,W_2)=\frac12\|W_2W_1-M\|_F^2$ with $M=\mathrm{diag}(1,2)$, and start with all weights 0. This is a strict saddle (section 6.2.7).
# GD stays there for ever. PGD leaves at once:

# %%
from lnnlib.descent import gradient_descent
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

net = LinearNetwork(SquaredLoss(np.diag([1.0, 2.0])), hidden=(2,))
kept = gradient_descent(net, net.zeros(), eta=0.05, steps=500)
freed = perturbed_gradient_descent(net, net.zeros(), pgd_constants(net.dim, 20, 20, 0.5, 1, 0.1, 2.5), rng=0, max_steps=20_000)
print(f"GD: {kept.values[-1]}, PGD: below 1e-6 {net(freed.point) < 1e-6}, in pass {freed.steps}")
print("W_2 W_1 =", (net.product(freed.point).round(2) + 0.0).tolist())

# %% [markdown]
# Be careful with the theorem here. $\Phi$ is not $\beta$-smooth on the whole space: its Hessian grows with the weights. The constants above hold near the path of this run only.
#
# **Many saddles.** On the octopus of Du and others (2017, arXiv 1705.10412) GD needs a number of steps that is exponential in $d$, since it comes to each saddle ever closer to the stable
# direction. PGD makes a fresh start at each saddle. Its number of steps there is polynomial in $d$.
#
# **The source.** Theorem 6.9 is from Jin, Ge, Netrapalli, Kakade and Jordan (2017, *How to escape saddle points efficiently*, arXiv 1703.00887).
# Its pseudo-code has the unrounded $t_{\text{thresh}}$ too.

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and hints grow with every try. After a try you may open the solution.

# %% [markdown]
# ### 6.2.3-a: The six constants
#
# The next cell shows the arguments of PGD: the dimension $d$ as `dim`, $\beta,\rho,\epsilon,c,\delta$, and $\Delta_f$ as `gap`.
#
# Compute the constants of lines 1 and 2 of the listing. Hand in six numbers, `chi`, `eta`, `r`, `g_thresh`, `f_thresh` and
# `t_thresh`. Four correct digits are enough, but `t_thresh` must be the number that the algorithm really waits.

# %%
given("6.2.3-a")

# %% nbgrader={"grade": false, "grade_id": "6_2_3-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
chi = ...
eta = ...
r = ...
g_thresh = ...
f_thresh = ...
t_thresh = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("6.2.3-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-a")


# %% [markdown]
# ### 6.2.3-b: When a saddle is good enough
#
# The valley $f(x,y)=\frac12x^2-\frac12y^2+\frac14y^4$ has a saddle at $(0,0)$. For which $\epsilon$ is this saddle *itself*
# $\epsilon$-second-order stationary in the sense of Definition 6.8?
#
# Write a function `threshold(rho)`. It gets the $\rho>0$ of the definition and returns the smallest such $\epsilon$: a number,
# `math.inf` if there is none, 0 if every $\epsilon>0$ does it.

# %% nbgrader={"grade": false, "grade_id": "6_2_3-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
def threshold(rho):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("6.2.3-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-b")


# %% [markdown]
# ### 6.2.3-c: Write the noise
#
# Write line 4.1.2: a function `perturb(w, r, rng)` that returns the point $w+\xi$ with $\xi$ uniform in the ball of radius $r$.
#
# It gets an array `w` of shape $(d,)$, for any $d$, a number `r > 0` and a numpy Generator `rng`. Take all randomness from `rng`
# (`rng.normal(size=...)`, `rng.random()`), and leave `w` as it is. Your function is judged by what it does on a few hundred draws: do
# they stay in the ball, do their lengths and directions have the right law?

# %% nbgrader={"grade": false, "grade_id": "6_2_3-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def perturb(w, r, rng):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("6.2.3-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-c")

# %% [markdown]
# Here is your noise at work: the listing runs with your `perturb`, beside the reference run (dashed). On the lower left the grey points are 200 draws
# of yours, and the curve is the share of them within $s$ of the centre. As long as the cell above is untouched, you see the reference run alone.

# %%
explorers.pgd_debugger(perturb=own("perturb"), step=976)

# %% [markdown]
# ### 6.2.3-d: Find a counterexample
#
# “Where a point is $\epsilon$-second-order stationary, there is a minimum near by.” Disprove it, in one dimension, with
#
# $$f(x)=a\,x+b\,x^2+c\,x^3 .$$
#
# The next cell shows $\epsilon$ and $\rho$. Hand in three numbers `a`, `b`, `c` such that
#
# 1. $f$ is $\rho$-Hessian-Lipschitz, that is $|f''(u)-f''(v)|\le\rho|u-v|$,
# 2. the point 0 is $\epsilon$-second-order stationary for $f$,
# 3. the curvature at 0 is negative, $f''(0)<0$,
# 4. and yet $f$ has no stationary point at all: $f'(x)\ne0$ for every $x$.

# %%
given("6.2.3-d")

# %% nbgrader={"grade": false, "grade_id": "6_2_3-d", "locked": false, "schema_version": 3, "solution": true, "task": false}
a = ...
b = ...
c = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_3-d-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check("6.2.3-d")

# %% tags=["nbval-ignore-output"]
solution("6.2.3-d")

# %% tags=["nbval-ignore-output"]
progress("6.2.3")

# %% [markdown]
# ## Summary
#
# - PGD is GD with a little noise where the gradient is small, a wait, and a test whether $f$ has fallen.
# - It ends for certain, and the returned point has a small gradient for certain. With high probability the curvature there is at least $-\sqrt{\rho\epsilon}$.
# - That excludes a saddle only if its curvature is below $-\sqrt{\rho\epsilon}$: choose $\epsilon$ small enough.
# - Noise uniform in a ball costs next to nothing in $f$, needs no knowledge of directions, and the dimension costs only logarithms.
#
# Next: [6.2.4 Linear networks](6_2_4_linear_networks.ipynb), the landscapes on which we want to use all this. [Index](index.ipynb)
