# %% [markdown]
# # 6.2.5 Gradient and Hessian
#
# **What are the gradient and the Hessian of a product?**
#
# The objective of a linear network is a convex loss of a product of matrices. The loss is simple. The product bends it.
# Where does the bending come from, and which directions feel it?
#
# After this section you will be able to
#
# - expand a product of moved matrices to second order,
# - write down the gradient and the Hessian of $\Phi$ for every depth and shape, and check them to 12 digits,
# - say which part of the Hessian can be negative, and in which directions,
# - explain why the sharpness of a minimum is no property of the function that the network computes,
# - give a step size for which Theorem 6.7 holds on $\Phi$, though $\Phi$ is not smooth.
#
# Time: about 85 minutes of reading and playing, 35 of homework.
# You need matrix products, traces, and Taylor's formula.
#
# [Index](index.ipynb) · previous: [6.2.4 Linear networks](6_2_4_linear_networks.ipynb) · next: [6.2.6 Local minima](6_2_6_local_minima.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_5_gradient_hessian.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
import numpy as np

from lnnlib import explorers
from lnnlib.balance import bounded_descent, on_range_of_data, weight_bounds
from lnnlib.descent import gradient_descent
from lnnlib.homework import check, given, own, progress, solution
from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from lnnlib.networks import LinearNetwork

# %% [markdown]
# ## Predict
#
# Take a linear network with three layers $W_1,W_2,W_3$ and the square loss $l(W)=\frac12\|W-M\|_F^2$ of its product:
#
# $$\Phi(W_1,W_2,W_3)=l(W_3W_2W_1).$$
#
# The loss $l$ is convex: in no direction does it curve downwards. You stand at a random point in the space of all weights and look
# along a direction $\Delta=(\Delta_1,\Delta_2,\Delta_3)$. Walk a distance $h$. Then $W_j$ becomes $W_j+h\Delta_j$, and the product
# becomes
#
# $$W_3W_2W_1+h\,F+h^2S+h^3(\dots)$$
#
# with two matrices $F$ and $S$ that depend on $\Delta$. The section State writes them out. The **curvature** of $\Phi$ along
# $\Delta$ is the second derivative in $h$ at $h=0$. It will turn out to be a sum of two parts:
#
# - $\nabla^2l[F,F]$, the second derivative of $l$ along the matrix $F$. It comes from the *curvature* of $l$.
# - $2\langle\nabla l,S\rangle$, with the matrix $\nabla l$ of the partial derivatives of $l$, and
#   $\langle A,B\rangle=\sum_{ij}A_{ij}B_{ij}$. It comes from the *slope* of $l$.
#
# In the left panel you turn the direction: the angle $\varphi$ runs through a plane of directions. The thin line with the square
# is $\nabla^2l[F,F]$, the dotted one $2\langle\nabla l,S\rangle$, the thick one their sum. In the shaded region $\Phi$ curves
# downwards. The right panel shows the eigenvalues of the two parts and of the sum, the Hessian. The marks are the three values in
# your direction.
#
# At first the plane holds the direction of the lowest curvature and that of the highest. Both move all three layers. Answer the
# question. Then choose the *plane* inside $W_1$, and the one from $W_1$ to $W_2$. The line above the controls tells you whether you
# were right, as soon as the picture decides it.

# %%
explorers.hessian_microscope(plane="eigenvectors", predict=True, show=("plane",))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **Two can be enough, one never.** In the plane inside $W_1$ one layer moves alone. The product then has no term with $h^2$, so
# $S=0$ and the dotted line lies on 0. What remains is $\nabla^2l[F,F]$. It is never negative, since $l$ is convex. Here it falls
# to 0.0003849, at 90°.
#
# In the plane from $W_1$ to $W_2$ two layers move. The dotted line falls below 0 and takes the sum with it. The sum is least at
# 42°: there the parts are 0.07504 and $-4.151$, and $\Phi$ curves downwards with $-4.076$.
#
# </details>

# %% [markdown]
# ## State
#
# **The objective.** The network has widths $d_0,\dots,d_N$ and weights $W_j\in\mathbb R^{d_j\times d_{j-1}}$, $j=1,\dots,N$. For
# $j\le k$ write $W_{j:k}=W_kW_{k-1}\cdots W_j$, and let $W_{k+1:k}$ be the identity of size $d_k$. Let
# $l:\mathbb R^{d_N\times d_0}\to\mathbb R$ be convex and twice differentiable. Its gradient $\nabla l(W)$ is a matrix of the shape
# of $W$. Its Hessian $\nabla^2l(W)[\cdot,\cdot]$ is a symmetric bilinear form on such matrices. Since $l$ is convex,
# $\nabla^2l(W)[X,X]\ge0$ for every matrix $X$. The objective is $\Phi(W_1,\dots,W_N)=l(W_{1:N})$.
#
# **Sizes.** $\langle A,B\rangle=\sum_{ij}A_{ij}B_{ij}=\mathrm{tr}(A^TB)$ and $\|A\|_F^2=\langle A,A\rangle$. For
# $\Delta=(\Delta_1,\dots,\Delta_N)$ put $\|\Delta\|^2=\sum_j\|\Delta_j\|_F^2$, and for two such lists
# $\langle\Gamma,\Delta\rangle=\sum_j\langle\Gamma_j,\Delta_j\rangle$. And $o(\|\Delta\|^2)$ stands for anything that, divided by
# $\|\Delta\|^2$, tends to 0 as $\Delta\to0$.

# %% [markdown]
# **Proposition (expansion).** Move every layer, $W_j\to W_j+\Delta_j$. Put
#
# $$\begin{aligned}F&=\sum_{j=1}^N W_{j+1:N}\,\Delta_j\,W_{1:j-1},\\
# S&=\sum_{1\le j<j'\le N}W_{j'+1:N}\,\Delta_{j'}\,W_{j+1:j'-1}\,\Delta_j\,W_{1:j-1}.\end{aligned}$$
#
# $F$ collects what happens where one layer moves, $S$ where two layers move at once. Then
#
# $$(W_N+\Delta_N)\cdots(W_1+\Delta_1)=W_{1:N}+F+S+o(\|\Delta\|^2),$$
#
# $$\begin{aligned}\Phi(W_1+\Delta_1,\dots,W_N+\Delta_N)&=l(W_{1:N})+\langle\nabla l,F\rangle\\
# &\quad{}+\langle\nabla l,S\rangle+\tfrac12\nabla^2l\,[F,F]+o(\|\Delta\|^2),\end{aligned}$$
#
# with $\nabla l$ and $\nabla^2l$ taken at $W_{1:N}$. This is the Taylor expansion of $\Phi$ to second order. It holds
#
# - the **gradient**, of order 1: $\;\langle\nabla\Phi,\Delta\rangle=\langle\nabla l,F\rangle$, that is
#   $\;\nabla\Phi=(\nabla_1,\dots,\nabla_N)$ with $\;\nabla_j=W_{j+1:N}^T\;\nabla l(W_{1:N})\;W_{1:j-1}^T$;
# - the **Hessian**, of order 2: $\;\nabla^2\Phi\,[\Delta,\Delta]=\nabla^2l\,[F,F]+2\,\langle\nabla l,S\rangle$.

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | second-order sum over $1\le j\le j'\le N$, three times | $1\le j<j'\le N$: each layer stands in the product once | Prove 1, Break 1 |
# | $l$ twice *continuously* differentiable | twice differentiable is enough | Break 3 |
# | one $\mathbf o(\cdot)$ inside $l(\cdot)$ and outside | inside it is a matrix, outside a number | Prove 2, Prove 3 |
#
# </details>

