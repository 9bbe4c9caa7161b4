# %% [markdown]
# # 6.2.4 Linear networks
#
# **What changes when one matrix is written as a product of many?**
#
# A linear network computes $x\mapsto W_N\cdots W_2W_1x$. That is one matrix times $x$. So the network can do no more than a matrix can.
# Yet gradient descent (GD) on the factors behaves quite unlike GD on the matrix. This notebook shows how, and why.
#
# After this notebook you will be able to
#
# - write down a linear network, its products $W_{j:j'}$ and its objective $\Phi$,
# - certify with two points that $\Phi$ is not convex, though the loss $l$ is,
# - compute when GD learns which part of the matrix, and show where that computation ends.
#
# Time: about 45 minutes, homework included. You need singular values and a separable differential equation.
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
# A $3\times3$ matrix $W$ is to learn $M=\mathrm{diag}(3,1.2,0.5)$. The loss is $l(W)=\frac12\|W-M\|_F^2$, where $\|\cdot\|_F^2$ is the sum of the
# squares of all entries. GD starts at a small multiple of the identity.
#
# We call each singular value of $M$, together with its two singular vectors, a **mode**, and the singular value its **strength** $s$.
#
# In the picture, the left panel shows the singular values of $W$. Every dot is a step of GD, the green lines are computed without GD.
# A cross marks where half of a mode is learned. The right panel shows the loss and the norm of its gradient.
# The axis of time is stretched at its left end, so that short and long times both have room.
#
# Answer the question first. Then drag the depth $N$ from 1 to 2. The line above the picture tells you whether you were right.

# %%
explorers.learning_dynamics(depth=1, predict=True, show=("depth", "scale"), scenes=())

# %% [markdown]
# ## State
#
# **Definition (linear neural network).** A linear neural network of depth $N$ with widths $d_0,d_1,\dots,d_N$ is the family of functions
#
# $$\bigl\{\,x\mapsto W_NW_{N-1}\cdots W_1x\ :\ W_n\in\mathbb R^{d_n\times d_{n-1}},\ n=1,\dots,N\,\bigr\}$$
#
# from $\mathbb R^{d_0}$ to $\mathbb R^{d_N}$. It is a feed-forward network without an activation function. $W_n$ is called layer $n$. The widths
# $d_1,\dots,d_{N-1}$ are hidden: they are ours to choose.
#
# **Notation.** For $1\le j\le j'\le N$ write $W_{j:j'}=W_{j'}W_{j'-1}\cdots W_j$. The first index is the layer that a vector meets first, so it
# stands on the right. For $j>j'$ the product has no factors, and $W_{j:j'}$ is the identity of the size that fits. The matrix $W_{1:N}$ is the
# **end-to-end matrix**.
#
# Here is a network with the widths 4, 5, 2, 3 and random weights. Its products have these shapes:

# %%
deep = LinearNetwork(SquaredLoss(np.zeros((3, 4))), hidden=(5, 2))
w = deep.random(0)
for j, k in [(1, 3), (1, 2), (2, 3), (2, 2), (3, 2)]:
    print(f"W_{j}:{k} has shape", deep.product(w, j, k).shape)

# %% [markdown]
# The last one is an empty product. It stands between $W_3$ and $W_{1:2}$, so it is the identity of size $d_2=2$. With this convention a product can be
# cut anywhere: $W_{1:3}=W_{k+1:3}\,W_{1:k}$ for $k=0,1,2,3$.

# %%
cuts = [deep.product(w, k + 1, 3) @ deep.product(w, 1, k) for k in range(4)]
print("all four cuts give W_1:3:", all(np.allclose(cut, deep.product(w)) for cut in cuts))

# %% [markdown]
# **The loss.** Let $l:\mathbb R^{d_N\times d_0}\to\mathbb R$ be convex and twice continuously differentiable. It is a loss of one matrix $W$.
# $\nabla l(W)$ is the matrix of its partial derivatives, and $\nabla^2l(W)[D,D]$ is its second derivative at $W$ along the matrix $D$.
# For such $l$, convex means $\nabla^2l(W)[D,D]\ge0$ for all $W$ and $D$.
#
# Take real data: Fisher's irises of 1936. There are 150 flowers of three species, each with four measurements. They are in the
# public domain and ship with this course in `lnnlib/data/iris.csv`. We give each measurement the mean 0 and the variance 1.

# %%
X, species = iris()
X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
print("flowers of each species:", np.bincount(species).tolist(), "  X has shape", X.shape)

