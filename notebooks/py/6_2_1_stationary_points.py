# %% [markdown]
# # 6.2.1 Stationary points
#
# **How many steps does it take to a point where the gradient vanishes?**
#
# Gradient descent (GD) follows the gradient downhill. Where the gradient vanishes, it stops. Will it get there, and when?
#
# After this section you will be able to
#
# - say by which step GD is sure to have met a small gradient,
# - prove it from one inequality, the descent lemma,
# - show with small examples what the step size, the smoothness and the budget are needed for.
#
# Time: about 60 minutes of reading and playing, 35 of homework.
# You need gradients, the Hessian, and Taylor's theorem in one variable.
#
# [Index](index.ipynb) · previous: [6.2 The landscape approach](6_2_landscape_approach.ipynb) ·
# next: [6.2.2 Escaping strict saddles](6_2_2_strict_saddles.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_1_stationary_points.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
import numpy as np

from lnnlib import explorers
from lnnlib.descent import gradient_descent, sharp_stationarity_bound, stationarity_bound
from lnnlib.homework import check, given, own, progress, solution
from lnnlib.landscapes import Absolute, DriftToInfinity, Huber, Quadratic, SaddleValley
from lnnlib.landscapes import Softplus, ZigZag
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork

# %% [markdown]
# ## Predict
#
# GD with step size $\eta>0$ starts at $w_0$ and goes on by
#
# $$w_{t+1}=w_t-\eta\,\nabla f(w_t).$$
#
# We stop it as soon as $\|\nabla f(w_t)\|\le\epsilon$. Call this step $T^*$.
#
# Think of $f$ as money. GD starts with the **budget** $f(w_0)-f^*$, where $f^*$ is the least value of $f$. It cannot spend more.
# If $\eta$ is not too large, every step spends some. The longer the gradient, the more a step has to spend. So the gradient
# cannot stay long for ever.
#
# The picture has three panels.
#
# - *The landscape and the run*: a bowl from above. Every dot is one step. In the shaded ellipse $\|\nabla f\|\le\epsilon$.
# - *Decrease*: what each step really spends (*true*), what the proof below guarantees that it spends (*guaranteed*), and what the
#   proof guarantees of every step with $\|\nabla f\|>\epsilon$ alike (*least*).
# - *Budget left*: what is left of the budget, by each of these three.
#
# The solid upright line marks $T^*$. The thick dashed one marks the **bound**: the step at which the budget would be used up if
# every step spent the least.
#
# The bound is proportional to $1/\epsilon^2$. Answer the question first. Then press the button 0.03 beside $\epsilon$, which
# stands at 0.3 now. The line above the controls tells you whether you were right.

# %%
explorers.descent_ledger(predict=True)

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# For each factor 10 about as many steps are added, here 22. The steps are counted below for $\epsilon=0.3$, $0.03$ and
# $0.003$. On this bowl each coordinate of $w_t$ is multiplied by a fixed number at every step, by $0.5$ and by $0.9$. So in the
# end $\|\nabla f\|$ shrinks by the factor $0.9$ at every step, and $0.9^{22}$ is about $\frac1{10}$. The bound knows nothing of
# this. It would allow every step to spend no more than the least, and it grows by the factor 100.
#
# Will GD get to a point where the gradient vanishes, and when? Here the gradient is never exactly 0, but it gets as small as you
# like: at most $\epsilon$ at step $T^*$. Theorem 6.7 below says it for every $f$ that it applies to: at the bound at the latest.
#
# </details>

# %%
for eps in (.3, .03, .003):
    run = gradient_descent(Quadratic([1, .2]), [1, 5], eta=.5, steps=100)
    limit = run.values[0] / (.5 * (1 - .5 / 2) * eps**2)
    print(f"eps = {eps}: T* = {run.first_stationary(eps)}, bound {limit:.0f}")

# %% [markdown]
# ## State
#
# Let $f:\mathbb R^d\to\mathbb R$ be differentiable.
#
# **Definition 6.3 ($\beta$-smooth).** Let $\beta>0$. $f$ is *$\beta$-smooth* if its gradient is $\beta$-Lipschitz:
#
# $$\|\nabla f(w_1)-\nabla f(w_2)\|\le\beta\,\|w_1-w_2\|\qquad\text{for all }w_1,w_2\in\mathbb R^d .$$
#
# Here is a function of one variable that you know from 6.2. Call it $\varphi$:
#
# $$\varphi(x)=1+\frac{x^2-1}{1+x^4}.$$
#
# Its graph has a hollow at 0 between two hills. Its least $\beta$ is 3. The cell tries 1000 random pairs: the left side of the
# definition, divided by $\|w_1-w_2\|$, stays below 3. It also prints $\varphi''(1)=-3$. By the next lemma this leaves room for no
# smaller $\beta$.

# %%
phi = DriftToInfinity()
u, v = np.random.default_rng(0).normal(size=(2, 1000, 1))
ratio = np.abs(phi.grad(u) - phi.grad(v)) / np.abs(u - v)
bend = phi.curvature(1.)
print(f"beta = {phi.beta:.3f}, largest ratio {ratio.max():.3f}, phi''(1) = {bend:.3f}")

