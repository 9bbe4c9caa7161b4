"""The course as web pages: `python -m lnnlib.site` writes them from the committed notebooks.

One page for each notebook, with formulas as MathML and explorers that live from tapes (see
`lnnlib.live.tape`). Nothing is asked of another host, and no page runs Python. `book` lays out the
pages, `cells` turns a notebook into one, `formulas` what is between dollars, `recording` makes the
tapes. It needs what the tests need: `pip install -r tests/requirements.txt`.
"""
