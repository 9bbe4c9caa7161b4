"""The widgets of a displayed explorer: controls over the canvas, and who listens to whom."""
import ipywidgets as W

from .controls import Slider
from .link import Canvas, answer
from .look import BREAKPOINT, NARROWEST, WIDEST

# cell -> (execution, panels shown by it): re-running a cell replaces its explorers
_at_home = {}


class Panel:
    """Controls and canvas of `explorer` as one widget, `root`."""

    def __init__(self, explorer):
        self.explorer = explorer
        self.cells = set()
        self._browser_listens = False           # a canvas that hears sliders asks for each frame
        self._size = None                       # what the last message said of the canvas
        self._quiet = False                     # we set the widgets ourselves
        self._plays = {}                        # the play buttons, by control
        self.widgets = {name: control.widget() for name, control in explorer.controls.items()}
        longest = max(len(control.label) for control in explorer.controls.values())
        for widget in self.widgets.values():    # labels of one column, none cut off
            widget.style.description_width = f"{max(6, .58 * longest):.3g}em"
        self.canvas = Canvas(
            controls={name: [f"anywidget:{widget.model_id}", explorer.controls[name].label]
                      for name, widget in self.widgets.items()},
            breakpoint=BREAKPOINT, widths=[NARROWEST, WIDEST], ratios=list(explorer.ratios),
            readout=explorer.readout)
        self.canvas.on_msg(self._on_message)
        for name, widget in self.widgets.items():
            widget.observe(lambda change, name=name: self._on_index(name, change.new), "index")
        grid = _box(W.Box, "lnn-grid", [self._row(name) for name in explorer.controls])
        self._controls = _box(W.VBox, "lnn-controls", [grid, self._buttons()])
        parts = [*self._prediction(), self._controls, self.canvas]
        self.root = _box(W.VBox, "lnn-explorer", parts)

    # ---- parts
    def _row(self, name):
        control, widget = self.explorer.controls[name], self.widgets[name]
        row = [widget]
        if isinstance(control, Slider):
            typed = W.Text(
                placeholder="value", continuous_update=False, layout={"width": "6.5em"},
                tooltip=f"{control.label}: type a value, such as 0.3, 3e-5 or 1/3, and press Enter")
            typed.observe(lambda change: self._on_typed(name, typed), "value")
            jumps = [self._jump(name, label, value) for label, value in control.named.items()]
            row += [typed, *jumps]
            if control.play:
                self._plays[name] = self._play(widget)
                row.insert(1, self._plays[name])
        return _box(W.HBox, f"lnn-control lnn-control-{name}", row)

    def _jump(self, name, label, value):
        tooltip = f"{self.explorer.controls[name].label}: jump to {label}"
        button = _button(label, lambda: self.explorer.set(**{name: value}), tooltip)
        return button.add_class("lnn-jump")

    def _play(self, slider):
        """Runs the slider through its grid, front end to front end, without the kernel."""
        play = W.Play(
            min=0, max=len(slider.options) - 1, value=slider.index, interval=50, show_repeat=False)
        self._link = W.jslink((play, "value"), (slider, "index"))
        return play

    def _buttons(self):
        explorer = self.explorer
        pin = W.ToggleButton(
            description="Pin this run", tooltip="Leave this run as a grey ghost while you move on",
            layout={"width": "auto"})
        pin.observe(lambda change: self._on_pin(change.new), "value")
        self._pin = pin
        presets = [_button(p.label, lambda p=p: explorer.show(p), p.why) for p in explorer.presets]
        reset = _button("Reset", explorer.reset, "Back to where you started")
        pins = [pin] if explorer.has_ghosts else []
        return _box(W.HBox, "lnn-buttons", [*presets, *pins, reset])

    def _prediction(self):
        predict = self.explorer.predict
        if predict is None:
            return []
        question = W.HTML(f"<b>Predict first.</b> {predict.question}")
        choice = W.RadioButtons(options=list(predict.options), index=None, layout={"width": "auto"})
        ready = _button(
            "That is my prediction", lambda: self._open(choice.index), "Bring the controls to life")
        ready.disabled = True
        choice.observe(lambda change: setattr(ready, "disabled", change.new is None), "index")
        skip = _button(
            "Skip", lambda: self._open(None), "Bring the controls to life without a prediction")
        self._asking = [choice, ready, skip]
        self._enable(False)
        return [_box(W.VBox, "lnn-predict", [question, choice, W.HBox([ready, skip])])]

    def _open(self, predicted):
        self.explorer.predicted = predicted
        for widget in self._asking:
            widget.disabled = True
        self._enable(True)
        self.refresh()

    def _enable(self, on):
        for widget in _walk(self._controls):
            if hasattr(widget, "disabled"):
                widget.disabled = not on

    # ---- what happens
    def show_values(self):
        """Bring every widget to the explorer's values; the canvas waits until all are there."""
        self.canvas.send({"hold": True})
        self._quiet = True
        try:
            for name, control in self.explorer.controls.items():
                state, widget = control.state(), self.widgets[name]
                options = state["options"]
                labels = tuple(one[0] if isinstance(one, tuple) else one for one in options)
                with widget.hold_sync():
                    if labels != widget._options_labels:
                        widget.options = options
                        if name in self._plays:
                            self._plays[name].max = len(options) - 1
                    widget.index = state["index"]
        finally:
            self._quiet = False
            self.canvas.send({"hold": False})
        self._push()

    def refresh(self):
        """Ask the canvas for a new frame though no control has moved."""
        self._quiet = True
        self._pin.value = self.explorer.pinned is not None
        self._quiet = False
        self.canvas.send({"refresh": True})
        self._push()

    def _on_pin(self, keep):
        if self._quiet:
            return
        try:
            self.explorer.pin(keep)
        except Exception as error:              # said under the picture; the button is up again
            self.refresh()
            self.canvas.send({"error": f"This run cannot be pinned: {error}"})

    def _on_index(self, name, index):
        if self._quiet or index is None:
            return
        control = self.explorer.controls[name]
        control.value = control.at([index, len(self.widgets[name].options)])
        self._push()

    def _on_typed(self, name, typed):
        if not typed.value.strip():
            return
        try:
            self.explorer.set(**{name: self.explorer.controls[name].read(typed.value)})
            typed.value = ""
        except ValueError as error:
            self.canvas.send({"error": str(error), "refused": name})

    def _on_message(self, _, message, buffers):
        self._browser_listens |= message["listening"]
        self._size = message["size"]
        content, buffers = answer(self.explorer, message)
        self.canvas.send(content, buffers)
        if message["drag"] and not message["listening"]:    # else the browser moves the sliders
            controls = self.explorer.controls
            self.explorer.set(**{name: controls[name].at(at) for name, at in content["at"].items()})

    def _push(self):
        """Where no browser listens to the sliders, the kernel does: it sends the frame unasked."""
        if self._browser_listens or self._size is None:
            return
        message = {"n": None, "client": None, "at": None, "size": self._size, "have": []}
        content, buffers = answer(self.explorer, message)
        self.canvas.send(content, buffers)

    def close(self):
        links = [self._link] if hasattr(self, "_link") else []
        for widget in [*_walk(self.root), *links]:
            for part in (getattr(widget, "layout", None), getattr(widget, "style", None), widget):
                if part is not None:
                    part.close()


def show(explorer):
    """The widget view of `explorer`; those that the same cell showed before are closed."""
    panel = explorer._panel = explorer._panel or Panel(explorer)
    cell, execution = _where()
    if _at_home.get(cell, (None,))[0] != execution:
        for old in _at_home.get(cell, (None, ()))[1]:
            old.cells.discard(cell)
            if not old.cells and old is not panel:
                old.explorer.close()
        _at_home[cell] = (execution, [])
    _at_home[cell][1].append(panel)
    panel.cells.add(cell)
    return {"version_major": 2, "version_minor": 0, "model_id": panel.root.model_id}


def _where():
    """The cell that is running and its execution.

    Lab says the cell's id, for other front ends its text stands in.
    """
    try:
        from IPython import get_ipython
        parent = get_ipython().get_parent()
        cell = parent["metadata"].get("cellId") or parent["content"]["code"]
        return cell, parent["header"]["msg_id"]
    except (AttributeError, KeyError, ImportError):          # no kernel, or one that says neither
        return None, object()


def _box(kind, classes, children):
    box = kind(children)
    for name in classes.split():
        box.add_class(name)
    return box


def _button(label, action, tooltip):
    button = W.Button(description=label, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(lambda _: action())
    return button


def _walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _walk(child)