# %% [markdown]
# **Lemma 6.4 (the curvature is at most $\beta$).** Let $f$ be $\beta$-smooth and twice differentiable at $w$. Write
# $\nabla^2f(w)[v,v]=v^T\,\nabla^2f(w)\,v$ for the curvature at $w$ along $v$. Then for every $v\in\mathbb R^d$
#
# $$\bigl|\nabla^2f(w)[v,v]\bigr|\le\beta\,\|v\|^2 .$$
#
# All landscapes in the pictures but $|x|$ are scaled so that their least $\beta$ is 1.
#
# **Which $\beta$ is large enough?** In the left panel two parabolas touch $f$ at the point $w$: they have its height and its
# slope there. One bends up by $\beta$, the other down by $\beta$:
#
# $$f(w)+f'(w)\,(x-w)\pm\frac\beta2\,(x-w)^2 .$$
#
# The right panel shows how much $f$ bends. The dotted curve is $f''$. The solid one is the bend that $f$ seems to have if you see
# it from $w$: the number in the place of $\pm\beta$ with which the parabola would pass through $(x,f(x))$, that is
# $2\,\bigl(f(x)-f(w)-f'(w)(x-w)\bigr)/(x-w)^2$.
#
# Make $\beta$ smaller. Then drag the point until $f$ pierces a parabola. From which side does it happen at the top of a hill? Try
# $|x|$ as well.

# %%
explorers.quadratic_sandwich()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# On *hill and valley*, which is $\varphi/3$, every $\beta\ge1$ is large enough. For every smaller one there is a $w$ where $f$
# pierces a parabola. With $\beta=0.9$ it happens at $w=1$. In the hollow, at $w=0$, it happens for $\beta=0.8$, and there $f$
# pierces the upper parabola.
#
# At the top of a hill, near $w=1.55$, it happens for $\beta=0.5$, and $f$ pierces the lower parabola. It cannot pierce the upper
# one: at the top the tangent is level, $f$ lies below it, and the upper parabola lies above it.
#
# On $|x|$ every $\beta$ is too small, if $w$ is near enough to the kink. Seen from $w>0$ the bend at $x<0$ is $-4x/(x-w)^2$, and
# at $x=-w$ this is $1/w$.
#
# </details>

# %%
for w, x in ((1, 1.2), (0, .6), (1.55, .5)):
    seen = (phi.value(x) - phi.value(w) - phi.slope(w) * (x - w)) * 2 / (x - w)**2 / 3
    print(f"phi/3 seen from w = {w}: the bend at x = {x} is {seen:.3f}")

# %% [markdown]
# What you saw is the next lemma. It holds in every dimension.
#
# **Lemma 6.5 (descent lemma).** Let $f$ be $\beta$-smooth. Then for all $w_1,w_2\in\mathbb R^d$
#
# $$\Bigl|\,f(w_2)-\underbrace{\bigl(f(w_1)+\langle\nabla f(w_1),w_2-w_1\rangle\bigr)}_{\text{first-order approximation around }w_1}\Bigr|
# \ \le\ \frac\beta2\,\|w_2-w_1\|^2 .$$
#
# The converse is true as well: only a $\beta$-smooth $f$ satisfies this for all $w_1,w_2$.
#
# **Definition 6.6 ($\epsilon$-stationary).** Let $\epsilon\ge0$. A point $w$ is *$\epsilon$-stationary* if
# $\|\nabla f(w)\|\le\epsilon$. For $\epsilon=0$ this is a stationary point.

# %% [markdown]
# **Theorem 6.7 (Nesterov).** Let $f$ be $\beta$-smooth and bounded below by $f^*$. Let $0<\eta\le1/\beta$ and $\epsilon>0$. Then
# GD from $w_0$ meets an $\epsilon$-stationary point after at most
#
# $$\frac{2\,\bigl(f(w_0)-f^*\bigr)}{\eta\,\epsilon^2}\quad\text{steps.}$$
#
# More precisely: for every $0<\eta<2/\beta$ put $\kappa=\eta\,(1-\frac{\eta\beta}2)$. Then
# $\;T^*\le\bigl(f(w_0)-f^*\bigr)/(\kappa\,\epsilon^2)$.
#
# For $\eta\le1/\beta$ we have $\kappa\ge\eta/2$, and the first bound follows from the second. In the picture of *Predict* the
# bound is the second one.

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | $\lVert\nabla f(w_1)-\nabla f(w_2)\rVert\le\lVert w_1-w_2\rVert$ (Definition 6.3) | $\le\beta\,\lVert w_1-w_2\rVert$ | State |
# | $\lvert h(t)\rvert\le\beta\cdot t\cdot\lVert v\rVert^2$ (Lemma 6.4) | $\beta\,\lvert t\rvert\,\lVert v\rVert^2$: for $t<0$ the printed bound is negative | Prove 2 |
# | $f(w_t)<f(w_0)-\frac\eta2T\epsilon^2$ (Theorem 6.7) | $f(w_T)<\dots$: false for $t=0$, $T=1$ | Prove 6 |
# | $f$ twice continuously differentiable | 6.4: twice differentiable at $w$. 6.5 and 6.7: $\beta$-smooth is enough | Break 6 |
# | $f$ attains its minimum $f^*$ | any lower bound $f^*$ will do | Break 5, 7 |
# | $\eta\le1/\beta$ | $0<\eta\le1/\beta$: with $\eta=0$ nothing moves | Break 1 |
# | only $\eta\le1/\beta$ | every $\eta<2/\beta$, with $\kappa$ for $\eta/2$ | Break 2 |
# | $T^*$ comes *before* the bound | *at most*: if $f(w_0)=f^*$ both are 0 | Break 8 |
# | second “$\le$” in the descent chain | “$=$”: only $w_{t+1}-w_t=-\eta\nabla f(w_t)$ is put in | Prove 5 |
# | “on any smooth objective” | on $\beta$-smooth ones. The loss of a linear network is in general not: there $\eta$ has to fit the start | Beyond, 6.2.5 |
#
# </details>

