"""`python -m lnnlib` opens the course in JupyterLab; what follows goes to JupyterLab."""
from lnnlib.jupyter.launcher import main

if __name__ == "__main__":
    main()
