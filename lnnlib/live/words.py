"""What the parts of an explorer's panel are called and say when the pointer rests on them.

The panel of a notebook (`panel`) and that of a page (`deck.js`) are built of the same parts under
the same names of classes, dressed by one style sheet; here are their words. Each button is (label,
tooltip).
"""

FIRST = "Predict first."
BUTTONS = {
    "ready": ("That is my prediction", "Show the controls"),
    "skip": ("Skip", "Show the controls without a prediction"),
    "pin": ("Pin", "Leave this run as a grey ghost while you move on"),
    "reset": ("Reset", "Back to where you started"),
    "more": ("More", "Show the other controls too"),
}


def play(label):
    """The tooltip of the button that runs a control through its values."""
    return f"{label}: play or pause"


def jump(label, to):
    """The tooltip of the button that brings a control to a critical value."""
    return f"{label}: jump to {to}"
