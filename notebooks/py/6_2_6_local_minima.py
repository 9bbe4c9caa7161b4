# %% [markdown]
# # 6.2.6 Local minima
#
# **When is every local minimum a global one?**
#
# From depth 2 on the loss of a linear network is not convex, unless it is constant. Still, no local minimum is worse than the global
# one, if $l$ is convex and differentiable and no hidden layer is a bottleneck. This section proves it.
#
# After this notebook you will be able to
#
# - change the weights of a network without changing the map it computes, and see what that does to the gradient,
# - prove that a linear network without a bottleneck has no bad local minimum, for a differentiable convex loss,
# - give a bad local minimum for every hypothesis that is dropped.
#
# Time: about 50 minutes, homework included. You need the singular value decomposition (SVD), and the gradient of section 6.2.5.
#
# [Index](index.ipynb) · previous: [6.2.5 Gradient and Hessian](6_2_5_gradient_hessian.ipynb) · next: [6.2.7 Non-strict saddles](6_2_7_nonstrict_saddles.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_6_local_minima.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
import numpy as np

from lnnlib import explorers
from lnnlib.descent import gradient_descent
from lnnlib.homework import check, given, progress, solution
from lnnlib.losses import LogisticLoss, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import kernel_perturbation
from lnnlib.saddles import classify
from lnnlib.traps import BottleneckTrap, KinkTrap

# %% [markdown]
# ## Predict
#
# Take three $2\times2$ matrices and the loss of their product:
#
# $$\Phi(W_1,W_2,W_3)=l(W_3W_2W_1),\qquad l(W)=\tfrac12\|W-M\|^2 .$$
#
# We start at weights where the gradient of $\Phi$ is 0. Their product fits the larger singular value of $M$ and misses the smaller one.
# $W_1$ is singular there: some direction is lost in the first layer.
#
# That leaves room to play. There is a direction $u_1$ in which nothing comes out of layer 1, and one, $u_2$, in which nothing comes out of layer 2.
# What the next layer does with it changes nothing. The picture uses this. You drag two vectors, $w_2$ and $w_3$. They change the layers to $\widetilde W_2$ and $\widetilde W_3$
# in such a way that the product never moves.
#
# In the second panel every matrix is drawn as the image of the unit circle. A matrix of rank 1 makes a segment. Green is the product.
# Blue is $\widetilde W_3\widetilde W_2$, what comes after layer 1. Orange is $\nabla l$ at the product. Above the vectors two numbers say
# how far $\Phi$ has moved, and how long its gradient $\nabla\Phi$ is.
#
# Answer the question first. Then drag both points. A line above the picture tells you whether you were right.

# %%
explorers.escape_hatch(predict=True)

# %% [markdown]
# ## State
#
# A linear network of depth $N$ and widths $d_0,\dots,d_N$ has weights $W_n\in\mathbb R^{d_n\times d_{n-1}}$. Write
#
# $$W_{j:j'}=W_{j'}W_{j'-1}\cdots W_j,\qquad W_{j:j'}=I\ \text{ if } j>j' .$$
#
# A loss $l:\mathbb R^{d_N\times d_0}\to\mathbb R$ induces the overparameterized objective $\Phi(W_1,\dots,W_N)=l(W_{1:N})$.
#
# Weights are a **local minimizer** of $\Phi$ if no weights near them have a smaller $\Phi$. A local minimum that is not
# global is called **bad**. A hidden layer with $d_n<\min\{d_0,d_N\}$ is a **bottleneck**: the network cannot make every matrix.

