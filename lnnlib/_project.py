"""The project's address, said once: the README, the notebooks and the launcher use it."""
OWNER = "lnn-landscapes"
REPO = "lnn-landscapes"

GITHUB = f"https://github.com/{OWNER}/{REPO}"


def binder(notebook="index"):
    """The address that opens a notebook on Binder.

    >>> binder().endswith("/HEAD?urlpath=lab/tree/notebooks/index.ipynb")
    True
    """
    repository = f"https://mybinder.org/v2/gh/{OWNER}/{REPO}/HEAD"
    return f"{repository}?urlpath=lab/tree/notebooks/{notebook}.ipynb"
