# %% [markdown]
# # 6.2.6 Local minima
#
# **When is every local minimum a global one?**
#
# From depth 2 on the loss of a linear network is not convex, unless it is constant. Still, no local minimum is worse than the
# global one, if $l$ is convex and differentiable and no hidden layer is a bottleneck. This section proves it.
#
# After this section you will be able to
#
# - change the weights of a network without changing the map it computes, and see what that does to the gradient,
# - prove that a linear network without a bottleneck has no bad local minimum, for a differentiable convex loss,
# - give a bad local minimum for every hypothesis that is dropped.
#
# Time: about 80 minutes of reading and playing, 30 of homework. You need the singular value decomposition (SVD), and the gradient
# of section 6.2.5.
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
# Take three $2\times2$ matrices $W_1,W_2,W_3$, a fixed matrix $M$, and the loss of the product:
#
# $$\Phi(W_1,W_2,W_3)=l(W_3W_2W_1),\qquad l(W)=\tfrac12\|W-M\|^2 .$$
#
# We start at weights where the gradient of $\Phi$ is 0. Their product fits the larger singular value of $M$ and misses the smaller
# one. $W_1$ is singular there: some direction is lost in the first layer.
#
# That leaves room to play. There is a unit vector $u_1$ with $u_1^TW_1=0$: in this direction nothing comes out of layer 1. So what
# layer 2 does with $u_1$ changes nothing. In the same way some unit vector $u_2$ has $u_2^TW_2W_1=0$, and what layer 3 does with
# $u_2$ changes nothing. The picture uses this. You drag two vectors, $w_2$ and $w_3$. They change two layers:
#
# $$\widetilde W_2=W_2+w_2u_1^T,\qquad \widetilde W_3=W_3+w_3u_2^T .$$
#
# The product never moves.
#
# At first $w_3=0$ and $w_2=(1,0)$, so that the two points do not lie on each other. There $\nabla\Phi$ is still 0.
#
# In the second panel every matrix is drawn as the image of the unit circle. A matrix of rank 1 makes a segment. The thick line is
# the product. The thin one, shaded where it has an inside, is $\widetilde W_3\widetilde W_2$, what comes after layer 1. The picture
# calls this layer $k^*$: here $k^*=1$, and Play says what $k^*$ is. The dashed line is the gradient $\nabla l$ of the loss at the
# product. Above the vectors two numbers say how far $\Phi$ has moved, and how long its gradient $\nabla\Phi$ is.
#
# Answer the question first. Then drag both points. A line above the picture tells you whether you were right.

# %%
explorers.escape_hatch(predict=True)

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# The gradient does not stay 0, but both vectors have to be moved. With $w_2=(0.4,0.8)$ and $w_3=(-0.8,0.6)$ the picture says
# $\|\nabla\Phi\|=0.76$. With $w_2$ alone, or $w_3$ alone, it says 0.
#
# Here is the reason. The rows of $W_1$ are orthogonal to those of $\nabla l$, so $\nabla l\,W_1^T=0$. The gradients for layers 2
# and 3 contain this factor, so they are 0 whatever you drag. The gradient for layer 1 is
# $(\widetilde W_3\widetilde W_2)^T\nabla l$. Multiply the product out:
#
# $$\widetilde W_3\widetilde W_2=W_3W_2+W_3w_2u_1^T+w_3u_2^TW_2+(u_2^Tw_2)\,w_3u_1^T .$$
#
# The columns of $W_3$ are orthogonal to those of $\nabla l$, and $u_2^TW_2=0$ here. So only the last term meets $\nabla l$, and it
# contains both vectors. Let $e$ be the unit vector along the dashed line. Since $\|\nabla l\|=1$ here,
#
# $$\|\nabla\Phi\|=|u_2^Tw_2|\cdot|e^Tw_3| .$$
#
# With the numbers above this is $0.8\cdot0.95=0.76$. At the first $w_2=(1,0)$ the factor $|u_2^Tw_2|$ is 0, so there $w_2$ does not
# count as moved.
#
# </details>