# %% [markdown]
# **Theorem 6.10 (no bad local minima).** Let $l$ be differentiable and convex. Let there be no bottleneck:
#
# $$\min\{d_1,\dots,d_{N-1}\}\ \ge\ \min\{d_0,d_N\} .$$
#
# Then every local minimizer of $\Phi$ is a global minimizer, and $\nabla l(W_{1:N})=0$ there.
#
# Three things to notice:
#
# - Nothing is asked of the data, and $l$ may be any convex loss with a gradient. It need not be twice differentiable.
# - The theorem does not say that a local minimizer exists. It does not say that GD finds one.
# - For $N=1$ there is no hidden layer and nothing to prove, since $\Phi=l$ is convex. We take $N\ge2$.
#
# The lecture takes the proof from Laurent and von Brecht (ICML 2018, arXiv 1712.01473) for its simplicity. Other proofs make other assumptions;
# the optional part has one.

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | a function *including* an overparameterized objective | *inducing* | State |
# | trivial kernel, i.e. linearly *dependent* columns | linearly *independent* columns | Prove 1 |
# | $\mathrm{Ker}(W_{1:k^*-1})=0$; $\mathrm{Ker}\ne\{0\}$ for all $k\ge k^*$ | $\{0\}$; for $k^*\le k\le N-1$; $W_{1:0}=I$ if $k^*=1$ | Prove 2 |
# | $\widehat\Sigma_{k,k}$, and $\sigma_1\ge\dots\ge\sigma_{d_0}$ for every $k$ | $\widehat\Sigma_k$; the singular values depend on $k$ | Prove 3 |
# | Figure 6.1, a caption without a picture | drawn, and alive | Play |
# | $\widetilde W_{j:j'}:=\widetilde W_j\widetilde W_{j'-1}\cdots\widetilde W_j$ | $\widetilde W_{j'}\widetilde W_{j'-1}\cdots\widetilde W_j$ | Prove 4 |
# | “subtracting from the latter equation, obtained when replacing” | subtract the equation that one gets with $w_{k^*+1}=0$ | Prove 6 |
# | without loss of generality $\tilde l(W)=l(W^T)$ | and the layers are transposed and change their order: $W_N^T$ comes first | Prove 7 |
# | differentiable, in passing | needed: a loss with kinks can have a bad local minimum | Break 2 |
# | no word on existence | $\Phi$ may have no local minimizer at all | Break 5 |
# | [3] ICML 2017 | ICML 2018 | State |
#
# </details>

# %% [markdown]
# What the theorem lets you hope for, in one experiment. Widths $(2,3,2,2)$, 200 random starts, GD on each. All runs come to rest.
# Every one of them is at the bottom, $\Phi=0$:

# %%
tiny = LinearNetwork(SquaredLoss([[1, -1], [2, 1]]), hidden=(3, 2))
runs = gradient_descent(tiny, tiny.random(0, .5, size=(200,)), eta=.05, steps=3000, keep=3000)
print("all gradients below 1e-6:", (runs.grad_norms[-1] < 1e-6).all())
print("all values below 1e-12:  ", (runs.values[-1] < 1e-12).all())

# %% [markdown]
# An experiment meets only the minima that it meets. The proof is about all of them.

# %% [markdown]
# ## Play
#
# **Where does the kernel open, and which vector is $u_k$?** This is Figure 6.1 of the lecture, for a network with $d_0=3$. It shows the
# SVD of $W_{1:k}$, entry by entry:
#
# $$W_{1:k}=U_k\Sigma_kV_k^T .$$
#
# The framed column of $U_k$ belongs to the smallest singular value $\sigma_{d_0}$. Move $k$ from 1 to 3. Where does $\sigma_3$ become 0, and does it
# ever come back? The grey columns of $U_k$ meet only rows of zeros. Now let layer $k^*$ leak a little, and close it again. Choose the network
# whose kernel has two dimensions: which column is $u_k$ then?

# %%
explorers.svd_picture()

# %% [markdown]
# **Same product, same loss, another gradient: how?** Here is the picture of the beginning once more, with both vectors moved. The blue
# segment has opened to an ellipse. The columns of that matrix now reach both dimensions, and no $\nabla l\ne0$ is at right angles to all of them.
#
# Try the other starts. *Pin* leaves this one in grey behind them. At which one does the gradient stay 0 whatever you drag, and why?
# At the second saddle one vector is enough. What is different there? The end of step 6 tells.

# %%
explorers.escape_hatch(w21=.4, w22=.8, w31=-.8, w32=.6)

# %% [markdown]
# ## Prove
#
# We assume $d_N\ge d_0$. Step 7 takes care of the other case. Since there is no bottleneck, $d_n\ge d_0$ for every $n$.
#
# The proof has seven steps. We run them on random weights with widths $(3,4,3,5,4)$, so $N=4$. The second layer is made
# singular on purpose: it maps $y=W_1e_1$ to 0. These weights are no local minimizer. What the cells compute are the formulas of the
# proof, and those hold at any weights with such a kernel. Change the seed and run the cells again: they must still agree.

# %%
rng = np.random.default_rng(6)
net = LinearNetwork(SquaredLoss(rng.normal(size=(4, 3))), hidden=(4, 3, 5))
w = net.random(rng)
W1, W2, W3, W4 = net.split(w)
y = W1[:, 0]
W2 -= np.outer(W2 @ y, y) / (y @ y)
G = net.loss.grad(net.product(w))

# %% [markdown]
# `net.split(w)` gives views: to write into `W2` is to write into `w`. The matrix $G=\nabla l(W_{1:N})$ is the gradient of the loss at the product.
#
# **Step 1. The last layer, and the easy case.** At a local minimizer the gradient of $\Phi$ is 0. For the last layer section 6.2.5 says (one derivative
# of $l$ is enough for it)
#
# $$\frac{\partial\Phi}{\partial W_N}=\nabla l(W_{1:N})\,W_{1:N-1}^T .$$

