# %% [markdown]
# # 6.1 Non-convexity
#
# **Why is training a network not a convex problem?**
#
# Statistical learning stands on three pillars: *expressiveness*, which functions a model can represent; *optimization*, whether
# training finds a good one among them; and *generalization*, whether it does as well on new data. This chapter is about the
# second, the search for weights with a small training loss.
#
# After this section you will be able to
#
# - prove with two weight vectors that a loss is not convex,
# - explain how the symmetry of a network rules out convexity, wherever width is good for something,
# - say which hypotheses the two propositions need, and which they do not.
#
# Time: about 65 minutes of reading and playing, 30 of homework.
# You need matrices and the definition of a convex function.
#
# [Index](index.ipynb) · next: [6.2 The landscape approach](6_2_landscape_approach.ipynb) ·
# [open on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/6_1_nonconvexity.ipynb)
#
# Choose **Run > Run All Cells** first. The pictures come alive then.

# %%
from itertools import permutations, product

import numpy as np

from lnnlib import explorers
from lnnlib.feedforward import FeedForward
from lnnlib.homework import check, given, progress, solution
from lnnlib.losses import LinearRegression, SquaredLoss
from lnnlib.networks import LinearNetwork
from lnnlib.proofs import permutation_average, two_zeros, width_one_equivalent

# %% [markdown]
# ## Predict
#
# A small network has 3 inputs, two hidden layers of 4 units, and 2 outputs. It was trained to put twelve points on a circle,
# and it does that well. Call its weights $W$.
#
# Renumber the hidden units of a layer, and let every unit keep its incoming and outgoing weights. The numbers in the matrices
# change places. What the network computes stays the same. So each such *permuted copy* of $W$ has the same loss.
#
# Let $A$ be the average of all permuted copies, weight by weight.
#
# In the picture, the first panel shows where the twelve outputs are (dots) and where they should be (crosses). The second shows
# the weights: wide lines for large ones, dashed lines for negative ones. The third shows the loss of $(1-\lambda)W+\lambda A$, up
# to the $\lambda$ of the slider. The squares in it are a few permuted copies of $W$.
#
# Answer the question first. Then drag $\lambda$ from 0 to 1. At $\lambda=1$ the line above the slider tells you whether you were
# right.

# %%
explorers.collapse(predict=True, show="lam")

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# The loss of $A$ is larger: 0.2963, where $W$ has 0.0004227.
#
# “The same” would be true if you averaged what the copies *compute*. But you average their *weights*. The copies have their units
# in different places, so an average mixes units that do different things. In $A$ all units of a hidden layer have the same weights
# and compute the same number. The layer works as if it had one unit.
#
# On these data no network with one unit in each hidden layer has a loss below 0.25. That is the dashed line, and the end of *State*
# computes it.
#
# The shaded region appears as soon as you leave $W$. A convex loss could not enter it. For $(1-\lambda)W+\lambda A$ is an average
# of all copies, with a larger share for $W$ if $\lambda<1$. There a convex loss is at most the largest of the copies' losses, and
# all of them are $L(W)$. At $\lambda=1$ the curve is in the region. So this loss is not convex.
#
# </details>

# %% [markdown]
# ## State
#
# **Convex.** A function $L:\mathbb R^d\to\mathbb R$ is *convex* if $L(tU+(1-t)V)\le t\,L(U)+(1-t)\,L(V)$ for all $U,V$ and all
# $0\le t\le1$. For more points this becomes *Jensen's inequality*: the value at an average is at most the average of the values,
#
# $$L\Bigl(\frac1m\sum_{i=1}^mU_i\Bigr)\le\frac1m\sum_{i=1}^mL(U_i).$$
#
# To disprove convexity you need only two points. $U$ and $V$ are a **certificate** if $L$ at their midpoint is larger than the
# mean of $L(U)$ and $L(V)$.
#
# **Why classical machine learning was easy.** Many of its models have a convex training loss. Linear regression is an example:
# $\ell(W)=\frac1{2n}\|WX-Y\|_F^2$. The columns of $X$ are the $n$ inputs, those of $Y$ the targets. $\|M\|_F^2$ is the sum of the
# squares of all entries of a matrix $M$. The beginning of *Break* says why this is convex. Try 1000 pairs of points:

# %%
rng = np.random.default_rng(0)
regression = LinearRegression(rng.normal(size=(3, 20)), rng.normal(size=(2, 20)))
P1, P2 = rng.normal(size=(2, 1000, 2, 3))
above = regression((P1 + P2) / 2) > (regression(P1) + regression(P2)) / 2
print("certificates found:", above.sum())

# %% [markdown]
# Let $f:\mathbb R^d\to\mathbb R$ be differentiable. *Gradient descent* (GD) goes from $w$ to $w-\eta\nabla f(w)$, again and again.
# The number $\eta>0$ is the *step size*. GD stands still where the gradient is 0. Such a point is called *stationary*. If $f$ is
# convex, every stationary point is a global minimum. This is why $f$ then tends to its least value along GD, provided that three
# things hold:
#
# - a minimum exists,
# - $f$ is *smooth*: between two points the gradient changes at most by a constant $\beta$ times their distance (more in 6.2.1),
# - the step is small enough.
#
# Convexity alone is not a guarantee. The convex function $\log(1+e^{-x})$ has no minimum at all. And on $f(x)=\frac12x^2$, whose
# gradient is $x$, the step size $\eta=3$ is too large:

# %%
x = [1]
for t in range(6):
    x.append(x[-1] - 3 * x[-1])
print("x at steps 0 to 6:", x)