# %% [markdown]
# ## State
#
# A linear network of depth $N$ and widths $d_0,\dots,d_N$ has weights $W_n\in\mathbb R^{d_n\times d_{n-1}}$. Write
#
# $$W_{j:j'}=W_{j'}W_{j'-1}\cdots W_j,\qquad W_{j:j'}=I\ \text{ if } j>j' .$$
#
# A loss $l:\mathbb R^{d_N\times d_0}\to\mathbb R$ induces the overparameterized objective $\Phi(W_1,\dots,W_N)=l(W_{1:N})$.
#
# Weights are a **local minimizer** of $\Phi$ if no weights near them have a smaller $\Phi$. A local minimum that is not global is
# called **bad**. A hidden layer with $d_n<\min\{d_0,d_N\}$ is a **bottleneck**: no product has a rank above $d_n$, so the network
# cannot make every matrix.

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
# The lecture takes the proof from Laurent and von Brecht (ICML 2018, arXiv 1712.01473) for its simplicity. Other proofs make other
# assumptions; the optional part has one.

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | a function *including* an overparameterized objective | *inducing* | State |
# | trivial kernel, i.e. linearly *dependent* columns | linearly *independent* columns | Prove 1 |
# | $\mathrm{Ker}(W_{1:k^*-1})=0$; $\mathrm{Ker}\ne\{0\}$ for all $k\ge k^*$ | $\{0\}$; for $k^*\le k\le N-1$; $W_{1:0}=I$ if $k^*=1$ | Prove 2 |
# | $\hat\Sigma_{k,k}$, and $\sigma_1\ge\dots\ge\sigma_{d_0}$ for every $k$ | $\hat\Sigma_k$; the singular values depend on $k$ | Prove 3 |
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
# The theorem lets you hope for this: run GD with the widths $(2,3,2,2)$ from 200 random starts. All runs come to rest, and every
# one of them at the bottom, $\Phi=0$:

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
# **Where does the kernel open, and which vector is $u_k$?** This is Figure 6.1 of the lecture, for a network with $d_0=3$. It shows
# the SVD of $W_{1:k}$, entry by entry:
#
# $$W_{1:k}=U_k\Sigma_kV_k^T .$$
#
# The columns of $U_k$ are orthonormal, and so are those of $V_k$. On the diagonal of $\Sigma_k$ stand the singular values
# $\sigma_1\ge\sigma_2\ge\sigma_3$. The kernel of $W_{1:k}$ is more than $\{0\}$ exactly if $\sigma_3=0$. The first such $k$ is
# called $k^*$.
#
# The framed column of $U_k$ belongs to $\sigma_3$. Where $\sigma_3=0$, it is the vector $u_k$ that we need: $u_k^TW_{1:k}=0$. The
# shaded columns of $U_k$ meet only rows of zeros. Move $k$ from 1 to 3. Where does $\sigma_3$ become 0, and does it ever come back?
# Now let layer $k^*$ leak a little, and close it again: what becomes of the kernel? Choose the network whose kernel has two
# dimensions: which column is $u_k$ then?

# %%
explorers.svd_picture()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# In the network that you see first $\sigma_3$ is 0.9 for $k=1$. It is 0 for $k=2$ and for $k=3$. It does not come back: what layer
# 2 has lost, no later layer can know. Step 2 below proves it.
#
# With a leak of 0.1 at layer $k^*=2$ the kernel is $\{0\}$: now $\sigma_3$ is 0.128 for $k=2$ and 0.164 for $k=3$. The framed
# column $u$ no longer gives 0, but $\|u^TW_{1:k}\|=\sigma_3$. Close the leak, and the kernel is back.
#
# With a kernel of two dimensions $\sigma_2=\sigma_3=0$. For $k=2$ and $k=3$ column 2 gives 0 as well, and so does the shaded one.
# The proof takes column $d_0=3$ all the same: it is right in every case.
#
# </details>

# %% [markdown]
# **Same product, same loss, another gradient: how?** Here is the picture of the beginning once more, with both vectors moved. The
# thin segment has opened to an ellipse. Take all matrices $\widetilde W_3\widetilde W_2$ on the way from the start to these
# vectors: their columns together reach both dimensions, and no $\nabla l\ne0$ is at right angles to all of them.
#
# Try the other starts. *Pin* leaves this one behind them as a shadow. (The global minimum has the same layers as this start. Its
# $M$ is another one, of rank 1, and the product fits it.) At which start does the gradient stay 0 whatever you drag, and why? At
# the second saddle one vector is enough. What is different there?

# %%
explorers.escape_hatch(w21=.4, w22=.8, w31=-.8, w32=.6)

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# *How?* The product $\widetilde W_3\widetilde W_2W_1$ stays, since $W_1$ puts nothing into the direction $u_1$. The gradient for
# layer 1 contains $\widetilde W_3\widetilde W_2$ without $W_1$, and that has moved. So $\Phi$ stays and $\|\nabla\Phi\|=0.76$.
#
# *At which start does it stay 0?* At the global minimum. There $\nabla l=0$, and every gradient of $\Phi$ contains $\nabla l$.
#
# *What is different at the second saddle?* There $W_1$ is invertible, and the kernel opens in layer 2: $k^*=2$. So there is no
# $u_1$, and $\widetilde W_3=W_3+w_3u_2^T$ is the only layer that moves. The gradient for layer 2 is
# $\widetilde W_3^T\,\nabla l\,W_1^T$. It contains $\widetilde W_3$ alone, and $\|\nabla\Phi\|=0.95$. Step 6 says the same in
# general: one vector for each layer after $k^*$.
#
# At the origin both vectors are needed again, and $\|\nabla\Phi\|=0.874$. The picture counts 1 of 2 dimensions there. It looks only
# at the way from the start to your two vectors. Drag $w_3$ elsewhere, and the segment turns: together the segments reach both
# dimensions.
#
# </details>

# %% [markdown]
# ## Prove
#
# We assume $d_N\ge d_0$. Step 7 takes care of the other case. Since there is no bottleneck, $d_n\ge d_0$ for every $n$.
#
# The proof has seven steps. We run them on random weights with widths $(3,4,3,5,4)$, so $N=4$. The second layer is changed on
# purpose, so that it maps $y$, the first column of $W_1$, to 0. These weights are no local minimizer. But the cells compute only
# the formulas of the proof, and those hold at any weights with such a kernel. Change the seed and run the cells again: they must
# still agree.