# %%
A = net.product(w, 1, 3)
print("formula for layer N holds:", np.allclose(net.split(net.grad(w))[3], G @ A.T))

# %% [markdown]
# Suppose $A=W_{1:N-1}$ has **linearly independent columns**, that is, kernel $\{0\}$. Then $A^TA$ is invertible, and
#
# $$G\,A^T=0\quad\Longrightarrow\quad G=G\,A^TA\,(A^TA)^{-1}=0 .$$
#
# Here is the second equality, with a random $A$. Below it are dependent columns: there $G\ne0$ can hide.

# %%
A = rng.normal(size=(5, 3))
print("G is recovered from G A^T:", np.allclose(G @ A.T @ A @ np.linalg.inv(A.T @ A), G))
ones, hidden = np.ones((2, 2)), np.array([[1, -1], [0, 0]])
print("hidden @ ones.T =", (hidden @ ones.T).tolist())

# %% [markdown]
# And $\nabla l=0$ is all we want. A convex $l$ lies above its tangents, $l(W)\ge l(\widehat W)+\langle\nabla l(\widehat W),W-\widehat W\rangle$. So with
# $\nabla l(\widehat W)=0$ no $W$ has a smaller loss. The weights are then a global minimizer of $\Phi$.
#
# From here on $W_{1:N-1}$ **has a kernel**.

# %% [markdown]
# **Step 2. Kernels grow.** If $W_{1:k}x=0$, then $W_{1:k+1}x=W_{k+1}W_{1:k}x=0$. So
#
# $$\mathrm{Ker}\,W_{1:1}\subseteq\mathrm{Ker}\,W_{1:2}\subseteq\dots\subseteq\mathrm{Ker}\,W_{1:N-1} .$$
#
# The last of them is not $\{0\}$. Let $k^*\in\{1,\dots,N-1\}$ be the first $k$ with $\mathrm{Ker}\,W_{1:k}\ne\{0\}$. Then the kernel is $\{0\}$ for $k<k^*$, and it is not for
# $k^*\le k\le N-1$. If $k^*=1$, there is nothing before it: $W_{1:0}=I$.
# The kernel is $\{0\}$ exactly where the rank is $d_0=3$:

# %%
ranks = [int(np.linalg.matrix_rank(net.product(w, 1, k))) for k in (1, 2, 3)]
print("ranks:", ranks, "  first below 3 at k* =", 1 + [rank < 3 for rank in ranks].index(True))

# %% [markdown]
# **Step 3. The vectors $u_k$.** For $k^*\le k\le N-1$ take the SVD $W_{1:k}=U_k\Sigma_kV_k^T$, with $U_k$ of size $d_k\times d_k$ and singular values
# $\sigma_1\ge\dots\ge\sigma_{d_0}\ge0$. There is a kernel, so $\sigma_{d_0}=0$. Let $u_k$ be column $d_0$ of $U_k$. **Here the assumption enters:** such
# a column exists because $d_k\ge d_0$. It is a unit vector, and
#
# $$u_k^TW_{1:k}=u_k^TU_k\Sigma_kV_k^T=\sigma_{d_0}v_{d_0}^T=0 .$$

# %%
u = {}
for k in (2, 3):
    product = net.product(w, 1, k)
    U, sigma, Vt = np.linalg.svd(product)
    u[k] = U[:, 3 - 1]
    zeros = sigma[3 - 1], np.linalg.norm(u[k] @ product)
    print(f"k = {k}: sigma_3 and u^T W below 1e-12: {max(zeros) < 1e-12}")


# %% [markdown]
# **Step 4. A perturbation that the product does not notice.** Take any vectors $w_k\in\mathbb R^{d_k}$, for $k^*<k\le N$, and put
#
# $$\widetilde W_k=\begin{cases}W_k&k\le k^*,\\ W_k+w_k\,u_{k-1}^T&k>k^* .\end{cases}$$
#
# Then $\widetilde W_{1:k}=W_{1:k}$ for every $k$. This is clear for $k\le k^*$. And from $k$ to $k+1$:
#
# $$\widetilde W_{1:k+1}=(W_{k+1}+w_{k+1}u_k^T)\,W_{1:k}=W_{1:k+1}+w_{k+1}\underbrace{u_k^TW_{1:k}}_{=\,0}=W_{1:k+1} .$$
#
# The vectors need not be small. They may have any length:

# %%
def perturbed(w3, w4):
    return net.join([W1, W2, W3 + np.outer(w3, u[2]), W4 + np.outer(w4, u[3])])

