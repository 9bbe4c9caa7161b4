# %% [markdown]
# # 6.2.1 Stationary points
#
# **How many steps does it take to a point where the gradient vanishes?**
#
# Gradient descent (GD) follows the gradient downhill. Where the gradient vanishes, it stops. Will it get there, and when?
#
# After this notebook you will be able to
#
# - say by which step GD is sure to have met a small gradient,
# - prove it from one inequality, the descent lemma,
# - show with small examples what the step size, the smoothness and the budget are needed for.
#
# Time: about 40 minutes, homework included. You need gradients, the Hessian, and Taylor's theorem in one variable.
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
# Think of $f$ as money. GD starts with the **budget** $f(w_0)-f^*$, where $f^*$ is the least value of $f$. It cannot spend more. Every
# step spends some, and the longer the gradient, the more it has to spend. So long gradients cannot go on for ever.
#
# In the picture, the first panel shows a bowl from above. Every dot is one step, and inside the orange ellipse $\|\nabla f\|\le\epsilon$.
# The other two keep the books. One shows what each step really spends, what it is guaranteed to spend, and the least that any step with
# $\|\nabla f\|>\epsilon$ spends. The last shows what is left of the budget. The solid upright line marks $T^*$. The thick dashed one marks
# the **bound**: the step at which the budget would be used up if every step spent the least.
#
# The bound is proportional to $1/\epsilon^2$. Answer the question first. Then press the button 0.03 beside $\epsilon$.
# The line above the controls tells you whether you were right.

# %%
explorers.descent_ledger(predict=True)

# %% [markdown]
# ## State
#
# Let $f:\mathbb R^d\to\mathbb R$ be differentiable.
#
# **Definition 6.3 ($\beta$-smooth).** Let $\beta>0$. $f$ is *$\beta$-smooth* if its gradient is $\beta$-Lipschitz:
#
# $$\|\nabla f(w_1)-\nabla f(w_2)\|\le\beta\,\|w_1-w_2\|\qquad\text{for all }w_1,w_2\in\mathbb R^d .$$
#
# Here is a function of one variable that we will use often, $f(x)=1+\frac{x^2-1}{1+x^4}$: a valley between two hills. Its least $\beta$
# is 3: on 1000 random pairs the ratio of the two sides stays below it, and $f''(1)=-3$ leaves room for no smaller one (Lemma 6.4).

# %%
valley = DriftToInfinity()
u, v = np.random.default_rng(0).normal(size=(2, 1000, 1))
ratio = np.abs(valley.grad(u) - valley.grad(v)) / np.abs(u - v)
bend = valley.curvature(1.)
print(f"beta = {valley.beta:.3f}, largest ratio {ratio.max():.3f}, f''(1) = {bend:.3f}")

# %% [markdown]
# **Lemma 6.4 (the curvature is at most $\beta$).** Let $f$ be $\beta$-smooth and twice differentiable at $w$. Write
# $\nabla^2f(w)[v,v]=v^T\,\nabla^2f(w)\,v$ for the curvature at $w$ along $v$. Then for every $v\in\mathbb R^d$
#
# $$\bigl|\nabla^2f(w)[v,v]\bigr|\le\beta\,\|v\|^2 .$$
#
# **Lemma 6.5 (descent lemma).** Let $f$ be $\beta$-smooth. Then for all $w_1,w_2\in\mathbb R^d$
#
# $$\Bigl|\,f(w_2)-\underbrace{\bigl(f(w_1)+\langle\nabla f(w_1),w_2-w_1\rangle\bigr)}_{\text{first-order approximation around }w_1}\Bigr|
# \ \le\ \frac\beta2\,\|w_2-w_1\|^2 .$$
#
# **Definition 6.6 ($\epsilon$-stationary).** Let $\epsilon\ge0$. A point $w$ is *$\epsilon$-stationary* if $\|\nabla f(w)\|\le\epsilon$.
# For $\epsilon=0$ this is a stationary point.