# %% [markdown]
# Compute the bound once by hand. Take $f(w)=\frac12(w_1^2+4w_2^2)$, so $\beta=4$ and $f^*=0$, with $w_0=(2,1)$, $\eta=\frac14$,
# $\epsilon=\frac1{10}$:

# %%
budget = 2**2 / 2 + 4 * 1**2 / 2
print(f"budget {budget},  at most {2 * budget / (1 / 4 * .1**2):.0f} steps")

# %% [markdown]
# And now the run:

# %%
run = gradient_descent(Quadratic([1, 4]), [2, 1], eta=1 / 4, steps=100)
print("gradient norms:", run.grad_norms[:4].round(3), "..  T* =", run.first_stationary(.1))

# %% [markdown]
# The theorem is right, and for this run it is far too careful. It knows nothing of $f$ but $\beta$ and the budget.

# %% [markdown]
# ## Play
#
# **Is the bound ever nearly reached?** On the bowl above $T^*$ stays far below it. Here is a landscape on which it does not. It
# is built for the step size $1/\beta$, which is 1 on the slider, as $\beta=1$, and built anew for each $\epsilon$.
#
# Look at the panel of $|f'|$. At every point where GD stops by, but for the last, $|f'|$ is a hair above $\epsilon$. Between two
# such points it dips to $\epsilon/2$ and comes back. GD steps over the dips and never finds out. Every step but the last spends
# only $\frac32$ of the least.
#
# Make $\epsilon$ smaller. Which share of the bound is $T^*$? Then change $\eta$ a little. What becomes of $T^*$?

# %%
explorers.descent_ledger(landscape="zig-zag", eta=1)

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# The share is 72.7 % at $\epsilon=0.3$, 67.3 % at $0.1$ and 66.7 % at $0.03$. It tends to $\frac23$, since a step spends
# $\frac32$ of the least. So for small $\epsilon$ the bound is too large by a factor of about $\frac32$ only. Break 9 says what
# can still be gained.
#
# With every other $\eta$ on the slider $T^*=1$: the first step ends in a dip. The trap is laid for one step size.
#
# </details>

# %% [markdown]
# **How large may the step size be?** Now $f(x)=\frac\beta2x^2$, so $f'(x)=\beta x$. The left panel shows the run. The right panel
# shows, for *every* step size at once, two numbers of steps: $T^*$, and the corrected bound with $\kappa$. Both are divided by
# the printed bound $2\Delta/(\eta\epsilon^2)$, where $\Delta=f(x_0)-f^*$ is the budget. Where the curve of $T^*$ is above the
# dotted line, the printed bound is false.
#
# The second slider sets the start. It is $(\beta x_0/\epsilon)^2$: the first gradient $\beta x_0$, divided by $\epsilon$,
# squared. At 1 or below GD starts where $|f'|\le\epsilon$, and $T^*=0$. Above 1 it needs a step.
#
# Turn $\eta$ up. Where does the printed bound break? Where does GD? Then press *Just above 1/β*, *Far too small* and *Small ε*.

# %%
explorers.step_size_dial()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# With the second slider at 4, the printed bound breaks when $\eta$ goes beyond $1.707/\beta$: there $T^*$ rises from 2 to 3, and
# the bound is about 2.34. GD breaks at $2/\beta$. There it jumps to and fro between $x_0$ and $-x_0$, and beyond it diverges. Up
# to $1/\beta$ the printed bound never breaks, wherever the start is. This is Theorem 6.7.
#
# - *Just above 1/β*: the start is so near that one step is enough. The printed bound is 0.95, which is below 1. It is broken at
#   $\eta=1.1/\beta$.
# - *Far too small*: $\eta=1.9/\beta$. GD needs 7 steps, and the printed bound is 2.1. The corrected one is 21.
# - *Small ε*: the same step size with a small $\epsilon$. GD needs 33 steps, and the printed bound 526 holds by far. It grows
#   like $1/\epsilon^2$, and on this parabola $T^*$ grows like $\log(1/\epsilon)$ only.
#
# </details>

# %%
for eta in (1.70, 1.71):    # the second slider at 4: beta = 1, x_0 = 2, eps = 1
    run = gradient_descent(Quadratic([1]), [2], eta, steps=10)
    print(f"eta = {eta}: T* = {run.first_stationary(1)}, printed bound {4 / eta:.3f}")

# %% [markdown]
# ## Prove
#
# The proof has seven steps: two for Lemma 6.4, two for Lemma 6.5, three for the theorem. Each is a formula and a cell that
# computes both sides on a random landscape in $\mathbb R^5$. It adds up five copies of $\varphi$, each along a direction of its
# own. With a random $5\times5$ matrix $A$,
#
# $$f(w)=\sum_i\varphi\bigl((Aw)_i\bigr),\qquad \nabla f(w)=A^T\,\varphi'(Aw)\quad(\varphi'\text{ entry by entry}).$$
#
# Let $\|A\|$ be the largest singular value of $A$. Since $\varphi$ is 3-smooth, $f$ is $\beta$-smooth with $\beta=3\,\|A\|^2$:
# one factor $\|A\|$ comes from $Aw$, the other from $A^T$. $f$ is not convex, and $f\ge0$.
#
# The point $w$ and the direction $v$ are drawn close to a worst case: all $(Aw)_i$ near 1, where $|\varphi''|=3$, and $v$ along
# the top singular vector. There the lemmas are mostly close to equalities, so a wrong factor shows. Change the seed and run the
# cells again: the verdicts must stay.

# %%
rng = np.random.default_rng(5)
A = rng.normal(size=(5, 5))
w, v = np.linalg.solve(A, rng.normal(1, .1, size=5)), 2 * np.linalg.svd(A)[2][0]
beta = 3 * np.linalg.norm(A, 2)**2