for size in (.001, 1, 100):
    moved = perturbed(size * rng.normal(size=5), size * rng.normal(size=4))
    stays = np.allclose(net.product(moved), net.product(w))
    print(f"weights moved by {np.linalg.norm(moved - w):8.3f}, product stays: {stays}")

# %% [markdown]
# **Step 5. They are local minimizers too.** Let $W$ be a local minimizer: $\Phi\ge\Phi(W)$ in an open ball around it. Take the $w_k$ so
# small that $\widetilde W$ lies in the ball. Then a small ball around $\widetilde W$ lies inside the first one, and $\Phi(\widetilde W)=\Phi(W)$.
# So $\widetilde W$ is a local minimizer as well, **for all small $w_k$ at once**. Its gradient is 0 too. For layer $k^*$ this says
#
# $$\widetilde W_{k^*+1:N}^T\ \nabla l(W_{1:N})\ W_{1:k^*-1}^T=0 .$$
#
# The product is the old one, so $\nabla l$ is as well, and the layers before $k^*$ have not changed. Check the formula for the left side:

# %%
moved = perturbed(rng.normal(size=5), rng.normal(size=4))
formula = net.product(moved, 3).T @ G @ W1.T
print("formula for layer k* holds:", np.allclose(net.split(net.grad(moved))[2 - 1], formula))

# %% [markdown]
# By the choice of $k^*$, $W_{1:k^*-1}$ has kernel $\{0\}$. So it cancels, as in step 1. What is left, transposed, is
#
# $$\nabla l(W_{1:N})^T\ \widetilde W_{k^*+1:N}=0\qquad\text{for all small }w_k .\qquad(1)$$
#
# **Step 6. Peel off the layers.** Compare (1) for some $w_{k^*+1}$ with (1) for $w_{k^*+1}=0$. All else stays. The difference of the two products is
#
# $$\widetilde W_{k^*+2:N}\,w_{k^*+1}\,u_{k^*}^T .$$

# %%
w3, w4 = rng.normal(size=5), rng.normal(size=4)
difference = net.product(perturbed(w3, w4), 3) - net.product(perturbed(0 * w3, w4), 3)
formula = net.product(perturbed(w3, w4), 4) @ np.outer(w3, u[2])
print("both sides agree:", np.allclose(difference, formula))

# %% [markdown]
# So $\nabla l^T\,\widetilde W_{k^*+2:N}\,w_{k^*+1}\,u_{k^*}^T=0$. Multiply by $u_{k^*}$ from the right, and use $u_{k^*}^Tu_{k^*}=1$:
#
# $$\nabla l^T\,\widetilde W_{k^*+2:N}\,w_{k^*+1}=0\quad\text{for all small }w_{k^*+1},\qquad\text{so}\qquad \nabla l^T\,\widetilde W_{k^*+2:N}=0 .$$
#
# The vector $w_{k^*+1}$ no longer occurs. So this holds for all small $w_{k^*+2},\dots,w_N$: it is (1) with one layer less. Go on:
# $w_{k^*+2}$ removes the next layer, and so on, until $w_N$ has removed the last one. (If $k^*=N-1$, there is only $w_N$, and one round does
# it.) Then $\widetilde W_{N+1:N}=I$ is left, and
#
# $$\nabla l(W_{1:N})=0 .$$
#
# Step 1 says what that means: the weights are a global minimizer. $\square$
#
# Back to the picture. The first saddle has $k^*=1$, and two layers have to be peeled off: both vectors are needed. At the second saddle
# $k^*=2$, and $w_3$ does it alone. At the global minimum $\nabla l=0$, so nothing wakes the gradient.
#
# What has happened? Without perturbation, (1) asks $\nabla l$ to be orthogonal to the columns of one matrix. With it, it must be orthogonal to
# the columns of many. Count the dimensions they reach, out of $d_N=4$:

# %%
small = [perturbed(.001 * rng.normal(size=5), .001 * rng.normal(size=4)) for _ in range(12)]
alone = net.product(w, 3)
print("columns without perturbation reach", np.linalg.matrix_rank(alone), "dimensions")
columns = np.hstack([net.product(one, 3) for one in small])
print("columns of 12 small ones reach    ", np.linalg.matrix_rank(columns), "dimensions")

# %% [markdown]
# **Step 7. The other case, $d_N<d_0$.** Transpose everything: $\tilde l(A)=l(A^T)$ is differentiable and convex too, and
#
# $$l(W_N\cdots W_1)=\tilde l\bigl(W_1^T\cdots W_N^T\bigr).$$
#
# So the new network has the layers $W_N^T,\dots,W_1^T$, **in reverse order**. Its widths are $d_N,\dots,d_0$, and the last is now larger than
# the first. The values of the two objectives agree, and distances between weights stay. So local minimizers become local minimizers:

# %%
wide = LinearNetwork(SquaredLoss(rng.normal(size=(2, 4))), hidden=(3, 2))
v = wide.random(rng)
transposed = LinearNetwork(SquaredLoss(wide.loss.target.T), hidden=(2, 3))
layers = [layer.T for layer in reversed(wide.split(v))]
print("same value:", np.isclose(wide(v), transposed(transposed.join(layers))))


# %% [markdown]
# Now all steps in one, on 200 random networks with random widths and a kernel that opens at a random layer. `kernel_perturbation` makes the
# construction of steps 2 to 4.

# %%
def with_kernel(rng):
    d, before = [3, *rng.integers(3, 6, size=4)], int(rng.integers(3))
    net = LinearNetwork(SquaredLoss(rng.normal(size=(d[4], 3))), hidden=d[1:4])
    w = net.random(rng)
    lost, layer = net.product(w, 1, before)[:, 0], net.split(w)[before]
    layer -= np.outer(layer @ lost, lost) / (lost @ lost)
    return net, w, before + 1


# %%
def holds(seed):
    rng = np.random.default_rng(seed)
    net, w, k = with_kernel(rng)
    found, later = kernel_perturbation(net, w), range(k + 1, 5)
    vectors = [{n: rng.normal(size=net.dims[n]) for n in later} for _ in range(12)]
    moved = np.array([found.perturbed(one) for one in vectors])
    reached = np.linalg.matrix_rank(np.hstack([*net.product(moved, k + 1)]))
    stays = np.allclose(net.product(moved), net.product(w))
    return found.k_star == k and stays and reached == net.dims[4]


# %%
survivors = sum(holds(seed) for seed in range(200))
print("Only grad l = 0 survives on", survivors, "of 200 random networks.")

# %% [markdown]
# ## Break
#
# Points 1 to 4 drop one hypothesis at a time, and each time the *theorem* fails, not only its proof. Point 5 is about what it does not say.
#
# **1. A bottleneck: the theorem fails.** The widths are $(2,1,2)$, the loss is
#
# $$l(W)=(W_{11}-1)^2+(W_{22}-0.8)^2+a\,(W_{12}^2+W_{21}^2).$$
#
# Step 3 fails. $W_1\ne0$ is a row, and it has a kernel. But $U_1$ is $1\times1$: it has no second column, and no $u_1\ne0$ gives $u_1W_1=0$.
#
# One hidden unit makes matrices of rank 1. With zeros off the diagonal it can fit the entry 1 or the entry 0.8, but not both. Call the
# weights with product $\mathrm{diag}(0,0.8)$ the *trap*, and take $a=2$:

# %%
f = BottleneckTrap(a=2, m=.8)
print(f"at the trap {f(f.trap):.4f},  at diag(1, 0) {f(f.balanced(np.diag([1, 0]))):.4f}")
print("gradient below 1e-12:", np.linalg.norm(f.grad(f.trap)) < 1e-12)
print("eigenvalues of the Hessian:", np.linalg.eigvalsh(f.hess(f.trap)).round(4) + 0)

# %% [markdown]
# The eigenvalue 0 belongs to $(cW_1,W_2/c)$, which leaves the product as it is. By itself it decides nothing. Here is a proof. Rank 1 means
# $W_{11}W_{22}=W_{12}W_{21}$, and near the trap $W_{22}>0$. Put $W_{11}=W_{12}W_{21}/W_{22}$ into $-2W_{11}$. With $m=0.8$ that gives
#
# $$\Phi=1+W_{11}^2+(W_{22}-m)^2+\frac{(W_{12}-W_{21})^2}{W_{22}}+\Bigl(a-\frac1{W_{22}}\Bigr)(W_{12}^2+W_{21}^2).$$
#
# Near the trap $W_{22}$ is near $m$, and $a>1/m$. So no term is negative: $\Phi\ge1$. The trap is a local minimum. It is a bad one, since
# $\Phi<1$ at $\mathrm{diag}(1,0)$.

# %%
near = f.trap + .1 * rng.uniform(-1, 1, size=(1000, 4))
(W11, W12), (W21, W22) = np.moveaxis(f.product(near), 0, -1)
factor = f.a - 1 / W22
terms = W11**2 + (W22 - f.m)**2 + (W12 - W21)**2 / W22 + factor * (W12**2 + W21**2)
print("Phi is 1 plus the four terms:", np.allclose(f(near), 1 + terms))
print("all factors a - 1/W22 > 0:   ", (factor > 0).all())