# %% [markdown]
# **Theorem 6.7 (Nesterov).** Let $f$ be $\beta$-smooth and bounded below by $f^*$. Let $0<\eta\le1/\beta$ and $\epsilon>0$. Then GD from $w_0$
# meets an $\epsilon$-stationary point after at most
#
# $$\frac{2\,\bigl(f(w_0)-f^*\bigr)}{\eta\,\epsilon^2}\quad\text{steps.}$$
#
# More precisely: for every $0<\eta<2/\beta$ put $\kappa=\eta\,(1-\frac{\eta\beta}2)$. Then
# $\;T^*\le\bigl(f(w_0)-f^*\bigr)/(\kappa\,\epsilon^2)$.
#
# For $\eta\le1/\beta$ we have $\kappa\ge\eta/2$, and the first bound follows from the second. The pictures draw the second one.

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
# All landscapes in the pictures but $|x|$ are scaled so that their least $\beta$ is 1. So the step size counts in units of $1/\beta$.
#
# **Which $\beta$ is large enough?** The left panel shows the valley between two parabolas that touch it at $w$: the two sides of
# Lemma 6.5. The right panel shows how much $f$ bends: its second derivative, and the bend that the lemma sees from $w$, which is
# $2\,\bigl(f(x)-f(w)-f'(w)(x-w)\bigr)/(x-w)^2$.
# Make $\beta$ smaller. Then drag the point until $f$ pierces a parabola. From which side does it happen at the top of a hill?

# %%
explorers.quadratic_sandwich()

# %% [markdown]
# For $\beta<1$ there is always such a $w$, since the converse of Lemma 6.5 is true as well: only a $\beta$-smooth $f$ stays inside for every $w$.
# At the top of a hill the tangent is level and $f$ lies below it, so $f$ can pierce the lower parabola alone. Try $|x|$ as well: near the
# kink every $\beta$ is too small.

# %% [markdown]
# **Is the bound ever nearly reached?** On the bowl above $T^*$ stays far below it. Here is a landscape on which it does not. Look at
# the panel of $|f'|$: at every point where GD stops by, but for the last, $|f'|$ is a hair above $\epsilon$. In between it dips to $\epsilon/2$ and comes back.
# So every step but the last spends only $\frac32$ of the least, and GD never finds out.
# Make $\epsilon$ smaller. Which share of the bound is $T^*$? Then change $\eta$ a little.

# %%
explorers.descent_ledger(landscape="zig-zag", eta=1)

# %% [markdown]
# The share tends to $\frac23$. The trap is laid for one step size: with every other $\eta$ on the slider GD lands in a dip and stops at step 1.

# %% [markdown]
# **How large may the step size be?** Now $f(x)=\frac\beta2x^2$. The left panel shows the run. The right panel shows, for *every* step
# size at once, the number of steps $T^*$ and the corrected bound, both divided by the printed bound $2\Delta/(\eta\epsilon^2)$, where
# $\Delta=f(x_0)-f^*$. Above the dotted line the printed bound is false. The second slider is the start: GD needs a step as soon as
# $(\beta x_0/\epsilon)^2>1$.
# Turn $\eta$ up. Where does the printed bound break? Where does GD? Then press *Just above 1/β*, *Far too small* and *Small ε*.

# %%
explorers.step_size_dial()

# %% [markdown]
# ## Prove
#
# The proof has seven steps: two for Lemma 6.4, two for Lemma 6.5, three for the theorem. Each is a formula and a cell that computes both
# sides on a random landscape in $\mathbb R^5$. It is a sum of five valleys in skew directions, $f(w)=\sum_i\varphi\bigl((Aw)_i\bigr)$ with
# $\varphi(x)=1+\frac{x^2-1}{1+x^4}$. Since $\varphi$ is 3-smooth, $f$ is $\beta$-smooth with $\beta=3\,\|A\|^2$, $\|A\|$ the largest singular
# value. It is not convex, and $f\ge0$. The point $w$ and the direction $v$ are drawn close to the worst case, all $(Aw)_i=1$ and $v$ along the
# top singular vector. There the lemmas are mostly close to equalities, so a wrong factor shows. Change the seed and run the
# cells again: the verdicts must stay.

# %%
rng = np.random.default_rng(5)
A = rng.normal(size=(5, 5))
w, v = np.linalg.solve(A, rng.normal(1, .1, size=5)), 2 * np.linalg.svd(A)[2][0]
beta = 3 * np.linalg.norm(A, 2)**2

def f(w):
    return valley((A @ w)[:, None]).sum()

def grad(w):
    return A.T @ valley.grad((A @ w)[:, None])[:, 0]