# %% [markdown]
# GD diverges. Every step multiplies $x$ by $-2$.
#
# **The networks of deep learning.** A *fully connected network* of depth $N$ with activation $\sigma:\mathbb R\to\mathbb R$
# computes
#
# $$y=W_N\,\sigma\bigl(W_{N-1}\,\sigma(\cdots\sigma(W_1x)\cdots)\bigr)\tag{6.1}$$
#
# with matrices $W_n\in\mathbb R^{d_n\times d_{n-1}}$, $n=1,\dots,N$.
# $\sigma$ acts on every entry of a vector by itself. It does not act after the last layer. The numbers $d_1,\dots,d_{N-1}$ are
# the *hidden widths*. All weights together are one point $W=(W_1,\dots,W_N)$. Here is a network of depth 3, its weights as one
# long vector `w`:

# %%
net = FeedForward((3, 3, 3, 2), "tanh")
w = net.random(rng)
print("number of weights:", net.dim)
print("shapes:", [W_n.shape for W_n in net.split(w)])
print("output for x = (1, 1, 1):", net.forward(w, [[1], [1], [1]]).round(3)[:, 0])

# %% [markdown]
# A training loss $L(W)$ compares outputs with targets. Here it is $L(W)=\frac1{2n}\|O-Y\|_F^2$ unless another one is named. The
# columns of $O$ are the outputs for $n$ inputs, those of $Y$ the targets. Such a loss sees the weights only through the map
# $x\mapsto y$ that they compute. So two weight settings with the same map have the same loss. Both propositions rest on this.
#
# **Proposition 6.1.** Let $N\ge2$, and let $L(W_1,\dots,W_N)$ depend on the weights only through the map of the network.
# Suppose that some $W$ has a smaller loss than every $V$ that computes the map of a network with hidden widths
# $d_1=\dots=d_{N-1}=1$. Then $L$ is not convex.
#
# In words: if width is good for something, the loss is not convex. The activation may be any function $\mathbb R\to\mathbb R$, also
# $\sigma(z)=z$, with which the network is linear.
#
# **Proposition 6.2.** Let $N\ge2$ and $\sigma(0)=0$, and let $L$ depend on the weights only through the map. If $L$ is convex,
# then $L$ is constant.
#
# No derivative of $L$ or $\sigma$ is needed, and no minimum. The lecture states it for continuously differentiable $L$ and
# $\sigma$ and a global minimum that is not attained at $W=0$. Such an $L$ is not constant, so it is not convex.
#
# If $\sigma(0)=0$, the second proposition contains the first. For if $W$ has a smaller loss than some $V$, then $L$ is not
# constant. The first proposition is needed where $\sigma(0)\ne0$. An example is the *sigmoid* $\sigma(z)=1/(1+e^{-z})$.

# %% [markdown]
# <details><summary><b>As printed in the lecture, and as it should be</b> (open this when you compare the two)</summary>
#
# | printed | as it should be | seen below |
# |---|---|---|
# | $Q=\frac1{d_1!}$ times the all-ones matrix | $Q=\frac1{d_1}$ times it: $(d_1-1)!$ of the $d_1!$ permutation matrices have a 1 at a given place | Prove 3 |
# | $W_n=\vec1\,\vec v_n^{\,T}$ for $n\in[N]$ | for $n\in[N-1]$; the last matrix has equal *columns*, not rows | Prove 4 |
# | convex: guaranteed to reach the global minimum | if there is one, the loss is smooth and the step size small | State |
# | the global minimum is attained and smaller than what width 1 attains | *some* $W$ has a smaller loss than every network of width 1; no minimum is needed | Prove 6 |
# | “this contradicts the assumption” | the step left out: the averaged network *is* one of width 1 | Prove 5 |
# | any activation | any function $\mathbb R\to\mathbb R$, the same for every entry | Break 4 |
# | $N\ge2$, said once before | a hypothesis, and 6.2 is false without it | Break 1 |
# | 6.2: $L$, $\sigma$ continuously differentiable; the minimum exists and is not at 0 | $L$ is not constant | Prove 8, Break 6 |
# | “easily extended to biases” | true of 6.1; Proposition 6.2 then needs another hypothesis | Prove 7, Break 7 |
#
# </details>

# %% [markdown]
# The hypothesis of Proposition 6.1 can be checked. A network of hidden widths 1 has one number $h$ before its last layer. So its
# output $W_Nh$ always lies on one line through the origin, and the matrix $O$ of all outputs has rank at most 1. The closest such
# matrix to $Y$ has the squared distance $\|Y-O\|_F^2=\sum_{k\ge2}\sigma_k(Y)^2$, where $\sigma_1(Y)\ge\sigma_2(Y)\ge\dots$ are the
# singular values of $Y$. This is the theorem of Eckart and Young. So no loss of width 1 is below $\frac1{2n}$ times this sum. For
# twelve points on a circle $Y$ has two rows, and the sum has one term:

# %%
angle = 2 * np.pi * np.arange(12) / 12
sv = np.linalg.svd([np.cos(angle), np.sin(angle)])[1]
print(f"no network of width 1 has a loss below {sv[1]**2 / (2 * 12):.4f}")

# %% [markdown]
# This is the dashed line of the first picture. The trained network is far below it.

# %% [markdown]
# ## Play
#
# **Does the collapse need an activation?** The next picture starts with none: $\sigma(z)=z$, a product of three matrices.
# Look at the weights for $\lambda=1$: which of them are equal? Press *Pin*, which leaves this picture behind in grey, and try every
# activation.
#
# **Can averaging ever help?** Move the slider *trained net* with $\lambda=1$. Is there a trained network whose average is better
# than $W$? Better than the dashed line?

