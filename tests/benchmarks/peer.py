"""The peer in the live benchmark: the escape explorer's scene and controls under `interact`, drawn anew at every move."""
import time

import ipywidgets
import matplotlib.pyplot as plt

from lnnlib import explorers
from lnnlib.live.look import WIDEST
from lnnlib.live.marks import Scale
from lnnlib.live.stage import StageFigure

drawn = []                   # (time, position of every control) of every picture that was sent


class Picture(StageFigure):
    """Our stage figure as pyplot makes figures: with sizes that it then does not need to be told."""

    def __init__(self, tall, **_):
        super().__init__(WIDEST, tall)


def show():
    """Display the controls and the picture."""
    figure = explorers.saddle_escape()
    widgets = {name: control.widget() for name, control in figure.controls.items()}
    for name, widget in widgets.items():
        widget.add_class(f"lnn-control-{name}")

    def draw(**_):
        at = {name: widget.index for name, widget in widgets.items()}
        values = {name: control.at((at[name], len(widgets[name].options))) for name, control in figure.controls.items()}
        picture = plt.figure(FigureClass=Picture, tall=figure.height(WIDEST))
        figure.draw(picture, landscape=values["landscape"])
        picture.dress()
        run = figure.run(values)
        for mark in sorted(picture.marks, key=lambda mark: not isinstance(mark, Scale)):       # axes first
            mark.follow(run)
        plt.show()
        drawn.append((time.time(), at))

    ipywidgets.interact(draw, **widgets)