# %% [markdown]
# **Step 1. A function of one variable.** Put $h(t)=\langle v,\ \nabla f(w+tv)-\nabla f(w)\rangle$. Then $h(0)=0$, and the chain rule
# gives $h'(0)=\nabla^2f(w)[v,v]$. Compare the quotient $h(t)/t$ with the Hessian $A^T\,\mathrm{diag}(\varphi''(Aw))\,A$:

# %%
def h(t):
    return v @ (grad(w + t * v) - grad(w))

def curvature(w):
    return v @ A.T @ np.diag(valley.curvature(A @ w)) @ A @ v

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
# **Step 3. Taylor along a segment.** Let $w_1=w$, $w_2=w+v$, and $g(t)=f(w_1+t\,(w_2-w_1))$. If $f$ is twice differentiable, Taylor's theorem gives a
# $\xi\in(0,1)$ with
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
# **Step 4. The same without second derivatives.** For Lemma 6.5 smoothness alone is enough. The fundamental theorem of calculus says
# $f(w+v)-f(w)=\int_0^1\langle\nabla f(w+tv),v\rangle\,dt$. Subtract $\langle\nabla f(w),v\rangle$. What is left under the integral
# is the $h$ of step 1:
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
# For $0<\eta<2/\beta$ the factor $\kappa$ is positive. For $\eta\le1/\beta$ it is at least $\eta/2$. Run GD on the random landscape:

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
# This is the book that the explorer keeps. As long as $\|\nabla f(w_t)\|>\epsilon$, each term is larger than $\epsilon^2$. So if $T\ge1$ and
# no step before $T$ is $\epsilon$-stationary, then $f(w_T)<f(w_0)-\kappa\,T\,\epsilon^2$. The sum may as well begin at a later step:

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
# This holds for every $T\ge1$ before which no step is $\epsilon$-stationary. So there is a largest such $T$, and it is $T^*$. If there is no such
# $T$, then $T^*=0$ and nothing is to be shown. Here $f^*=0$ is a lower bound:

# %%
T_star = next((t for t, norm in enumerate(slope) if norm <= eps), None)    # None: not met
limit = value[0] / (kappa * eps**2)
print(f"T* = {T_star}, at most {limit:.1f}:", T_star is not None and bool(T_star <= limit))


# %% [markdown]
# Now all steps in one: 200 random runs on four kinds of landscape, the valley, the softplus, Huber functions and parabolas, with step
# sizes up to $1.99/\beta$. Here $\epsilon$ is a random share of the first gradient's norm: close to 1 the bound has little to spare.

# %%
def holds(seed):
    rng = np.random.default_rng(seed)
    f = (valley, Softplus(), Huber(rng.uniform(.2, 2)), Quadratic([3]))[seed % 4]
    w0, eta = rng.normal(scale=2, size=1), rng.uniform(.1, 1.99) / f.beta
    eps = rng.uniform(.3, 1) * abs(f.grad(w0)[0])
    limit = (f(w0) - f.infimum) / (eta * (1 - eta * f.beta / 2) * eps**2)
    T_star = gradient_descent(f, w0, eta, int(limit), stop_grad=eps).first_stationary(eps)
    return T_star is not None

print("The theorem holds on", sum(holds(seed) for seed in range(200)), "of 200 random runs.")

# %% [markdown]
# ## Break
#
# Drop one hypothesis at a time. In 1 to 5 the theorem fails, and an instance shows it. In 6 only a proof fails, in 7 not even that: these
# hypotheses are not needed. 8 to 10 ask what the theorem says, and what it does not.
#
# **1. $\eta=0$: the theorem fails.** Nothing moves. From $x_0=1$ on $f=\frac12x^2$ the slope is 1 for ever, and $2\Delta/(\eta\epsilon^2)$ divides by 0.
#
# **2. $\eta>1/\beta$: the printed bound fails.** Here $f=\frac12x^2$, so $\beta=1$, with $x_0=2$, $\epsilon=1$ and $\eta=1.9$.
# With $1/\kappa$ in the place of $2/\eta$ the bound is true, and it stays true up to $2/\beta$:

# %%
run = gradient_descent(Quadratic([1]), [2], eta=1.9, steps=100)
printed, corrected = 2 * run.values[0] / 1.9, stationarity_bound(run.values[0], 1.9, 1, beta=1)
print(f"T* = {run.first_stationary(1)}, printed {printed:.3f}, corrected {corrected:.2f}")