# %% [markdown]
# In the picture the axes are $W_{11}$ and $W_{22}$, two entries of the product. The level curves show the best loss that the net can make with them.
# 60 runs of GD start near 0. How many end in the trap? Drag $a$ to the left: where does the trap open? Then set the hidden width to 2.

# %%
explorers.bottleneck_trap()

# %% [markdown]
# The last panel shows the curvature at the trap towards $W_{11}$. Where it is negative, there is a way down. Homework 6.2.6-b asks where it turns.
#
# **2. A loss with kinks: the theorem fails.** The widths are $(2,2,2)$: no bottleneck. The loss is convex, but not differentiable:
#
# $$l(W)=|W_{11}|+|W_{12}|+|W_{22}|+(W_{21}-1)^2 .$$
#
# Take $W_1=\mathrm{diag}(0,1)$ and $W_2=\mathrm{diag}(1,0)$. The product is 0, and $\Phi=1$. The least $\Phi$ is 0. Still, this is a local minimum. Put
# $x=(W_2)_{21}/(W_2)_{11}$ and $y=(W_1)_{21}/(W_1)_{22}$. Then every product satisfies
#
# $$W_{21}=x\,W_{11}+y\,W_{22}-xy\,W_{12} .$$
#
# At a distance of at most $1/\sqrt5$ from the trap $|x|$ and $|y|$ are at most $\frac12$. For write $x=q/p$: the trap has $(p,q)=(1,0)$, and
# the lines $q=\pm\frac12p$ are $1/\sqrt5$ away from it. The same for $y$. Put
#
# $$s=|W_{11}|+|W_{12}|+|W_{22}| .$$
#
# Then $|W_{21}|\le\frac12s$, and
#
# $$\Phi=s+(W_{21}-1)^2\ \ge\ s+1-2\,|W_{21}|\ \ge\ 1 .$$
#
# To gain from $W_{21}>0$ you must pay with the other entries, and $|\cdot|$ charges at least what the small factors give back.

# %%
kink = KinkTrap()
near = kink.trap + .15 * rng.uniform(-1, 1, size=(1000, 8))
first, second = np.moveaxis(near, -1, 0).reshape(2, 2, 2, -1)
x, y = second[1, 0] / second[0, 0], first[1, 0] / first[1, 1]
(W11, W12), (W21, W22) = np.moveaxis(kink.product(near), 0, -1)
print("formula for W21 holds:", np.allclose(W21, x * W11 + y * W22 - x * y * W12))
s = abs(W11) + abs(W12) + abs(W22)
print("2 |W21| <= s:", (2 * abs(W21) <= s).all(), " and Phi >= 1:", (kink(near) >= 1).all())
least = kink.balanced([[0, 0], [1, 0]])
print(f"Phi at the trap {kink(kink.trap):.0f}, least Phi {kink(least):.0f}")

# %% [markdown]
# Replace $|\cdot|$ by Huber's function: it is $t^2/(2\mu)$ for $|t|\le\mu$, and $|t|-\mu/2$ beyond. Now $l$ is differentiable, so the trap cannot be
# a local minimum. Small entries have become cheap.
#
# In the picture the inside of the thick blue curve is lower than the trap. *Pin* it, and its edge stays in grey.
# Raise $\mu$ from 0. When does the blue region touch the trap? Then choose the random plane: would you have found the exit there?

# %%
explorers.kink_trap()

# %% [markdown]
# The dashed curve in the last panel is $\lambda_{\min}=\frac12\bigl(\frac1\mu-\sqrt{\frac1{\mu^2}+16}\bigr)$. It is negative for every $\mu>0$:

# %%
for mu in (1, .25, .05):
    smooth = KinkTrap(mu)
    point = classify(smooth, smooth.trap, grad_tol=1e-9, curvature_tol=1e-9)
    formula = (1 / mu - np.hypot(1 / mu, 4)) / 2
    print(f"mu = {mu}: {point.kind}, lambda_min = {point.lambda_min:.3f} = {formula:.3f}")


# %% [markdown]
# **3. A loss that is not convex: the theorem fails.** Up to $\nabla l=0$ the proof needs no convexity. The last line does. Take the smallest
# network, $\Phi=l(w_2w_1)$, with $l(x)=x^3-3x$. Here $l(x)=-2+(x-1)^2(x+2)$. At a distance of at most 1 from $(1,1)$ both weights are $\ge0$, so
# $x=w_2w_1\ge0$ and $\Phi\ge-2$: a local minimum. But $l$ falls without end to the left:

# %%
def l(x):
    return x**3 - 3 * x

x = rng.uniform(-5, 5, size=1000)
print("the two forms of l agree:", np.allclose(l(x), -2 + (x - 1)**2 * (x + 2)))
print(f"Phi at (1, 1): {l(1 * 1)},  Phi at (1, -3): {l(1 * -3)}")

