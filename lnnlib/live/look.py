"""One visual language: palette and sizes of every live picture.

Hues are those of Okabe and Ito, which stay apart for colour-blind eyes. The light set is darkened,
the dark set lightened until text in them keeps a contrast of 4.5:1. No meaning is carried by hue
alone: runs, bounds and regions also differ in line style, marker or label.
"""
from dataclasses import dataclass

CSS_DPI = 96                 # CSS pixels per inch
BREAKPOINT = 520             # CSS pixels: from here on panels stand side by side, else stacked
LOW = 330                    # CSS pixels: below, a picture has close margins
NARROWEST, WIDEST = 320, 1080
LOWEST, TALLEST = 200, 1200
TEXT, SMALL = 9.0, 8.25      # points: 12 and 11 CSS pixels

DASHED, DOTTED = (0, (5, 2.5)), (0, (1, 1.6))


@dataclass(frozen=True)
class Look:
    """Colours by meaning. One instance for JupyterLab's light themes, one for the dark ones."""

    paper: str               # background
    ink: str                 # axes, text
    faint: str               # grid, level curves
    ghost: str               # a pinned run
    run: str                 # the run one looks at
    value: str               # f, condition 1
    slope: str               # the gradient's norm, condition 2
    bound: str               # what the theorem promises
    fault: str               # what is broken
    font: str = "DejaVu Sans"


LIGHT = Look(paper="#ffffff", ink="#222222", faint="#c9ccd1", ghost="#9a9a9a", run="#111111",
             value="#0063a3", slope="#a85400", bound="#00694c", fault="#a3005c")
DARK = Look(paper="#111111", ink="#e6e6e6", faint="#4a4d52", ghost="#7d7d7d", run="#ffffff",
            value="#6cc4f5", slope="#ffb84d", bound="#3fd6a8", fault="#ff8ac4")