# %% [markdown]
# Let $x_i$ be flower $i$, $y_i$ its species, $e_{y_i}$ the unit vector of that species, and $n=150$. Three losses of a matrix $W$ are
#
# - **square loss** $\ \frac1{2n}\sum_i\|Wx_i-e_{y_i}\|^2$, with $W\in\mathbb R^{3\times4}$,
# - **logistic loss** $\ \frac1n\sum_i\log\bigl(1+e^{-z_i\,Wx_i}\bigr)$, with $W\in\mathbb R^{1\times4}$ and $z_i=+1$ for the third species, $-1$ for the others,
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
# This is what GD sees. It steps in all layers at once. Here is $\Phi$ for the softmax loss and one hidden layer of width 5:

# %%
Phi = LinearNetwork(losses["softmax"], hidden=(5,))
w = Phi.random(0)
W_1, W_2 = Phi.split(w)
print("weights:", Phi.dim, "  entries of W_1:2:", (W_2 @ W_1).size)
print(f"Phi(W_1, W_2) = {Phi(w):.4f} = l(W_2 W_1) = {losses['softmax'](W_2 @ W_1):.4f}")

# %% [markdown]
# **Note.** $\Phi$ is not convex, whatever the convex $l$ is, as soon as $N\ge2$ and $\Phi$ is not constant. The proof below certifies it.
#
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
# **Where does GD wait?** From depth 2 on, dotted lines in the right panel mark the values of the loss when no mode, the strongest one
# or the two strongest are learned exactly: the stairs. In the picture below GD has just reached the first stair, and the gradient is small. The readout also shows
# $\lambda_{\min}$, the least eigenvalue of the Hessian of $\Phi$. It is negative. Which kind of point is GD passing? Press play beside *step t* to go on.
#
# **What does depth cost?** Set the start $a$ to 0.05 and *step t* to its end. Press *Pin*, then set the depth to 3 and to 4.
# By how much does the first cross move? Then make $a$ smaller, at depth 2 and at depth 3. At which depth does it hurt more?

# %%
explorers.learning_dynamics(
    scale=.0001, step=95, show=("depth", "scale", "step"), scenes=())

# %% [markdown]
# **Does a chord see that $\Phi$ is not convex?** The next picture shows, for $2\times2$ layers,
#
# $$\Phi(W_1,\dots,W_N)=\tfrac12\,\|W_{1:N}-\mathrm{diag}(2,1)\|_F^2 .$$
#
# The left panel is a plane in the space of all weights, the plus in its middle is the origin. From depth 2 on it is a stationary point, a point with $\nabla\Phi=0$.
# (*point: learned* puts another stationary point there, *Saddle* and *Two minima* show other planes.) Drag the ends $A$ and $B$.
# The right panel shows $\Phi$ on the way from $A$ to $B$ and its chord. Where $\Phi$ is above the chord, it is not convex.
# The dotted line is $l$ on the straight way between the two *products*. It starts and ends at the same heights.
#
# Set the depth to 1. Is there any chord that is pierced? Set it to 3. Gradient and Hessian at the origin are 0 there: find a chord all the same.

# %%
explorers.landscape_slice(scenes=("Saddle", "Two minima"))