# %% [markdown]
# **4. Stationary is not enough: the theorem fails.** Step 5 uses that the neighbours $\widetilde W$ are local minimizers. At a saddle they need not
# even be stationary. The origin of a network with $N=3$ shows it: gradient and Hessian are 0, $\Phi$ is not least. After a step that changes
# neither product nor loss, the gradient is not 0:

# %%
deep = LinearNetwork(SquaredLoss([[2, 0], [0, 1]]), hidden=(2, 2))
origin = deep.zeros()
beside = kernel_perturbation(deep, origin).perturbed({2: [1, 1], 3: [1, 1]})
print("origin:", classify(deep, origin, grad_tol=1e-9, curvature_tol=1e-9).kind)
for name, point in (("at the origin", origin), ("beside it", beside)):
    zero = [not values.any() for values in (deep.grad(point), deep.hess(point))]
    print(f"{name}: Phi = {deep(point):.1f},  gradient and Hessian are 0: {zero}")

# %% [markdown]
# So gradient and Hessian cannot always tell a non-strict saddle from a minimum. Theorem 6.10 can, where it holds: see whether $\nabla l=0$.
# What such saddles do to GD is the subject of section 6.2.7.
#
# **5. No minimizer at all: the theorem holds, and is empty.** Let a line separate the data: some $W^*$ has $y_iW^*x_i>0$ for every $i$. Then
# the logistic loss has, at every $W$,
#
# $$\langle\nabla l(W),W^*\rangle=-\frac1n\sum_i\frac{y_iW^*x_i}{1+e^{y_iWx_i}}<0 .$$
#
# So $\nabla l$ is nowhere 0. By the theorem $\Phi$ has no local minimizer. GD goes on and on:

# %%
X, labels, star = np.array([[1, 2, -1], [1, 0, -2]]), np.array([1, 1, -1]), np.array([[1, 0]])
separable = LinearNetwork(LogisticLoss(X, labels), hidden=(2,))
W = rng.normal(size=(1000, 1, 2))
formula = -(labels * (star @ X) / (1 + np.exp(labels * (W @ X)))).mean(axis=(-2, -1))
slopes = (separable.loss.grad(W) * star).sum(axis=(-2, -1))
print("formula holds:", np.allclose(slopes, formula), " all below 0:", (slopes < 0).all())
run = gradient_descent(separable, separable.random(0), eta=.1, steps=1000, keep=100)
print("Phi at steps 100, 300, 1000:", run.values[[1, 3, 10]].round(4))

# %% [markdown]
# ## Beyond (optional)
#
# **A spare unit makes the proof shorter.** Let every hidden layer have $d_n\ge d_0+1$. Then the last column of $U_k$ meets only zeros of $\Sigma_k$, and
# $u_k^TW_{1:k}=0$ holds **with or without a kernel**. So $k^*$ and the two cases are not needed: start peeling after layer 1. Here is a point of full rank:

# %%
roomy = LinearNetwork(SquaredLoss(rng.normal(size=(3, 2))), hidden=(3, 4))
start = roomy.random(rng)
V1, V2, V3 = roomy.split(start)
s1, s2 = (np.linalg.svd(P)[0][:, -1] for P in (V1, V2 @ V1))
W2, W3 = V2 + np.outer(rng.normal(size=4), s1), V3 + np.outer(rng.normal(size=3), s2)
print("rank", np.linalg.matrix_rank(V3 @ V2 @ V1), "of 2")
print("product stays:", np.allclose(W3 @ W2 @ V1, V3 @ V2 @ V1))

# %% [markdown]
# **Other proofs.** For the square loss Kawaguchi (2016, arXiv 1605.07110) allows bottlenecks, with mild assumptions on the data. This agrees with the
# picture of Break 1. At $a=1$ the loss is twice our square loss, and the trap is a strict saddle:

# %%
f = BottleneckTrap(a=1, m=.8)
print(f"a = 1: lambda_min at the trap is {np.linalg.eigvalsh(f.hess(f.trap))[0]:.2f}")

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.6-a: Move the weights, keep every product
#
# The answer cell prints the four layers of a linear network, the numpy arrays `data.W1` to
# `data.W4`. All widths are 3. The product $W_{1:3}$ has a kernel.
#
# Change the weights as the proof does. Hand in `weights`, the list of the four new layers
# $\widetilde W_1,\dots,\widetilde W_4$, with
#
# - $\widetilde W_k=W_k$ for every $k\le k^*$, each entry to $10^{-10}$. As in the proof, $k^*$ is the
#   first $k$ with $\mathrm{Ker}\,W_{1:k}\ne\{0\}$; it is yours to find;
# - $\widetilde W_{1:k}=W_{1:k}$ for **every** $k\le 4$, each entry to $10^{-10}$ (times the largest
#   entry of your change, where that is larger than 1);
# - $\|\widetilde W-W\|\ge\frac1{1000}$, all layers taken together.
#
# `np.linalg.svd(A)` gives $U$, the singular values, and $V^T$.