def f(w):
    return phi((A @ w)[:, None]).sum()

def grad(w):
    return A.T @ phi.grad((A @ w)[:, None])[:, 0]


# %% [markdown]
# **Step 1. A function of one variable.** Put $h(t)=\langle v,\ \nabla f(w+tv)-\nabla f(w)\rangle$. Then $h(0)=0$, and the chain
# rule gives $h'(0)=\nabla^2f(w)[v,v]$. Compare the quotient $h(t)/t$ with the Hessian $A^T\,\mathrm{diag}(\varphi''(Aw))\,A$:

# %%
def h(t):
    return v @ (grad(w + t * v) - grad(w))

def curvature(w):
    return v @ A.T @ np.diag(phi.curvature(A @ w)) @ A @ v

quotients = np.round([h(t) / t for t in (1e-1, 1e-2, 1e-4, -1e-4)], 2)
print("h(t)/t:", quotients, f" curvature: {curvature(w):.2f}")

# %% [markdown]
# **Step 2. Cauchy-Schwarz, then smoothness.** For every $t$
#
# $$|h(t)|\le\|v\|\cdot\|\nabla f(w+tv)-\nabla f(w)\|\le\|v\|\cdot\beta\,\|tv\|=\beta\,|t|\,\|v\|^2 .$$
#
# Divide by $|t|$ and let $t\to0$. This is Lemma 6.4:
#
# $$|\nabla^2f(w)[v,v]|=|h'(0)|\le\beta\,\|v\|^2 .$$

# %%
limit = beta * v @ v
print("|h(t)| <= beta |t| ||v||^2:",
      all(abs(h(t)) <= limit * abs(t) for t in np.linspace(-3, 3, 1001)))
size = abs(curvature(w))
print(f"|curvature| {size:.2f}, at most {limit:.2f}:", bool(size <= limit))

# %% [markdown]
# **Step 3. Taylor along a segment.** Let $w_1=w$, $w_2=w+v$, and $g(t)=f(w_1+t\,(w_2-w_1))$. If $f$ is twice differentiable,
# Taylor's theorem gives a $\xi\in(0,1)$ with
#
# $$g(1)=g(0)+g'(0)+\tfrac12\,g''(\xi).$$
#
# The derivatives are $g'(t)=\langle\nabla f(w+tv),v\rangle$ and $g''(t)=\nabla^2f(w+tv)[v,v]$.
#
# Where is this $\xi$? Scan $(0,1)$ for the place where $g''$ crosses $2\,\bigl(g(1)-g(0)-g'(0)\bigr)$:

# %%
wanted = 2 * (f(w + v) - f(w) - grad(w) @ v)
t = np.linspace(0, 1, 1001)
bend = np.array([curvature(w + s * v) for s in t])
k = np.flatnonzero(np.diff(np.sign(bend - wanted)))[0]
print(f"g'' at {t[k]}: {bend[k]:.2f}, at {t[k + 1]}: {bend[k + 1]:.2f}, wanted {wanted:.2f}")


# %% [markdown]
# By Lemma 6.4 $|g''(\xi)|\le\beta\,\|v\|^2$. Half of it is Lemma 6.5.
#
# **Step 4. The same without second derivatives.** For Lemma 6.5 smoothness alone is enough. The fundamental theorem of calculus
# says $f(w+v)-f(w)=\int_0^1\langle\nabla f(w+tv),v\rangle\,dt$. Subtract $\langle\nabla f(w),v\rangle$. What is left under the
# integral is the $h$ of step 1:
#
# $$f(w+v)-f(w)-\langle\nabla f(w),v\rangle=\int_0^1h(t)\,dt .$$
#
# Step 2 bounds $h$, and so the integral:
#
# $$\Bigl|\int_0^1h(t)\,dt\Bigr|\le\int_0^1\beta\,t\,\|v\|^2\,dt=\frac\beta2\,\|v\|^2 .$$

# %%
def rest(v):
    return f(w + v) - f(w) - grad(w) @ v

integral = np.mean([h(s) for s in (np.arange(1000) + .5) / 1000])
print(f"left {rest(v):.3f}, integral {integral:.3f}")
print("|left| <= beta/2 ||v||^2, for v, v/2, v/4, ..:",
      all(abs(rest(v / 2**k)) <= beta / 2 * v @ v / 4**k for k in range(10)))

# %% [markdown]
# **Step 5. Every step goes down.** Put $w_1=w_t$ and $w_2=w_{t+1}=w_t-\eta\nabla f(w_t)$ into Lemma 6.5:
#
# $$\begin{aligned}f(w_{t+1})&\le f(w_t)-\eta\,\|\nabla f(w_t)\|^2+\frac\beta2\,\eta^2\,\|\nabla f(w_t)\|^2\\
# &=f(w_t)-\kappa\,\|\nabla f(w_t)\|^2,\qquad\kappa=\eta\,\Bigl(1-\frac{\eta\beta}2\Bigr).\end{aligned}$$
#
# For $0<\eta<2/\beta$ the factor $\kappa$ is positive. For $\eta\le1/\beta$ it is at least $\eta/2$. Run GD on the random
# landscape:

# %%
eta, eps = 1 / beta, 1 / 2
kappa = eta * (1 - eta * beta / 2)
points = [w]
for _ in range(1000):
    points.append(points[-1] - eta * grad(points[-1]))
value = np.array([f(p) for p in points])
slope = np.array([np.linalg.norm(grad(p)) for p in points])
print("decrease >= kappa ||grad f||^2 in all 1000 steps:",
      (-np.diff(value) >= kappa * slope[:-1]**2 - 1e-12).all())

