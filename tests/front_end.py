"""A kernel, asked as a front end asks it: each request says whose cell it runs."""
import contextlib

from jupyter_client.manager import start_new_kernel
from nbformat.v4 import output_from_msg

OUTPUTS = ("execute_result", "display_data", "stream", "error")


@contextlib.contextmanager
def kernel():
    """A client of a fresh kernel."""
    manager, client = start_new_kernel()
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def ask(client, source, **metadata):
    """The outputs of `source`, run by an execute request with this `metadata`."""
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
    request = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(request)
    outputs = []
    while True:
        said = client.get_iopub_msg(timeout=60)
        if said["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        if said["msg_type"] in OUTPUTS:
            outputs.append(output_from_msg(said))
        if said["content"].get("execution_state") == "idle":
            return outputs
