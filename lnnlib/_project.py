"""The project's addresses, said once: README, notebooks, pages and launcher use them."""
OWNER = "lnn-landscapes"
REPO = "lnn-landscapes"

GITHUB = f"https://github.com/{OWNER}/{REPO}"
PAGES = f"https://{OWNER}.github.io/{REPO}/"            # `python -m lnnlib.site`, published


def binder(notebook="index"):
    """The address that opens a notebook on Binder.

    >>> binder().endswith("/HEAD?urlpath=lab/tree/notebooks/index.ipynb")
    True
    """
    repository = f"https://mybinder.org/v2/gh/{OWNER}/{REPO}/HEAD"
    return f"{repository}?urlpath=lab/tree/notebooks/{notebook}.ipynb"