# %%
rng = np.random.default_rng(6)
net = LinearNetwork(SquaredLoss(rng.normal(size=(4, 3))), hidden=(4, 3, 5))
w = net.random(rng)
W1, W2, W3, W4 = net.split(w)
y = W1[:, 0]
W2 -= np.outer(W2 @ y, y) / (y @ y)
G = net.loss.grad(net.product(w))

# %% [markdown]
# `net.split(w)` gives views: to write into `W2` is to write into `w`. The matrix $G=\nabla l(W_{1:N})$ is the gradient of the loss
# at the product.
#
# **Step 1. The last layer, and the easy case.** At a local minimizer the gradient of $\Phi$ is 0. Section 6.2.5 has the gradient
# for layer $j$ (one derivative of $l$ is enough for it):
#
# $$\frac{\partial\Phi}{\partial W_j}=W_{j+1:N}^T\,\nabla l(W_{1:N})\,W_{1:j-1}^T .$$
#
# For the last layer, $j=N$, the first factor is $I$. So $\nabla l(W_{1:N})\,W_{1:N-1}^T=0$. Check the formula for this layer:

# %%
A = net.product(w, 1, 3)
print("formula for layer N holds:", np.allclose(net.split(net.grad(w))[3], G @ A.T))

# %% [markdown]
# Suppose $A=W_{1:N-1}$ has **linearly independent columns**, that is, kernel $\{0\}$. Then $A^TA$ is invertible: if $A^TAx=0$, then
# $\|Ax\|^2=x^TA^TAx=0$, so $Ax=0$ and $x=0$. Therefore
#
# $$G\,A^T=0\quad\Longrightarrow\quad G=G\,A^TA\,(A^TA)^{-1}=0 .$$
#
# Here is the second equality, with a random $A$. Below it is an $A$ with dependent columns, `ones`. A matrix $G\ne0$, called
# `hidden`, has $GA^T=0$:

# %%
A = rng.normal(size=(5, 3))
print("G is recovered from G A^T:", np.allclose(G @ A.T @ A @ np.linalg.inv(A.T @ A), G))
ones, hidden = np.ones((2, 2)), np.array([[1, -1], [0, 0]])
print("hidden @ ones.T =", (hidden @ ones.T).tolist())

# %% [markdown]
# And $\nabla l=0$ is all we want. Write $\hat W$ for the product $W_{1:N}$. A convex $l$ lies above its tangents:
#
# $$l(W)\ge l(\hat W)+\langle\nabla l(\hat W),W-\hat W\rangle\quad\text{for every }W .$$
#
# So with $\nabla l(\hat W)=0$ no $W$ has a smaller loss. The weights are then a global minimizer of $\Phi$.
#
# From here on $W_{1:N-1}$ **has a kernel**: this is short for a kernel that is more than $\{0\}$.

# %% [markdown]
# **Step 2. Kernels grow.** If $W_{1:k}x=0$, then $W_{1:k+1}x=W_{k+1}W_{1:k}x=0$. So
#
# $$\mathrm{Ker}\,W_{1:1}\subseteq\mathrm{Ker}\,W_{1:2}\subseteq\dots\subseteq\mathrm{Ker}\,W_{1:N-1} .$$
#
# The last of them is not $\{0\}$. As in the picture, let $k^*\in\{1,\dots,N-1\}$ be the first $k$ with
# $\mathrm{Ker}\,W_{1:k}\ne\{0\}$. Then the kernel is $\{0\}$ for $k<k^*$, and it is not for $k^*\le k\le N-1$. If $k^*=1$, there is
# nothing before it: $W_{1:0}=I$. The kernel is $\{0\}$ exactly where the rank is $d_0=3$:

# %%
ranks = [int(np.linalg.matrix_rank(net.product(w, 1, k))) for k in (1, 2, 3)]
print("ranks:", ranks, "  first below 3 at k* =", 1 + [rank < 3 for rank in ranks].index(True))

# %% [markdown]
# **Step 3. The vectors $u_k$.** For $k^*\le k\le N-1$ take the SVD $W_{1:k}=U_k\Sigma_kV_k^T$, with $U_k$ of size $d_k\times d_k$
# and singular values $\sigma_1\ge\dots\ge\sigma_{d_0}\ge0$. There is a kernel, so the rank is below $d_0$, and $\sigma_{d_0}=0$.
# Let $u_k$ be column $d_0$ of $U_k$. **Here the assumption enters:** such a column exists because $d_k\ge d_0$. It is a unit
# vector. The columns of $U_k$ are orthonormal, so $u_k^TU_k$ is the row with 1 in place $d_0$ and 0 elsewhere. It picks row $d_0$
# of $\Sigma_kV_k^T$. With $v_{d_0}$, the last column of $V_k$, that is
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
# Then $\widetilde W_{1:k}=W_{1:k}$ for every $k$. For $k\le k^*$ no layer has changed. For the rest go from $k$ to $k+1$, with
# $k\ge k^*$:
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
# **Step 5. They are local minimizers too.** Let $W$ be a local minimizer: $\Phi\ge\Phi(W)$ in an open ball around it. Take the
# $w_k$ so small that $\widetilde W$ lies in the ball. Then a small ball around $\widetilde W$ lies inside the first one. There
# $\Phi\ge\Phi(W)$, and $\Phi(W)=\Phi(\widetilde W)$ since the products are equal. So $\widetilde W$ is a local minimizer as well,
# **for all small $w_k$ at once**. Its gradient is 0 too. For layer $k^*$ the formula of step 1 says
#
# $$\widetilde W_{k^*+1:N}^T\ \nabla l(W_{1:N})\ W_{1:k^*-1}^T=0 .$$
#
# Here $\nabla l$ has no tilde, since the product is the old one. The layers before $k^*$ have none, since they have not changed.
# Check the formula for the left side:

