# %% [markdown]
# # 6.2.7 Non-strict saddles
#
# **Which saddles are strict, and which are not?**
#
# The landscape approach asks two things of a landscape. It must have no bad local minima: section 6.2.6 shows that linear networks
# without a bottleneck have none, if the loss $l$ is convex and differentiable. And all its saddles must be strict, so that gradient
# descent (GD), a little perturbed, leaves them quickly. Is that so?
#
# After this section you will be able to
#
# - write down, at depth 2, a direction in which a saddle curves down,
# - show that from depth 3 on the origin is a saddle without any such direction, if it is no minimum,
# - tell the strict saddles of a linear network from the others, and say which of them GD visits.
#
# Time: about 70 minutes of reading and playing, 30 of homework. You need strict saddles (6.2.2), the Hessian of a linear network
# (6.2.5) and Theorem 6.10 (6.2.6).
#
# [Index](index.ipynb) · previous: [6.2.6 Local minima](6_2_6_local_minima.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_7_nonstrict_saddles.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
import numpy as np

from lnnlib import explorers
from lnnlib.descent import gradient_descent
from lnnlib.homework import check, given, progress, solution
from lnnlib.losses import LinearRegression, LogisticLoss, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import balanced_critical_point, flat_saddle_certificate, negative_direction
from lnnlib.saddles import classify
from lnnlib.traps import BottleneckTrap

# %% [markdown]
# ## Predict
#
# Take the smallest linear network of depth $N$. All its widths are 1, so its weights are $N$ numbers. They are to have the product
# 1:
#
# $$\Phi(w_1,\dots,w_N)=\tfrac12\,(1-w_N\cdots w_1)^2 .$$
#
# At the origin the gradient is zero, and the loss is $\frac12$. That is not the minimum, which is 0. So GD has to get away from
# there. It starts near the origin, with all weights equal to a small number $a>0$. We say that it has left when the weights reach
# $\frac12$.
#
# At depth 2 the origin is a strict saddle. Section 6.2.2 tells you what to expect: a start 10 times closer costs the same number of
# additional steps each time. What about depth 3?
#
# The left panel shows the number of steps against the start $a$. Both axes are logarithmic. Circles are runs that were counted.
# The upper right panel shows one run: the weights, the loss, and dots where GD was run step by step.
# The lower right one shows how much loss GD has got rid of by step $t$, on a logarithmic axis.
#
# Answer the question first. Then set $N$ to 3 and $a$ to $10^{-3}$. The line above the controls tells you whether you were right.

# %%
explorers.depth_dial(predict=True)

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# *Multiplied by about 10* is right. From $a=0.1$, $0.01$ and $0.001$ GD leaves at step 83, 986 and 9988. A step adds about
# $\eta w^2$ to each weight $w$, and with such steps the way from $a$ to $\frac12$ takes about $1/(\eta a)$ steps. So a start
# 10 times closer waits about 10 times as long.
#
# At depth 2 the same starts leave at step 19, 43 and 67: the same number is added, 24. There a step multiplies $w$ by about
# $1+\eta$, whatever $a$ is. Step 9 computes both waiting times.
#
# </details>

# %% [markdown]
# ## State
#
# A linear network of depth $N$ has weight matrices $W_n\in\mathbb R^{d_n\times d_{n-1}}$, $n=1,\dots,N$. Write
# $W_{1:N}=W_N\cdots W_1$. Its objective is $\Phi(W_1,\dots,W_N)=l(W_{1:N})$ with a loss $l$ of one matrix.
#
# **Definitions.** Let $w$ be a stationary point, $\nabla\Phi(w)=0$.
#
# - $w$ is a *strict saddle* if the Hessian $\nabla^2\Phi(w)$ has an eigenvalue $<0$.
# - $w$ is a *non-strict saddle* if it has none, and yet $w$ is neither a local minimum nor a local maximum.
#
# In section 6.2 a local maximum whose Hessian is zero would have counted as non-strict as well, unless $\Phi$ is flat there. Here
# we ask for a true saddle, so there is more to prove.
#
# The landscape approach needs that there are no non-strict saddles. At depth 2, without a bottleneck, there are none:
#
# **Theorem 6.11.** Let $N=2$, let $l$ be convex and twice differentiable, and let $d_1\ge\min(d_0,d_2)$. Then every stationary
# point of $\Phi$ that is not a global minimizer is a strict saddle.
#
# More is true. The Hessian also has an eigenvalue $>0$ there, so it is a saddle and never a local maximum. And you can say how
# strict it is. With $c\ne0$ and $q\ge0$, two numbers that the proof below computes, the least eigenvalue is
#
# $$\lambda_{\min}\ \le\ \tfrac12\Bigl(q-\sqrt{q^2+4c^2}\Bigr)\ <\ 0 .$$
#
# **Proposition 6.12.** Let $N\ge3$, with any widths, let $l$ be convex and twice differentiable, and $l(0)>\inf l$. Then the origin
# $W_1=\dots=W_N=0$ is a non-strict saddle of $\Phi$. Even the whole Hessian is zero there.
#
# Here are the two statements at work. Loss and widths are the same, $l(W)=\frac12\|W-M\|^2$. Only the depth differs:

# %%
M = np.diag([2., 1.])
for hidden in ((2,), (2, 2)):
    net = LinearNetwork(SquaredLoss(M), hidden)
    origin = classify(net, net.zeros(), grad_tol=1e-9, curvature_tol=1e-9)
    ends = f"{origin.lambda_min:.0f} to {origin.lambda_max:.0f}"
    print(f"depth {net.depth}: {origin.kind}, eigenvalues from {ends}")

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | $\nabla\Phi=(W_2^T\nabla l^T,\ \nabla l^TW_1^T)$ | $(W_2^T\nabla l,\ \nabla l\,W_1^T)$, without the inner transposes | Prove 1 |
# | $\nabla^2\Phi(W_{1:2})[\Delta_2W_1,\Delta_2W_1]$ | $\nabla^2 l(W_{1:2})[\Delta_2W_1,\Delta_2W_1]$: $\Phi$ has two arguments | Prove 4 |
# | $\langle\nabla^2l(W_{1:2}),e_ie_j^T\rangle$ (twice) | $\langle\nabla l(W_{1:2}),e_ie_j^T\rangle=c$ | Prove 4 |
# | choose $\alpha$ so that $\nabla^2\Phi(W_1,W_2)[\Delta_2W_1,\Delta_2W_1]<0$ | so that $\nabla^2\Phi[(\Delta_1,\Delta_2),(\Delta_1,\Delta_2)]<0$ | Prove 5 |
# | square matrices, $d_0=d_1=d_2$ | $d_1\ge\min(d_0,d_2)$ is enough | Prove 3 |
# | a strict saddle may be a maximum, by the definition in use | here it is not: the other sign of $\alpha$ gives positive curvature | Prove 5 |
# | convexity is assumed without saying where it is used | only for “not global, hence $\nabla l\ne0$” | Break 2 |
# | Proposition 6.12: the origin is no local minimum | a saddle is no local maximum either; that has to be shown | Prove 8 |
# | $\min(d_1,\dots,d_{N-1})\ge\min(d_0,d_N)$, and Theorem 6.10 | neither is needed: any widths $\ge1$ will do | Prove 8 |
# | $l$ does not attain its minimum at 0 | $l(0)>\inf l$: a minimizer need not exist | Prove 8 |
# | “violated when depth is greater than two” | if $l(0)>\inf l$; otherwise there may be no saddle at all | Break 3 |
# | “non-strict saddle” is not defined | defined above | State |
# | the approach is “unsuitable for deep” networks | this premise of it fails; that does not say that GD fails | Prove 9 |
#
# </details>