# %% [markdown]
# It takes less than 1.9: the printed bound can fail as soon as $\eta>1/\beta$. Exercise 6.2.1-b asks you for an example.
#
# **3. $\eta\ge2/\beta$: the theorem fails,** with any bound. On $f=\frac12x^2$ GD jumps to and fro for ever at $2/\beta$. Beyond, it diverges:

# %%
for eta in (2, 2.1):
    run = gradient_descent(Quadratic([1]), [1], eta=eta, steps=4)
    print(f"eta = {eta}: x =", run.points[:, 0].round(3))

# %% [markdown]
# **4. Not smooth: the theorem fails.** On $f=|x|$ the slope is $-1$ or 1 everywhere but at 0, where it jumps. From $\frac14$ with $\eta=\frac1{10}$ GD
# jumps over 0 for ever. A smaller $\eta$ does not help, unless $x_0/\eta$ is a whole number and GD happens to hit 0:

# %%
run = gradient_descent(Absolute(), [.25], eta=.1, steps=10_000)
print("least |f'| in 10 000 steps:", run.grad_norms.min())
print("last points:", run.points[-2:, 0].round(3))

# %% [markdown]
# **5. Not bounded below: the theorem fails.** On $f=-\frac12x^2$ the budget is infinite. GD goes down for ever, and the gradient only grows:

# %%
print(gradient_descent(Quadratic([-1]), [.1], eta=.5, steps=5).grad_norms.round(3))

# %% [markdown]
# **6. Twice differentiable: not needed.** The Huber function is $\frac12x^2$ for $|x|\le1$ and $|x|-\frac12$ beyond. At $\pm1$ it has no second
# derivative, so the proof of step 3 fails. It is 1-smooth, and step 4 needs no more: the theorem holds.

# %%
run = gradient_descent(Huber(1), [3], eta=.5, steps=100)
limit = stationarity_bound(run.values[0], .5, .03, beta=1)
print(f"T* = {run.first_stationary(.03)}, bound {limit:.0f}")

# %% [markdown]
# **7. A minimizer: not needed.** The softplus $f=\log(1+e^x)$ falls towards 0 and never gets there. Step 7 asks only for $f(w_T)\ge f^*$,
# and $f^*=0$ does:

# %%
run = gradient_descent(Softplus(), [0], eta=4, steps=1000)
T_star = run.first_stationary(.01)
limit = stationarity_bound(run.values[0], 4, .01, beta=1 / 4)
print(f"T* = {T_star}, bound {limit:.0f}")
print(f"then x = {run.points[T_star, 0]:.2f}, and after 1000 steps {run.points[-1, 0]:.2f}")

# %% [markdown]
# **8. “At most”, not “before”.** The theorem holds, but the last sentence of the lecture's proof fails: if GD starts at a minimum, $T^*=0$ and the
# bound is 0. Step 7 is strict for $T\ge1$ only.

# %%
run = gradient_descent(Quadratic([1]), [0], eta=1, steps=1)
print(f"T* = {run.first_stationary(.1)}, bound {stationarity_bound(run.values[0], 1, .1):.0f}")