# %%
explorers.collapse(lam=1, activation="linear", net=3)

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **No activation is needed.** With $\sigma(z)=z$ the loss rises from $2.48\cdot10^{-7}$ to 0.6041. At $\lambda=1$ the lines from
# one input to the first hidden layer are equal, all sixteen lines between the hidden layers are equal, and so are the lines into
# one output. It is the same for every activation. The outputs lie on one line through the origin, as those of a network of width 1
# must.
#
# **No average is better**, neither than $W$ nor than the dashed line. There are five activations and six trained networks for
# each. The smallest loss of an average is 0.2933 (sin, network 1), and the dashed line is at 0.25. Steps 5 and 6 say why: the
# average computes what a network of width 1 computes.
#
# But this is about a *good* $W$. A network with random weights need not be good, and then averaging may help. The next cell tries
# 1000 of them.
#
# </details>

# %%
circle = np.array([np.cos(angle), np.sin(angle)])
L_12 = FeedForward((3, 4, 4, 2), "tanh").objective([*circle, np.cos(2 * angle)], circle)
networks = L_12.net.random(0, size=(1000,))
better = L_12(permutation_average(L_12.net, networks)) < L_12(networks)
print("random networks whose average is better:", better.sum(), "of 1000")

# %% [markdown]
# Now Proposition 6.2. Take any network $W$ and scale its layers: the first $N-1$ by a number $a$, the last one by a number $b$.
# This gives a plane in the space of weights. $W$ is the point $(1,1)$, and 0 is in the middle. On the two axes, drawn thick and
# dashed, the network computes zero, the *zero map*. $A$ and $B$ are points on these axes. Here $A$ is not the average.
#
# The left panel shows the loss on this plane. Its level lines are thin, solid where the loss is above $L(0)$ and dashed where it is
# below. The right panel shows the loss along three segments. A thick bar stands where a midpoint lies above the *chord*, the
# straight line between the ends. No convex function allows that. In a *random* network all weights are random. In a *trained* one
# the last layer is fitted by least squares.
#
# **Is there any place for a convex loss?** Drag the square $W$. Wherever it is, it is the midpoint of $A$ and $B$, which compute
# zero. Can all three curves obey convexity?
#
# **Which pair is it?** It starts with a random network. Read the sentence below the picture, then press *A trained net* and
# *−W no worse than W*. In each case another pair of points is the certificate.
#
# **Does the proof mind jumps?** Press *No derivative*: a step function, and a loss that counts wrong signs.