# %% [markdown]
# ## Play
#
# **How far down does it curve?** The proof of Theorem 6.11 builds a direction $(\Delta_1,\Delta_2)$ with a free number $\alpha$ in
# it, and with two unit vectors $e_i$ and $e_j$. Along it the Hessian form is a straight line in $\alpha$. You see the line at the
# upper left. The dots on it are computed from the Hessian itself. Below it stands the form divided by the squared length of the
# direction. Dashed is the theorem's bound, solid the true $\lambda_{\min}$. The right panel walks away from the stationary point
# along the direction, and shows $\Phi$ itself.
#
# Drag $\alpha$. Where does the line cross zero? What does the walk do there? Which $\alpha$ touches the bound?
# Then take $e_i,e_j$ from the *top singular pair* of $\nabla l$, the singular vectors of its largest singular value, and choose
# other stationary points. At which of them is the bound equal to $\lambda_{\min}$?

# %%
explorers.negative_direction(
    show=("alpha", "point", "pair"), scenes=("A form of −1", "The other sign", "Transposed"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# *Where the line crosses zero.* The form is $q+2\alpha c$, with $q=0.862$ and $c=-0.7798$ at the point that you see
# first. So it is 0 at $\alpha=-q/(2c)=0.553$.
#
# *What the walk does there.* The dashed parabola lies level: to second order $\Phi$ does not change. With a smaller $\alpha$ it
# opens upwards, with a larger one downwards, and then $\Phi$ falls on both sides of the point.
#
# *Which $\alpha$ touches the bound.* The one at which $(q+2\alpha c)/(\alpha^2+1)$ is least. There $\alpha$ is $c$ divided by the
# bound: 1.695.
#
# *Where the bound is equal to $\lambda_{\min}$.* With the top singular pair at three of the six points, those with $q=0$: the
# origin ($-1.077$), *one mode, balanced* ($-0.8539$) and the origin of the logistic loss ($-0.625$). With the largest entry it is
# equal at none of the six. The end of step 5 says why $q=0$ and the top pair are enough.
#
# </details>

# %%
net = LinearNetwork(SquaredLoss([[1, .4], [-.3, .8]]), hidden=(2,))
U, s, Vt = np.linalg.svd(net.loss.target)
W1, W2 = net.split(net.balanced(s[0] * np.outer(U[:, 0], Vt[0])))
shear = np.array([[1, .5], [.5, 1]])                    # the picture's first point
step = negative_direction(net, net.join([shear @ W1, W2 @ np.linalg.inv(shear)]))
print(f"zero at {-step.q / (2 * step.c):.3f}, bound at {step.c / step.lambda_min_bound:.3f}")

# %% [markdown]
# **Which points does GD visit?** Now take three modes: $l(W)=\frac12\|W-\mathrm{diag}(\sigma_1,\sigma_2,\sigma_3)\|^2$, with all
# matrices of size 3. For every set $S$ of modes there is a stationary point that has learned just these modes:
#
# $$W_1=\dots=W_N=\mathrm{diag}(s_1,s_2,s_3),\qquad s_i=\begin{cases}\sigma_i^{1/N}&i\in S,\\0&\text{otherwise.}\end{cases}$$
#
# The left panel shows all eight of them, from $\varnothing$, the origin, to $\{1,2,3\}$, the global minimum. The height is the
# loss, as a share of the origin's. A line joins two sets that differ by one mode. Triangles are strict saddles, with their
# $\lambda_{\min}$ beside them. Squares are non-strict. The solid curve is GD with $\eta=\frac1{100}$, from $W_n=sI$ with a small
# $s$. On the right you see its loss over the steps, on a logarithmic axis. Both panels have the same height axis. The dashed lines
# say when each mode should be learned, by the formula for a single mode from a start near 0.
#
# Which kind of saddle does GD come near? Press the play button beside *progress*. *Plateau of {1}* stops where GD waits. Change
# $N$ to 2 and compare. Then move $\sigma_2$ above $\sigma_1$. With *Twin modes* the two are equal: which sets does the way leave
# out now?

# %%
explorers.saddle_map(scenes=("Plateau of {1}", "Twin modes"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# *Depth 3.* GD comes near the saddles that are not strict, $\varnothing$, $\{1\}$ and $\{1,2\}$. All three are squares. The four
# triangles, the strict ones, lie off its way. On *Plateau of {1}*, at step 3240, the loss is 0.964; that of the saddle $\{1\}$ is
# 0.965.
#
# *Depth 2.* The way is the same, but now all seven saddles are strict, and GD is done sooner: the picture ends at step 909, not at
# step 8100. The cell below counts the steps with a loss within 0.15 of that of $\{1\}$.
#
# *$\sigma_2$ above $\sigma_1$.* Mode 2 is learned first: $\varnothing\to\{2\}\to\{1,2\}\to\{1,2,3\}$. Now $\{2\}$ is the square
# and $\{1\}$ a triangle.
#
# *Twin modes.* With $\sigma_1=\sigma_2$ both modes are learned at once. The way leaves out $\{1\}$ and $\{2\}$, which are both
# non-strict: $\varnothing\to\{1,2\}\to\{1,2,3\}$. As before it leaves out $\{3\}$, $\{1,3\}$ and $\{2,3\}$.
#
# </details>

# %%
for hidden in ((3,), (3, 3)):
    net = LinearNetwork(SquaredLoss(np.diag([2, 1.2, .7])), hidden)
    start = net.join([.02 * np.eye(3)] * net.depth)
    losses = gradient_descent(net, start, eta=.01, steps=9000).values
    near = np.abs(losses - .965) < .15
    print(f"depth {net.depth}: {near.sum()} steps near the loss of {{1}}")

# %% [markdown]
# With this start, depth 3 and three different $\sigma_i$, the strict saddles lie off the way. If $s$ is small enough for the gaps
# between the $\sigma_i$, GD comes near each saddle that is *not* strict, the nearer the smaller $s$. It lingers there, but not for
# ever. Break 6 measures both.
#
# **Note (map of saddles).** Let all $\sigma_i>0$, and let all matrices be square, of a size equal to the number of modes. The
# point of the set $S$ is the global minimum if $S$ holds all modes. Otherwise:
#
# - $N=2$: it is a strict saddle.
# - $N\ge3$: it is strict if and only if some mode $m$ outside $S$ is larger than some mode $k$ in $S$, $\sigma_m>\sigma_k$. Then
#   $\lambda_{\min}=\min\ \sigma_k^{1-2/N}(\sigma_k-\sigma_m)$ over these pairs. So it is non-strict if and only if no mode outside
#   $S$ is larger than one inside.
#
# For $N\ge3$ and distinct $\sigma_i$ the non-strict ones form a chain: none, the largest mode, the two largest, and so on. With
# ties there are more: for $\sigma=(2,2,1)$ both $\{1\}$ and $\{2\}$ are non-strict.

# %% [markdown]
# ## Prove
#
# ### Theorem 6.11: a direction that curves down
#
# The idea of this proof is due to Nouiehed and Razaviyayn (2018, reference [4] at the end of this notebook). The lecture gives it
# for square matrices. It has five steps. We run them on one stationary point whose numbers you can check by hand. Its widths are
# $(d_0,d_1,d_2)=(3,2,2)$.

# %%
M = np.array([[1., 0, 0], [0, 1, 2]])
W1, W2 = np.array([[1., 0, 0], [1, 0, 0]]), np.array([[1., 0], [0, 0]])
net = LinearNetwork(SquaredLoss(M), hidden=(2,))
w = net.join([W1, W2])
print(W2 @ W1)

# %% [markdown]
# **Step 1. What stationary means.** Write $G=\nabla l(W_{1:2})$. The gradient of $\Phi$ has the two parts $W_2^TG$ and $G\,W_1^T$.
# Both are zero. For this loss $G=W_{1:2}-M$.

# %%
G = W2 @ W1 - M
print("G =", G.tolist())
print("W2^T G = 0:", not (W2.T @ G).any(), "  G W1^T = 0:", not (G @ W1.T).any())

# %% [markdown]
# **Step 2. An entry $c\ne0$.** The point is no global minimizer of $\Phi$. So $W_{1:2}$ is no minimizer of $l$: otherwise $\Phi$
# could not be smaller anywhere. A convex function has its minimum wherever its gradient is 0, so $G\ne0$. Take an entry
# $c=G_{ij}\ne0$, say the largest in absolute value. (The code counts from 0: $i$ and $j$ are 1 and 2 there.)

# %%
i, j = 1, 2
c = G[i, j]
print("c =", c, " largest entry:", np.abs(G).max())

# %% [markdown]
# **Step 3. A kernel.** We need a unit vector $v$ with $W_2v=0$.
#
# - If $d_1>d_2$, there is one, because $W_2$ has more columns than rows.
# - If $d_1=d_2$ and there were none, $W_2$ would be invertible. Then $W_2^TG=0$ gives $G=0$, against step 2.
# - If $d_1<d_2$, there may be none. But then $d_1\ge d_0$, and the same argument for $G\,W_1^T=0$ gives a unit vector $v$ with
#   $W_1^Tv=0$. Everything goes through with the two layers in exchanged roles. We come back to this after step 5.

# %%
v = np.array([0., 1.])
print("W2 v =", W2 @ v)

# %% [markdown]
# **Step 4. The Hessian form is a line in $\alpha$.** Let $e_i\in\mathbb R^{d_2}$ and $e_j\in\mathbb R^{d_0}$ be unit vectors of the
# axes. Put
#
# $$\Delta_1=\alpha\,v\,e_j^T,\qquad\Delta_2=e_i\,v^T .$$
#
# Section 6.2.5 gives the Hessian form of a network of depth 2:
#
# $$\nabla^2\Phi[(\Delta_1,\Delta_2),(\Delta_1,\Delta_2)]=\nabla^2l(W_{1:2})[F,F]+2\,\langle G,\ \Delta_2\Delta_1\rangle$$
#
# with $F=W_2\Delta_1+\Delta_2W_1$. The choice of $v$ makes both parts simple. $W_2\Delta_1=0$, so $F=\Delta_2W_1$ does not depend
# on $\alpha$. And $\Delta_2\Delta_1=\alpha\,\|v\|^2\,e_ie_j^T=\alpha\,e_ie_j^T$, so the second part is $2\alpha c$. Together, with
# $q=\nabla^2l(W_{1:2})[\Delta_2W_1,\Delta_2W_1]\ge0$:
#
# $$\nabla^2\Phi[(\Delta_1,\Delta_2),(\Delta_1,\Delta_2)]=q+2\alpha c .$$
#
# For the squared loss $q=\|\Delta_2W_1\|^2$. Compare the formula with the form that the network computes:

# %%
e_i, e_j = np.eye(2)[i], np.eye(3)[j]
q = np.sum((np.outer(e_i, v) @ W1)**2)
for alpha in (-1, 0, 1):
    delta = net.join([alpha * np.outer(v, e_j), np.outer(e_i, v)])
    print(f"alpha = {alpha:2}: {q + 2 * alpha * c:.0f} = {net.hess_form(w, delta, delta):.0f}")

# %% [markdown]
# **Step 5. Choose $\alpha$.** $c\ne0$, so the line takes every value. With $\alpha=-(q+1)/(2c)$ the form is exactly $-1$. So the
# Hessian has a negative eigenvalue: the point is a strict saddle. With the other sign of $\alpha$ the form is $2q+1>0$: it is no
# maximum. In the picture these are *A form of −1* and *The other sign*.

# %%
alpha = -(q + 1) / (2 * c)
for name, a in (("this alpha", alpha), ("the other sign", -alpha)):
    delta = net.join([a * np.outer(v, e_j), np.outer(e_i, v)])
    print(f"{name}, {a}: form {net.hess_form(w, delta, delta):.0f}")

# %% [markdown]
# How strict is it? The squared length of the direction is $\alpha^2+1$, so $\lambda_{\min}\le(q+2\alpha c)/(\alpha^2+1)$ for every
# $\alpha$. The least value of the right side is the smaller eigenvalue of $\begin{pmatrix}0&c\\c&q\end{pmatrix}$. That is the
# bound of the theorem:

# %%
bound = (q - np.sqrt(q**2 + 4 * c**2)) / 2
tried = min((q + 2 * a * c) / (a**2 + 1) for a in np.linspace(-5, 5, 10_001))
lambda_min = np.linalg.eigvalsh(net.hess(w))[0]
print(f"bound {bound:.4f}, least value tried {tried:.4f}, true lambda_min {lambda_min:.4f}")

# %% [markdown]
# Where is the bound attained? Steps 4 and 5 hold for any unit vectors $x,y$ in the place of $e_i,e_j$, with $c=x^TGy$. The top
# singular pair of $G$ makes $|c|$ largest: it is $\sigma_{\max}$, the largest singular value of $G$. Below $-\sigma_{\max}$ the
# least eigenvalue never falls, since $\nabla^2l[F,F]\ge0$ and
#
# $$2\,|\langle G,\Delta_2\Delta_1\rangle|=2\,|\langle\Delta_2^TG,\Delta_1\rangle|
# \le2\sigma_{\max}\|\Delta_1\|\|\Delta_2\|\le\sigma_{\max}(\|\Delta_1\|^2+\|\Delta_2\|^2) .$$
#
# So with this pair the bound is attained wherever $q=0$, as at the origin:

# %%
top = negative_direction(net, net.zeros(), singular=True)
sharp = -np.linalg.norm(net.loss.grad(np.zeros((2, 3))), 2)
lambda_min = np.linalg.eigvalsh(net.hess(net.zeros()))[0]
print(f"-sigma_max {sharp:.4f}, bound {top.lambda_min_bound:.4f}, lambda_min {lambda_min:.4f}")

# %% [markdown]
# **The other case, $d_1<d_2$.** Here is a point of widths $(2,2,3)$ where $W_2$ has no kernel. Now $v$ with $W_1^Tv=0$ makes
# $\Delta_2W_1$ vanish, for $\Delta_1=v\,e_j^T$ and $\Delta_2=\alpha\,e_i\,v^T$. What is left of $F$ is $W_2\Delta_1$, and again it
# does not depend on $\alpha$. *Transposed* in the picture is such a point. `negative_direction` makes all five steps, and takes
# the right case:

# %%
tall = LinearNetwork(SquaredLoss([[1, 0], [0, 0], [0, 2]]), hidden=(2,))
W1, W2 = np.diag([1., 0]), np.array([[1., 0], [0, 1], [0, 0]])
step = negative_direction(tall, tall.join([W1, W2]))
print("rank of W2:", np.linalg.matrix_rank(W2), " |v| =", np.abs(step.v))
print(f"c = {step.c}, q = {step.q}, form {step.value:.4f}, bound {step.lambda_min_bound:.4f}")


# %% [markdown]
# Now all steps in one, on random stationary points of eight shapes. To make one, take some singular modes of a random $M$, split
# them evenly over the two layers, and put a random invertible matrix and its inverse in between. The bound must be the smaller
# eigenvalue of the Hessian on the plane of $\Delta_1$ and $\Delta_2$, and the true $\lambda_{\min}$ must not be larger.

# %%
def stationary(dims, kept, rng):
    net = LinearNetwork(SquaredLoss(rng.normal(size=(dims[2], dims[0]))), hidden=(dims[1],))
    U, s, Vt = np.linalg.svd(net.loss.target, full_matrices=False)
    W1, W2 = net.split(net.balanced(U[:, :kept] * s[:kept] @ Vt[:kept]))
    A = np.eye(dims[1]) + rng.normal(size=(dims[1], dims[1])) / 4
    return net, net.join([A @ W1, W2 @ np.linalg.inv(A)])


# %%
def theorem_holds(net, w):
    step, H = negative_direction(net, w), net.hess(w)
    D1, D2 = net.split(step.direction)
    plane = np.array([net.join([D1, 0 * D2]), net.join([0 * D1, D2])])
    plane /= np.linalg.norm(plane, axis=1, keepdims=True)
    bound = (step.q - np.sqrt(step.q**2 + 4 * step.c**2)) / 2
    least = np.linalg.eigvalsh(plane @ H @ plane.T)[0]
    form, slope = step.direction @ H @ step.direction, np.abs(net.grad(w)).max()
    lower = np.linalg.eigvalsh(H)[0] <= bound + 1e-9
    return slope < 1e-9 and np.allclose([form, bound], [-1, least]) and lower


# %%
shapes = ["333", "353", "234", "432", "452", "225", "522", "113"]
rng, results = np.random.default_rng(0), []
for dims in ([int(d) for d in shape] for shape in shapes):
    for kept in range(min(dims[0], dims[2])):
        points = [stationary(dims, kept, rng) for _ in range(10)]
        results += [theorem_holds(net, w) for net, w in points]
print(f"A form of -1, and the bound: {sum(results)} of {len(results)} stationary points.")

# %% [markdown]
# **Nothing is asked of the data.** Take the irises: $n=150$ flowers, four measurements each, and three species. The columns of $X$
# are the flowers. Those of $Y$ are the axis vectors of their species. The loss is $l(W)=\frac1{2n}\|WX-Y\|^2$. Its matrix $X$ has
# full rank, 4. So we spoil it: we write the petal length down twice, in centimetres and in inches. Now $X$ has five rows and still
# rank 4, and $l$ no longer has a single minimizer. But it is convex and twice differentiable as before, and the theorem asks for
# nothing else.

# %%
from lnnlib.data import iris

X, species = iris()
X = np.vstack([X, X[2] / 2.54])
Y = np.eye(3)[:, species]
flowers = LinearNetwork(LinearRegression(X, Y), hidden=(3,))
print("rows of X:", len(X), " rank:", np.linalg.matrix_rank(X))

# %% [markdown]
# One minimizer is $B=YX^+$, with the pseudoinverse $X^+$. Let the columns of $U$ be the left singular vectors of the fit $BX$, and
# keep the first $k$ of them: $W_2=UK$ and $W_1=KU^TB$ with $K=\mathrm{diag}(1,\dots,1,0,\dots,0)$. Since $BXX^T=YX^T$, the
# gradient there is $\nabla l=-\frac1nU(I-K)U^TBXX^T$. So both parts of step 1 are 0: one contains $K(I-K)$, the other
# $(I-K)\Sigma^2K$, with the singular values of $BX$ in the diagonal matrix $\Sigma$. Each of these stationary points has its
# direction:

# %%
B = Y @ np.linalg.pinv(X)
U = np.linalg.svd(B @ X, full_matrices=False)[0]
for k in range(3):
    K = np.diag(1. * (np.arange(3) < k))
    w = flowers.join([K @ U.T @ B, U @ K])
    step, least = negative_direction(flowers, w), np.linalg.eigvalsh(flowers.hess(w))[0]
    print(f"k = {k}: |gradient| < 1e-9: {np.abs(flowers.grad(w)).max() < 1e-9}", end=", ")
    print(f"form {step.value:.3f}, bound {step.lambda_min_bound:.3f}, lambda_min {least:.3f}")

# %% [markdown]
# ### Proposition 6.12: a saddle without such a direction
#
# Depth 3, with a bottleneck of width 1 to make it hard: widths $(3,2,1,2)$, and a random $M$.

# %%
rng = np.random.default_rng(1)
deep = LinearNetwork(SquaredLoss(rng.normal(size=(2, 3))), hidden=(2, 1))
zero = deep.zeros()

# %% [markdown]
# **Step 6. The origin is stationary.** The part of the gradient for $W_n$ is $W_{n+1:N}^T\,\nabla l(W_{1:N})\,W_{1:n-1}^T$. It
# contains the other $N-1\ge2$ matrices, and all of them are 0.

# %%
print("gradient is exactly 0:", not deep.grad(zero).any())

# %% [markdown]
# **Step 7. The Hessian is zero.** The Hessian form is $\nabla^2l[F,F]+2\langle\nabla l,S\rangle$. Each term of $F$ keeps $N-1$ of
# the matrices, and each term of $S$ keeps $N-2\ge1$ of them. All of these are 0 at the origin, so $F=0$ and $S=0$.
#
# Depth 2 differs in just this: there $N-2=0$, and $S=\Delta_2\Delta_1$ survives.

# %%
print("Hessian is exactly 0:", not deep.hess(zero).any())

# %% [markdown]
# So the quadratic Taylor polynomial is flat, in all directions. To first order in the product,
# $\Phi(hD)-\Phi(0)\approx h^N\langle\nabla l(0),D_{1:N}\rangle$ for small $h$. Unless this is 0, halve $h$, and the change becomes
# about $2^N$ times smaller. Measured for depth 2 to 5, with $\log_2$ of the ratio:

# %%
for N in (2, 3, 4, 5):
    chain = LinearNetwork(SquaredLoss([[1]]), hidden=(1,) * (N - 1))
    change = [chain(h * np.ones(N)) - chain(chain.zeros()) for h in (.02, .01)]
    print(f"depth {N}: order {np.log2(change[0] / change[1]):.2f}")

# %% [markdown]
# **Step 8. Neither minimum nor maximum.** The lecture shows the first half. It uses Theorem 6.10, so it needs wide layers. A ray
# shows both halves, for any widths.
#
# Since $l$ is convex and $l(0)>\inf l$, the gradient $\nabla l(0)$ is not 0, as in step 2. Choose $i,j$ with
# $c=\nabla l(0)_{ij}\ne0$. For every number $t\ne0$ there are weights with $W_{1:N}=t\,e_ie_j^T$: each matrix has one entry other
# than 0, of size $|t|^{1/N}$, and one of them has the sign of $t$. Along this ray
#
# $$\Phi=l(t\,e_ie_j^T)=l(0)+c\,t+o(t).$$
#
# So for small $|t|$ it is above $l(0)$ on one side and below on the other. As $t\to0$ the weights go to the origin. It is neither
# minimum nor maximum. $\square$
#
# The largest weight on the ray, and the change of $\Phi$ on both sides, divided by $ct$. It tends to 1:

# %%
ray = flat_saddle_certificate(deep)
for t in (1e-1, 1e-3, 1e-5):
    sides = ray.change(np.array([t, -t])) / (ray.c * np.array([t, -t]))
    largest = np.abs(ray.ray(t)).max()
    print(f"t = {t:.0e}: largest weight {largest:.3f}, change/ct {sides.round(5)}")

# %% [markdown]
# The same on other losses and depths: the Hessian is 0, and the changes on the two sides have different signs. The logistic loss
# has no minimizer if a line through 0 separates the labels. The proposition does not mind:

# %%
losses = SquaredLoss(M), LogisticLoss(X=[[1, 2, -1], [0, 1, -1]], labels=[1, 1, -1])
widths = (1, 1), (3, 2), (1, 2, 1), (2, 2, 2, 2)
nets = [LinearNetwork(loss, hidden) for loss in losses for hidden in widths]
sides = [flat_saddle_certificate(net).change(np.array([1e-3, -1e-3])) for net in nets]
flat = [not net.hess(net.zeros()).any() and both.prod() < 0 for net, both in zip(nets, sides)]
print(f"The origin is a non-strict saddle of {sum(flat)} of {len(flat)} networks.")

# %% [markdown]
# ### How slowly GD leaves
#
# **Step 9. The waiting time.** Take the chain of the first picture, all weights equal to $w$. Each step of GD is
# $w\leftarrow w+\eta\,w^{N-1}(1-w^N)$. The flow $w'=w^{N-1}$ goes from $a$ to $\frac12$ in the time
#
# $$\int_a^{1/2}\frac{dw}{w^{N-1}}=\begin{cases}\log\dfrac1{2a}&N=2,\\[2ex]\dfrac{a^{2-N}-2^{N-2}}{N-2}&N\ge3.\end{cases}$$
#
# One step of GD adds at most $\eta\,w^{N-1}$ to $w$, and $1/w^{N-1}$ falls. So a step uses up at most $\eta$ of the integral: GD
# needs *at least* so many steps as the time divided by $\eta$. Near the origin, with small steps, it needs little more. At depth 2
# the cost of a closer start is logarithmic. From depth 3 on it is a power of $1/a$. Count and compare, $\eta=\frac1{10}$:

# %%
for N, a in ((2, .01), (3, .01), (4, .03), (5, .1)):
    chain = LinearNetwork(SquaredLoss([[1]]), hidden=(1,) * (N - 1))
    run = gradient_descent(chain, a * np.ones(N), eta=.1, steps=8000)
    time = np.log(1 / (2 * a)) if N == 2 else (a**(2 - N) - 2**(N - 2)) / (N - 2)
    there = np.flatnonzero(run.points[:, 0] >= .5)
    left = there[0] if there.size else "none so far"
    print(f"depth {N}, a = {a}: left at step {left}, at least {time / .1:.1f}")


# %% [markdown]
# So GD is slow, not stuck: it gains a little in every step. But from depth 3 on no multiple of $\log\frac1a$ bounds the number of
# steps. For a quadratic strict saddle 6.2.2 has such a bound, with the part $\theta_1$ of the start along the direction that curves
# down. Go back to the first picture, press *Pin*, and raise $N$: the pinned line stays behind, fainter than the new one.
#
# ### The map of saddles
#
# **Step 10. The rule, checked.** For $\sigma=(1,3,2)$ and depth 3, here are all sets of modes: the rule of the note, and the kind
# and $\lambda_{\min}$ of the Hessian. The last number is the least loss that a matrix of this rank can have: half the sum of the
# squares of the smallest $\sigma_i$ (Eckart and Young). The two largest modes are 2 and 3. (The code counts modes from 0.)

# %%
def rule(sigma, kept, N=3):
    left_out = [m for m in range(len(sigma)) if m not in kept]
    pairs = [sigma[k]**(1 - 2 / N) * (sigma[k] - sigma[m]) for k in kept for m in left_out]
    return min([0., *pairs])

print("ties, (2, 2, 1):", [rule((2., 2, 1), [k]) for k in range(3)])

# %%
sigma = np.array([1., 3, 2])
net = LinearNetwork(SquaredLoss(np.diag(sigma)), hidden=(3, 3))
for kept in ([], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]):
    point = balanced_critical_point(net, kept)
    found = classify(net, point, grad_tol=1e-9, curvature_tol=1e-9)
    least = np.sum(np.sort(sigma)[:3 - len(kept)]**2) / 2
    name, lambda_min = str([k + 1 for k in kept]), round(found.lambda_min, 4) + 0.
    print(f"{name:9}  rule {rule(sigma, kept):7.4f}, lambda_min {lambda_min:7.4f}", end="  ")
    print(f"{found.kind:17}  loss {net(point):.1f}, least {least:.1f}")

# %% [markdown]
# Read the three non-strict ones off the list: $\varnothing$, $\{2\}$, $\{2,3\}$. They and the global minimum have the least loss
# that a matrix of their rank can have. The strict saddles have more.

# %% [markdown]
# ## Break
#
# Points 1 to 4 drop one hypothesis at a time. Points 5 and 6 belong together: they move the start of GD, about which the
# statements say nothing. Two of the points ask you first. The depth is a hypothesis too: each statement shows that the other one
# fails at its depth.
#
# **1. $d_1\ge\min(d_0,d_2)$: Theorem 6.11 fails.** With a bottleneck a stationary point may be a bad local minimum instead. You
# know this net of widths $(2,1,2)$: by Break 1 of section 6.2.6 the trap is a local minimum if $a>1/m$. So no eigenvalue is
# negative. Yet the loss is 1, and at $\mathrm{diag}(1,0)$ it is 0.64:

# %%
trap = BottleneckTrap(a=1.5, m=.8)
better = trap.balanced(np.diag([1, 0]))
print(f"loss {trap(trap.trap):.2f}, elsewhere {trap(better):.2f}, 1/m = {1 / trap.m}")
print("gradient below 1e-12:", np.linalg.norm(trap.grad(trap.trap)) < 1e-12)
print("eigenvalues:", np.linalg.eigvalsh(trap.hess(trap.trap)).round(2) + 0.)


# %% [markdown]
# **2. Convexity of $l$: both fail.** Take $l(x)=x^3-3x$, one number, and $w_1=w_2=1$. There $l'=0$, so there is no $c$ to work
# with. No eigenvalue is negative. Yet it is no global minimizer: $l$ falls without end to the left. `classify` says only what it
# can know.

# %%
class OneNumber:
    shape = (1, 1)
    def __init__(self, *coefficients): self.l = np.polynomial.Polynomial(coefficients)
    def __call__(self, W): return self.l(W)[..., 0, 0]
    def grad(self, W): return self.l.deriv()(W)
    def hvp(self, W, D): return self.l.deriv(2)(W) * D

cubic = LinearNetwork(OneNumber(0, -3, 0, 1), hidden=(1,))
print(classify(cubic, np.ones(2), grad_tol=1e-9, curvature_tol=1e-9))
print(f"value {cubic(np.ones(2)):.0f}, value at (-3, 1): {cubic(np.array([-3., 1])):.0f}")

# %% [markdown]
# For Proposition 6.12 take $l(x)=(x^2-1)^2$, where $l(0)=1>0=\inf l$, and depth 3. Gradient and Hessian of $\Phi$ are 0 at the
# origin. Which do you expect there: a local minimum, a local maximum, or a saddle? Guess before you open this.
#
# <details><summary><b>Then open this</b></summary>
#
# A local maximum, no saddle. With $u=w_3w_2w_1$ we have $\Phi=1-u^2(2-u^2)$, which is at most $1=\Phi(0)$ as long as $u^2\le2$. In
# step 8 convexity gave $\nabla l(0)\ne0$. Here $l'(0)=0$, and the ray goes down on both sides. The cell below checks the formula
# at 1000 points.
#
# </details>

# %%
hill = LinearNetwork(OneNumber(1, 0, -2, 0, 1), hidden=(1, 1))
points = rng.uniform(-1, 1, size=(1000, 3))
u = points.prod(axis=1)
print("Phi is 1 - u^2 (2 - u^2):", np.allclose(hill(points), 1 - u**2 * (2 - u**2)))

# %% [markdown]
# **3. $l(0)>\inf l$: Proposition 6.12 fails.** For $l(W)=\frac12\|W\|^2$ at depth 3 we have $\Phi(tw)=t^{2N}\Phi(w)$, and its
# derivative at $t=1$ is $\langle\nabla\Phi(w),w\rangle=2N\,\Phi(w)$, so the loss is 0 wherever the gradient is 0, and there is no
# saddle at all.

# %%
null = LinearNetwork(SquaredLoss(np.zeros((2, 2))), hidden=(2, 2))
points = np.random.default_rng(2).integers(-3, 4, size=(50, null.dim)).astype(float)
left, right = (null.grad(points) * points).sum(-1), 2 * null.depth * null(points)
print("holds exactly:", (left == right).all())

# %% [markdown]
# **4. The origin itself.** Leave the origin, but keep the product 0: move one matrix, $(0,0,W_3)$ with $W_3=\omega I$, and take
# $M=I$. The gradient is still 0. Which do you expect for a small $\omega>0$: is this saddle strict, or non-strict as the origin
# is? Guess before you read on.

# %%
near = LinearNetwork(SquaredLoss(np.eye(2)), hidden=(2, 2))
for omega in (1, .1, .001):
    point = near.join([np.zeros((2, 2)), np.zeros((2, 2)), omega * np.eye(2)])
    found = classify(near, point, grad_tol=1e-9, curvature_tol=1e-9)
    print(f"omega = {omega}: {found.kind}, lambda_min = {found.lambda_min:.3f}")

# %% [markdown]
# It is strict, with $\lambda_{\min}=-\omega$. The Hessian form keeps $N-2=1$ of the matrices, and now one of them is not 0.
# So strict saddles lie arbitrarily near to a non-strict one, and they are hardly strict. Theorem 6.9 does not help: it promises an
# $\varepsilon$-second-order stationary point, and the origin is one for every $\varepsilon$.
#
# **5. “GD leaves” needs a start on the right side.** The chain of depth 3 again, $\eta=\frac1{10}$:
#
# | start | what GD does |
# |---|---|
# | $(-0.3,-0.3,-0.3)$ | It creeps *into* the origin. The product is negative, and each step moves every weight towards 0. |
# | $(-0.31,-0.3,-0.29)$ | It turns away in time. By step 2000 the loss is below $10^{-6}$. |
#
# The first start, after 1000, 10 000 and 100 000 steps:

# %%
chain = LinearNetwork(SquaredLoss([[1]]), hidden=(1, 1))
run = gradient_descent(chain, [-.3, -.3, -.3], eta=.1, steps=100_000, keep=1000)
print("weights:", run.points[[1, 10, 100], 0].round(5), f" loss {run.values[-1]:.4f}")

# %% [markdown]
# Such starts are rare. Under the flow every difference $w_i^2-w_j^2$ stays as it is (section 6.2.5), and at the origin all of them
# are 0. So the flow can end there only if it starts from weights of equal size: a set of volume 0. GD keeps the differences up to
# terms with $\eta^2$. The second start:

# %%
run = gradient_descent(chain, [-.31, -.3, -.29], eta=.1, steps=2000, keep=1000)
print(f"loss after 2000 steps below 1e-6: {run.values[-1] < 1e-6}")

# %% [markdown]
# **6. The staircase needs a start near the origin.** Farther out the modes are learned in the same order, but GD does not come
# near the saddles, and does not wait. Measured at depth 3: the least distance to each of the three non-strict ones, to any of the
# four strict ones, and the steps with a loss within 0.15 of that of $\{1\}$:

# %%
modes = LinearNetwork(SquaredLoss(np.diag([2, 1.2, .7])), hidden=(3, 3))
sets = [], [0], [0, 1], [1], [2], [0, 2], [1, 2]
saddles = [balanced_critical_point(modes, kept) for kept in sets]
for s in (.01, .05, .25):
    start = modes.join([s * np.eye(3)] * 3)
    run = gradient_descent(modes, start, eta=.01, steps=20_000, keep=5)
    near = [np.linalg.norm(run.points - point, axis=1).min() for point in saddles]
    steps = 5 * (np.abs(run.values - modes(saddles[1])) < .15).sum()
    print(f"s = {s}: {np.round(near[:3], 2)}, strict {min(near[3:]):.2f}, {steps} steps")

# %% [markdown]
# Here is the run from $s=\frac14$. The readout still writes $\varnothing\to\{1\}\to\{1,2\}\to\{1,2,3\}$. These are the sets of
# modes that are learned by more than half, one after the other. It does not say that GD passes close by their saddles. Is there a
# level piece left in the loss on the right? Make $s$ smaller: when do the level pieces come back?

# %%
explorers.saddle_map(start=.25, show=("start", "share"), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# At $s=\frac14$ no level piece is left on the way down: 15 steps are within 0.15 of the loss of $\{1\}$, and GD keeps a distance of
# 1.11 from this saddle. (At the far left the curve looks level because the step axis is logarithmic: this piece is shorter than 100
# steps.) At $s=0.05$ the level pieces are there, with 530 steps, and at $s=0.01$ there are 3195. There GD comes as
# near as 0.05. The cell above the picture counted this.
#
# </details>

# %% [markdown]
# ### What this means for the landscape approach
#
# The approach has two premises. For linear networks without a bottleneck, with $l$ convex and differentiable, the first one holds
# at every depth: there are no bad local minima (Theorem 6.10). The second one, no non-strict saddles, holds at depth 2 if moreover
# $l$ is twice differentiable (Theorem 6.11). From depth 3 on it fails whenever $l(0)>\inf l$. And the origin is not a harmless
# exception: in the map above GD from a small start comes near a whole chain of such saddles.
#
# So the approach, in its current form, cannot establish that GD converges to a global minimum of a deep network, not even of a
# linear one. That does not show that GD fails. It left from every start with positive weights that you saw, only slowly. **A
# different perspective is needed**, one that follows GD on its way instead of looking at all points at once. The next part says
# where to read about it.

# %% [markdown]
# ## Beyond (optional)
#
# **Why the non-strict ones are good company.** Achour, Malgouyres and Gerchinovitz (2024, arXiv 2107.13289) classify the
# stationary points for the squared loss, under mild assumptions on the data, and tie the non-strict saddles to minimizers under a
# constraint on the rank, as step 10 shows it on the map. Not every point with such a product is non-strict, see Break 4.
#
# **Not only for aligned starts.** A small random start is neither balanced nor aligned. Still GD slows down where the loss is that
# of the best approximation of rank 0, 1, 2, one after the other. Jacot and others (2021, arXiv 2106.15933) study this
# *saddle-to-saddle* path. With $\sigma=(2,1.2,0.7)$ the losses on the chain are 2.965, 0.965, 0.245 and 0:

# %%
sigma = np.array([2, 1.2, .7])
wide = LinearNetwork(SquaredLoss(np.diag(sigma)), hidden=(3, 3))
run = gradient_descent(wide, wide.random(3, .02), eta=.1, steps=8000, keep=10)
for rank in range(4):
    plateau = np.sum(sigma[rank:]**2) / 2
    steps = 10 * (np.abs(run.values - plateau) < .15).sum()
    print(f"within 0.15 around {plateau:.3f}: {steps} steps")

# %% [markdown]
# **The bound of 6.2.2, on a network.** The saddle of 6.2.2 was a quadratic function. At depth 2 the origin is such a saddle to
# second order. Write $G=\nabla l(0)$, and $\tilde f$ for the quadratic Taylor polynomial of $\Phi$ at 0. Take the singular value
# decomposition $G=\sum_i\sigma_iu_iv_i^T$, and put $a_i=W_1v_i$ and $b_i=W_2^Tu_i$, two vectors with $d_1$ entries. Then
#
# $$\tilde f-\Phi(0)=\langle G,W_2W_1\rangle=\sum_i\sigma_i\langle b_i,a_i\rangle
# =\tfrac12\sum_i\sigma_i\Bigl(\bigl\|\tfrac{b_i+a_i}{\sqrt2}\bigr\|^2-\bigl\|\tfrac{b_i-a_i}{\sqrt2}\bigr\|^2\Bigr).$$
#
# So the eigenvalues are $\sigma_i$ and $-\sigma_i$, each $d_1$ times, and 0. A step of GD on $\tilde f$ multiplies $b_i-a_i$ by
# $1+\eta\sigma_i$ and $b_i+a_i$ by $1-\eta\sigma_i$. The curvature of 6.2.2 is $\alpha=\sigma_{\max}$. If only $\sigma_1$ is that
# large, the part of the start along the eigenvalue $-\alpha$ is the vector $\theta=(b_1-a_1)/\sqrt2$. Turn the basis so that one
# coordinate holds all of it: then 6.2.2 applies with $\|\theta\|^2$ in the place of $\theta_1^2$. `origin_saddle` writes $\tilde f$
# in these coordinates. Here are its bound and its first escape, beside the escape of GD on $\Phi$, for $M=\mathrm{diag}(2,1)$,
# $\eta=\frac1{10}$, $\varepsilon=\frac12$ and weights drawn from $N(0,s^2)$ with $s=\frac1{1000}$:

# %%
from lnnlib.origin import origin_saddle, waiting_chance

small = LinearNetwork(SquaredLoss(np.diag([2, 1])), hidden=(2,))
starts = np.array([small.random(seed, .001) for seed in range(200)])
bounds = np.array([origin_saddle(small, w, .1, .5).bound() for w in starts])
runs = gradient_descent(small, starts, eta=.1, steps=60)
left = ((runs.values < small(small.zeros())) & (runs.grad_norms > .5)).argmax(axis=0)
for seed in (0, 1, 10):
    model = origin_saddle(small, starts[seed], .1, .5).first_escape()
    print(f"start {seed}: bound {bounds[seed]}, on f~ {model}, on Phi {left[seed]}")

# %% [markdown]
# How unlucky may a start be? Its $\theta$ has $d_1$ independent coordinates from $N(0,s^2)$. For such a vector
# $P(\|\theta\|^2\le s^2y)\le(y/2)^{d_1/2}/\Gamma(\frac{d_1}2+1)$: its density is at most $(2\pi s^2)^{-d_1/2}$, and this times the
# volume of the ball of radius $s\sqrt y$ is the right side. ($\Gamma$ is the gamma function, $\Gamma(m+1)=m!$.) With $d_1=1$ this
# is the inequality of 6.2.2. Put $y=\bigl(\frac{\varepsilon}{\alpha s}\bigr)^2(1+\eta\alpha)^{-2t}$: then a start is still there at
# step $t$ at most with this probability, plus $s^2d_1\,\alpha\sum_i\sigma_i/\varepsilon^2$. This second number bounds the chance
# that $\sum_i\sigma_i\|b_i+a_i\|^2/2>\varepsilon^2/\alpha$, where the bound of 6.2.2 is larger: the sum has the mean
# $s^2d_1\sum_i\sigma_i$, and a number $\ge0$ is $c$ times its mean or more with probability at most $1/c$.
#
# In the picture $M=\sigma_{\max}\,\mathrm{diag}(1,\frac12)$. On the left you see the share of 200 starts that are still there,
# counted on $\Phi$ and on $\tilde f$. The dashed line is the bound on the probability. A counted share may lie a little above it,
# since 200 starts are a sample. From the diamond on, the bound is at most $\delta=0.05$. On the right you see one start; the large
# dot marks where it leaves on $\Phi$. Below stands the error of $\tilde f$ along GD on $\Phi$: $|\Phi-\tilde f|$ as a share of
# $|\tilde f-\Phi(0)|$. For $\tilde f$ the bound and the dashed line are proved. For $\Phi$ you can only count.
#
# Does every start on $\Phi$ leave within its bound? Look at *A step late*. What do more hidden units do to the dashed line? And
# how large is the error when GD leaves, if you make $\sigma_{\max}$ smaller and smaller?

# %%
explorers.origin_escape(
    show=("scale", "sigma", "width"), scenes=("A step late", "Never on Φ", "Far start"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# *Within the bound?* On $\tilde f$ yes: that is 6.2.2. On $\Phi$ not always. Start 10 has the bound 30, leaves on $\tilde f$ at
# step 30 and on $\Phi$ at step 31. Of the 200 starts 20 pass their bound, each by one step. On the way out $\|\nabla\Phi\|$ lags a
# little behind $\|\nabla\tilde f\|$, and may reach $\varepsilon$ later.
#
# *More hidden units.* The dashed line moves to the left and gets steeper, because $\theta$ has more coordinates, and all of them
# have to be small in an unlucky start. For 95 % of the starts it promises step 46 with one hidden unit, then 37, 32 and 26 with 2,
# 4 and 16.
#
# *A smaller $\sigma_{\max}$.* The error grows. Where only $\theta$ is left, $\Phi(0)-\tilde f=\frac12\alpha\|\theta\|^2$ and
# $\Phi-\tilde f=\frac12\langle b_1,a_1\rangle^2=\frac18\|\theta\|^4$, so the error is $\|\theta\|^2/(4\alpha)$. When GD on
# $\tilde f$ leaves, $\alpha\|\theta\|$ is about $\varepsilon$, and this is about $\varepsilon^2/(4\alpha^3)$: 0.0078 at
# $\sigma_{\max}=2$, 0.0625 at 1. At 1 all 200 starts leave later on $\Phi$, by up to 4 steps. So the large dot stands higher: start
# 0 has the error 0.108 there. At 0.9 GD on $\tilde f$ leaves within 102 steps from every start. But on $\Phi$ none of the 200
# passes $\varepsilon$ in the 128 steps that were run.
#
# *Far start.* With $s=0.1$ the dashed line stays near one half: the second number is 0.48 alone. The starts leave sooner than that,
# but this is not promised.
#
# </details>

# %%
late = left - bounds
print(f"later on Phi than the bound: {(late > 0).sum()} starts, by {late.max()}")
for width in (1, 2, 4, 16):
    chance = waiting_chance(np.arange(100), (2, 1), width, scale=.001, eta=.1, eps=.5)
    print(f"d_1 = {width}: at most 5 % are still there at step {(chance <= .05).argmax()}")

# %%
slow = LinearNetwork(SquaredLoss(np.diag([1, .5])), hidden=(2,))    # sigma_max = 1, start 0
run = gradient_descent(slow, slow.random(0, .001), eta=.1, steps=72)
product = slow.product(run.points[-1])
error = np.sum(product**2) / 2 / np.sum(slow.loss.target * product)
print(f"error {.5**2 / (4 * 2**3):.4f}, {.5**2 / (4 * 1**3):.4f}, at the dot {error:.3f}")
print(f"second number at s = 0.1: {.1**2 * 2 * 2 * (2 + 1) / .5**2:.2f}")

# %% [markdown]
# **Depth can cost more than a power.** Shamir (2019, arXiv 1809.08587) shows that from standard random starts a chain of widths 1
# needs a number of steps that is exponential in the depth.
#
# **A different perspective.** The landscape approach looks at all points. But GD does not go to all points. It starts somewhere
# and follows one trajectory. Arora, Cohen, Golowich and Hu (2019, arXiv 1810.02281) follow it, for linear networks of any depth
# and the squared loss on whitened data. If the hidden layers are wide enough, the start is nearly balanced, and its loss is below
# that of every matrix without full rank, GD with a small enough step converges to a global minimum at a linear rate. This is not a
# statement about the landscape: the saddles are all still there. It is a statement about the way.
#
# **Where to read on.** The lecture's references, with their places corrected:
#
# 1. Yu. Nesterov. *Introductory Lectures on Convex Programming, Volume I: Basic course*. Lecture notes, 1998.
# 2. C. Jin, R. Ge, P. Netrapalli, S. M. Kakade, M. I. Jordan. How to Escape Saddle Points Efficiently. ICML 2017, arXiv 1703.00887.
# 3. T. Laurent, J. von Brecht. Deep Linear Networks with Arbitrary Loss: All Local Minima Are Global. ICML 2018, PMLR 80:2902–2907,
#    arXiv 1712.01473. (Printed as ICML 2017.)
# 4. M. Nouiehed, M. Razaviyayn. Learning Deep Models: Critical Points and Local Openness. ICLR 2018, *workshop* track, arXiv
#    1803.02968. (Printed as ICLR 2018.)

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.7-a: A direction that curves down
#
# A network of depth 2 has the loss $l(W)=\frac12\|W-M\|^2$. The answer cell prints $W_1$, $W_2$ and
# $M$: they are the arrays `data.W1`, `data.W2` and `data.M`, and `data.W2 @ data.W1` is the product $W_2W_1$.
# The point $(W_1,W_2)$ is stationary, and it is no global minimizer of $\Phi$.
#
# Hand in two matrices `D1` and `D2`, as arrays or as lists of rows, such that
#
# $$\nabla^2\Phi(W_1,W_2)\,[(D_1,D_2),(D_1,D_2)]=-1 .$$
#
# There are many. Any one is right, if the form is $-1$ to nine decimals. You can find one by hand.

# %% nbgrader={"grade": false, "grade_id": "6_2_7-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.7-a")
print(data)

D1 = ...
D2 = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_7-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.7-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.7-a")

# %% [markdown]
# ### 6.2.7-b: Read the map of saddles
#
# The loss is $l(W)=\frac12\|W-\mathrm{diag}(\sigma_1,\sigma_2,\sigma_3)\|^2$, the network has depth
# $N$ and all matrices are of size 3. The answer cell prints $\sigma$ and $N$: they are `data.sigma`
# and `data.N`. Python counts from 0, so $\sigma_1$ is `data.sigma[0]`.
#
# For every set $S$ of modes the point with $W_1=\dots=W_N=\mathrm{diag}(s_1,s_2,s_3)$, $s_i=\sigma_i^{1/N}$ for $i\in S$
# and $s_i=0$ otherwise, is stationary.
#
# Hand in a dict `kinds`. Its keys are the 8 sets, written as tuples: `()`, `(1,)`, `(2,)`, `(3,)`,
# `(1, 2)`, `(1, 3)`, `(2, 3)`, `(1, 2, 3)`. Its values are `"strict saddle"`, `"non-strict
# saddle"`, `"local minimum"` or `"global minimum"`.

# %% nbgrader={"grade": false, "grade_id": "6_2_7-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.7-b")
print(data)

kinds = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_7-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.7-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.7-b")


# %% [markdown]
# ### 6.2.7-c: The direction for every shape
#
# Write a function `direction(W1, W2, G)`. It gets a stationary point of a network of depth 2 with
# the loss $l(W)=\frac12\|W-M\|^2$, and the matrix $G=\nabla l(W_2W_1)=W_2W_1-M\ne0$, as numpy arrays:
# `W2 @ W1` is a product, `W1.T` a transpose. The widths are any with $d_1\ge\min(d_0,d_2)$, so $G$
# need be neither square nor symmetric.
#
# It returns two arrays `(D1, D2)` of the shapes of `W1` and `W2`, such that
# $\nabla^2\Phi(W_1,W_2)\,[(D_1,D_2),(D_1,D_2)]=-1$, to nine decimals. For this loss
# $\nabla^2l[F,F]=\|F\|^2$. Any such pair is right.

# %% nbgrader={"grade": false, "grade_id": "6_2_7-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def direction(W1, W2, G):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_7-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.7-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.7-c")

# %% [markdown]
# ### 6.2.7-d: No negative eigenvalue, and no minimum
#
# In one variable, $f'=0$ and $f''>0$ make a local minimum. With $f''\ge0$ anything may happen. Show
# it for a linear network of depth 3 with $l(W)=\frac12\|W-M\|^2$ and all matrices of size 2. The
# answer cell prints $M$, the array `data.M`. Hand in two points, each a list of three matrices $[W_1,W_2,W_3]$:
#
# - `saddle`: a stationary point **other than the origin** whose Hessian has no negative eigenvalue,
#   and which is no local minimum (what is at most $10^{-8}$ counts as 0);
# - `lower`: a point at a distance of at most 0.1 from it where $\Phi$ is smaller. The distance is
#   the root of the sum of all squared differences.

# %% nbgrader={"grade": false, "grade_id": "6_2_7-d", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.7-d")
print(data)

saddle = ...
lower = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_7-d-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.7-d")

# %% tags=["nbval-ignore-output"]
solution("6.2.7-d")

# %% tags=["nbval-ignore-output"]
progress("6.2.7")

# %% [markdown]
# ## Summary
#
# - Depth 2, no bottleneck, $l$ convex and twice differentiable: at every stationary point that is not a global minimum, two
#   rank-one matrices give a direction in which the Hessian form is $-1$. All saddles are strict.
# - Depth 3 and more, any widths, $l$ convex and twice differentiable with $l(0)>\inf l$: at the origin gradient and Hessian vanish
#   together. It is a saddle that no second derivative shows.
# - The non-strict saddles of the map are best points of their rank. For $N\ge3$ and different $\sigma_i$, GD from a small enough
#   positive multiple of the identity visits them in turn.
# - A chain of $N\ge3$ weights, all equal to a small $a>0$, leaves the origin. But the time grows like $a^{2-N}$, not like
#   $\log\frac1a$.
# - So the landscape approach, in this form, cannot explain why GD trains deep networks, not even linear ones. A different
#   perspective is needed: the trajectory.
#
# This was the last section. [Index](index.ipynb)
