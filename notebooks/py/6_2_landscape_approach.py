# %% [markdown]
# # 6.2 The landscape approach
#
# **When does gradient descent reach the bottom all the same?**
#
# Training a network is not a convex problem (6.1). Gradient descent (GD) sees only the slope where it stands.
# The *landscape approach* asks what the landscape must look like so that this is enough.
#
# After this section you will be able to
#
# - say what the landscape approach assumes, and what it concludes,
# - certify the place where a run ends with two numbers,
# - name what the usual one-sentence version leaves out, with a counterexample for each part.
#
# Time: about 45 minutes of reading and playing, 15 of homework.
# You need gradients, Hessians and eigenvalues.
#
# [Index](index.ipynb) · previous: [6.1 Non-convexity](6_1_nonconvexity.ipynb) ·
# next: [6.2.1 Stationary points](6_2_1_stationary_points.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_landscape_approach.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
import numpy as np

from lnnlib import explorers
from lnnlib.descent import gradient_descent
from lnnlib.homework import check, given, progress, solution
from lnnlib.landscapes import BottleneckTrap, DriftToInfinity, SaddleValley, Shelf, Trough
from lnnlib.losses import SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.saddles import classify

# %% [markdown]
# ## Predict
#
# Here is a landscape with three points where the gradient vanishes. One is the global minimum.
# The other two are saddles, and at each of them the landscape curves down in one direction.
#
# $$f(x,y)=1+\frac{x^2-1}{1+x^4}+\frac{y^2}2 .$$
#
# In the picture, the left panel shows it from above. The square is the start, every dot is one step of GD with step size
# $\eta$, and the ring is the end.
# The right panel shows how far $f$ is above its minimum, and how long the gradient is, at every step $t$.
#
# Answer the question first. Then drag the square to $x=2$. The line above the slider tells you whether you were right.
# (Under the picture stands what is known of the last point. Its words are explained in *State*, the dashed line in *Play*.)