# %%
moved = perturbed(rng.normal(size=5), rng.normal(size=4))
formula = net.product(moved, 3).T @ G @ W1.T
print("formula for layer k* holds:", np.allclose(net.split(net.grad(moved))[2 - 1], formula))

# %% [markdown]
# By the choice of $k^*$, $A=W_{1:k^*-1}$ has kernel $\{0\}$. (If $k^*=1$, then $A=I$.) So multiply from the right by
# $A\,(A^TA)^{-1}$, as in step 1: the factor $A^T$ is gone. What is left, transposed, is
#
# $$\nabla l(W_{1:N})^T\ \widetilde W_{k^*+1:N}=0\qquad\text{for all small }w_k .\qquad(1)$$
#
# **Step 6. Peel off the layers.** Take (1) for some $w_{k^*+1}$, and (1) for $w_{k^*+1}=0$. All else stays. Subtract: $\nabla l^T$
# maps the difference of the two products to 0. Only their first factor differs, by $w_{k^*+1}u_{k^*}^T$. So the difference is
#
# $$\widetilde W_{k^*+2:N}\,w_{k^*+1}\,u_{k^*}^T .$$

# %%
w3, w4 = rng.normal(size=5), rng.normal(size=4)
difference = net.product(perturbed(w3, w4), 3) - net.product(perturbed(0 * w3, w4), 3)
formula = net.product(perturbed(w3, w4), 4) @ np.outer(w3, u[2])
print("both sides agree:", np.allclose(difference, formula))

# %% [markdown]
# So $\nabla l^T\,\widetilde W_{k^*+2:N}\,w_{k^*+1}\,u_{k^*}^T=0$. Multiply by $u_{k^*}$ from the right, and use
# $u_{k^*}^Tu_{k^*}=1$:
#
# $$\nabla l^T\,\widetilde W_{k^*+2:N}\,w_{k^*+1}=0\quad\text{for all small }w_{k^*+1} .$$
#
# A matrix that maps every small vector to 0 maps every vector to 0, since a multiple of it is small. So it is the zero matrix:
#
# $$\nabla l^T\,\widetilde W_{k^*+2:N}=0 .$$
#
# The vector $w_{k^*+1}$ no longer occurs. So this holds for all small $w_{k^*+2},\dots,w_N$: it is (1) with one layer less. Go on:
# $w_{k^*+2}$ and $u_{k^*+1}$ remove the next layer, and so on, until $w_N$ has removed the last one. (If $k^*=N-1$, there is only
# $w_N$, and one round does it.) Then $\widetilde W_{N+1:N}=I$ is left, and
#
# $$\nabla l(W_{1:N})=0 .$$
#
# Step 1 says what that means: the weights are a global minimizer. $\square$
#
# Back to the picture. The first saddle has $k^*=1$, and two layers have to be peeled off: both vectors are needed. At the second
# saddle $k^*=2$, and $w_3$ does it alone. At the global minimum $\nabla l=0$, so nothing wakes the gradient.
#
# What has happened? Without perturbation, (1) asks that $\nabla l$ is orthogonal to the columns of one matrix. With it, $\nabla l$
# must be orthogonal to the columns of many. Count the dimensions that they reach, out of $d_N=4$. Where they reach all, only
# $\nabla l=0$ is left:

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
# The layers of the new network are transposed and stand **in reverse order**: $W_N^T$ comes first. Its widths are $d_N,\dots,d_0$,
# and the last is now larger than the first. The values of the two objectives agree, and distances between weights stay. So local
# minimizers become local minimizers, and steps 1 to 6 hold for the new network. Check that the values agree:

# %%
wide = LinearNetwork(SquaredLoss(rng.normal(size=(2, 4))), hidden=(3, 2))
v = wide.random(rng)
transposed = LinearNetwork(SquaredLoss(wide.loss.target.T), hidden=(2, 3))
layers = [layer.T for layer in reversed(wide.split(v))]
print("same value:", np.isclose(wide(v), transposed(transposed.join(layers))))


# %% [markdown]
# Now all steps in one, on 200 random networks with random widths and a kernel that opens at a random layer. `kernel_perturbation`
# makes the construction of steps 2 to 4.

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
# Points 1 to 4 drop one hypothesis at a time. See whether the *theorem* fails then, or only its proof. Point 5 is about what the
# theorem does not say. Point 6 leaves linear networks. Points 2 and 6 ask you to guess first.
#
# **1. A bottleneck: the theorem fails.** The widths are $(2,1,2)$, the loss is
#
# $$l(W)=(W_{11}-1)^2+(W_{22}-0.8)^2+a\,(W_{12}^2+W_{21}^2).$$
#
# Step 3 fails. $W_1\ne0$ is a row, and it has a kernel. But $U_1$ is $1\times1$: it has no second column, and no $u_1\ne0$ gives
# $u_1W_1=0$.
#
# One hidden unit makes matrices of rank at most 1. With zeros off the diagonal it can fit the entry 1 or the entry 0.8, but not
# both. The *trap* has the product $\mathrm{diag}(0,0.8)$, with $W_1$ and $W_2$ of equal norm. Take $a=2$:

# %%
f = BottleneckTrap(a=2, m=.8)
print(f"at the trap {f(f.trap):.4f},  at diag(1, 0) {f(f.balanced(np.diag([1, 0]))):.4f}")
print("gradient below 1e-12:", np.linalg.norm(f.grad(f.trap)) < 1e-12)
print("eigenvalues of the Hessian:", np.linalg.eigvalsh(f.hess(f.trap)).round(4) + 0)

# %% [markdown]
# The eigenvalue 0 belongs to the way $(cW_1,W_2/c)$, on which the product stays. By itself it decides nothing. Here is a proof. The
# determinant of the product is 0, so $W_{11}W_{22}=W_{12}W_{21}$. Near the trap $W_{22}>0$, so we may divide by it. That changes
# the middle term of $(W_{11}-1)^2=1-2W_{11}+W_{11}^2$:
#
# $$-2W_{11}=-\frac{2W_{12}W_{21}}{W_{22}}=\frac{(W_{12}-W_{21})^2-W_{12}^2-W_{21}^2}{W_{22}} .$$
#
# With $m=0.8$ that gives
#
# $$\Phi=1+W_{11}^2+(W_{22}-m)^2+\frac{(W_{12}-W_{21})^2}{W_{22}}+\Bigl(a-\frac1{W_{22}}\Bigr)(W_{12}^2+W_{21}^2).$$
#
# Near the trap $W_{22}$ is near $m$, and $a>1/m$. So no term is negative: $\Phi\ge1$. The trap is a local minimum. It is a bad one,
# since $\Phi<1$ at $\mathrm{diag}(1,0)$.

# %%
near = f.trap + .1 * rng.uniform(-1, 1, size=(1000, 4))
(W11, W12), (W21, W22) = np.moveaxis(f.product(near), 0, -1)
factor = f.a - 1 / W22
terms = W11**2 + (W22 - f.m)**2 + (W12 - W21)**2 / W22 + factor * (W12**2 + W21**2)
print("Phi is 1 plus the four terms:", np.allclose(f(near), 1 + terms))
print("all factors a - 1/W22 > 0:   ", (factor > 0).all())

# %% [markdown]
# In the picture the axes are $W_{11}$ and $W_{22}$, two entries of the product. The level curves show the best loss that the net
# can make with them. The last panel shows the curvature at the trap towards $W_{11}$. Where it is negative, there is a way down.
#
# 60 runs of GD start near 0. How many end in the trap? Drag $a$ to the left: where does the trap open? Then set the hidden width to
# 2: how many end there now?

# %%
explorers.bottleneck_trap()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# At $a=2$ 22 of the 60 runs end in the trap, where $\Phi=1$. The other 38 reach the least value 0.64.
#
# On the way to the left the trap opens between $a=1.3$ and $a=1.2$. At 1.3 the curvature is 0.08, and 10 runs end in the trap. At
# 1.2 the curvature is $-0.08$, and none does. At $a=1.25$ the curvature is 0 and the Hessian decides nothing. The picture still
# counts 2 runs there after 500 steps. They are slow, but they leave: see the numbers below. Homework 6.2.6-b asks where the trap
# opens for every $m$.
#
# With width 2 there is no bottleneck, and no run ends in the trap, for any $a$ of the picture. The second unit has the curvature
# $-2$, whatever $a$ is.
#
# </details>

# %%
edge = BottleneckTrap(a=1.25, m=.8)
for steps in (500, 2000, 5000):
    run = gradient_descent(edge, edge.random(2, .3, size=(60,)), .2, steps, keep=steps)
    diagonal = edge.product(run.points[-1])[:, [0, 1], [0, 1]]
    near_trap = np.linalg.norm(diagonal - [0, .8], axis=1) < .02
    print(f"a = 1.25, step {steps}: {near_trap.sum()} runs with W11 and W22 near the trap")