# %%
explorers.two_zeros(
    show=("net", "activation"),
    scenes=("A trained net", "−W no worse than W", "No derivative"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **Place for a convex loss** is on the two axes only. There $W$ and $-W$ compute zero, and the three midpoints and all
# ends have the loss $L(0)=0.5$. Wherever else you put the square in this first scene, one of the three pairs is a certificate.
# This is no accident: the three pairs obey convexity together only if $L(W)$ and $L(-W)$ are both exactly $L(0)$. The proof of
# Proposition 6.2 shows it.
#
# **Which pair** it is depends on where $L(W)$ and $L(-W)$ lie.
#
# | scene | $L(W)$ | what lies too high | above the mean of |
# |---|---|---|---|
# | at the start | 0.8387 | $W$ | $A$ and $B$, which is 0.5 |
# | *A trained net* | 0.1453 | $-W$, with 1.565 | $-A$ and $-B$, which is 0.5 |
# | *−W no worse than W* | 0.163, like $-W$ | 0, with 0.5 | $W$ and $-W$, which is 0.163 |
#
# **The proof does not mind jumps.** In *No derivative* $L$ has plateaus only. $W$ has 0.7143, above the mean 0.4286 of $A$ and
# $B$. A certificate compares three values. It asks for no slope.
#
# </details>

# %% [markdown]
# ## Prove
#
# **Proposition 6.1** in six steps, and a seventh for biases. Each is a formula and a cell that computes it.
#
# **Step 1. An instance.** Let a network make the targets itself, $Y$ = its outputs. Then its loss is 0, the global minimum.
# By the singular values of $Y$ no network of width 1 comes below the second number. So the hypothesis holds.

# %%
X = rng.normal(size=(3, 30))
Y = net.forward(w, X)
L = net.objective(X, Y)
print(f"L(W) = {L(w):.4f}")
print(f"width 1: at least {np.linalg.svd(Y)[1][1]**2 / (2 * 30):.4f}")

# %% [markdown]
# **Step 2. An orbit of equal losses.** Let $P$ be a permutation matrix. Since $\sigma$ acts entry by entry,
# $\sigma(Pz)=P\,\sigma(z)$. So
#
# $$W_2P^T\,\sigma(PW_1x)=W_2P^TP\,\sigma(W_1x)=W_2\,\sigma(W_1x),$$
#
# and $(PW_1,\ W_2P^T,\ W_3,\dots,W_N)$ computes the same map. The same works at every hidden layer. Here are all $3!\cdot3!$
# copies:

# %%
W1, W2, W3 = net.split(w)
perms = [np.eye(3)[list(order)] for order in permutations(range(3))]
copies = np.array([net.join([P @ W1, R @ W2 @ P.T, W3 @ R.T])
                   for P, R in product(perms, perms)])
print(f"{len(copies)} copies, {len(np.unique(copies.round(9), axis=0))} of them different")
print("all losses below 1e-24:", (L(copies) < 1e-24).all())

# %% [markdown]
# **Step 3. The mean of the permutations.** Of the $d_1!$ permutation matrices, $(d_1-1)!$ have a 1 at a given place: one entry is
# fixed, and the other $d_1-1$ units can go anywhere. Let $\vec1$ be the column of ones. Then $\vec1\,\vec1^T$ is the all-ones
# matrix, and the mean is
#
# $$Q=\frac1{d_1!}\sum_PP=\frac{(d_1-1)!}{d_1!}\,\vec1\,\vec1^T=\frac1{d_1}\,\vec1\,\vec1^T .$$
#
# Each permutation matrix has row sums 1, so their mean has row sums 1 too. The printed factor $1/d_1!$ would give row sums
# $\frac12$ here.

# %%
Q = sum(perms) / 6
print(Q.round(4))

# %% [markdown]
# **Step 4. The average of all copies.** In a copy, $P$ renumbers the first hidden layer and $R$ the second. The middle matrix
# becomes $RW_2P^T$. There are $6\cdot6=36$ pairs $(P,R)$. Average over $R$ first, while $P$ stays as it is: only the factor $R$
# changes, and its mean is $Q$. This gives $QW_2P^T$. Now average over $P$. The mean of $P^T$ is $Q^T=Q$. So
#
# $$\frac1{36}\sum_{P,R}RW_2P^T=Q\,W_2\,Q .$$
#
# In the same way the first matrix has the mean $QW_1$ and the last one $W_3Q$. In general the average is
#
# $$A_n=Q_n\,W_n\,Q_{n-1},\qquad Q_n=\tfrac1{d_n}\vec1\,\vec1^T\ (1\le n\le N-1),\quad Q_0=Q_N=I .$$
#
# A factor $Q_n$ on the left replaces each row by the mean of all rows. So every layer but the last has equal rows:
# $A_n=\vec1\,v_n^T$, where $v_n^T$ is this row. A factor on the right does the same to columns. So every layer but the first has
# equal columns.

# %%
A = net.join([Q @ W1, Q @ W2 @ Q, W3 @ Q])
print("the mean of the copies, to 1e-12:", np.abs(A - copies.mean(axis=0)).max() < 1e-12)
A1, A2, A3 = net.split(A)
print("A_1 =", A1.round(3), "A_2 =", A2.round(3), "A_3 =", A3.round(3), sep="\n")

# %% [markdown]
# **Step 5. A network of width 1.** Equal rows mean that all units of a hidden layer compute the same number. Call it $h_n$ in layer
# $n$. The units of layer $n-1$ enter with the weights $v_n^T$, and all of them are $h_{n-1}$. So only the sum $v_n^T\vec1$ of these
# weights counts:
#
# $$h_1=\sigma(v_1^Tx),\qquad h_n=\sigma\bigl((v_n^T\vec1)\,h_{n-1}\bigr)\ (1<n<N),\qquad y=(A_N\vec1)\,h_{N-1}.$$
#
# That is a network with hidden widths 1. Its weights are $v_1^T$, the numbers $v_n^T\vec1$, and the column $A_N\vec1$.

# %%
h1 = np.tanh(A1[0] @ X)
h2 = np.tanh(A2[0].sum() * h1)
y = np.outer(A3.sum(axis=1), h2)
print("the same outputs, to 1e-12:", np.abs(y - net.forward(A, X)).max() < 1e-12)

# %% [markdown]
# **Step 6. Jensen's inequality is broken.** Suppose that $L$ is convex. All copies have loss $L(W)$, so Jensen says
# $L(A)\le L(W)$. But $A$ computes what a network of width 1 computes, so $L(A)>L(W)$ by hypothesis. This contradiction proves the
# proposition. It never asks whether $L(W)$ is the minimum. In numbers:

# %%
print(f"mean of the losses of the copies: {L(copies).mean():.4f}")
print(f"loss of their mean:               {L(A):.4f}")


# %% [markdown]
# All steps in one, for six activations, with other weights. `holds` asks whether the average and the network of Step 5 have the
# same outputs, and whether $W$ is below `floor`, the bound for width 1, and the average is not:

# %%
def holds(activation, seed):
    net = FeedForward((3, 4, 4, 2), activation)
    w = net.random(seed)
    A, (narrow, v) = permutation_average(net, w), width_one_equivalent(net, w)
    Y = net.forward(w, X)
    L, floor = net.objective(X, Y), np.linalg.svd(Y)[1][1]**2 / (2 * 30)
    same = np.abs(net.forward(A, X) - narrow.forward(v, X)).max() < 1e-9
    return same and L(w) < 1e-9 < floor <= L(A)


# %%
kinds = ("linear", "tanh", "relu", "sigmoid", "sin", "step")
found = sum(holds(s, seed) for s in kinds for seed in range(50))
print("It holds in", found, "of", 6 * 50, "cases.")


# %% [markdown]
# **Step 7. Biases.** With biases a layer computes $\sigma(W_nx+b_n)$. A permuted copy permutes $b_n$ along with the rows of
# $W_n$: $(PW_1,\ Pb_1,\ W_2P^T,\ b_2)$. So the proof is the same. The averaged bias of a hidden layer has equal entries, and the
# average computes what a network of width 1 with biases computes.

# %%
def outputs(W1, b1, W2, b2):
    return W2 @ np.tanh(W1 @ X + b1) + b2

b1, b2, V2, P = *(rng.normal(size=s) for s in ((3, 1), (2, 1), (2, 3))), perms[3]
copy, average = outputs(P @ W1, P @ b1, V2 @ P.T, b2), outputs(Q @ W1, Q @ b1, V2 @ Q, b2)
narrow = V2.sum(axis=1)[:, None] * np.tanh(W1.mean(axis=0) @ X + b1.mean()) + b2
change, gap = np.abs(copy - outputs(W1, b1, V2, b2)).max(), np.abs(average - narrow).max()
print("a copy computes the same, to 1e-12:", change < 1e-12)
print("the average is of width 1, to 1e-12:", gap < 1e-12)

# %% [markdown]
# This was depth 2. At depth 3 both hidden layers are renumbered, and both layers of biases with them. In the next picture a bias is
# a line that comes from a small square: a unit that always gives 1. No line leads to a square, and a square is never renumbered.
#
# **What does averaging do to a bias?** At $\lambda=1$, which of the lines that leave a square are equal? Now look at the outputs of
# $A$. On what kind of line do they lie? Set *biases* to “without” and compare.
#
# **Do biases help the average?** Go through the trained networks. Does one come below the dashed line?

# %%
explorers.collapse(lam=1, biases="with", show=("lam", "net", "biases"))

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **What averaging does.** The four lines from the first square become equal, and so do the four from the second. Each hidden
# layer keeps the mean of its biases. The two lines from the third square stay what they were. These are the biases of the outputs,
# and no copy moves an output. The outputs of $A$ lie on a straight line that need not pass through the origin. Without biases it
# does.
#
# **Biases do not help.** For the first network $W$ has the loss 0.0009018 and $A$ has 0.5596. None of the six comes below the
# dashed line. The reason: with biases the outputs of width 1 are $W_3h+b_3$, and they lie on the line through $b_3$ along the
# column $W_3$. Of all lines in a given direction, the one through the mean of the targets has the least sum of squared distances
# to them. So first take the mean off the targets, then compute the bound as before. The mean of twelve points spread evenly on a
# circle is 0, so the bound is the same.
#
# </details>

# %%
centred = circle - circle.mean(axis=1, keepdims=True)
floor = np.linalg.svd(centred)[1][1]**2 / (2 * 12)
print(f"no network of width 1 with biases has a loss below {floor:.4f}")

# %% [markdown]
# **Proposition 6.2.** The lecture leaves the proof as homework, and so do we. You have seen it already, in the picture with the
# points $A$, $B$, $-A$ and $-B$. Answer three questions on paper.
#
# 1. Which weights compute the zero function, whatever the other layers are? Find two kinds. Where do you need $\sigma(0)=0$?
# 2. Given any $W$, find a point of each kind so that $W$ is their midpoint. What does convexity say about $L(W)$?
# 3. The same holds for $-W$. And 0 is the midpoint of $W$ and $-W$. What follows?
#
# Then open the proof and compare.

# %% [markdown]
# <details><summary><b>The proof of Proposition 6.2</b> (open it when you have tried)</summary>
#
# Let $z=L(0)$, the loss of the zero function.
#
# 1. If $W_N=0$, the network computes zero. If $W_1=\dots=W_{N-1}=0$, every hidden layer is $\sigma(0)=0$, so the output is
#    $W_N0=0$. Since $N\ge2$, these are two different kinds. All these weights have loss $z$.
# 2. Take any $W$. The points $A=(2W_1,\dots,2W_{N-1},0)$ and $B=(0,\dots,0,2W_N)$ are of the two kinds, and their midpoint is $W$.
#    If $L$ is convex, then $L(W)\le\frac12\bigl(L(A)+L(B)\bigr)=z$.
# 3. $W$ was arbitrary, so also $L(-W)\le z$. The midpoint of $W$ and $-W$ is 0, so
#    $z\le\frac12\bigl(L(W)+L(-W)\bigr)\le z$. Hence both are equal to $z$, and $L(W)=z$. $\square$
#
# </details>

# %% [markdown]
# **Step 8. Two zeros and a midpoint.** These are the points $A$ and $B$ of the proof. There is no rounding here: zeros stay exact.

# %%
A, B = net.join([2 * W1, 2 * W2, 0 * W3]), net.join([0 * W1, 0 * W2, 2 * W3])
print("A and B compute zero:", not net.forward([A, B], X).any())
print("W is their midpoint, exactly:", ((A + B) / 2 == w).all())

# %% [markdown]
# If $L$ is not constant, take a $W$ with $L(W)\ne z$. Then one of three pairs is a certificate. Read the proof backwards:
#
# - $A,B$ if $L(W)>z$,
# - $-A,-B$ if $L(-W)>z$, for their midpoint is $-W$,
# - $W,-W$ if neither holds and $L(W)<z$, for their midpoint is 0.
#
# For the network of Step 1 we have $L(W)=0$, so it is not the first pair. Is it the second? Compare $L(-W)$ with $z=L(0)$:

# %%
for name, v in (("L(0)", 0 * w), ("L(W)", w), ("L(-W)", -w)):
    print(f"{name} = {L(v):.4f}")


# %% [markdown]
# It is the second: $L(-W)>z$. Now other networks, five activations with $\sigma(0)=0$, and three losses: squares, absolute values,
# and the share of wrong signs, which jumps. Each is tried at a network that makes the targets itself, and at another one, unless
# its loss is the same at $W$, $-W$ and 0. `two_zeros` gives $A$ and $B$.

# %%
def certified(L, w):
    A, B = two_zeros(L.net, w)
    pairs = (A, B), (-A, -B), (w, -w)
    return any(L((S + T) / 2) > (L(S) + L(T)) / 2 + 1e-9 for S, T in pairs)

def signs(O, Y): return ((O > 0) != (Y > 0)).mean()


# %%
nets = [FeedForward(dims, s) for dims in ((3, 4, 2), (3, 4, 4, 2))
        for s in ("linear", "tanh", "relu", "sin", "step")]
found, tried = 0, 0
for one, loss, seed in product(nets, ("squared", "absolute", signs), range(10)):
    w_1, w_2 = one.random(seed, size=(2,))
    objective = one.objective(X, one.forward(w_1, X), loss)
    other = [v for v in (w_1, w_2) if len({objective(s * v) for s in (-1, 0, 1)}) > 1]
    found, tried = found + sum(certified(objective, v) for v in other), tried + len(other)
print("A certificate in", found, "of", tried, "cases.")

# %% [markdown]
# **Step 9. With derivatives.** Under the lecture's hypotheses there is a second proof. Let $L$ be differentiable at 0. If only
# $W_n$ differs from zero, the network computes zero, since $N\ge2$ and $\sigma(0)=0$. So $L$ does not change along any single layer
# from 0, and the gradient at 0 vanishes. A convex function with $\nabla L(0)=0$ has a global minimum at 0. This was excluded.

# %%
print("gradient at 0 is zero:", not L.grad(net.zeros()).any())
print("yet 0 is no minimum:  ", L(w) < L(net.zeros()))


# %% [markdown]
# ## Break
#
# Drop one hypothesis at a time. Each item says what fails then: the *theorem*, shown by an instance, or this *proof* alone.
#
# Most instances are *half squares*: losses $L=\frac12\|e\|^2$ whose error $e$ is linear in the weights, up to a constant. They are
# convex, as linear regression is: at the midpoint $L$ lies $\frac18\|e(U)-e(V)\|^2$ below the mean of $L(U)$ and $L(V)$, never
# above it. (Multiply it out. A continuous function that satisfies this is convex.) `half_square` checks it at 1000 random pairs, to
# $10^{-12}$:

# %%
def half_square(L, e, dim):
    U, V = rng.normal(size=(2, 1000, dim))
    below = (L(U) + L(V)) / 2 - L((U + V) / 2)
    return np.abs(below - ((e(U) - e(V))**2).sum(axis=1) / 8).max() < 1e-12


# %% [markdown]
# **1. $N=1$: Proposition 6.2 fails.** With one layer there is one kind of zeros only. The loss $\frac12(w-1)^2$ is convex and not
# constant. With two layers it becomes $\frac12(w_2w_1-1)^2$, and the Hessian at 0 has a negative eigenvalue. (Proposition 6.1 loses
# nothing: without a hidden layer its hypothesis never holds.)

# %%
for hidden in ((), (1,)):
    Phi = LinearNetwork(SquaredLoss([[1]]), hidden)
    least = np.linalg.eigvalsh(Phi.hess(Phi.zeros()))[0]
    print("depth", Phi.depth, "- least eigenvalue at 0:", least.round(3))

# %% [markdown]
# **2 and 3. Two convex losses.** Each drops one more hypothesis of Proposition 6.1.
#
# | | what is dropped | a convex loss | what fails |
# |---|---|---|---|
# | **2.** | width is good for something | $\frac12(W_2\vec1-1)^2$, that of $\sigma(z)=1$ on $x=y=1$ | 6.1 |
# | **3.** | $L$ sees only the map | $\frac12\lVert V-W\rVert^2$ as a function of $V$, for the $W$ of Step 1 | 6.1 and 6.2 |
#
# In the first, two hidden units compute $W_2\vec1$, and one unit can do the same. Since $\sigma(0)=1$, Proposition 6.2 does not
# apply. The second is not constant, and $W$ has a smaller loss than every network of width 1. But a permuted copy of $W$ has
# another loss.

# %%
ones = FeedForward((1, 2, 1), np.ones_like).objective([[1]], [[1]])
print("a half square:", half_square(ones, lambda v: v[:, 2:] @ [[1], [1]] - 1, 4))


# %%
def near(v):
    return ((v - w)**2).sum(axis=-1) / 2

print("a half square:", half_square(near, lambda v: v - w, net.dim))
print(f"loss of W: {near(w):.1f}, loss of a copy: {near(copies[22]):.1f}")


# %% [markdown]
# Number 3 matters in practice: weight decay adds a multiple of $\|W\|^2$ to the loss. Then the propositions no longer apply as
# they stand.
#
# **4. An activation that depends on the place of the unit.** Step 2 needs that every unit applies the same function to its own
# number. Here are two activations of a whole layer that break this:
#
# - unit $i$ gives $\sigma(z)_i=i-1$, whatever comes in,
# - unit $i$ adds up, $\sigma(z)_i=z_1+\dots+z_i$.
#
# Which do you expect: does Proposition 6.1 become false for both, for one of them, or is it only the *proof* that fails? Guess
# before you open this.

# %% [markdown]
# <details><summary><b>Then open this</b></summary>
#
# **With $\sigma(z)_i=i-1$ the proposition is false.** On the datum $x=y=1$ a network with two hidden units outputs the second entry
# $b$ of $W_2=(a\;\,b)$. Its loss is $\frac12(b-1)^2$, which is convex and reaches 0. A network of width 1 outputs 0, and its loss
# is $\frac12$. Width is good for something, and yet the loss is convex. The first cell below shows it: swapping the two units
# changes the loss.
#
# **With $\sigma(z)_i=z_1+\dots+z_i$ only the proof fails.** A permuted copy computes another map, with another loss. But
# $\sigma(0)=0$, and the proof of 6.2 asks nothing else of $\sigma$. So the loss is not convex, as the second cell shows.
#
# </details>

# %%
def place(z):
    return 0 * z + np.arange(z.shape[-2])[:, None]

L4, narrow = (FeedForward((1, d, 1), place).objective([[1]], [[1]]) for d in (2, 1))
print("a half square:", half_square(L4, lambda v: v[:, 3:] - 1, 4))
print(f"loss of W: {L4([0, 0, 0, 1]):.1f}, its units swapped: {L4([0, 0, 1, 0]):.1f}")
print("losses of 1000 networks of width 1:", np.unique(narrow(rng.normal(size=(1000, 2)))))

# %%
mixing = FeedForward((3, 3, 3, 2), lambda z: np.cumsum(z, axis=-2))
M = mixing.objective(X, mixing.forward(w, X))
print(f"loss of W: {M(w):.1f}, loss of a copy: {M(copies[22]):.1f}")
print("one of the three pairs is a certificate:", certified(M, w))

# %% [markdown]
# **5. $\sigma(0)\ne0$.** For the sigmoid $\sigma(0)=\frac12$. Take depth 2, and the one datum $x=0$ with target 1. Which do you
# expect of the loss: is one of the three pairs still a certificate, or is the loss convex? If it is convex, is it constant? Guess
# before you look at the picture. Then set *data* to the 14 samples, and go through the networks. Is a pair a certificate there?

# %%
explorers.two_zeros(
    activation="sigmoid", net="random, depth 2", data="zero", show=("data", "net"), scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# **On the datum $x=0$ the loss is convex and not constant: Proposition 6.2 fails.** The error is $\frac12W_2\vec1-1$, whatever
# $W_1$ is. So the loss is a half square. Its level lines are horizontal, for it does not change with $W_1$. The point $B$ no longer
# computes zero. It has the loss 0.1314, and $A$ has $L(0)=0.5$. None of the three pairs is a certificate.
#
# **On the 14 samples** $L(B)$ still differs from $L(0)$, so the proof fails there too. For both random networks none of the three
# pairs is a certificate. For both trained networks one is: $W$ and $-W$ at depth 2, $-A$ and $-B$ at depth 3. The proof does not
# promise that. For the sigmoid Proposition 6.1 is the one to use.
#
# </details>

# %%
at_zero = FeedForward((2, 3, 1), "sigmoid").objective([[0], [0]], [[1]])
print("a half square:", half_square(at_zero, lambda v: v[:, 6:] @ [[.5], [.5], [.5]] - 1, 9))

# %% [markdown]
# **6. $L$ constant: then it is convex (6.2)**, as on the datum $x=0$, where every network with $\sigma(0)=0$ outputs 0.
#
# The lecture excludes this by asking that the minimum is not at $W=0$. So much is not needed: $\frac12(w_2w_1)^2$ has its minimum
# there, is not constant, and is not convex.

# %%
flat = FeedForward((3, 3, 3, 2), "tanh").objective(np.zeros((3, 1)), [[1], [0]])
print("values at three random points:", flat(net.random(rng, size=(3,))))
square = LinearNetwork(SquaredLoss([[0]]), hidden=(1,))
least = np.linalg.eigvalsh(square.hess([1, 1]))[0]
print("least eigenvalue of the Hessian at (1, 1):", least.round(3))


# %% [markdown]
# **7. Biases: Proposition 6.2 fails.** With a bias $b_N$ after the last layer the two kinds of zeros become constant functions,
# $y=b_N$. The same proof, with $b_N$ held fixed, shows: if $L$ is convex, it depends on $b_N$ alone. So the hypothesis “not
# constant” has to become “does not depend on $b_N$ alone”. For instance let $\sigma(z)=0$ for all $z$, so $\sigma(0)=0$. On the
# datum $x=y=1$ the loss is $\frac12(b_2-1)^2$, convex and not constant. With $\tanh$ the loss depends on the other weights too, and
# is not convex:

# %%
def biased(sigma, v):    # v holds W_1, b_1, W_2, b_2 for widths (1, 2, 1)
    hidden = sigma(v[:, 0:2] + v[:, 2:4])
    return ((v[:, 4:6] * hidden).sum(axis=1) + v[:, 6] - 1)**2 / 2

zero, (P1, P2) = (lambda v: biased(np.zeros_like, v)), rng.normal(size=(2, 1000, 7))
print("zero: a half square:", half_square(zero, lambda v: v[:, 6:] - 1, 7))
mean = (biased(np.tanh, P1) + biased(np.tanh, P2)) / 2
print("tanh: certificates found:", (biased(np.tanh, (P1 + P2) / 2) > mean).sum())

# %% [markdown]
# ## Beyond (optional)
#
# **How many copies?** A network has $d_1!\cdots d_{N-1}!$ permuted copies, itself among them. They are all different if no two
# units of a hidden layer have the same incoming weights. So a minimum of this kind does not come alone if some hidden layer has
# two units or more:

# %%
from math import factorial, log10

print("hidden widths 4 and 4:", factorial(4)**2)
print(f"hidden widths 100 and 100: a number of {int(2 * log10(factorial(100))) + 1} digits")

# %% [markdown]
# **Averaging after all.** The average of copies is bad because their units stand in different places. Undo the permutation first,
# and averaging two copies gives $W$ back. Entezari, Sedghi, Saukh and Neyshabur (2021, arXiv 2110.06296) conjecture that this is
# nearly all: two wide networks trained from different starts, once their units are matched, can be averaged with little loss.
# Ainsworth, Hayase and Srinivasa (2022, arXiv 2209.04836) give algorithms for the matching. Here one copy is averaged with $W$,
# first as it is, then with its units put back:

# %%
P, R = list(product(perms, perms))[22]
C1, C2, C3 = net.split(copies[22])
back = net.join([P.T @ C1, R.T @ C2 @ P, C3 @ R])
print(f"as it is: {L((w + copies[22]) / 2):.4f}, matched first: {L((w + back) / 2):.4f}")

# %% [markdown]
# ## Homework
#
# Put your answer in the place of `...`, run the cell, then run the check below it. It tells you what is right.
# A common mistake gets a hint of its own, and every further try brings one more hint. After a try you may open the solution.

# %% [markdown]
# ### 6.1-a: A certificate that anyone can check
#
# The answer cell prints a ReLU network `data.net` of widths 2-3-1, its inputs `data.X` and targets
# `data.Y`, a column for each sample, and `data.w`: the 9 weights that gradient descent has found for
# this network, as one vector. Inputs, targets and weights are numpy arrays. The training loss is
#
# ```python
# L = data.net.objective(data.X, data.Y)
# ```
#
# Call these weights $W$. Then `L(data.w)` is $L(W)$, and `L(0 * data.w)` is $L(0)$. Hand in two
# weight vectors `U` and `V` (9 numbers each) with
#
# $$L\Bigl(\frac{U+V}{2}\Bigr)>\frac{L(U)+L(V)}{2}.$$
#
# Two such vectors prove that $L$ is not convex. Compare $L(W)$, $L(-W)$ and $L(0)$ before you choose.
# The check computes both sides from your numbers without rounding.

# %% nbgrader={"grade": false, "grade_id": "6_1-a", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.1-a")
print(data)

U = ...
V = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_1-a-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.1-a")

# %% tags=["nbval-ignore-output"]
solution("6.1-a")

# %% [markdown]
# ### 6.1-b: The average of all copies
#
# A network $y=W_2\,\sigma(W_1x)$ has three hidden units, so six permuted copies $(PW_1,\ W_2P^T)$.
# The answer cell prints the two matrices, the numpy arrays `data.W1` and `data.W2`. Hand in the
# average of all six copies: a list `averaged` of two matrices, first the one in the place of $W_1$.
# They are compared to six digits.

# %% nbgrader={"grade": false, "grade_id": "6_1-b", "locked": false, "schema_version": 3, "solution": true, "task": false}
data = given("6.1-b")
print(data)

averaged = ...

# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_1-b-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.1-b")

# %% tags=["nbval-ignore-output"]
solution("6.1-b")


# %% [markdown]
# ### 6.1-c: Prove Proposition 6.2 by code
#
# The proof of Proposition 6.2 for $N=2$ needs two weight settings $A=(A_1,A_2)$ and $B=(B_1,B_2)$
# for every network $(W_1,W_2)$:
#
# 1. the networks of $A$ and of $B$ compute the zero function, for every activation with
#    $\sigma(0)=0$,
# 2. the midpoint of $A$ and $B$ is $(W_1,W_2)$.
#
# Write a function `points(W1, W2)` that returns them as `(A1, A2), (B1, B2)`. It gets two numpy
# arrays. Your function is tried on several networks, to nine digits.

# %% nbgrader={"grade": false, "grade_id": "6_1-c", "locked": false, "schema_version": 3, "solution": true, "task": false}
def points(W1, W2):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_1-c-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.1-c")

# %% tags=["nbval-ignore-output"]
solution("6.1-c")


# %% [markdown]
# ### 6.1-d: Renumber a deeper network with biases
#
# A network of depth 3 with biases computes
#
# $$h_1=\sigma(W_1x+b_1),\qquad h_2=\sigma(W_2h_1+b_2),\qquad y=W_3h_2+b_3.$$
#
# Let $P_1$ and $P_2$ be permutation matrices. You look for the copy that has the hidden layers
# $P_1h_1$ and $P_2h_2$ in the place of $h_1$ and $h_2$, and the same output $y$, for every input
# and every activation.
#
# Write a function `renumbered(W1, b1, W2, b2, W3, b3, P1, P2)` that returns the six arrays of this
# copy, in the order `W1, b1, W2, b2, W3, b3`. All that it gets are numpy arrays with two indices: a
# bias is a column, as in Step 7, so `b1` has the shape $d_1\times1$. Your function is tried on
# several widths, and its numbers are compared to six digits.

# %% nbgrader={"grade": false, "grade_id": "6_1-d", "locked": false, "schema_version": 3, "solution": true, "task": false}
def renumbered(W1, b1, W2, b2, W3, b3, P1, P2):
    return ...


# %% deletable=false editable=false nbgrader={"grade": true, "grade_id": "6_1-d-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
from lnnlib.homework import check; check("6.1-d")

# %% tags=["nbval-ignore-output"]
solution("6.1-d")

# %% tags=["nbval-ignore-output"]
progress("6.1")

# %% [markdown]
# ## Summary
#
# - Two points are enough to prove that a loss is not convex: the midpoint lies above the mean.
# - Hidden units can be renumbered. So a convex loss would be at least as good at the average of all copies, which computes what a
#   network of width 1 computes. Where width helps, the loss is not convex (6.1). The activation may be any function of one number,
#   and linear networks are included.
# - If $N\ge2$ and $\sigma(0)=0$, every network is the midpoint of two that compute zero. So a loss of the map that is convex in the
#   weights is constant (6.2).
# - Of the loss both proofs use only that it sees the weights through the map. No derivative is needed.
#
# Non-convex does not mean hopeless. Next: [6.2 The landscape approach](6_2_landscape_approach.ipynb), which asks when gradient
# descent reaches the bottom all the same. [Index](index.ipynb)