# %% [markdown]
# ## Prove
#
# Seven steps. The first three say what a product changes in the landscape, the other four what it changes in the dynamics of GD.
#
# **Step 1. The maps are the same.** $W_{1:N}$ has rank at most $r=\min\{d_0,\dots,d_N\}$. Every matrix of rank at most $r$ is such a product:
# with the singular value decomposition $W=P\Sigma Q^T$ take $\Sigma^{1/N}$ in every layer, padded with zeros. The first layer gets $Q^T$ on its right, the last $P$ on its left.
# So if no hidden layer is narrower than $\min\{d_0,d_N\}$, then $\Phi$ and $l$ take the same values.

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
# **Step 2. $l$ is convex.** We test it for the three losses: the second derivative is never negative along 1000 random directions,
# and the value halfway is never above the mean of the ends on 1000 random segments.

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
# Each has a layer that is 0, so both have the product 0, and $\Phi(A)=\Phi(B)=\Phi(0)$. And their midpoint is $w$. A convex $\Phi$ would satisfy
# $\Phi(w)\le\Phi(0)$ for every $w$, hence also $\Phi(-w)\le\Phi(0)$. Since 0 is the midpoint of $w$ and $-w$, both would be equalities. Then $\Phi$ would be constant.
#
# Turn it around. A pair of points whose midpoint is higher than the mean of its ends is a **certificate**: no convex function has one.
# If $\Phi(w)\ne\Phi(0)$, one of three pairs is a certificate:
#
# - $A,B$ with the midpoint $w$, if $\Phi(w)>\Phi(0)$,
# - $-A,-B$ with the midpoint $-w$, if $\Phi(-w)>\Phi(0)$,
# - $w,-w$ with the midpoint 0, in all other cases.

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
# Each certificate is two points. The map $w\mapsto W_{1:N}$ is what bends. The product of a midpoint is not the midpoint of the products.
#
# **Step 4. The modes come apart.** From here on $l(W)=\frac12\|W-M\|_F^2$, all layers are square, and $M=P\,\mathrm{diag}(s)\,Q^T$. Start **aligned and
# balanced**: $W_1=a_0Q^T$, $W_N=a_0P$, and $a_0I$ in between, with $a_0>0$ (for $N=1$: $W_1=a_0PQ^T$). (If $M$ is diagonal with entries $\ge0$, as in the explorer, take $P=Q=I$: all layers are $a_0I$.) Section 6.2.5 shows that the
# gradient in layer $n$ is $W_{n+1:N}^T\,\nabla l(W_{1:N})\,W_{1:n-1}^T$. With it every layer stays diagonal in these bases, and all layers stay equal.
# So every mode has one number $a$, which starts at $a_0$ and moves by itself:
#
# $$a\ \leftarrow\ a-\eta\,a^{N-1}(a^N-s).$$
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
# **Step 5. Small steps make a differential equation.** Let $u=a^N$, the singular value of the product, and let time be $t=\eta\cdot$step. For small $\eta$ the
# formula becomes $\frac{da}{dt}=a^{N-1}(s-a^N)$. The chain rule gives $\frac{du}{dt}=Na^{N-1}\frac{da}{dt}$, so
#
# $$\frac{du}{dt}=N\,u^{2-2/N}\,(s-u).$$
#
# Start below $s$. For $N=1$ the speed is $s-u$: largest at the start. For $N\ge2$ the factor $u^{2-2/N}$ is nearly 0 for a small start. It makes the plateau.
# One step of GD from $u=0.2$, with $s=1$ and a tiny $\eta$, has this speed:

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
# For $N\ge3$ and $u_0<s$ it gives the time as a function of $a=u^{1/N}<s^{1/N}$, which starts at $a_0=u_0^{1/N}$:
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
# **Step 7. How long a plateau lasts.** For a small start, $u_0=a_0^N$ with a small $a_0$, the time until half of a mode of strength $s$ is learned is about
#
# $$t\approx\frac{\log(s/u_0)}{2s}\quad(N=2),\qquad t\approx\frac{a_0^{2-N}}{(N-2)\,s}\quad(N\ge3).$$
#
# For $N\ge3$ this is the integral of $1/x^{N-1}$, from $a_0$ to infinity, divided by $s$. In both, $s$ stands in the denominator. So from one small $a_0$ the strongest mode comes first,
# and the others follow in turn. At depth 2 a smaller start costs a logarithm, from depth 3 on a power. `learning_time` computes the exact time. For $s=1$:

# %%
for N in (2, 3, 4):
    for a_0 in (.1, .01):
        exact = float(learning_time(1, a_0**N, .5, N))
        estimate = np.log(1 / a_0**N) / 2 if N == 2 else a_0**(2 - N) / (N - 2)
        print(f"N = {N}, a_0 = {a_0:4}: exact {exact:.1f}, estimate {estimate:.1f}")


# %% [markdown]
# Now steps 4 to 6 in one: 60 random modes, depths and starts. GD steps until half of the mode is learned. Its time is the exact one, to 1 % and one step.

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
# Drop one hypothesis at a time. The first two belong to the note that $\Phi$ is not convex, the others to steps 4 to 7.
#
# **1. $N=1$. The note fails**: then $\Phi=l$ is convex. No chord is pierced, and there is no plateau either. The matrix 0 is not even stationary:

# %%
explorers.landscape_slice(depth=1, show="depth", scenes=())

# %% [markdown]
# **2. A constant $\Phi$. The note fails**: a constant is convex. If all $x_i$ are 0, the square loss is $\frac1{2n}\sum_i\|y_i\|^2$, whatever $W$ is.

# %%
blank = LinearNetwork(LinearRegression(X=np.zeros((4, 5)), Y=np.ones((3, 5))), hidden=(4,))
values = blank(blank.random(0, size=(100,)))
print(f"100 values from {values.min()} to {values.max()}, formula {5 * 3 / (2 * 5)}")

# %% [markdown]
# **3. A start at exactly 0. Step 7 fails**: the modes are not learned at all. From depth 2 on every part of the gradient has a factor that is 0. GD never moves. At depth 1 it does:

# %%
for N in (1, 2, 3):
    net = LinearNetwork(losses["softmax"], hidden=(4,) * (N - 1))
    slope = np.linalg.norm(net.grad(net.zeros()))
    print(f"depth {N}: norm of the gradient at 0", slope.round(4))

# %% [markdown]
# **4. A start that is not balanced. Steps 6 and 7 fail.** Take $W_1=a_0^NI$ and the identity in all other layers. The product $a_0^NI$ is the same as before, so $\Phi$ starts at
# the same value. But the gradient of layer 1 has no small factor now. From this start the plateaus are gone, and the exact curves, made for balanced starts, are wrong.
# It is a special start: others that are not balanced do wait (Break 6).