# %% [markdown]
# **2. A loss with kinks.** The widths are $(2,2,2)$: no bottleneck. The loss is convex, but not differentiable:
#
# $$l(W)=|W_{11}|+|W_{12}|+|W_{22}|+(W_{21}-1)^2 .$$
#
# Take $W_1=\mathrm{diag}(0,1)$ and $W_2=\mathrm{diag}(1,0)$. The product is 0, and $\Phi=1$. The least $\Phi$ is 0: the network can
# make the entry $W_{21}=1$ with zeros elsewhere. Which do you expect: does a way down begin at these weights, or are they a bad
# local minimum? Guess before you open this.
#
# <details><summary><b>Then open this</b></summary>
#
# They are a bad local minimum, a trap: the theorem fails. Write $p,q$ for the first column of $W_2$, so $(p,q)=(1,0)$ in the trap,
# and put $x=q/p$. In the same way put $y=(W_1)_{21}/(W_1)_{22}$, which is 0 in the trap. Then every product near the trap satisfies
#
# $$W_{21}=x\,W_{11}+y\,W_{22}-xy\,W_{12} .$$
#
# At a distance of at most $1/\sqrt5$ from the trap $|x|$ and $|y|$ are at most $\frac12$. For $x$ look at the plane of $(p,q)$: the
# lines $q=\pm\frac12p$ are $1/\sqrt5$ away from the point $(1,0)$. The same for $y$. Put
#
# $$s=|W_{11}|+|W_{12}|+|W_{22}| .$$
#
# Then $|W_{21}|\le\frac12|W_{11}|+\frac12|W_{22}|+\frac14|W_{12}|\le\frac12s$. Since $(W_{21}-1)^2\ge1-2W_{21}$,
#
# $$\Phi=s+(W_{21}-1)^2\ \ge\ s+1-2\,|W_{21}|\ \ge\ 1 .$$
#
# To gain from $W_{21}>0$ you must pay with the other entries, and $|\cdot|$ charges at least what the small factors give back.
#
# </details>

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
# Replace $|\cdot|$ by Huber's function: it is $t^2/(2\mu)$ for $|t|\le\mu$, and $|t|-\mu/2$ beyond. Now $l$ is differentiable:
# small entries have become cheap.
#
# In the picture the inside of the thick curve is lower than the trap. *Pin* it, and its edge stays behind as a shadow. You will
# raise $\mu$ from 0. Which do you expect: does the trap stay closed while $\mu$ is small, or does it open at once? Guess, then
# look: when does the inside touch the trap? Then choose the random plane: would you have found the exit there?

# %%
explorers.kink_trap()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# The trap opens at once, and the inside touches it for every $\mu>0$. It has to: $l$ is now convex and differentiable, so by
# Theorem 6.10 the trap, where $\Phi=1$, is no local minimum. At $\mu=0.05$ the plane goes down to 0.987 within the distance 0.4, at
# $\mu=0.25$ to 0.939. Call the coordinates of the picture $x$ and $y$. While $|y|\le\mu$, the plane shows
# $\Phi=y^2/(2\mu)+(xy-1)^2$. On the way $y=2\mu x$ this is
#
# $$\Phi=1-2\mu x^2\,(1-2\mu x^2) ,$$
#
# and that is below 1 for every small $x\ne0$. (The thick curve is drawn for the value 0.999. So it leaves a small gap at the trap.)
#
# In the random plane you would not have found the exit. No point of the grid there is lower than 0.999, whatever $\mu$. Yet for
# $\mu=0.25$ the trap is a strict saddle, and the run leaves the plane and comes down to $\Phi<10^{-6}$. This is the rule and no bad
# luck. The cell below takes 1000 random planes through the trap. About three quarters of them curve only up.
#
# </details>

# %%
planes = np.linalg.qr(rng.normal(size=(1000, 8, 2)))[0]
H = KinkTrap(.25).hess(kink.trap)
curvatures = np.linalg.eigvalsh(planes.mT @ H @ planes)[:, 0]
print(f"share of random planes that curve only up: {(curvatures > 0).mean():.2f}")

# %% [markdown]
# The dashed curve in the last panel is $\lambda_{\min}=\frac12\bigl(\frac1\mu-\sqrt{\frac1{\mu^2}+16}\bigr)$. It is negative for
# every $\mu>0$:

# %%
for mu in (1, .25, .05):
    smooth = KinkTrap(mu)
    point = classify(smooth, smooth.trap, grad_tol=1e-9, curvature_tol=1e-9)
    formula = (1 / mu - np.hypot(1 / mu, 4)) / 2
    print(f"mu = {mu}: {point.kind}, lambda_min = {point.lambda_min:.3f} = {formula:.3f}")


# %% [markdown]
# **3. A loss that is not convex: the theorem fails.** With $l(x)=x^3-3x=-2+(x-1)^2(x+2)$ the smallest network $\Phi=l(w_2w_1)$ has
# a local minimum at $(1,1)$, since up to a distance of 1 both weights are $\ge0$, so that $x=w_2w_1\ge0$ and $\Phi\ge-2$; but $l$
# falls without end to the left:

# %%
def l(x):
    return x**3 - 3 * x

x = rng.uniform(-5, 5, size=1000)
print("the two forms of l agree:", np.allclose(l(x), -2 + (x - 1)**2 * (x + 2)))
print(f"Phi at (1, 1): {l(1 * 1)},  Phi at (1, -3): {l(1 * -3)}")

# %% [markdown]
# Points 4 and 5 belong together. The theorem speaks of *local minimizers*: 4 has less than that, and 5 has none.
#
# **4. Stationary is not enough: the theorem fails.** Step 5 uses that the neighbours $\widetilde W$ are local minimizers. At a
# saddle they need not even be stationary. The origin of a network with $N=3$ shows it: gradient and Hessian are 0, but $\Phi$ is
# not least. After a step that changes neither product nor loss, the gradient is not 0:

# %%
deep = LinearNetwork(SquaredLoss([[2, 0], [0, 1]]), hidden=(2, 2))
origin = deep.zeros()
beside = kernel_perturbation(deep, origin).perturbed({2: [1, 1], 3: [1, 1]})
print("origin:", classify(deep, origin, grad_tol=1e-9, curvature_tol=1e-9).kind)
for name, point in (("at the origin", origin), ("beside it", beside)):
    zero = [not values.any() for values in (deep.grad(point), deep.hess(point))]
    print(f"{name}: Phi = {deep(point):.1f},  gradient and Hessian are 0: {zero}")

