"""An explorer in one HTML file: alive without a kernel, an install or a network.

The file holds a tape (see `tape`), the browser's files that Jupyter gets too, and those that play
the tape in the kernel's place. Its policy allows nothing from elsewhere.
"""
import base64
import hashlib
import json
from html import escape

from .. import _project
from .link import HERE, SCRIPTS, Canvas
from .look import BREAKPOINT, NARROWEST
from .tape import ALONE, place, recorded, scenes_of
from .words import BUTTONS, FIRST, jump, play

WIDE, NARROW = 720, 360      # CSS pixels
MOST = 1_800_000             # bytes of tapes as text
PLAYED_BY = ("tape.js", "player.js", "deck.js")
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
<main>
<h1>{title}</h1>
<div class="lnn-explorer">
<img class="lnn-still" src="data:image/png;base64,{picture}" width="{width}" alt="{readout}">
</div>
<p class="lnn-source">From <a href="{home}">{project}</a>, an interactive course on the landscape
of linear neural networks. The sliders show recorded runs.</p>
</main>
<script type="application/json" class="lnn-about">{about}</script>
{tapes}
<script type="module">{script}</script>
</html>
"""


def page(explorer, title):
    """The whole file as text."""
    tape, texts = _tapes(explorer)
    code, style = script(source("page.js")), Canvas._css + source("deck.css") + source("page.css")
    policy = (f"default-src 'none'; script-src {_digest(code)}; style-src {_digest(style)}; "
              "img-src data: blob:")
    return PAGE.format(
        policy=policy, title=escape(title), style=style, script=code, width=WIDE,
        picture=_base64(explorer.png(width=WIDE)), readout=escape(explorer.readout),
        home=_project.GITHUB, project=_project.REPO,
        tapes="\n".join(f'<script type="text/plain" class="lnn-tape">{text}</script>'
                        for text in texts),
        # the one thing that would end a script element
        about=json.dumps(about(explorer, tape, len(texts)), ensure_ascii=False).replace(
            "<", "\\u003c"))


def _tapes(explorer):
    """The wide tape, and the tapes as text, the narrow one too where there is room for both."""
    for alone in (ALONE, ALONE // 2, ALONE // 4):
        tapes = recorded(explorer, (WIDE, NARROW), alone)
        texts = [_base64(tape.bytes(tape.pictures())) for tape in tapes]
        if sum(map(len, texts)) <= MOST:
            return tapes[0], texts
        if len(texts[0]) <= MOST:
            break
    return tapes[0], texts[:1]


def about(explorer, tape, layouts):
    """What a page has to know of an explorer besides its frames.

    Of one layout alone its picture is wide everywhere.
    """
    known, predict = tape.known(), explorer.predict
    order, scenes = dict.fromkeys([*explorer.in_use, *explorer.controls]), scenes_of(explorer)
    return {
        "controls": [_about(explorer.controls[name], known[name], name in explorer.in_use)
                     for name in order],
        "begin": place(explorer.values, known),
        "pins": explorer.has_ghosts, "unpinned": list(explorer.unpinned_by),
        "scenes": [{"label": preset.label, "why": preset.why,
                    "place": place(scenes[preset.label], known)} for preset in explorer.presets],
        "predict": predict and {"question": predict.question, "options": predict.options},
        "words": {"first": FIRST, **BUTTONS},
        "traits": {"breakpoint": BREAKPOINT if layouts > 1 else 0, "widths": [NARROWEST, WIDE],
                   "ratios": list(explorer.ratios)}}


def _about(control, known, in_use):
    jumps = [[label, known.index(value), jump(control.label, label)]
             for label, value in getattr(control, "named", {}).items() if value in known]
    return {"name": control.name, "label": control.label, "inUse": in_use, "jumps": jumps,
            "slider": not control.moves_stage,
            "play": play(control.label) if getattr(control, "play", False) else ""}


def script(boot):
    """The browser's files and the text `boot` after them; what only anywidget calls is left out."""
    texts = [source(name) for name in (*SCRIPTS, *PLAYED_BY)]
    return "\n".join([*texts, boot]).replace("export default", "const widget =")


def source(name):
    """The text of one of the browser's files."""
    return (HERE / name).read_text(encoding="utf-8")


def _base64(data):
    return base64.b64encode(data).decode()


def _digest(text):
    """What a policy knows an inline script or style by."""
    return f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'"