# %%
explorers.landscape_gallery(landscape="drift", x=1, y=1, predict=True, show="x", scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# GD goes to neither: it walks away. In 600 steps $x$ grows from 2 to 4.47. The gradient then has the length 0.01999, and $f$ is
# still 1.047 above its minimum.
#
# The reason: beyond the saddle at $x=\sqrt{1+\sqrt2}\approx1.554$ the function falls outwards, towards the value 1, which it never
# reaches. There is no stationary point out there at which GD could stop. From $x=1.54$ it goes to the minimum, from $x=1.56$ it
# walks away. Break 1 follows such a run for 100,000 steps.
#
# </details>

# %% [markdown]
# ## State
#
# Let $f:\mathbb R^d\to\mathbb R$ be twice continuously differentiable.
#
# **Definition (the points where GD stands still).** A point $w$ is *stationary* if $\nabla f(w)=0$. A stationary point is
#
# - a *local minimum* if $f$ is no smaller anywhere near it, and a *bad* one if $f$ is smaller somewhere else;
# - a *strict saddle* if the Hessian $\nabla^2f(w)$ has an eigenvalue $<0$;
# - a *non-strict saddle* if it is neither a local minimum nor a strict saddle.
#
# So every stationary point is exactly one of the three. A local maximum counts as a saddle here, too: that of $-x^2$ is a strict
# one, that of $-x^4$ a non-strict one. (Where $f$ is constant nearby, the point is a local minimum as well, and counts as one. From
# 6.2.7 on a non-strict saddle must not be a local maximum either.)
#
# The eigenvalues of the Hessian are the *curvatures* of $f$ at $w$. Two numbers certify a strict saddle: the norm of the gradient,
# which is 0, and the least eigenvalue $\lambda_{\min}$ of the Hessian, which is negative.
# Take the valley $f(x,y)=\frac12x^2-\frac12y^2+\frac14y^4$. Its gradient is $(x,\;y^3-y)$, so it has three stationary points:

# %%
valley = SaddleValley()
for point in ([0, 0], [0, 1], [0, -1]):
    found = classify(valley, point, grad_tol=1e-9, curvature_tol=1e-9)
    certificate = f"gradient {found.grad_norm:g}, lambda_min {found.lambda_min:+g}"
    print(f"{point}: {certificate}, {found.kind}")

# %% [markdown]
# *Second-order stationary* means $\nabla f=0$ and $\lambda_{\min}\ge0$. If $\lambda_{\min}>0$, as at $(0,\pm1)$, the point is a
# local minimum. If $\lambda_{\min}=0$, these two numbers alone cannot tell.
#
# **The landscape approach** builds on one sentence: *If $f$ has no bad local minima and no non-strict saddles, then GD reaches a
# global minimum.* Call its first half the **premise**: no bad local minima, no non-strict saddles.
#
# The sentence rests on two principles:
#
# 1. GD reaches stationary points. (Section 6.2.1)
# 2. GD escapes strict saddles. (Section 6.2.2)
#
# The premise leaves only two kinds of stationary points: global minima and strict saddles. GD goes to a stationary point and
# does not stay at a strict saddle. That is the idea. It is not yet a theorem, as the first picture showed. Here is one.

# %% [markdown]
# **Theorem.** Let $f$ be twice continuously differentiable with a global minimum, and let all eigenvalues of all Hessians lie in
# $[-\beta,\beta]$. Let every stationary point be a global minimum or a strict saddle. GD runs with $0<\eta<1/\beta$.
#
# - (a) From every start, $\nabla f(w_t)\to0$.
# - (b) The starts from which $w_t$ converges to a strict saddle form a set of volume 0.
# - (c) So draw the start from a probability density. With probability 1 the run, **if it converges**, converges to a global
#   minimum.
#
# A set has *volume 0* if boxes of arbitrarily small total volume cover it. A line in the plane is an example. A run converges, for
# example, if it stays bounded and the stationary points are *isolated*: near each of them there is no other one.
# It is enough that all this holds on an open convex region in which the runs stay, their limits included.
#
# Part (a) is principle 1. Part (b) is principle 2 (Lee, Simchowitz, Jordan and Recht 2016, arXiv 1602.04915, for isolated saddles;
# Panageas and Piliouras 2016, arXiv 1605.00405, for all).

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | no bad local minima and no non-strict saddles: running GD will yield a global minimum | if moreover the run converges | Break 1 |
# | GD escapes strict saddles | from all starts but a set of volume 0: draw the start at random | Break 2 |
# | running GD | with a step size below $1/\beta$ | Break 3 |
# | GD reaches stationary points | its gradient tends to 0; there need not be a point that it reaches | Break 1 |
# | GD (or SGD) | these sections prove it for GD; random gradients need a proof of their own | Beyond |
#
# </details>

# %% [markdown]
# ## Play
#
# **Where does it end, and how do you know?** This is the valley, seen from above. GD passes close by the saddle. Watch the
# dotted line: the gradient becomes small there, then large again. Under the picture stands the certificate of the last point.
#
# **How thin is the trap?** Press *On the ridge*: now $y=0$ exactly. Then move $y$ by one notch. How many notches of this slider
# lead to the saddle?
#
# **Which hypothesis fails?** Try the other four scenes, each another landscape. In two of them a whole region of starts goes to a
# wrong stationary point. Of which kind is it?
#
# The dashed line says how fast principle 1 works (Theorem 6.7 of the next section). It is a promise: read its height at a step $t$.
# At some step up to $t$ the dotted line has been as low as that, or lower.

# %%
explorers.landscape_gallery(show=("y", "eta"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **It ends at a minimum**, at $(0,1)$. After 177 steps the norm of the gradient is at most $10^{-8}$, and $\lambda_{\min}=1$. This
# certifies a local minimum. On the way the gradient is small near the saddle. The next cell prints it. It falls to 0.1945 at
# step 21, grows again to 0.3856 at step 37, and only then goes to 0. So a small gradient alone does not tell that a run is near its
# end.
#
# **One notch** leads to the saddle, $y=0$. With $y=0.02$ or $y=-0.02$ GD ends at $(0,1)$ or $(0,-1)$. The trap is a line. It has no
# width.
#
# **Which hypothesis fails:**
#
# | scene | where GD goes | what fails |
# |---|---|---|
# | *Network* | to the strict saddle at the origin | the start is not random: it lies on a line that leads there |
# | *Bottleneck* | to a point 0.36 above the minimum | there is a bad local minimum, and $\lambda_{\min}=0$ does not tell |
# | *Shelf* | towards the origin, 0.08333 above the minimum | there is a non-strict saddle |
# | *To infinity* | away, $f$ is still 1.049 above its minimum | the run does not converge |
#
# The two with a whole region of starts are *Bottleneck*, a bad local minimum, and *Shelf*, a non-strict saddle. Breaks 1, 2, 4 and
# 5 look at these four one by one.
#
# </details>

# %%
passing = gradient_descent(valley, [1.2, 0.02], eta=0.1, steps=177)
for t in (0, 10, 21, 37, 50, 177):
    print(f"step {t:3}: gradient {passing.grad_norms[t]:.4f}")

# %% [markdown]
# ## Prove
#
# The proof has six steps. You can compute each of them on the valley. The region is the square $|x|,|y|<1.2$, where
# $\nabla^2f=\mathrm{diag}(1,\,3y^2-1)$, so that $\beta=3\cdot1.2^2-1=3.32$. Let $\eta=\frac1{10}$, which is below
# $1/\beta=0.30$. Here are 500 random starts in the square, and 400 steps from each:

# %%
rng = np.random.default_rng(0)
eta, starts = 0.1, rng.uniform(-1.2, 1.2, size=(500, 2))
run = gradient_descent(valley, starts, eta, steps=400)
beta = 3 * 1.2**2 - 1
largest = np.abs(valley.hess(rng.uniform(-1.2, 1.2, size=(100_000, 2)))).max()
print("beta is the largest |curvature|, to 1 %:", 0.99 * beta < largest <= beta)
print("no run leaves the square:", (np.abs(run.points) < 1.2).all())

# %% [markdown]
# **Step 1. Every step goes down.** For $\eta\le1/\beta$ a step lowers $f$ by at least
#
# $$f(w_t)-f(w_{t+1})\ \ge\ \frac\eta2\,\|\nabla f(w_t)\|^2 .$$
#
# This is the descent lemma. You prove it in 6.2.1.

# %%
lost = run.values[:-1] - run.values[1:]
least = eta / 2 * run.grad_norms[:-1] ** 2
print("at all 400 steps of all 500 runs, to 1e-12:", (lost >= least - 1e-12).all())

# %% [markdown]
# **Step 2. The gradient tends to 0.** Add the inequalities up. The left sides add up to $f(w_0)-f(w_T)$, at most $f(w_0)-\min f$.
# So
#
# $$\frac\eta2\sum_{t=0}^{\infty}\|\nabla f(w_t)\|^2\ \le\ f(w_0)-\min f\ <\ \infty .$$
#
# If a sum of terms $\ge0$ is finite, the terms tend to 0. This is part (a).

# %%
spent = eta / 2 * (run.grad_norms**2).sum(axis=0)
print("sum <= f(w_0) - min f for all runs:", (spent <= run.values[0] - valley.minimum).all())
print("all gradients are below 1e-9 at the end:", (run.grad_norms[-1] < 1e-9).all())

# %% [markdown]
# **Step 3. A bounded run comes to one point.** Let the stationary points be isolated. A bounded run has a *limit point*, a point to
# which it comes back again and again, as close as you like (Bolzano and Weierstrass). By step 2 the gradient there is 0, since it
# is continuous. So every limit point is stationary.
#
# Suppose there were two, $p$ and $q$. Since $p$ is isolated, you can put a thin shell around it, with no stationary point in it and
# $q$ outside. The run comes close to $p$ and close to $q$ again and again. So it crosses the shell again and again. Its steps have
# the length $\eta\,\|\nabla f(w_t)\|$, which tends to 0. In the end they are shorter than the shell is thick, and every crossing
# sets foot in the shell. So there is a limit point in the shell, and it is stationary: a contradiction.
#
# So there is one limit point, and a bounded run with only one converges to it. On the valley there are three candidates:

# %%
candidates = np.array([[0, 0], [0, 1], [0, -1]])
distance = np.linalg.norm(run.points[-1][:, None] - candidates, axis=-1)
print("every run is within 1e-6 of a stationary point:", (distance.min(axis=1) < 1e-6).all())

# %% [markdown]
# **Step 4. A step flattens nothing.** One step is the map $g(w)=w-\eta\nabla f(w)$. Its Jacobian is $I-\eta\nabla^2f(w)$, with
# eigenvalues $1-\eta\lambda_i$. They are positive, since $\eta\lambda_i<1$. So near every point $g$ has a differentiable inverse.
# Differentiable maps take sets of volume 0 to sets of volume 0, and countably many small boxes cover the whole space. So what $g$
# maps into a set of volume 0 has volume 0 itself. At the saddle the factor in $y$ is larger than 1. That direction leads away.

# %%
jacobians = np.eye(2) - eta * valley.hess(starts)
print("all eigenvalues are positive:", (np.linalg.eigvalsh(jacobians) > 0).all())
print("at the saddle, in x and in y:", np.diag(np.eye(2) - eta * valley.hess([0, 0])))

# %% [markdown]
# **Step 5. Almost no start ends at a strict saddle.** First, one saddle. Around it there is a ball such that the points from which
# GD stays in the ball for ever lie on a piece of a curve (in $\mathbb R^d$: of a surface of lower dimension), which has volume 0.
# This is the *stable manifold theorem*. We quote it. A run that converges to the saddle is in the ball from some step on, so it
# is on that piece. By step 4 the starts that are on it at step 0, or 1, or 2, and so on have volume 0. These are countably many
# sets, so all of them together still have volume 0.
#
# On the valley the curve is the line $y=0$: a step maps $y$ to $y\,(1+\eta-\eta y^2)$, and the bracket is positive in the square.
# Here are $41\times41$ starts on a grid:

# %%
ticks = np.linspace(-1.2, 1.2, 41).round(2)
grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
end = gradient_descent(valley, grid, eta, steps=600, keep=600).points[-1]
at_saddle = np.linalg.norm(end, axis=1) < 1e-6
print(f"{at_saddle.sum()} of {len(grid)} starts end at the saddle")
print("exactly those with y = 0:", (at_saddle == (grid[:, 1] == 0)).all())

# %% [markdown]
# Now all saddles. The loss of a network can have whole curves of them, as below for every $c\ne0$, and uncountably many sets of
# volume 0 may fill the space. Here the balls help. Of any open balls that cover a set in $\mathbb R^d$, countably many cover it
# already (Lindelöf). Take such balls for all strict saddles. A run that converges to a strict saddle is in one of *these* from some
# step on. So countably many sets are enough (Panageas and Piliouras 2016). This is part (b). And this is a curve of strict saddles:

# %%
deep = LinearNetwork(SquaredLoss(np.eye(2)), hidden=(2,))
for c in (0.5, 1, 2):
    w = deep.join([np.diag([c, 0]), np.diag([1 / c, 0])])
    print(f"c = {c}:", classify(deep, w, grad_tol=1e-9, curvature_tol=1e-9).kind)

# %% [markdown]
# **Step 6. What is left.** If the run converges (here it does, by step 3), its limit is stationary (step 2), and with probability 1
# it is no strict saddle (step 5). By the hypothesis nothing is left but a global minimum. The 500 random starts agree:

# %%
lowest = run.values[-1] - valley.minimum < 1e-12
print(f"{lowest.sum()} of {len(lowest)} random starts end at a global minimum.")

# %% [markdown]
# ## Break
#
# Drop one hypothesis at a time. In each of the first five the conclusion is false, not just the proof.
#
# **1. The run does not converge: it reaches no minimum.** This is the landscape of the first picture. It has no bad local minimum
# and no non-strict saddle, and $\eta=0.3<1/\beta=\frac13$. From $x=2$ the gradient tends to 0, as part (a) says. But $x$ grows for
# ever, and $f$ tends to 1. The minimum is 0.

# %%
drift = Trough(DriftToInfinity())
away = gradient_descent(drift, [2, 1], eta=0.3, steps=100_000, keep=100)
for t in (100, 10_000, 100_000):
    k = t // 100
    x, f, slope = away.points[k, 0], away.values[k], away.grad_norms[k]
    print(f"t = {t:6}: x = {x:.1f}, f = {f:.3f}, gradient {slope:.4f}")

# %% [markdown]
# This is no rare start: all starts with $|x|>\sqrt{1+\sqrt2}$ do the same. It could not happen if every set $\{f\le c\}$ were
# bounded, since $f$ falls along the run.
#
# **2. The start is not random.** Take a very small linear network, $\Phi(w_1,w_2)=\frac12(w_2w_1-1)^2$. It satisfies the premise:
# its only saddle is strict, and all other stationary points are global minima. In the scene *Network* of *Play* GD went from
# $w_1=1.2$, $w_2=-1.2$ to this saddle. Which do you expect: does another step size take it to a minimum, a smaller one, a larger
# one, or none? Guess before you look on. Then move $\eta$.

# %%
network = LinearNetwork(SquaredLoss([[1]]), hidden=(1,))
print("at the origin:", classify(network, [0, 0], grad_tol=1e-9, curvature_tol=1e-9).kind)
explorers.landscape_gallery(landscape="network", x=1.2, y=-1.2, show="eta", scenes=())


# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **None does.** The reason is a symmetry. If $w_2=-w_1$, the gradient is $(w_1^2+1)(w_1,-w_1)$, so the next point has $w_2=-w_1$
# again, whatever $\eta$ is. A minimum has $w_2w_1=1$, but on this line $w_2w_1=-w_1^2\le0$. There is no minimum on it.
#
# With $\eta=0.1$ GD comes to rest at the saddle after 175 steps. There $\lambda_{\min}=-1$. A smaller step makes the run slower:
# with $\eta=0.01$ GD still moves after 600 steps.
#
# If $\eta$ is too large, GD does not even reach the saddle. A step multiplies the point by $1-\eta\,(w_1^2+1)$, at the start by
# $1-2.44\,\eta$. This is below $-1$ if $\eta>2/2.44\approx0.82$. Then GD jumps over the saddle, further out each time, and
# diverges.
#
# </details>

# %% [markdown]
# **3. The step is too large: (a) or (b) fails.** Three ranges of the step size:
#
# | | (a) the gradient tends to 0 | (b) almost no start ends at a strict saddle |
# |---|---|---|
# | $\eta<1/\beta$ | true | true |
# | $1/\beta\le\eta<2/\beta$ | true (6.2.1) | may be false: see below |
# | $\eta\ge2/\beta$ | may be false: even in a bowl a run may go to and fro for ever, or grow (6.2.1) | may be false: put 1.3 for 1.1 below |
#
# In the second range step 4 fails. A step can flatten a whole region onto a saddle. Let $f'(x)=x-1.1\,x\max(0,1-x^2)^2$. The
# stationary points are a strict saddle at 0, where $f''=-0.1$, and two global minima beside it. The largest curvature is
# $\beta=1.88$. With $\eta=1$ every start with $|x|\ge1$ is at the saddle after one step:

# %%
def slope(x):
    return x - 1.1 * x * np.maximum(0, 1 - x**2)**2

x = np.linspace(-3, 3, 6001)
curvature = np.gradient(slope(x), x)
print(f"curvature from {curvature.min():.2f} to {curvature.max():.2f}")
print(f"starts in [-3, 3] at the saddle after one step: {(x - 1 * slope(x) == 0).mean():.0%}")

# %% [markdown]
# **4 and 5** belong together: in both the premise does not hold, each time because of another kind of point.
#
# **4. A bad local minimum: it may be the limit.** A network with a bottleneck can have one: here two inputs, *one* hidden unit, two
# outputs, and weighted squares (6.2.6). GD reaches a stationary point and avoids the saddles, and yet many random starts end too
# high:

# %%
trap = BottleneckTrap(a=2, m=0.8)
begin = trap.random(0, size=(300,))
last = gradient_descent(trap, begin, 0.05, steps=3000, keep=3000).values[-1]
print(f"share of random starts that end too high: {(last > trap.minimum + 1e-6).mean():.2f}")
explorers.landscape_gallery(landscape="trap", x=0.3, y=0.5, show="eta", scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# With $\eta=0.1$ GD comes to rest after 165 steps, 0.36 above the global minimum. The picture marks the point as a bad minimum. The
# two numbers cannot tell: $\lambda_{\min}=0$.
#
# </details>

# %% [markdown]
# **5. A non-strict saddle.** $f(x,y)=\frac13x^3+\frac14x^4+\frac12y^2$ has its minimum at $x=-1$. At the origin the Hessian is
# $\mathrm{diag}(0,1)$. It has no negative eigenvalue. Yet $f$ falls to the left. Draw 1000 starts at random in the square
# $|x|,|y|<1.2$. How many of them go towards the origin? Which do you expect: none, about ten, or about half? Guess before you look
# on.

# %%
shelf = Trough(Shelf())
print("f is lower just left of the origin:", bool(shelf([-0.1, 0]) < shelf([0, 0])))
explorers.landscape_gallery(landscape="shelf", x=1, y=1, show="eta", scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# About half of them, those with $x>0$. The next cell counts. The run of the picture is one of them: after 600 steps its gradient
# has the length 0.0002406, and $f$ is 0.08333 above the minimum. That is $\frac1{12}$, the height of the origin. For $x>0$ the
# slope in $x$ is $x^2+x^3$, so GD goes left. With $\eta=0.1$ every step is shorter than the way that remains to the origin, and GD
# creeps towards it for ever.
#
# </details>

# %%
rng = np.random.default_rng(1)
begin = rng.uniform(-1.2, 1.2, size=(1000, 2))
x = gradient_descent(shelf, begin, eta, steps=5000, keep=5000).points[-1, :, 0]
print(f"share of random starts that creep towards the origin: {(np.abs(x) < 0.01).mean():.2f}")
print(f"share that ends at the minimum: {(np.abs(x + 1) < 1e-6).mean():.2f}")

# %% [markdown]
# A half of all starts is not volume 0. That is why the premise excludes non-strict saddles.
#
# **6. How long it takes** the theorem does not say: section 6.2.1 counts the steps for the first principle, 6.2.2 for the second on
# a quadratic model, and 6.2.3 for both, once a little noise is added to GD.

# %% [markdown]
# ## Beyond (optional)
#
# **Does the premise hold for linear networks?** That is the subject of sections 6.2.4 to 6.2.7. Here is a first look, at the
# origin, where all weights are 0. Depth 2 and depth 3 differ:

# %%
for depth in (2, 3):
    deep = LinearNetwork(SquaredLoss(np.eye(2)), hidden=(2,) * (depth - 1))
    found = classify(deep, deep.zeros(), grad_tol=1e-9, curvature_tol=1e-9)
    print(f"depth {depth}: lambda_min = {found.lambda_min:.0f}, {found.kind}")

# %% [markdown]
# So at depth 3 the premise fails here. Section 6.2.7 shows: for a convex and twice differentiable loss it fails from depth 3 on,
# unless the zero map is already the best one. Yet GD can train such networks. That section returns to this, too.
#
# **Convergence without isolated points.** The minima of $\Phi$ above form a curve, so they are not isolated. For analytic $f$ and
# small steps a bounded run converges all the same. This follows from an inequality of Łojasiewicz (Absil, Mahony and Andrews 2005).
#
# **SGD.** The gradients of *stochastic gradient descent* (SGD) are random. So a step may go up, step 1 holds only on average and up
# to a term for the noise, and the proof is another one. The noise can help to leave a saddle, but not where it vanishes, as it does
# at the origin of a linear network. Section 6.2.3 adds noise on purpose.

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2-a: A start that ends at the saddle
#
# Here is a saddle valley that is turned and moved. With $u=\langle\text{up},w-s\rangle$ and
# $v=\langle\text{down},w-s\rangle$,
#
# $$f(w)=\tfrac12u^2-\tfrac12v^2+\tfrac14v^4 .$$
#
# The answer cell prints the numbers. `data.saddle` is the saddle $s$, `data.up` and `data.down` are two orthogonal vectors.
# These three are numpy arrays: you can add them and multiply them by numbers. `data.eta` is the step size of GD.
#
# Hand in a start `w0`, two numbers, from which GD converges to the saddle. It must not be the
# saddle itself. Rounding is forgiven: what is 0 to 12 digits counts as 0.

# %% nbgrader={"grade": false, "grade_id": "6_2-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2-a")
print(data)

w0 = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2-a")

# %% tags=["nbval-ignore-output"]
solution("6.2-a")


# %% [markdown]
# ### 6.2-b: What two derivatives decide
#
# Write a function `kind(gradient, hessian)`. It gets $\nabla f(w)$ and $\nabla^2f(w)$ at one point
# $w$, as arrays of shape $(d,)$ and $(d,d)$. It returns one of these strings:
#
# - `"not stationary"`, where the gradient is not zero;
# - `"strict saddle"`, by the definition of this section;
# - `"local minimum"`, where the two arrays *prove* that $w$ is a local minimum;
# - `"undecided"`, where it could be a local minimum or not.
#
# A norm or an eigenvalue of size at most $10^{-9}$ counts as zero.

# %% nbgrader={"grade": false, "grade_id": "6_2-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
def kind(gradient, hessian):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2-b")

# %% tags=["nbval-ignore-output"]
solution("6.2-b")

# %% tags=["nbval-ignore-output"]
progress("6.2")

# %% [markdown]
# ## Summary
#
# - The premise: every stationary point is a global minimum or a strict saddle.
# - With a small step GD's gradient tends to 0, and from almost every start it does not converge to a strict saddle. These are
#   the two principles.
# - The conclusion also needs a random start, and a run that converges.
# - $\|\nabla f\|=0$ and the sign of $\lambda_{\min}$ certify of which kind the end of a run is. Only $\lambda_{\min}=0$ leaves that open.
#   Whether a local minimum is global they never tell.
#
# Next: [6.2.1 Stationary points](6_2_1_stationary_points.ipynb), which proves the first principle and counts the steps.
# [Index](index.ipynb)