# %% [markdown]
# **Step 6. Add up.** Sum this over the first $T$ steps. The values in between cancel:
#
# $$f(w_T)\le f(w_0)-\kappa\sum_{t=0}^{T-1}\|\nabla f(w_t)\|^2 .$$
#
# This is the account that the picture under *Predict* keeps. As long as $\|\nabla f(w_t)\|>\epsilon$, each term of the sum is
# larger than $\epsilon^2$. So if $T\ge1$ and no step before $T$ is $\epsilon$-stationary, then
# $f(w_T)<f(w_0)-\kappa\,T\,\epsilon^2$. The sum may as well begin at a later step:

# %%
for start in (0, 500):
    spent = kappa * np.cumsum(slope[start:]**2)
    print(f"f(w_T) <= f(w_{start}) - kappa * sum, for T = {start + 1} .. 1000:",
          (value[start + 1:] <= value[start] - spent[:-1] + 1e-12).all())

# %% [markdown]
# **Step 7. The budget runs out.** But $f(w_T)\ge f^*$. So $\kappa\,T\,\epsilon^2<f(w_0)-f^*$, that is
#
# $$T<\frac{f(w_0)-f^*}{\kappa\,\epsilon^2} .$$
#
# This holds for every $T\ge1$ before which no step is $\epsilon$-stationary. So there is a largest such $T$, and it is $T^*$. If
# there is no such $T$, then $T^*=0$ and nothing is to be shown. Here $f^*=0$ is a lower bound:

# %%
T_star = next((t for t, norm in enumerate(slope) if norm <= eps), None)    # None: not met
limit = value[0] / (kappa * eps**2)
print(f"T* = {T_star}, at most {limit:.1f}:", T_star is not None and bool(T_star <= limit))


# %% [markdown]
# Now all steps in one: 200 random runs on four kinds of landscape, $\varphi$, the softplus $\log(1+e^x)$, Huber functions (Break 6)
# and parabolas, with step sizes up to $1.99/\beta$. Here $\epsilon$ is a random share of the first gradient's norm: close to 1 the
# bound has little to spare.

# %%
def holds(seed):
    rng = np.random.default_rng(seed)
    f = (phi, Softplus(), Huber(rng.uniform(.2, 2)), Quadratic([3]))[seed % 4]
    w0, eta = rng.normal(scale=2, size=1), rng.uniform(.1, 1.99) / f.beta
    eps = rng.uniform(.3, 1) * abs(f.grad(w0)[0])
    limit = (f(w0) - f.infimum) / (eta * (1 - eta * f.beta / 2) * eps**2)
    T_star = gradient_descent(f, w0, eta, int(limit), stop_grad=eps).first_stationary(eps)
    return T_star is not None

print("The theorem holds on", sum(holds(seed) for seed in range(200)), "of 200 random runs.")

# %% [markdown]
# ## Break
#
# Drop one hypothesis at a time. Sometimes the theorem fails, and an instance shows it. Sometimes only a proof fails, or nothing
# at all. 8 to 10 ask what the theorem says, and what it does not. Two of them, 4 and 7, you guess first.
#
# **1 to 3. The step size.** Let $f=\frac12x^2$, so $\beta=1$.
#
# | | step size | what happens | what fails |
# |---|---|---|---|
# | **1** | $\eta=0$ | nothing moves: from $x_0=1$ the slope is 1 for ever | the theorem: its bound divides by 0 |
# | **2** | $1/\beta<\eta<2/\beta$ | GD arrives, but it may be late | the printed bound; with $1/\kappa$ for $2/\eta$ it is true |
# | **3** | $\eta\ge2/\beta$ | at $2/\beta$ GD jumps to and fro for ever, beyond it diverges | the theorem, with any bound |
#
# For 2 take $x_0=2$, $\epsilon=1$ and $\eta=1.9$. It takes less than 1.9: the printed bound can fail as soon as $\eta>1/\beta$.
# Exercise 6.2.1-b asks you for an example.

# %%
run = gradient_descent(Quadratic([1]), [2], eta=1.9, steps=100)
printed, corrected = 2 * run.values[0] / 1.9, stationarity_bound(run.values[0], 1.9, 1, beta=1)
print(f"T* = {run.first_stationary(1)}, printed {printed:.3f}, corrected {corrected:.2f}")

# %%
for eta in (2, 2.1):
    run = gradient_descent(Quadratic([1]), [1], eta=eta, steps=4)
    print(f"eta = {eta}: x =", run.points[:, 0].round(3))

# %% [markdown]
# **4. Not smooth.** On $f=|x|$ the slope is $-1$ or 1 everywhere but at 0, where it jumps. GD starts at $\frac14$ with
# $\eta=\frac1{10}$. Which do you expect: does it come to rest near 0, does it jump over 0 for ever, or does it run away? And does
# a smaller $\eta$ help? Guess before you open this.

# %% [markdown]
# <details><summary><b>Then open this</b></summary>
#
# It jumps over 0 for ever, between $-0.05$ and $0.05$. Every step has the length $\eta$, however near to 0 it is. The slope never
# gets small, so the theorem fails. A smaller $\eta$ does not help, unless $x_0/\eta$ is a whole number and GD happens to hit 0.
#
# </details>

# %%
run = gradient_descent(Absolute(), [.25], eta=.1, steps=10_000)
print("least |f'| in 10 000 steps:", run.grad_norms.min())
print("last points:", run.points[-2:, 0].round(3))

# %% [markdown]
# **5.** Not bounded below: on $f=-\frac12x^2$ the budget is infinite, the gradient only grows, and the theorem fails.

