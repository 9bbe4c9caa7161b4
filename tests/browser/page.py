"""A notebook open in JupyterLab in Chromium, moved by real keys and a real mouse."""
import contextlib
import io
import json
import os
import shutil
import time
import uuid

import numpy as np
import websocket
from PIL import Image
from playwright.sync_api import sync_playwright

from .lab import free_port, unexpected

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
COUNT_MODELS = """async () => {
    const { rendermime } = jupyterapp.shell.currentWidget.content;
    const renderer = rendermime.createRenderer("application/vnd.jupyter.widget-view+json");
    const manager = await renderer._manager.promise;
    renderer.dispose();
    return manager._modelsSync.size;
}"""


def find_chromium():
    """The path of a Chromium: the environment's LNN_CHROMIUM, or one on the PATH; None without any."""
    names = (os.environ.get("LNN_CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


class Chromium:
    """A headless Chromium; a context manager."""

    def __init__(self, executable, init_script=None):
        self._executable, self._init_script, self._devtools_port = executable, init_script, free_port()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            playwright = stack.enter_context(sync_playwright())
            # Playwright's own headless mode is another binary; Chromium's flag keeps the browser a student has.
            flags = [*FLAGS, f"--remote-debugging-port={self._devtools_port}"]
            browser = playwright.chromium.launch(executable_path=self._executable, headless=False, args=flags)
            stack.callback(browser.close)
            self._browser = browser
            self._context = browser.new_context(viewport={"width": 1280, "height": 900})
            self._context.set_default_timeout(60_000)             # a busy machine is slow, not wrong
            if self._init_script:
                self._context.add_init_script(self._init_script)
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._exit.close()

    @contextlib.contextmanager
    def blank(self):
        """An empty tab whose clock is its own: Playwright's clock holds for all tabs of a context."""
        with self._browser.new_context() as context:
            yield context.new_page()

    def open(self, lab, name, port=None):
        """The notebook `name` in a tab of its own, its kernel idle; `port` leads there by another way (a slow link)."""
        page = NotebookPage(self._context.new_page(), lab, name, self._devtools_port)
        # A workspace of its own: Lab would otherwise bring back what another tab had open.
        workspace = f"http://127.0.0.1:{port or lab.port}/lab/workspaces/{uuid.uuid4().hex}"
        page.tab.goto(f"{workspace}/tree/{name}?token={lab.token}")
        page.wait_until_idle()
        return page


class NotebookPage:
    """One tab with one notebook: `tab` is Playwright's page, `kernel` the side channel."""

    def __init__(self, tab, lab, name, devtools_port):
        self.tab, self.lab, self.name = tab, lab, name
        self._kernel = None
        self._console = []
        tab.on("console", lambda message: message.type in ("warning", "error") and self._console.append(message.text))
        tab.on("pageerror", lambda error: self._console.append(f"{error.name}: {error.message}"))
        self._devtools = tab.context.new_cdp_session(tab)
        target = self._devtools.send("Target.getTargetInfo")["targetInfo"]["targetId"]
        self._address = f"ws://127.0.0.1:{devtools_port}/devtools/page/{target}"

    def close(self):
        if self._kernel:
            self._kernel.close()
        self.tab.close()

    @property
    def kernel(self):
        self._kernel = self._kernel or self.lab.kernel(self.name)
        return self._kernel

    def wait_until_idle(self):
        self.tab.wait_for_function(IDLE)

    def eventually(self, read, holds, patience=60):
        """What `read()` gives once `holds` says yes to it, or the last that it gave in `patience` seconds."""
        deadline = time.monotonic() + patience
        while not holds(found := read()) and time.monotonic() < deadline:
            self.tab.wait_for_timeout(50)
        return found

    def command(self, name, **arguments):
        """Run one of JupyterLab's commands and wait until it is done."""
        return self.tab.evaluate("([name, arguments]) => jupyterapp.commands.execute(name, arguments).then(() => null)",
                                 [name, arguments])

    def run_all(self):
        self.command("notebook:run-all-cells")

    def select_cell(self, index):
        self.tab.evaluate("index => { jupyterapp.shell.currentWidget.content.activeCellIndex = index; }", index)

    def run_cell(self, index):
        self.select_cell(index)
        self.command("notebook:run-cell")

    def restart_kernel(self):
        self.tab.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
        self.wait_until_idle()

    def dark(self, dark=True):
        """Switch JupyterLab's theme."""
        self.command("apputils:change-theme", theme="JupyterLab Dark" if dark else "JupyterLab Light")
        self.tab.wait_for_selector(f"body[data-jp-theme-light={'false' if dark else 'true'}]", state="attached")

    def resize(self, width, height=900):
        self.tab.set_viewport_size({"width": width, "height": height})

    def cell_errors(self):
        """Errors and stderr among the outputs of the cells."""
        cells = self.tab.evaluate("() => jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells")
        outputs = [(i, output) for i, cell in enumerate(cells) for output in cell.get("outputs", [])]
        return [f"cell {i}: {output['ename']}: {output['evalue']}" if output["output_type"] == "error" else
                f"cell {i}: {''.join(output['text'])}"
                for i, output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"]

    def console_errors(self):
        """Unexpected warnings and errors of the browser's console since the last call."""
        lines, self._console[:] = unexpected(self._console), []
        return lines

    def handle(self, control):
        """The handle of the slider of `control`."""
        return self.tab.locator(f".lnn-control-{control} .noUi-handle").first

    def index(self, control):
        """Where on its grid the slider of `control` stands."""
        return round(float(self.handle(control).get_attribute("aria-valuenow")))

    def press(self, control, key, times=1):
        """Press a key on the slider of `control`."""
        self.handle(control).focus()
        for _ in range(times):
            self.tab.keyboard.press(key)

    def drag(self, control, path, rate=125):
        """Take the handle of `control` to each fraction of its track in `path`, `rate` mouse events a second; let go.

        As with a real mouse the events come at their own pace, whether the page keeps up or not.
        """
        handle, track = self.handle(control), self.tab.locator(f".lnn-control-{control} .noUi-base").first
        handle.scroll_into_view_if_needed()
        at, along = handle.bounding_box(), track.bounding_box()
        xs = [at["x"] + at["width"] / 2, *(along["x"] + fraction * along["width"] for fraction in path)]
        kinds = ["mousePressed", *["mouseMoved"] * len(path), "mouseReleased"]
        with contextlib.closing(websocket.create_connection(self._address, suppress_origin=True)) as wire:
            start = time.monotonic()
            for k, (kind, x) in enumerate(zip(kinds, [*xs, xs[-1]], strict=True)):
                time.sleep(max(0, start + k / rate - time.monotonic()))
                event = {"type": kind, "x": x, "y": at["y"] + at["height"] / 2, "button": "left", "buttons": 1, "clickCount": 1}
                wire.send(json.dumps({"id": k, "method": "Input.dispatchMouseEvent", "params": event}))
            while json.loads(wire.recv())["id"] < k:
                pass

    def pixels(self, selector):
        """What the screen shows of the first element that `selector` finds, (height, width, 3)."""
        png = self.tab.locator(selector).first.screenshot()
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))

    def census(self):
        """Widget models, event listeners and DOM nodes that live in this tab after a garbage collection."""
        self._devtools.send("HeapProfiler.collectGarbage")
        self._devtools.send("Performance.enable")
        metrics = {m["name"]: int(m["value"]) for m in self._devtools.send("Performance.getMetrics")["metrics"]}
        models = self.tab.evaluate(COUNT_MODELS)
        return {"models": models, "listeners": metrics["JSEventListeners"], "nodes": metrics["Nodes"]}
