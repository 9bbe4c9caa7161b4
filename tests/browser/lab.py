"""A real JupyterLab for tests and benchmarks: folders of its own, a free port, kernels to ask, a log to judge."""
import contextlib
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import nbformat
from jupyter_client import BlockingKernelClient

REPOSITORY = Path(__file__).resolve().parents[2]

# The one list of complaints that may stand in a server log or a browser console: a pattern, and why it is harmless.
ALLOWED = {
    r"Notebook \S+ is not trusted": "a notebook written by a test carries no signature",
    r"websocket_ping_timeout .* cannot be longer": "jupyter_server's own default, which it corrects itself",
    r"Kernel is running over TCP without encryption": "ipykernel 7 says so once per kernel; it stays on loopback",
    r"No nbgrader_config.py file found": "nbgrader's server extension, active as soon as nbgrader is installed",
    r"The course directory root is not a subdirectory": "nbgrader's server extension: these tests hold no course",
    r"Error: Cannot send$": "a slider was moved while its kernel restarted",
    r"Connection lost, reconnecting in 0 seconds": "Lab says so of every restart of a kernel",
    r"WebSocketClosedError": "a tab was closed while its kernel still spoke",
    r"Got events for closed stream": "a kernel was shut down while its last messages arrived",
    r"Failed to execute 'removeChild' on 'Node'": "Lab takes an output away twice now and then, plain widgets included",
    r"Item with index \d+ did not appear within": "Lab, on a slow machine, is still laying out the cell it would scroll to",
    r"zmq gc socket requested during shutdown": "pyzmq's own thread, when a kernel ends while messages are let go of",
    r"Kernel shutdown: [^[]*(Exception ignored in|Socket operation on non-socket)": "a kernel was shut down in the middle of its work: sockets, loops are gone",
    r"kernel \S+ restarted": "the test restarts it, or it died as the test wants",
    r"KeyboardInterrupt caught in kernel": "a restart interrupts the kernel first, which may be in the middle of an answer",
    r"Unknown subshell_id": "Lab still speaks to the subshell of the kernel that is gone",
    r"received signal 15": "the lab is stopped by the test itself",
}
COMPLAINT = re.compile(r"^\[[WEC] |^Traceback|\b(WARNING|ERROR|CRITICAL)\b", re.MULTILINE)
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}
OPTIONS = (
    "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0",
    "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None", "--LabApp.extension_manager=readonly",
)


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unexpected(complaints):
    """Those that no entry of ALLOWED explains."""
    return [complaint for complaint in complaints if not any(re.search(pattern, complaint) for pattern in ALLOWED)]


def notebook(*sources):
    """A notebook of code cells, one per source."""
    kernelspec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})


class Lab:
    """JupyterLab on loopback, serving the folder `root`; a context manager. `python` is the one it is installed in."""

    def __init__(self, root, python=sys.executable):
        self.root, self.python = Path(root), str(python)
        self.token = secrets.token_hex(16)
        self.port = free_port()
        self._judged = 0

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            home = tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True)
            self.home = Path(stack.enter_context(home))
            settings = self.home / "config" / "labconfig" / "default_setting_overrides.json"
            settings.parent.mkdir(parents=True)
            settings.write_text(json.dumps(SETTINGS))
            self.log = self.home / "server.log"
            self._output = stack.enter_context(self.log.open("w"))
            stack.callback(self.stop)
            self.start()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._exit.close()

    def start(self):
        """Start the server; again after `stop`, on the same port."""
        command = [self.python, "-m", "jupyter", "lab", *OPTIONS, f"--ServerApp.port={self.port}",
                   f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.root}"]
        self._server = subprocess.Popen(command, env=self._environment(), stdout=self._output, stderr=subprocess.STDOUT)
        self._wait_until_it_answers()

    def _environment(self):
        folders = {name: str(self.home / folder) for name, folder in (
            ("JUPYTER_CONFIG_DIR", "config"), ("JUPYTER_DATA_DIR", "data"),
            ("JUPYTER_RUNTIME_DIR", "runtime"), ("IPYTHONDIR", "ipython"))}
        path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
        return {**os.environ, **folders, "PYTHONPATH": path}

    def _wait_until_it_answers(self, timeout=60):
        deadline = time.monotonic() + timeout
        while True:
            try:
                return self.api("status")
            except OSError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text()}") from None
                time.sleep(.1)

    def stop(self):
        """End the server and its kernels."""
        self._server.terminate()
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()

    def api(self, path, method="GET"):
        """What the server's REST interface answers."""
        address = f"http://127.0.0.1:{self.port}/api/{path}?token={self.token}"
        with urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def write(self, name, *sources):
        """Write a notebook of code cells into the folder that is served, and return its name."""
        nbformat.write(notebook(*sources), self.root / name)
        return name

    def kernel(self, name):
        """A client of the kernel that runs the notebook `name`, beside the browser."""
        kernel_id = next(s["kernel"]["id"] for s in self.api("sessions") if s["path"] == name)
        return Kernel(self.home / "runtime" / f"kernel-{kernel_id}.json")

    def shut_down(self, name):
        """End the kernels that run the notebook `name`."""
        for session in self.api("sessions"):
            if session["path"] == name:
                self.api(f"sessions/{session['id']}", "DELETE")

    def errors(self):
        """Unexpected complaints in the log of the server and its kernels since the last call, with tracebacks."""
        text = self.log.read_text(errors="replace")
        fresh, self._judged = text[self._judged:], len(text)
        entries = re.split(r"\n(?=\[)", fresh.strip())
        return unexpected(entry for entry in entries if COMPLAINT.search(entry))


class Kernel:
    """A side channel into a running kernel through its connection file: it does not pass through the browser."""

    def __init__(self, connection_file):
        self._client = BlockingKernelClient(connection_file=str(connection_file))
        self._client.load_connection_file()
        self._client.start_channels(iopub=False, stdin=False, hb=False)

    def close(self):
        self._client.stop_channels()

    def run(self, code, **expressions):
        """Run `code`; an error in it is an error here."""
        reply = self._client.execute(code, store_history=False, user_expressions=expressions, allow_stdin=False,
                                     reply=True, timeout=60)
        results = [reply["content"], *reply["content"].get("user_expressions", {}).values()]
        for result in results:
            if result["status"] != "ok":
                raise RuntimeError(f"{result['ename']}: {result['evalue']}\nin {code or expressions}")
        return results[1:]

    def value(self, expression):
        """The value of `expression` in the kernel, carried as JSON."""
        (result,) = self.run("", value=f"__import__('json').dumps({expression}).encode().hex()")
        return json.loads(bytes.fromhex(result["data"]["text/plain"].strip("'")))
