# %% [markdown]
# # LNN Landscapes
#
# Training a neural network means walking down a landscape: the loss, as a function of the weights.
# This landscape is not convex. It has saddles, plateaus and valleys that lead nowhere.
# Gradient descent reaches the bottom all the same, surprisingly often. **Why?**
#
# For *linear* neural networks the question has an answer, and this course takes you through it.
# A linear network multiplies matrices and does nothing else, so the map it computes is simple.
# Its loss landscape is not: it shows most of what makes deep learning hard, and you can prove what you see.
#
# You can also open this course
# [on Binder](https://mybinder.org/v2/gh/lnn-landscapes/lnn-landscapes/HEAD?urlpath=lab/tree/notebooks/index.ipynb),
# with nothing to install.

# %% [markdown]
# ## How to work with a notebook
#
# 1. Choose **Run > Run All Cells**. Until then you see still pictures; now the sliders move them.
# 2. **Predict** before you touch a slider. A wrong guess teaches you more than no guess.
# 3. **Play**, with the question above each picture in mind. Every slider also works with the arrow keys.
# 4. **Prove**: read a step, run its cell, change a number, run it again. Both sides must still agree.
# 5. **Break**: drop a hypothesis and watch the theorem fail.
# 6. **Homework**: put your answer in place of the `...` and run the cell below it.
#    It tells you what is right, and a mistake that many people make gets a hint of its own.
#
# You need linear algebra (eigenvalues, singular values), calculus in several variables, and enough Python to read numpy.

# %% [markdown]
# ## The sections
#
# The numbers are those of the lecture. The minutes include the homework; parts marked *optional* come on top.
#
# | section | its question | minutes | builds on |
# |---|---|---|---|
# | **6.1** Non-convexity *(in preparation)* | Why is training a network not a convex problem? | 35 | – |
# | **6.2** The landscape approach *(in preparation)* | When does gradient descent reach the bottom all the same? | 20 | 6.1 |
# | **6.2.1** Stationary points *(in preparation)* | How many steps does it take to a point where the gradient vanishes? | 40 | 6.2 |
# | [**6.2.2** Escaping strict saddles](6_2_2_strict_saddles.ipynb) | How long can a saddle hold gradient descent up? | 45 | 6.2.1 |
# | **6.2.3** Perturbed gradient descent *(in preparation)* | What does a little noise buy? | 50 | 6.2.2 |
# | **6.2.4** Linear networks *(in preparation)* | What changes when one matrix is written as a product of many? | 35 | 6.2 |
# | **6.2.5** Gradient and Hessian *(in preparation)* | What are the gradient and the Hessian of a product? | 40 | 6.2.4 |
# | **6.2.6** Local minima *(in preparation)* | Why is every local minimum a global one? | 50 | 6.2.5 |
# | **6.2.7** Non-strict saddles *(in preparation)* | Which saddles are strict, and which are not? | 50 | 6.2.2, 6.2.6 |
#
# Short of time? Take one of these two paths:
#
# - **Escaping saddles**: 6.2.1, 6.2.2, 6.2.3.
# - **The landscape of linear networks**: 6.2.4, 6.2.5, 6.2.6, 6.2.7.
