"""A slow way to a local server: a TCP proxy on loopback that holds every byte back, as a distant Binder does."""
import asyncio
import threading


class SlowLink:
    """Forward a free port to the port `target`; a context manager.

    `delay` is added each way in seconds (half the round trip), `bandwidth` limits each direction of each connection
    in bytes per second (None: no limit). Both may be changed while the link is in use: load a page fast, then be slow.
    """

    def __init__(self, target, delay=0.0, bandwidth=None):
        self.target, self.delay, self.bandwidth = target, delay, bandwidth
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="slow link", daemon=True)

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _connect(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except ConnectionError:
            writer.close()
            return
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            far_writer.close()

    async def _carry(self, reader, writer):
        """Take every piece at once and pass it on when it is due, in order."""
        sent = due = 0.0
        while data := await reader.read(4096):
            sent = max(sent, self._loop.time()) + (len(data) / self.bandwidth if self.bandwidth else 0)
            due = max(due + 1e-6, sent + self.delay)  # strictly increasing: timers that tie may swap
            self._loop.call_at(due, writer.write, data)
        await asyncio.sleep(max(0, due - self._loop.time()))
        writer.close()