# %% nbgrader={"grade": false, "grade_id": "6_2_6-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.6-a")
print(data)

weights = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_6-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.6-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.6-a")


# %% [markdown]
# ### 6.2.6-b: Where the bottleneck becomes a trap
#
# The net has widths $(2,1,2)$ and the loss
#
# $$l(W)=(W_{11}-1)^2+(W_{22}-m)^2+a\,(W_{12}^2+W_{21}^2),\qquad 0<m<1 .$$
#
# Write a function `threshold(m)`. It returns the infimum of all $a\ge 0$ for which the weights
# $u=v=(0,\sqrt m)$, with product $\mathrm{diag}(0,m)$, are a local minimum of $\Phi$. If there is
# no such $a$, it returns `np.inf`. Your number counts as right if it is right to nine digits.
#
# Every matrix of this net is $W=uv^T$ with $u=W_2$ and $v=W_1^T$. Try $u=v=(s,p)$ with small $s$
# and see what $\Phi$ does.

# %% nbgrader={"grade": false, "grade_id": "6_2_6-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
def threshold(m):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_6-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.6-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.6-b")


# %% [markdown]
# ### 6.2.6-c: Prove it by code: the vector u
#
# Step 3 of the proof needs a vector. Write a function `null_vector(W)`. It gets an array $W$ of
# shape $(d_k,d_0)$ with $d_k\ge d_0$ whose columns are linearly dependent. It returns $u\in\mathbb
# R^{d_k}$ with
#
# $$u^TW=0\qquad\text{and}\qquad\|u\|=1 .$$
#
# Any such vector is right. Zero means: $\|u^TW\|$ is at most $10^{-8}$ times the largest singular
# value of $W$. The length is 1 to $10^{-8}$. Your function is tried on square and on tall matrices,
# with small and with large entries.

# %% nbgrader={"grade": false, "grade_id": "6_2_6-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def null_vector(W):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_6-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.6-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.6-c")

# %% [markdown]
# ### 6.2.6-d: Disprove it: a bad local minimum
#
# Somebody claims that Theorem 6.10 needs no assumption on the widths. Give a counterexample.
#
# The net has widths $(2,1,2)$ and the loss of 6.2.6-b. The answer cell prints the numbers $a$ and
# $m$; they are `data.a` and `data.m`. Hand in `W_1` of shape $1\times2$, as `[[.., ..]]`, and `W_2`
# of shape $2\times1$, as `[[..], [..]]`. Together they are a local minimum of $\Phi$, but not a global one.
#
# At a stationary point other than 0 the Hessian has the eigenvalue 0: $\Phi$ does not change along
# $(cW_1,W_2/c)$, that is in the direction $(W_1,-W_2)$. So it is enough to look across: if the
# gradient is 0 and the Hessian is positive on the complement of that direction, then the weights
# are a local minimum.
#
# It is judged by this certificate, at $(cW_1,W_2/c)$ with equal norms: the gradient is 0 (to
# $10^{-6}$), the eigenvalues across are larger than $10^{-6}$, and $\Phi$ is larger than its
# minimum.

# %% nbgrader={"grade": false, "grade_id": "6_2_6-d", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.6-d")
print(data)

W_1 = ...
W_2 = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_6-d-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.6-d")

# %% tags=["nbval-ignore-output"]
solution("6.2.6-d")

# %% tags=["nbval-ignore-output"]
progress("6.2.6")

# %% [markdown]
# ## Summary
#
# - Theorem 6.10: $l$ convex and differentiable, no bottleneck. Then every local minimum of $\Phi$ is a global one.
# - Let $d_N\ge d_0$ (else transpose). Where a product of the first layers has a kernel, the later layers can move without moving the product.
# - At a local minimum all these neighbours are local minima as well. Together they leave room for $\nabla l=0$ only.
# - Convexity then makes it global. The assumption on the widths gives the vector $u_k$; differentiability gives the gradient.
# - A bottleneck, a kink or a non-convex loss each allows a bad local minimum.
# - The theorem is about local minima. If $l(0)>\inf l$, saddles remain, and from depth 3 on not all of them are strict.
#
# Next: [6.2.7 Non-strict saddles](6_2_7_nonstrict_saddles.ipynb), on those saddles. [Index](index.ipynb)
