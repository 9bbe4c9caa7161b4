"""A bad way to a local server: a proxy on loopback that holds every byte back, as a distant Binder does, loses messages, breaks."""
import asyncio
import threading
from itertools import cycle


class SlowLink:
    """Forward a free port to the port `target`; a context manager.

    `delay` is added each way in seconds (half the round trip), `bandwidth` limits each direction of each connection
    in bytes per second (None: no limit). Both may be changed while the link is in use: load a page fast, then be slow.
    The next message of a web socket that holds one of the bytes in `lose` vanishes, and this one of them with it.
    While `cut`, there are no connections.
    """

    def __init__(self, target, delay=0.0, bandwidth=None):
        self.target, self.delay, self.bandwidth, self.lose = target, delay, bandwidth, []
        self._cut, self._open = False, set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="slow link", daemon=True)

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def cut(self):
        return self._cut

    @cut.setter
    def cut(self, cut):
        self._cut = cut
        if cut:
            self._loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in self._open])

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _connect(self, reader, writer):
        if self.cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except ConnectionError:
            writer.close()
            return
        self._open |= {writer, far_writer}
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._open -= {writer, far_writer}
            writer.close()
            far_writer.close()

    async def _carry(self, reader, writer):
        """Take every piece at once and pass it on when it is due, in order."""
        sent = due = 0.0
        async for data in self._pieces(reader):
            sent = max(sent, self._loop.time()) + (len(data) / self.bandwidth if self.bandwidth else 0)
            due = max(due + 1e-6, sent + self.delay)  # strictly increasing: timers that tie may swap
            self._loop.call_at(due, writer.write, data)
        await asyncio.sleep(max(0, due - self._loop.time()))
        writer.close()

    async def _pieces(self, reader):
        """What comes, piece by piece; from where it is a web socket, message by message without those that get lost."""
        try:
            yield (head := await reader.readuntil(b"\r\n\r\n"))
            while b"upgrade: websocket" in head.lower():
                frame, message = await _frame(reader)
                if hit := next((mark for mark in self.lose if mark in message), None):
                    self.lose.remove(hit)
                else:
                    yield frame
        except asyncio.IncompleteReadError as end:
            yield end.partial
        while data := await reader.read(4096):
            yield data


async def _frame(reader):
    """The next frame of a web socket (RFC 6455, 5.2): as it comes, and what it says."""
    head = await reader.readexactly(2)
    length, masked = head[1] & 0x7f, head[1] >> 7
    if length > 125:
        head += await reader.readexactly(2 if length == 126 else 8)
        length = int.from_bytes(head[2:])
    mask = await reader.readexactly(4) if masked else bytes(4)
    body = await reader.readexactly(length)
    return head + mask * masked + body, bytes(a ^ b for a, b in zip(body, cycle(mask)))
