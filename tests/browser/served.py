"""A folder of web pages behind a plain file server."""
import contextlib
import subprocess
import sys
import time
import urllib.request

from .lab import free_port


@contextlib.contextmanager
def served(folder):
    """The address of a server of `folder`, as `python -m http.server` is one."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--directory", str(folder), "--bind", "127.0.0.1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address, patience=30):
    """Until something answers there; TimeoutError where nothing does."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address).close()
            return
        time.sleep(.05)
    raise TimeoutError(address)