# %%
print(gradient_descent(Quadratic([-1]), [.1], eta=.5, steps=5).grad_norms.round(3))

# %% [markdown]
# **6. Twice differentiable: not needed.** The Huber function is $\frac12x^2$ for $|x|\le1$ and $|x|-\frac12$ beyond. At $\pm1$ it
# has no second derivative, so the proof of step 3 fails. It is 1-smooth, and step 4 needs no more: the theorem holds.

# %%
run = gradient_descent(Huber(1), [3], eta=.5, steps=100)
limit = stationarity_bound(run.values[0], .5, .03, beta=1)
print(f"T* = {run.first_stationary(.03)}, bound {limit:.0f}")

# %% [markdown]
# **7. No minimizer.** The softplus $f=\log(1+e^x)$ falls towards 0 and never gets there. It is smooth, with $\beta=\frac14$. GD
# starts at 0 with $\eta=1/\beta=4$, and $\epsilon=\frac1{100}$. Which do you expect: does GD never meet $|f'|\le\epsilon$, does
# it meet it too late for the theorem, or in time? Guess before you open this.

# %% [markdown]
# <details><summary><b>Then open this</b></summary>
#
# In time: the theorem holds, and so does its proof. Step 7 asks only for $f(w_T)\ge f^*$, and the lower bound $f^*=0$ does,
# though no point attains it. The point that GD meets is not the end of its way. It goes on to the left for ever, more and more
# slowly.
#
# </details>

# %%
run = gradient_descent(Softplus(), [0], eta=4, steps=1000)
T_star = run.first_stationary(.01)
limit = stationarity_bound(run.values[0], 4, .01, beta=1 / 4)
print(f"T* = {T_star}, bound {limit:.0f}")
print(f"then x = {run.points[T_star, 0]:.2f}, and after 1000 steps {run.points[-1, 0]:.2f}")

# %% [markdown]
# **8. “At most”, not “before”.** The theorem holds, but the last sentence of the lecture's proof fails: if GD starts at a
# minimum, $T^*=0$ and the bound is 0. Step 7 is strict for $T\ge1$ only.

# %%
run = gradient_descent(Quadratic([1]), [0], eta=1, steps=1)
print(f"T* = {run.first_stationary(.1)}, bound {stationarity_bound(run.values[0], 1, .1):.0f}")

# %% [markdown]
# **9. Can the bound be improved?** Let $\eta=1/\beta$. The theorem allows $C\,\Delta/(\eta\epsilon^2)$ steps with $C=2$. Which
# $C$ does a run need? The one with which this is just $T^*$. On the zig-zag with $n$ dips, or teeth, $T^*=n+1$ and
# $\Delta=\frac{3n+2}4\,\eta\epsilon^2$, up to a billionth. So it needs $C=\frac{4(n+1)}{3n+2}$. A bowl from
# $x_0=(1+\tau)\,\epsilon/\beta$, just beyond the threshold, needs one step, and $C=2/(1+\tau)^2$:

# %%
for n in (0, 1, 2, 20, 1000):
    run = gradient_descent(ZigZag(n, beta=1, eps=.1), [0], eta=1, steps=n + 2)
    C = run.first_stationary(.1) * .1**2 / run.values[0]
    print(f"n = {n}: C = {C:.4f}, formula {4 * (n + 1) / (3 * n + 2):.4f}")
for tau in (.1, .001):
    run = gradient_descent(Quadratic([1]), [(1 + tau) * .1], eta=1, steps=2)
    C = run.first_stationary(.1) * .1**2 / run.values[0]
    print(f"bowl, tau = {tau}: C = {C:.4f}, formula {2 / (1 + tau)**2:.4f}")


# %% [markdown]
# So some runs need a $C$ as near to 2 as you like, and 2 is the best constant. A better power of $\epsilon$ is not possible
# either: for a fixed budget the number of teeth grows like $1/\epsilon^2$. But only a run of a single step needs more than
# $\frac85$. For small $\epsilon$ about $\frac43$ is enough:
#
# **Sharp form of Theorem 6.7.** From here on $h$ is a number, $h=\eta\beta$, no longer the function of step 1. Let $f$ be
# $\beta$-smooth with lower bound $f^*$, $0<h\le1$, $\epsilon>0$ and $T^*\ge1$. Then
#
# $$\Delta>\eta\,\epsilon^2\Bigl[\tfrac{4-h}4\,(T^*-1)+\tfrac1{2h}\Bigr],\qquad\text{so for }h=1:\quad
# T^*<\tfrac13\Bigl(\frac{4\Delta}{\eta\epsilon^2}+1\Bigr).$$
#
# *Proof.* Let $w_+=w-\eta g$ be one step, $g$ and $g_+$ the gradients at $w$ and $w_+$. Lemma 6.5 bounds $f$ at any third point
# $z$ twice:
#
# $$\begin{aligned}f(w_+)+\langle g_+,z-w_+\rangle-\tfrac\beta2\|z-w_+\|^2&\le f(z)\\
# &\le f(w)+\langle g,z-w\rangle+\tfrac\beta2\|z-w\|^2 .\end{aligned}$$
#
# So the left end is at most the right end. Put in $z=w-\frac1{2\beta}\bigl((1+h)g-g_+\bigr)$, which gains most, and multiply out:
#
# $$\begin{aligned}f(w)-f(w_+)&\ge\tfrac1{4\beta}\bigl[(1+2h-h^2)\|g\|^2+\|g_+\|^2-2(1-h)\langle g,g_+\rangle\bigr]\\
# &\ge\tfrac\eta4\bigl[(3-h)\|g\|^2+\|g_+\|^2\bigr].\end{aligned}$$
#
# The second inequality is $2\langle g,g_+\rangle\le\|g\|^2+\|g_+\|^2$, which may be multiplied by $1-h\ge0$. Before $T^*$ all
# gradients are longer than $\epsilon$. So each of the first $T^*-1$ steps spends more than $\frac{4-h}4\,\eta\epsilon^2$. At
# $w=w_{T^*-1}$ Lemma 6.5 with the point $w-g/\beta$ gives $f(w)-f^*\ge\frac1{2\beta}\|g\|^2>\frac1{2h}\,\eta\epsilon^2$. Add up.
# $\square$
#
# What is left in either inequality, at random points of a zig-zag and with random $h$? The first is an equality at more than half
# of them:

