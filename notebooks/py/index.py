# %% [markdown]
# # LNN Landscapes
#
# Training a neural network means walking down a landscape: the loss, as a function of the weights.
# This landscape is not convex. It can have saddles, plateaus and valleys that lead nowhere.
# Gradient descent reaches the bottom all the same, surprisingly often. **Why?**
#
# For *linear* neural networks the question has answers, though not all of them, and this course takes you through what is proved.
# A linear network multiplies matrices and does nothing else, so the map it computes is simple.
# Its loss landscape is not: it shows much of what makes deep learning hard, and you can prove what you see.

# %% [markdown] tags=["notebook-only"]
# [Look at it now](https://lnn-landscapes.github.io/lnn-landscapes/): the same course as web pages, whose pictures move too.
# Or open it
# [on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/index.ipynb),
# with nothing to install.

# %% [markdown]
# ## A first landscape
#
# Here is one with a saddle at the origin and two minima. Call its height $f$. Gradient descent (GD) starts at the square and
# follows the slope, and the ring is where it ends.
# The left panel shows the landscape from above, with the run on it. The right panel shows how far $f$ is above its minimum, and
# how steep the landscape is, at every step: $\|\nabla f\|$ is the length of the gradient. (Section 6.2 explains the dashed line.)
#
# Choose **Run > Run All Cells** first.
#
# Now drag the square. Where does the run end, and what does the sentence below the picture say of that place?
# Try to make it end *at the saddle*. Which starts do that?

# %% tags=["notebook-only"]
from lnnlib import explorers
from lnnlib.homework import progress

# %%
explorers.landscape_gallery(show="eta", scenes=())

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# The first run ends at the upper minimum, $(0,1)$. The sentence says so with two numbers: the gradient is practically 0, and the
# least curvature $\lambda_{\min}=1$ is positive. With the step size $\eta=0.1$ all places above the horizontal line $y=0$ to which
# you can drag the square lead there too, and those below it lead to $(0,-1)$.
#
# Of these places only those with $y=0$ exactly lead to the saddle. There $\lambda_{\min}=-1$: the landscape curves down in one
# direction. Gradient descent that starts on the line $y=0$ never leaves it. Put the square just beside the line, and the run slows
# down near the saddle, but it gets away. (Sections 6.2 to 6.2.2 say why.)
#
# </details>

# %% [markdown]
# ## How to work with a notebook
#
# 1. Choose **Run > Run All Cells**. Until then you see still pictures; now the sliders move them.
# 2. **Predict** before you touch a slider. A wrong guess teaches you more than no guess.
# 3. **Play**, with the question above each picture in mind. Every slider also works with the arrow keys.
#    *Pin* leaves what you see behind as a shadow, so that you can compare.
#    Below the picture you can open *What you should have seen*. Answer for yourself first.
#    In a narrow window the panels of a picture stand below each other: *left* is then above.
# 4. **Prove**: read a step, run its cell, change a number, run it again. Both sides must still agree.
# 5. **Break**: drop a hypothesis and watch the theorem fail, or the proof alone.
# 6. **Homework**: put your answer in place of the `...`, run that cell, then the check below it.
#    It tells you what is right, and a mistake that many people make gets a hint of its own.
#
# You need linear algebra (eigenvalues, singular values), calculus in several variables, and enough Python to read numpy.

# %% [markdown]
# ## The sections
#
# The numbers are those of the lecture. The minutes are *reading and playing* + *homework*; parts marked *optional* come on top.
#
# | section | its question | minutes | builds on |
# |---|---|---|---|
# | [**6.1** Non-convexity](6_1_nonconvexity.ipynb) | Why is training a network not a convex problem? | 65 + 30 | – |
# | [**6.2** The landscape approach](6_2_landscape_approach.ipynb) | When does gradient descent reach the bottom all the same? | 45 + 15 | 6.1 |
# | [**6.2.1** Stationary points](6_2_1_stationary_points.ipynb) | How many steps does it take to a point where the gradient vanishes? | 60 + 35 | 6.2 |
# | [**6.2.2** Escaping strict saddles](6_2_2_strict_saddles.ipynb) | How long can a saddle hold gradient descent up? | 55 + 15 | 6.2.1 |
# | [**6.2.3** Perturbed gradient descent](6_2_3_perturbed_gd.ipynb) | What does a little noise buy? | 75 + 50 | 6.2.2 |
# | [**6.2.4** Linear networks](6_2_4_linear_networks.ipynb) | What changes when one matrix is written as a product of many? | 60 + 25 | 6.2 |
# | [**6.2.5** Gradient and Hessian](6_2_5_gradient_hessian.ipynb) | What are the gradient and the Hessian of a product? | 85 + 35 | 6.2.4 |
# | [**6.2.6** Local minima](6_2_6_local_minima.ipynb) | When is every local minimum a global one? | 80 + 30 | 6.2.5 |
# | [**6.2.7** Non-strict saddles](6_2_7_nonstrict_saddles.ipynb) | Which saddles are strict, and which are not? | 70 + 30 | 6.2.2, 6.2.6 |
#
# If you are short of time, say what you want to understand, and the map shows the way there. The box with the thick edge is the
# goal. Everything on the way to it has a solid edge. What you can leave out is dashed.

# %%
explorers.chapter_map()

# %% [markdown]
# <details><summary><b>What you should have seen</b></summary>
#
# For 6.2.7, the last section, you can leave out 6.2.3 only. For 6.2.3 you can leave out the sections on linear networks, 6.2.4 to
# 6.2.7. For 6.2.6 you can leave out 6.2.1 to 6.2.3.
#
# </details>

# %% [markdown] tags=["notebook-only"]
# ## What you have solved
#
# Run this cell again after your homework. Your tries are kept in one small file beside the notebooks, and nowhere else. (On Binder
# that file is gone when your session ends.)

# %% tags=["nbval-ignore-output"]
progress()
