# %% [markdown]
# # 6.2.4 Linear networks
#
# **What changes when one matrix is written as a product of many?**
#
# A linear network computes $x\mapsto W_N\cdots W_2W_1x$. That is one matrix times $x$. So the network can do no more than a
# matrix can. Yet gradient descent (GD) on the factors behaves quite unlike GD on the matrix. This section shows how, and why.
#
# After this section you will be able to
#
# - write down a linear network, its products $W_{j:j'}$ and its objective $\Phi$,
# - certify with two points that $\Phi$ is not convex, though the loss $l$ is,
# - compute when GD learns which part of the matrix, and show where that computation fails.
#
# Time: about 60 minutes of reading and playing, 25 of homework. You need singular values and a separable differential equation.
#
# [Index](index.ipynb) · previous: [6.2.3 Perturbed gradient descent](6_2_3_perturbed_gd.ipynb) · next: [6.2.5 Gradient and Hessian](6_2_5_gradient_hessian.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_2_4_linear_networks.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
import numpy as np

from lnnlib import explorers
from lnnlib.data import iris
from lnnlib.descent import gradient_descent
from lnnlib.dynamics import learning_time
from lnnlib.homework import check, given, progress, solution
from lnnlib.losses import LinearRegression, LogisticLoss, SoftmaxLoss, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import two_zeros

# %% [markdown]
# ## Predict
#
# A $3\times3$ matrix $W$ is to learn $M=\mathrm{diag}(3,1.2,0.5)$. The loss is $l(W)=\frac12\|W-M\|_F^2$, where $\|\cdot\|_F^2$
# is the sum of the squares of all entries. First $W$ is one matrix, then a product $W=W_N\cdots W_1$ of $N$ matrices, its
# **layers**. $N$ is called the **depth**. GD steps in all layers at once. Each layer starts at $a_0I$, a small multiple of the
# identity.
#
# We call each singular value of $M$, together with its two singular vectors, a **mode**, and the singular value its **strength**
# $s$. Half of a mode is learned when the singular value of $W$ has reached $s/2$.
#
# In the picture, the left panel shows the singular values of $W$. The dots are steps of GD, the solid lines are computed without
# GD. A cross marks where a line reaches half of its mode. The right panel shows the loss as a function of the layers, $\Phi$, and
# the norm of its gradient. The axis of time is stretched at its left end, so that short and long times both have room.
#
# Answer the question first. Then drag the depth $N$ from 1 to 2. The line above the picture tells you whether you were right.