# %% [markdown]
# **9. Can the bound be improved?** Let $\eta=1/\beta$. The theorem allows $C\,\Delta/(\eta\epsilon^2)$ steps with $C=2$. Which $C$ does a run need?
# On the zig-zag with $n$ teeth $T^*=n+1$ and $\Delta=\frac{3n+2}4\,\eta\epsilon^2$, up to a billionth. So it needs $C=\frac{4(n+1)}{3n+2}$.
# A bowl from $x_0=(1+\tau)\,\epsilon/\beta$, just beyond the threshold, needs one step, and $C=2/(1+\tau)^2$:

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
# So 2 is the best constant, as the theorem stands. Nor is a better power of $\epsilon$ possible: for a fixed budget the teeth grow in number
# like $1/\epsilon^2$. But for small $\epsilon$ about $\frac43$ is enough:
#
# **Sharp form of Theorem 6.7.** Let $f$ be $\beta$-smooth with lower bound $f^*$, $0<h=\eta\beta\le1$, $\epsilon>0$ and $T^*\ge1$. Then
#
# $$\Delta>\eta\,\epsilon^2\Bigl[\tfrac{4-h}4\,(T^*-1)+\tfrac1{2h}\Bigr],\qquad\text{so for }h=1:\quad
# T^*<\tfrac13\Bigl(\frac{4\Delta}{\eta\epsilon^2}+1\Bigr).$$
#
# *Proof.* Let $w_+=w-\eta g$ be one step, $g$ and $g_+$ the gradients at $w$ and $w_+$. At $z=w-\frac1{2\beta}\bigl((1+h)g-g_+\bigr)$ Lemma 6.5
# bounds $f(z)$ twice, from $w$ above and from $w_+$ below. Subtract and multiply out:
#
# $$\begin{aligned}f(w)-f(w_+)&\ge\tfrac1{4\beta}\bigl[(1+2h-h^2)\|g\|^2+\|g_+\|^2-2(1-h)\langle g,g_+\rangle\bigr]\\
# &\ge\tfrac\eta4\bigl[(3-h)\|g\|^2+\|g_+\|^2\bigr].\end{aligned}$$
#
# The second step is $2\langle g,g_+\rangle\le\|g\|^2+\|g_+\|^2$ with $1-h\ge0$. Before $T^*$ all gradients are longer than $\epsilon$. So each
# of the first $T^*-1$ steps spends more than $\frac{4-h}4\,\eta\epsilon^2$. At $w=w_{T^*-1}$ Lemma 6.5 with $w-g/\beta$ gives
# $f(w)-f^*\ge\frac1{2\beta}\|g\|^2>\frac1{2h}\,\eta\epsilon^2$. Add up. $\square$
#
# What is left in either inequality, at random points of a zig-zag and with random $h$? The first is an equality at most of them:

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
# At $\eta=1/\beta$ nothing better is true: the zig-zag attains the sharp bound up to the hair, for every $n$. (Exact rates for fixed step
# sizes: Abbaszadehpeivasti, de Klerk and Zamani 2022, [doi 10.1007/s11590-021-01821-1](https://doi.org/10.1007/s11590-021-01821-1).)

# %%
for n in (0, 1, 20):
    run = gradient_descent(ZigZag(n, beta=1, eps=.1), [0], eta=1, steps=n + 2)
    T_star, gap = run.first_stationary(.1), run.values[0]
    print(f"n = {n}: T* = {T_star}, Theorem 6.7 {stationarity_bound(gap, 1, .1):.4f},",
          f"sharp {sharp_stationarity_bound(gap, 1, .1, beta=1):.4f}")

# %% [markdown]
# **10. Stationary is not minimal.** The theorem does not say where GD ends. On $f(x,y)=\frac12x^2-\frac12y^2+\frac14y^4$ it may be a saddle.
# (This $f$ is not $\beta$-smooth, but GD from $y=0$ stays there, and $f(x,0)=\frac12x^2$ is 1-smooth.)

# %%
run = gradient_descent(SaddleValley(), [1, 0], eta=.5, steps=50)
print("ends at", run.points[-1].round(3), f"with f = {run.values[-1]:.3f}")
print("minimum of f:", SaddleValley.minimum)


# %% [markdown]
# ## Beyond (optional)
#
# **How much does a smaller $\epsilon$ cost?** The bound says: 10 times smaller, 100 times as many steps. That is the worst case. Here
# the bowl needs 22 steps more, the softplus about 10 times as many, and the zig-zag alone about 100 times as many:

# %%
def steps_needed(f, w0, eta, eps):
    return gradient_descent(f, w0, eta, 10_000, stop_grad=eps).first_stationary(eps)

for eps in (.1, .01):
    zig_zag = ZigZag(round((1 / (2 * eps**2) - 2) / 3), beta=1, eps=eps)
    print(f"eps = {eps}: bowl {steps_needed(Quadratic([1, .2]), [1, 5], .5, eps)},",
          f"softplus {steps_needed(Softplus(), [1], 1, eps)},",
          f"zig-zag {steps_needed(zig_zag, [0], 1, eps)}")

# %% [markdown]
# **The loss of a linear network is in general not $\beta$-smooth.** Take the smallest one, $\Phi(w_1,w_2)=\frac12(w_2w_1-1)^2$. At $(c,\frac1c)$ it is 0,
# and its Hessian there has the norm $c^2+c^{-2}$. So no $\beta$ does for the whole plane, nor, if $\Phi(w_0)>0$, for the set where $\Phi\le\Phi(w_0)$:

# %%
net = LinearNetwork(SquaredLoss([[1]]), hidden=(1,))
for c in (1, 10, 100):
    norm = np.linalg.norm(net.hess([c, 1 / c]), 2)
    print(f"c = {c}: loss {net([c, 1 / c]):.0f}, norm {norm:.4f}, formula {c**2 + c**-2:.4f}")

# %% [markdown]
# That set is unbounded for every linear network with $N\ge2$ layers: multiply a layer that is not 0 by $c$, divide another by $c$, and $\Phi$
# stays. (From the origin change one layer alone.) Section [6.2.5](6_2_5_gradient_hessian.ipynb) builds the bridge, its theorem on *bounded
# descent*. A step of GD changes the imbalance, here $w_2^2-w_1^2$, only by a term with $\eta^2$. So where $l$ is smooth and
# $l\le\Phi(w_0)$ bounds the product, as here, the weights stay bounded too, and on that bounded region a $\beta$ exists. This gives an explicit step size $\eta^*$ for which Theorem 6.7
# holds along the whole run. It depends on the start.
#
# **Where it comes from.** Theorem 6.7 is in Nesterov's lecture notes *Introductory Lectures on Convex Programming, Volume I: Basic course*
# (1998). It does not need convexity, and that is why it is here.

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.1-a: Promise and truth
#
# Gradient descent runs on $f(w)=\frac12\sum_ic_iw_i^2$ from $w_0$, with step size $\eta=1/\beta$.
# The answer cell prints the numbers: the curvatures $c_i$ are `data.curvatures` and the start $w_0$ is `data.w0`, both numpy arrays.
# The step size $\eta$ is `data.eta`, and $\epsilon$ is `data.eps`. Hand in two numbers:
#
# - `bound`: the number of steps that Theorem 6.7 allows until $\|\nabla f\|\le\epsilon$, to seven digits or rounded down;
# - `first`: the first step $t=0,1,2,\dots$ at which gradient descent really has $\|\nabla
#   f(w_t)\|\le\epsilon$.

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
# Write `gd_step(w, grad, eta)`, one step of gradient descent on a function $f:\mathbb R^d\to\mathbb
# R$. It gets the point `w`, an array of $d$ numbers, the function `grad`, so that `grad(w)` is
# $\nabla f(w)$, and the step size `eta`. It returns the next point, a new array, and leaves `w` as
# it is.
#
# It is tried on several functions and dimensions, at a saddle and at a minimum too, and compared to six digits.

# %% nbgrader={"grade": false, "grade_id": "6_2_1-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gd_step(w, grad, eta):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_1-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.1-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.1-c")

# %% [markdown]
# Now watch your own step. The picture runs it beside the reference: your points are crosses, and the readout compares the two.
# Press the button 1/β, then go on to $\eta=1.9$. If your step fails, the readout says how.

# %%
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
# The answer cell prints the numbers. All of them are numpy arrays: $H$ is `data.H`, $a$ is `data.a`, and $(s_1,s_2)$ is `data.slopes`,
# so $s_1$ is `data.slopes[0]`.
# Hand in `beta_1`, `beta_2` and `beta_3`, to six digits. Where you think that no $\beta$ is large enough, hand in `np.inf`.

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
# - The budget $f(w_0)-f^*$ pays for at most $\bigl(f(w_0)-f^*\bigr)/(\kappa\epsilon^2)$ steps with $\|\nabla f\|>\epsilon$. So GD meets a small gradient.
# - You need $\beta$-smoothness, a lower bound of $f$, and $0<\eta<2/\beta$. You need neither convexity nor a minimizer.
# - In the worst case neither the power $1/\epsilon^2$ nor the constant 2 can be improved. What can is the form: for $\eta=1/\beta$ and
#   $T^*\ge1$ it is $T^*<\frac13\bigl(4\Delta/(\eta\epsilon^2)+1\bigr)$, and the zig-zag attains that up to a hair. For small $\epsilon$ a bowl takes far fewer steps.
# - What GD meets may be a saddle.
#
# Next: [6.2.2 Escaping strict saddles](6_2_2_strict_saddles.ipynb), where GD leaves it again. [Index](index.ipynb)