# %% [markdown]
# So gradient and Hessian cannot always tell a non-strict saddle from a minimum. Theorem 6.10 can, where it holds: see whether
# $\nabla l=0$. What such saddles do to GD is the subject of section 6.2.7.
#
# **5. No minimizer at all: the theorem holds, and is empty.** Let a line through 0 separate the data: some $W^*$ has $y_iW^*x_i>0$
# for every $i$. Then the logistic loss has, at every $W$,
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
# **6. Units that are not linear.** Take one ReLU unit with a bias, $x\mapsto\max(0,wx+b)$, and four
# data:
#
# | $x_i$ | $-3$ | $-2$ | $2$ | $3$ |
# |---|---|---|---|---|
# | $y_i$ | $2$ | $1$ | $1$ | $3$ |
#
# The loss is $L(w,b)=\frac12\sum_i(\max(0,wx_i+b)-y_i)^2$. If the unit were linear, $L$ would be convex, with one minimum. Which do
# you expect for the ReLU unit: one local minimum, two, or more? Guess before you open this.
#
# <details><summary><b>Then open this</b></summary>
#
# More. A datum is *active* if $wx_i+b>0$. The four lines $wx_i+b=0$ cut the plane of $(w,b)$ into 8 sectors. In each of them the
# same data are active, and $L$ is one convex quadratic. So a sector has either no local minimum, or the minimizers of its
# quadratic. The cell below solves all 8 in fractions.
#
# On a line $wx_i+b=0$ there is no local minimum. Leave it to one side, in a direction $d=(d_1,d_2)$, or to the other side, in the
# direction $-d$. The other data have no kink here: their part of the two slopes of $L$ has the sum 0. Datum $i$ adds
# $-y_i\,|d_1x_i+d_2|<0$, since its term falls on the active side and is constant on the other. So one of the two slopes is
# negative. (At the origin all lines meet, and every datum adds such a term.) So the list is complete:
#
# - one global minimum, with all data active,
# - two bad ones that are strict: every other point nearby has a larger $L$,
# - two rays of bad ones, on which one datum is active and fitted,
# - a plateau of bad ones, where no datum is active and the gradient is 0.
#
# </details>

# %%
from lnnlib.traps import ReluUnit

unit = ReluUnit(x=(-3, -2, 2, 3), y=(2, 1, 1, 3))
for found in unit.local_minima():
    print(found)

# %% [markdown]
# At the two strict ones, $(2,-3)$ and $(-1,-1)$, the active data are fitted, and every $|wx_i+b|$ is at least 1. So for
# $|s|,|t|\le\frac15$ no datum changes its state at $(w+s,b+t)$. There, with $+$ at $(2,-3)$ and $-$ at $(-1,-1)$,
#
# $$L(w+s,b+t)=L(w,b)+\tfrac12\,(13s^2\pm10st+2t^2) .$$
#
# The quadratic form is positive: $13\cdot2-5^2=1>0$. In fractions, without rounding:

# %%
from fractions import Fraction

moves = [Fraction(k, 20) for k in range(-4, 5)]
for w0, b0, sign in ((2, -3, 1), (-1, -1, -1)):
    exact = all(unit(w0 + s, b0 + t) - unit(w0, b0) == (13*s*s + sign*10*s*t + 2*t*t) / 2
                for s in moves for t in moves)
    print(f"L = {unit(w0, b0)} at ({w0}, {b0}), formula exact: {exact}")

# %% [markdown]
# You may think that one unit is too few, or that the last layer should be trained too. Here are data with a bad local minimum at
# every width $k\ge2$: $(1,1)$ and $(-1,2)$. Take $k$ ReLU units without bias, and train both layers. Let $W_1$ have all entries 1,
# and $W_2$ all entries $1/k$. Near these weights $W_1>0$ in every entry. So at $x=1$ all units are active, at $x=-1$ none, and
#
# $$L=2+\tfrac12\,(W_2W_1-1)^2\ \ge\ 2 .$$
#
# It is a local minimum. It is not strict, since $(cW_1,W_2/c)$ has the same $L$ for every $c>0$. And it is bad: two units make
# $\max(0,x)+2\max(0,-x)$, which fits both data.

# %%
from lnnlib.feedforward import FeedForward

for k in (2, 10, 100):
    L = FeedForward((1, k, 1), "relu").objective([[1, -1]], [[1, 2]])    # half the sum: n = 2
    near = np.repeat([1, 1 / k], k) + rng.uniform(-.5, .5, size=(1000, 2 * k)) / k
    product = (near[:, :k] * near[:, k:]).sum(axis=1)
    print(f"width {k}: formula holds: {np.allclose(2 * L(near), 2 + (product - 1)**2 / 2)}")
two = FeedForward((1, 2, 1), "relu").objective([[1, -1]], [[1, 2]])
print(f"L is {2 * two([1, 1, .5, .5]):.0f} here, {2 * two([1, -1, 1, 2]):.0f} elsewhere")