# %%
explorers.learning_dynamics(depth=1, predict=True, show=("depth", "scale"), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **In turn, the largest first.** At depth 2 half of the three modes is learned at the steps 25, 53 and 107. At depth 1 it was 14,
# 13 and 12: nearly at once.
#
# Let $\eta$ be the step size. At depth 1 a step of GD multiplies the gap $s-u$ between a singular value $u$ and its mode's strength
# $s$ by $1-\eta$. All gaps close at the same rate. At depth 2 both layers hold the same small entry for each mode. The gradient of
# one layer has the other as a factor, so a step multiplies a small entry by about $1+\eta s$. The larger $s$, the faster it grows.
# Prove 4 derives this.
#
# </details>

# %% [markdown]
# ## State
#
# **Definition (linear neural network).** A linear neural network of depth $N$ with widths $d_0,d_1,\dots,d_N$ is the family of
# functions
#
# $$\bigl\{\,x\mapsto W_NW_{N-1}\cdots W_1x\ :\ W_n\in\mathbb R^{d_n\times d_{n-1}},\ n=1,\dots,N\,\bigr\}$$
#
# from $\mathbb R^{d_0}$ to $\mathbb R^{d_N}$. It is a feed-forward network without an activation function. $W_n$ is called layer
# $n$. The widths $d_1,\dots,d_{N-1}$ are hidden: they are ours to choose.
#
# **Notation.** For $1\le j\le j'\le N$ write $W_{j:j'}=W_{j'}W_{j'-1}\cdots W_j$. The first index is the layer that a vector
# meets first, so it stands on the right. For $j=j'+1$ the product has no factors, and $W_{j:j'}$ is the identity of size $d_{j'}$.
# The matrix $W_{1:N}$ is the **end-to-end matrix**.
#
# Here is a network with the widths 4, 5, 2, 3 and random weights. Its products have these shapes:

# %%
deep = LinearNetwork(SquaredLoss(np.zeros((3, 4))), hidden=(5, 2))
w = deep.random(0)
for j, k in [(1, 3), (1, 2), (2, 3), (2, 2), (3, 2)]:
    print(f"W_{j}:{k} has shape", deep.product(w, j, k).shape)

# %% [markdown]
# The last one is an empty product. It stands between $W_3$ and $W_{1:2}$, so it is the identity of size $d_2=2$. With this
# convention a product can be cut anywhere: $W_{1:3}=W_{k+1:3}\,W_{1:k}$ for $k=0,1,2,3$.

# %%
cuts = [deep.product(w, k + 1, 3) @ deep.product(w, 1, k) for k in range(4)]
print("all four cuts give W_1:3:", all(np.allclose(cut, deep.product(w)) for cut in cuts))

# %% [markdown]
# **The loss.** Let $l:\mathbb R^{d_N\times d_0}\to\mathbb R$ be convex and twice continuously differentiable. It is a loss of one
# matrix $W$. $\nabla l(W)$ is the matrix of its partial derivatives, and $\nabla^2l(W)[D,D]$ is its second derivative at $W$
# along the matrix $D$. For such $l$, convex means $\nabla^2l(W)[D,D]\ge0$ for all $W$ and $D$.
#
# Take real data: Fisher's irises of 1936. There are 150 flowers of three species, each with four measurements. They are in the
# public domain and ship with this course in `lnnlib/data/iris.csv`. We give each measurement the mean 0 and the variance 1.

# %%
X, species = iris()
X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
print("flowers of each species:", np.bincount(species).tolist(), "  X has shape", X.shape)

# %% [markdown]
# Let $x_i$ be flower $i$, $y_i$ its species, $e_{y_i}$ the unit vector of that species, and $n=150$. Three losses of a matrix $W$
# are
#
# - **square loss** $\ \frac1{2n}\sum_i\|Wx_i-e_{y_i}\|^2$, with $W\in\mathbb R^{3\times4}$,
# - **logistic loss** $\ \frac1n\sum_i\log\bigl(1+e^{-z_i\,Wx_i}\bigr)$, with $W\in\mathbb R^{1\times4}$ and $z_i=+1$ for the
#   third species, $-1$ for the others,
# - **softmax loss** $\ \frac1n\sum_i\bigl(\log\sum_ke^{(Wx_i)_k}-(Wx_i)_{y_i}\bigr)$, with $W\in\mathbb R^{3\times4}$.

# %%
losses = {"square": LinearRegression(X, np.eye(3)[species].T),
          "logistic": LogisticLoss(X, np.where(species == 2, 1, -1)),
          "softmax": SoftmaxLoss(X, species)}
for name, l in losses.items():
    print(f"{name:9} W has shape {l.shape},  l(0) = {l(np.zeros(l.shape)):.4f}")

# %% [markdown]
# **Definition (overparameterized objective, equation 6.2).** The loss $l$ and the network induce the objective
#
# $$\Phi(W_1,\dots,W_N)=l(W_{1:N})=l(W_NW_{N-1}\cdots W_1).$$
#
# This is what GD sees. Here is $\Phi$ for the softmax loss and one hidden layer of width 5:

# %%
Phi = LinearNetwork(losses["softmax"], hidden=(5,))
w = Phi.random(0)
W_1, W_2 = Phi.split(w)
print("weights:", Phi.dim, "  entries of W_1:2:", (W_2 @ W_1).size)
print(f"Phi(W_1, W_2) = {Phi(w):.4f} = l(W_2 W_1) = {losses['softmax'](W_2 @ W_1):.4f}")

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | “in accordance with what we've shown above, they induce non-convex training programs” | true if and only if $N\ge2$ and $\Phi$ is not constant | Break 1, 2 |
# | $x\mapsto\mathbb R^{\cdots}$ and $\mathbb R^{\cdots}\mapsto\mathbb R$ for the type of a map | $x\mapsto W_N\cdots W_1x$ says what the map does, $\mathbb R^{d_0}\to\mathbb R^{d_N}$ what its type is | State |
# | $l$ is twice continuously differentiable | that $\Phi$ is not convex needs no derivative of $l$ at all; section 6.2.5 needs two | Prove 3 |
#
# </details>

# %% [markdown]
# ## Play
#
# **Where does GD wait?** From depth 2 on, dotted lines in the right panel mark the values of the loss when no mode, the strongest
# one or the two strongest are learned exactly: the stairs. In the picture below GD has just reached the stair *mode 1*, and the
# gradient is small. The readout also shows $\lambda_{\min}$, the least eigenvalue of the Hessian of $\Phi$. It is negative. Which
# kind of point is GD passing? Press play beside *step t* to go on.
#
# **What does depth cost?** Set *start a₀* to 0.05 and *step t* to its end. Press *Pin*, then set the depth to 3 and to 4.
# By how much does the first cross move? Then set *start a₀* to 0.005, at depth 2 and at depth 3. At which depth does the smaller
# start cost more time?

# %%
explorers.learning_dynamics(
    scale=.0001, step=95, show=("depth", "scale", "step"), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **GD waits at saddles.** At step 95 the singular values are about 3, 0, 0, as the cell below prints. Mode 1 is learned, the others
# are not. The stair *mode 1* is $\frac12(1.2^2+0.5^2)=0.845$, and $\Phi=0.844$. The norm of the gradient is small, 0.043, and
# $\lambda_{\min}=-1.2$: along some direction $\Phi$ curves downwards. So GD is passing close to a **strict saddle**, a stationary
# point whose Hessian has a negative eigenvalue. Half of mode 2 is learned at step 160. Then comes the next stair,
# $\Phi=\frac12\,0.5^2=0.125$. Half of mode 3 is learned at step 359.
#
# **Depth costs time.** From $a_0=0.05$ the exact curves (the solid lines) have half of mode 1 after 24, 129 and 1332 steps at depth
# 2, 3 and 4. So the first cross moves from time 1.2 to 6.5 and to 66.6.
#
# **A smaller start costs more at depth 3.** From 0.05 to 0.005 the 24 steps become 39, but the 129 become 1329. At depth 2 a
# start ten times smaller adds to the time, at depth 3 it multiplies it, by about ten. Prove 7 gives the reason.
#
# </details>

# %%
net = LinearNetwork(SquaredLoss(np.diag([3, 1.2, .5])), hidden=(3,))
run = gradient_descent(net, net.join([1e-4 * np.eye(3)] * 2), eta=.05, steps=95)
print("singular values at step 95:", np.diag(net.product(run.points[-1])).round(4).tolist())

# %% [markdown]
# **Note.** $\Phi$ is not convex as soon as $N\ge2$ and $\Phi$ is not constant, whatever $l$ is. Prove 3 certifies it.
#
# **Does a chord see that $\Phi$ is not convex?** The next picture shows, for $2\times2$ layers,
#
# $$\Phi(W_1,\dots,W_N)=\tfrac12\,\|W_{1:N}-\mathrm{diag}(2,1)\|_F^2 .$$
#
# The left panel is a plane in the space of all weights, the plus in its middle is the origin. From depth 2 on the origin is
# stationary: $\nabla\Phi=0$ there. (*point: learned* puts another stationary point in the middle, *Saddle* and *Two minima* show
# other planes.) Drag the ends $A$ and $B$. The right panel shows $\Phi$ on the way from $A$ to $B$, and the chord: the straight
# line between its two ends. If $\Phi$ rises above the chord somewhere, it **pierces** the chord, and is not convex. The dotted line
# is $l$ on the straight way between the two *products*. It starts and ends at the same heights.
#
# Set the depth to 1. Is there any chord that $\Phi$ pierces? Set it to 3. There the gradient and the Hessian at the origin are 0.
# Can you find a pierced chord all the same?

# %%
explorers.landscape_slice(scenes=("Saddle", "Two minima"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **One pierced chord is a proof.** At depth 2, with $A$ and $B$ as at first, halfway $\Phi=2.418$. The mean of the ends is 0.379.
# No convex function has such a pair. A chord that is not pierced decides nothing.
#
# **At depth 1 no chord is pierced.** There $\Phi=l$, and $l$ is convex.
#
# **At depth 3 there is one.** With $A$ and $B$ as at first the chord is not pierced. Put $B$ on the origin and $A$ at
# $(2.2,\,1.75)$ (under *More* you can type the numbers): now $\Phi$ rises above the chord by 0.6837. A Hessian
# that is 0 at one point says nothing about points farther away.
#
# </details>

# %% [markdown]
# ## Prove
#
# Seven steps. The first three say what a product changes in the landscape, the other four what it changes in the dynamics of GD.
#
# **Step 1. The maps are the same.** The rank of a product is at most the rank of each factor. So $W_{1:N}$ has rank at most
# $r=\min\{d_0,\dots,d_N\}$. And every matrix $W$ of rank at most $r$ is such a product. Take its singular value decomposition
# $W=P\Sigma Q^T$, and put $\Sigma^{1/N}$ into every layer, padded with zeros. The first layer gets $Q^T$ on its right, the last
# $P$ on its left. The product of the $N$ factors $\Sigma^{1/N}$ is $\Sigma$.
#
# A $d_N\times d_0$ matrix has rank at most $\min\{d_0,d_N\}$. So if no hidden layer is narrower than that, every matrix is a
# product, and $\Phi$ and $l$ take the same values.

# %%
W = np.random.default_rng(1).normal(size=(3, 4))
P, s, Qt = np.linalg.svd(W, full_matrices=False)
root = np.diag(s**(1 / 3))
W_1, W_2, W_3 = root @ Qt, root, P @ root
print("a product of three layers equals W:", np.abs(W_3 @ W_2 @ W_1 - W).max() < 1e-12)
for hidden in ((5, 7), (1, 7)):
    net = LinearNetwork(losses["softmax"], hidden)
    rank = np.linalg.matrix_rank(net.product(net.random(0)))
    print(f"widths {net.dims}: rank of a random product {rank}, least width {min(net.dims)}")

# %% [markdown]
# **Step 2. $l$ is convex.** Each of the three losses is a mean of convex functions of $Wx_i$, and $Wx_i$ is linear in $W$. A test:
# the second derivative is not negative along 1000 random directions, and on 1000 random segments the value halfway is not above
# the mean of the ends.

# %%
rng = np.random.default_rng(2)
for name, l in losses.items():
    A, B, D = rng.normal(size=(3, 1000, *l.shape))
    curved = (l.hvp(A, D) * D).sum(axis=(1, 2)) >= 0
    below = l((A + B) / 2) <= (l(A) + l(B)) / 2
    print(f"{name:9} curvature >= 0: {curved.all()},  halfway <= mean: {below.all()}")


# %% [markdown]
# **Step 3. $\Phi$ is not convex.** Let $N\ge2$ and take any weights $w=(W_1,\dots,W_N)$. Look at the two points
#
# $$A=(2W_1,\dots,2W_{N-1},0)\qquad\text{and}\qquad B=(0,\dots,0,2W_N).$$
#
# $A$ has the last layer 0. $B$ has the first layer 0, since $N\ge2$. So both have the product 0, and
# $\Phi(A)=\Phi(B)=l(0)=\Phi(0)$. Their midpoint is $w$: each layer is half the sum of $2W_n$ and 0.
#
# Suppose $\Phi$ were convex. Then the value at a midpoint is at most the mean of the ends. For $A$ and $B$ this says
# $\Phi(w)\le\Phi(0)$. It holds for every $w$, so also for $-w$. And 0 is the midpoint of $w$ and $-w$, so
#
# $$\Phi(0)\le\tfrac12\bigl(\Phi(w)+\Phi(-w)\bigr)\le\Phi(0).$$
#
# The two ends agree, so $\Phi(w)+\Phi(-w)=2\,\Phi(0)$. Neither summand is above $\Phi(0)$, so neither can be below it:
# $\Phi(w)=\Phi(0)$. This holds for every $w$: $\Phi$ would be constant.
#
# Turn it around. A pair of points whose midpoint is higher than the mean of its ends is a **certificate**: no convex function has
# one. If $\Phi(w)\ne\Phi(0)$, one of three pairs is a certificate:
#
# - $A,B$ with the midpoint $w$, if $\Phi(w)>\Phi(0)$,
# - $-A,-B$ with the midpoint $-w$, if $\Phi(-w)>\Phi(0)$,
# - $w,-w$ with the midpoint 0, in all other cases: then $\Phi(w)<\Phi(0)$ and $\Phi(-w)\le\Phi(0)$, so their mean is below
#   $\Phi(0)$.

# %%
def is_certificate(Phi, w):
    above = Phi(w) > Phi(Phi.zeros()), Phi(-w) > Phi(Phi.zeros())
    A, B = two_zeros(Phi, w) if above[0] else two_zeros(Phi, -w) if above[1] else (w, -w)
    return Phi((A + B) / 2) > (Phi(A) + Phi(B)) / 2

for name, l in losses.items():
    nets = [LinearNetwork(l, hidden=(4,) * (N - 1)) for N in (2, 3, 4)]
    found = [is_certificate(net, net.random(seed, .5)) for net in nets for seed in range(100)]
    print(f"{name:9} certificates: {sum(found)} of {len(found)}")

# %% [markdown]
# Each certificate is two points. It is the map $w\mapsto W_{1:N}$ that bends: the product of a midpoint is not the midpoint of
# the products.
#
# **Step 4. The modes come apart.** From here on $l(W)=\frac12\|W-M\|_F^2$, all layers are square, and
# $M=P\,\mathrm{diag}(s)\,Q^T$ with orthogonal $P$ and $Q$. Take a number $a_0>0$, and start **aligned and balanced**:
#
# $$W_1=a_0Q^T,\qquad W_2=\dots=W_{N-1}=a_0I,\qquad W_N=a_0P$$
#
# (for $N=1$: $W_1=a_0PQ^T$). If $M$ is diagonal with entries $\ge0$, as in the explorer, take $P=Q=I$. Then all layers are $a_0I$.
#
# Section 6.2.5 shows that the gradient in layer $n$ is $W_{n+1:N}^T\,\nabla l(W_{1:N})\,W_{1:n-1}^T$, and here $\nabla l(W)=W-M$.
# Suppose that after $t$ steps the layers are $D_tQ^T,\ D_t,\dots,D_t,\ PD_t$ with one diagonal matrix $D_t$. Then the product is
# $PD_t^NQ^T$, so $\nabla l=P\,(D_t^N-\mathrm{diag}(s))\,Q^T$. In the gradient of a layer every inner $P$ meets its $P^T$ and
# every $Q$ its $Q^T$. What remains is $D_t^{N-1}(D_t^N-\mathrm{diag}(s))$, in the first layer with $Q^T$ on its right, in the last
# with $P$ on its left. This is the form of the layers themselves, so after step $t+1$ they have it again.
#
# Every mode thus has one number, its entry of $D_t$. Call it $a_t$. It starts at $a_0$ and depends on no other mode:
#
# $$a_{t+1}=a_t-\eta\,a_t^{N-1}(a_t^N-s).$$
#
# Run GD on the whole network of three layers, and the formula beside it.

# %%
rng = np.random.default_rng(6)
(P, _), (Q, _) = (np.linalg.qr(rng.normal(size=(3, 3))) for _ in range(2))
s, eta = np.array([3, 1.5, .7]), .05
net = LinearNetwork(SquaredLoss(P @ np.diag(s) @ Q.T), hidden=(3, 3))
run = gradient_descent(net, net.join([.1 * Q.T, .1 * np.eye(3), .1 * P]), eta, steps=150)
D = P.T @ net.product(run.points[-1]) @ Q
off = np.abs(D - np.diag(np.diag(D))).max()
print("entries off the diagonal are below 1e-12:", off < 1e-12)

# %%
a = np.full(3, .1)
for t in range(150):
    a = a - eta * a**2 * (a**3 - s)
print("GD:     ", np.diag(D).round(4))
print("formula:", (a**3).round(4), " equal to 1e-12:", np.abs(np.diag(D) - a**3).max() < 1e-12)

# %% [markdown]
# That is why the explorer answers at once: it runs this formula, and not the matrices.
#
# **Step 5. Small steps make a differential equation.** From here on $t$ is time, $\eta$ times the number of steps. Divide the
# formula by $\eta$ and let $\eta$ tend to 0: the entry becomes a function $a(t)$ with $a(0)=a_0$ and
# $\frac{da}{dt}=a^{N-1}(s-a^N)$. The singular value of the product is $u=a^N$. The chain rule gives
# $\frac{du}{dt}=Na^{N-1}\frac{da}{dt}=Na^{2N-2}(s-a^N)$, and $a^{2N-2}=u^{2-2/N}$, so
#
# $$\frac{du}{dt}=N\,u^{2-2/N}\,(s-u).$$
#
# Start below $s$. For $N=1$ the speed is $s-u$: largest at the start. For $N\ge2$ the factor $u^{2-2/N}$ is nearly 0 as long as
# $u$ is small. It makes the **plateau**, the time in which nothing seems to happen. One step of GD from $u=0.2$, with $s=1$ and a
# tiny $\eta$, has this speed:

# %%
u, eta = .2, 1e-6
for N in (1, 2, 3, 4):
    a = u**(1 / N)
    moved = (a - eta * a**(N - 1) * (u - 1))**N - u
    speed = N * u**(2 - 2 / N) * (1 - u)
    print(f"N = {N}: speed of GD {moved / eta:.4f}, formula {speed:.4f}")

# %% [markdown]
# **Step 6. The exact curves.** The equation is separable, and its solution from $u(0)=u_0>0$, with $s>0$, is
#
# $$u=s-(s-u_0)e^{-t}\ \ (N=1),\qquad u=\frac{s}{1+(s/u_0-1)\,e^{-2st}}\ \ (N=2).$$
#
# For $N\ge3$ and $u_0<s$ separate $a(t)$ instead. That gives the time at which the entry has come from $a_0=u_0^{1/N}$ to a value
# $a<s^{1/N}$:
#
# $$t=\int_{a_0}^{a}\frac{dx}{x^{N-1}(s-x^N)}=\frac1s\int_{a_0}^{a}\Bigl(\frac1{x^{N-1}}+\frac x{s-x^N}\Bigr)dx .$$
#
# GD follows these curves. At depth 2 the largest gap on the way shrinks like $\eta$:

# %%
net, u_0 = LinearNetwork(SquaredLoss(np.diag(s)), hidden=(3,)), 1e-3
for eta in (1e-2, 1e-3, 1e-4):
    run = gradient_descent(net, net.balanced(u_0 * np.eye(3)), eta, steps=round(10 / eta))
    u, t = np.diagonal(net.product(run.points), axis1=1, axis2=2), eta * run.steps[:, None]
    gap = np.abs(u - s / (1 + (s / u_0 - 1) * np.exp(-2 * s * t))).max()
    print(f"eta = {eta:g}: largest gap {gap:.1e} = {gap / eta:.1f} eta")

# %% [markdown]
# **Step 7. How long a plateau lasts.** For a small start, $u_0=a_0^N$ with a small $a_0$, the time until half of a mode of
# strength $s$ is learned is about
#
# $$t\approx\frac{\log(s/u_0)}{2s}\quad(N=2),\qquad t\approx\frac{a_0^{2-N}}{(N-2)\,s}\quad(N\ge3).$$
#
# For $N=2$ put $u=\frac s2$ into step 6: then $(\frac s{u_0}-1)\,e^{-2st}=1$, and $\frac s{u_0}$ is so large that the 1 in the
# bracket hardly counts. For $N\ge3$ the estimate is the integral of $1/x^{N-1}$ from $a_0$ to infinity, divided by $s$. So it has
# too much, the integral from $a$ to infinity, and too little, the part with $x/(s-x^N)$. Both stay bounded when $a_0$ tends to 0,
# while the estimate grows without end.
#
# In both, $s$ stands in the denominator. So from one small $a_0$ the strongest mode comes first, and the others follow in turn.
# At depth 2 a smaller start costs a logarithm, from depth 3 on a power. `learning_time` computes the exact time. For $s=1$:

# %%
for N in (2, 3, 4):
    for a_0 in (.1, .01):
        exact = float(learning_time(1, a_0**N, .5, N))
        estimate = np.log(1 / a_0**N) / 2 if N == 2 else a_0**(2 - N) / (N - 2)
        print(f"N = {N}, a_0 = {a_0:4}: exact {exact:.1f}, estimate {estimate:.1f}")


# %% [markdown]
# Now steps 4 to 6 in one: 60 random modes, depths and starts. GD steps until half of the mode is learned. Its time is the exact
# one, to 1 % and one step.

# %%
def on_time(seed, eta=1e-3):
    rng = np.random.default_rng(seed)
    N, s, a, steps = rng.integers(1, 5), rng.uniform(.5, 3), rng.uniform(.1, .25), 0
    expected = learning_time(s, a**N, s / 2, N)
    while a**N < s / 2:
        a, steps = a - eta * a**(N - 1) * (a**N - s), steps + 1
    return abs(eta * steps - expected) <= .01 * expected + eta

print("GD is on time on", sum(on_time(seed) for seed in range(60)), "of 60 random modes.")

# %% [markdown]
# ## Break
#
# Drop one hypothesis at a time. Points 1 and 2 belong to the note that $\Phi$ is not convex, the others to steps 4 to 7.
#
# **1 and 2. The note has two hypotheses, and both are needed.** They are $N\ge2$, and that $\Phi$ is not constant.
#
# **1. $N=1$.** Then $\Phi=l$ is convex. No chord is pierced, and there is no plateau either. The matrix 0 is not even stationary:

# %%
explorers.landscape_slice(depth=1, show="depth", scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# At depth 1 the dotted line of $l$ lies on $\Phi$: they are one function. Wherever you put $A$ and $B$, it stays at or below the
# chord. At the origin $\|\nabla\Phi\|=\|M\|_F=\sqrt{2^2+1^2}=2.236$, so GD leaves at once.
#
# </details>

# %% [markdown]
# **2. A constant $\Phi$.** A constant is convex. If all $x_i$ are 0, the square loss is $\frac1{2n}\sum_i\|y_i\|^2$, whatever $W$
# is.

# %%
blank = LinearNetwork(LinearRegression(X=np.zeros((4, 5)), Y=np.ones((3, 5))), hidden=(4,))
values = blank(blank.random(0, size=(100,)))
print(f"100 values from {values.min()} to {values.max()}, formula {5 * 3 / (2 * 5)}")

# %% [markdown]
# **3. A start at exactly 0. Step 7 fails**: from depth 2 on the gradient of each layer has another layer as a factor, this factor
# is 0, and so GD never moves, while at depth 1 it does here.

# %%
for N in (1, 2, 3):
    net = LinearNetwork(losses["softmax"], hidden=(4,) * (N - 1))
    slope = np.linalg.norm(net.grad(net.zeros()))
    print(f"depth {N}: norm of the gradient at 0", slope.round(4))

# %% [markdown]
# **4. A start that is not balanced.** Take $W_1=a_0^NI$ and the identity in all other layers. The product $a_0^NI$ is the same as
# before, so $\Phi$ starts at the same value. Which do you expect at depth 3: does GD wait as long as from the balanced start,
# longer, or hardly at all? Guess before you open this.
#
# <details><summary><b>Then open this</b></summary>
#
# It hardly waits. **Steps 6 and 7 fail.** The gradient of layer 1 is $W_{2:N}^T\,\nabla l$, and $W_{2:N}$ is the identity now: no
# small factor is left. The plateaus are gone, and the exact curves of the balanced start do not fit. It is a special start: a
# random one, which is not balanced either, does wait (Break 6).
#
# </details>

# %%
explorers.learning_dynamics(
    depth=3, start="unbalanced", show=("depth", "scale", "start"), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# GD has half of the three modes at the steps 7, 10 and 13. From the balanced start the curves have it at 129, 320 and 757. Set
# *start a₀* to 0.01: GD still needs 7, 10 and 13 steps, from the balanced start the curves need 663, 1653 and 3957.
#
# </details>

# %% [markdown]
# **5. A large $\eta$. Step 6 fails**: GD does not follow the curves. At a balanced minimum the largest eigenvalue of the Hessian
# of $\Phi$ is $\lambda_{\max}=Ns^{2-2/N}$, with the largest $s$. It is the derivative of $a^{N-1}(a^N-s)$ at $a^N=s$. So near the
# minimum a step multiplies the distance of that mode by about $1-\eta\lambda_{\max}$. Beyond $\eta=2/\lambda_{\max}$ that is below
# $-1$: the distance grows, and GD cannot settle there, except from exceptional starts. The trouble comes with the first jump:

# %%
for N in (2, 3):
    net = LinearNetwork(SquaredLoss(np.diag([3, 1.2, .5])), hidden=(3,) * (N - 1))
    top = np.linalg.eigvalsh(net.hess(net.balanced(net.loss.target)))[-1]
    formula = N * 3**(2 - 2 / N)
    print(f"N = {N}: lambda_max {top:.4f}, formula {formula:.4f}, limit of eta {2 / top:.4f}")
explorers.learning_dynamics(eta=.35, show=("eta", "depth"), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# At depth 2 the step size 0.35 is beyond $2/\lambda_{\max}=0.3333$. Modes 2 and 3 are learned. Mode 1 jumps to and fro between
# two values, on both sides of 3. The cell below prints them. $\Phi$ jumps with it, between $\frac12(3-2.286)^2=0.255$ and
# $\frac12(3.571-3)^2=0.163$. With $\eta=0.3$ all three modes settle. At depth 3 the limit is lower, 0.1541. With $\eta=0.35$ mode 1
# is thrown back to nearly 0 there: $\Phi$ ends at $\frac12\,3^2=4.5$, the value without mode 1.
#
# </details>

# %%
a = np.full(3, .05)
for t in range(400):
    a = a - .35 * a * (a**2 - [3, 1.2, .5])
    if t > 397:
        print("singular values:", (a**2).round(3))

# %% [markdown]
# **6. A start that is not aligned. Step 4 fails**: the modes no longer move one by one. Take depth 2 and two such starts beside
# the aligned one. $O$ is a random orthogonal matrix.
#
# | start | $W_1$ | $W_2$ | aligned | balanced |
# |---|---|---|---|---|
# | aligned | $a_0I$ | $a_0I$ | yes | yes |
# | turned | $a_0O$ | $a_0I$ | no | yes |
# | random | small random entries | small random entries | no | no |
#
# Which do you expect: do the modes still come in turn, the strongest first, or not? Guess. The cells below print the steps at which
# the largest, second and third singular value pass half their strength, and the largest entry off the diagonal on the way.

# %%
net, I = LinearNetwork(SquaredLoss(np.diag([3, 1.2, .5])), hidden=(3,)), np.eye(3)
O = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
starts = [net.join([.05 * I, .05 * I]), net.join([.05 * O, .05 * I]), net.random(0, .03)]

# %%
for name, w in zip(("aligned", "turned", "random"), starts):
    products = net.product(gradient_descent(net, w, eta=.05, steps=500).points)
    reached = np.linalg.svd(products, compute_uv=False) >= np.array([3, 1.2, .5]) / 2
    first = [next((t for t, yes in enumerate(mode) if yes), "never") for mode in reached.T]
    off = np.abs(products * (1 - I)).max()
    print(f"{name}: steps {first}, largest entry off the diagonal {off:.2f}")

# %% [markdown]
# In these three runs the order is the same: the strongest mode comes first, and the others follow in turn. Step 4 fails for two of
# them: entries off the diagonal appear. The order is seen here, not proved.

# %% [markdown]
# ## Beyond (optional)
#
# **The irises, at three depths.** The family of maps is the same at each depth, and so is the infimum of $\Phi$. The way there is
# not. The weights start at random with standard deviation 0.02, so they are not balanced. At depth 1 GD leaves $l(0)=\log3=1.0986$
# at once. The deeper networks wait there first. At depth 3 GD waits a second time, where it takes 50 of the 150 flowers for another
# species:

# %%
shown = [0, 20, 100, 500, 2000, 4000]
for N in (1, 2, 3):
    net = LinearNetwork(losses["softmax"], hidden=(4,) * (N - 1))
    run = gradient_descent(net, net.random(0, .02), eta=.1, steps=4000)
    answers = (net.product(run.points[shown]) @ X).argmax(axis=1)
    print(f"depth {N}: Phi at steps {shown}:", run.values[shown].round(3))
    print("         flowers taken for another species:", (answers != species).sum(axis=1))

# %% [markdown]
# **Where the curves come from.** Saxe, McClelland and Ganguli (2013, arXiv 1312.6120) found these exact solutions. They explain
# why deep linear networks learn in stages.
#
# **Imbalance is a conserved quantity.** Under gradient flow $W_{n+1}^TW_{n+1}-W_nW_n^T$ never changes (Arora, Cohen and Hazan
# 2018, arXiv 1802.06509). So a balanced start stays balanced, for any differentiable $l$. The same paper claims that depth can
# make GD *faster* on linear regression with an $\ell_p$ loss, $p>2$. Our square loss is not among them. Where $Nu^{2-2/N}>1$ a mode
# does move faster than at depth 1. But the largest such factor, $Ns^{2-2/N}=\lambda_{\max}$, limits the step size by
# $2/\lambda_{\max}$ (Break 5).
#
# **The stairs are saddles.** From a small aligned, balanced start, with small steps and different strengths, GD comes near the
# balanced stationary points that have learned the strongest modes and nothing else: the smaller the start, the nearer. As long as a
# mode is missing they are saddles. At depth 2 these saddles are strict, and section 6.2.2 is about strict saddles. From depth 3 on
# they are not strict, and section 6.2.7 is about them. (Other saddles are strict there too, for example those that have learned a
# weaker mode and not a stronger one.) For the strongest mode alone:

# %%
for N in (2, 3):
    net = LinearNetwork(SquaredLoss(np.diag([3, 1.2, .5])), hidden=(3,) * (N - 1))
    saddle = net.balanced(np.diag([3, 0, 0]))
    runs = [gradient_descent(net, net.join([a_0 * np.eye(3)] * N), .02, 8000).points
            for a_0 in (.1, .03, .01)]
    nearest = [round(float(np.linalg.norm(run - saddle, axis=1).min()), 3) for run in runs]
    least = round(float(np.linalg.eigvalsh(net.hess(saddle))[0]), 4) + 0.0
    print(f"depth {N}: nearest {nearest}, lambda_min at the saddle {least}")

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.2.4-a: Products of layers
#
# The answer cell prints three matrices $W_1,W_2,W_3$. `data.W1`, `data.W2` and `data.W3` are numpy arrays, and `@` multiplies
# matrices. It also prints four widths $d_0,d_1,d_2,d_3$ of another network: `data.widths[0]` is $d_0$, and so on.
# Hand in three matrices:
#
# - `product`: the end-to-end matrix $W_{1:3}$ of the three matrices;
# - `part`: their $W_{2:3}$;
# - `empty`: $W_{3:2}$ of the network with those widths. It is the matrix that makes
#   $W_{1:3}=W_{3:3}\,W_{3:2}\,W_{1:2}$ true for all weights.

# %% nbgrader={"grade": false, "grade_id": "6_2_4-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.4-a")
print(data)

product = ...
part = ...
empty = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_4-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.4-a")

# %% tags=["nbval-ignore-output"]
solution("6.2.4-a")

# %% [markdown]
# ### 6.2.4-b: Find a counterexample
#
# The answer cell prints a $2\times2$ matrix $M$ as `data.target`. `data.net` is the network with
# $\Phi(W_1,W_2)=\frac12\|W_2W_1-M\|_F^2$, both layers $2\times2$.
#
# The loss $l(W)=\frac12\|W-M\|_F^2$ is convex. Show that $\Phi$ is not. Hand in two weight vectors
# `U` and `V` with
#
# $$\Phi\Bigl(\frac{U+V}2\Bigr)\ >\ \frac{\Phi(U)+\Phi(V)}2 .$$
#
# `data.net.join([W_1, W_2])` makes a weight vector of 8 numbers out of two matrices, and `data.net(w)` is $\Phi$ at the weight
# vector `w`. Any pair that meets the inequality is right, however small the difference is: the check computes exactly.

# %% nbgrader={"grade": false, "grade_id": "6_2_4-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.2.4-b")
print(data)

U = ...
V = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_4-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.4-b")

# %% tags=["nbval-ignore-output"]
solution("6.2.4-b")


# %% [markdown]
# ### 6.2.4-c: The length of a plateau
#
# A network of two layers learns $M$ by gradient flow from an aligned, balanced start. A mode of
# strength $s$ then follows
#
# $$\frac{du}{dt}=2u\,(s-u),\qquad u(0)=u_0 .$$
#
# Write a function `plateau(s, u0, uf)` that returns the time $t$ at which $u(t)=u_f$. All three are numbers with
# $0<u_0<u_f<s$. The time may be off by 0.1 %.

# %% nbgrader={"grade": false, "grade_id": "6_2_4-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def plateau(s, u0, uf):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_2_4-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.2.4-c")

# %% tags=["nbval-ignore-output"]
solution("6.2.4-c")

# %% tags=["nbval-ignore-output"]
progress("6.2.4")

# %% [markdown]
# ## Summary
#
# - A linear network writes one matrix as a product $W_{1:N}=W_N\cdots W_1$. Its objective is $\Phi(W_1,\dots,W_N)=l(W_{1:N})$.
# - Without a bottleneck the maps stay the same. Convexity is lost as soon as $N\ge2$ and $\Phi$ is not constant: any weights $w$
#   are the midpoint of two with the product 0.
# - For the square loss, from depth 2 on, modes of different strengths are learned in turn, the strongest first, if the start is
#   small, aligned and balanced and the steps are small. A plateau costs a logarithm of the start at depth 2, a power from depth 3
#   on.
# - All of this depends on the start and the step size. At exactly 0 nothing moves from depth 2 on. One special unbalanced start
#   does not wait, the random small ones that we tried do.
#
# Next: [6.2.5 Gradient and Hessian](6_2_5_gradient_hessian.ipynb), which computes what GD follows. [Index](index.ipynb)