# %% [markdown]
# Compute it once by hand. Take $N=2$ and widths 1, so that the weights are two numbers, and $l(x)=\frac12(x-3)^2$. Move $w_1$ by
# $\delta_1$ and $w_2$ by $\delta_2$. Then $F=w_2\delta_1+w_1\delta_2$ and $S=\delta_2\delta_1$. With $g=l'(w_2w_1)=w_2w_1-3$ the
# Hessian form is
#
# $$F^2+2gS=w_2^2\,\delta_1^2+2\,(w_1w_2+g)\,\delta_1\delta_2+w_1^2\,\delta_2^2 .$$
#
# The class `LinearNetwork` has the formulas for every depth and shape. Its `join` makes one vector $w$ of all weights. Here are
# the gradient $(w_2g,\,w_1g)$ and the Hessian at $w_1=1$, $w_2=2$, first by hand:

# %%
w1, w2 = 1, 2
g = w2 * w1 - 3
print("gradient", [w2 * g, w1 * g], " Hessian", [[w2**2, w1 * w2 + g], [w1 * w2 + g, w1**2]])
tiny = LinearNetwork(SquaredLoss([[3]]), hidden=(1,))
w = tiny.join([[[w1]], [[w2]]])
print("gradient", tiny.grad(w).tolist(), " Hessian", tiny.hess(w).tolist())

# %% [markdown]
# The entry off the diagonal holds both parts, $w_1w_2=2$ from $F$ and $g=-1$ from $S$. On the diagonal there is nothing of $S$.

# %% [markdown]
# ## Play
#
# **Where does the negative curvature come from, and where does it go?** Below, two layers move together. First drag the diamond in
# the left panel to a direction where $\Phi$ curves downwards. Then drag the slider *point w(s)* from the random point, $s=1$, to a
# global minimum, $s=0$. Which of the two parts vanishes? Try another loss and another depth: is it ever different?

