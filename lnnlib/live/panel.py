"""The widgets of a displayed explorer: controls over the canvas, and who listens to whom."""
import threading

import ipywidgets as W

from .controls import Slider
from .link import Canvas, answer
from .look import BREAKPOINT, NARROWEST, WIDEST
from .sweep import Sweeps
from .words import BUTTONS, FIRST, jump


class Panel:
    """Controls and canvas of `explorer` as one widget, `root`."""

    def __init__(self, explorer):
        self.explorer = explorer
        self.cells = set()
        self._browser_listens = False           # a canvas that hears sliders asks for each frame
        self._size = None                       # what the last message said of the canvas
        self._setting = None                    # the thread in which we set the widgets ourselves
        self._plays, self._links = {}, []       # the play buttons, by control, and their links
        self.widgets = {name: control.widget() for name, control in explorer.controls.items()}
        self.canvas = Canvas(
            controls={name: [f"anywidget:{widget.model_id}", control.label, not control.moves_stage]
                      for (name, control), widget in zip(
                          explorer.controls.items(), self.widgets.values(), strict=True)},
            breakpoint=BREAKPOINT, widths=[NARROWEST, WIDEST], ratios=list(explorer.ratios),
            readout=explorer.readout)
        self._sweeps = Sweeps(explorer, self.canvas.send)
        self.canvas.on_msg(self._on_message)
        for name, widget in self.widgets.items():
            widget.observe(lambda change, name=name: self._on_index(name, change.new), "index")
        front = [*self._prediction(), self._settings()]
        parts = [_box(W.Box, "lnn-front", front), self._rest(), self.canvas]
        self.root = _box(W.VBox, "lnn-explorer", parts)
        if explorer.predict:
            self.root.add_class("lnn-asking")

    # ---- parts
    def _settings(self):
        """The verdict on a prediction, the controls in use, and a line of buttons."""
        explorer = self.explorer
        verdict = [_box(W.Box, "lnn-verdict", [])] if explorer.predict else []
        grid = _box(W.Box, "lnn-grid", [self._row(name) for name in explorer.in_use])
        scenes = [_button(p.label, p.why, lambda p=p: explorer.show(p)) for p in explorer.presets]
        line = [_box(W.HBox, "lnn-scenes lnn-strip", scenes), self._tools()]
        return _box(W.VBox, "lnn-settings", [*verdict, grid, _box(W.HBox, "lnn-line", line)])

    def _rest(self):
        """The controls that wait behind "More"."""
        rest = [name for name in self.explorer.controls if name not in self.explorer.in_use]
        return _box(W.Box, "lnn-grid lnn-more", [self._row(name) for name in rest])

    def _row(self, name):
        """A control in two lines: its name, jumps, play and field over a slider as wide as both."""
        control, widget = self.explorer.controls[name], self.widgets[name]
        row = [widget]
        if isinstance(control, Slider):
            jumps = [self._jump(name, label, value) for label, value in control.named.items()]
            row += [_box(W.HBox, "lnn-jumps lnn-strip", jumps)] if jumps else []
            row += [self._play(name)] if control.play else []
            row += [self._field(name)]
        return _box(W.HBox, f"lnn-control lnn-control-{name}", row)

    def _field(self, name):
        label = self.explorer.controls[name].label
        field = W.Text(
            placeholder="value", continuous_update=False,
            tooltip=f"{label}: type a value, such as 0.3, 3e-5 or 1/3, and press Enter")
        field.observe(lambda change: self._on_typed(name, field), "value")
        return field

    def _jump(self, name, label, value):
        tooltip = jump(self.explorer.controls[name].label, label)
        button = _button(label, tooltip, lambda: self.explorer.set(**{name: value}))
        return button.add_class("lnn-jump")

    def _play(self, name):
        """Runs the slider through its grid, front end to front end, without the kernel."""
        slider = self.widgets[name]
        play = self._plays[name] = W.Play(
            min=0, max=len(slider.options) - 1, value=slider.index, interval=50, show_repeat=False)
        self._links.append(W.jslink((play, "value"), (slider, "index")))
        return play

    def _tools(self):
        explorer = self.explorer
        label, tooltip = BUTTONS["pin"]
        self._pin = W.ToggleButton(
            value=explorer.pinned is not None, description=label, tooltip=tooltip)
        self._pin.add_class("lnn-pin")
        self._pin.observe(lambda change: self._on_pin(change.new), "value")
        tools = [self._pin] if explorer.has_ghosts else []
        tools += [_button(*BUTTONS["reset"], explorer.reset)]
        tools += [self._more()] if len(explorer.in_use) < len(explorer.controls) else []
        return _box(W.HBox, "lnn-tools", tools)

    def _more(self):
        label, tooltip = BUTTONS["more"]
        more = W.ToggleButton(description=label, tooltip=tooltip)
        more.observe(lambda change: self._mark("lnn-open", change.new), "value")
        return more

    def _prediction(self):
        """The question; it lies where the controls are once it is answered or skipped."""
        predict = self.explorer.predict
        if predict is None:
            return []
        question = W.HTML(f"<b>{FIRST}</b> {predict.question}")
        choice = W.RadioButtons(options=list(predict.options), index=None)
        ready = _button(*BUTTONS["ready"], lambda: self._open(choice.index))
        ready.disabled = True
        choice.observe(lambda change: setattr(ready, "disabled", change.new is None), "index")
        skip = _button(*BUTTONS["skip"], lambda: self._open(None))
        buttons = _box(W.HBox, "lnn-tools", [ready, skip])
        return [_box(W.VBox, "lnn-predict", [question, choice, buttons])]

    def _open(self, predicted):
        self.explorer.predicted = predicted
        self._mark("lnn-asking", False)
        self._mark("lnn-skipped", predicted is None)
        self.refresh()

    def _mark(self, name, on):
        (self.root.add_class if on else self.root.remove_class)(name)

    # ---- what happens
    def show_values(self):
        """Bring every widget to the explorer's values; the canvas waits until all are there."""
        self.canvas.send({"hold": True})
        self._setting = threading.get_ident()
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
            self._setting = None
            self.canvas.send({"hold": False})
        self._push()

    def refresh(self):
        """Ask the canvas for a new frame though no control has moved."""
        before, self._setting = self._setting, threading.get_ident()
        self._pin.value = self.explorer.pinned is not None
        self._setting = before
        self._sweeps.stop()                     # their frames would be of what was before
        self.canvas.send({"refresh": True})
        self._push()

    @property
    def _ours(self):
        """Whether a widget changes because we set it; in another thread a student may move one."""
        return self._setting == threading.get_ident()

    def _on_pin(self, keep):
        if self._ours:
            return
        try:
            self.explorer.pin(keep)
        except Exception as error:              # said under the picture; the button is up again
            self.refresh()
            self.canvas.send({"error": f"This run cannot be pinned: {error}"})

    def _on_index(self, name, index):
        if self._ours or index is None:
            return
        control = self.explorer.controls[name]
        control.value = control.at([index, len(self.widgets[name].options)])
        self.explorer.check_pin()
        self._push()

    def _on_typed(self, name, field):
        text, said = field.value, {"typed": name}
        if not text.strip():
            return
        field.value = ""                        # so that the same text can be typed again
        try:
            self.explorer.set(**{name: self.explorer.controls[name].read(text)})
        except ValueError as error:
            said |= {"refused": text, "error": str(error)}
        self.canvas.send(said)

    def _on_message(self, _, message, buffers):
        content, buffers = answer(self.explorer, message, self._sweeps)
        self.canvas.send(content, buffers)
        if "error" in content:
            return
        listening = message.get("listening", False)
        self._browser_listens |= listening
        self._size = message["size"]
        if message.get("drag") and not listening:    # else the browser moves the sliders
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
        self._sweeps.stop()
        for widget in [*_walk(self.root), self._pin, *self._links]:
            for part in (getattr(widget, "layout", None), getattr(widget, "style", None), widget):
                if part is not None:
                    part.close()


def _box(kind, classes, children):
    box = kind(children)
    for name in classes.split():
        box.add_class(name)
    return box


def _button(label, tooltip, action):
    button = W.Button(description=label, tooltip=tooltip)
    button.on_click(lambda _: action())
    return button


def _walk(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from _walk(child)
