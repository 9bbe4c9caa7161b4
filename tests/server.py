"""A Jupyter server of one's own, spoken to as JupyterLab does but without a browser."""
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request


class Server:
    """A running Jupyter server."""

    def __init__(self, port, token):
        self.port, self.token, self.url = port, token, f"http://127.0.0.1:{port}/"

    def ask(self, path, method="GET", model=None):
        """What the server answers under `path`."""
        body = None if model is None else json.dumps(model).encode()
        headers = {"Authorization": f"token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def open(self, path):
        """The notebook as JupyterLab gets it when it is opened."""
        return self.ask(f"api/contents/{path}?type=notebook&content=1")["content"]

    def save(self, path, content):
        """Save the notebook as JupyterLab does."""
        self.ask(f"api/contents/{path}", "PUT", {"type": "notebook", "format": "json", "content": content})


@contextlib.contextmanager
def serving(command, home, python=sys.executable, **environment):
    """Run `python -m command` with folders of its own in `home`, wait until it serves, stop it afterwards."""
    home.mkdir(exist_ok=True)
    places = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    port, token = _free_port(), secrets.token_hex(16)
    as_root = ["--allow-root"] if getattr(os, "geteuid", int)() == 0 and "lnnlib" not in command else []
    command = [python, "-m", *command, "--no-browser", "--port", str(port), "--ServerApp.port_retries=0", *as_root]
    environment = {**os.environ, **places, "JUPYTER_TOKEN": token, **environment}
    with open(home / "log", "wb") as log, subprocess.Popen(
        command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
    ) as process:
        try:
            server = Server(port, token)
            _wait_until_it_answers(server, process, home / "log")
            yield server
        finally:
            process.terminate()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(server, process, log, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return server.ask("api/status")
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Jupyter did not start:\n{log.read_text()}") from None
            time.sleep(0.1)