# %%
explorers.hessian_microscope(angle=120, show=("s", "loss", "depth"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **It comes from $2\langle\nabla l,S\rangle$, and this part vanishes.** At 42° the parts are 0.07504 and $-4.151$, and the Hessian
# has 5 negative eigenvalues. At $s=1$ the slope $\|\nabla l\|$ is 3.308, at $s=0$ it is 0. There the dotted line lies on 0, and no
# eigenvalue is negative. What remains is $\nabla^2l[F,F]$, which is never negative.
#
# **It is never different.** Each of these minima of $\Phi$ has $\nabla l=0$, for all four losses and all three depths. Then the
# second part is 0, whatever $S$ is (Prove 6).
#
# </details>

# %% [markdown]
# **How fast does the expansion become exact?** Left you see $\Phi$ on a line $w+h\Delta$, and the expansions to first and to
# second order. Right is how far each is off, with both axes logarithmic. What vanishes like $h^3$ has slope 3 there, and half the
# step $h$ divides it by $2^3=8$. Drag the dot to the left and read by what the error is divided. Do you expect the depth to matter?

# %%
explorers.taylor_orders(show=("depth",))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **The order is 3 at every depth.** At $h=0.01$ half the step divides the error by 8.019, 8.014, 8.036 and 7.97 at depth 2, 3, 4
# and 5. The reason: everything that the expansion leaves out holds at least three $\Delta$'s, so along $h\Delta$ it has a factor
# $h^3$. At depth 2 the product itself has no such term, but $\nabla^2l[F,S]$ is one (Prove 3).
#
# **Only the size depends on the depth**: at $h=0.1$ the error is 0.0001439 at depth 2 and 0.0002127 at depth 5.
#
# </details>

# %% [markdown]
# **Is a minimum sharp because of the function?** Take the two numbers $w_1,w_2$ again. For $c\ne0$ replace them by $cw_1$ and
# $w_2/c$. The product stays the same, and so does the function that the network computes. A change of the weights that no output
# can see is called a **gauge**. But the Hessian sees it. At a minimum $g=0$, and the Hessian above has the eigenvalues 0 and
# $w_1^2+w_2^2$. The gauge turns the second one into $c^2w_1^2+w_2^2/c^2$. With matrices it is the same. You prove this and the
# proposition after it below.
#
# **Proposition (gauge).** For $c\ne0$ replace $(W_1,W_2)$ by $(cW_1,W_2/c)$. The product and $\Phi$ stay the same. The curvature
# in general does not. For the square loss, at every global minimum with $W_2W_1=M$, the eigenvalues of $\nabla^2\Phi$ are, apart
# from zeros, the numbers
#
# $$a_i^2+b_k^2,\qquad i=1,\dots,d_2,\quad k=1,\dots,d_0,$$
#
# where $a_i$ and $b_k$ are the singular values of $W_2$ and $W_1$, in falling order and filled up with zeros. The largest one,
# $a_1^2+b_1^2$, is called the *sharpness*. The gauge turns it into $a_1^2/c^2+b_1^2c^2$.
#
# One matrix tells how far out on the gauge a point is. For two numbers it is $w_2^2-w_1^2$.
#
# **Proposition (balancedness).** Let $B_j=W_{j+1}^TW_{j+1}-W_jW_j^T$ for $j=1,\dots,N-1$. The weights are *balanced* if all
# $B_j=0$. One step of gradient descent (GD) with step size $\eta$ changes it by
#
# $$B_j^{(t+1)}-B_j^{(t)}=\eta^2\left(\nabla_{j+1}^T\nabla_{j+1}-\nabla_j\nabla_j^T\right),$$
#
# exactly. There is no term of order $\eta$.
#
# In the left panel are the eigenvalues at a global minimum of a network with two layers, moved by the gauge $c$. The curves are
# the formula, the dots are computed from the Hessian. The highest dot, $\lambda_{\max}$, is the sharpness. Along its eigenvector a
# step of GD multiplies the distance from the minimum by about $1-\eta\lambda_{\max}$. That is below $-1$ where the dot is above the
# dashed line at $2/\eta$. Right is GD from a start beside that minimum, moved by the same $c$. So its first value of $\Phi$ does
# not depend on $c$. Below it stands $\|B\|_F$, with $B=B_1$: rings for GD, a line for the sum of the $\eta^2$ increments.
#
# First predict: what will GD do where the dot of $\lambda_{\max}$ is above the dashed line? Where can it end?
# Then drag that dot, and choose *Beyond 2/η* and *Too far beyond*.

# %%
explorers.gauge()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **The function does not decide.** At $c=1$ the sharpness is 4, at $c=2$ it is 8.5, at $c=4$ it is 32.13. All three minima
# compute one function.
#
# **Above the dashed line GD cannot stay**, except from exceptional starts: a small distance grows. It can end only where the
# sharpness is at most $2/\eta$, or nowhere. *Beyond 2/η* has $\eta=0.4$, so $2/\eta=5$, and starts beside the sharpness 8.5: GD
# lands where it is 4.001. With $\eta=0.2$ and $c=3$ it goes from 18.22 to 6.78, below $2/\eta=10$. *Too far beyond* starts beside
# 32.13: GD diverges.
#
# **The balance** follows the $\eta^2$ increments: in the runs that settle the rings lie on the line. *Beyond 2/η* brings
# $\|B\|_F$ from 8.677 to 0.3008. At first, with $c=2$ and $\eta=0.2$, the dot is below the dashed line, and $\|B\|_F$ hardly moves,
# from 8.677 to 8.58.
#
# </details>

# %% [markdown]
# ## Prove
#
# ### Gradient, Hessian and the two facts
#
# Nine steps, each with a cell that computes it. The instance is random: the softmax loss, three layers of widths 4, 2, 5, 3, so
# that no layer is square. Change the seed and run the cells again: both sides must still agree. After them, in five more steps,
# you carry Theorem 6.7 to $\Phi$.

# %%
rng = np.random.default_rng(13)
l = SoftmaxLoss(X=rng.normal(size=(4, 20)), classes=np.arange(20) % 3)
net = LinearNetwork(l, hidden=(2, 5))
w, v = net.random(rng), net.random(rng)
D, P, G = net.split(v), net.product(w), l.grad(net.product(w))


# %% [markdown]
# `w` holds the weights and `v` the direction, `D` is the list $[\Delta_1,\Delta_2,\Delta_3]$. `P` is the product $W_{1:3}$ and
# `G` is $\nabla l(W_{1:3})$. We write $W_{j:k}$ as

# %%
def part(j, k):
    return net.product(w, j, k)


# %% [markdown]
# **Step 1. Multiply out.** In $(W_3+\Delta_3)(W_2+\Delta_2)(W_1+\Delta_1)$ you choose from every bracket either $W_j$ or
# $\Delta_j$. That makes $2^3$ terms. Sort them by how many $\Delta$'s they hold. No $\Delta$: the product $W_{1:3}$. One: the three
# terms of $F$. Two come from two *different* brackets, $j<j'$: the three terms of $S$. Three: one term is left,
# $\Delta_3\Delta_2\Delta_1$. For other $N$ it is the same, with more terms in the rest:

# %%
F = sum(part(j + 1, 3) @ D[j - 1] @ part(1, j - 1) for j in (1, 2, 3))
S = sum(part(k + 1, 3) @ D[k - 1] @ part(j + 1, k - 1) @ D[j - 1] @ part(1, j - 1)
        for j, k in [(1, 2), (1, 3), (2, 3)])
rest = D[2] @ D[1] @ D[0]
same = np.allclose(net.product(w + v), P + F + S + rest)
print("product of the moved layers = P + F + S + rest:", same)

# %% [markdown]
# **Step 2. The rest is small.** Every term of the rest holds at least three $\Delta$'s. So for $\|\Delta\|\le1$ the rest is at most
# a constant times $\|\Delta\|^3$, and it is $o(\|\Delta\|^2)$. Along $h\Delta$, $F$ becomes $hF$ and $S$ becomes $h^2S$:

# %%
for h in (.1, .01, .001):
    off = np.linalg.norm(net.product(w + h * v) - (P + h * F + h**2 * S))
    print(f"h = {h}: remainder / h^2 = {off / h**2:.4g}")

# %% [markdown]
# **Step 3. Put it into $l$.** Taylor's formula for $l$ at $P=W_{1:N}$ reads
#
# $$l(P+X)=l(P)+\langle\nabla l(P),X\rangle+\tfrac12\nabla^2l(P)[X,X]+o(\|X\|_F^2).$$
#
# Insert $X=F+S+\text{rest}$. Of first order there is $\langle\nabla l,F\rangle$. Of second order there are
# $\langle\nabla l,S\rangle$ and $\frac12\nabla^2l[F,F]$. All else, such as $\nabla^2l[F,S]$, is $o(\|\Delta\|^2)$. If $l$ is
# three times continuously differentiable, as here, all else is at most a constant times $\|\Delta\|^3$.
#
# In code `(A * B).sum()` is $\langle A,B\rangle$, and `l.hvp(P, F)` is the matrix $A$ with
# $\langle A,\cdot\rangle=\nabla^2l(P)[F,\cdot]$.

# %%
one = (G * F).sum()
two = (G * S).sum() + (l.hvp(P, F) * F).sum() / 2
for h in (.1, .01, .001):
    off = net(w + h * v) - (net(w) + h * one + h**2 * two)
    print(f"h = {h}: remainder / h^2 = {abs(off) / h**2:.4g}")

# %% [markdown]
# $\Phi$ is twice differentiable, since $l$ and the product are. Such a function has only one expansion with a remainder
# $o(\|\Delta\|^2)$. So the terms of order 1 are the gradient, and those of order 2 are half the Hessian form.
#
# **Step 4. The gradient.** The trace lets matrices change sides:
#
# $$\langle G,A\Delta B\rangle=\mathrm{tr}(G^TA\Delta B)=\mathrm{tr}(BG^TA\,\Delta)=\langle A^TGB^T,\Delta\rangle .$$
#
# With $A=W_{j+1:N}$ and $B=W_{1:j-1}$,
#
# $$\langle\nabla l,F\rangle=\sum_j\langle W_{j+1:N}^T\,\nabla l\,W_{1:j-1}^T,\ \Delta_j\rangle .$$

# %%
blocks = [part(j + 1, 3).T @ G @ part(1, j - 1).T for j in (1, 2, 3)]
total = sum((block * D_j).sum() for block, D_j in zip(blocks, D))
print(f"<grad l, F> = {(G * F).sum():.4g}, sum of all <grad_j, Delta_j> = {total:.4g}")


# %% [markdown]
# Compare it with the derivative of $\Phi$ by a **complex step**. For an analytic function $f(x+ih)=f(x)+ih\,f'(x)-\dots$, so
# $f'(x)=\mathrm{Im}\,f(x+ih)/h$ up to order $h^2$. Nothing is subtracted, so no digits cancel. Take $h=10^{-30}$:

# %%
def derivative(f, w, v):
    return f(w + 1e-30j * v).imag / 1e-30


# %% [markdown]
# All partial derivatives of $\Phi$ at once, one for each row of the identity matrix:

# %%
difference = net.join(blocks) - derivative(net, w, np.eye(net.dim))
print("largest difference below 1e-12:", np.abs(difference).max() < 1e-12)

# %% [markdown]
# **Step 5. The Hessian.** Twice the terms of order 2 are $\nabla^2l[F,F]+2\langle\nabla l,S\rangle$. The check: the derivative of
# the gradient along $\Delta$, again by a complex step, in scalar product with $\Delta$.

# %%
form = (l.hvp(P, F) * F).sum() + 2 * (G * S).sum()
print(f"formula {form:.4g}, complex step {v @ derivative(net.grad, w, v):.4g}")

# %% [markdown]
# **Step 6. What the two terms can do.** The first one is $\ge0$, since $l$ is convex. In the second no layer meets itself, since
# $S$ is a sum over $j<j'$. So it vanishes where one layer moves alone: as a matrix it has diagonal blocks 0, one for each layer.
# Its trace is 0 too, and the trace is the sum of the eigenvalues. So if the matrix is not 0, it has eigenvalues of both signs.
# Here are both terms as matrices:

# %%
E = np.eye(net.dim)
first, second = net.hess_form_terms(w, E[:, None], E)
print("least eigenvalue of the first above -1e-12:", np.linalg.eigvalsh(first)[0] > -1e-12)
print("trace of the second below 1e-12:", abs(np.trace(second)) < 1e-12)
print("the second reaches from {:.4g} to {:.4g}".format(*np.linalg.eigvalsh(second)[[0, -1]]))

# %% [markdown]
# The blocks of the second term, layer by layer. Only pairs of different layers appear:

# %%
ends = np.cumsum([0, 8, 10, 15])
norms = [[np.linalg.norm(second[a:b, c:d]) for c, d in zip(ends, ends[1:])]
         for a, b in zip(ends, ends[1:])]
print(np.array(norms).round(3))


# %% [markdown]
# Where $\nabla l(W_{1:N})=0$ the second term is gone, and the Hessian is positive semidefinite. At such a point $W_{1:N}$ is a
# global minimizer of $l$: a convex function lies on or above its tangent plane, and this one is level, so $l(X)\ge l(W_{1:N})$
# for every $X$. Turn both around. Where $\Phi$ curves downwards, $\nabla l\ne0$ and $S\ne0$: the product is not a minimizer of
# $l$, and at least two layers move.
#
# **Step 7. Other shapes and depths.** 100 random networks of depth 1 to 5, and all entries of gradient and Hessian. No entry may be
# off by more than $10^{-12}$ times the largest one.

# %%
def holds(seed):
    rng = np.random.default_rng(seed)
    widths = rng.integers(1, 5, rng.integers(2, 7))
    widths[-1] += 1
    loss = SoftmaxLoss(X=rng.normal(size=(widths[0], 10)), classes=np.arange(10) % widths[-1])
    net = LinearNetwork(loss, hidden=widths[1:-1])
    w, E = net.random(rng), np.eye(net.dim)
    pairs = [(net.grad(w), derivative(net, w, E)), (net.hess(w), derivative(net.grad, w, E))]
    return all(np.abs(A - B).max() <= 1e-12 * np.abs(B).max() for A, B in pairs)


# %%
right = sum(holds(seed) for seed in range(100))
print("Gradient and Hessian are right on", right, "of 100 random networks.")

# %% [markdown]
# **Step 8. The spectrum at a minimum.** Take $N=2$, the square loss, and $W_2W_1=M$. Then $\nabla l=0$, and the Hessian form is
# $\|F\|_F^2$ with $F=W_2\Delta_1+\Delta_2W_1$. Call $J$ the linear map $(\Delta_1,\Delta_2)\mapsto F$. The Hessian is $J^TJ$,
# since $\|F\|_F^2=\langle J\Delta,J\Delta\rangle$. By the rule of step 4, $J^TX=(W_2^TX,\ XW_1^T)$. For every $J$, except for
# zeros $J^TJ$ has the eigenvalues of $JJ^T$. Here that is
#
# $$X\mapsto W_2W_2^TX+X\,W_1^TW_1 .$$
#
# Take a left singular vector $u_i$ of $W_2$ and a right singular vector $v_k$ of $W_1$. Then $W_2W_2^Tu_i=a_i^2u_i$ and
# $v_k^TW_1^TW_1=b_k^2v_k^T$. So $u_iv_k^T$ is an eigenvector, with the eigenvalue $a_i^2+b_k^2$. There are $d_2d_0$ of them, all
# there are. Compare, for $c=1$ and $c=3$:

# %%
M = np.array([[2., 0, 1], [0, 1, 1]])
two_layers = LinearNetwork(SquaredLoss(M), hidden=(2,))
W_1, W_2 = two_layers.split(two_layers.balanced(M))
for c in (1, 3):
    moved = two_layers.join([c * W_1, W_2 / c])
    a, b = (np.linalg.svd(W)[1] for W in (W_2 / c, c * W_1))
    formula = np.add.outer(a**2, np.append(b, 0)**2).ravel()
    measured = np.linalg.eigvalsh(two_layers.hess(moved))[-6:]
    print(f"c = {c}: Phi below 1e-12: {two_layers(moved) < 1e-12}",
          np.sort(formula).round(3), measured.round(3))


# %% [markdown]
# Both minima compute one function, and the second has more than 4 times the sharpness of the first.
#
# **Step 9. Balancedness.** Both $W_{j+1}^T\nabla_{j+1}$ and $\nabla_jW_j^T$ equal $W_{j+1:N}^T\,\nabla l\,W_{1:j}^T$. So
#
# $$W_{j+1}^T\nabla_{j+1}=\nabla_jW_j^T .$$
#
# Insert $W_j-\eta\nabla_j$ into $B_j$ and multiply out. The terms with $\eta$ cancel, by this identity and its transpose. The
# terms with $\eta^2$ stay.

# %%
def balance(net, w):
    W = net.split(w)
    return [W[j].T @ W[j] - W[j - 1] @ W[j - 1].T for j in range(1, net.depth)]

g = net.split(net.grad(w))
W = net.split(w)
agree = [np.allclose(W[j].T @ g[j], g[j - 1] @ W[j - 1].T) for j in (1, 2)]
print("identity holds:", all(agree))

# %%
eta = .3
moved = balance(net, w - eta * net.grad(w))
change = [after - before for after, before in zip(moved, balance(net, w))]
formula = [eta**2 * (g[j].T @ g[j] - g[j - 1] @ g[j - 1].T) for j in (1, 2)]
print("change of B_1 and B_2 equals the increments:",
      all(np.allclose(*pair) for pair in zip(change, formula)))

# %% [markdown]
# ### Theorem 6.7 for $\Phi$
#
# Theorem 6.7 of section 6.2.1 asks for a $\beta$ that bounds the curvature everywhere. For $N\ge2$, $\Phi$ in general has none, not
# even where $\Phi$ is small. For $\Phi(w_1,w_2)=\frac12(w_2w_1-1)^2$ the gauge gives $\Phi(c,\frac1c)=0$ for every $c\ne0$, and the
# curvature there is $c^2+c^{-2}$. For $c=10,100,1000$, rounded:

# %%
one = LinearNetwork(SquaredLoss([[1]]), hidden=(1,))
curvatures = [np.linalg.norm(one.hess([c, 1 / c]), 2) for c in (10, 100, 1000)]
print("curvature:", [round(float(curvature)) for curvature in curvatures])

# %% [markdown]
# But with small steps GD does not go there. Far out on the gauge the weights are badly balanced, and GD hardly moves the balance.
# In this part the norm $\|A\|$ of a matrix is the spectral norm, its largest singular value.
#
# **Theorem (bounded descent).** Let $N\ge2$. Let $l$ be twice differentiable and $\beta_l$-smooth, $l\ge l^*$, and $\|W\|\le p$
# wherever $l(W)\le\Phi(w_0)$. GD starts at $w_0$, and $W_j^{(t)}$, $B_j^{(t)}$ belong to its point $w_t$. Put
# $\gamma=\Phi(w_0)-l^*$. Let $c_2=1$, and $c_N=2$ for $N\ge3$. For a step size $\eta>0$ put
#
# $$\begin{gathered}\tau=\sum_j\|B_j^{(0)}\|+2c_N\,\eta\,\gamma,\qquad R=\sqrt{p^{2/N}+2\tau},\\
# \beta(\eta)=N\beta_lR^{2N-2}+(N-1)R^{N-2}\sqrt{2\beta_l\gamma}.\end{gathered}$$
#
# If $\eta\,\beta(\eta)\le1$, then at every step $t$
#
# 1. $\Phi(w_{t+1})\le\Phi(w_t)-\frac\eta2\|\nabla\Phi(w_t)\|^2$,
# 2. $\|W_j^{(t)}\|\le R$ for every layer, and $\sum_j\|B_j^{(t)}-B_j^{(0)}\|\le2c_N\,\eta\,\gamma$,
#
# and some step $t\le2\gamma/(\eta\epsilon^2)$ has $\|\nabla\Phi(w_t)\|\le\epsilon$, for every $\epsilon>0$.
#
# This is Theorem 6.7 with a $\beta$ that belongs to the start. Unless $p=\gamma=0$, where nothing moves, $\eta\,\beta(\eta)$
# grows with $\eta$ from 0 without end. So one $\eta^*$ has $\eta^*\beta(\eta^*)=1$, and every $\eta\le\eta^*$ will do. (For $N=2$
# the smaller $R^2=\frac12(\tau+\sqrt{\tau^2+4p^2})$ will do. The code uses it.)
#
# The proof has five steps. They are computed on three layers of size $2\times2$, with the square loss and $M=\mathrm{diag}(2,1)$.
# There $\beta_l=1$, $l^*=0$, and
#
# $$\|W\|\le\|M\|+\|W-M\|_F\le2+\sqrt{2\Phi(w_0)}=p .$$

# %%
deep = LinearNetwork(SquaredLoss(np.diag([2., 1.])), hidden=(2, 2))
w_0 = deep.random(0, .5)
bounds = bounded_descent(deep, w_0)
eta, gap, p = bounds.eta, bounds.gap, bounds.p
print(f"p = {p:.3f} = {2 + np.sqrt(2 * deep(w_0)):.3f},  eta* = {eta:.5f}")
print(f"R = {bounds.radius(eta):.3f},  beta = {bounds.beta(eta):.2f},",
      f"eta* beta = {eta * bounds.beta(eta):.4f}")

# %%
run = gradient_descent(deep, w_0, eta, steps=1000)
print("Phi falls by at least eta/2 ||grad Phi||^2 in all 1000 steps:",
      (run.values[1:] <= run.values[:-1] - eta / 2 * run.grad_norms[:-1]**2 + 1e-15).all())
T_star = run.first_stationary(.01)
print(f"first gradient below 0.01: step {T_star}, bound {bounds.steps(.01):.2g}")


# %% [markdown]
# **Step 10. What the balance can drift.** Both $\nabla_{j+1}^T\nabla_{j+1}$ and $\nabla_j\nabla_j^T$ in step 9 are positive
# semidefinite. For two such matrices $X$, $Y$ and a unit vector $v$, $v^T(X-Y)v$ lies between $-\|Y\|$ and $\|X\|$. So $\|X-Y\|$
# is at most the larger of the two norms, and one step changes $B_j$ by at most $\eta^2\max(x_j,x_{j+1})$ with
# $x_j=\|\nabla_j\|_F^2$. Sum over $j$. For $N=2$ there is one $B_j$. For $N\ge3$ each $x_j$ occurs in two maxima at most. So all
# $B_j$ together change by at most $c_N\,\eta^2\|\nabla\Phi\|^2$. As long as claim 1 holds,
# $\eta\,\|\nabla\Phi(w_t)\|^2\le2\,(\Phi(w_t)-\Phi(w_{t+1}))$. These decreases add up to $\gamma$ at most:
#
# $$\sum_j\|B_j^{(t)}-B_j^{(0)}\|\ \le\ c_N\,\eta^2\sum_{i<t}\|\nabla\Phi(w_i)\|^2\ \le\ 2c_N\,\eta\,\gamma .$$

# %%
def drift(net, w, start):
    return sum(np.linalg.norm(B - B_0, 2)
               for B, B_0 in zip(balance(net, w), balance(net, start)))

spent = 2 * eta**2 * (run.grad_norms[:-1]**2).sum()
drifted = drift(deep, run.points[-1], w_0)
print(f"drift {drifted:.4f}, by the gradients {spent:.4f}, bound {2 * 2 * eta * gap:.4f}")


# %% [markdown]
# **Step 11. The product bounds the layers.** Let $m=\sum_j\|B_j\|$. We show for any weights
#
# $$\|W_k\|^2\le\|W_{1:N}\|^{2/N}+2m .$$
#
# Follow the vector that $W_1$ stretches most:
#
# $$\|v_0\|=1,\qquad\|W_1v_0\|=\|W_1\|,\qquad v_j=W_jv_{j-1} .$$
#
# Let $r_j=\|v_j\|/\|v_{j-1}\|$: by so much layer $j$ stretches it. By Cauchy-Schwarz
#
# $$\|W_j^Tv_j\|\ge\frac{\langle W_j^Tv_j,v_{j-1}\rangle}{\|v_{j-1}\|}=r_j\,\|v_j\| .$$
#
# And $W_{j+1}^TW_{j+1}=W_jW_j^T+B_j$. So
#
# $$r_{j+1}^2\|v_j\|^2=v_j^T(W_jW_j^T+B_j)\,v_j\ \ge\ (r_j^2-\|B_j\|)\,\|v_j\|^2 .$$
#
# Hence $r_{j+1}^2\ge r_j^2-\|B_j\|$, and it begins with $r_1=\|W_1\|$. So
#
# $$r_j^2\ge\|W_1\|^2-m\qquad\text{for every }j .$$
#
# All layers together stretch $v_0$ by $r_1\cdots r_N\le\|W_{1:N}\|$. If $\|W_1\|^2-m$ is positive (then no $v_j$ is 0), multiply
# and take the root:
#
# $$\begin{aligned}\|W_{1:N}\|^2&\ge r_1^2\cdots r_N^2\ge(\|W_1\|^2-m)^N,\\
# \|W_1\|^2&\le\|W_{1:N}\|^{2/N}+m .\end{aligned}$$
#
# If it is not positive, the second line is clear. Finally
#
# $$\|W_{j+1}\|^2=\|W_jW_j^T+B_j\|\le\|W_j\|^2+\|B_j\|$$
#
# carries the bound to all layers, at the price of another $m$. For $N=2$ keep more:
#
# $$\|W_1\|^2\,(\|W_1\|^2-\|B_1\|)\le\|W_{1:2}\|^2,$$
#
# and by transposing the same for $W_2$. That is the smaller $R$.
#
# `weight_bounds` keeps a little more of $B_j$: it counts the positive and the negative eigenvalues apart. Try 1000 networks:

# %%
def tightest(seed):
    rng = np.random.default_rng(seed)
    hidden = rng.integers(1, 4, rng.integers(1, 4))
    net = LinearNetwork(SquaredLoss(np.zeros((2, 3))), hidden)
    w = net.random(rng)
    P, B = np.linalg.norm(net.product(w), 2), balance(net, w)
    m, N = sum(np.linalg.norm(B_j, 2) for B_j in B), net.depth
    layers = np.array([np.linalg.norm(W_j, 2) for W_j in net.split(w)])
    return max(layers / weight_bounds(P, B)), max(layers**2 / (P**(2 / N) + 2 * m))


# %%
sharp, simple = np.max([tightest(seed) for seed in range(1000)], axis=0)
print(f"largest ||W_k|| / bound: {sharp:.4f}, and ||W_k||^2 / simple bound: {simple:.4f}")

# %% [markdown]
# **Step 12. Bounded layers bound the curvature.** Let all $\|W_j\|\le R$. Each term of $F$ holds $N-1$ layers and each term of
# $S$ holds $N-2$. Use that $\|AB\|_F\le\|A\|\|B\|_F$, and Cauchy-Schwarz:
#
# $$\begin{aligned}\|F\|_F&\le R^{N-1}\sum_j\|\Delta_j\|_F\le R^{N-1}\sqrt N\,\|\Delta\|,\\
# 2\,|\langle\nabla l,S\rangle|&\le\|\nabla l\|_FR^{N-2}\sum_{j\ne j'}\|\Delta_j\|_F\|\Delta_{j'}\|_F\\
# &\le\|\nabla l\|_FR^{N-2}(N-1)\|\Delta\|^2 .\end{aligned}$$
#
# And $|\nabla^2l[F,F]|\le\beta_l\|F\|_F^2$ by Lemma 6.4. So
#
# $$\|\nabla^2\Phi\|\le N\beta_lR^{2N-2}+(N-1)R^{N-2}\,\|\nabla l\|_F .$$
#
# Where $l(W)\le\Phi(w_0)$, the slope is bounded too. Lemma 6.5, from $W$ to $W-\nabla l(W)/\beta_l$, says
# $l^*\le l(W)-\|\nabla l(W)\|_F^2/(2\beta_l)$. Hence $\|\nabla l\|_F\le\sqrt{2\beta_l\gamma}$.
# Together this is $\beta(\eta)$. Along the run:

# %%
curvature = max(np.linalg.norm(deep.hess(w), 2) for w in run.points[::20])
slope = max(np.linalg.norm(deep.loss.grad(deep.product(w))) for w in run.points[::20])
layer = max(np.linalg.norm(W, 2) for w in run.points for W in deep.split(w))
print(f"layers at most {layer:.3f}, bound {bounds.radius(eta):.3f}")
print(f"slope of l at most {slope:.3f}, bound {np.sqrt(2 * gap):.3f}")
print(f"curvature at most {curvature:.2f}, bound {bounds.beta(eta):.2f}")

# %% [markdown]
# The bound of step 12 itself cannot be improved. For three equal numbers $R$, with a product above $M=1$, both terms point the
# same way:

# %%
chain, R = LinearNetwork(SquaredLoss([[1]]), hidden=(1, 1)), 1.5
formula = 3 * R**4 + 2 * R * (R**3 - 1)
print(f"curvature {np.linalg.norm(chain.hess([R, R, R]), 2):.4f}, formula {formula:.4f}")


# %% [markdown]
# **Step 13. The circle closes.** Claim 1 needs the curvature, the curvature needs bounded layers, the layers need the balance,
# the balance needs claim 1. Go along the step and see that none of them fails first. Let $\eta\,\beta(\eta)<1$, and let all
# hold up to step $t$. (At $t=0$ claim 2 is step 11, since $\|W_{1:N}\|\le p$ wherever $\Phi\le\Phi(w_0)$.) If
# $\nabla\Phi(w_t)=0$, nothing moves. Else $\Phi$ falls at once.
#
# Take the points $w(s)=w_t-s\nabla\Phi(w_t)$, $0\le s\le\eta$, and a number $R'$ a little larger than $R$, so that $\eta$ times
# the bound of step 12 for $R'$ is still at most 1. Go on as long as all $\|W_j\|\le R'$ and $\Phi\le\Phi(w_0)$. There the
# curvature is at most $1/\eta$. By Lemma 6.5 on this piece $\Phi(w(s))\le\Phi(w_t)-\frac s2\|\nabla\Phi(w_t)\|^2$: it falls. By
# step 10, with $s\le\eta$ in the place of the last $\eta$, the balance has drifted by at most $2c_N\,\eta\,\gamma$. By step 11
# all $\|W_j\|\le R<R'$. So neither limit is reached before $s=\eta$, and all claims hold at step $t+1$. (For
# $\eta\,\beta(\eta)=1$ let smaller step sizes tend to $\eta$: each $w_t$ depends on $\eta$ continuously.)
#
# **Step 14. Add up.** From claim 1 the number of steps follows as in section 6.2.1, step 7: the budget is $\gamma$. $\square$
#
# Now all in one, on 100 random networks, bottlenecks included. `holds` tries claim 1 and the bound on the layers along 300 steps
# of GD with $\eta^*$, and the drift at the end:

# %%
def holds(seed):
    rng = np.random.default_rng(seed)
    d = rng.integers(1, 5, rng.integers(3, 6))
    net = LinearNetwork(SquaredLoss(rng.normal(size=(d[-1], d[0]))), hidden=d[1:-1])
    w = net.random(rng, rng.uniform(.2, 1.2))
    b, eta = bounded_descent(net, w), bounded_descent(net, w).eta
    run = gradient_descent(net, w, eta, steps=300)
    falls = run.values[1:] <= run.values[:-1] - eta / 2 * run.grad_norms[:-1]**2 + 1e-13
    R = max(np.linalg.norm(W, 2, axis=(1, 2)).max() for W in net.split(run.points))
    return falls.all() and R <= b.radius(eta) and drift(net, run.points[-1], w) <= b.drift(eta)


# %%
found = sum(holds(seed) for seed in range(100))
print("The theorem holds on", found, "of 100 random networks.")

# %% [markdown]
# **What you have, and what not.** GD meets a small gradient and its weights stay bounded. This is principle 1 of section 6.2 for
# $\Phi$, with numbers. The gradient flow keeps the balance exactly, so for it the bounds hold with $\eta=0$ at all times. None of
# this is yet convergence to one point. For analytic $l$, as here, a bounded run of GD with such steps does converge (Absil,
# Mahony and Andrews 2005, by an inequality of Łojasiewicz). We cite that and do not prove it. Nor is the limit a minimum: it may
# be a saddle. And $\eta^*$ is careful. In the first instance $\Phi$ still falls at every step with $20\,\eta^*$, and no longer
# with $40\,\eta^*$:

# %%
bounds, w_0 = bounded_descent(deep, deep.random(0, .5)), deep.random(0, .5)
for k in (1, 10, 20, 40):
    values = gradient_descent(deep, w_0, k * bounds.eta, steps=1000).values
    print(f"eta = {k:2} eta*: Phi never rises: {(np.diff(values) <= 1e-15).all()}")

# %% [markdown]
# ## Break
#
# Change one thing at a time. Whatever is needed has a small counterexample. Points 1 to 4 are about the expansion, 5 to 9 about GD.
#
# **1 and 2. A term too many, a term too few.** Both spoil the second order.
#
# **1. Sum over $j\le j'$, as printed.** The printed expansion is false. The terms $j=j'$ would hold $\Delta_j\Delta_j$. On
# rectangular layers this product does not even exist:

# %%
for j in (1, 2, 3):
    print(f"Delta_{j} has shape", D[j - 1].shape)

# %% [markdown]
# On square layers it exists, and here the remainder is not $o(\|\Delta\|^2)$. Follow the dash-dotted line.

# %%
explorers.taylor_orders(pairs="printed", h=.01)

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# At $h=0.01$ half the step divides the error of the printed expansion by 3.991, and by 4 as $h\to0$: order 2. That is the order
# of the expansion without any second-order term. With $j<j'$ it is 8.014, and 8 as $h\to0$: order 3.
#
# </details>

# %% [markdown]
# **2. Leave out $S$.** What remains of the Hessian, $\nabla^2l[F,F]$, is called the Gauss-Newton form. It is never negative, so it
# sees no saddle. At the origin with $N=2$ it is 0, since $F=0$ for every direction. Yet the origin is a saddle if
# $\nabla l(0)\ne0$, as here: the whole Hessian is the second term.

# %%
zero, E = two_layers.zeros(), np.eye(two_layers.dim)
gauss_newton = two_layers.hess_form_terms(zero, E, E)[0]
ends = np.linalg.eigvalsh(two_layers.hess(zero))[[0, -1]]
print("largest diagonal entry of the first term:", abs(gauss_newton).max())
print("eigenvalues of the Hessian reach from {:.4g} to {:.4g}".format(*ends))


# %% [markdown]
# **3. How often must $l$ be differentiable?** Once is enough for the gradient and too little for the second order. Twice is
# enough for both, *continuously* is not needed. The losses of the table are convex, the second one on $[-1,1]$.
#
# | $l(x)$, with $l(0)=0$ | $l''$ at 0 | network | the expansion |
# |---|---|---|---|
# | $\lvert x\rvert^{3/2}$ | does not exist | $N=1$ at $w=0$ | fails: $l'(0)=0$, yet $(l(h)-l(0))/h^2$ has no limit |
# | $10x^2+x^4\sin\frac1x$ | is 20, but near 0 it jumps about between 19 and 21 | $N=2$ at $w=(0,1)$, $\Delta=(1,1)$ | holds: $F=S=1$ and $l'(0)=0$, so $\Phi=\frac12\cdot20\,h^2+o(h^2)$ |

# %%
def wild(x):
    return 10 * x**2 + x**4 * np.sin(1 / x)

for h in (1e-2, 1e-4, 1e-6):
    print(f"h = {h}: (l(h) - l(0)) / h^2 = {h**1.5 / h**2:.4g}")
for h in (1e-1, 1e-2, 1e-3):
    print(f"h = {h}: remainder / h^2 = {(wild(h * (1 + h)) - 20 / 2 * h**2) / h**2:.4f}")

# %% [markdown]
# **4. $l$ not convex.** Which do you expect to fail: the formulas for the gradient and the Hessian, or what step 6 says of their
# signs? Guess before you open this.
#
# <details><summary><b>Then open this</b></summary>
#
# The formulas stay right: convexity was never used for them. What fails is the sign in step 6. The first term may be negative
# now, and one layer alone can curve downwards.
#
# </details>
#
# Take $l(x)=-\frac12x^2$, $N=2$, $w_1=0$, $w_2=1$ and move $w_1$ alone, by $h=-2,-1,0,1,2$:

# %%
Phi = lambda w1, w2: -(w2 * w1)**2 / 2
print([Phi(h, 1) for h in (-2, -1, 0, 1, 2)])

# %% [markdown]
# **5. A step size beyond $2/\lambda_{\max}$.** Claim 1 of bounded descent fails: $\eta$ is too large for the theorem. The preset
# *Beyond 2/η* in the last picture of Play shows it. The minimum repels GD. For some steps $\Phi$ grows, the gradients are large,
# and so are the $\eta^2$ increments: here $B$ shrinks. GD comes to rest at another minimum, better balanced and flatter. Its
# sharpness is 4.001, near the least possible, 4.

# %% [markdown]
# **6. GD is not the gradient flow.** The flow $\dot w=-\nabla\Phi(w)$ keeps every $B_j$ exactly, by the identity of step 9. For
# GD this conservation law fails. Halve $\eta$ and take twice as many steps, so that the time $\eta\cdot\text{steps}$ is the same.
# Which do you expect: does the drift of $B$ stay as it is, halve, or fall to a quarter? Guess before you open this.
#
# <details><summary><b>Then open this</b></summary>
#
# It halves, nearly. There are twice as many increments, and each is a quarter as large.
#
# </details>

# %%
start = two_layers.random(3)
for eta in (.02, .01, .005):
    run = gradient_descent(two_layers, start, eta, steps=round(4 / eta))
    moved = drift(two_layers, run.points[-1], start)
    print(f"eta = {eta}: drift of B over time 4 is {moved:.4f}")

# %% [markdown]
# **7. One step size for all starts.** There is none: the theorem's $\eta^*$ has to depend on the imbalance. At the minimum
# $(c,\frac1c)$ the curvature is $c^2+c^{-2}$, so $\eta^*$ is below $c^{-2}$. And a step that is too large for its start may go up.
# Start at $(3,\frac15)$ with $M=1$, and take $\eta=\frac14$:

# %%
steps = [bounded_descent(one, [c, 1 / c]).eta for c in (1, 10, 100)]
print("eta* at (c, 1/c):", [f"{step:.1e}" for step in steps])
print(f"eta* at (3, 1/5): {bounded_descent(one, [3, .2]).eta:.3f},  Phi with eta = 1/4:",
      gradient_descent(one, [3, .2], eta=1 / 4, steps=3).values.round(4))

# %% [markdown]
# **8. A loss that stays small far out.** Let $l(x)=\log(1+e^{-x})$, so no $p$ exists. Claim 2 of the theorem fails: the weights
# are not bounded. Start balanced, at $w_1=w_2=\frac12$. They stay equal and grow at every step. They have no limit, for it would
# be stationary, and no positive weights are. (The curvature stays bounded on this run, and claim 1 holds. What is lost is the
# bound on the weights.)

# %%
logistic = LinearNetwork(LogisticLoss(X=[[1]], labels=[1]), hidden=(1,))
run = gradient_descent(logistic, [.5, .5], eta=.1, steps=100_000, keep=100)
products = run.points[[1, 100, 1000]].prod(axis=1)
print("product w_2 w_1 after 100, 10 000, 100 000 steps:", products.round(2))

# %% [markdown]
# **9. $l$ not convex, or a bottleneck.** Bounded descent holds all the same: its proof never used that $l$ is convex or that the
# layers are wide.

# %% [markdown]
# ## Beyond (optional)
#
# **Bounded descent on real data.** For $l(W)=\frac1{2n}\|WX-Y\|_F^2$ with $n$ data and $X$ of full row rank, $\beta_l=\|XX^T\|/n$ and
# $p=\|W^*\|+\sqrt{2n\gamma}/\sigma_{\min}(X)$, where $W^*$ is the least-squares solution. On the irises, with one hidden layer of
# width 3, with the first step $T^*$ whose gradient is at most $\epsilon=0.01$, and the theorem's bound:

# %%
from lnnlib.data import iris

X, species = iris()
X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
Y = np.eye(3)[species].T - 1 / 3
flowers = LinearNetwork(LinearRegression(X, Y), hidden=(3,))
bounds = bounded_descent(flowers, flowers.random(0, .3))
run = gradient_descent(flowers, flowers.random(0, .3), bounds.eta, steps=2000)
print(f"p = {bounds.p:.3f}, eta* = {bounds.eta:.4f}: T* = {run.first_stationary(.01)},",
      f"bound {bounds.steps(.01):.0f}")

# %% [markdown]
# **Data of smaller rank.** Now write the petal length once more, in inches. Standardized, it is the same row again: $X$ has 5
# rows and rank 4, and $l$ stays small for huge $W$. No $p$ exists. But the rows of $\nabla l$ lie in the range of $X$. So GD
# never moves the part of $W_1$ that acts on the other directions. Let the columns of $Q$ be an orthonormal basis of the range.
# The network with the data $Q^TX$ and the first layer $W_1Q$ makes the same run, and it has a $p$:

# %%
twice = LinearNetwork(LinearRegression(np.vstack([X, X[2]]), Y), hidden=(3,))
w_0 = twice.random(0, .3)
seen, w_Q = on_range_of_data(twice, w_0)
bounds = bounded_descent(seen, w_Q)
run = gradient_descent(twice, w_0, bounds.eta, steps=1000)
run_Q = gradient_descent(seen, w_Q, bounds.eta, steps=1000)
print("widths", twice.dims, "and", seen.dims, f" eta* = {bounds.eta:.4f}")
print("the same values of Phi, to 1e-12:", np.abs(run.values - run_Q.values).max() < 1e-12)

# %% [markdown]
# **The product moves as if preconditioned.** For balanced weights the gradient flow of the layers moves the product by a rule of
# its own (Arora, Cohen and Hazan 2018, arXiv 1802.06509):
#
# $$\dot W=-\sum_{j=1}^N\,[WW^T]^{(j-1)/N}\;\nabla l(W)\;[W^TW]^{(N-j)/N} .$$
#
# Check it at $N=2$. Moving along $-\nabla\Phi$ moves the product by $-F$ with $\Delta=\nabla\Phi$. Both sides below are
# without the minus sign. The square roots come from the singular values of $W$:

# %%
W = np.array([[2., 1, 0], [0, 1, 1]])
W_1, W_2 = two_layers.split(two_layers.balanced(W))
U, s, Vt = np.linalg.svd(W, full_matrices=False)
left = W_2 @ W_2.T @ (W - M) + (W - M) @ W_1.T @ W_1
right = (W - M) @ (Vt.T * s) @ Vt + (U * s) @ U.T @ (W - M)
print("both sides agree:", np.allclose(left, right))

# %% [markdown]
# **The gradient by reverse mode.** Programs for deep learning do not know the formula of step 4. They record how a value was
# computed, and then go back. This is reverse-mode automatic differentiation, or *backpropagation*. For a product $C=AB$ it needs
# one rule. Let $g$ be the gradient with respect to $C$. If $A$ and $B$ move by $dA$ and $dB$, then to first order $\Phi$ changes by
#
# $$\langle g,\ dA\,B+A\,dB\rangle=\langle gB^T,dA\rangle+\langle A^Tg,dB\rangle .$$
#
# So $A$ receives the share $gB^T$, and $B$ receives $A^Tg$. Below, a `Var` is a matrix that writes itself onto a tape, with the
# rule for those that it was made of:

# %%
tape = []

class Var:
    def __init__(self, value, back=()):
        self.value, self.grad, self.back = value, 0 * value, back
        tape.append(self)

    def __matmul__(self, other):
        return Var(self.value @ other.value, [(self, lambda g: g @ other.value.T),
                                              (other, lambda g: self.value.T @ g)])


# %% [markdown]
# Multiply the layers, put $\nabla l$ at the product, and read the tape backwards. Whatever was made of a value stands after it on
# the tape. So when the turn of a value comes, it has received all its shares.

# %%
layers = [Var(W_j) for W_j in net.split(w)]
head = layers[0]
for layer in layers[1:]:
    head = layer @ head
head.grad = net.loss.grad(head.value)
for made in reversed(tape):
    for source, share in made.back:
        source.grad = source.grad + share(made.grad)

# %%
by_tape = net.join([layer.grad for layer in layers])
by_step = derivative(net, w, np.eye(net.dim))
apart = [np.abs(by_tape - other).max() for other in (net.join(blocks), by_step)]
print("tape, formula and complex step agree to 1e-12:", max(apart) < 1e-12)
N = net.depth
print("products of matrices: tape", 3 * (N - 1), " formula", (N + 1) * (N - 1),
      " complex step", net.dim * (N - 1))

# %% [markdown]
# The three agree, and their costs differ. Reverse mode makes and keeps the heads $W_{1:j}$, with $N-1$ products, and goes back with
# $2(N-1)$. The formula makes every block anew. The complex step needs a pass for each weight. What reverse mode finds at the head
# $W_{1:j}$ is $W_{j+1:N}^T\,\nabla l$. The share of $W_j$ is this times $W_{1:j-1}^T$: the formula of step 4.
#
# **A product with the Hessian is cheap.** For $\nabla^2\Phi\,v$ you do not need the whole matrix (Pearlmutter 1994). It takes about
# $8N$ matrix products, where a gradient takes about $3N$. `net.hvp` does that:

# %%
print("hvp agrees with the matrix:", np.allclose(net.hvp(w, v), net.hess(w) @ v))

# %% [markdown]
# **Sharpness and generalization.** One reads that flat minima generalize better. The gauge shows that sharpness alone cannot be
# the reason: for $N\ge2$ every minimum whose Hessian is not 0 has copies, as sharp as you like, that compute the same function
# (Dinh, Pascanu, Bengio and Bengio 2017, arXiv 1703.04933). What sharpness does decide is where GD can stay, as in Break 5. This
# flight to a flatter minimum is called the *catapult* (Lewkowycz and others 2020, arXiv 2003.02218).

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.5-a: One block of the gradient
#
# Take three layers and the square loss $l(W)=\frac12\|W-M\|_F^2$. So
# $\Phi(W_1,W_2,W_3)=\frac12\|W_3W_2W_1-M\|_F^2$. The answer cell prints the four matrices. They are the numpy arrays
# `data.W1`, `data.W2`, `data.W3` and `data.M`. In Python `A @ B` is the product of two matrices and `A.T` a transpose.
#
# Hand in `grad_2`: the block of the gradient that belongs to $W_2$, a $2\times2$ matrix. You can do
# it by hand and type the numbers as `[[.., ..], [.., ..]]`, row by row.
# Rounding is forgiven: errors up to $10^{-7}$, relative to the largest entry where that is above 1.

# %% nbgrader={"grade": false, "grade_id": "6_2_5-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.5-a")
print(data)

grad_2 = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_5-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.5-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.5-a")

# %% [markdown]
# ### 6.2.5-b: The Hessian form in one direction
#
# Again $\Phi(W_1,W_2,W_3)=\frac12\|W_3W_2W_1-M\|_F^2$. All three layers move at once, each along
# the **identity matrix**: $\Delta_1=\Delta_2=\Delta_3=I$, ones on the diagonal and zeros beside it.
#
# The answer cell prints two instances, `point` and `other`. The matrices of the first are `data.point.W1`, `data.point.W2`,
# `data.point.W3` and `data.point.M`, those of the second `data.other.W1` and so on. Hand in two numbers:
#
# - `value`: the Hessian form $\nabla^2\Phi\,[(I,I,I),(I,I,I)]$ at `point`;
# - `other`: the same at `other`.
#
# Rounding is forgiven: errors up to $10^{-7}$, relative to the size of the number where that is above 1.

# %% nbgrader={"grade": false, "grade_id": "6_2_5-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.5-b")
print(data)

value = ...
other = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_5-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.5-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.5-b")


# %% [markdown]
# ### 6.2.5-c: The gradient, for every shape and depth
#
# Write a function `gradient(weights, G)`. It gets the list $[W_1,\dots,W_N]$ and the matrix
# $G=\nabla l(W_{1:N})$. It returns the list of the $N$ blocks of $\nabla\Phi$, the one for $W_1$
# first. It must work for every depth, $N=1$ included, and for all widths.
#
# Careful: lists begin at 0, so `weights[0]` is $W_1$. All matrices are numpy arrays. An empty product is the identity.
# Rounding is forgiven: errors up to $10^{-7}$, relative to the largest entry of the block where that is above 1.

# %% nbgrader={"grade": false, "grade_id": "6_2_5-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient(weights, G):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_5-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.5-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.5-c")


# %% [markdown]
# ### 6.2.5-d: The Hessian form, for every shape and depth
#
# Now the square loss $l(W)=\frac12\|W-M\|_F^2$. Write a function `hess_form(weights, D, target)`. It gets the lists
# $[W_1,\dots,W_N]$ and $[\Delta_1,\dots,\Delta_N]$, so `D[0]` is $\Delta_1$, and `target`, the matrix $M$. It returns the number
#
# $$\nabla^2\Phi(W_1,\dots,W_N)\,[(\Delta_1,\dots,\Delta_N),(\Delta_1,\dots,\Delta_N)] .$$
#
# It must work for every depth, $N=1$ included, and for all widths. You need no explicit double sum,
# if you follow $F$ and $S$ from layer to layer.
# Rounding is forgiven: an error up to $10^{-7}$, relative to the size of the number where that is above 1.

# %% nbgrader={"grade": false, "grade_id": "6_2_5-d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hess_form(weights, D, target):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_5-d-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.5-d")

# %% tags=["nbval-ignore-output"]
solution("6.2.5-d")

# %% [markdown] tags=["notebook-only"]
# **See your own functions at work.** Here your `gradient` and your `hess_form` make the expansion that is drawn as rings. The line
# under the picture tells you which of the two is at fault: a wrong gradient leaves order 1, a wrong Hessian form leaves order 2.

# %% tags=["notebook-only"]
explorers.taylor_orders(
    gradient=own("gradient"), hess_form=own("hess_form"), show=("depth",))

# %% tags=["nbval-ignore-output"]
progress("6.2.5")

# %% [markdown]
# ## Summary
#
# - One moved layer makes $F$, two make $S$, over pairs $j<j'$. The rest is $o(\|\Delta\|^2)$.
# - $\nabla_j=W_{j+1:N}^T\,\nabla l\,W_{1:j-1}^T$, and $\nabla^2\Phi[\Delta,\Delta]=\nabla^2l[F,F]+2\langle\nabla l,S\rangle$.
# - The first term is never negative. The second has trace 0 and vanishes where $\nabla l=0$ or where one layer moves alone. All
#   negative curvature comes from it.
# - The gauge $(cW_1,W_2/c)$ changes the sharpness and not the function. GD changes the balance only by $\eta^2$ increments.
# - So, if $l$ is smooth and its sublevel sets are bounded, small steps from a start keep the weights bounded, and with them the
#   curvature: Theorem 6.7 holds on $\Phi$, with a step size $\eta^*$ that depends on the start.
#
# Next: [6.2.6 Local minima](6_2_6_local_minima.ipynb), which uses $\nabla_N=0$ to show that no local minimum is bad.
# [Index](index.ipynb)