# %%
def what_is_left(f, w, h):
    g, w_next = f.slope(w), w - h * f.slope(w)
    spent, g_next = f.value(w) - f.value(w_next), f.slope(w_next)
    first = ((1 + 2 * h - h**2) * g**2 + g_next**2 - 2 * (1 - h) * g * g_next) / 4
    return spent - first, first - h / 4 * ((3 - h) * g**2 + g_next**2)

x, eta_beta = np.random.default_rng(0).uniform(size=(2, 10_000)) * [[2], [1]]
one, two = what_is_left(ZigZag(20, beta=1, eps=.1), x, eta_beta)
print("both are >= 0:", min(one.min(), two.min()) > -1e-12)
print(f"share of equalities in the first: {(one < 1e-12).mean():.2f}")

# %% [markdown]
# At $\eta=1/\beta$ nothing better is true: the zig-zag attains the sharp bound up to the hair, for every $n$. (Exact rates for
# fixed step sizes: Abbaszadehpeivasti, de Klerk and Zamani 2022,
# [doi 10.1007/s11590-021-01821-1](https://doi.org/10.1007/s11590-021-01821-1).)

# %%
for n in (0, 1, 20):
    run = gradient_descent(ZigZag(n, beta=1, eps=.1), [0], eta=1, steps=n + 2)
    T_star, gap = run.first_stationary(.1), run.values[0]
    print(f"n = {n}: T* = {T_star}, Theorem 6.7 {stationarity_bound(gap, 1, .1):.4f},",
          f"sharp {sharp_stationarity_bound(gap, 1, .1, beta=1):.4f}")

# %% [markdown]
# **10. Stationary is not minimal.** The theorem does not say what GD meets. On the valley
# $f(x,y)=\frac12x^2-\frac12y^2+\frac14y^4$ of the section before it may be a saddle. (This $f$ is not $\beta$-smooth, but GD from
# $y=0$ stays there, and $f(x,0)=\frac12x^2$ is 1-smooth.)

# %%
run = gradient_descent(SaddleValley(), [1, 0], eta=.5, steps=50)
print("ends at", run.points[-1].round(3), f"with f = {run.values[-1]:.3f}")
print("minimum of f:", SaddleValley.minimum)


# %% [markdown]
# ## Beyond (optional)
#
# **How much does a smaller $\epsilon$ cost?** The bound says: 10 times smaller, 100 times as many steps. That is the worst case.
# Here the bowl needs 22 steps more, the softplus about 10 times as many, and only the zig-zag, built anew for each $\epsilon$,
# about 100 times as many:

# %%
def steps_needed(f, w0, eta, eps):
    return gradient_descent(f, w0, eta, 10_000, stop_grad=eps).first_stationary(eps)

for eps in (.1, .01):
    zig_zag = ZigZag(round((1 / (2 * eps**2) - 2) / 3), beta=1, eps=eps)
    print(f"eps = {eps}: bowl {steps_needed(Quadratic([1, .2]), [1, 5], .5, eps)},",
          f"softplus {steps_needed(Softplus(), [1], 1, eps)},",
          f"zig-zag {steps_needed(zig_zag, [0], 1, eps)}")

# %% [markdown]
# **The loss of a linear network is in general not $\beta$-smooth.** Take the smallest one, $\Phi(w_1,w_2)=\frac12(w_2w_1-1)^2$.
# At $(c,\frac1c)$ it is 0, and its Hessian there has the norm $c^2+c^{-2}$. So no $\beta$ does for the whole plane, nor, if
# $\Phi(w_0)>0$, for the set where $\Phi\le\Phi(w_0)$:

# %%
net = LinearNetwork(SquaredLoss([[1]]), hidden=(1,))
for c in (1, 10, 100):
    norm = np.linalg.norm(net.hess([c, 1 / c]), 2)
    print(f"c = {c}: loss {net([c, 1 / c]):.0f}, norm {norm:.4f}, formula {c**2 + c**-2:.4f}")

# %% [markdown]
# That set is unbounded for every linear network with $N\ge2$ layers: multiply a layer that is not 0 by $c$, divide another by
# $c$, and $\Phi$ stays. (From the origin change one layer alone.) Section [6.2.5](6_2_5_gradient_hessian.ipynb) builds the
# bridge, its theorem on *bounded descent*. A step of GD changes the *imbalance*, here $w_2^2-w_1^2$, only by a term with
# $\eta^2$. A loss that does not rise bounds the product $w_2w_1$ here. Both together keep the weights bounded, and on a bounded
# region a $\beta$ exists. This gives an explicit step size $\eta^*$ for which Theorem 6.7 holds along the whole run. It depends
# on the start.
#
# **Where it comes from.** Theorem 6.7 is in Nesterov's lecture notes *Introductory Lectures on Convex Programming, Volume I:
# Basic course* (1998). It does not need convexity, and that is why it is here.

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.1-a: Promise and truth
#
# Gradient descent runs on $f(w)=\frac12\sum_ic_iw_i^2$ from $w_0$, with step size $\eta=1/\beta$. The answer cell prints the
# numbers: the curvatures $c_i$ are `data.curvatures` and the start $w_0$ is `data.w0`, both numpy arrays. The step size $\eta$ is
# `data.eta`, and $\epsilon$ is `data.eps`. Hand in two numbers:
#
# - `bound`: the number of steps that Theorem 6.7 allows until $\|\nabla f\|\le\epsilon$, to seven digits or rounded down;
# - `first`: the first step $t=0,1,2,\dots$ at which gradient descent really has $\|\nabla f(w_t)\|\le\epsilon$.