# %%
explorers.learning_dynamics(
    depth=3, start="unbalanced", show=("depth", "scale", "start"), scenes=())

# %% [markdown]
# **5. A large $\eta$. Step 6 fails**: GD does not follow the curves. At a balanced minimum the largest eigenvalue of the Hessian of $\Phi$ is $\lambda_{\max}=Ns^{2-2/N}$, with the
# largest $s$. It is the derivative of $a^{N-1}(a^N-s)$ at $a^N=s$. Beyond $\eta=2/\lambda_{\max}$ GD cannot settle there, except from exceptional starts.
# The start looks harmless, and the trouble comes with the first jump:

# %%
for N in (2, 3):
    net = LinearNetwork(SquaredLoss(np.diag([3, 1.2, .5])), hidden=(3,) * (N - 1))
    top = np.linalg.eigvalsh(net.hess(net.balanced(net.loss.target)))[-1]
    formula = N * 3**(2 - 2 / N)
    print(f"N = {N}: lambda_max {top:.4f}, formula {formula:.4f}, limit of eta {2 / top:.4f}")
explorers.learning_dynamics(eta=.35, show=("eta", "depth"), scenes=())

# %% [markdown]
# **6. A start that is not aligned. Step 4 fails**: the modes do not move by themselves. *Turned* is balanced, $W_1=a_0O$ and $W_2=a_0I$ with a random orthogonal $O$. *Random* is neither
# aligned nor balanced. Here are the steps at which the largest, second and third singular value pass half their strength, and the largest entry off the diagonal on the way.

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
# In these three runs the order is the same: the strongest mode comes first, and the others wait. That is seen here, not proved.

# %% [markdown]
# ## Beyond (optional)
#
# **The irises, at three depths.** The family of maps is the same at each depth, and so is the infimum of $\Phi$. The way there is not. The weights start
# at random with standard deviation 0.02, so they are not balanced. Depth 1 leaves $l(0)=\log3=1.0986$ at once. The deeper networks wait there first. At depth 3 GD
# then waits a second time, on a stair where it takes 50 of the 150 flowers for another species:

# %%
shown = [0, 20, 100, 500, 2000, 4000]
for N in (1, 2, 3):
    net = LinearNetwork(losses["softmax"], hidden=(4,) * (N - 1))
    run = gradient_descent(net, net.random(0, .02), eta=.1, steps=4000)
    answers = (net.product(run.points[shown]) @ X).argmax(axis=1)
    print(f"depth {N}: Phi at steps {shown}:", run.values[shown].round(3))
    print("         flowers taken for another species:", (answers != species).sum(axis=1))

# %% [markdown]
# **Where the curves come from.** Saxe, McClelland and Ganguli (2013, arXiv 1312.6120) found these exact solutions. They explain why deep linear networks learn in stages.
#
# **Imbalance is a conserved quantity.** Under gradient flow $W_{n+1}^TW_{n+1}-W_nW_n^T$ never changes (Arora, Cohen and Hazan 2018, arXiv 1802.06509). So
# a balanced start stays balanced, for any differentiable $l$. The same paper claims that depth can make GD *faster* on linear regression with an $\ell_p$ loss, $p>2$. Our square loss is not
# among them: a mode does move faster than at depth 1 where $Nu^{2-2/N}>1$, but in the limit $2/\lambda_{\max}$ of the step size the same factor stands below (Break 5).
#
# **The stairs are saddles.** From a small aligned, balanced start, with small steps and different strengths, GD comes near the balanced stationary points that have learned the strongest modes and nothing else:
# the smaller the start, the nearer. At depth 2 these saddles are strict, and section 6.2.2 speaks of their Taylor polynomials. From depth 3 on they are not strict. (Others are, for
# example those that have learned a weaker mode and not a stronger one.) Section 6.2.7 is about them. For the strongest mode alone:

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
# - Without a bottleneck the maps stay the same. Convexity is lost as soon as $N\ge2$ and $\Phi$ is not constant: any weights $w$ are the midpoint of two with the product 0.
# - For the square loss, from depth 2 on, modes of different strengths are learned in turn, the strongest first, if the start is small, aligned and balanced and the steps are small. A plateau costs a logarithm of the start at depth 2, a power from depth 3 on.
# - All of this is about the start and the step size as well. At exactly 0 nothing moves from depth 2 on. One special unbalanced start does not wait, the random small ones that we tried do.
#
# Next: [6.2.5 Gradient and Hessian](6_2_5_gradient_hessian.ipynb), which computes what GD follows. [Index](index.ipynb)
