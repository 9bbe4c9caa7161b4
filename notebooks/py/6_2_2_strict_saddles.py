# %% [markdown]
# # 6.2.2 Escaping strict saddles
#
# **How long can a saddle hold gradient descent up?**
#
# At a saddle the gradient is zero, and near it the gradient is small. Gradient descent (GD) slows down there. Will it leave, and
# when?
#
# After this section you will be able to
#
# - compute by when GD is sure to have left a strict saddle,
# - say which part of the start decides how long it takes,
# - show with small examples why every hypothesis is needed.
#
# Time: about 55 minutes of reading and playing, 15 of homework.
# You need eigenvalues and eigenvectors.
#
# [Index](index.ipynb) · previous: [6.2.1 Stationary points](6_2_1_stationary_points.ipynb) ·
# next: [6.2.3 Perturbed gradient descent](6_2_3_perturbed_gd.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_2_strict_saddles.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
from fractions import Fraction

import numpy as np

from lnnlib import explorers
from lnnlib.descent import gradient_descent
from lnnlib.homework import check, given, progress, solution
from lnnlib.landscapes import Octopus, SaddleValley
from lnnlib.saddles import QuadraticSaddle, classify

# %% [markdown]
# ## Predict
#
# Take the simplest landscape with a saddle: two coordinates $\theta_1,\theta_2$ and
#
# $$\tilde f(\theta)=\tfrac12\left(-\alpha\,\theta_1^2+\theta_2^2\right),\qquad \alpha>0 .$$
#
# The tilde is there because $\tilde f$ is a model. Later it will stand in for another function $f$ near a saddle. Here it is just
# a name.
#
# Along $\theta_2$ the origin is a minimum. Along $\theta_1$ it is a maximum. So the origin is a saddle.
# A step of GD subtracts $\eta$ times the gradient, where $\eta>0$ is the *step size*. The run starts at $\theta^{(0)}$, a tiny
# bit beside the $\theta_2$-axis.
#
# Fix a number $\epsilon>0$. We say that GD has **escaped** when it is below the saddle, $\tilde f<0$, and the gradient is large,
# $\|\nabla\tilde f\|>\epsilon$.
#
# - The left panel shows the landscape from above. The square is the start, every dot is one step. Left and right, between the
#   dashed lines, is the region with $\tilde f<0$. In the ellipse around the saddle the gradient is at most $\epsilon$.
# - The right panel shows $|\tilde f|$ and $\|\nabla\tilde f\|$ at every step $t$. Below it are two lamps, one for each condition:
#   a bar shows where it is on. GD has escaped where both are on.
#
# Answer the question first. Then drag $\theta_1^{(0)}$ to the left, to $10^{-9}$ or less. The line above the slider tells you
# whether you were right.