# %% nbgrader={"grade": false, "grade_id": "6_2_1-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.1-a")
print(data)

bound = ...
first = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_1-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.1-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.1-a")

# %% [markdown]
# ### 6.2.1-b: Beyond 1/β
#
# Take $f(x)=\frac\beta2x^2$ and the step size $\eta=\frac{1.5}{\beta}$, which Theorem 6.7 does not
# allow. Show that there its bound $2\Delta/(\eta\epsilon^2)$, with $\Delta=f(x_0)-f^*$, can be
# false, and say what is true. Hand in
#
# - `my_beta`, `my_x0`, `my_eps`: numbers $\beta,\epsilon>0$ and $x_0$, for which gradient descent
#   needs *more* steps than $2\Delta/(\eta\epsilon^2)$ until $|f'|\le\epsilon$;
# - `constant(gap, eta, beta, eps)`: the bound that the descent lemma gives for every $\beta$-smooth
#   $f$ and every $0<\eta<2/\beta$, as one formula. `gap` is $\Delta$. Its values are
#   compared to six digits, and you may round them down to whole numbers.

# %% nbgrader={"grade": false, "grade_id": "6_2_1-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
my_beta = ...
my_x0 = ...
my_eps = ...

def constant(gap, eta, beta, eps):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_1-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.1-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.1-b")


# %% [markdown]
# ### 6.2.1-c: One step of gradient descent
#
# Write `gd_step(w, grad, eta)`, one step of gradient descent on a function $f:\mathbb R^d\to\mathbb R$. It gets the point `w`, an
# array of $d$ numbers, the function `grad`, so that `grad(w)` is $\nabla f(w)$, and the step size `eta`. It returns the next
# point, a new array, and leaves `w` as it is.
#
# It is tried on several functions and dimensions, at a saddle and at a minimum too, and compared to six digits.

# %% nbgrader={"grade": false, "grade_id": "6_2_1-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gd_step(w, grad, eta):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_1-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.1-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.1-c")

# %% [markdown] tags=["notebook-only"]
# Now watch your own step. The picture runs it beside the reference: your points are crosses, and the readout compares the two.
# Press the button 1/β, then go on to $\eta=1.9$. If your step fails, the readout says how.

# %% tags=["notebook-only"]
explorers.descent_ledger(step=own("gd_step"))

# %% [markdown]
# ### 6.2.1-d: The least β
#
# For which numbers $\beta$ is a function $\beta$-smooth (Definition 6.3)? Find the least one for each of three functions:
#
# - $f_1(w)=\frac12\,w^T H w$ on $\mathbb R^2$, with a symmetric matrix $H$;
# - $f_2(w)=\log\bigl(1+e^{\langle a,w\rangle}\bigr)$ on $\mathbb R^d$, with a vector $a$ of $d$ entries;
# - $f_3(x)=\frac12s_1x^2$ for $x\ge0$, and $f_3(x)=\frac12s_2x^2$ for $x<0$.
#
# The answer cell prints the numbers. All of them are numpy arrays: $H$ is `data.H`, $a$ is `data.a`, and $(s_1,s_2)$ is
# `data.slopes`, so $s_1$ is `data.slopes[0]`. Hand in `beta_1`, `beta_2` and `beta_3`, to six digits. Where you think that no
# $\beta$ is large enough, hand in `np.inf`.

# %% nbgrader={"grade": false, "grade_id": "6_2_1-d", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.1-d")
print(data)

beta_1 = ...
beta_2 = ...
beta_3 = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_1-d-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.1-d")

# %% tags=["nbval-ignore-output"]
solution("6.2.1-d")

# %% tags=["nbval-ignore-output"]
progress("6.2.1")

# %% [markdown]
# ## Summary
#
# - A step of GD lowers $f$ by at least $\kappa\,\|\nabla f\|^2$, $\kappa=\eta(1-\eta\beta/2)$. This is the descent lemma.
# - The budget $f(w_0)-f^*$ pays for at most $\bigl(f(w_0)-f^*\bigr)/(\kappa\epsilon^2)$ steps with $\|\nabla f\|>\epsilon$. So GD
#   meets a small gradient.
# - You need $\beta$-smoothness, a lower bound of $f$, and $0<\eta<2/\beta$. You need neither convexity nor a minimizer.
# - In the worst case neither the power $1/\epsilon^2$ nor the constant 2 can be improved. The form of the bound can: with
#   $\Delta=f(w_0)-f^*$, $\eta=1/\beta$ and $T^*\ge1$ we have $T^*<\frac13\bigl(4\Delta/(\eta\epsilon^2)+1\bigr)$, and the
#   zig-zag attains that up to a hair. For small $\epsilon$ a bowl takes far fewer steps.
# - What GD meets may be a saddle.
#
# Next: [6.2.2 Escaping strict saddles](6_2_2_strict_saddles.ipynb), where GD leaves it again. [Index](index.ipynb)