# %% [markdown]
# What does this say about Theorem 6.10? The theorem needs that the loss is a function of the product of the layers. Step 4 moves
# the layers and keeps the product, so it keeps $\Phi$. With ReLU units the outputs are no function of the product. In its own
# sector each minimum of the one unit is the least value of a convex function. In the next sector $L$ is another function, and
# convexity does not reach across.
#
# And what does this not say? It does not contradict the theorem, which speaks of linear networks alone. A linear network of the
# same widths, with the same data, has no bad local minimum. Nor does it say how often GD on a ReLU network meets such a minimum.

# %% [markdown]
# ## Beyond (optional)
#
# **A spare unit makes the proof shorter.** Let every hidden layer have $d_n\ge d_0+1$. Then the last column of $U_k$ meets only
# zeros of $\Sigma_k$, and $u_k^TW_{1:k}=0$ holds **with or without a kernel**. So $k^*$ and the two cases are not needed: start
# peeling after layer 1. Here is a point of full rank:

# %%
roomy = LinearNetwork(SquaredLoss(rng.normal(size=(3, 2))), hidden=(3, 4))
start = roomy.random(rng)
V1, V2, V3 = roomy.split(start)
s1, s2 = (np.linalg.svd(P)[0][:, -1] for P in (V1, V2 @ V1))
W2, W3 = V2 + np.outer(rng.normal(size=4), s1), V3 + np.outer(rng.normal(size=3), s2)
print("rank", np.linalg.matrix_rank(V3 @ V2 @ V1), "of 2")
print("product stays:", np.allclose(W3 @ W2 @ V1, V3 @ V2 @ V1))

# %% [markdown]
# **Data that repeat themselves.** Theorem 6.10 asks nothing of the data. Take the irises of section 6.2.4, and write the petal
# length twice, in cm and in inches. Then the matrix $X$ of the data has 5 rows and rank 4. Column $i$ of $Y$ is the axis vector of
# the species of flower $i$, for $i=1,\dots,n=150$. From each row of $X$ and $Y$ its mean is subtracted. The loss is
# $l(W)=\frac1{2n}\|WX-Y\|^2$. You can add to each row of $W$ a row that is orthogonal to all columns of $X$, and $WX$ stays. So
# minimizers of $l$ are not unique. The widths are $(5,3,3,3)$: no bottleneck.
#
# Some stationary points are known. Let $W^*$ be the least-squares solution of least norm. Take some of the eigenvectors of
# $W^*XX^TW^{*T}$ whose eigenvalue is not 0, as the columns of $E$, and split $EE^TW^*$ into layers of equal singular values. Here
# there are two such eigenvectors, so four points. At each the cell moves the layers a little, as the proof does, and then takes one
# short step against the gradient:

# %%
from lnnlib.data import iris
from lnnlib.losses import LinearRegression

flowers, species = iris()
X = np.vstack([flowers, flowers[2] / 2.54])
X, Y = X - X.mean(axis=1, keepdims=True), np.eye(3)[species].T - 1 / 3
twice = LinearNetwork(LinearRegression(X, Y), hidden=(3, 3))
best = Y @ np.linalg.pinv(X, rcond=1e-9)
modes = np.linalg.eigh(best @ X @ X.T @ best.T)[1][:, ::-1]
print("rows of X:", len(X), " rank:", np.linalg.matrix_rank(X))


# %%
def lower_beside(point):
    found, size = kernel_perturbation(twice, point), 1 / 30
    d = [len(layer) for layer in found.weights]
    near = found.perturbed({k: size * rng.normal(size=d[k - 1]) for k in (2, 3)})
    return twice(near - .1 * twice.grad(near)) < twice(point) - 1e-12


# %%
for kept in ([], [1], [0], [0, 1]):
    E = modes[:, kept]
    point, label = twice.balanced(E @ E.T @ best), [n + 1 for n in kept]
    kind = classify(twice, point, grad_tol=1e-9, curvature_tol=1e-9).kind
    print(f"kept {label}: Phi = {twice(point):.4f}, {kind},",
          f"lower beside it: {lower_beside(point)}")

# %% [markdown]
# All four are stationary. At the first three $\nabla l\ne0$, and a lower point lies beside each, as the proof says: no local
# minimum. One of them is a strict saddle, the other two are not. At the last $\nabla l=0$.
#
# **Other proofs.** For the square loss Kawaguchi (2016, arXiv 1605.07110) allows bottlenecks, with mild assumptions on the data.
# This agrees with the picture of Break 1. At $a=1$ the loss is twice our square loss, and the trap is a strict saddle:

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
# - Let $d_N\ge d_0$ (else transpose). Where a product of the first layers has a kernel, the later layers can move without moving
#   the product.
# - At a local minimum all these neighbours are local minima as well. Together they leave room for $\nabla l=0$ only.
# - Convexity then makes it global. The assumption on the widths gives the vector $u_k$; differentiability gives the gradient.
# - A bottleneck, a kink or a non-convex loss each allows a bad local minimum. So do ReLU units, of which the theorem does not
#   speak.
# - The theorem is about local minima. If $l(0)>\inf l$, saddles remain, and from depth 3 on not all of them are strict.
#
# Next: [6.2.7 Non-strict saddles](6_2_7_nonstrict_saddles.ipynb), on those saddles. [Index](index.ipynb)