# %%
explorers.saddle_escape(predict=True, show=("theta",), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# Each time about the same number of steps is added, 141 or 142. At every step $\theta_1$ is multiplied by $1+\eta\alpha=1.05$,
# however small it is. To make up for a factor 1000 it needs $\log1000/\log1.05=141.6$ of these steps.
#
# Will GD leave, and when? From every start with $\theta_1^{(0)}\ne0$ it leaves. The theorem below says by when. At exactly 0 it
# does not: Break 1.
#
# </details>

# %%
for theta1 in (1e-3, 1e-6, 1e-9):
    saddle = QuadraticSaddle((-1 / 2, 1), theta0=(theta1, 1), eta=1 / 10, eps=1 / 10)
    print(f"theta_1 = {theta1}: first escape at step {saddle.first_escape()}")
print(f"log 1000 / log 1.05 = {np.log(1000) / np.log(1.05):.1f}")

# %% [markdown]
# ## State
#
# Let $f:\mathbb R^d\to\mathbb R$ be twice continuously differentiable.
#
# **Definition (strict saddle).** A stationary point $w_s$ of $f$ is a *strict saddle* if its Hessian $\nabla^2 f(w_s)$ has an
# eigenvalue $<0$. By this definition a local maximum with negative curvature is a strict saddle too.
#
# The valley $f(x,y)=\frac12x^2-\frac12y^2+\frac14y^4$ has a strict saddle at the origin. Two numbers certify it: the norm of the
# gradient, which is 0, and the least eigenvalue of the Hessian, which is negative.

# %%
f = SaddleValley()
classify(f, [0, 0], grad_tol=1e-9, curvature_tol=1e-9)

# %% [markdown]
# **The model.** Near $w_s$ we replace $f$ by its Taylor polynomial of degree 2. Call it $\tilde f$. With $H=\nabla^2f(w_s)$, and
# since $\nabla f(w_s)=0$,
#
# $$\tilde f(w)=f(w_s)+\tfrac12\,(w-w_s)^TH\,(w-w_s),\qquad \nabla\tilde f(w)=H\,(w-w_s).$$
#
# The $\tilde f$ of *Predict* is of this form. From here on GD runs on $\tilde f$, with step size $\eta>0$:
# $\;w^{(t+1)}=w^{(t)}-\eta\,H\,(w^{(t)}-w_s)$.
#
# **Definition ($\epsilon$-escape).** Let $\epsilon>0$. GD has $\epsilon$-escaped from $w_s$ at step $t$ if
#
# 1. $\tilde f(w^{(t)})<f(w_s)$, it is below the saddle, and
# 2. $\|\nabla\tilde f(w^{(t)})\|>\epsilon$, it is not $\epsilon$-stationary.
#
# **The start, in the right coordinates.** Let $\lambda_1,\dots,\lambda_d$ be the eigenvalues of $H$. Let the columns of the
# orthogonal matrix $U$ be their eigenvectors. Write $\theta=U^T(w-w_s)$. So $|\theta_i|$ is how far $w$ is from the saddle along
# eigenvector $i$, and $\theta_i^{(0)}$ belongs to the start. Number the eigenvalues so that $\lambda_1=-\alpha<0$.

# %% [markdown]
# **Theorem (escape time).** Let $\theta_1^{(0)}\ne0$, $\epsilon>0$, $\eta>0$, and $\eta\,\lambda_i\le2$ for every $i$. Put
#
# $$S_+=\sum_{i:\,\lambda_i>0}\lambda_i\,\bigl(\theta_i^{(0)}\bigr)^2,\qquad
# B=\frac{\tfrac12\,\log\dfrac{\max\{S_+,\ \epsilon^2/\alpha\}}{\alpha\,(\theta_1^{(0)})^2}}{\log(1+\eta\alpha)} .$$
#
# Then both conditions hold at **every** step $t>B$, $t\ge0$. So the first escape comes at step $\max\{0,\lfloor B\rfloor+1\}$ at
# the latest.
#
# Every $\lambda_i<0$ with $\theta_i^{(0)}\ne0$ may play the part of $\lambda_1$ and gives a bound. You may take the best one.

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | escaped after at most $\lceil B\rceil$ steps | $t>B$ is strict, and $t\ge0$: at most $\max\{0,\lfloor B\rfloor+1\}$ steps | Break 4 |
# | $\frac12\log\epsilon^2/\alpha^2(\theta_1^{(0)})^2$ | $\frac12\log\bigl(\epsilon^2/(\alpha^2(\theta_1^{(0)})^2)\bigr)$: all of it is inside the logarithm | Prove 5 |
# | $\eta\le1/\beta$ | $\eta\lambda_i\le2$ for the positive $\lambda_i$ is all that is used | Break 2 |
# | $(1-\eta\lambda_i)^{2t}\in[0,1]$ | for $\lambda_i\ge0$ only; for $\lambda_1$ and $t\ge1$ it is larger than 1 | Prove 4 |
# | “$\iff$” between the conditions and the bound | the bound is *enough* for an escape; GD may escape earlier | Break 3 |
# | $\theta_1^{(0)}\ne0$ in a side remark | a hypothesis: with $\theta_i^{(0)}=0$ for every $\lambda_i<0$ GD never escapes | Break 1 |
# | $\log$ of a sum that may be 0 | where $S_+=0$ (no $\lambda_i>0$, say) condition 1 holds from $t=0$ on | Prove 4 |
# | without loss of generality $\lambda_1=-\alpha$ | every $\lambda_i<0$ with $\theta_i^{(0)}\ne0$ gives a bound, and the best may be far better | Break 5 |
# | GD escapes $w_s$ | GD on $\tilde f$ does; nothing is said of GD on $f$ | Break 6 |
# | all coordinates are large enough | one is enough: $\theta_1^{(0)}$ | Prove 7 |
# | “with high probability” | at *one* saddle, for a fresh isotropic start there | Beyond |
#
# </details>

# %% [markdown]
# Compute the bound once by hand. Take $\lambda=(-\frac12,1)$, $\theta^{(0)}=(\frac1{1000},1)$, $\eta=\epsilon=\frac1{10}$.
# First $S_+$ and the number whose logarithm counts. Call it $r$:

# %%
alpha, theta1, eta, eps = 1 / 2, 1 / 1000, 1 / 10, 1 / 10
S_plus = 1 * 1**2
r = max(S_plus, eps**2 / alpha) / (alpha * theta1**2)
print(f"S+ = {S_plus},  r = {r:.0f}")

# %% [markdown]
# Then $B$, and the first whole number beyond it:

# %%
B = np.log(r) / (2 * np.log(1 + eta * alpha))
print(f"B = {B:.3f},  so both conditions hold from step {max(0, int(np.floor(B)) + 1)} on")

# %% [markdown]
# `QuadraticSaddle` does the same in exact arithmetic, so it rounds no tie to the wrong side. It also finds the first real escape:

# %%
saddle = QuadraticSaddle(eigenvalues=(-1 / 2, 1), theta0=(1 / 1000, 1), eta=1 / 10, eps=1 / 10)
print(f"first escape at step {saddle.first_escape()}, bound {saddle.bound()}")

# %% [markdown]
# ## Play
#
# **Which condition do you wait for?** Start with $\epsilon$ small and drag it to the right. One lamp decides at first, later the
# other. Which one is first? Then look at $\max\{S_+,\epsilon^2/\alpha\}$ in the theorem: at which $\epsilon$ does the bound begin
# to move?
#
# **What does each slider cost?** Set $\epsilon$ back to 0.02. Press *Pin*, then halve $\alpha$. The pinned run stays in the
# picture. Set $\alpha$ back to 0.5, and do the same with $\eta$, then with $\theta_1^{(0)}$. Which one hurts most?
#
# **What do the scenes show?** Each button, or line of the menu, sets one. Say what you expect before you press it.

# %%
explorers.saddle_escape(theta=.01, eps=.02, show=("eps", "alpha", "eta", "theta"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **The condition.** With a small $\epsilon$ you wait for $\tilde f<0$. It holds from step 33 on, and the gradient's norm there is
# 0.03976. For every larger $\epsilon$ you wait for the gradient. The bound stands still at 102 until $\epsilon^2/\alpha=S_+$, that
# is $\epsilon=\sqrt{\alpha S_+}=0.7071$. Then it begins to move.
#
# **The sliders.** Half of $\alpha$ hurts most: step 85 in the place of 33. Half of $\eta$ comes next, with 66, and half of
# $\theta_1^{(0)}$ costs next to nothing, 37. (These are the exact halves. The slider's nearest values come close.) In $B$ both
# $\eta$ and $\alpha$ stand in $\log(1+\eta\alpha)$ below the bar, so half of one about doubles $B$. $\alpha$ stands in the
# fraction above, too. $\theta_1^{(0)}$ stands inside a logarithm only.
#
# **The scenes.**
#
# - *Flicker*: GD has escaped at step 0, not at steps 1 to 196, and again from 197 on. Break 3 says why.
# - *Exact tie*: at step 1 the norm equals $\epsilon=2$, which is no escape. The lecture prints 1, and GD escapes at step 2. See
#   Break 4.
# - $\theta_1^{(0)}=0$: never. *Rotated*, in floating point: at step 89. See Break 1.
# - *Local maximum*: all directions lead down, $S_+=0$, and GD escapes at step 49, just when the bound says.
# - $\eta>2/\lambda_{\max}$: $\theta_2$ grows faster than $\theta_1$. The formula gives 6, and GD never escapes. See Break 2.
#
# </details>

# %%
settings = dict(alpha=.5, eta=.1, theta1=.01)
for name in ("nothing", *settings):
    now = {key: x / 2 if key == name else x for key, x in settings.items()}
    run = QuadraticSaddle((-now["alpha"], 1), (now["theta1"], 1), now["eta"], eps=.02)
    print(f"{name} halved: first escape at step {run.first_escape()}, bound {run.bound()}")
print(f"epsilon = {np.sqrt(alpha * S_plus):.4f}")

# %% [markdown]
# ## Prove
#
# The proof has seven steps. Each of the first six is a formula and a cell that computes both sides on a random instance in
# $\mathbb R^5$. In Jupyter you can change the seed and run the cells again: both sides must still agree. (The numbers of steps
# will be others.)

# %%
rng = np.random.default_rng(6)
A = rng.normal(size=(5, 5))
H, w_s = (A + A.T) / 2, rng.normal(size=5)
w0 = w_s + rng.normal(size=5) / 1000
eta, eps = 0.1, 0.5

# %% [markdown]
# **Step 1. Change of variables.** $H=U\Lambda U^T$ with $\Lambda=\mathrm{diag}(\lambda_1,\dots,\lambda_d)$, and
# $\theta=U^T(w-w_s)$.

# %%
lam, U = np.linalg.eigh(H)
theta0 = U.T @ (w0 - w_s)
error = np.abs(H - U @ np.diag(lam) @ U.T).max()
print("largest entry of H - U Lambda U^T is below 1e-12:", error < 1e-12)
print("eigenvalues:", lam.round(3))

# %% [markdown]
# **Step 2. Two identities.** The change of variables makes value and gradient sums of squares:
#
# $$\tilde f(w)-f(w_s)=\tfrac12\sum_i\lambda_i\theta_i^2,\qquad \|\nabla\tilde f(w)\|^2=\|U\Lambda\theta\|^2=\sum_i\lambda_i^2\theta_i^2 .$$

# %%
value, slope = (w0 - w_s) @ H @ (w0 - w_s) / 2, np.linalg.norm(H @ (w0 - w_s))
print(f"value: {value:.6e} = {(lam * theta0**2).sum() / 2:.6e}")
print(f"slope: {slope:.6e} = {np.sqrt((lam**2 * theta0**2).sum()):.6e}")

# %% [markdown]
# **Step 3. The dynamics come apart.** In the new coordinates each one moves on its own:
#
# $$\theta_i^{(t+1)}=(1-\eta\lambda_i)\,\theta_i^{(t)},\qquad\text{so}\qquad \theta_i^{(t)}=(1-\eta\lambda_i)^t\,\theta_i^{(0)} .$$
#
# Run GD in the old coordinates for 5 steps and compare.

# %%
w = w0
for t in range(5):
    w = w - eta * H @ (w - w_s)
print("GD:     ", (1000 * U.T @ (w - w_s)).round(4), "/ 1000")
print("formula:", (1000 * (1 - eta * lam)**5 * theta0).round(4), "/ 1000")

# %% [markdown]
# A coordinate with $0<\eta\lambda_i<2$ shrinks. One with $\lambda_i<0$ grows.
#
# **Step 4. Condition 1.** Twice the value at step $t$ is $\sum_i\lambda_i(1-\eta\lambda_i)^{2t}(\theta_i^{(0)})^2$. Estimate it
# from above:
#
# - for $\lambda_i>0$ use $(1-\eta\lambda_i)^{2t}\le1$, which holds because $0<\eta\lambda_i\le2$;
# - leave out every negative term but the first.
#
# $$\sum_i\lambda_i(1-\eta\lambda_i)^{2t}(\theta_i^{(0)})^2\ \le\ S_+-\alpha\,(1+\eta\alpha)^{2t}(\theta_1^{(0)})^2 .$$
#
# The right side is negative if and only if $(1+\eta\alpha)^{2t}>S_+/\bigl(\alpha(\theta_1^{(0)})^2\bigr)$.
#
# How much does the estimate give away? Nothing on the positive terms at $t=0$: there they add up to $S_+$. And here $\lambda_1$
# is the least eigenvalue, so its term outgrows all others, and the quotient of the two sides tends to 1.

# %%
t, alpha, theta1 = np.arange(200)[:, None], -lam[0], theta0[0]
S_plus = (lam * theta0**2)[lam > 0].sum()
terms = lam * (1 - eta * lam)**(2 * t) * theta0**2
left, right = terms.sum(axis=1), S_plus - alpha * (1 + eta * alpha)**(2 * t[:, 0]) * theta1**2
print("left <= right at all 200 steps:", (left <= right + 1e-12 * np.abs(right)).all())
print(f"positive terms {terms[0, lam > 0].sum():.4e} = S+ {S_plus:.4e},",
      f"last ratio {left[-1] / right[-1]:.6f}")

# %% [markdown]
# **Step 5. Condition 2.** All terms of the squared gradient are $\ge0$. Keep the first alone:
#
# $$\sum_i\lambda_i^2(1-\eta\lambda_i)^{2t}(\theta_i^{(0)})^2\ \ge\ \alpha^2(1+\eta\alpha)^{2t}(\theta_1^{(0)})^2 .$$
#
# The right side is larger than $\epsilon^2$ if and only if $(1+\eta\alpha)^{2t}>\epsilon^2/\bigl(\alpha^2(\theta_1^{(0)})^2\bigr)$.

# %%
left = (lam**2 * (1 - eta * lam)**(2 * t) * theta0**2).sum(axis=1)
right = alpha**2 * (1 + eta * alpha)**(2 * t[:, 0]) * theta1**2
print("left >= right at all 200 steps:", (left >= right * (1 - 1e-12)).all(),
      f" last ratio {left[-1] / right[-1]:.6f}")


# %% [markdown]
# **Step 6. The bound.** Both inequalities ask $(1+\eta\alpha)^{2t}$ to be larger than something. Together they ask for
#
# $$(1+\eta\alpha)^{2t}>r,\qquad r=\frac{\max\{S_+,\ \epsilon^2/\alpha\}}{\alpha\,(\theta_1^{(0)})^2}.$$
#
# The left side grows with $t$. So once this holds, it holds for ever. Take logarithms, and it says $t>B$. The first whole
# number $t\ge0$ beyond $B$ is $\max\{0,\lfloor B\rfloor+1\}$. Count it, let `QuadraticSaddle` compute it, and test 1000 steps:

# %%
def steps_enough(lam, theta0, eta, eps):
    alpha, S_plus = -lam[0], sum(a * x**2 for a, x in zip(lam, theta0) if a > 0)
    r = max(S_plus, eps**2 / alpha) / (alpha * theta0[0]**2)
    return next(t for t in range(10**6) if (1 + eta * alpha)**(2 * t) > r)

saddle = QuadraticSaddle(lam, theta0, eta, eps)
counted = steps_enough(lam, theta0, eta, eps)
print(f"counted {counted}, computed {saddle.bound(0)}, first escape {saddle.first_escape()}")
print("both conditions at 1000 steps from there on:",
      saddle.escaped(counted + np.arange(1000)).all())

# %% [markdown]
# **Step 7. With high probability.** The bound depends on the start through $|\theta_1^{(0)}|$. Can it be too small by bad luck?
# It can, but seldom. Draw the start around the saddle from $\mathcal N(w_s,\sigma^2I)$. This law is isotropic: it looks the same
# in every orthonormal basis. So $\theta_1^{(0)}/\sigma$ is a standard normal $Z$, whatever the eigenvectors are. You need not
# know where the curvature is negative.
#
# The density of $Z$ is at most $1/\sqrt{2\pi}$, so $P(|Z|\le x)\le 2x/\sqrt{2\pi}=x\sqrt{2/\pi}$. Take $x=\delta\sqrt{\pi/2}$:
#
# $$P\bigl(|\theta_1^{(0)}|\le\sigma\,\delta\sqrt{\pi/2}\bigr)\ \le\ \delta .$$
#
# So with probability at least $1-\delta$ the start is far enough out. In the bound the factor $\delta$ stands inside a logarithm,
# so certainty is cheap. Only this one coordinate has to be large, not all of them. Here are 100 000 starts:

# %%
Z = np.random.default_rng(0).normal(size=100_000)
for delta in (.5, .1, .01):
    too_close = (np.abs(Z) <= delta * np.sqrt(np.pi / 2)).mean()
    print(f"delta = {delta}: a share of {too_close:.4f} is too close")

# %% [markdown]
# $S_+$ is random too. If $k$ eigenvalues are positive and all equal to 1, then $S_+$ is the squared norm of $k$ coordinates of
# the start. How long can these be? Here we use a standard fact without proof, the *concentration of a Gaussian norm*: that norm
# exceeds $\sigma\bigl(\sqrt k+\sqrt{2\log(1/\delta)}\bigr)$ with probability at most $\delta$. With $k=9$ and $\sigma=1$:

# %%
norm = np.sqrt(np.random.default_rng(1).chisquare(9, size=100_000))
for delta in (.5, .1, .01):
    too_long = (norm > 3 + np.sqrt(2 * np.log(1 / delta))).mean()
    print(f"delta = {delta}: a share of {too_long:.5f} is too long")

# %% [markdown]
# Use both inequalities with $\delta/2$ in the place of $\delta$. Then the bound of step 6 is a promise that holds with
# probability at least $1-\delta$. (Without positive eigenvalues the first inequality alone is enough, with $\delta$ itself.)
#
# **What is certainty worth?** The saddle of the next picture has one eigenvalue $-\frac12$ and $d-1$ eigenvalues 1, and
# $\epsilon=\frac1{10}$. The left panel shows when 2000 random starts escape. The right panel shows the share of starts that is
# not out at step $t$. In both, the dotted line is computed exactly. In the left panel it stands at the step from which on a start
# is out with probability at least $1-\delta$. The dashed line is the promise of step 7.
#
# Divide $\delta$ by 10: how many steps does that cost? Divide $\sigma$ by 10? Then set both back and raise $d$ to 10 000: which
# line moves, and do the starts notice?

# %%
explorers.escape_probability()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# Divide $\delta$ by 10, from 0.05 to 0.005: the dotted line goes from step 234 to 327, the promise from 262 to 355. Both pay 93
# steps. Divide $\sigma$ by 10 in the place of $\delta$, and you get the same 327 and 355. As long as $\epsilon^2/\alpha$ is the
# larger one in the maximum, a factor 10 in $\delta$ or in $\sigma$ costs the promise $1/\log_{10}(1+\eta\alpha)$ steps.
#
# With $d=10\,000$ only the promise moves, from 262 to 342. The dotted line stays at 234, and the starts do not notice: half of
# them are out by step 137, as before. The promise notices $d$ once $S_+$, as we bounded it, overtakes $\epsilon^2/\alpha$, here
# from $d=132$ on, and then by a logarithm. Step 4 counts the positive directions as if they stood still. Really they shrink, and
# when the gradient is large again only $\theta_1$ counts.
#
# With $\sigma=1$ the starts notice $d$ as well: half are out by step 24 for $d=10$, and by step 71 for $d=10\,000$.
#
# </details>

# %%
print(f"{1 / np.log10(1 + 1 / 2 / 20):.1f} steps")
k = (np.sqrt(.1**2 / .5) / .01 - np.sqrt(2 * np.log(2 / .05)))**2   # here S_+ = eps^2/alpha
print(f"S_+ overtakes at k = {k:.1f}, so from d = {int(k) + 2} on")


# %% [markdown]
# Now all steps in one: 200 random saddles, and on each the theorem's claim, decided exactly. The eigenvalues are multiples of
# $\frac12$ from $-2$ to $2$ and $\eta=1$, so $\eta\lambda_i$ goes up to exactly 2, the limit of the theorem. How often does GD
# need all the steps of the bound?

# %%
def outcome(seed):
    rng, level = np.random.default_rng(seed), Fraction(3, 2)
    lam, theta0 = ([Fraction(k, 2) for k in rng.integers(m, 5, 3).tolist()] for m in (-4, 1))
    lam[0] = -Fraction(rng.integers(1, 5).item(), 2)
    saddle, t = QuadraticSaddle(lam, theta0, 1, level), steps_enough(lam, theta0, 1, level)
    first = saddle.first_escape()
    return first <= t and saddle.escaped(t + np.arange(50)).all(), first == t

holds, attained = np.sum([outcome(seed) for seed in range(200)], axis=0)
print(f"The theorem holds on {holds} of 200 random saddles. {attained} need all its steps.")

# %% [markdown]
# ## Break
#
# In Breaks 1 and 2 we drop a hypothesis, and the theorem fails. In the others it holds, but a claim that says a little more fails,
# or one of two bounds is useless. In 5 and 6 you guess first.
#
# **1. $\theta_1^{(0)}=0$: the theorem fails,** if no other direction leads down. The factor $(1+\eta\alpha)^t$ multiplies 0. In
# exact arithmetic GD never escapes:

# %%
caught = QuadraticSaddle((-1, 1), theta0=(0, 1), eta=1 / 2, eps=1 / 10)
print("first escape:", caught.first_escape())

# %% [markdown]
# Computers round. Rotate the coordinates by 30° and run the *same* start in floating point.
# The first rounding error puts about $10^{-16}$ into $\theta_1$. Is that enough to get out?

# %%
explorers.saddle_escape(
    landscape="rotated", theta=0, eta=.5, alpha=1, show=("landscape", "theta"), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# It is, since only the logarithm of $\theta_1$ counts: GD escapes at step 89. Press the button $10^{-16}$: from there the bound
# for exact arithmetic is 91, about as much. Then choose *saddle* and set $\theta_1^{(0)}=0$: along the axes $\theta_1$ stays
# exactly 0, and GD stays for ever. So do not rely on this rescue.
#
# </details>

# %% [markdown]
# **2.** $\eta\lambda_i>2$ for some $i$: now $|1-\eta\lambda_i|>1$, and the coordinate that should shrink grows. Here it grows
# faster than $\theta_1$, and the theorem fails.

# %%
too_large = QuadraticSaddle((-1 / 10, 1), theta0=(1, 1), eta=2.5, eps=1 / 10)
print(f"formula {too_large.printed_bound():.0f}, first escape {too_large.first_escape()}")
print("below the saddle:", too_large.below_saddle([0, 1, 2, 3, 4]))
print("f~:", too_large.value([0, 1, 2, 3, 4]).round(2))
explorers.saddle_escape(eta=2.5, alpha=.1, theta=1, show=("eta",), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# At $\eta=2.5$ the formula gives 6, and yet $\tilde f$ stays positive and rises: GD never escapes. Move $\eta$. At 2, the limit
# of the theorem, GD escapes at step 7, just when the bound says. A little beyond, at 2.05, it escapes at step 9, later than the
# formula's 7. From $\eta=\frac{20}9$ on it never escapes: there $|1-\eta|\ge1+\frac\eta{10}$, so $|\theta_2|$ never falls below
# $\theta_1$.
#
# </details>

# %% [markdown]
# Between $1/\beta$ and $2/\lambda_{\max}$ the theorem still holds, where $\beta=\max_i|\lambda_i|$. (Without a positive
# eigenvalue it holds for every $\eta>0$.) The lecture asks for more than its proof needs.
#
# **3 and 4. Two claims that say a little more.** The theorem holds, and they fail.
#
# | | claim | why it fails |
# |---|---|---|
# | **3** | once GD has escaped, it stays out | condition 2 can hold at the start, fail, and hold again |
# | **4** | GD is out at step $\lceil B\rceil$, as printed | if $B$ is a whole number, the norm can *equal* $\epsilon$ there |
#
# First claim 3. Condition 1 stays once it holds, since $\tilde f$ never rises. Condition 2 need not stay: the gradient can be
# large at the start, fall below $\epsilon$, and grow again. Then the escape flickers. Move $\epsilon$: when does it not flicker?

# %%
level, start = Fraction("0.0707"), (1, Fraction("0.09"))
flicker = QuadraticSaddle((Fraction("-0.01"), 1), theta0=start, eta=1, eps=level)
print("first escape", flicker.first_escape(), "- bound", flicker.bound())
print("escaped at steps 0, 1, 196, 197:", flicker.escaped([0, 1, 196, 197]))
explorers.saddle_escape(
    eta=1, alpha=.01, theta=1, theta2=.09, eps=.0707, show=("eps",), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# GD starts below the saddle with a gradient of norm 0.0906. At step 1 the second coordinate is gone, and the norm is 0.0101. From
# there it grows by 1 % a step. For $\epsilon$ from 0.0101 to 0.0905 GD has escaped at step 0 and not at step 1: it flickers. For a
# smaller $\epsilon$ it is out from the start, and for a larger one it escapes once, at step 222 or later.
#
# </details>

# %%
print("norms at steps 0, 1, 2:", flicker.grad_norm([0, 1, 2]).round(5))

# %% [markdown]
# Now claim 4. Take one dimension, $\lambda_1=-1$, $\theta_1^{(0)}=1$ and $\eta=1$. If $\epsilon=2$, then $B$ is exactly 1. At step
# 1 the norm *equals* $\epsilon$, and that is no escape: the printed $\lceil B\rceil$ promises one step too few. If
# $\epsilon=\frac12$, then $\lceil B\rceil=-1$, and no number of steps is negative.

# %%
for level in (2, 1 / 2):
    even = QuadraticSaddle((-1,), theta0=(1,), eta=1, eps=level)
    print(f"eps = {level}: B = {even.B}, printed {even.printed_bound():.0f},",
          f"first escape {even.first_escape()}, bound {steps_enough((-1,), (1,), 1, level)}")

# %% [markdown]
# **5. Two directions lead down.** Take $\lambda=(-\frac1{100},-1)$, $\theta^{(0)}=(\frac1{1000},1)$, $\eta=1$ and
# $\epsilon=\frac1{10}$. Either eigenvalue may play the part of $\lambda_1$, and each gives a bound. Which do you expect: are the
# two about equal, or is one far better? Guess before you open this.

# %% [markdown]
# <details><summary><b>Then open this</b></summary>
#
# One is far better. From $-\frac1{100}$ the bound is 926, from $-1$ it is 0: GD has escaped at the start. The theorem holds with
# both, and is useful with one. So choose well: a steep direction along which the start is far out.
#
# </details>

# %%
two = QuadraticSaddle((-1 / 100, -1), theta0=(1 / 1000, 1), eta=1, eps=1 / 10)
print(f"bound from -0.01: {two.bound(0)}, from -1: {two.bound(1)}")
print("first escape:", two.first_escape())

# %% [markdown]
# **6. $\tilde f$ is not $f$.** The Taylor polynomial falls without end. An $f$ that is bounded below does not. Take the valley
# $f$ of the beginning, with the start $(1,\frac1{1000})$, $\eta=\frac1{10}$ and $\epsilon=\frac12$. On $\tilde f$ GD escapes at
# step 66. Which do you expect on $f$ itself: an escape at about the same step, one much later, or none? Guess before you open
# this.

# %% [markdown]
# <details><summary><b>Then open this</b></summary>
#
# None. In this run the gradient below the saddle is never longer than 0.384, and after 300 steps GD rests at the minimum $y=1$.
# On the $y$-axis, between the saddle and the minimum, the gradient has the norm $y-y^3$. This is at most $\frac2{3\sqrt3}=0.385$,
# which is less than $\epsilon$. So the theorem's claim, made for GD on $f$, fails.
#
# </details>

# %%
model = QuadraticSaddle((-1, 1), (.001, 1), eta=.1, eps=.5)
run = gradient_descent(f, [1, .001], eta=.1, steps=300)
print("on the Taylor polynomial: first escape", model.first_escape())
print(f"on f, largest gradient below the saddle: {run.grad_norms[run.values < 0].max():.3f}")
print(f"at last y = {run.points[-1, 1]:.3f}, gradient {run.grad_norms[-1]:.3f}")

# %% [markdown]
# Closing this gap is the technical part of the proof of Theorem 6.9, which section 6.2.3 states.

# %% [markdown]
# ## Beyond (optional)
#
# **How much does a closer start cost?** With one negative eigenvalue, for small $\theta_1^{(0)}$, each factor 10 adds about
# $1/\log_{10}(1+\eta\alpha)$ steps. For $\eta\alpha=0.05$:

# %%
starts = [QuadraticSaddle((-.5, 1), (10.**-k, 1), eta=.1, eps=.1) for k in range(3, 9)]
print("more steps per factor 10:", np.diff([saddle.first_escape() for saddle in starts]),
      f" formula: {1 / np.log10(1 + .1 * .5):.1f}")

# %% [markdown]
# **Almost every start escapes.** With the theorem's $\eta$, GD on $\tilde f$ is caught only if $\theta_i^{(0)}=0$ for every
# $\lambda_i<0$. Such starts form a plane through $w_s$ of dimension less than $d$. It has *measure 0*: a random start with a
# density is on it with probability 0. Lee, Simchowitz, Jordan and Recht (2016, arXiv 1602.04915) prove the like for $f$ twice
# continuously differentiable and $\beta$-smooth, with $\eta<1/\beta$: the starts from which GD converges to one given strict
# saddle form a set of measure 0, which may be curved. So from almost every start GD does not end there. The theorem does not say
# *when* it leaves.
#
# **One saddle is not all saddles.** Step 7 needs a fresh isotropic start at the saddle. After GD has left one saddle, its
# position at the next one need not be isotropic. Du and others (2017, arXiv 1705.10412) build a row of $d$ saddles, the
# *octopus*, where this goes wrong at every one but the first.
#
# The octopus has two curvatures $g$, $L$ and a length $\tau$ (in the code `t`). Let $0<2\eta L<1$. Saddle $k$ holds GD until
# $|x_k|$ is large. As long as $|x_k|\le\tau$, each step multiplies $x_k$ by $1+2\eta g$, and every later coordinate by
# $1-2\eta L$. So while GD waits at one saddle, the coordinates that it needs at the next ones shrink. Each time it comes to a
# saddle with a smaller $|x_k|$, and this section's bound asks for more steps. In the limit of many saddles each is left
# $1+\log\frac1{1-2\eta L}\big/\log(1+2\eta g)$ times as late as the one before:

# %%
tube, rate = Octopus(d=5, L=1, g=1, t=np.e), 2 * (1 / 4)   # 2 eta
run = gradient_descent(tube, np.random.default_rng(1).uniform(0, 1, 5), eta=1 / 4, steps=500)
beyond = np.abs(run.points) >= 2 * tube.t
leave = [np.flatnonzero(arm)[0].item() for arm in beyond.T if arm.any()]
limit = 1 + np.log(1 / (1 - rate * tube.L)) / np.log(1 + rate * tube.g)
print("saddles left at steps", leave)
print(f"last ratio {leave[-1] / leave[-2]:.2f}, limit {limit:.2f}")

# %% [markdown]
# **Does a little noise help?** In the next picture GD runs once as it is, and once with a small random vector added now and then
# where the gradient is small. The left panel shows when each saddle is left, on a logarithmic scale. The right panel shows
# $\log_{10}(1/|x_k|)$ when GD comes to saddle $k$. That is, about, how many zeros $x_k$ has after the point. It tells how near GD
# is to the ridge $x_k=0$, where no step changes $x_k$.
#
# Compare the two panels: which one explains the other? Then set *numbers* to float64. At which saddle does GD stop for ever, and
# what has become of $x_k$ there? Last press $\eta=1/(2L)$: how near the ridge does GD come to saddle 2?

# %%
explorers.octopus()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# Noise helps. GD leaves saddle 10 at step 67 077. With noise it leaves that saddle at step 239, and each further saddle costs about
# 26 steps.
#
# The right panel explains the left one. At each step $|x_k|$ grows by the factor $1+2\eta g=1.5$. So each zero after the point
# costs $1/\log_{10}1.5=5.7$ steps, and the number of zeros is nearly multiplied by 2.7 from one saddle to the next.
#
# In float64 GD leaves 6 saddles and stops for ever at saddle 7. GD comes there at step 1242, and $x_7$ has been halved at about
# every step. No float64 is that small. So $x_7$ is 0 or next to the least one, and $\eta$ times its gradient rounds to 0.
#
# With $\eta=1/(2L)$ the factor $1-2\eta L$ is 0. One step makes $x_2$ exactly 0. GD comes to saddle 2 on the ridge itself and
# stays there.
#
# </details>

# %%
print(f"{1 / np.log10(1 + rate * tube.g):.2f} steps for each zero,",
      f"saddles {limit:.2f} times as late")
print("1240 halvings of 1 in float64:", .5**1240)

# %% [markdown]
# Noise of radius $r$ sets $|x_k|$ back to about $r/\sqrt d$. So every saddle costs about the same, and the times add up instead
# of multiplying. That is the idea of section 6.2.3.

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.2-a: Count the steps out of a saddle
#
# Gradient descent with step size $\eta$ runs on $\tilde f(\theta)=\frac12\sum_i\lambda_i\theta_i^2$
# and starts at $\theta^{(0)}$. It has escaped at step $t$ if both conditions hold:
#
# 1. $\tilde f(\theta^{(t)})<0$,
# 2. $\|\nabla\tilde f(\theta^{(t)})\|>\epsilon$.
#
# The answer cell prints the numbers of two instances, `saddle` and `tie`. `data.saddle.eta` and
# `data.saddle.eps` are numbers. `data.saddle.eigenvalues` and `data.saddle.theta0` are numpy arrays
# that begin with $\lambda_1$ and $\theta_1^{(0)}$. Hand in three whole numbers:
#
# - `bound`: the number of steps that this section guarantees for `saddle`, that is the smallest
#   whole number $t\ge 0$ with $t>B$;
# - `first_escape`: the first step $t=0,1,2,\dots$ at which gradient descent really has escaped from
#   `saddle`;
# - `tie`: the number of steps that this section guarantees for `tie`.

# %% nbgrader={"grade": false, "grade_id": "6_2_2-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.2-a")
print(data)

bound = ...
first_escape = ...
tie = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_2-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.2-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.2-a")


# %% [markdown]
# ### 6.2.2-b: Escape with high probability
#
# Now the start is random: $\theta^{(0)}\sim\mathcal N(0,\sigma^2 I)$ in $\mathbb R^d$. The saddle
# has eigenvalues $\lambda_1,\dots,\lambda_d$ in any order, at least one of them negative and **none
# positive**. Let $\alpha=|\lambda_{\min}|$.
#
# Write a function `steps(sigma, delta, eigenvalues, eta, eps)`. It returns a whole number $T\ge0$
# such that with probability at least $1-\delta$ gradient descent has escaped by step $T$.
# `eigenvalues` is a numpy array, the others are numbers.
#
# Only one coordinate of $\theta^{(0)}$ has to be large enough. The density of a standard normal $Z$
# is at most $1/\sqrt{2\pi}$, so $P(|Z|\le x)\le x\sqrt{2/\pi}$. Any $T$ that keeps the promise is
# right, as long as it is no larger than what this inequality gives.

# %% nbgrader={"grade": false, "grade_id": "6_2_2-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
def steps(sigma, delta, eigenvalues, eta, eps):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_2-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.2-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.2-b")

# %% tags=["nbval-ignore-output"]
progress("6.2.2")

# %% [markdown]
# ## Summary
#
# - On $\tilde f$ each coordinate moves on its own: GD multiplies $\theta_i$ by $1-\eta\lambda_i$ at each step.
# - So with $\theta_1^{(0)}\ne0$ and $\eta\lambda_i\le2$ for every $i$ GD leaves, and from step $\max\{0,\lfloor B\rfloor+1\}$ on
#   it stays out. This bound grows with the *logarithm* of $1/|\theta_1^{(0)}|$.
# - Nothing forbids a start with $\theta_1^{(0)}=0$. A normal one avoids it with probability 1, and you can say by how much it does
#   with probability $1-\delta$.
# - The analysis is about $\tilde f$, at one saddle, with a fresh start.
#
# Next: [6.2.3 Perturbed gradient descent](6_2_3_perturbed_gd.ipynb), where a theorem speaks of $f$ itself. [Index](index.ipynb)
